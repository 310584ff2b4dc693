"""npm's standardwebhooks verifies what postern hook run sends."""

import base64
import contextlib
import secrets

import psycopg2
import pytest

SUBJECT = "4f0c1d6e-0000-4000-8000-000000000007"


def new_secret():
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture
def rows(home):
    """Runs a statement in the site's database; its rows."""
    with contextlib.closing(
            psycopg2.connect(home.settings["database"])) as connection:
        connection.autocommit = True

        def run(statement, *values):
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []

        yield run


def tell(home, rows, server, secret):
    """Sends one login; returns how its row ended, and the problem."""
    home.write("hook.key", secret + "\n", 0o600)
    home.configure(on_login=server.url + "/hooks",
                   hook_key=home.path("hook.key"))
    rows("insert into postern.hooks (event, subject, address) "
         "values ('login', %s, '192.0.2.7')", SUBJECT)
    home.postern("hook", "run", "--once")
    return rows("select ended_as, problem from postern.hooks")


def test_standardwebhooks_verifies_a_hook(home, rows, node):
    secret = new_secret()
    with node.start("serve_webhooks.js", HOOK_KEY=secret) as server:
        assert tell(home, rows, server, secret) == [("sent", None)], (
            server.logged())
        [told] = server.get("/").json()
    [(message,)] = rows("select message_id::text from postern.hooks")
    assert told["id"] == message
    assert told["event"] == "login"
    assert told["user_id"] == SUBJECT
    assert told["address"] == "192.0.2.7"


def test_standardwebhooks_refuses_another_key(home, rows, node):
    with node.start("serve_webhooks.js", HOOK_KEY=new_secret()) as server:
        [(ended, problem)] = tell(home, rows, server, new_secret())
        assert "No matching signature found" in server.logged()
        assert server.get("/").json() == []
    assert ended is None and "401" in problem
