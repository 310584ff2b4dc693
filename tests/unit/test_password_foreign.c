/* test_password_foreign.c - passwords against the hashes of other systems. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "arena.h"
#include "password.h"
#include "secret.h"

static int open_arena(void **state)
{
	secret_init();
	*state = arena_open();
	return 0;
}

static int close_arena(void **state)
{
	arena_close(*state);
	return 0;
}

/* clang-format off */

/*
 * Published vectors in the form in which they are stored: RFC 6070 (PBKDF2
 * with SHA-1), RFC 7914 sections 11 and 12 (PBKDF2 with SHA-256, its first 32
 * bytes, and scrypt), Django's own tests ("seasalt"), the tests of
 * crypt_blowfish ($2a$05$), of SHA-crypt.txt (saltstring), of phpass
 * (test12345) and of phc-winner-argon2 (c29tZXNhbHQ). The others are hashes of
 * Django, PHP, WordPress and libxcrypt.
 */
static const struct {
	const char *rule, *stored, *password;
} good[] = {
	{ "RFC 6070, 1 iteration",
	    "pbkdf2_sha1$1$salt$DGDID5YfDnHzqbUkr2ASBi/gN6Y=", "password" },
	{ "RFC 6070, 2 iterations",
	    "pbkdf2_sha1$2$salt$6mwBTcctb4zNHtkqzh1B8NjeiVc=", "password" },
	{ "RFC 6070, 4096 iterations",
	    "pbkdf2_sha1$4096$salt$SwB5AbdlSJq+rUnZJvch0GWkKcE=", "password" },
	{ "RFC 7914 section 11, 1 iteration",
	    "pbkdf2_sha256$1$salt$"
	    "VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw=", "passwd" },
	{ "RFC 7914 section 11, 80000 iterations",
	    "pbkdf2_sha256$80000$NaCl$"
	    "TdzY9guYviGDDO5e8icB+WQaRBjQTAQUrv8Ih2s0q1Y=", "Password" },
	{ "RFC 7914 section 12, all empty",
	    "scrypt$16$$1$1$d9ZXYjhleyA7GcpCwYoEl/FrSETjB0ro39/6P+3iFEL80Aad"
	    "7QlI+DJqdToPyB8X6NPg+y4NNijPNeIMONGJBg==", "" },
	{ "RFC 7914 section 12, 16 lanes",
	    "scrypt$1024$NaCl$8$16$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3"
	    "MWIurzDZLiKjiG/xCSedmDDaxyevuUqD7m2DYMvfoswGQA==", "password" },
	{ "RFC 7914 section 12, 16 MiB",
	    "scrypt$16384$SodiumChloride$8$1$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+"
	    "qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw==",
	    "pleaseletmein" },
	{ "Django scrypt",
	    "scrypt$16384$seasalt$8$1$Qj3+9PPyRjSJIebHnG81TMjsqtaIGxNQG/aEB/NY"
	    "afTJ7tibgfYz71m0ldQESkXFRkdVCBhhY8mx7rQwite/Pw==",
	    "l\xc3\xa8tmein" },
	{ "Django pbkdf2_sha256",
	    "pbkdf2_sha256$260000$9TtEAfLhTqISH91rmBjJcE$"
	    "oROXo0ah1p/rSHzT479NwSVoaVxERuHPdfyJWsOm+Ww=", "Corr3ct-horse" },
	{ "Django pbkdf2_sha1",
	    "pbkdf2_sha1$260000$BEw12fzgRzWZ9IlRwPAbqu$"
	    "jPDjhFkgFKbvKZt2udMq2mX2GdM=", "Corr3ct-horse" },
	{ "Django argon2 of 8 lanes",
	    "argon2$argon2id$v=19$m=102400,t=2,p=8$S1BYSHZ2REV4d1A4TDBIR2s1WGFp"
	    "cg$xrV8Mg/aiL1HsB3o/B1JpA", "Corr3ct-horse" },
	{ "Django bcrypt_sha256",
	    "bcrypt_sha256$$2b$12$.iheBk2WL7ehdWBVWelG1./9S.CqA7HbnnptL3.qW.J."
	    "GpzLmVxZ6", "Corr3ct-horse" },
	{ "Django bcrypt",
	    "bcrypt$$2b$12$w9TmY0SW5qWjv7kILvfOT.ceCEeUyhdQxCsRB3xXyKC25Ikk4bNm"
	    "2", "Corr3ct-horse" },
	{ "Django md5",
	    "md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3",
	    "l\xc3\xa8tmein" },
	{ "Django sha1",
	    "sha1$seasalt$cff36ea83f5706ce9aa7454e63e431fc726b2dc8",
	    "l\xc3\xa8tmein" },
	{ "md5 without a salt (RFC 1321)",
	    "md5$$900150983cd24fb0d6963f7d28e17f72", "abc" },
	{ "phpass", "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", "test12345" },
	{ "phpBB's name of phpass",
	    "$H$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", "test12345" },
	{ "WordPress before 6.8",
	    "$P$BabcdefghN.jy.rLtNDuudeArCEnDk1", "Corr3ct-horse" },
	{ "WordPress from 6.8 on",
	    "$wp$2y$10$abcdefghijklmnopqrstuucF3nWs6Xp2ZcdZ5lNC7Cq/LVk4Ky4Cy",
	    "Corr3ct-horse" },
	{ "PHP's bcrypt",
	    "$2y$10$abcdefghijklmnopqrstuuFMnYj80syp131jwPmUhJ51a7Ej8MnIO",
	    "Corr3ct-horse" },
	{ "crypt_blowfish, 3 characters",
	    "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    "U*U" },
	{ "crypt_blowfish, no character",
	    "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy",
	    "" },
	{ "crypt_blowfish, more than 72 characters",
	    "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
	    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789chars after 72 are ignored" },
	{ "crypt_blowfish, beyond ASCII, $2b$",
	    "$2b$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq",
	    "\xa3" },
	{ "crypt_blowfish, beyond ASCII, $2y$",
	    "$2y$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e",
	    "\xff\xff\xa3" },
	{ "SHA-256 crypt",
	    "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
	    "Hello world!" },
	{ "SHA-256 crypt with rounds",
	    "$5$rounds=10000$saltstringsaltst$"
	    "3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA", "Hello world!" },
	{ "SHA-512 crypt",
	    "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQ"
	    "JuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1", "Hello world!" },
	{ "SHA-512 crypt of a salt",
	    "$6$saltsaltsalt$8k6yAKfL7No7hlW3jp2wAhv76kHUdekw86rdj8uTbLX9cGVYmX"
	    "yFBe/lRCcP0f2xTn4AfXvhwf9FXFZ4qVlaC1", "Corr3ct-horse" },
	{ "yescrypt",
	    "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$FbFybog1iU9MkhVBrszZeSlXqcmknyV6jsGv"
	    "Oio2pq0", "Corr3ct-horse" },
	{ "argon2i",
	    "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$"
	    "iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8", "password" },
	{ "argon2i of Django",
	    "argon2$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$"
	    "iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8", "password" },
};

#define B64_32 "VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw="
#define B64_64 \
	"/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3" \
	"MWIurzDZLiKjiG/xCSedmDDaxyevuUqD7m2DYMvfoswGQA=="
#define BCRYPT_TAIL "CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
#define SHA256_TAIL "5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"
#define YESCRYPT_TAIL \
	"$F5Jx5fExrKuPp53xLKQ..1$FbFybog1iU9MkhVBrszZeSlXqcmknyV6jsGvOio2pq0"
#define PHPASS_TAIL "abcdefghN.jy.rLtNDuudeArCEnDk1"

/* Each beside what the bound allows; nothing of them may be computed. */
static const struct {
	const char *rule, *stored;
} bad[] = {
	{ "nothing", "" },
	{ "no password", PASSWORD_NONE },
	{ "Django's unusable password", "!BQvZmrWnHSw0QaZlJ3tR7AxsPS3y0Tfa" },
	{ "text", "password" },
	{ "MD5 crypt", "$1$saltstri$YMyguxXMBpd2TEZ.vS/3q1" },
	{ "DES crypt", "abJnggxhB/yWI" },
	{ "Windows' bcrypt bug", "$2x$05$" BCRYPT_TAIL },
	{ "libxcrypt's scrypt", "$7$CU..../....sv5$x" },
	{ "PBKDF2, no iteration", "pbkdf2_sha256$0$salt$" B64_32 },
	{ "PBKDF2, one iteration too many",
	    "pbkdf2_sha256$10000001$salt$" B64_32 },
	{ "PBKDF2, iterations that wrap",
	    "pbkdf2_sha256$18446744073709551617$salt$" B64_32 },
	{ "PBKDF2, negative", "pbkdf2_sha256$-1$salt$" B64_32 },
	{ "PBKDF2, no number", "pbkdf2_sha256$$salt$" B64_32 },
	{ "PBKDF2, leading zero", "pbkdf2_sha256$01$salt$" B64_32 },
	{ "PBKDF2, blank", "pbkdf2_sha256$ 1$salt$" B64_32 },
	{ "PBKDF2, a piece too many", "pbkdf2_sha256$1$salt$" B64_32 "$" },
	{ "PBKDF2, a piece missing", "pbkdf2_sha256$1$" B64_32 },
	{ "PBKDF2, hash cut", "pbkdf2_sha256$1$salt$VawEblbjCJ" },
	{ "PBKDF2, hash of another digest",
	    "pbkdf2_sha1$1$salt$" B64_32 },
	{ "PBKDF2, a character that is none",
	    "pbkdf2_sha256$1$salt$!awEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw=" },
	{ "PBKDF2, prefix alone", "pbkdf2_sha256$" },
	{ "scrypt, N is 1", "scrypt$1$NaCl$8$1$" B64_64 },
	{ "scrypt, N is no power of 2", "scrypt$1023$NaCl$8$1$" B64_64 },
	{ "scrypt, 2 GiB by N", "scrypt$2097152$NaCl$8$1$" B64_64 },
	{ "scrypt, 2 GiB by r", "scrypt$1024$NaCl$16384$1$" B64_64 },
	{ "scrypt, lanes beyond 2 GiB", "scrypt$1024$NaCl$8$2049$" B64_64 },
	{ "scrypt, no lane", "scrypt$1024$NaCl$8$0$" B64_64 },
	{ "scrypt, hash cut", "scrypt$1024$NaCl$8$16$/bq+HJ00" },
	{ "scrypt, all numbers at their ends",
	    "scrypt$9223372036854775808$NaCl$9223372036854775807$"
	    "9223372036854775807$" B64_64 },
	{ "md5, hash cut", "md5$seasalt$3f86d0d3d465b7b4" },
	{ "md5, upper case", "md5$seasalt$3F86D0D3D465B7B458C231BF3555C0E3" },
	{ "sha1, no salt", "sha1$cff36ea83f5706ce9aa7454e63e431fc726b2dc8" },
	{ "phpass, 2^25 rounds", "$P$N" PHPASS_TAIL },
	{ "phpass, 2^6 rounds", "$P$4" PHPASS_TAIL },
	{ "phpass, cut", "$P$BabcdefghN.jy.rLtNDuudeArCEnDk" },
	{ "phpass, longer", "$P$B" PHPASS_TAIL "x" },
	{ "phpass, prefix alone", "$P$" },
	{ "WordPress with another crypt",
	    "$wp$5$saltstring$" SHA256_TAIL },
	{ "WordPress with $2b$", "$wp$2b$05$" BCRYPT_TAIL },
	{ "bcrypt, cost of 17", "$2b$17$" BCRYPT_TAIL },
	{ "bcrypt, cost of 3", "$2b$03$" BCRYPT_TAIL },
	{ "bcrypt, cost of 31 by Django", "bcrypt$$2b$31$" BCRYPT_TAIL },
	{ "bcrypt, cost of 31 by a digest",
	    "bcrypt_sha256$$2b$31$" BCRYPT_TAIL },
	{ "bcrypt, no number", "$2b$1x$" BCRYPT_TAIL },
	{ "bcrypt, cut", "$2b$05$CCCCCCCCCCCCCCCCCCCCC" },
	{ "bcrypt, longer", "$2b$05$" BCRYPT_TAIL "x" },
	{ "bcrypt, a character that is none",
	    "$2b$05$CCCCCCCCCCCCCCCCCCCCC:E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW" },
	{ "bcrypt, prefix alone", "$2b$" },
	{ "another crypt under Django's name",
	    "bcrypt$$7$CU..../....sv5$x" },
	{ "SHA crypt, rounds beyond 10 million",
	    "$5$rounds=10000001$saltstring$" SHA256_TAIL },
	{ "SHA crypt, 999 rounds", "$5$rounds=999$saltstring$" SHA256_TAIL },
	{ "SHA crypt, no rounds", "$5$rounds=$saltstring$" SHA256_TAIL },
	{ "SHA crypt, salt of 17", "$5$saltstringsaltstr$" SHA256_TAIL },
	{ "SHA crypt, hash cut", "$5$saltstring$5B8vYYiY" },
	{ "SHA crypt, hash of the other one",
	    "$6$saltstring$" SHA256_TAIL },
	{ "yescrypt, 2 GiB", "$y$jGT" YESCRYPT_TAIL },
	{ "yescrypt, r of two characters", "$y$j5z" YESCRYPT_TAIL },
	{ "yescrypt, longer parameters", "$y$j9T5" YESCRYPT_TAIL },
	{ "yescrypt, other flags", "$y$.9T" YESCRYPT_TAIL },
	{ "yescrypt, a number of two characters", "$y$jzT" YESCRYPT_TAIL },
	{ "yescrypt, no hash", "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$" },
	{ "argon2i, beyond 1 GiB",
	    "$argon2i$v=19$m=1048577,t=2,p=1$c29tZXNhbHQ$"
	    "iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8" },
	{ "argon2 of Django, 11 passes",
	    "argon2$argon2id$v=19$m=256,t=11,p=1$c29tZXNhbHQ$"
	    "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4" },
	{ "argon2 of Django, the version before",
	    "argon2$argon2i$m=512,t=2,p=2$c29tZXNhbHQ$"
	    "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4" },
};
/* clang-format on */

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void verifies_what_others_have_stored(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		if (password_stored_fault(good[i].stored) != NULL)
			fail_msg("faulty: %s", good[i].rule);
		if (!password_verify(good[i].stored, good[i].password))
			fail_msg("not verified: %s", good[i].rule);
	}
}

static void no_other_password_will_do(void **state)
{
	for (size_t i = 0; i < COUNT(good); i++) {
		const char *password = good[i].password;
		const char *longer = arena_printf(*state, "%sx", password);
		char *other = arena_printf(*state, "%s", password);

		if (*other == '\0')
			continue;
		other[0] ^= 1;
		if (password_verify(good[i].stored, other))
			fail_msg("verified: %s", good[i].rule);
		/* Only bcrypt stops looking somewhere. */
		if (strlen(password) < 72 &&
		    password_verify(good[i].stored, longer))
			fail_msg("verified a longer one: %s", good[i].rule);
	}
}

/* The last digits of Base64 have bits that are not looked at. */
static void no_other_hash_will_do(void **state)
{
	for (size_t i = 0; i < COUNT(good); i++) {
		char *stored = arena_string(*state, good[i].stored);
		size_t size = strlen(stored);
		char *at = stored + size - 10;

		*at = *at == 'a' ? 'b' : 'a';
		if (password_verify(stored, good[i].password))
			fail_msg("verified changed: %s", good[i].rule);
		stored[size - 1] = '\0';
		if (password_verify(stored, good[i].password))
			fail_msg("verified cut: %s", good[i].rule);
	}
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return time.tv_sec * 1000000000 + time.tv_nsec;
}

/* The least that is beyond a bound takes more than a second. */
static void what_is_damaged_or_too_dear_is_not_computed(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		int64_t from = now();

		if (password_verify(bad[i].stored, "password"))
			fail_msg("verified: %s", bad[i].rule);
		if (password_stored_fault(bad[i].stored) == NULL)
			fail_msg("not faulty: %s", bad[i].rule);
		if (now() - from > 200000000)
			fail_msg("computed: %s", bad[i].rule);
	}
}

static void bounds_are_within_what_is_allowed(void **state)
{
	static const char *const stored[] = {
		"pbkdf2_sha256$10000000$salt$" B64_32,
		"scrypt$1048576$NaCl$8$1$" B64_64,
		"scrypt$1024$NaCl$8$2048$" B64_64,
		"$P$M" PHPASS_TAIL,
		"$P$5" PHPASS_TAIL,
		"$2b$16$" BCRYPT_TAIL,
		"$2b$04$" BCRYPT_TAIL,
		"$5$rounds=10000000$saltstring$" SHA256_TAIL,
		"$5$rounds=1000$saltstring$" SHA256_TAIL,
		"$5$saltstringsaltst$" SHA256_TAIL,
		"$y$jFT" YESCRYPT_TAIL,
	};

	(void)state;
	for (size_t i = 0; i < COUNT(stored); i++)
		if (password_stored_fault(stored[i]) != NULL)
			fail_msg("faulty: %s", stored[i]);
}

static char *filled(struct arena *arena, const char *begin, size_t size)
{
	char *text = arena_alloc(arena, size + 1);

	memset(text, 'x', size);
	memcpy(text, begin, strlen(begin));
	return text;
}

static void never_looks_at_long_texts(void **state)
{
	/* md5 of "s" and 1024, or 1025, times x */
	static const char longest[] = "md5$s$f0ca561aca1a31f5bc1331ac3afca3ba";
	static const char longer[] = "md5$s$0fb1bee41dbb91a74e506231eca792e7";
	char *stored = filled(*state, "md5$", 600);

	assert_true(
	    password_verify(longest, filled(*state, "", PASSWORD_SIZE_MAX)));
	assert_false(
	    password_verify(longer, filled(*state, "", PASSWORD_SIZE_MAX + 1)));
	memcpy(stored + 600 - 33, "$900150983cd24fb0d6963f7d28e17f72", 33);
	assert_non_null(password_stored_fault(stored));
	assert_false(password_verify(stored, "password"));
}

static void bcrypt_looks_at_72_bytes(void **state)
{
	static const char stored[] =
	    "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui";
	static const char seen[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

	assert_int_equal(strlen(seen), 72);
	assert_true(password_verify(stored, seen));
	assert_true(
	    password_verify(stored, filled(*state, seen, PASSWORD_SIZE_MAX)));
	assert_false(password_verify(
	    stored, filled(*state, seen, PASSWORD_SIZE_MAX + 1)));
	assert_false(password_verify(stored, arena_copy(*state, seen, 71)));
}

static void a_digest_before_bcrypt_looks_at_all(void **state)
{
	/* by python3-bcrypt, as Django does it: 100 times x */
	static const char stored[] =
	    "bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuut2SshH6UbGkn9RXLOv/njlCqQS.IYXK";

	assert_true(password_verify(stored, filled(*state, "", 100)));
	assert_false(password_verify(stored, filled(*state, "", 101)));
	assert_false(password_verify(stored, filled(*state, "", 99)));
}

/* Django REST framework and WordPress cut it off before they hash. */
static void white_space_around_a_password_may_go(void **state)
{
	static const char hello[] =
	    "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5";
	/* sha1("s" + " a ") */
	static const char blanks[] =
	    "sha1$s$740880e38a5ed61bf32bfce3b20562b10bd74f04";

	(void)state;
	assert_true(password_verify(hello, " Hello world!"));
	assert_true(password_verify(hello, "Hello world!\t\r\n"));
	assert_true(password_verify(hello, "\xc2\xa0Hello world!\xe3\x80\x80"));
	assert_false(password_verify(hello, "Helloworld!"));
	assert_false(password_verify(hello, "Hello  world!"));
	assert_false(password_verify(hello, "xHello world! "));
	assert_false(password_verify(hello, " "));
	assert_true(password_verify(blanks, " a "));
	assert_false(password_verify(blanks, "a"));
	assert_false(password_verify(blanks, "  a "));
}

static void our_own_are_compared_as_they_are(void **state)
{
	static const struct config cheap = { .password_memory = 64 * 1024,
		.password_passes = 2 };
	const char *hash = password_hash(*state, &cheap, "Corr3ct-horse");

	assert_true(password_verify(hash, "Corr3ct-horse"));
	assert_false(password_verify(hash, " Corr3ct-horse"));
	assert_false(password_verify(hash, "Corr3ct-horse "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verifies_what_others_have_stored),
		cmocka_unit_test(no_other_password_will_do),
		cmocka_unit_test(no_other_hash_will_do),
		cmocka_unit_test(what_is_damaged_or_too_dear_is_not_computed),
		cmocka_unit_test(bounds_are_within_what_is_allowed),
		cmocka_unit_test(never_looks_at_long_texts),
		cmocka_unit_test(bcrypt_looks_at_72_bytes),
		cmocka_unit_test(a_digest_before_bcrypt_looks_at_all),
		cmocka_unit_test(white_space_around_a_password_may_go),
		cmocka_unit_test(our_own_are_compared_as_they_are),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
