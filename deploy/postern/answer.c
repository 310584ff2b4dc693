/* answer.c - what a command says when it has done its work. */
#include "answer.h"

#include <stdio.h>

struct reply *answer_open(const struct context *context)
{
	struct reply *answer = reply_open(context->arena);

	reply_boolean(answer, "done", true);
	return answer;
}

void answer_print(
    const struct context *context, struct reply *answer, const char *text)
{
	puts(context->json ? reply_text(answer) : text);
}
