/* test_arena.c - memory that lives as long as one request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "arena.h"

static int open_arena(void **state)
{
	*state = arena_open();
	return 0;
}

static int close_arena(void **state)
{
	arena_close(*state);
	return 0;
}

static void gives_zeroed_aligned_memory(void **state)
{
	static const size_t sizes[] = { 1, 15, 16, 17, 100, 16383, 16384, 16385,
		1000000, 3 };

	/* The second round finds what the first one has used. */
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			unsigned char *bytes = arena_alloc(*state, sizes[i]);

			assert_int_equal(
			    (uintptr_t)bytes % _Alignof(max_align_t), 0);
			for (size_t j = 0; j < sizes[i]; j++)
				if (bytes[j] != 0)
					fail_msg("%zu: not zeroed", sizes[i]);
			memset(bytes, 0xaa, sizes[i]);
		}
		arena_reset(*state);
	}
}

static void pieces_do_not_overlap(void **state)
{
	unsigned char *pieces[300];

	for (size_t i = 0; i < 300; i++) {
		pieces[i] = arena_alloc(*state, i);
		memset(pieces[i], (int)(i & 0xff), i);
	}
	for (size_t i = 0; i < 300; i++)
		for (size_t j = 0; j < i; j++)
			assert_int_equal(pieces[i][j], i & 0xff);
	assert_non_null(arena_alloc(*state, 0));
}

static void copies_end_with_nul(void **state)
{
	const char *copy = arena_copy(*state, "ab\0cd", 5);

	assert_memory_equal(copy, "ab\0cd\0", 6);
	assert_string_equal(arena_copy(*state, "abc", 2), "ab");
	assert_string_equal(arena_copy(*state, NULL, 0), "");
	assert_string_equal(arena_string(*state, "abc"), "abc");
	assert_string_equal(arena_string(*state, ""), "");
}

static void formats(void **state)
{
	char *longer = arena_printf(*state, "%05000d", 7);

	assert_string_equal(arena_printf(*state, "%s-%d", "a", 1), "a-1");
	assert_string_equal(arena_printf(*state, "%s", ""), "");
	assert_int_equal(strlen(longer), 5000);
	assert_int_equal(longer[4999], '7');
}

static void resets_wipe(void **state)
{
	char *text = arena_string(*state, "Corr3ct-horse");

	arena_reset(*state);
	/* The first block stays, so that its bytes can be looked at. */
	for (size_t i = 0; i < sizeof "Corr3ct-horse"; i++)
		assert_int_equal(text[i], 0);
	assert_ptr_equal(arena_alloc(*state, 1), text);
}

struct note {
	struct arena *arena;
	char *order;
	char letter;
};

static void write_letter(void *object)
{
	struct note *note = object;
	size_t length = strlen(note->order);

	note->order[length] = note->letter;
	note->order[length + 1] = '\0';
}

static void defers_in_reverse_and_once(void **state)
{
	char order[8] = "";
	struct note notes[] = {
		{ *state, order, 'a' },
		{ *state, order, 'b' },
		{ *state, order, 'c' },
	};

	for (size_t i = 0; i < 3; i++)
		arena_defer(*state, write_letter, &notes[i]);
	assert_string_equal(order, "");
	arena_reset(*state);
	assert_string_equal(order, "cba");
	arena_reset(*state);
	assert_string_equal(order, "cba");
}

static void closing_releases_what_was_deferred(void **state)
{
	char order[8] = "";
	struct note note = { NULL, order, 'a' };
	struct arena *arena = arena_open();

	(void)state;
	arena_defer(arena, write_letter, &note);
	arena_close(arena);
	assert_string_equal(order, "a");
	arena_close(NULL);
}

static void use_memory(void *object)
{
	struct note *note = object;

	memset(arena_alloc(note->arena, 100000), 1, 100000);
	arena_defer(note->arena, write_letter, note);
}

/* Under the address sanitizer a block that is forgotten is an error. */
static void a_release_may_use_the_arena(void **state)
{
	char order[8] = "";
	struct note note = { *state, order, 'a' };

	arena_defer(*state, use_memory, &note);
	arena_reset(*state);
	assert_string_equal(order, "a");
}

static void ends_without_memory(void **state)
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(2);
		arena_alloc(*state, SIZE_MAX - 7);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_zeroed_aligned_memory),
		cmocka_unit_test(pieces_do_not_overlap),
		cmocka_unit_test(copies_end_with_nul),
		cmocka_unit_test(formats),
		cmocka_unit_test_setup_teardown(
		    resets_wipe, open_arena, close_arena),
		cmocka_unit_test(defers_in_reverse_and_once),
		cmocka_unit_test(closing_releases_what_was_deferred),
		cmocka_unit_test(a_release_may_use_the_arena),
		cmocka_unit_test(ends_without_memory),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
