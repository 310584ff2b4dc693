/* respond.h - an outcome to the bytes of its answer. */
#pragma once
#include "gateway.h"
#include "request.h"

/* Writes the answer of the request and ends it. */
void respond(
    struct request *request, enum outcome outcome, struct gateway *gateway);
