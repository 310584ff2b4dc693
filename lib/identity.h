/*
 * identity.h - usernames in the form in which they are shown and in the form in
 * which they are compared, and what else is asked of text. Wraps libunistring.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arena.h"

#define SUBJECT_MAX 64
#define USERNAME_MAX 150 /* code points */

/*
 * Returns the username as it is shown: NFKC (UAX 15). NULL when it is not one:
 * other than letters, marks, digits and @ . + - _, a letter or mark that is not
 * seen (default ignorable), no letter or digit at all, letters of more than one
 * script (UTS 39 section 5.1, highly restrictive), longer than USERNAME_MAX
 * after normalisation, or not UTF-8.
 */
const char *identity_username(struct arena *arena, const char *text);

/*
 * Returns the form in which names are compared: NFKC, case folded (Unicode
 * chapter 3, definition D146, independent of locale), normalised again. NULL
 * when it is not UTF-8.
 * Equal for all spellings of one name; applying it twice changes nothing.
 */
const char *identity_canonical(struct arena *arena, const char *text);

/*
 * Returns true for a canonical name that is kept for the site: admin, root,
 * me, postmaster ... and those in `more` (may be NULL; in any case).
 */
bool identity_is_reserved(const char *canonical, const char *const *more);

/* Returns true for a username without @, and for one that is the address. */
bool identity_is_own_name(
    struct arena *arena, const char *username, const char *address);

/* Number of code points of UTF-8 text; other bytes count one each. */
size_t identity_length(const char *text);

/* Returns true when the text is valid UTF-8. */
bool identity_is_utf8(const char *text);

/*
 * Returns the text in lower case (Unicode, independent of locale) as code
 * points and sets *length. A byte that is not UTF-8 becomes one of its own.
 */
uint32_t *identity_lower(struct arena *arena, const char *text, size_t *length);

/* Letters and numbers of any script, and _ */
bool identity_is_word(uint32_t character);

/* Digits of any script, superscripts and the like included. */
bool identity_is_digit(uint32_t character);

/* White space, the separators U+001C to U+001F included. */
bool identity_is_space(uint32_t character);

/*
 * Returns true for what a group can be called: 1 to 150 letters, digits and
 * @ . + _ - of ASCII, and blanks, but not at either end. The schema has the same
 * rule.
 */
bool identity_is_group(const char *text, size_t length);

/*
 * Returns where the text without white space around it begins and sets *size,
 * its bytes. Text that is not UTF-8 is left as it is.
 */
const char *identity_trim(const char *text, size_t *size);

/* Returns true for UTF-8 without control characters (C0, DEL, C1). */
bool identity_is_plain(const char *text);

/*
 * Returns true for what a person can be called: the same, and without the
 * characters that turn the direction of what stands around them (Bidi_Control,
 * UAX 9).
 */
bool identity_is_name(const char *text);

/*
 * Returns true for what a subject can look like: 1 to SUBJECT_MAX letters,
 * digits and . _ @ + - of ASCII. The schema has the same rule.
 */
bool identity_is_subject(const char *text);

/*
 * Returns true for a subject that can stand in a path of its own: not ".", "..",
 * nor the name of an endpoint beside /auth/users/ID/ and /api/users/ID/.
 */
bool identity_is_own_path(const char *subject);
