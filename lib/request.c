/* request.c - one request, as an endpoint sees it. */
#include "request.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

static size_t index_of(const struct request *request, const char *field)
{
	size_t i = 0;

	while (strcmp(request->fields[i].name, field) != 0) {
		i++;
		assert(request->fields[i].name != NULL);
	}
	return i;
}

const char *request_value(const struct request *request, const char *field)
{
	return request->values[index_of(request, field)];
}

const char *request_given(const struct request *request, const char *field)
{
	size_t i = index_of(request, field);

	return request->has[i] ? request->values[i] : NULL;
}

void request_fault(
    struct request *request, const char *field, const char *sentence)
{
	if (request->faults == NULL)
		request->faults = reply_open(request->arena);
	reply_append(request->faults, field, sentence);
}

enum outcome request_throttled(struct request *request, int64_t seconds)
{
	request->argument = arena_printf(request->arena, "%" PRId64 " second%s",
	    seconds, seconds == 1 ? "" : "s");
	return THROTTLED;
}
