/* http.c - a POST by HTTP or HTTPS. */
#include "http.h"

#include <stdbool.h>
#include <string.h>

#include <curl/curl.h>

#define ANSWER_MAX 16384 /* bytes that are read, headers and body */

/* What came of an answer. */
struct heard {
	size_t size;
	bool is_cut; /* by us: it was long enough */
};

static size_t hear(char *bytes, size_t size, size_t count, void *context)
{
	struct heard *heard = context;

	(void)bytes;
	heard->size += size * count;
	heard->is_cut = heard->size > ANSWER_MAX;
	return heard->is_cut ? 0 : size * count;
}

static struct curl_slist *list_of(const char *const *headers)
{
	struct curl_slist *list = NULL;

	for (; *headers != NULL; headers++) {
		struct curl_slist *longer = curl_slist_append(list, *headers);

		if (longer == NULL) {
			curl_slist_free_all(list);
			return NULL;
		}
		list = longer;
	}
	return list;
}

static void address(CURL *curl, const char *url)
{
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	/* No proxy and no file of logins that the environment may name. */
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)HTTP_SECONDS);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "Postern");
}

static CURLcode converse(CURL *curl, const struct curl_slist *headers,
    const char *body, struct heard *heard)
{
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(
	    curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(body));
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, hear);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, heard);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, hear);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, heard);
	return curl_easy_perform(curl);
}

int http_post(struct arena *arena, const struct http_message *message,
    const char **problem)
{
	struct curl_slist *headers = list_of(message->headers);
	struct heard heard = { 0 };
	CURLcode result = CURLE_OUT_OF_MEMORY;
	CURL *curl = curl_easy_init();
	long status = 0;

	if (curl != NULL && headers != NULL) {
		address(curl, message->url);
		result = converse(curl, headers, message->body, &heard);
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	}
	if (result != CURLE_OK && !heard.is_cut) {
		*problem =
		    arena_printf(arena, "http: %s", curl_easy_strerror(result));
		status = 0;
	}
	curl_easy_cleanup(curl);
	curl_slist_free_all(headers);
	return (int)status;
}
