/* qr.c - text as the picture of a QR code. */
#include "qr.h"

#include <stdio.h>

#include <qrencode.h>

#define QUIET 4     /* modules around the code */
#define RUN_SIZE 32 /* longer than "M1000 1000h1000v1h-1000z" and its NUL */

/* The dark modules of a row, each run of them a rectangle. */
static char *draw_row(char *to, const unsigned char *row, int width, int y)
{
	for (int x = 0; x < width; x++) {
		int length = 0;

		while (x + length < width && (row[x + length] & 1) != 0)
			length++;
		if (length == 0)
			continue;
		to += snprintf(to, RUN_SIZE, "M%d %dh%dv1h-%dz", x + QUIET,
		    y + QUIET, length, length);
		x += length;
	}
	return to;
}

static const char *draw(struct arena *arena, const QRcode *code)
{
	int width = code->width, side = width + 2 * QUIET;
	/* A run and a gap are two modules at least. */
	size_t most = (size_t)width * ((size_t)width / 2 + 1) * RUN_SIZE;
	char *path = arena_alloc(arena, most + 1), *to = path;
	const unsigned char *row = code->data;

	for (int y = 0; y < width; y++, row += width)
		to = draw_row(to, row, width, y);
	return arena_printf(arena,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
	    "shape-rendering=\"crispEdges\"><path fill=\"currentColor\" "
	    "d=\"%s\"/></svg>",
	    side, side, path);
}

const char *qr_svg(struct arena *arena, const char *text)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	const char *svg = code != NULL ? draw(arena, code) : NULL;

	QRcode_free(code);
	return svg;
}
