/* check.h - findings of the operator's check. */
#pragma once
#include "command.h"

enum severity { FINE, WARNING, PROBLEM };

struct report;

/*
 * Adds a finding: what was looked at, how it is, in one sentence what was
 * found and what to do. The text must live as long as the report.
 */
void report_add(struct report *report, const char *check,
    enum severity severity, const char *text);

/* Names variables that look like settings and are none. */
void check_environment(struct context *context, struct report *report);

/* Looks at the file of breached passwords, where one is set. */
void check_breached(struct context *context, struct report *report);

/* Reads the keys as the programs do, and looks at what lies beside them. */
void check_keys(struct context *context, struct report *report);

/*
 * Looks at the key of two-step login and, where the schema is there, whether it
 * opens what is stored.
 */
void check_totp(
    struct context *context, struct report *report, bool has_schema);

/* Looks at everything that letters need; tries the transport. */
void check_mail(struct context *context, struct report *report);

/* Looks at everything that hooks need, where there are any. */
void check_hooks(struct context *context, struct report *report);
