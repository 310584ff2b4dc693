/* qr.h - text as the picture of a QR code (ISO/IEC 18004). Wraps libqrencode. */
#pragma once
#include "arena.h"

/*
 * Returns an SVG document without script, of one path in currentColor, with
 * the quiet zone around it; NULL when the text is too long for a QR code.
 */
const char *qr_svg(struct arena *arena, const char *text);
