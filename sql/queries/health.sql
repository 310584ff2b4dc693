-- Whether the database answers and has a schema.
select name_key is not null as is_well from postern.site
