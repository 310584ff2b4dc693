/* smtp.c - a letter to an SMTP server (RFC 5321). */
#include "delivery.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "secret.h"

#define CONNECT_SECONDS 10L
#define PASSWORD_MAX 1024
#define REPLY_SIZE 200

struct dialogue {
	const char *rest; /* of the letter */
	size_t left;
	char refusal[REPLY_SIZE]; /* the server's last 4yz or 5yz line */
	bool is_greeted;
};

static size_t give(char *buffer, size_t size, size_t count, void *context)
{
	struct dialogue *dialogue = context;
	size_t wanted = size * count;

	if (wanted > dialogue->left)
		wanted = dialogue->left;
	memcpy(buffer, dialogue->rest, wanted);
	dialogue->rest += wanted;
	dialogue->left -= wanted;
	return wanted;
}

/* Keeps a refusal, printable, for those who look for a reason. */
static size_t hear(char *line, size_t size, size_t count, void *context)
{
	struct dialogue *dialogue = context;
	size_t length = 0;

	size *= count;
	if (size >= 3 && memcmp(line, "220", 3) == 0)
		dialogue->is_greeted = true;
	if (size == 0 || (line[0] != '4' && line[0] != '5'))
		return size;
	for (size_t i = 0; i < size && length + 1 < REPLY_SIZE; i++)
		if (line[i] != '\r' && line[i] != '\n')
			dialogue->refusal[length++] =
			    line[i] >= 0x20 && line[i] < 0x7f ? line[i] : '?';
	dialogue->refusal[length] = '\0';
	return size;
}

/* The letter with the line ends of RFC 5321 section 2.3.8. */
static const char *with_crlf(
    struct arena *arena, const struct parcel *parcel, size_t *size)
{
	char *text = arena_alloc(arena, 2 * parcel->size + 1);

	for (size_t i = 0; i < parcel->size; i++) {
		if (parcel->text[i] == '\n')
			text[(*size)++] = '\r';
		text[(*size)++] = parcel->text[i];
	}
	return text;
}

/* curl keeps a copy of the password and of all other strings. */
static bool log_in(struct arena *arena, const struct config *config, CURL *curl,
    const char **problem)
{
	size_t size = 0;
	char *password = NULL;

	if (config->smtp_user[0] == '\0')
		return true;
	password = config_read_secret(
	    arena, config->smtp_password, PASSWORD_MAX, &size, problem);
	if (password == NULL)
		return false;
	curl_easy_setopt(curl, CURLOPT_USERNAME, config->smtp_user);
	curl_easy_setopt(curl, CURLOPT_PASSWORD, password);
	secret_free(password);
	return true;
}

/* Whom it trusts is the system's to say, and that of who started us. */
static void trust(CURL *curl)
{
	const char *file = getenv("SSL_CERT_FILE");

	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	if (file != NULL && *file != '\0')
		curl_easy_setopt(curl, CURLOPT_CAINFO, file);
}

static void address(const struct config *config, const struct parcel *parcel,
    CURL *curl, const struct curl_slist *recipients)
{
	curl_easy_setopt(curl, CURLOPT_URL, config->smtp_url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	/* No proxy and no file of logins that the environment may name. */
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(curl, CURLOPT_USE_SSL,
	    (long)(config->smtp_starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
	trust(curl);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)DELIVERY_SECONDS);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, parcel->from);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
}

static CURLcode converse(CURL *curl, struct dialogue *dialogue)
{
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(curl, CURLOPT_READDATA, dialogue);
	curl_easy_setopt(
	    curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)dialogue->left);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, hear);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, dialogue);
	return curl_easy_perform(curl);
}

/*
 * 5yz is for good when it is about the letter: a server that does not greet
 * or does not let us log in refuses us, not the letter.
 */
static enum delivery judge(struct arena *arena, CURL *curl, CURLcode result,
    const struct dialogue *dialogue, const char **problem)
{
	long code = 0;

	if (result == CURLE_OK)
		return DELIVERED;
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
	*problem = arena_printf(arena, "smtp: %s",
	    code >= 400 ? dialogue->refusal : curl_easy_strerror(result));
	return code >= 500 && dialogue->is_greeted &&
		(result == CURLE_SEND_ERROR ||
		    result == CURLE_WEIRD_SERVER_REPLY)
	    ? DELIVERY_REFUSED
	    : DELIVER_LATER;
}

enum delivery smtp_send(struct arena *arena, const struct config *config,
    const struct parcel *parcel, const char **problem)
{
	enum delivery delivery = DELIVER_LATER;
	struct curl_slist *recipients = curl_slist_append(NULL, parcel->to);
	struct dialogue dialogue = { 0 };
	CURL *curl = curl_easy_init();

	dialogue.rest = with_crlf(arena, parcel, &dialogue.left);
	if (curl == NULL || recipients == NULL) {
		*problem = "smtp: there is no memory for it";
	} else if (log_in(arena, config, curl, problem)) {
		address(config, parcel, curl, recipients);
		delivery = judge(
		    arena, curl, converse(curl, &dialogue), &dialogue, problem);
	}
	curl_easy_cleanup(curl);
	curl_slist_free_all(recipients);
	return delivery;
}
