/* probe.c - answers with the parameters of the request, NAME=VALUE each line;
 * a FastCGI and CGI program, in the place of all of ours. */
#include <unistd.h>

#include <fcgiapp.h>

extern char **environ;

static void answer(FCGX_Stream *out, char **values)
{
	FCGX_FPrintF(out, "Status: 200 OK\r\nContent-Type: text/plain\r\n\r\n");
	for (; *values != NULL; values++)
		FCGX_FPrintF(out, "%s\n", *values);
}

int main(void)
{
	FCGX_Request request;
	FCGX_Stream *in = NULL, *out = NULL, *err = NULL;
	FCGX_ParamArray values = NULL;

	if (FCGX_IsCGI()) {
		FCGX_Accept(&in, &out, &err, &values);
		answer(out, environ);
		FCGX_Finish();
		return 0;
	}
	FCGX_Init();
	FCGX_InitRequest(&request, 0, 0);
	while (FCGX_Accept_r(&request) == 0) {
		answer(request.out, request.envp);
		request.keepConnection = 0;
		FCGX_Finish_r(&request);
	}
	return 0;
}
