/* letter.c - from a purpose and an account to the text of a letter. */
#include "letter.h"

#include <string.h>

#include <gmime/gmime.h>

#include "forms.h"
#include "identity.h"
#include "secret.h"

#define LINE_MAX_BYTES 998 /* RFC 5322 section 2.1.1 */
#define ADDRESS_BYTES 254

bool letter_is_address(const char *text)
{
	const char *at = strchr(text, '@');
	const char *c = NULL;

	if (at == NULL || at == text || at[1] == '\0' ||
	    strchr(at + 1, '@') != NULL || text[0] == '-' ||
	    strlen(text) > ADDRESS_BYTES)
		return false;
	for (c = text; *c != '\0'; c++)
		if ((unsigned char)*c <= 0x20 || (unsigned char)*c >= 0x7f ||
		    strchr("<>()[],;:\\\"", *c) != NULL)
			return false;
	return true;
}

/* True for text that can travel as it is. */
static bool is_plain(const char *text)
{
	size_t length = 0;

	for (; *text != '\0'; text++) {
		length = *text == '\n' ? 0 : length + 1;
		if ((unsigned char)*text >= 0x80 || *text == '\r' ||
		    length > LINE_MAX_BYTES)
			return false;
	}
	return true;
}

/* The charset is the one that the HTML itself names, whatever is in it. */
static GMimeObject *part_of(const char *subtype, const char *text)
{
	GMimePart *part = g_mime_part_new_with_type("text", subtype);
	GMimeStream *stream =
	    g_mime_stream_mem_new_with_buffer(text, strlen(text));
	GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(
	    stream, GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_object_set_content_type_parameter(
	    GMIME_OBJECT(part), "charset", "utf-8");
	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part,
	    is_plain(text) ? GMIME_CONTENT_ENCODING_7BIT
			   : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	g_object_unref(content);
	g_object_unref(stream);
	return GMIME_OBJECT(part);
}

static void set_body(GMimeMessage *message, const struct forms *forms)
{
	GMimeMultipart *both = g_mime_multipart_new_with_subtype("alternative");
	GMimeObject *text = part_of("plain", forms->text);
	GMimeObject *html = part_of("html", forms->html);

	g_mime_multipart_add(both, text);
	g_mime_multipart_add(both, html);
	g_mime_message_set_mime_part(message, GMIME_OBJECT(both));
	g_object_unref(text);
	g_object_unref(html);
	g_object_unref(both);
}

/* Sets From; returns the address in it, NULL when there is not just one. */
static const char *set_sender(
    struct arena *arena, GMimeMessage *message, const char *sender)
{
	InternetAddressList *list = internet_address_list_parse(NULL, sender);
	InternetAddress *first = NULL;
	const char *address = NULL;

	if (list != NULL && internet_address_list_length(list) == 1)
		first = internet_address_list_get_address(list, 0);
	if (first != NULL && INTERNET_ADDRESS_IS_MAILBOX(first)) {
		internet_address_set_charset(first, "utf-8");
		internet_address_list_add(
		    g_mime_message_get_from(message), first);
		address = arena_string(arena,
		    internet_address_mailbox_get_idn_addr(
			INTERNET_ADDRESS_MAILBOX(first)));
	}
	if (list != NULL)
		g_object_unref(list);
	return address != NULL && letter_is_address(address) ? address : NULL;
}

static void set_headers(
    GMimeMessage *message, const struct letter *letter, const char *from)
{
	GDateTime *date = g_date_time_new_from_unix_utc(letter->now);
	char *id = g_strdup_printf("%s%s", letter->id, strchr(from, '@'));

	g_mime_message_add_mailbox(
	    message, GMIME_ADDRESS_TYPE_TO, NULL, letter->to);
	g_mime_message_set_date(message, date);
	g_mime_message_set_message_id(message, id);
	g_mime_object_append_header(
	    GMIME_OBJECT(message), "Auto-Submitted", "auto-generated", NULL);
	g_free(id);
	g_date_time_unref(date);
}

static void print(struct arena *arena, GMimeMessage *message, size_t estimate,
    struct written *written)
{
	GByteArray *bytes = g_byte_array_sized_new((guint)estimate);
	GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(bytes);

	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_mime_object_write_to_stream(GMIME_OBJECT(message), NULL, stream);
	g_object_unref(stream);
	written->text = arena_copy(arena, bytes->data, bytes->len);
	written->size = bytes->len;
	secret_wipe(bytes->data, bytes->len);
	g_byte_array_free(bytes, TRUE);
}

bool letter_write(struct arena *arena, const struct config *config,
    const struct letter *letter, struct written *written, const char **problem)
{
	struct forms forms = { 0 };
	GMimeMessage *message = NULL;

	if (!letter_is_address(letter->to)) {
		*problem = "the address of the account is not one";
		return false;
	}
	if (!forms_fill(arena, config, letter, &forms, problem))
		return false;
	g_mime_init();
	message = g_mime_message_new(TRUE);
	written->from = set_sender(arena, message, config->mail_from);
	if (written->from != NULL) {
		set_headers(message, letter, written->from);
		g_mime_message_set_subject(message, forms.subject, "utf-8");
		set_body(message, &forms);
		/* Quoted-printable triples a byte at the most. */
		print(arena, message,
		    4096 + 4 * (strlen(forms.text) + strlen(forms.html)),
		    written);
	} else {
		*problem = "mail_from: is not one address";
	}
	g_object_unref(message);
	return written->from != NULL;
}
