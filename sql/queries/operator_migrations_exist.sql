-- Does the database know migrations at all?
-- present
select to_regclass('postern.migrations') is not null as present
