-- Whether there is a role of this name.
select to_regrole($1) is not null as present
