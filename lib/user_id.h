/* user_id.h - how the user of a token is found. */
#pragma once
#include "request.h"

/* The column that user_id_field names, as statements know it. */
const char *user_id_column(const struct config *config);

/*
 * The claim as that column compares: a username in its canonical form, say.
 * Returns "", which no account has, for what cannot be one.
 */
const char *user_id_key(struct request *request, const char *user_id);
