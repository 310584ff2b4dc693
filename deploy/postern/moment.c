/* moment.c - points in time as other systems write them. */
#include "moment.h"

#include <stdbool.h>
#include <string.h>

#define FRACTION_MOST 9 /* digits */

/* Reads exactly `count` digits of `least` to `most`, and moves behind them. */
static bool read_digits(
    const char **text, int count, int least, int most, int *number)
{
	*number = 0;
	for (int i = 0; i < count; i++, (*text)++) {
		if (**text < '0' || **text > '9')
			return false;
		*number = *number * 10 + (**text - '0');
	}
	return *number >= least && *number <= most;
}

static bool take(const char **text, char c)
{
	if (**text != c)
		return false;
	(*text)++;
	return true;
}

static int days_of(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && is_leap);
}

static bool read_date(const char **text)
{
	int year = 0, month = 0, day = 0;

	return read_digits(text, 4, 1, 9999, &year) && take(text, '-') &&
	    read_digits(text, 2, 1, 12, &month) && take(text, '-') &&
	    read_digits(text, 2, 1, days_of(year, month), &day);
}

static bool read_clock(const char **text)
{
	size_t digits = 0;
	int number = 0;

	if (!read_digits(text, 2, 0, 23, &number) || !take(text, ':') ||
	    !read_digits(text, 2, 0, 59, &number))
		return false;
	if (!take(text, ':'))
		return true;
	if (!read_digits(text, 2, 0, 59, &number))
		return false;
	if (!take(text, '.'))
		return true;
	digits = strspn(*text, "0123456789");
	*text += digits;
	return digits >= 1 && digits <= FRACTION_MOST;
}

/* Sets *is_given when there is one. */
static bool read_offset(const char **text, bool *is_given)
{
	int number = 0;

	*is_given = **text != '\0';
	if (!*is_given || take(text, 'Z'))
		return true;
	if (!take(text, '+') && !take(text, '-'))
		return false;
	if (!read_digits(text, 2, 0, 15, &number))
		return false;
	return **text == '\0' ||
	    ((take(text, ':') || true) && read_digits(text, 2, 0, 59, &number));
}

const char *moment_read(struct arena *arena, const char *text)
{
	const char *at = text;
	bool has_offset = false;

	if (!read_date(&at))
		return NULL;
	if (*at == '\0')
		return arena_printf(arena, "%s 00:00Z", text);
	if (!take(&at, ' ') && !take(&at, 'T'))
		return NULL;
	if (!read_clock(&at) || !read_offset(&at, &has_offset) || *at != '\0')
		return NULL;
	return has_offset ? text : arena_printf(arena, "%sZ", text);
}
