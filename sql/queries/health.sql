-- Whether the database answers and has a schema.
select is_only as is_well from postern.site
