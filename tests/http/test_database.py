"""The database goes away and comes back; the programs stay."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.postgres import Postgres
from support.site import QUICK, Home, Program, Site, wait_for

AWAY = {"detail": "Service temporarily unavailable, try again later."}
# Connecting is tried again every 5 s.
HEALING = 12


@pytest.fixture(scope="module")
def own_server():
    # What was committed outlives a kill.
    with Postgres({"synchronous_commit": "on"}) as server:
        home = Home(server.create_database("own"), QUICK)
        home.postern("migrate")
        home.postern("roles")
        home.remove()
        yield server


@pytest.fixture(scope="module")
def own_site(own_server):
    with Site(own_server, "own", dict(QUICK, time_limit="3s"),
              processes=1) as site:
        site.add_user("alice")
        yield site


def requests(site, tokens):
    """One request to each program that needs the database."""
    return {
        "obtain": lambda: site.post("/api/token/", username="alice",
                                    password="Corr3ct-horse"),
        "refresh": lambda: site.post("/api/token/refresh/",
                                     refresh=tokens["refresh"]),
        "verify": lambda: site.post("/api/token/verify/",
                                    token=tokens["refresh"]),
        "hello": lambda: site.get("/api/hello/", tokens["access"]),
        "blacklist": lambda: site.post("/api/token/blacklist/",
                                       refresh=tokens["refresh"]),
        "register": lambda: site.post(
            "/api/register/", username="new", email="new@example.com",
            password="Corr3ct-horse"),
        "activate": lambda: site.post("/api/activate/resend/",
                                      email="new@example.com"),
        "reset": lambda: site.post("/api/reset/", email="new@example.com"),
        "health": lambda: site.get("/api/health/"),
    }


def check_away(answer):
    assert answer.status == 503, answer
    assert answer.headers["content-type"] == "application/json"
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json() == AWAY


def heals(site):
    wait_for("an answer again", lambda: site.get(
        "/api/health/").status == 200, HEALING, 0.2)
    wait_for("a login again", lambda: site.post(
        "/api/token/", username="alice",
        password="Corr3ct-horse").status == 200, HEALING, 0.2)


def test_stopped_and_started(own_server, own_site):
    tokens = own_site.login("alice")
    calls = requests(own_site, tokens)
    for call in calls.values():
        assert call().status < 500
    tokens.update(own_site.login("alice"))
    pids = own_site.pids()
    assert len(pids) >= len(calls) or not own_site.web_server.HAS_POOLS
    own_server.stop()
    for name, call in calls.items():
        answer = call()
        if name == "health":
            assert answer.status == 503
            continue
        check_away(answer)
    own_server.start()
    heals(own_site)
    for name, call in calls.items():
        wait_for(name, lambda: call().status < 500, HEALING, 0.2)
    assert own_site.pids() == pids


def test_restarted_between_two_requests(own_server, own_site):
    """The lost connection is noticed before it is used."""
    own_site.login("alice")
    pids = own_site.pids()
    own_server.restart()
    own_site.login("alice")
    assert own_site.pids() == pids


@pytest.mark.waiting
def test_connections_terminated(own_server, own_site):
    own_site.login("alice")
    pids = own_site.pids()
    theirs = ("from pg_stat_activity where datname = 'own' and pid = any(%s)")
    pids_there = [row[0] for row in own_site.sql(
        "select pid from pg_stat_activity where usename like 'postern%' "
        "and datname = 'own'")]
    assert own_site.value("select count(pg_terminate_backend(pid)) "
                          + theirs, pids_there) >= 1
    wait_for("no connection", lambda: own_site.value(
        "select count(*) " + theirs, pids_there) == 0)
    own_site.login("alice")
    assert own_site.pids() == pids


def test_killed_and_started(own_server, own_site):
    tokens = own_site.login("alice")
    pids = own_site.pids()
    own_server.kill()
    for name, call in requests(own_site, tokens).items():
        if name != "health":
            check_away(call())
    own_server.start()
    heals(own_site)
    assert own_site.pids() == pids


def test_server_that_says_nothing(own_server, own_site):
    """Connections stand, nobody answers: 503 within the time limit."""
    own_site.login("alice")
    pids = own_site.pids()
    backends = [row[0] for row in own_site.sql(
        "select pid from pg_stat_activity where usename like 'postern%'")]
    backends.append(own_server.process.pid)
    for pid in backends:
        os.kill(pid, signal.SIGSTOP)
    try:
        check_away(own_site.post("/api/token/", username="alice",
                                 password="Corr3ct-horse"))
    finally:
        for pid in backends:
            os.kill(pid, signal.SIGCONT)
    heals(own_site)
    assert own_site.pids() == pids


@pytest.mark.waiting
def test_the_answer_has_time_left(own_server, own_site):
    """
    Who has waited for the database says so, even where the machine is slow,
    before the clock closes the connection. It ticks four times a second, from
    one request to the next.
    """
    reset = b'{"email": "nobody@example.com"}'
    with Program(own_site, "reset") as program, ThreadPoolExecutor(1) as pool:
        assert program.call("POST", "/api/reset/", reset).status == 204
        backends = [row[0] for row in own_site.sql(
            "select pid from pg_stat_activity where usename like 'postern%'")]
        for pid in backends:
            os.kill(pid, signal.SIGSTOP)
        try:
            start = time.monotonic()
            assert program.call("POST", "/api/reset/", b"{}").status == 400
            # Just before a tick; on a machine too slow for that, behind it.
            time.sleep(max(0, start + 0.23 - time.monotonic()))
            answer = pool.submit(program.call, "POST", "/api/reset/", reset)
            time.sleep(max(0, start + 3.2 - time.monotonic()))
            os.kill(program.pid, signal.SIGSTOP)
            time.sleep(0.1)
            os.kill(program.pid, signal.SIGCONT)
            check_away(answer.result())
        finally:
            for pid in backends:
                os.kill(pid, signal.SIGCONT)


def test_schema_that_is_too_old(own_server, own_site):
    """503, and the log says what to do."""
    own_server.create_database("empty")
    with Site(own_server, "empty", QUICK, worker=False) as site:
        answer = site.post("/api/token/", username="x", password="y")
        check_away(answer)
        assert "run postern migrate" in site.logged()


def test_role_without_its_rights(own_server, own_site):
    """503, the log says what to do; done, it heals."""
    with Site(own_server, "own", dict(QUICK, database_roles="yes"),
              worker=False) as site:
        site.login("alice")
        site.sql("revoke all on postern.users from postern_token_obtain")
        check_away(site.post("/api/token/", username="alice", password="x"))
        assert "run postern roles" in site.logged()
        site.postern("roles")
        site.login("alice")
