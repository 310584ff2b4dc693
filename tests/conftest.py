"""Fixtures of all tests that need PostgreSQL or a running site."""

import contextlib
import itertools
import signal

import pytest

from support.postgres import Postgres
from support.servers import SERVERS, USUAL, chosen
from support.site import BUILD, KEY, QUICK, Home, Site, is_sanitized

TEMPLATE = "postern_template"
NUMBERS = itertools.count(1)


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "plain: measures processes; only on a plain build")
    config.addinivalue_line(
        "markers", "lighttpd: what lighttpd itself says; not behind others")
    config.addinivalue_line(
        "markers", "waiting: of processes that wait for requests; not behind "
        "servers that start one for each, or as many as they like")
    config.replay_rows = []
    # Ended from outside, fixtures still end what they started.
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated", 143))


def pytest_collection_modifyitems(config, items):
    """
    What measures a process says nothing about an instrumented one; what is
    about a server or its processes, nothing about another.
    """
    unfit = set()
    if is_sanitized():
        unfit.add("plain")
    if chosen() != USUAL:
        unfit.add("lighttpd")
    if not SERVERS[chosen()].HAS_POOLS:
        unfit.add("waiting")
    left_out = [item for item in items
                if any(item.get_closest_marker(name) for name in unfit)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_sessionfinish(session):
    """A worker of several hands its rows of the table to who started it."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["replay_rows"] = [
            list(row) for row in session.config.replay_rows]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    node.config.replay_rows += getattr(node, "workeroutput", {}).get(
        "replay_rows", [])


def pytest_terminal_summary(terminalreporter, config):
    """The table of the recorded exchanges that were replayed."""
    if not config.replay_rows:
        return
    table = {}
    for source, group, result in config.replay_rows:
        counts = table.setdefault((source, group), {})
        counts[result] = counts.get(result, 0) + 1
    terminalreporter.section("recorded exchanges")
    line = "{:<12} {:<22} {:>7} {:>8} {:>9}".format
    terminalreporter.write_line(
        line("contract", "group", "agreed", "excused", "disagreed"))
    for (source, group), counts in sorted(table.items()):
        terminalreporter.write_line(line(source, group, *(
            counts.get(result, 0)
            for result in ("agreed", "excused", "disagreed"))))


@pytest.fixture(scope="session")
def server():
    """The PostgreSQL server, with a migrated database to copy."""
    with Postgres() as postgres:
        home = Home(postgres.create_database(TEMPLATE), QUICK)
        home.postern("migrate")
        home.postern("roles")
        home.remove()
        yield postgres


@pytest.fixture(scope="session")
def new_database(server):
    """new_database() makes a migrated database, returns its name."""

    def make():
        name = f"postern_{next(NUMBERS)}"
        server.create_database(name, TEMPLATE)
        return name

    return make


@pytest.fixture(scope="session")
def new_site(server, new_database):
    """with new_site(setting=value, ...) as site: QUICK, then these."""

    @contextlib.contextmanager
    def make(shipped=False, environment=None, key=KEY, worker=True,
             processes=1, web_server=None, build=BUILD, **settings):
        chosen = dict({} if shipped else QUICK, **settings)
        with Site(server, new_database(), chosen, key, worker, processes,
                  web_server, build, **(environment or {})) as site:
            yield site

    return make


@pytest.fixture(scope="module")
def module_site(request, new_site):
    """One site for a test file, with the file's SETTINGS."""
    with new_site(**getattr(request.module, "SETTINGS", {})) as site:
        yield site


@pytest.fixture
def site(module_site):
    """The file's site, with nothing in its tables."""
    module_site.forget()
    return module_site


@pytest.fixture
def home(server, new_database):
    """Configuration and database without a web server, for Program."""
    made = Home(server.dsn(new_database()), QUICK)
    yield made
    reports = made.sanitizer_reports()
    made.remove()
    assert not reports, reports


@pytest.fixture(scope="session")
def build():
    """The directory of the programs under test."""
    return BUILD
