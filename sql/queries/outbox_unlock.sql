-- Lets another connection deliver.
select pg_advisory_unlock(7056842918) as is_unlocked
