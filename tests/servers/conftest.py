"""One site behind each web server, and the table of what passed on which."""

import glob
import os

import pytest

from support.servers import SERVERS
from support.site import wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
GROUPS = sorted(os.path.basename(path)[len("test_"):-len(".py")]
                for path in glob.glob(f"{HERE}/test_*.py")
                if not path.endswith(("test_table.py", "test_lists.py",
                                      "test_shared_hosting.py", "test_try.py",
                                      "test_debian.py", "test_failover.py",
                                      "test_upgrade.py")))
PASSED = {}

SETTINGS = {
    "time_limit": "4s",
    "trusted_proxies": "127.0.0.1",
    "cors_allowed_origins": "https://app.example",
}


def cell_of(nodeid):
    """(server, group) of a test, None for others."""
    path, _, name = nodeid.partition("::")
    folder, file = os.path.split(path)
    group = file[len("test_"):-len(".py")]
    if not folder.endswith("tests/servers") and folder != "servers":
        return None
    inside = name.rpartition("[")[2].rstrip("]")
    for server in sorted(SERVERS, key=len, reverse=True):
        if inside == server or inside.startswith(server + "-"):
            return server, group
    return None


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "configured: what only the server's own configuration "
        "can say; not where .htaccess is all that is ours")


def pytest_collection_modifyitems(config, items):
    """The table comes last."""
    items.sort(key=lambda item: "test_table" in item.nodeid)
    unfit = [item for item in items if item.get_closest_marker("configured")
             and SERVERS[cell_of(item.nodeid)[0]].IS_SHARED]
    if unfit:
        config.hook.pytest_deselected(items=unfit)
        items[:] = [item for item in items if item not in unfit]


def pytest_runtest_logreport(report):
    cell = cell_of(report.nodeid)
    if cell and report.when == "call" and report.passed:
        PASSED[cell] = PASSED.get(cell, 0) + 1


def pytest_terminal_summary(terminalreporter):
    if not PASSED:
        return
    terminalreporter.section("passed behind each web server")
    line = ("{:<12}" + " {:>16}" * len(SERVERS)).format
    terminalreporter.write_line(line("group", *SERVERS))
    for group in GROUPS:
        terminalreporter.write_line(line(group, *(
            PASSED.get((server, group), 0) for server in SERVERS)))


@pytest.fixture(scope="session", params=list(SERVERS))
def behind(request, new_site):
    """The site behind one server, two processes a program."""
    with new_site(web_server=request.param, processes=2, **SETTINGS) as site:
        yield site


@pytest.fixture
def web(behind):
    """The same with nothing in its tables; afterwards it still answers."""
    behind.forget()
    yield behind
    wait_for("the next request is answered", lambda: behind.post(
        "/api/token/", username="x", password="y").status == 401)
