"""Fixtures: letters, hooks, and a home for the operator's commands."""

import contextlib

import psycopg2
import pytest

from support.hookroom import EVENTS, HookRoom, Listener
from support.mailroom import Office, Sink
from support.site import QUICK, Home


@pytest.fixture
def new_office(server, new_database):
    with contextlib.ExitStack() as stack:
        def make(**settings):
            office = Office(server.dsn(new_database()), **settings)
            stack.callback(office.close)
            return office
        yield make


@pytest.fixture
def office(new_office):
    return new_office()


@pytest.fixture
def smtp(new_office):
    """(office, sink) with the SMTP transport between them."""
    with Sink() as sink:
        yield new_office(mail_transport="smtp", smtp_starttls="no",
                         smtp_url=f"smtp://127.0.0.1:{sink.port}"), sink


@pytest.fixture
def listener():
    with Listener() as made:
        yield made


@pytest.fixture
def room(server, new_database, listener):
    """A HookRoom that tells the listener of every event."""
    made = HookRoom(server.dsn(new_database()), **{
        f"on_{event}": listener.url(f"/{event}") for event in EVENTS})
    yield made
    made.close()


@pytest.fixture(scope="module")
def database(server, new_database):
    """One migrated database for all tests that leave the schema alone."""
    return server.dsn(new_database())


@pytest.fixture
def home(server, database):
    """A home in front of the database, in which nothing is."""
    made = Home(database, QUICK)
    with psycopg2.connect(database, user=server.SUPERUSER) as connection:
        with connection.cursor() as cursor:
            cursor.execute(
                "set session_replication_role = replica;"
                "truncate postern.users, postern.sessions, postern.tickets,"
                " postern.outbox, postern.invitations, postern.throttle,"
                " postern.audit, postern.groups, postern.hooks cascade")
    connection.close()
    yield made
    reports = made.sanitizer_reports()
    made.remove()
    assert not reports, reports


@pytest.fixture
def sql(home):
    """sql(text, *parameters) runs a statement, returns its rows."""
    connection = psycopg2.connect(home.settings["database"])
    connection.autocommit = True

    def run(text, *parameters):
        with connection.cursor() as cursor:
            cursor.execute(text, parameters or None)
            return cursor.fetchall() if cursor.description else []

    yield run
    connection.close()
