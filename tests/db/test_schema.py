"""What the database itself upholds, whatever the programs do."""

import psycopg2
import psycopg2.errors
import pytest

from support.site import Home

USER = {
    "username": "'alice'", "username_canonical": "'alice'",
    "email": "'a@example.org'", "email_canonical": "'a@example.org'",
    "password": "''", "verified_at": "now()",
}
SESSION = {
    "id": "gen_random_uuid()", "user_id": "1", "epoch": "0",
    "current_jti": "gen_random_uuid()", "rotated_at": "now()",
    "lifetime": "interval '1 hour'", "idle_expires": "now()",
    "expires": "now()", "address": "''", "agent": "''",
}
TICKET = {
    "hash": "sha256('x')", "purpose": "'reset'", "user_id": "1",
    "email_canonical": "'a@example.org'", "epoch": "0", "expires": "now()",
}
CODE = {"user_id": "1", "hash": "sha256('x')"}
INVITATION = {"email": "'a@example.org'",
              "email_canonical": "'a@example.org'", "expires": "now()"}
LETTER = {"purpose": "'reset'", "email_canonical": "'a@example.org'"}

RULES = [
    # rule, table, the columns of a good row, what breaks it, the constraint
    ("one username, compared", "users", USER,
     {"email_canonical": "'b'", "verified_at": "null"},
     "users_username_key"),
    ("one account for a verified address", "users", USER,
     {"username_canonical": "'bob'"}, "users_email_key"),
    ("one subject", "users", dict(USER, subject="'1'"),
     {"username_canonical": "'bob'", "email_canonical": "'b'"},
     "users_subject_key"),
    ("no blank in a subject", "users", USER, {"subject": "'a b'"},
     "users_subject_form"),
    ("no empty subject", "users", USER, {"subject": "''"},
     "users_subject_form"),
    ("a subject of 64 at most", "users", dict(USER, subject="repeat('x', 64)"),
     {"subject": "repeat('x', 65)"}, "users_subject_form"),
    ("no newline after a subject", "users", USER, {"subject": "E'a\\n'"},
     "users_subject_form"),
    ("no empty username", "users", USER, {"username_canonical": "''"},
     "users_username_form"),
    ("an address of 254 at most", "users",
     dict(USER, email="repeat('x', 254)"), {"email": "repeat('x', 255)"},
     "users_email_form"),
    ("no newline in an address", "users", USER,
     {"email": "E'a@example.org\\nBcc: b@example.org'"}, "users_email_form"),
    ("no minus before an address", "users", USER, {"email": "'-f@x'"},
     "users_email_form"),
    ("no epoch below 0", "users", USER, {"epoch": "-1"}, "users_epoch_form"),
    ("a session of somebody", "sessions", SESSION, {"user_id": "2"},
     "sessions_user_id_fkey"),
    ("one session of an id", "sessions",
     dict(SESSION, id="'00000000-0000-0000-0000-000000000001'"), {},
     "sessions_pkey"),
    ("ended by somebody", "sessions",
     dict(SESSION, ended_at="now()", ended_by="'operator'"),
     {"id": "gen_random_uuid()", "ended_by": "null"}, "sessions_ended"),
    ("ended at some time", "sessions", SESSION, {"ended_by": "'user'"},
     "sessions_ended"),
    ("ended by somebody known", "sessions", SESSION,
     {"ended_at": "now()", "ended_by": "'nobody'"}, "sessions_ended_by"),
    ("idle expiry within the absolute one", "sessions", SESSION,
     {"idle_expires": "now() + interval '1 s'"}, "sessions_expiry"),
    ("a ticket is a hash", "tickets", TICKET, {"hash": "'x'"},
     "tickets_hash_form"),
    ("a ticket of a known purpose", "tickets", TICKET,
     {"hash": "sha256('y')", "purpose": "'all'"}, "tickets_purpose"),
    ("one ticket of a hash", "tickets", TICKET, {}, "tickets_pkey"),
    ("a ticket of somebody", "tickets", TICKET,
     {"hash": "sha256('y')", "user_id": "2"}, "tickets_user_id_fkey"),
    ("two-step login with a secret", "users",
     dict(USER, totp_enabled_at="now()", totp_secret="'x'"),
     {"totp_secret": "null"}, "users_totp"),
    ("a recovery code is a hash", "recovery_codes", CODE,
     {"hash": "'x'"}, "recovery_codes_hash_form"),
    ("one recovery code of a hash", "recovery_codes", CODE, {},
     "recovery_codes_pkey"),
    ("a recovery code of somebody", "recovery_codes", CODE,
     {"user_id": "2"}, "recovery_codes_user_id_fkey"),
    ("a ticket for an account or an invitation", "tickets", TICKET,
     {"hash": "sha256('y')", "user_id": "null"}, "tickets_for"),
    ("a ticket of an invitation that is there", "tickets", TICKET,
     {"hash": "sha256('y')", "user_id": "null", "invitation_id": "7"},
     "tickets_invitation_id_fkey"),
    ("one open invitation of an address", "invitations", INVITATION, {},
     "invitations_open"),
    ("an invitation used by somebody", "invitations", INVITATION,
     {"email_canonical": "'b@example.org'", "used_at": "now()"},
     "invitations_used"),
    ("an invitation that is used is not revoked", "invitations", INVITATION,
     {"email_canonical": "'b@example.org'", "used_at": "now()",
      "used_by": "1", "revoked_at": "now()"}, "invitations_ended"),
    ("no newline in an invited address", "invitations", INVITATION,
     {"email": "E'b@example.org\\nBcc: c@example.org'",
      "email_canonical": "'b@example.org'"}, "invitations_email_form"),
    ("a letter of a known purpose", "outbox", LETTER,
     {"purpose": "'greeting'"}, "outbox_purpose"),
    ("a letter to somebody", "outbox", LETTER,
     {"email_canonical": "null"}, "outbox_to"),
    ("a letter to user or address", "outbox", LETTER, {"user_id": "1"},
     "outbox_to"),
    ("a letter ended somehow", "outbox", LETTER, {"ended_at": "now()"},
     "outbox_ended"),
    ("a letter ended in a known way", "outbox", LETTER,
     {"ended_at": "now()", "ended_as": "'lost'"}, "outbox_ended_as"),
]


def insert(cursor, table, values):
    cursor.execute(f"insert into postern.{table} ({', '.join(values)})"
                   " overriding system value"
                   f" values ({', '.join(values.values())})")


@pytest.fixture(scope="module")
def owner(server, new_database):
    """A connection to a migrated database, as the owner of its tables."""
    connection = server.connect(new_database(), server.OWNER)
    connection.autocommit = False
    yield connection
    connection.close()


@pytest.fixture
def cursor(owner):
    """Each test in a transaction of its own, which is rolled back."""
    with owner.cursor() as opened:
        yield opened
    owner.rollback()


@pytest.mark.parametrize("rule,table,good,wrong,constraint", RULES,
                         ids=[row[0] for row in RULES])
def test_rule(cursor, rule, table, good, wrong, constraint):
    if table != "users":
        insert(cursor, "users", dict(USER, id="1"))
    insert(cursor, table, good)
    with pytest.raises(psycopg2.IntegrityError) as refused:
        insert(cursor, table, dict(good, **wrong))
    assert refused.value.diag.constraint_name == constraint


@pytest.mark.parametrize("column", [
    "username", "username_canonical", "email", "email_canonical", "password"])
def test_an_account_is_whole(cursor, column):
    insert(cursor, "users", USER)
    whole = dict(USER, username_canonical="'bob'", email_canonical="'b'")
    insert(cursor, "users", whole)
    with pytest.raises(psycopg2.errors.NotNullViolation) as refused:
        insert(cursor, "users", dict(whole, **{column: "null"}))
    assert refused.value.diag.column_name == column


def test_unverified_accounts_may_share_an_address(cursor):
    insert(cursor, "users", USER)
    for name in ("'bob'", "'cleo'"):
        insert(cursor, "users", dict(USER, username_canonical=name,
                                     verified_at="null"))
    with pytest.raises(psycopg2.IntegrityError) as refused:
        cursor.execute("update postern.users set verified_at = now()"
                       " where username_canonical = 'bob'")
    assert refused.value.diag.constraint_name == "users_email_key"


def test_subjects_are_random(cursor):
    for name in ("'alice'", "'bob'"):
        insert(cursor, "users", dict(USER, username_canonical=name,
                                     email_canonical=name))
    cursor.execute("select count(distinct subject), min(length(subject))"
                   " from postern.users")
    assert cursor.fetchone() == (2, 36)


APPEND_ONLY = [
    ("update", "update postern.audit set outcome = 'other'"),
    ("delete", "delete from postern.audit"),
    ("truncate", "truncate postern.audit"),
    ("update during clean", "set local postern.clean = 'on';"
     "update postern.audit set outcome = 'other'"),
    ("truncate during clean", "set local postern.clean = 'on';"
     "truncate postern.audit"),
    ("delete with another value", "set local postern.clean = 'yes';"
     "delete from postern.audit"),
]


@pytest.mark.parametrize("rule,statement", APPEND_ONLY,
                         ids=[row[0] for row in APPEND_ONLY])
def test_audit_is_append_only(cursor, rule, statement):
    cursor.execute("insert into postern.audit (what) values ('login')")
    with pytest.raises(psycopg2.errors.RestrictViolation):
        cursor.execute(statement)


def test_audit_is_cleaned_with_permission_only(cursor):
    cursor.execute("insert into postern.audit (what) values ('login');"
                   "set local postern.clean = 'on';"
                   "delete from postern.audit")
    assert cursor.rowcount == 1


def test_audit_outlives_the_account(cursor):
    insert(cursor, "users", USER)
    cursor.execute("insert into postern.audit (what, user_id)"
                   " select 'login', id from postern.users;"
                   "delete from postern.users")
    cursor.execute("select what, user_id is not null from postern.audit")
    assert cursor.fetchall() == [("login", True)]


@pytest.mark.parametrize("table,values", [
    ("sessions", SESSION), ("tickets", TICKET),
    ("outbox", {"purpose": "'activation'", "user_id": "1"})],
    ids=["sessions", "tickets", "outbox"])
def test_all_that_hangs_on_an_account_goes_with_it(cursor, table, values):
    insert(cursor, "users", dict(USER, id="1"))
    insert(cursor, table, values)
    cursor.execute("delete from postern.users")
    cursor.execute(f"select from postern.{table}")
    assert cursor.rowcount == 0


def test_a_refresh_touches_no_indexed_column(cursor):
    """Only then an update stays on its page (HOT)."""
    cursor.execute(
        "select distinct a.attname from pg_index i"
        " join pg_attribute a on a.attrelid = i.indrelid"
        " and a.attnum = any (i.indkey)"
        " where i.indrelid = 'postern.sessions'::regclass")
    assert {row[0] for row in cursor} == {"id", "user_id", "expires"}
    cursor.execute("select reloptions from pg_class"
                   " where oid = 'postern.sessions'::regclass")
    assert "fillfactor=80" in cursor.fetchone()[0]


def test_counters_are_not_logged(cursor):
    cursor.execute("select relpersistence from pg_class"
                   " where oid = 'postern.throttle'::regclass")
    assert cursor.fetchone()[0] in ("u", b"u")


def test_a_letter_announces_itself(server, owner):
    listener = psycopg2.connect(owner.dsn)
    listener.autocommit = True
    with listener.cursor() as listening, owner.cursor() as writing:
        listening.execute("listen postern_outbox")
        insert(writing, "outbox", LETTER)
        owner.commit()
        listening.execute("select 1")
        listener.poll()
        assert [note.channel for note in listener.notifies] == [
            "postern_outbox"]
        writing.execute("delete from postern.outbox")
        owner.commit()
    listener.close()


def test_names_of_the_unknown_are_hashed_with_a_key(cursor):
    cursor.execute("select length(name_key) from postern.site")
    assert cursor.fetchall() == [(32,)]
    with pytest.raises(psycopg2.IntegrityError):
        cursor.execute("insert into postern.site default values")


def test_another_encoding_is_refused_with_what_to_do(server):
    """Names are UTF-8: no table is made in a database that cannot hold them."""
    connection = server.connect()
    with connection.cursor() as cursor:
        cursor.execute("drop database if exists latin")
        cursor.execute(f"create database latin owner {server.OWNER} "
                       "template template0 encoding 'LATIN1' "
                       "lc_collate 'C' lc_ctype 'C'")
    connection.close()
    home = Home(server.dsn("latin"), {})
    try:
        done = home.postern("migrate", check=False)
        assert done.returncode == 1
        assert "LATIN1" in done.stderr and "createdb -E UTF8" in done.stderr
        done = home.postern("check", check=False)
        assert done.returncode == 1
        assert "createdb -E UTF8" in done.stdout
    finally:
        home.remove()
    connection = server.connect("latin")
    with connection.cursor() as cursor:
        cursor.execute("select to_regnamespace('postern') is null")
        assert cursor.fetchone() == (True,)
    connection.close()
