/*
 * password_foreign.h - the stored hashes that password_verify takes; for the
 * files password*.c alone.
 *
 * Written by                    stored as
 * Django                        pbkdf2_sha256$, pbkdf2_sha1$, argon2$,
 *                               bcrypt$, bcrypt_sha256$, scrypt$, md5$, sha1$
 * PHP's password_hash, Postern  $2y$, $argon2i$, $argon2id$
 * crypt(3)                      $2a$, $2b$, $5$, $6$, $y$
 * WordPress, phpBB              $P$, $H$, $wp$2y$
 *
 * What is_sound says no to is never computed: it is malformed or beyond the
 * bounds that stand with each format. bcrypt looks at 72 bytes of a password.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FOREIGN_SIZE_MAX 512 /* bytes of a stored hash */

/* argon2i and argon2id of version 19: 1 GiB, 10 passes, 16 lanes. */
bool password_argon2_is_sound(const char *stored);
bool password_argon2_verify(const char *stored, const char *password);

/* A format: how what is behind the prefix is judged and compared. */
struct foreign {
	const char *prefix;
	bool (*is_sound)(const char *rest);
	bool (*verify)(const char *rest, const char *password);
};

/* Returns the format of a stored hash, NULL when it is none of them. */
const struct foreign *foreign_find(const char *stored);

/* PBKDF2 (RFC 8018): ITERATIONS$SALT$BASE64, at most 10 million. */
bool foreign_pbkdf2_sha1_is_sound(const char *rest);
bool foreign_pbkdf2_sha1(const char *rest, const char *password);
bool foreign_pbkdf2_sha256_is_sound(const char *rest);
bool foreign_pbkdf2_sha256(const char *rest, const char *password);

/*
 * scrypt (RFC 7914): N$SALT$R$P$BASE64 of 64 bytes. At most 1 GiB, and 2 GiB
 * for all of its lanes together.
 */
bool foreign_scrypt_is_sound(const char *rest);
bool foreign_scrypt(const char *rest, const char *password);

/* One round over salt and password: SALT$HEX. */
bool foreign_md5_is_sound(const char *rest);
bool foreign_md5(const char *rest, const char *password);
bool foreign_sha1_is_sound(const char *rest);
bool foreign_sha1(const char *rest, const char *password);

/* phpass's MD5 in rounds: a character for their number, at most 2^24. */
bool foreign_phpass_is_sound(const char *rest);
bool foreign_phpass(const char *rest, const char *password);

/*
 * crypt(3), whole, with its prefix: bcrypt with a cost of at most 16, SHA-crypt
 * with at most 10 million rounds, yescrypt with at most 1 GiB.
 */
bool foreign_crypt_is_sound(const char *stored);
bool foreign_crypt(const char *stored, const char *password);

/* bcrypt of what a digest has made shorter, as Django and WordPress do. */
bool foreign_bcrypt_sha256(const char *stored, const char *password);
bool foreign_wordpress_is_sound(const char *rest);
bool foreign_wordpress(const char *rest, const char *password);

/* A text between two $, not ended by NUL. */
struct piece {
	const char *start;
	size_t size;
};

/* Returns true when the text is exactly `count` pieces and sets them. */
bool foreign_split(const char *text, struct piece *pieces, size_t count);

/* Returns a whole number of 1 to `most`, written in one way; 0: it is none. */
int64_t foreign_number(struct piece piece, int64_t most);

/* Returns true when a piece has the size and these characters alone. */
bool foreign_is_of(struct piece piece, size_t size, const char *characters);

/* Returns true when the piece is the text; in constant time. */
bool foreign_is(struct piece piece, const char *text);

extern const char foreign_base64[]; /* RFC 4648 section 4, with = */
extern const char foreign_itoa64[]; /* crypt(3): ./0-9A-Za-z in this order */
