/* probe.c - answers with the parameters of the request, NAME=VALUE each line;
 * a FastCGI and CGI program, in the place of all of ours. */
#include <stdio.h>
#include <string.h>

#include <fcgiapp.h>

#define HEAD "Status: 200 OK\r\nContent-Type: text/plain\r\n\r\n"

extern char **environ;

int main(void)
{
	FCGX_Request request;

	if (FCGX_IsCGI()) {
		fputs(HEAD, stdout);
		for (char **entry = environ; *entry != NULL; entry++)
			puts(*entry);
		return 0;
	}
	FCGX_Init();
	FCGX_InitRequest(&request, 0, 0);
	while (FCGX_Accept_r(&request) == 0) {
		FCGX_PutStr(HEAD, (int)strlen(HEAD), request.out);
		for (char **entry = request.envp; *entry != NULL; entry++)
			FCGX_FPrintF(request.out, "%s\n", *entry);
		request.keepConnection = 0;
		FCGX_Finish_r(&request);
	}
	return 0;
}
