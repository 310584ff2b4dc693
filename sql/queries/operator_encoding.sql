-- In which encoding the database keeps its text.
-- encoding
select current_setting('server_encoding') as encoding
