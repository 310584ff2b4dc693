/* fetch.c - a small document of another site. */
#include "fetch.h"

#include <string.h>

#include <curl/curl.h>

#define SECONDS 10L

struct document {
	char *bytes;
	size_t size, limit;
	bool is_too_long;
};

static size_t hear(char *bytes, size_t size, size_t count, void *context)
{
	struct document *document = context;

	size *= count;
	if (size > document->limit - document->size) {
		document->is_too_long = true;
		return 0;
	}
	memcpy(document->bytes + document->size, bytes, size);
	document->size += size;
	return size;
}

/* One part of the address, "" where it has none; it lives in the arena. */
static const char *part(struct arena *arena, CURLU *address, CURLUPart which)
{
	char *text = NULL;
	const char *copy = "";

	if (curl_url_get(address, which, &text, 0) == CURLUE_OK)
		copy = arena_string(arena, text);
	curl_free(text);
	return copy;
}

static const char *fault_of(
    struct arena *arena, CURLU *address, const char *url)
{
	const char *scheme = NULL, *host = NULL;

	if (address == NULL ||
	    curl_url_set(address, CURLUPART_URL, url, 0) != CURLUE_OK)
		return "it is no address";
	scheme = part(arena, address, CURLUPART_SCHEME);
	host = part(arena, address, CURLUPART_HOST);
	if (*part(arena, address, CURLUPART_USER) != '\0' ||
	    *part(arena, address, CURLUPART_PASSWORD) != '\0')
		return "allowed: an address without a user in it";
	if (strcmp(scheme, "https") == 0)
		return NULL;
	/* Who can change what is read here can log in as anybody. */
	if (strcmp(scheme, "http") == 0 &&
	    (strcmp(host, "localhost") == 0 || strcmp(host, "127.0.0.1") == 0 ||
		strcmp(host, "[::1]") == 0))
		return NULL;
	return "allowed: an https:// address, or an http:// one of this "
	       "machine";
}

static void prepare(CURL *curl, CURLU *address, struct document *document)
{
	curl_easy_setopt(curl, CURLOPT_CURLU, address);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	/* No proxy and no file of logins that the environment may name. */
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, SECONDS);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "Postern");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, hear);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, document);
}

static const char *judge(struct arena *arena, CURL *curl, CURLcode result,
    const struct document *document)
{
	const char *elsewhere = NULL;
	long status = 0;

	if (document->is_too_long)
		return arena_printf(
		    arena, "it is longer than %zu bytes", document->limit);
	if (result != CURLE_OK)
		return curl_easy_strerror(result);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &elsewhere);
	if (status == 200)
		return NULL;
	return elsewhere != NULL
	    ? arena_printf(arena,
		  "it leads to %s; name that address if it is right", elsewhere)
	    : arena_printf(arena, "the answer is %ld", status);
}

char *fetch(struct arena *arena, const char *url, size_t limit, size_t *size,
    const char **problem)
{
	struct document document = { .limit = limit };
	CURLU *address = curl_url();
	CURL *curl = curl_easy_init();
	const char *fault = fault_of(arena, address, url);

	document.bytes = arena_alloc(arena, limit + 1);
	if (fault == NULL && curl == NULL)
		fault = "there is no memory for it";
	if (fault == NULL) {
		prepare(curl, address, &document);
		fault = judge(arena, curl, curl_easy_perform(curl), &document);
	}
	curl_easy_cleanup(curl);
	curl_url_cleanup(address);
	*size = document.size;
	*problem = fault;
	return fault == NULL ? document.bytes : NULL;
}
