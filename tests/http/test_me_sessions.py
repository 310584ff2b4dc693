"""The own sessions: which there are, and their end."""

import datetime
import re

import jwt
import pytest

from support.site import KEY

PASSWORD = "Corr3ct-horse"
SETTINGS = {"worker": False, "trusted_proxies": "127.0.0.1",
            "rotate_refresh_tokens": "yes", "session_lifetime": "30d"}
NOT_FOUND = {"detail": "Not found."}


def sid(token):
    return jwt.decode(token, KEY, ["HS256"])["sid"]


def login(site, name="alice", peer="192.0.2.1", agent="Mozilla"):
    answer = site.post("/api/token/", username=name, password=PASSWORD,
                       headers={"X-Forwarded-For": peer,
                                "User-Agent": agent})
    assert answer.status == 200
    return answer.json()


@pytest.fixture
def alice(site):
    site.add_user("alice")
    return login(site)


def listed(site, bearer):
    answer = site.get("/api/me/sessions/", bearer)
    assert answer.status == 200, answer
    return answer.json()


def is_live(site, pair):
    """Asks without using the session."""
    return site.post("/api/token/verify/",
                     token=pair["refresh"]).status == 200


def test_each_login_is_one(site, alice):
    second = login(site, peer="2001:db8::1:2:3:4", agent="curl/7 \"<é>\"")
    site.add_user("bob")
    login(site, "bob")
    answer = site.get("/api/me/sessions", second["access"])
    assert answer.text.startswith('[{"id":"')
    assert answer.headers["cache-control"] == "no-store"
    found = listed(site, second["access"])
    assert [s["id"] for s in found] == [sid(second["access"]),
                                        sid(alice["access"])]
    assert [s["current"] for s in found] == [True, False]
    assert [s["address"] for s in found] == ["2001:db8::/64", "192.0.2.1"]
    assert found[1]["agent"] == "Mozilla"
    for session in found:
        assert list(session) == ["id", "created", "last_used", "expires",
                                 "address", "agent", "current"]
        times = [datetime.datetime.strptime(session[name],
                                            "%Y-%m-%dT%H:%M:%SZ")
                 for name in ("created", "last_used", "expires")]
        assert times[0] <= times[1] < times[2]
        assert re.fullmatch("[0-9a-f]{32}", session["id"])


def test_the_latest_used_comes_first(site, alice):
    second = login(site)
    site.sql("update postern.sessions set last_used = now() - "
             "interval '1 hour'")
    assert site.post("/api/token/refresh/",
                     refresh=alice["refresh"]).status == 200
    assert [s["id"] for s in listed(site, second["access"])] == [
        sid(alice["access"]), sid(second["access"])]


def test_what_has_ended_is_not_there(site, alice):
    pairs = [login(site) for _ in range(5)]
    site.post("/api/token/blacklist/", refresh=pairs[0]["refresh"])
    for number, what in ((1, "idle_expires = now(), expires = now()"),
                         (2, "idle_expires = now()"),
                         (3, "epoch = epoch + 7")):
        site.sql(f"update postern.sessions set {what} where id = %s::uuid",
                 sid(pairs[number]["access"]))
    assert {s["id"] for s in listed(site, alice["access"])} == {
        sid(alice["access"]), sid(pairs[4]["access"])}


def test_one_is_ended(site, alice):
    second = login(site)
    path = f"/api/me/sessions/{sid(second['access'])}"
    answer = site.send("DELETE", path + "/", alice["access"])
    assert (answer.status, answer.body) == (204, b"")
    assert not is_live(site, second) and is_live(site, alice)
    answer = site.post("/api/token/refresh/", refresh=second["refresh"])
    assert answer.json()["detail"] == "Token is blacklisted"
    assert [s["id"] for s in listed(site, alice["access"])] == [
        sid(alice["access"])]
    # once
    answer = site.send("DELETE", path, alice["access"])
    assert (answer.status, answer.json()) == (404, NOT_FOUND)
    assert site.sql(
        "select replace(session::text, '-', ''), address, outcome "
        "from postern.audit where what = 'session_ended'") == [
            (sid(second["access"]), "127.0.0.1", "ok")]
    assert site.sql("select ended_by from postern.sessions "
                    "where ended_at is not null") == [("user",)]


def test_the_own_one_is_ended(new_site):
    """With access_check = session the token that did it is at its end too."""
    with new_site(worker=False, access_check="session") as site:
        site.add_user("alice")
        pair, other = site.login("alice"), site.login("alice")
        assert site.send("DELETE", f"/api/me/sessions/{sid(pair['access'])}/",
                         pair["access"]).status == 204
        answer = site.get("/api/me/sessions/", pair["access"])
        assert answer.status == 401
        assert answer.json()["messages"][0]["message"] == (
            "Token is blacklisted")
        assert site.get("/api/hello/", other["access"]).status == 200


def test_those_of_others_are_not_found(site, alice):
    site.add_user("bob")
    bob = login(site, "bob")
    ended = login(site)
    site.post("/api/token/blacklist/", refresh=ended["refresh"])
    expired = login(site)
    site.sql("update postern.sessions set idle_expires = now() "
             "where id = %s::uuid", sid(expired["access"]))
    own = sid(alice["access"])
    for name in (sid(bob["access"]), sid(ended["access"]),
                 sid(expired["access"]), "0" * 32, "x", own[:31], own + "0",
                 "F" * 32, f"{own[:8]}-{own[8:12]}-{own[12:16]}-{own[16:20]}-"
                 f"{own[20:]}", "';--", "%C3%A9", "a" * 4000):
        answer = site.send("DELETE", f"/api/me/sessions/{name}/",
                           alice["access"])
        assert (answer.status, answer.json()) == (404, NOT_FOUND), name
    assert is_live(site, bob) and is_live(site, alice)
    assert site.value("select count(*) from postern.audit "
                      "where what = 'session_ended'") == 0


def test_all_are_ended(site, alice):
    second = login(site)
    site.add_user("bob")
    bob = login(site, "bob")
    answer = site.send("DELETE", "/api/me/sessions/", second["access"])
    assert (answer.status, answer.body) == (204, b"")
    for pair in (alice, second):
        assert not is_live(site, pair)
        assert site.get("/api/hello/", pair["access"]).json()["code"] == (
            "password_changed")
        assert site.post("/api/token/refresh/",
                         refresh=pair["refresh"]).status == 401
    assert is_live(site, bob)
    assert site.get("/api/hello/", bob["access"]).status == 200
    assert len(listed(site, login(site)["access"])) == 1
    assert site.sql("select epoch from postern.users order by id") == [
        (1,), (0,)]
    assert site.value("select count(*) from postern.audit "
                      "where what = 'sessions_ended'") == 1


def test_tickets_end_with_all_sessions(new_site):
    with new_site() as site:
        site.add_user("alice")
        pair = site.login("alice")
        site.post("/api/reset/", email="alice@example.com")
        uid, token = site.ticket("alice@example.com")
        assert site.send("DELETE", "/api/me/sessions/",
                         pair["access"]).status == 204
        assert site.post("/api/reset/confirm/", uid=uid, token=token,
                         new_password="An0ther-pass-1").status == 400


def test_cookies_go_with_their_session(new_site):
    with new_site(token_transport="cookie", access_cookie="yes",
                  worker=False) as site:
        site.add_user("alice")
        page = {"Origin": "http://site.example"}

        def enter():
            answer = site.post("/api/token/", username="alice",
                               password=PASSWORD, headers=page)
            return next(value.split(";")[0] for _, value
                        in answer.raw_headers if "__Host-access" in value)

        own, other = enter(), enter()
        name = sid(other.partition("=")[2])
        answer = site.send("DELETE", f"/api/me/sessions/{name}/",
                           headers=dict(page, Cookie=own))
        assert answer.status == 204 and "set-cookie" not in answer.headers
        answer = site.send("DELETE", "/api/me/sessions/",
                           headers=dict(page, Cookie=own))
        assert answer.status == 204
        assert answer.headers["set-cookie"].count("Max-Age=0") == 3


def test_methods(site, alice):
    for method, path, allow in (
            ("POST", "/api/me/sessions/", "GET, HEAD, DELETE, OPTIONS"),
            ("PATCH", "/api/me/sessions/x/", "DELETE, OPTIONS")):
        answer = site.send(method, path, alice["access"], value={})
        assert answer.status == 405
        assert answer.headers["allow"] == allow
    assert site.request("HEAD", "/api/me/sessions/", None, {
        "Authorization": f"Bearer {alice['access']}"}).status == 200
