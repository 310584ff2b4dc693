/* introduce.c - what a program answers. */
#include "introduce.h"

#include <stdio.h>

static const struct {
	unsigned flag;
	char mark;
	const char *meaning;
} marks[] = {
	{ FIELD_OPTIONAL, '?', "may be missing or blank" },
	{ FIELD_SECRET, '$', "a secret, its length in bytes" },
	{ FIELD_SWITCH, '!', "yes or no" },
	{ FIELD_LIST, '*', "a list" },
};

#define MARKS (sizeof marks / sizeof *marks)

static void introduce_field(const struct field *field)
{
	printf(" %s", field->name);
	if (field->max != 0)
		printf("(%zu)", field->max);
	for (size_t i = 0; i < MARKS; i++)
		if ((field->flags & marks[i].flag) != 0)
			putchar(marks[i].mark);
	if (field->more_flags != NULL)
		putchar('~');
}

static void introduce_route(const struct route *route)
{
	const struct field *field = route->fields;

	printf("  %-6s %s", route->method, route->path);
	if (route->authenticate != NULL)
		printf(" (bearer)");
	for (; field != NULL && field->name != NULL; field++)
		introduce_field(field);
	putchar('\n');
}

int introduce_service(const struct service *service)
{
	printf("%s - a FastCGI and CGI program of Postern. A web server runs "
	       "it; it answers:\n",
	    service->name);
	if (service->routes->method == NULL)
		printf("whether any request may pass, to a server that asks an "
		       "authorizer or by auth_request.\n");
	for (const struct route *route = service->routes; route->method != NULL;
	     route++)
		introduce_route(route);
	printf("Fields have their greatest length, and");
	for (size_t i = 0; i < MARKS; i++)
		printf(" %c %s;", marks[i].mark, marks[i].meaning);
	printf(" ~ as the configuration or the request has it.\n");
	return fflush(stdout) == 0 ? 0 : 1;
}
