/* request.c - one request, as an endpoint sees it. */
#include "request.h"

#include <assert.h>
#include <string.h>

const char *request_value(const struct request *request, const char *field)
{
	for (size_t i = 0; request->fields[i].name != NULL; i++)
		if (strcmp(request->fields[i].name, field) == 0)
			return request->values[i];
	assert(0 && "the field is declared");
	return "";
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
	request->argument = db_integer(request->arena, seconds);
	return THROTTLED;
}
