"""
The main job with the shipped defaults, limits on: register, activate, log in,
use, refresh, log out, reset. And no secret in any log afterwards.
"""

import glob
import os

import pytest

from support.client import ticket_of

PATHS = {
    "own": {
        "register": "/api/register/", "activate": "/api/activate/",
        "login": "/api/token/", "refresh": "/api/token/refresh/",
        "verify": "/api/token/verify/", "logout": "/api/token/blacklist/",
        "reset": "/api/reset/", "confirm": "/api/reset/confirm/",
    },
    "djoser": {
        "register": "/auth/users/", "activate": "/auth/users/activation/",
        "login": "/auth/jwt/create/", "refresh": "/auth/jwt/refresh/",
        "verify": "/auth/jwt/verify/", "logout": "/auth/jwt/blacklist/",
        "reset": "/auth/users/reset_password/",
        "confirm": "/auth/users/reset_password_confirm/",
    },
}
REFUSED = {"detail": "No active account found with the given credentials"}
FIRST, SECOND = "Corr3ct-horse-b4ttery", "N3w-st4ple-passw0rd"


@pytest.fixture
def shipped_site(new_site):
    with new_site(shipped=True, processes=1) as site:
        yield site


def expect(status, answer):
    assert answer.status == status, answer
    return answer


def a_minute_passes(site):
    """Limits by the minute look at the database's clock."""
    site.sql("update postern.throttle set at = at - interval '61 s'")


def walk(site, paths, name):
    """The whole way of one account; returns every secret of it."""
    address = f"{name}@example.com"
    said = expect(201, site.post(paths["register"], username=name,
                                 email=address, password=FIRST))
    assert list(said.json()) == ["email", "username", "id"]
    login = {"username": name, "password": FIRST}
    assert expect(401, site.post(paths["login"], login)).json() == REFUSED
    letter = site.letter(address)
    assert letter["From"].endswith("noreply@site.example")
    uid, ticket = ticket_of(letter)
    assert uid == said.json()["id"]
    assert "http://site.example/activate.html#uid=" in letter.get_body(
        ("plain",)).get_content()
    secrets = {FIRST, SECOND, ticket}
    expect(204, site.post(paths["activate"], uid=uid, token=ticket))
    expect(403, site.post(paths["activate"], uid=uid, token=ticket))
    tokens = expect(200, site.post(paths["login"], login)).json()
    assert list(tokens) == ["refresh", "access"]
    secrets |= set(tokens.values())
    hello = expect(200, site.get("/api/hello/", tokens["access"]))
    assert hello.text == '{"message":"Hello, World!"}'
    expect(200, site.post(paths["verify"], token=tokens["access"]))
    access = expect(200, site.post(
        paths["refresh"], refresh=tokens["refresh"])).json()["access"]
    secrets.add(access)
    expect(200, site.get("/api/hello/", access))
    expect(200, site.post(paths["logout"], refresh=tokens["refresh"]))
    expect(401, site.post(paths["refresh"], refresh=tokens["refresh"]))
    later = expect(200, site.post(paths["login"], login)).json()
    secrets |= set(later.values())
    a_minute_passes(site)
    expect(204, site.post(paths["reset"], email=address))
    uid, ticket = ticket_of(site.letter(address, 2))
    secrets.add(ticket)
    expect(204, site.post(paths["confirm"], uid=uid, token=ticket,
                          new_password=SECOND))
    notice = site.letter(address, 3)
    assert ticket_of(notice) is None
    expect(401, site.post(paths["refresh"], refresh=later["refresh"]))
    expect(401, site.get("/api/hello/", later["access"]))
    expect(401, site.post(paths["login"], login))
    last = expect(200, site.post(paths["login"], username=name,
                                 password=SECOND)).json()
    secrets |= set(last.values())
    expect(200, site.get("/api/hello/", last["access"]))
    return secrets


def command_lines():
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as file:
                yield file.read()
        except OSError:
            continue


@pytest.mark.parametrize("names", PATHS)
def test_main_job(server, shipped_site, names):
    site = shipped_site
    log_size = os.path.getsize(server.log)
    secrets = walk(site, PATHS[names], "hannah")
    # What is refused is logged too, but not with what was refused.
    stray = "Typed-1n-the-wr0ng-field"
    site.post("/api/token/", username=stray, password=stray)
    site.post("/api/token/verify/", token=stray)
    site.get("/api/hello/", stray)
    site.get(f"/api/hello/{stray}")
    secrets.add(stray)
    with open(server.log, "rb") as file:
        file.seek(log_size)
        database_log = file.read()
    assert b"postern.users" in database_log
    logs = {"PostgreSQL": database_log}
    for path in glob.glob(site.path("log/*")):
        # Addresses are in lighttpd's log of requests; secrets never are
        # in an address that a program or a letter makes.
        if os.path.basename(path) == "access.log":
            continue
        with open(path, "rb") as file:
            logs[os.path.basename(path)] = file.read()
    assert any(logs[name] for name in logs if name != "PostgreSQL")
    lines = b"\n".join(command_lines())
    for secret in secrets:
        for name, log in logs.items():
            assert secret.encode() not in log, (secret, name)
            # The part that signs or verifies is enough to be a leak.
            assert secret.rpartition(".")[2].encode() not in log, name
        assert secret.encode() not in lines


def test_audit_tells_the_story(shipped_site):
    walk(shipped_site, PATHS["own"], "ivan")
    told = shipped_site.sql("select what, outcome from postern.audit "
                            "where user_id is not null order by id")
    assert told == [
        ("register", "ok"), ("login", "login_refused"), ("activate", "ok"),
        ("login", "ok"), ("logout", "ok"), ("login", "ok"),
        ("reset", "asked"), ("reset_done", "ok"),
        ("login", "login_refused"), ("login", "ok")]


def test_address_of_a_verified_account(shipped_site):
    """The same answer; the owner is told, and no ticket is made."""
    site = shipped_site
    site.add_user("owner", FIRST, "shared@example.com")
    answer = expect(201, site.post(
        "/api/register/", username="intruder", email="Shared@Example.com",
        password=SECOND))
    assert list(answer.json()) == ["email", "username", "id"]
    letter = site.letter("hared@example.com")
    assert ticket_of(letter) is None
    assert site.value("select count(*) from postern.tickets") == 0
    expect(401, site.post("/api/token/", username="intruder",
                          password=SECOND))
    expect(200, site.post("/api/token/", username="owner", password=FIRST))


def test_host_never_reaches_a_letter(shipped_site):
    site = shipped_site
    site.add_user("judy")
    expect(204, site.post("/api/reset/", email="judy@example.com", headers={
        "Host": "evil.example", "X-Forwarded-Host": "evil.example"}))
    letter = site.letter("judy@example.com")
    assert b"evil.example" not in letter.as_bytes()
