/*
 * gateway_cgi.h - input and output of CGI's one request (RFC 3875), each with
 * a deadline (clock_milliseconds).
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Undoes what libfcgi did to signals: one request needs no ceremony. */
void gateway_cgi_open(void);

/*
 * Reads up to `size` bytes of the body. Returns how many; fewer at the end of
 * the input or of the time.
 */
size_t gateway_cgi_read(int64_t deadline, char *buffer, size_t size);

/*
 * Takes what is left of the body: `left` bytes, or chunks. The input may stay
 * open behind it (section 4.2).
 */
void gateway_cgi_drain(int64_t deadline, size_t left, bool is_chunked);

/*
 * Writes header and body of the answer. From here on SIGTERM and SIGUSR1 wait
 * until the process has ended by itself.
 */
void gateway_cgi_answer(int64_t deadline, const char *head, size_t head_size,
    const char *body, size_t body_size);
