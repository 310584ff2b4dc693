-- Notes that a migration was applied.
-- $1 version
insert into postern.migrations (version)
values ($1)
