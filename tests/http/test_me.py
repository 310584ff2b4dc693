"""The own account: what it shows, its names, its password, its end."""

import json

import jwt
import pytest

from support.client import ticket_of
from support.parallel import at_once, at_once_behind, statuses
from support.site import KEY
from test_fields import MISSING, VALUES

PASSWORD = "Corr3ct-horse"
NEW = "An0ther-pass-1"
SETTINGS = {"processes": 2, "rotate_refresh_tokens": "yes"}
CHANGED = {"detail": "The user's password has been changed.",
           "code": "password_changed"}
WRONG = {"current_password": ["Invalid password."]}


@pytest.fixture
def alice(site):
    """The access token of a new account."""
    site.add_user("alice", PASSWORD, "alice@example.com", "--subject", "seven",
                  "--first-name", "Ada", "--last-name", "Byron")
    return site.login("alice")["access"]


def shown(site, bearer):
    answer = site.get("/api/me/", bearer)
    assert answer.status == 200, answer
    return answer.json()


def change_password(site, bearer, current=PASSWORD, new=NEW, **more):
    return site.post("/api/me/password/", bearer=bearer,
                     current_password=current, new_password=new, **more)


def audited(site, what):
    return site.value("select count(*) from postern.audit where what = %s",
                      what)


# What it shows

@pytest.mark.parametrize("path", ["/api/me/", "/api/me", "/auth/users/me/",
                                  "/auth/users/me"])
def test_shows_the_account_in_this_order(site, alice, path):
    answer = site.get(path, alice)
    assert answer.status == 200
    assert answer.text == (
        '{"email":"alice@example.com","id":"seven","username":"alice",'
        '"first_name":"Ada","last_name":"Byron"}')
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method,path", [
    ("GET", "/api/me/"), ("PUT", "/api/me/"), ("PATCH", "/auth/users/me/"),
    ("DELETE", "/api/me/"), ("POST", "/api/me/password/"),
    ("POST", "/auth/users/set_password/"), ("POST", "/api/me/username/"),
    ("POST", "/auth/users/set_username/"), ("GET", "/api/me/sessions/"),
    ("DELETE", "/api/me/sessions/"), ("DELETE", "/api/me/sessions/x/")])
def test_order_of_the_checks(site, method, path):
    """404, 406, 401, 405, 415, 413, 400."""
    site.add_user("bob")
    bearer = {"Authorization": f"Bearer {site.login('bob')['access']}"}
    answer = site.request(method, path, b"" if method == "POST" else None,
                          {"Accept": "text/html"})
    assert answer.status == 406
    for wrong in (method, "POST" if method != "POST" else "PATCH"):
        answer = site.request(wrong, path, None if wrong == "GET" else b"{",
                              {"Content-Type": "text/x"})
        assert (answer.status, answer.json()) == (401, {
            "detail": "Authentication credentials were not provided."})
        assert answer.headers["www-authenticate"] == 'Bearer realm="api"'
    answer = site.request(wrong, path, b"{",
                          dict(bearer, **{"Content-Type": "text/x"}))
    assert (answer.status, answer.json()) == (405, {
        "detail": f'Method "{wrong}" not allowed.'})
    assert method in answer.headers["allow"].split(", ")
    if method == "GET" or "sessions" in path:
        return
    answer = site.request(method, path, b" " * 70000,
                          dict(bearer, **{"Content-Type": "text/x"}))
    assert answer.status == 415
    for body, status in ((b" " * 70000, 413), (b"{", 400), (b"[]", 400)):
        answer = site.request(method, path, body, dict(
            bearer, **{"Content-Type": "application/json"}))
        assert answer.status == status


def test_a_ban_and_a_foreign_token_open_nothing(site, alice):
    refresh = site.login("alice")["refresh"]
    assert site.get("/api/me/", refresh).status == 401
    site.postern("user", "ban", "alice")
    answer = site.get("/api/me/", alice)
    assert (answer.status, answer.json()["code"]) == (401, "user_inactive")


def test_the_user_is_asked_for_even_where_tokens_are_stateless(new_site):
    with new_site(access_check="stateless", worker=False) as site:
        site.add_user("alice")
        alice = site.login("alice")["access"]
        site.postern("user", "ban", "alice")
        assert site.get("/api/hello/", alice).status == 200
        for method, path in (("GET", "/api/me/"), ("GET", "/api/users/"),
                             ("GET", "/api/me/sessions/"),
                             ("POST", "/api/me/password/"),
                             ("DELETE", "/api/me/")):
            answer = site.send(method, path, alice,
                               value=None if method == "GET" else {})
            assert (answer.status, answer.json()["code"]) == (
                401, "user_inactive"), path


# Its names

def test_patch_and_put_change_what_is_sent(site, alice):
    for method in ("PATCH", "PUT"):
        answer = site.send(method, "/api/me/", alice, first_name=f"{method} é")
        assert answer.status == 200
        assert answer.json() == {
            "email": "alice@example.com", "id": "seven", "username": "alice",
            "first_name": f"{method} é", "last_name": "Byron"}
        assert shown(site, alice) == answer.json()
        answer = site.send(method, "/auth/users/me/", alice, value={})
        assert answer.status == 200
        assert answer.json()["first_name"] == f"{method} é"
    assert audited(site, "profile_changed") == 2
    answer = site.send("PATCH", "/api/me/", alice, first_name=" ",
                       last_name="")
    assert (answer.json()["first_name"], answer.json()["last_name"]) == (
        "", "")


def test_a_form_changes_too(site, alice):
    answer = site.request(
        "PATCH", "/api/me/", b"last_name=O%27Neil+%C3%A9",
        {"Content-Type": "application/x-www-form-urlencoded",
         "Authorization": f"Bearer {alice}"})
    assert answer.status == 200
    assert answer.json()["last_name"] == "O'Neil é"
    assert answer.json()["first_name"] == "Ada"


def row(site):
    return site.sql("select * from postern.users order by id")


def test_privileged_and_unknown_fields_change_nothing(site, alice):
    """Names of columns, of djoser's fields, and of what staff may set."""
    before = row(site)
    fields = {"username": "davey", "email": "x@example.org", "id": "1",
              "subject": "1", "password": NEW, "is_staff": True,
              "is_superuser": True, "is_active": False, "is_banned": True,
              "groups": ["admins"], "verified_at": None, "banned_at": 1,
              "epoch": 9, "last_login": 0, "email_canonical": "x", "x": "y"}
    for path in ("/api/me/", "/auth/users/me/", "/api/users/seven/",
                 "/auth/users/seven/"):
        for method in ("PUT", "PATCH"):
            assert site.send(method, path, alice, value=fields).status == 200
    assert row(site) == before
    assert site.value("select count(*) from postern.groups") == 0
    answer = change_password(site, alice, is_staff=True, username="x",
                             email="x@example.org", epoch=5, id=3)
    assert answer.status == 204
    after = site.sql("select username, email, is_staff, epoch, subject "
                     "from postern.users")
    assert after == [("alice", "alice@example.com", False, 1, "seven")]


def test_a_name_has_150_characters(site, alice):
    assert site.send("PATCH", "/api/me/", alice,
                     first_name="é" * 150).status == 200
    answer = site.send("PATCH", "/api/me/", alice, first_name="é" * 151,
                       last_name="x" * 151)
    assert (answer.status, answer.json()) == (400, {
        name: ["Ensure this field has no more than 150 characters."]
        for name in ("first_name", "last_name")})


# Its password

def test_a_new_password(site, alice):
    other = site.login("alice")
    answer = change_password(site, alice)
    assert (answer.status, answer.body) == (204, b"")
    assert "content-type" not in answer.headers
    site.login("alice", NEW)
    assert site.post("/api/token/", username="alice",
                     password=PASSWORD).status == 401
    # SECURITY: all sessions and tickets end at once, access tokens too
    for token in (alice, other["access"]):
        answer = site.get("/api/hello/", token)
        assert (answer.status, answer.json()) == (401, CHANGED)
    answer = site.post("/api/token/refresh/", refresh=other["refresh"])
    assert answer.json()["detail"] == "Token is blacklisted"
    letter = site.letter("alice@example.com")
    assert "password" in letter["Subject"] and NEW not in letter.as_string()
    assert audited(site, "password_changed") == 1
    assert site.sql("select user_id is not null, address, actor_id "
                    "from postern.audit where what = 'password_changed'") == [
        (True, "127.0.0.1", None)]


def test_tickets_end_with_the_password(site, alice):
    for path in ("/api/reset/", "/api/reset/username/"):
        assert site.post(path, email="alice@example.com").status == 204
    site.letter("alice@example.com", 2)
    tickets = [ticket_of(letter) for letter in
               site.letters("alice@example.com")]
    assert change_password(site, alice).status == 204
    for uid, token in tickets:
        for path, field in (("/api/reset/confirm/", "new_password"),
                            ("/api/reset/username/confirm/", "new_username")):
            answer = site.post(path, uid=uid, token=token,
                               **{field: "Th1rd-passw0rd"})
            assert answer.status == 400
            assert answer.json() == {
                "token": ["Invalid token for given user."]}


def test_what_is_wrong_is_told_as_djoser_does(site, alice):
    for fields, told in (
            ({}, {"new_password": ["This field is required."],
                  "current_password": ["This field is required."]}),
            ({"new_password": NEW, "current_password": "bad"}, WRONG),
            ({"new_password": "alice123", "current_password": PASSWORD},
             {"new_password": ["The password is too similar to the "
                               "username.", "This password is too common."]}),
            ({"new_password": "byron1", "current_password": PASSWORD},
             {"new_password": [
                 "The password is too similar to the last name.",
                 "This password is too short. It must contain at least 8 "
                 "characters."]}),
            ({"new_password": "8" * 1025, "current_password": PASSWORD},
             {"new_password": [
                 "Ensure this field has no more than 1024 bytes."]}),
            # the current one is looked at first
            ({"new_password": "alice123", "current_password": "bad"}, WRONG)):
        answer = site.post("/auth/users/set_password/", fields, alice)
        assert (answer.status, answer.json()) == (400, told), fields
    assert shown(site, alice)["username"] == "alice"
    assert audited(site, "password_changed") == 0


def test_a_password_is_taken_as_it_is(site, alice):
    odd = " \u202ep\u00e4\r\n'\";--\u00a0\u200f "
    assert change_password(site, alice, new=odd).status == 204
    assert site.post("/api/token/", username="alice",
                     password=odd.strip()).status == 401
    site.login("alice", odd)


def test_typed_twice_where_it_is_asked_for(new_site):
    with new_site(set_password_retype="yes", set_username_retype="yes",
                  username_reset_confirm_retype="yes") as site:
        site.add_user("alice")
        alice = site.login("alice")["access"]
        answer = change_password(site, alice)
        assert answer.json() == {
            "re_new_password": ["This field is required."]}
        answer = change_password(site, alice, re_new_password=NEW + " ")
        assert (answer.status, answer.json()) == (400, {"non_field_errors": [
            "The two password fields didn't match."]})
        answer = site.post("/api/me/username/", bearer=alice,
                           current_password=PASSWORD, new_username="b1",
                           re_new_username="b2")
        assert (answer.status, answer.json()) == (400, {"non_field_errors": [
            "The two username fields didn't match."]})
        site.post("/api/reset/username/", email="alice@example.com")
        uid, token = site.ticket("alice@example.com")
        for again, status in (("b2", 400), ("b1", 204)):
            answer = site.post("/api/reset/username/confirm/", uid=uid,
                               token=token, new_username="b1",
                               re_new_username=again)
            assert answer.status == status
        assert site.post("/api/me/username/", bearer=alice,
                         current_password=PASSWORD, new_username="b2",
                         re_new_username="b2").status == 204
        assert change_password(site, alice,
                               re_new_password=NEW).status == 204


def test_the_own_session_may_stay(new_site):
    """Its refresh token goes on; access tokens of before are stale."""
    with new_site(logout_on_password_change="no", worker=False,
                  rotate_refresh_tokens="yes") as site:
        site.add_user("alice")
        own, other = site.login("alice"), site.login("alice")
        assert change_password(site, own["access"]).status == 204
        for pair in (own, other):
            assert site.get("/api/me/", pair["access"]).json() == CHANGED
        answer = site.post("/api/token/refresh/", refresh=other["refresh"])
        assert answer.status == 401
        answer = site.post("/api/token/refresh/", refresh=own["refresh"])
        assert answer.status == 200
        assert shown(site, answer.json()["access"])["username"] == "alice"
        answer = site.post("/api/token/refresh/",
                           refresh=answer.json()["refresh"])
        assert answer.status == 200


def test_a_sliding_token_of_the_session_that_stays(new_site):
    with new_site(logout_on_password_change="no", worker=False,
                  auth_token_classes="sliding") as site:
        site.add_user("alice")
        own, other = [site.post("/api/token/sliding/", username="alice",
                                password=PASSWORD).json()["token"]
                      for _ in range(2)]
        assert change_password(site, own).status == 204
        assert shown(site, own)["username"] == "alice"
        assert site.get("/api/me/", other).json() == CHANGED


def test_of_parallel_changes_one_takes_effect(new_site):
    with new_site(processes=4, worker=False) as site:
        site.add_user("alice")
        alice = site.login("alice")["access"]
        answers = at_once_behind(
            site, "select from postern.users for no key update", 20,
            lambda n: change_password(site, alice, new=f"N3w-passw0rd-{n}"))
        winners = [n for n, a in enumerate(answers) if a.status == 204]
        assert len(winners) == 1
        for answer in answers:
            assert answer.status == 204 or answer.json() in (CHANGED, WRONG)
        site.login("alice", f"N3w-passw0rd-{winners[0]}")
        assert site.value("select epoch from postern.users") == 1
        assert audited(site, "password_changed") == 1


def test_a_login_that_races_with_a_change_leaves_no_live_session(new_site):
    with new_site(processes=4, worker=False) as site:
        site.add_user("alice")
        alice = site.login("alice")["access"]

        def call(number):
            if number == 7:
                return change_password(site, alice)
            return site.post("/api/token/", username="alice",
                             password=PASSWORD)

        answers = at_once(16, call)
        assert answers[7].status == 204
        assert {a.status for a in answers} <= {200, 204, 401}
        for answer in answers:
            if answer.status == 200:
                assert site.post("/api/token/refresh/", refresh=answer.json()[
                    "refresh"]).status == 401


def test_hooks_are_told_of_a_change(new_site, tmp_path):
    key = tmp_path / "key"
    key.write_text("whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=\n")
    key.chmod(0o600)
    with new_site(on_password_changed="https://hooks.example/x",
                  hook_key=key, worker=False) as site:
        site.add_user("alice", PASSWORD, None, "--subject", "seven")
        alice = site.login("alice")["access"]
        assert change_password(site, alice, "bad").status == 400
        assert change_password(site, alice).status == 204
        assert site.sql("select event, subject, address from postern.hooks "
                        ) == [("password_changed", "seven", "127.0.0.1")]


def test_an_address_that_nobody_has_confirmed_gets_no_letter(new_site):
    with new_site(check_user_is_active="no", worker=False) as site:
        site.add_user("alice", PASSWORD, None, "--unverified")
        alice = site.login("alice")["access"]
        assert change_password(site, alice).status == 204
        assert site.value("select count(*) from postern.outbox") == 0


# Limits, as shipped

def test_the_current_password_is_throttled_as_logins_are(new_site):
    """By account over all endpoints that ask for it; the right one waits."""
    with new_site(shipped=True, login_wait="60s", worker=False,
                  trusted_proxies="127.0.0.1") as site:
        site.add_user("alice")
        alice = site.login("alice")["access"]

        def attempt(number, current="bad"):
            headers = {"X-Forwarded-For": f"192.0.2.{number}"}
            return [
                lambda: site.post("/api/me/password/", bearer=alice,
                                  headers=headers, new_password=NEW,
                                  current_password=current),
                lambda: site.post("/api/me/username/", bearer=alice,
                                  headers=headers, new_username="al",
                                  current_password=current),
                lambda: site.send("DELETE", "/api/me/", alice, headers,
                                  current_password=current),
            ][number % 3]()

        for number in range(5):
            assert attempt(number).json() == WRONG
        for number in range(5, 8):
            answer = attempt(number, PASSWORD)
            assert answer.status == 429
            assert answer.json()["detail"].startswith(
                "Request was throttled. Expected available in ")
            assert 1 <= int(answer.headers["retry-after"]) <= 60
        # and so does the login from elsewhere
        assert site.post("/api/token/", username="alice", password=PASSWORD,
                         headers={"X-Forwarded-For": "192.0.2.77"}
                         ).status == 429
        assert site.value("select username from postern.users") == "alice"
        assert audited(site, "password_check") == 5


def test_parallel_guesses_of_the_current_password(new_site):
    """Of 50 at once exactly as many are looked at as there may be."""
    with new_site(shipped=True, processes=4, login_wait="60s", worker=False,
                  trusted_proxies="127.0.0.1") as site:
        site.add_user("alice")
        alice = site.login("alice")["access"]
        answers = at_once(50, lambda n: site.post(
            "/api/me/password/", bearer=alice, current_password=f"bad{n}",
            new_password=NEW, headers={"X-Forwarded-For": f"192.0.2.{n}"}))
        assert statuses(answers) == {400: 5, 429: 45}


def test_a_change_ends_the_wait(new_site):
    with new_site(shipped=True, worker=False) as site:
        site.add_user("alice")
        alice = site.login("alice")["access"]
        for _ in range(3):
            assert change_password(site, alice, "bad").status == 400
        assert change_password(site, alice).status == 204
        assert site.value("select count(*) from postern.throttle "
                          "where fails > 0") == 0


def test_wrong_passwords_stand_in_the_log_for_fail2ban(site, alice):
    assert change_password(site, alice, "bad-guess-of-mine").json() == WRONG
    assert ("login failed: peer=127.0.0.1 account=alice "
            "outcome=current_password_wrong") in site.logged()
    assert "bad-guess-of-mine" not in site.logged()


# Its end

def test_the_end_of_an_account(site, alice):
    site.add_user("bob")
    bob = site.login("bob")["access"]
    refresh = site.login("alice")["refresh"]
    site.postern("group", "add", "editors", "alice")
    site.post("/api/reset/", email="alice@example.com")
    uid, token = site.ticket("alice@example.com")
    answer = site.send("DELETE", "/api/me/", alice, current_password="bad")
    assert (answer.status, answer.json()) == (400, WRONG)
    answer = site.send("DELETE", "/auth/users/me/", alice,
                       current_password=PASSWORD)
    assert (answer.status, answer.body) == (204, b"")
    assert site.get("/api/hello/", alice).json() == {
        "detail": "User not found", "code": "user_not_found"}
    assert site.post("/api/token/refresh/", refresh=refresh).status == 401
    assert site.post("/api/token/", username="alice",
                     password=PASSWORD).status == 401
    assert site.post("/api/reset/confirm/", uid=uid, token=token,
                     new_password=NEW).status == 400
    for table in ("sessions", "tickets", "groups"):
        assert site.value(f"select count(*) from postern.{table} s join "
                          "postern.users u on u.id = s.user_id "
                          "where u.username <> 'bob'") == 0
    assert site.value("select count(*) from postern.users") == 1
    assert site.get("/api/hello/", bob).status == 200
    # the audit log stays, and the name is free
    assert audited(site, "user_deleted") == 1
    assert site.value("select count(*) from postern.audit where what = "
                      "'login' and user_id not in (select id from "
                      "postern.users)") == 2
    site.add_user("alice")


def test_a_body_is_asked_for(site, alice):
    for answer in (site.send("DELETE", "/api/me/", alice),
                   site.send("DELETE", "/api/me/", alice, value={})):
        assert (answer.status, answer.json()) == (400, {
            "current_password": ["This field is required."]})
    assert shown(site, alice)


def test_of_parallel_ends_one_takes_effect(site, alice):
    answers = at_once(6, lambda _: site.send(
        "DELETE", "/api/me/", alice, current_password=PASSWORD))
    assert statuses(answers).pop(204) == 1
    assert {a.status for a in answers} == {204, 401}
    assert audited(site, "user_deleted") == 1


def test_cookies_go_with_the_account(new_site):
    with new_site(token_transport="cookie", access_cookie="yes",
                  worker=False) as site:
        site.add_user("alice")
        page = {"Origin": "http://site.example"}
        answer = site.post("/api/token/", username="alice", password=PASSWORD,
                           headers=page)
        cookie = next(value.split(";")[0] for name, value
                      in answer.raw_headers if "__Host-access" in value)
        page["Cookie"] = cookie
        # a page of another site can neither change nor end anything
        foreign = dict(page, Origin="https://evil.example")
        for method, path in (("PATCH", "/api/me/"), ("DELETE", "/api/me/"),
                             ("DELETE", "/api/me/sessions/"),
                             ("POST", "/api/me/password/")):
            assert site.send(method, path, headers=foreign,
                             current_password=PASSWORD, new_password=NEW,
                             first_name="x").status == 403
        assert site.get("/api/me/", headers=page).status == 200
        answer = site.send("DELETE", "/api/me/", headers=page,
                           current_password=PASSWORD)
        assert answer.status == 204
        assert answer.headers["set-cookie"].count("Max-Age=0") == 3


# Bad input

FIELDS = {
    ("PATCH", "/api/me/"): ("first_name", "last_name"),
    ("PUT", "/auth/users/me/"): ("first_name",),
    ("DELETE", "/api/me/"): ("current_password",),
    ("POST", "/api/me/password/"): ("new_password", "current_password"),
    ("POST", "/api/me/username/"): ("current_password", "new_username"),
    ("POST", "/api/reset/username/"): ("email",),
    ("POST", "/api/reset/username/confirm/"): ("uid", "token",
                                               "new_username"),
}
GOOD = {"first_name": "Ada", "last_name": "B", "current_password": PASSWORD,
        "new_password": NEW, "new_username": "alicia", "uid": "seven",
        "token": "A" * 43, "email": "nobody@example.com"}
NAMES = {"missing", "blank", "quotes", "number", "fraction", "path",
         "non-character"}
FINE = {"first_name": NAMES, "last_name": NAMES,
        "new_password": {"CR LF", "quotes", "right-to-left marks",
                         "non-character", "control characters", "path"},
        "new_username": {"number", "fraction"}}
CASES = [(method, path, field, name, value, sentence)
         for (method, path), fields in FIELDS.items() for field in fields
         for name, value, sentence in VALUES
         if name not in FINE.get(field, ())]


@pytest.fixture(scope="module")
def quiet(new_site):
    """A site with one account whose token stays good."""
    with new_site(worker=False) as made:
        made.add_user("alice", PASSWORD, None, "--subject", "seven")
        made.token = made.login("alice")["access"]
        yield made


def state(site):
    return row(site) + site.sql(
        "select (select count(*) from postern.outbox), "
        "(select count(*) from postern.tickets), "
        "(select count(*) from postern.sessions where ended_at is null)")


@pytest.mark.parametrize(
    "method,path,field,name,value,sentence", CASES,
    ids=[f"{c[0]} {c[1]} {c[2]} {c[3]}" for c in CASES])
def test_bad_value(quiet, method, path, field, name, value, sentence):
    fields = {other: GOOD[other] for other in FIELDS[method, path]}
    fields[field] = value
    if value is MISSING:
        del fields[field]
    before = state(quiet)
    answer = quiet.send(method, path, quiet.token, value=fields)
    assert 400 <= answer.status < 500, answer
    said = answer.json()
    if sentence is not None:
        assert answer.status == 400
        assert sentence in said[field], said
    assert state(quiet) == before


@pytest.mark.parametrize("name", sorted(NAMES - {"missing", "blank"}))
def test_odd_names_are_kept_as_they_are(quiet, name):
    value = next(v for n, v, _ in VALUES if n == name)
    answer = quiet.send("PATCH", "/api/me/", quiet.token, first_name=value)
    assert answer.status == 200
    assert answer.json()["first_name"] == (
        value if isinstance(value, str) else json.dumps(value))


# Costs

STATEMENTS = """
    select coalesce(sum(calls), 0) from stat.pg_stat_statements s
    join pg_database d on d.oid = s.dbid
    where d.datname = %s and query not ilike '%%pg_stat_statements%%'
        and query not ilike 'set %%'
"""


def test_round_trips(new_site):
    with new_site(processes=1, worker=False) as site:
        site.sql("create schema if not exists stat; create extension if not "
                 "exists pg_stat_statements schema stat")
        site.add_user("alice")
        alice = site.login("alice")["access"]

        def trips(method, path, **fields):
            site.send(method, path, alice, **fields)
            site.sql("select stat.pg_stat_statements_reset()")
            assert site.send(method, path, alice, **fields).status < 400
            return site.value(STATEMENTS, site.database)

        assert trips("GET", "/api/me/") <= 2
        assert trips("PATCH", "/api/me/", first_name="x") <= 2
        assert trips("GET", "/api/me/sessions/") <= 2
        assert trips("GET", "/api/users/") <= 2
        assert trips("POST", "/api/me/username/", new_username="alice",
                     current_password=PASSWORD) <= 4


def test_a_token_that_names_the_user_otherwise(new_site):
    """user_id_field: the account is found by what the token says."""
    with new_site(user_id_field="username", worker=False) as site:
        site.add_user("Alice")
        site.add_user("bob")
        pair = site.login("alice")
        assert jwt.decode(pair["access"], KEY, ["HS256"])[
            "user_id"] == "Alice"
        assert shown(site, pair["access"])["username"] == "Alice"
        assert site.send("PATCH", "/api/me/", pair["access"],
                         first_name="A").json()["first_name"] == "A"
        assert len(site.get("/api/me/sessions/", pair["access"]).json()) == 1
        assert change_password(site, pair["access"]).status == 204
        assert site.value("select epoch from postern.users "
                          "where username = 'bob'") == 0
