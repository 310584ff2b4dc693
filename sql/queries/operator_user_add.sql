-- Adds an account, unless its subject is taken or a verified account has its
-- address.
-- $1 subject or null, $2 username, $3 canonical username, $4 address,
-- $5 canonical address, $6 first name, $7 last name, $8 password hash,
-- $9 verified, $10 staff
-- id, username, email; address_taken when there is no id
with owner as (
	select exists (
		select
		from postern.users
		where email_canonical = $5::text
			and verified_at is not null
	) as taken
),
added as (
	insert into postern.users (subject, username, username_canonical,
		email, email_canonical, first_name, last_name, password,
		verified_at, is_staff)
	select coalesce($1::text, gen_random_uuid()::text), $2, $3, $4, $5,
		$6, $7, $8, case when $9::boolean then now() end, $10::boolean
	from owner
	where not taken
	on conflict (subject) do nothing
	returning id, subject, username, email
),
noted as (
	insert into postern.audit (what, user_id)
	select 'user_added', id
	from added
)
select subject as id, username, email, taken as address_taken
from owner left join added on true
