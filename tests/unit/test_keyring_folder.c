/* test_keyring_folder.c - which folders of keys are taken, and what signs. */
#include "token_fixture.h"

#include "key_folder.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define SECRET "kW3vQx81-zPq0LmT7_yNc5RbUa2EoHd9" /* 32 bytes */
#define SECOND "Zt6uXr40-aGs9MnV2_bKd8QwYe1FiJp7"
#define SHORT "kW3vQx81-zPq0LmT7_yNc5RbUa2EoHd"

static const struct ring_file ring[] = {
	{ "one.HS256.key", SECRET "\n", 0 },
	{ "two.ES256.key", P256_PRIVATE, 0 },
	{ "two.ES256.pub", P256_PUBLIC, 0 },
	{ "far.RS256.imported", "# https://x.example\n" RSA_PUBLIC, 0 },
	{ "signing", "one\n", 0 },
	{ 0 },
};

/*
 * Each row changes a file of the ring, once so that it is taken and once so
 * that it is not; `also` is there both times.
 */
static const struct {
	const char *rule;
	struct ring_file accepted, refused;
	const char *said; /* behind the folder's name, the file; what to do */
	struct ring_file also;
} rows[] = {
	{ "32 bytes at least", { "new.HS256.key", SECOND, 0 },
	    { "new.HS256.key", SHORT, 0 }, "/new.HS256.key: it has fewer",
	    { 0 } },
	{ "no placeholder", { "new.HS384.key", SECOND "xhangeme", 0 },
	    { "new.HS384.key", SECOND "changeme", 0 },
	    "/new.HS384.key: it is a placeholder", { 0 } },
	{ "no PEM as a secret", { "new.HS256.key", SECOND, 0 },
	    { "new.HS256.key", RSA_PUBLIC, 0 }, "/new.HS256.key: it is a PEM",
	    { 0 } },
	{ "others cannot read a secret", { "new.HS256.key", SECOND, 0640 },
	    { "new.HS256.key", SECOND, 0644 }, "/new.HS256.key: can be read",
	    { 0 } },
	{ "nor one half of a pair that does not sign",
	    { "two.ES256.key", P256_PRIVATE, 0640 },
	    { "two.ES256.key", P256_PRIVATE, 0644 }, "chmod o-rwx", { 0 } },
	{ "others cannot write a public key",
	    { "two.ES256.pub", P256_PUBLIC, 0664 },
	    { "two.ES256.pub", P256_PUBLIC, 0666 }, "chmod o-w", { 0 } },
	{ "nor an imported one", { "far.RS256.imported", RSA_PUBLIC, 0664 },
	    { "far.RS256.imported", RSA_PUBLIC, 0666 }, "chmod o-w", { 0 } },
	{ "nor choose the one that signs", { "signing", "one\n", 0664 },
	    { "signing", "one\n", 0666 }, "/signing: others can write", { 0 } },
	{ "the name's algorithm is the key's",
	    { "new.ES384.pub", P384_PUBLIC, 0 },
	    { "new.ES256.pub", P384_PUBLIC, 0 },
	    "/new.ES256.pub: it does not fit", { 0 } },
	{ "RSA of 2048 bits", { "far.RS256.imported", RSA_PUBLIC, 0 },
	    { "far.RS256.imported", RSA_SHORT_PUBLIC, 0 }, "2048", { 0 } },
	{ "halves of one key", { "two.ES256.pub", P256_PUBLIC, 0 },
	    { "two.ES256.pub", P256_OTHER_PUBLIC, 0 },
	    "/two.ES256.key: it is no private key in PEM that fits", { 0 } },
	{ "no passphrase", { "two.ES256.key", P256_PRIVATE, 0 },
	    { "two.ES256.key", P256_ENCRYPTED, 0 }, "passphrase", { 0 } },
	{ "a comment in an imported key alone",
	    { "new.ES384.imported", "# of x\n" P384_PUBLIC, 0 },
	    { "new.ES384.pub", "# of x\n" P384_PUBLIC, 0 },
	    "/new.ES384.pub: it is not one PEM", { 0 } },
	{ "no private key imported", { "new.ES384.imported", P384_PUBLIC, 0 },
	    { "new.ES384.imported", P384_PRIVATE, 0 }, "not one PEM", { 0 } },
	{ "no secret imported", { "new.RS256.imported", RSA_PUBLIC, 0 },
	    { "new.HS256.imported", RSA_PUBLIC, 0 }, "no public half", { 0 } },
	{ "no public secret", { "new.RS256.pub", RSA_PUBLIC, 0 },
	    { "new.HS256.pub", RSA_PUBLIC, 0 }, "no public half", { 0 } },
	{ "a public half alone, not a private one",
	    { "new.ES384.pub", P384_PUBLIC, 0 },
	    { "new.ES384.key", P384_PRIVATE, 0 },
	    "/new.ES384.key: its public half is missing", { 0 } },
	{ "a kid once", { "new.HS512.key", SECOND, 0 },
	    { "one.HS512.key", SECOND, 0 },
	    "/one: two keys have this kid, of HS256 and HS512", { 0 } },
	{ "a kid of ours is not imported",
	    { "new.ES256.imported", P256_OTHER_PUBLIC, 0 },
	    { "two.ES256.imported", P256_OTHER_PUBLIC, 0 },
	    "/two.ES256.imported: the same kid is that of a key of ours",
	    { 0 } },
	{ "retired or not", { "new.HS256.retired", SECRET, 0 },
	    { "one.HS256.retired", SECRET, 0 },
	    "/one.HS256.key: the same key is retired", { 0 } },
	{ "what signs is there", { "signing", "two\n", 0 },
	    { "signing", "six\n", 0 },
	    "/signing:1: there is no such key; run postern key use KID; "
	    "there are: one, two",
	    { 0 } },
	{ "not retired", { "signing", "one\n", 0 }, { "signing", "old\n", 0 },
	    "/signing:1: this key is retired; run postern key use KID; there "
	    "are: one, two",
	    { "old.HS256.retired", SECOND, 0 } },
	{ "not imported", { "signing", "one\n", 0 }, { "signing", "far\n", 0 },
	    "/signing:1: this key is another issuer's; run postern key use",
	    { 0 } },
	{ "not a public half alone", { "signing", "one\n", 0 },
	    { "signing", "pub\n", 0 },
	    "/signing:1: this key has no private half here",
	    { "pub.ES384.pub", P384_PUBLIC, 0 } },
	{ "one line", { "signing", "one", 0 }, { "signing", "one\ntwo\n", 0 },
	    "/signing:1: it is not one line", { 0 } },
	{ "a line", { "signing", NULL, 0 }, { "signing", "", 0 },
	    "/signing:1: it is not one line", { 0 } },
	{ "nothing around it", { "signing", "one\n", 0 },
	    { "signing", "one \n", 0 }, "/signing:1: it is not one line",
	    { 0 } },
};

static void takes_rings_without_a_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fixture *fixture = fixture_open();
		const char *problem = NULL;

		if (rows[i].also.name != NULL)
			fixture_ring_file(fixture, &rows[i].also);
		assert_null(fixture_ring(fixture, ring));
		problem = fixture_ring(fixture,
		    (const struct ring_file[]){ rows[i].accepted, { 0 } });
		if (problem != NULL)
			fail_msg("refused: %s: %s", rows[i].rule, problem);
		if (strcmp(rows[i].accepted.name, rows[i].refused.name) != 0)
			unlink(arena_printf(fixture->arena, "%s/%s",
			    fixture->folder, rows[i].accepted.name));
		problem = fixture_ring(fixture,
		    (const struct ring_file[]){ rows[i].refused, { 0 } });
		if (problem == NULL || fixture->keys != NULL)
			fail_msg("taken: %s", rows[i].rule);
		if (strstr(problem, rows[i].said) == NULL)
			fail_msg("%s: %s", rows[i].rule, problem);
		assert_non_null(strstr(problem, ": signing_key: /tmp/keys"));
		assert_null(strstr(problem, "kW3vQx81"));
		assert_null(strstr(problem, "Zt6uXr40"));
		fixture_close(fixture);
	}
}

static void refuses_a_folder_of_everybody(void **state)
{
	struct fixture *fixture = fixture_open();

	(void)state;
	assert_int_equal(chmod(fixture->folder, 0775), 0);
	assert_null(fixture_ring(fixture, ring));
	assert_int_equal(chmod(fixture->folder, 0777), 0);
	assert_non_null(strstr(fixture_ring(fixture, ring), "chmod o-w"));
	assert_int_equal(chmod(fixture->folder, 0700), 0);
	fixture_close(fixture);
}

static void needs_a_key(void **state)
{
	static const struct ring_file none[] = {
		{ "old.HS256.retired", SECRET, 0 },
		{ "README", "x", 0 },
		{ 0 },
	};
	struct fixture *fixture = fixture_open();

	(void)state;
	assert_non_null(strstr(fixture_ring(fixture, none), "postern key new"));
	fixture->config.signing_key = "/nowhere/keys/";
	fixture->keys = NULL;
	fixture->config.algorithm = HS256;
	assert_non_null(strstr(fixture_keys(fixture, HS256, NULL, NULL),
	    "signing_key: /nowhere/keys/: cannot be read: No such file"));
	fixture_close(fixture);
}

static void is_meant_by_a_folder_or_a_slash(void **state)
{
	(void)state;
	assert_true(key_folder_is_meant("/tmp"));
	assert_true(key_folder_is_meant("/nowhere/"));
	assert_false(key_folder_is_meant("/nowhere"));
	assert_false(key_folder_is_meant("/etc/passwd"));
	assert_false(key_folder_is_meant(""));
}

/* The order is that in which tokens without a kid are tried. */
static void has_what_signs_in_front(void **state)
{
	struct fixture *fixture = fixture_open();
	const struct key *key = NULL;
	static const char *const order[] = { "two", "far", "one" };

	(void)state;
	assert_null(fixture_ring(fixture, ring));
	assert_string_equal(keyring_signing(fixture->keys)->id, "one");
	assert_null(fixture_ring(fixture,
	    (const struct ring_file[]){ { "signing", "two", 0 }, { 0 } }));
	for (size_t i = 0; i < COUNT(order); i++) {
		key = keyring_next(fixture->keys, key);
		assert_non_null(key);
		assert_string_equal(key->id, order[i]);
		assert_ptr_equal(keyring_find(fixture->keys, order[i]), key);
		assert_int_equal(key->is_imported, i == 1);
	}
	assert_null(keyring_next(fixture->keys, key));
	assert_null(keyring_find(fixture->keys, "tw"));
	assert_null(keyring_find(fixture->keys, ""));
	fixture_close(fixture);
}

static void gives_each_key_its_own_algorithm(void **state)
{
	struct fixture *fixture = fixture_open();

	(void)state;
	fixture->config.algorithm = RS512;
	assert_null(fixture_ring(fixture, ring));
	assert_int_equal(keyring_find(fixture->keys, "one")->algorithm, HS256);
	assert_int_equal(keyring_find(fixture->keys, "two")->algorithm, ES256);
	assert_int_equal(keyring_find(fixture->keys, "far")->algorithm, RS256);
	fixture_close(fixture);
}

static void keeps_the_private_half_of_what_signs_alone(void **state)
{
	struct fixture *fixture = fixture_open();

	(void)state;
	assert_null(fixture_ring(fixture, ring));
	assert_null(keyring_find(fixture->keys, "two")->signing);
	assert_null(fixture_ring(fixture,
	    (const struct ring_file[]){ { "signing", "two", 0 }, { 0 } }));
	assert_non_null(keyring_signing(fixture->keys)->signing);
	fixture_close(fixture);
}

static void verifies_only_without_a_word_of_what_signs(void **state)
{
	static const struct ring_file imported[] = {
		{ "far.RS256.imported", RSA_PUBLIC, 0 },
		{ 0 },
	};
	struct fixture *fixture = fixture_open();

	(void)state;
	assert_null(fixture_ring(fixture, imported));
	assert_null(keyring_signing(fixture->keys));
	assert_non_null(keyring_find(fixture->keys, "far"));
	assert_null(fixture_ring(fixture, ring));
	assert_non_null(keyring_signing(fixture->keys));
	assert_null(fixture_ring(fixture,
	    (const struct ring_file[]){ { "signing", NULL, 0 }, { 0 } }));
	assert_null(keyring_signing(fixture->keys));
	assert_non_null(keyring_find(fixture->keys, "one"));
	fixture_close(fixture);
}

/* A retirement that was interrupted between its two files. */
static void forgets_what_is_retired(void **state)
{
	static const struct ring_file retired[] = {
		{ "two.ES256.key", NULL, 0 },
		{ "two.ES256.retired", P256_PRIVATE, 0600 },
		{ 0 },
	};
	struct fixture *fixture = fixture_open();

	(void)state;
	assert_null(fixture_ring(fixture, ring));
	assert_non_null(keyring_find(fixture->keys, "two"));
	assert_null(fixture_ring(fixture, retired));
	assert_null(keyring_find(fixture->keys, "two"));
	fixture_close(fixture);
}

static void leaves_other_names_alone(void **state)
{
	static const char *const names[] = { ".one.HS256.key.x7Q", "README",
		"six.key", ".HS256.key", "six.HS999.key", "six.hs256.key",
		"six.HS256.pem", "six.HS256", "s x.HS256.key",
		"six.HS256.key~" };
	struct fixture *fixture = fixture_open();
	struct key_folder folder = { 0 };
	const char *problem = NULL;

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		fixture_file(fixture, names[i], "x", 1, 0666);
	assert_null(fixture_ring(fixture, ring));
	assert_true(key_folder_read(
	    fixture->arena, fixture->folder, &folder, &problem));
	assert_int_equal(folder.strangers_count, COUNT(names));
	assert_int_equal(folder.count, 3);
	fixture_close(fixture);
}

static const struct {
	const char *id;
	bool is_taken;
} ids[] = {
	{ "0123456789abcdef", true },
	{ "a", true },
	{ "a.RS256", true },
	{ "AZaz09._-=", true },
	{ "-a", true },
	{ "", false },
	{ ".a", false },
	{ "a b", false },
	{ "a/b", false },
	{ "a+b", false },
	{ "a\n", false },
	{ "\xC3\xA9", false },
};

static void takes_kids_that_are_names(void **state)
{
	char longest[KEY_ID_MAX + 2];

	(void)state;
	for (size_t i = 0; i < COUNT(ids); i++)
		if (key_folder_takes_id(ids[i].id, strlen(ids[i].id)) !=
		    ids[i].is_taken)
			fail_msg("\"%s\"", ids[i].id);
	assert_false(key_folder_takes_id("a\0b", 3));
	memset(longest, 'k', sizeof longest);
	assert_true(key_folder_takes_id(longest, KEY_ID_MAX));
	assert_false(key_folder_takes_id(longest, KEY_ID_MAX + 1));
}

static void reads_names_from_their_end(void **state)
{
	static const struct ring_file files[] = {
		{ "a.RS256.b.HS256.key", SECRET, 0 },
		{ "signing", "a.RS256.b", 0 },
		{ 0 },
	};
	struct fixture *fixture = fixture_open();
	char *name = arena_alloc(fixture->arena, KEY_ID_MAX + 16);

	(void)state;
	assert_null(fixture_ring(fixture, files));
	assert_string_equal(keyring_signing(fixture->keys)->id, "a.RS256.b");
	memset(name, 'k', KEY_ID_MAX);
	memcpy(name + KEY_ID_MAX, ".HS256.key", strlen(".HS256.key"));
	assert_null(fixture_ring(
	    fixture, (const struct ring_file[]){ { name, SECOND, 0 }, { 0 } }));
	assert_int_equal(
	    strlen(keyring_next(fixture->keys, keyring_signing(fixture->keys))
		       ->id),
	    KEY_ID_MAX);
	fixture_close(fixture);
}

static void holds_32_keys(void **state)
{
	struct fixture *fixture = fixture_open();
	struct ring_file file = { NULL, SECRET, 0 };

	(void)state;
	for (int i = 0; i < 32; i++) {
		file.name = arena_printf(fixture->arena, "k%d.HS256.key", i);
		fixture_ring_file(fixture, &file);
	}
	file = (struct ring_file){ "old.HS256.retired", SECRET, 0 };
	assert_null(
	    fixture_ring(fixture, (const struct ring_file[]){ file, { 0 } }));
	file.name = "k32.HS256.key";
	assert_non_null(strstr(
	    fixture_ring(fixture, (const struct ring_file[]){ file, { 0 } }),
	    "more than 32 keys"));
	fixture_close(fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_rings_without_a_fault),
		cmocka_unit_test(refuses_a_folder_of_everybody),
		cmocka_unit_test(needs_a_key),
		cmocka_unit_test(is_meant_by_a_folder_or_a_slash),
		cmocka_unit_test(has_what_signs_in_front),
		cmocka_unit_test(gives_each_key_its_own_algorithm),
		cmocka_unit_test(keeps_the_private_half_of_what_signs_alone),
		cmocka_unit_test(verifies_only_without_a_word_of_what_signs),
		cmocka_unit_test(forgets_what_is_retired),
		cmocka_unit_test(leaves_other_names_alone),
		cmocka_unit_test(takes_kids_that_are_names),
		cmocka_unit_test(reads_names_from_their_end),
		cmocka_unit_test(holds_32_keys),
	};

	secret_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
