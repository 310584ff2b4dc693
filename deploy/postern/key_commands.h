/* key_commands.h - the commands of the key ring, and what they share. */
#pragma once
#include "command.h"
#include "key.h"
#include "ring.h"

int key_new(struct context *context, int argc, char **argv);
int key_add(struct context *context, int argc, char **argv);
int key_list(struct context *context, int argc, char **argv);
int key_use(struct context *context, int argc, char **argv);
int key_retire(struct context *context, int argc, char **argv);
int key_publish(struct context *context, int argc, char **argv);
int key_import(struct context *context, int argc, char **argv);

/*
 * Reads the value of --algorithm; NULL stands for the setting. Returns false
 * after saying why.
 */
bool key_algorithm(const struct context *context, const char *value,
    enum algorithm *algorithm);

/* The kid and file of a key that has come to the ring, for the answer. */
int key_say_added(
    struct ring *ring, const struct key *key, bool signs, const char *verb);

/*
 * Publishes where jwks_file is set: behind every change of the ring, which
 * stays locked. Returns DONE, or NOT_DONE after saying why.
 */
int key_publish_change(struct context *context);
