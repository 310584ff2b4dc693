"""What a process takes up, keeps, and lets go: configuration, memory, keys."""

import os
import re
import time

import jwt
import pytest

from support.site import KEY, QUICK, Home, Program, Site, wait_for

AWAY = {"detail": "Service temporarily unavailable, try again later."}
SETTINGS = {"worker": False, "processes": 1}


def lifetime(site):
    token = site.login("alice")["access"]
    claims = jwt.decode(token, KEY, algorithms=["HS256"])
    return claims["exp"] - claims["iat"]


@pytest.fixture
def own_site(new_site):
    with new_site(**SETTINGS) as site:
        site.add_user("alice")
        yield site


def test_changed_configuration_is_taken_up(own_site):
    assert lifetime(own_site) == 300
    pids = own_site.pids()
    own_site.configure(access_token_lifetime="7m")
    wait_for("the new lifetime", lambda: lifetime(own_site) == 420, 5, 0.2)
    assert own_site.pids() == pids


def test_bad_configuration_is_503_until_it_is_mended(own_site):
    own_site.login("alice")
    pids = own_site.pids()
    good = own_site.settings["password_passes"]
    own_site.configure(password_passes="many")
    line = list(own_site.settings).index("password_passes") + 1

    def answer():
        return own_site.post("/api/token/", username="alice",
                             password="Corr3ct-horse")

    wait_for("503", lambda: answer().status == 503, 5, 0.2)
    assert answer().json() == AWAY
    said = f"{own_site.path('postern.conf')}:{line}: password_passes"
    assert said in own_site.logged()
    if own_site.web_server.HAS_POOLS:
        count = own_site.logged().count(said)
        for _ in range(5):
            answer()
        assert own_site.logged().count(said) == count, "logged once a change"
    own_site.configure(password_passes=good)
    wait_for("200", lambda: answer().status == 200, 8, 0.2)
    assert own_site.pids() == pids


def test_key_that_others_can_read_is_refused(own_site):
    own_site.login("alice")
    pids = own_site.pids()
    own_site.write("key", KEY + "\n", 0o644)
    wait_for("503", lambda: own_site.post(
        "/api/token/", username="alice",
        password="Corr3ct-horse").status == 503, 8, 0.2)
    assert own_site.path("key") in own_site.logged()
    own_site.write("key", KEY + "\n", 0o640)
    wait_for("200", lambda: own_site.post(
        "/api/token/", username="alice",
        password="Corr3ct-horse").status == 200, 8, 0.2)
    assert own_site.pids() == pids


@pytest.mark.parametrize("key", ["too short for HS256",
                                 "changeme" * 8, "a" * 64, ""])
def test_bad_key_is_refused(server, new_database, key):
    home = Home(server.dsn(new_database()), QUICK, key=key)
    with Program(home, "token_verify") as program:
        body = b'{"token":"a.b.c"}'
        answer = program.call("POST", "/api/token/verify/", body)
        assert answer.status == 503 and answer.json() == AWAY
        assert home.path("key") in home.logged()
        home.write("key", KEY, 0o600)
        wait_for("401", lambda: program.call(
            "POST", "/api/token/verify/", body).status == 401, 8, 0.2)
        assert program.stop() == 0
    home.remove()


def test_new_key_is_taken_up(own_site):
    """A token of the new key is good at once: its kid was unknown."""
    tokens = own_site.login("alice")
    assert own_site.get("/api/hello/", tokens["access"]).status == 200
    time.sleep(1.1)
    own_site.write("key", "n" + KEY + "\n", 0o600)
    wait_for("a login with the new key", lambda: jwt.get_unverified_header(
        own_site.login("alice")["access"])["kid"] != jwt.get_unverified_header(
            tokens["access"])["kid"], 5, 0.2)
    new = own_site.login("alice")["access"]
    assert own_site.get("/api/hello/", new).status == 200
    assert own_site.get("/api/hello/", tokens["access"]).status == 401


def test_no_configuration_at_all(home):
    os.unlink(home.path("postern.conf"))
    with Program(home, "hello") as program:
        answer = program.call("GET", "/api/hello/",
                              HTTP_AUTHORIZATION="Bearer a.b.c")
        assert answer.status == 503 and answer.json() == AWAY
        assert home.path("postern.conf") in home.logged()
        home.configure()
        wait_for("401", lambda: program.call(
            "GET", "/api/hello/",
            HTTP_AUTHORIZATION="Bearer a.b.c").status == 401, 8, 0.2)


def test_stateless_hello_needs_no_database(home):
    home.configure(database="host=/nonexistent dbname=none",
                   access_check="stateless")
    now = int(time.time())
    token = jwt.encode({"token_type": "access", "exp": now + 300,
                        "iat": now, "jti": "0" * 32, "user_id": "1"}, KEY)
    with Program(home, "hello") as program:
        answer = program.call("GET", "/api/hello/",
                              HTTP_AUTHORIZATION=f"Bearer {token}")
        assert answer.status == 200
        assert answer.text == '{"message":"Hello, World!"}'


@pytest.mark.plain
def test_stateless_hello_opens_no_connection(server, home):
    home.configure(access_check="stateless")
    now = int(time.time())
    token = jwt.encode({"token_type": "access", "exp": now + 300,
                        "iat": now, "jti": "0" * 32, "user_id": "1"}, KEY)
    size = os.path.getsize(server.log)
    with Program(home, "hello") as program:
        for _ in range(3):
            assert program.call(
                "GET", "/api/hello/",
                HTTP_AUTHORIZATION=f"Bearer {token}").status == 200
        with open(server.log) as file:
            file.seek(size)
            assert "connection received" not in file.read()
        # The twin: with the user check it does connect.
        home.configure(access_check="user")
        wait_for("401", lambda: program.call(
            "GET", "/api/hello/",
            HTTP_AUTHORIZATION=f"Bearer {token}").status == 401, 5, 0.2)
        with open(server.log) as file:
            file.seek(size)
            assert "connection received" in file.read()


def share_of_memory(pid):
    """Proportional set size in KiB."""
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return int(re.search(r"^Pss:\s+(\d+)", file.read(),
                             re.MULTILINE).group(1))


LIMIT_KIB = 3 * 1024


@pytest.mark.waiting
@pytest.mark.plain
@pytest.mark.skipif(os.geteuid() != 0, reason="smaps_rollup needs root")
def test_idle_process_is_small(new_site):
    """Each program, connected, after a request that hashed a password."""
    with new_site(shipped=True, worker=False, processes=1) as site:
        site.add_user("alice")
        tokens = site.login("alice")
        for answer in (
                site.get("/api/hello/", tokens["access"]),
                site.post("/api/token/refresh/", refresh=tokens["refresh"]),
                site.post("/api/token/verify/", token=tokens["refresh"]),
                site.post("/api/register/", username="bob",
                          email="bob@example.com",
                          password="Corr3ct-horse"),
                site.post("/api/reset/", email="x@example.com"),
                site.post("/api/activate/resend/", email="x@example.com"),
                site.post("/api/token/blacklist/",
                          refresh=tokens["refresh"]),
                site.get("/api/health/")):
            assert answer.status < 400
        sizes = {program: share_of_memory(pid)
                 for pid, program in site.pids().items()}
        assert len(sizes) >= 9
        print(sizes)
        assert max(sizes.values()) < LIMIT_KIB, sizes


def writable_memory(pid):
    """The bytes of all writable mappings of a process."""
    with open(f"/proc/{pid}/maps") as maps, \
            open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            span, mode = line.split()[:2]
            if "w" not in mode:
                continue
            start, end = (int(part, 16) for part in span.split("-"))
            try:
                memory.seek(start)
                yield memory.read(end - start)
            except OSError:
                continue


def holds(pid, text):
    return sum(part.count(text.encode()) for part in writable_memory(pid))


@pytest.mark.waiting
@pytest.mark.plain
@pytest.mark.skipif(os.geteuid() != 0, reason="reading memory needs root")
def test_no_password_is_left_in_memory(own_site):
    """After a request; a copy of something else is there to be found."""
    # With a free() that does not wipe, every secret was found 1 or 2 times.
    site = own_site
    login, wrong, new, reset = ("Pl4in-" + os.urandom(8).hex()
                                for _ in range(4))
    site.add_user("kim", login)
    assert site.post("/api/token/", username="kim",
                     password=login).status == 200
    assert site.post("/api/token/", username="kim",
                     password=wrong).status == 401
    assert site.request("POST", "/api/token/",
                        f"username=kim&password={wrong}".encode(),
                        {"Content-Type": "application/x-www-form-urlencoded"}
                        ).status == 401
    assert site.post("/api/register/", username="lee",
                     email="lee@example.com", password=new).status == 201
    site.start_worker()
    site.post("/api/reset/", email="kim@example.com")
    uid, ticket = site.ticket("kim@example.com")
    assert site.post("/api/reset/confirm/", uid=uid, token=ticket,
                     new_password=reset).status == 204
    for path in ("/api/health/", "/api/hello/"):
        assert site.get(path).status < 500
    for path in ("verify", "refresh", "blacklist"):
        assert site.post(f"/api/token/{path}/", {}).status == 400
    assert site.post("/api/activate/", {}).status == 400
    left = {}
    for pid, program in site.pids().items():
        assert holds(pid, site.settings["database"]) > 0, program
        for what, secret in (("login", login), ("wrong", wrong),
                             ("new", new), ("reset", reset),
                             ("ticket", ticket)):
            count = holds(pid, secret)
            if count:
                left[program, what] = count
    assert not left
