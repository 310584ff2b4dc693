/* options.c - the arguments of a command. */
#include "options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "terminal.h"

bool options_read(int argc, char **argv, const struct option *options,
    const char **values, struct operands operands)
{
	int option = 0;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return false;
		if (optarg != NULL)
			values[option] = optarg;
	}
	if (argc - optind < operands.least) {
		terminal_problem("an argument is missing");
		return false;
	}
	if (argc - optind > operands.most) {
		terminal_problem("\"%s\" is one argument too many",
		    argv[optind + operands.most]);
		return false;
	}
	return true;
}

bool options_number(const char *name, const char *text, int64_t most,
    int64_t fallback, int64_t *number)
{
	char *end = NULL;

	*number = fallback;
	if (text == NULL)
		return true;
	errno = 0;
	*number = strtoll(text, &end, 10);
	if (errno == 0 && end != text && *end == '\0' && *number >= 1 &&
	    *number <= most)
		return true;
	terminal_problem(
	    "--%s: \"%s\" is not a number of 1 to %" PRId64, name, text, most);
	return false;
}
