-- Notes that all accounts are written out.
insert into postern.audit (what) values ('users_exported')
