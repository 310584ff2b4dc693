/* query.h - one SQL statement of sql/queries, embedded when built. */
#pragma once

struct query {
	const char *name; /* the file's name without .sql */
	const char *text; /* the statement, its comments removed */
};

/* The roles of sql/roles.sql, each with its grants; the last has no name. */
extern const struct query roles[];

/* The files of sql/schema in their order; the last one has no name. */
extern const struct query migrations[];
