-- The migrations that were applied.
-- version
select version
from postern.migrations
order by version
