"""33: every table is cleaned, in bounded batches, or has nothing to clean."""

import json
import re

import psycopg2
import pytest

# The step of postern clean for each table, and 1,500 rows that it removes.
ROWS = 1500
STEPS = {
    "sessions": ("sessions", "insert into postern.sessions (id, user_id, "
                 "epoch, current_jti, rotated_at, lifetime, idle_expires, "
                 "expires, address, agent) select gen_random_uuid(), id, 0, "
                 "gen_random_uuid(), now(), '1 hour', now() - interval '1 s',"
                 " now() - interval '1 s', '', '' "
                 "from postern.users, generate_series(1, {n})"),
    "tickets": ("tickets", "insert into postern.tickets (hash, purpose, "
                "user_id, email_canonical, epoch, expires) select "
                "sha256(n::text::bytea), 'reset', id, email_canonical, 0, "
                "now() - interval '1 s' "
                "from postern.users, generate_series(1, {n}) n"),
    "throttle": ("throttle", "insert into postern.throttle (key, at) select "
                 "n::text::bytea, now() - interval '2 hours' "
                 "from generate_series(1, {n}) n"),
    "outbox": ("letters", "insert into postern.outbox (purpose, user_id, "
               "ended_at, ended_as) select 'password_changed', id, "
               "now() - interval '8 days', 'sent' "
               "from postern.users, generate_series(1, {n})"),
    "hooks": ("hooks", "insert into postern.hooks (event, ended_at, "
              "ended_as) select 'login', now() - interval '8 days', 'sent' "
              "from generate_series(1, {n})"),
    "invitations": ("invitations", "insert into postern.invitations (email, "
                    "email_canonical, expires) select 'x@example.com', n || "
                    "'x@example.com', now() - interval '31 days' "
                    "from generate_series(1, {n}) n"),
    "users": ("users", "insert into postern.users (username, "
              "username_canonical, email, email_canonical, password, "
              "created_at) select 'u' || n, 'u' || n, 'u@example.com', "
              "'u@example.com', '', now() - interval '8 days' "
              "from generate_series(1, {n}) n"),
    "audit": ("audit", "insert into postern.audit (what, at) select 'old', "
              "now() - interval '366 days' from generate_series(1, {n})"),
}
# Nothing in them expires by itself; what hangs on an account goes with it.
KEPT = {"site", "migrations", "groups", "recovery_codes"}


@pytest.fixture
def sql(home):
    connection = psycopg2.connect(home.settings["database"])
    connection.autocommit = True

    def run(text):
        with connection.cursor() as cursor:
            cursor.execute(text)
            return cursor.fetchall() if cursor.description else []

    yield run
    connection.close()


def test_every_table_is_accounted_for(sql):
    tables = {name for name, in sql(
        "select table_name from information_schema.tables "
        "where table_schema = 'postern' and table_type = 'BASE TABLE'")}
    assert tables == set(STEPS) | KEPT


def test_every_step_is_of_a_table(home):
    steps = json.loads(home.postern("clean", "--json").stdout)
    assert set(steps) == {step for step, _ in STEPS.values()}


@pytest.mark.parametrize("table", STEPS)
def test_in_batches_of_a_thousand(server, home, sql, table):
    """Locks are held for a thousand rows at the most, and all goes."""
    step, rows = STEPS[table]
    home.postern("user", "add", "ada", "--email", "ada@example.org",
                 stdin="Corr3ct-horse\n")
    sql(rows.format(n=ROWS))
    before = len(server.logged())
    cleaned = json.loads(home.postern("clean", "--json").stdout)
    assert cleaned.pop(step) == ROWS
    assert set(cleaned.values()) == {0}
    executed = re.findall(rf"execute clean_{step}: ",
                          server.logged()[before:])
    assert len(executed) == 2
    assert sql(f"select count(*) from postern.{table}")[0][0] <= (
        1 + (ROWS if table == "users" else 0))
