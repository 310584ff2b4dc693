"""Fixtures of the tests of letters and hooks."""

import contextlib

import pytest

from support.hookroom import EVENTS, HookRoom, Listener
from support.mailroom import Office, Sink


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
