"""Two-step login: set up, used, lost, ended; what is told, counted, stored."""

import base64
import json
import os
import re
import subprocess
import urllib.parse

import pytest

from support import totp
from support.parallel import at_once, at_once_behind, statuses
from support.site import BUILD

TOTP_KEY = "totp-0123456789abcdefghijklmnopqrstuvwxyz"
SETTINGS = {"worker": False, "processes": 4, "totp_key": "totp.key",
            "site_name": "Example & Söhne"}
LIMITS = dict(SETTINGS, throttle="on", peer_attempts="10000",
              login_failures="5", login_wait="1h", login_wait_max="1h")
PASSWORD = "Corr3ct-horse"
REFUSED = {"detail": "No active account found with the given credentials"}
REQUIRED = {"detail": "A one-time code is required.", "code": "otp_required"}
INVALID = {"detail": "The one-time code is not valid.", "code": "otp_invalid"}
MISSING = {"otp": ["A one-time code is required."]}
WRONG = {"otp": ["The one-time code is not valid."]}
OFF = {"detail": "Two-step login is not enabled."}
ON = {"detail": "Two-step login is enabled already."}
NOT_BEGUN = {"detail": "Two-step login is not being set up."}
RECOVERY_CODE = re.compile(r"^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$")


def with_key(site, key=TOTP_KEY):
    site.write("totp.key", key + "\n", 0o600)
    return site


@pytest.fixture(scope="module")
def own_site(new_site):
    with new_site(**SETTINGS) as site:
        yield site


@pytest.fixture
def site(own_site):
    own_site.forget()
    return with_key(own_site)


@pytest.fixture(scope="module")
def own_limited(new_site):
    with new_site(**LIMITS) as site:
        yield with_key(site)


@pytest.fixture
def limited(own_limited):
    own_limited.forget()
    return own_limited


def login(site, otp=None, name="alice", password=PASSWORD,
          path="/api/token/"):
    fields = {} if otp is None else {"otp": otp}
    return site.post(path, username=name, password=password, **fields)


def delete(site, path, bearer, **fields):
    return site.request("DELETE", path, json.dumps(fields).encode(), {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {bearer}"})


class Owner:
    """An account with its authenticator."""

    def __init__(self, site, name="alice"):
        self.site = site
        self.name = name
        site.add_user(name)
        self.access = site.login(name)["access"]
        self.subject = site.value(
            "select subject from postern.users where username = %s", name)

    def me(self, path="", **fields):
        return self.site.post(f"/api/me/totp/{path}", bearer=self.access,
                              **fields)

    def state(self):
        answer = self.site.get("/api/me/totp/", self.access)
        assert answer.status == 200, answer
        return answer.json()

    def begin(self):
        answer = self.me(current_password=PASSWORD)
        assert answer.status == 200, answer
        self.secret = answer.json()["secret"]
        return answer.json()

    def code(self, offset=0):
        return totp.code(self.secret, totp.current_step() + offset)

    def wrong(self):
        """A code that is good in no step around."""
        step = totp.current_step()
        near = {totp.code(self.secret, step + n) for n in range(-3, 4)}
        return next(c for c in (f"{n:06d}" for n in range(10))
                    if c not in near)

    def confirm(self):
        answer = self.me("confirm/", otp=self.code())
        assert answer.status == 200, answer
        self.codes = answer.json()["recovery_codes"]
        return self

    def forget_steps(self):
        """Codes that were used are good again, in place of a wait of 30 s."""
        self.site.sql("update postern.users set totp_step = 0 "
                      "where username = %s", self.name)

    def enrol(self):
        self.begin()
        self.confirm()
        self.forget_steps()
        return self


@pytest.fixture
def alice(site):
    return Owner(site).enrol()


def audited(site):
    return site.sql("select what, outcome from postern.audit "
                    "where what not in ('user_added') order by id")


# The whole story

def test_from_enrolment_to_its_end(site):
    alice = Owner(site)
    assert alice.state() == {"enabled": False, "recovery_codes_left": 0}
    begun = alice.begin()
    assert list(begun) == ["secret", "uri", "qr"]
    assert re.match(r"^[A-Z2-7]{32}$", begun["secret"])
    # Until it is confirmed nothing has changed.
    assert login(site).status == 200
    assert alice.state() == {"enabled": False, "recovery_codes_left": 0}
    answer = alice.me("confirm/", otp=alice.wrong())
    assert (answer.status, answer.json()) == (400, WRONG)
    refresh = site.login("alice")["refresh"]
    alice.confirm()
    assert len(set(alice.codes)) == 10
    assert all(RECOVERY_CODE.match(code) for code in alice.codes)
    assert alice.state() == {"enabled": True, "recovery_codes_left": 10}
    # Nobody is logged out.
    assert site.get("/api/hello/", alice.access).status == 200
    assert site.post("/api/token/refresh/", refresh=refresh).status == 200
    # Now a password alone does not do.
    answer = login(site)
    assert (answer.status, answer.json()) == (401, REQUIRED)
    assert login(site, "").json() == REQUIRED
    answer = login(site, alice.wrong())
    assert (answer.status, answer.json()) == (401, INVALID)
    assert login(site, alice.code(1)).status == 200
    # A recovery code is a code, once.
    assert login(site, alice.codes[3]).status == 200
    assert login(site, alice.codes[3]).json() == INVALID
    assert alice.state() == {"enabled": True, "recovery_codes_left": 9}
    alice.forget_steps()
    answer = alice.me("recovery/", current_password=PASSWORD,
                      otp=alice.code())
    assert answer.status == 200
    new = answer.json()["recovery_codes"]
    assert len(set(new + alice.codes)) == 20
    assert alice.state() == {"enabled": True, "recovery_codes_left": 10}
    assert login(site, alice.codes[0]).json() == INVALID
    assert login(site, new[0]).status == 200
    answer = delete(site, "/api/me/totp/", alice.access,
                    current_password=PASSWORD, otp=new[1])
    assert (answer.status, answer.body) == (204, b"")
    assert alice.state() == {"enabled": False, "recovery_codes_left": 0}
    assert login(site).status == 200
    assert site.get("/api/hello/", alice.access).status == 200
    assert audited(site) == [
        ("login", "ok"), ("totp_begun", "ok"), ("login", "ok"),
        ("password_check", "otp_refused"), ("login", "ok"),
        ("totp_enabled", "ok"), ("login", "otp_required"),
        ("login", "otp_required"), ("login", "otp_invalid"), ("login", "ok"),
        ("recovery_code_used", "ok"), ("login", "ok"),
        ("login", "otp_invalid"), ("recovery_codes_renewed", "ok"),
        ("login", "otp_invalid"), ("recovery_code_used", "ok"),
        ("login", "ok"), ("recovery_code_used", "ok"),
        ("totp_disabled", "ok"), ("login", "ok")]
    for secret in [begun["secret"], begun["uri"]] + alice.codes + new:
        assert secret not in site.logged()


@pytest.mark.parametrize("path", ["/api/token/", "/auth/jwt/create/",
                                  "/api/token/sliding/"])
def test_every_login_asks(site, alice, path):
    assert login(site, path=path).json() == REQUIRED
    assert login(site, alice.wrong(), path=path).json() == INVALID
    assert login(site, alice.code(), path=path).status == 200
    assert login(site, alice.code(), path=path).json() == INVALID
    assert login(site, alice.codes[0], path=path).status == 200


def test_who_has_none_may_send_a_code(site):
    site.add_user("bob")
    assert login(site, "123456", "bob").status == 200
    assert login(site, "", "bob").status == 200


@pytest.mark.parametrize("write", [
    lambda code: code[:3] + " " + code[3:], lambda code: f" {code}\n",
    lambda code: "-".join(code)], ids=["in two groups", "blanks", "hyphens"])
def test_codes_as_people_type_them(site, alice, write):
    assert login(site, write(alice.code())).status == 200


@pytest.mark.parametrize("write", [
    str.lower, lambda code: code.replace("-", ""),
    lambda code: code.replace("-", " ").lower() + " "],
    ids=["lower case", "without hyphens", "blanks"])
def test_recovery_codes_as_people_type_them(site, alice, write):
    assert login(site, write(alice.codes[0])).status == 200
    assert login(site, alice.codes[0]).json() == INVALID


def test_a_number_is_a_code(site, alice):
    while alice.code().startswith("0"):
        alice = Owner(site, alice.name + "a").enrol()
    assert login(site, int(alice.code()), alice.name).status == 200


# Enrolment

def test_enrolment_needs_the_password(site):
    alice = Owner(site)
    answer = alice.me(current_password="wrong")
    assert answer.status == 400
    assert answer.json() == {"current_password": ["Invalid password."]}
    assert alice.me().json() == {
        "current_password": ["This field is required."]}
    assert alice.me("confirm/", otp="123456").json() == NOT_BEGUN
    assert site.value("select totp_secret from postern.users") is None


def test_begun_again_the_last_secret_counts(site):
    alice = Owner(site)
    first = alice.begin()["secret"]
    second = alice.begin()["secret"]
    assert first != second
    step = totp.current_step()
    assert alice.me("confirm/", otp=totp.code(first, step)).json() == WRONG
    assert alice.me("confirm/", otp=totp.code(second, step)).status == 200


def test_an_enabled_secret_is_not_touched(site, alice):
    before = site.value("select totp_secret from postern.users")
    answer = alice.me(current_password=PASSWORD)
    assert (answer.status, answer.json()) == (400, ON)
    answer = alice.me("confirm/", otp=alice.code())
    assert (answer.status, answer.json()) == (400, ON)
    assert site.value("select totp_secret from postern.users") == before
    assert login(site, alice.code()).status == 200
    assert login(site, alice.codes[9]).status == 200


def test_an_enrolment_waits_for_an_hour(site):
    alice = Owner(site)
    alice.begin()
    site.sql("update postern.users set totp_begun_at = "
             "now() - interval '61 minutes'")
    answer = alice.me("confirm/", otp=alice.code())
    assert (answer.status, answer.json()) == (400, NOT_BEGUN)
    site.sql("update postern.users set totp_begun_at = "
             "now() - interval '59 minutes'")
    alice.confirm()


def test_the_code_of_the_enrolment_opens_no_login(site):
    alice = Owner(site)
    alice.begin()
    code = alice.code()
    assert alice.me("confirm/", otp=code).status == 200
    assert login(site, code).json() == INVALID
    assert login(site, alice.code(1)).status == 200


def test_disabled_and_enrolled_again_within_a_step(site, alice):
    assert delete(site, "/api/me/totp/", alice.access,
                  current_password=PASSWORD, otp=alice.code(1)).status == 204
    old = alice.codes
    alice.begin()
    alice.confirm()
    assert site.value("select count(*) from postern.recovery_codes") == 10
    assert login(site, old[0]).json() == INVALID
    assert login(site, alice.codes[0]).status == 200


def test_what_ends_it_asks_for_both(site, alice):
    cases = [
        ({"current_password": "wrong", "otp": alice.code()},
         {"current_password": ["Invalid password."]}),
        ({"current_password": PASSWORD, "otp": alice.wrong()}, WRONG),
        ({"current_password": PASSWORD},
         {"otp": ["This field is required."]}),
        ({"otp": alice.code()},
         {"current_password": ["This field is required."]}),
        ({"current_password": PASSWORD, "otp": "x" * 65},
         {"otp": ["Ensure this field has no more than 64 characters."]})]
    for fields, said in cases:
        for answer in (delete(site, "/api/me/totp/", alice.access, **fields),
                       alice.me("recovery/", **fields)):
            assert (answer.status, answer.json()) == (400, said)
    assert alice.state() == {"enabled": True, "recovery_codes_left": 10}
    # What was refused for its password was not spent.
    assert login(site, alice.code()).status == 200


# Whatever the current password is asked for; {id} is that of the account.
SENSITIVE = {
    "DELETE /api/me/": {},
    "DELETE /auth/users/me/": {},
    "DELETE /api/users/{id}/": {},
    "DELETE /auth/users/{id}/": {},
    "POST /api/me/password/": {"new_password": "another-Corr3ct-horse"},
    "POST /auth/users/set_password/": {"new_password": "another-Corr3ct-horse"},
    "POST /api/me/username/": {"new_username": "alicia"},
    "POST /auth/users/set_username/": {"new_username": "alicia"},
    "POST /api/me/email/": {"new_email": "alicia@example.com"},
}


def ask(site, owner, line, **fields):
    """One of SENSITIVE by the owner, with these beside its own fields."""
    method, path = line.split()
    path = path.replace("{id}", owner.subject)
    body = {**SENSITIVE[line], "current_password": PASSWORD, **fields}
    return site.request(method, path, json.dumps(body).encode(), {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {owner.access}"})


def everything(site):
    """What those could change."""
    return [site.sql(f"select * from postern.{table} order by 1") for table in (
        "users", "sessions", "tickets", "outbox", "recovery_codes")]


@pytest.mark.parametrize("line", SENSITIVE)
def test_what_asks_for_the_password_asks_for_a_code(site, alice, line):
    before = everything(site)
    for otp in ({}, {"otp": ""}, {"otp": " "}):
        answer = ask(site, alice, line, **otp)
        assert (answer.status, answer.json()) == (400, MISSING)
    answer = ask(site, alice, line, otp=alice.wrong())
    assert (answer.status, answer.json()) == (400, WRONG)
    answer = ask(site, alice, line, otp=alice.code(),
                 current_password="wrong")
    assert answer.json() == {"current_password": ["Invalid password."]}
    assert everything(site) == before
    assert ask(site, alice, line, otp=alice.code()).status == 204
    assert everything(site) != before


@pytest.mark.parametrize("line", SENSITIVE)
def test_a_recovery_code_does_too(site, alice, line):
    assert ask(site, alice, line, otp=alice.codes[0]).status == 204


@pytest.mark.parametrize("line", SENSITIVE)
def test_who_has_no_second_step_is_asked_for_none(site, line):
    bob = Owner(site, "bob")
    assert ask(site, bob, line, otp="no code").status == 204


@pytest.mark.parametrize("line,fields", [
    ("POST /api/me/password/", {"new_password": "alice"}),
    ("POST /api/me/username/", {"new_username": "al ice"}),
    ("POST /api/me/email/", {"new_email": "no address"})])
def test_what_is_refused_for_another_field_spends_no_code(site, alice, line,
                                                          fields):
    answer = ask(site, alice, line, otp=alice.code(), **fields)
    assert (answer.status, list(answer.json())) == (400, list(fields))
    assert login(site, alice.code()).status == 200


def test_staff_shows_a_code_of_its_own(site, alice):
    bob = Owner(site, "bob")
    site.sql("update postern.users set is_staff = true where username = 'bob'")
    bob.enrol()
    path = f"/api/users/{alice.subject}/"
    for otp, said in (("", MISSING), (alice.code(), WRONG)):
        answer = delete(site, path, bob.access, current_password=PASSWORD,
                        otp=otp)
        assert (answer.status, answer.json()) == (400, said)
    assert delete(site, path, bob.access, current_password=PASSWORD,
                  otp=bob.code()).status == 204


@pytest.mark.parametrize("line", SENSITIVE)
def test_parallel_uses_of_one_code_at_a_change(site, alice, line):
    code = alice.code()
    answers = at_once(4, lambda _: ask(site, alice, line, otp=code))
    assert [a.status for a in answers].count(204) == 1, answers


def test_without_two_step_login_there_is_nothing_to_end(site):
    bob = Owner(site, "bob")
    for answer in (
            delete(site, "/api/me/totp/", bob.access,
                   current_password=PASSWORD, otp="123456"),
            bob.me("recovery/", current_password=PASSWORD, otp="123456")):
        assert (answer.status, answer.json()) == (400, OFF)


def test_without_a_token_nothing_is_told(site, alice):
    requests = [("GET", ""), ("POST", ""), ("DELETE", ""),
                ("POST", "confirm/"), ("POST", "recovery/")]
    for method, path in requests:
        body = None if method == "GET" else b"{}"
        answer = site.request(method, f"/api/me/totp/{path}", body,
                              {"Content-Type": "application/json"})
        assert answer.status == 401
        assert answer.json() == {
            "detail": "Authentication credentials were not provided."}
    assert site.request("PUT", "/api/me/totp/", b"{}", {
        "Authorization": f"Bearer {alice.access}"}).headers["allow"] == (
            "GET, HEAD, POST, DELETE, OPTIONS")


@pytest.mark.parametrize("value,said", [
    (None, "This field may not be null."), ([], "Not a valid string."),
    (True, "Not a valid string."), ("1\0", "Null characters are not allowed."),
    ("x" * 65, "Ensure this field has no more than 64 characters.")],
    ids=["null", "list", "boolean", "NUL", "long"])
def test_what_is_no_text_is_told_before_the_password(site, alice, value, said):
    for name, password in (("alice", PASSWORD), ("alice", "wrong"),
                           ("nobody", "wrong")):
        answer = site.post("/api/token/", username=name, password=password,
                           otp=value)
        assert answer.status == 400
        assert answer.json() == {"otp": [said]}


@pytest.mark.parametrize("otp", [
    "0" * 16, "ABCD-EFGH-IJKL-MNOP", "12345", "1234567", "١٢٣٤٥٦", "１２３４５６",
    "ABCDEFGHIJKLMNO'", "' or 1=1 --", "-", "é" * 16, "\u202e123456"])
def test_what_is_no_code_is_invalid(site, alice, otp):
    answer = login(site, otp)
    assert (answer.status, answer.json()) == (401, INVALID)


# Each code once

@pytest.mark.parametrize("offset,is_good", [
    (-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_window_of_one_step(site, alice, offset, is_good):
    answer = login(site, alice.code(offset))
    assert answer.status == (200 if is_good else 401)
    if not is_good:
        assert answer.json() == INVALID


def test_only_later_codes_are_good_after_one(site, alice):
    step = totp.current_step()
    before, now, after = (totp.code(alice.secret, step + n)
                          for n in (-1, 0, 1))
    assert login(site, now).status == 200
    assert login(site, now).json() == INVALID
    assert login(site, before).json() == INVALID
    assert login(site, after).status == 200
    assert login(site, after).json() == INVALID
    # The last step that was taken is what decides.
    for last, status in ((step, 401), (step - 1, 200)):
        site.sql("update postern.users set totp_step = %s", last)
        assert login(site, now).status == status


HOLD = "select from postern.users for no key update"


def test_parallel_logins_with_one_code(site, alice):
    code = alice.code()
    before = site.value("select count(*) from postern.sessions")
    answers = at_once_behind(site, HOLD, 20, lambda _: login(site, code))
    assert statuses(answers) == {200: 1, 401: 19}
    assert all(a.json() == INVALID for a in answers if a.status == 401)
    assert site.value("select count(*) from postern.sessions") == before + 1


def test_parallel_logins_with_one_recovery_code(site, alice):
    answers = at_once(20, lambda _: login(site, alice.codes[5]))
    assert statuses(answers) == {200: 1, 401: 19}
    assert alice.state()["recovery_codes_left"] == 9
    assert audited(site).count(("recovery_code_used", "ok")) == 1


def test_parallel_confirmations(site):
    alice = Owner(site)
    alice.begin()
    code = alice.code()
    answers = at_once_behind(site, HOLD, 20,
                             lambda _: alice.me("confirm/", otp=code))
    assert statuses(answers) == {200: 1, 400: 19}
    codes = [a.json()["recovery_codes"] for a in answers if a.status == 200]
    assert login(site, codes[0][0]).status == 200
    assert alice.state() == {"enabled": True, "recovery_codes_left": 9}


def test_parallel_renewals_leave_ten_codes(site, alice):
    answers = at_once_behind(site, HOLD, 4, lambda n: alice.me(
        "recovery/", current_password=PASSWORD, otp=alice.codes[n]))
    good = [a.json()["recovery_codes"] for a in answers if a.status == 200]
    # A code that waits for the other one's renewal may be gone by then.
    assert good and {a.status for a in answers} <= {200, 400}
    assert alice.state()["recovery_codes_left"] == 10
    assert [login(site, codes[0]).status for codes in good].count(200) == 1


# What is told without the password

def test_without_the_password_nothing_is_told(site, alice):
    site.add_user("bob")
    answers = []
    for name in ("alice", "bob", "nobody"):
        for otp in (None, "", "123456", alice.code(), alice.codes[0]):
            answer = login(site, otp, name, "wrong")
            answer.raw_headers = [(n, v) for n, v in answer.raw_headers
                                  if n != "Date"]
            answers.append((answer.status, answer.raw_headers, answer.body))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 401 and json.loads(answers[0][2]) == REFUSED
    # Nor was anything spent.
    assert login(site, alice.code()).status == 200
    assert login(site, alice.codes[0]).status == 200


def test_banned_and_unverified_are_told_nothing_of_codes(site, alice):
    site.sql("update postern.users set verified_at = null")
    assert login(site, alice.code()).json() == REFUSED
    assert login(site).json() == REFUSED
    site.sql("update postern.users set verified_at = now()")
    site.postern("user", "ban", "alice")
    assert login(site, alice.code()).json() == REFUSED
    assert login(site).json() == REFUSED


def test_hooks_are_told_of_wrong_codes_and_not_of_missing_ones(new_site):
    with new_site(**dict(SETTINGS, processes=1, hook_key="hook.key",
                         on_login_failed="http://127.0.0.1:9/")) as site:
        alice = Owner(with_key(site)).enrol()
        login(site)
        assert site.value("select count(*) from postern.hooks") == 0
        login(site, alice.wrong())
        assert site.sql("select event from postern.hooks") == [
            ("login_failed",)]


# Limits

def wait_of(site):
    """What the counters of failed logins say: (failures, is there a wait)."""
    return site.sql("select fails, until > now() from postern.throttle "
                    "where fails > 0")


def test_wrong_codes_wait_as_wrong_passwords_do(limited):
    alice = Owner(limited).enrol()
    for _ in range(5):
        assert login(limited, alice.wrong()).json() == INVALID
    for otp in (alice.wrong(), alice.code(), alice.codes[0], None):
        assert login(limited, otp).status == 429
    assert login(limited, password="wrong").status == 429
    assert delete(limited, "/api/me/totp/", alice.access,
                  current_password=PASSWORD, otp=alice.code()).status == 429
    # What was refused for that was not spent.
    limited.sql("delete from postern.throttle")
    assert login(limited, alice.code()).status == 200
    assert login(limited, alice.codes[0]).status == 200


def test_whoever_is_asked_for_the_code_is_not_locked_out(limited):
    alice = Owner(limited).enrol()
    for _ in range(4):
        assert login(limited, password="wrong").json() == REFUSED
    for _ in range(10):
        assert login(limited).json() == REQUIRED
    assert wait_of(limited) == [(4, False)]
    assert login(limited, alice.code()).status == 200
    assert wait_of(limited) == []


def test_asking_for_the_code_clears_no_failures(limited):
    alice = Owner(limited).enrol()
    for number in range(5):
        assert login(limited).json() == REQUIRED
        assert login(limited, alice.wrong()).json() == INVALID
        assert wait_of(limited) == [(number + 1, number == 4)]
    assert login(limited).status == 429


@pytest.mark.parametrize("otp", ["code", "recovery code"])
def test_a_login_that_is_complete_clears_them(limited, otp):
    alice = Owner(limited).enrol()
    for _ in range(4):
        assert login(limited, alice.wrong()).json() == INVALID
    assert login(limited, alice.code() if otp == "code"
                 else alice.codes[0]).status == 200
    for _ in range(4):
        assert login(limited, alice.wrong()).json() == INVALID


def test_the_password_at_other_places_clears_them_no_more(limited):
    """Else whoever has password and token could try codes without end."""
    alice = Owner(limited).enrol()
    for number in range(5):
        assert alice.me(current_password=PASSWORD).json() == ON
        if number % 2:
            assert login(limited, alice.wrong()).json() == INVALID
        else:
            assert alice.me("recovery/", current_password=PASSWORD,
                            otp=alice.wrong()).json() == WRONG
        assert wait_of(limited) == [(number + 1, number == 4)]
    assert alice.me(current_password=PASSWORD).status == 429


@pytest.mark.parametrize("line", SENSITIVE)
def test_codes_at_a_change_cannot_be_tried_without_end(limited, line):
    alice = Owner(limited).enrol()
    for _ in range(8):
        assert ask(limited, alice, line).json() == MISSING
    assert wait_of(limited) in ([], [(0, False)])
    for _ in range(5):
        assert ask(limited, alice, line, otp=alice.wrong()).json() == WRONG
    assert ask(limited, alice, line, otp=alice.code()).status == 429


def test_password_and_code_together_clear_them(limited):
    alice = Owner(limited).enrol()
    for _ in range(4):
        assert login(limited, alice.wrong()).json() == INVALID
    assert alice.me("recovery/", current_password=PASSWORD,
                    otp=alice.code()).status == 200
    assert wait_of(limited) == []


def test_codes_of_an_enrolment_cannot_be_tried_without_end(limited):
    alice = Owner(limited)
    alice.begin()
    for _ in range(5):
        assert alice.me("confirm/", otp=alice.wrong()).json() == WRONG
    assert alice.me("confirm/", otp=alice.code()).status == 429
    limited.sql("update postern.throttle set until = now()")
    alice.confirm()
    assert wait_of(limited) == []


def test_without_an_enrolment_nothing_is_counted_or_cleared(limited):
    alice = Owner(limited)
    for _ in range(4):
        assert login(limited, password="wrong").json() == REFUSED
    for _ in range(3):
        assert alice.me("confirm/", otp="123456").json() == NOT_BEGUN
    assert wait_of(limited) == [(4, False)]


def test_parallel_wrong_codes(limited):
    """5 are looked at, however many come at once, asked for or not."""
    alice = Owner(limited).enrol()
    wrong = alice.wrong()
    answers = at_once(20, lambda _: login(limited, wrong))
    assert statuses(answers) == {401: 5, 429: 15}


def test_an_attempt_taken_back_takes_no_other_with_it(limited):
    """What another attempt has brought about meanwhile stays."""
    def count():
        """A failure of the counter; returns when, as the statements do."""
        return limited.value(
            "select (extract(epoch from now()) * 1000000)::bigint "
            "from (select postern.count_failure('\\x01', 2, 3600, 3600)) x")

    def take_back(attempt):
        limited.sql("select postern.take_back_failure('\\x01', %s)", attempt)
        return limited.sql("select fails, until > now() from "
                           "postern.throttle where key = '\\x01'")

    first = count()
    assert take_back(first) == [(0, False)]
    first = count()
    second = count()
    assert take_back(first) == [(2, True)]
    assert take_back(second) == [(1, False)]
    assert take_back(second) in ([(1, False)], [(0, False)])


# What is stored, and the key of it

def test_what_is_stored_tells_nothing(site, alice):
    stored = site.value("select totp_secret from postern.users").tobytes()
    assert len(stored) == 24 + 16 + 20
    dump = subprocess.run(
        ["pg_dump", "--data-only", "-d",
         site.server.dsn(site.database)], text=True, check=True,
        stdout=subprocess.PIPE).stdout
    assert stored.hex() in dump
    for text in [alice.secret, base64.b32decode(alice.secret).hex()] + \
            alice.codes + [c.replace("-", "") for c in alice.codes]:
        assert text.lower() not in dump.lower()


def test_a_secret_opens_for_its_owner_alone(site, alice):
    mallory = Owner(site, "mallory").enrol()
    site.sql("update postern.users v set totp_secret = m.totp_secret "
             "from postern.users m where v.username = 'alice' "
             "and m.username = 'mallory'")
    for code in (mallory.code(), alice.code()):
        assert login(site, code).status == 503
    assert "sealed with another key" in site.logged()
    assert login(site, mallory.code(), "mallory").status == 200


def test_a_recovery_code_is_its_owners_alone(site, alice):
    mallory = Owner(site, "mallory").enrol()
    site.sql("update postern.recovery_codes set user_id = "
             "(select id from postern.users where username = 'alice')")
    assert login(site, mallory.codes[0]).json() == INVALID
    assert login(site, mallory.codes[0], "mallory").json() == INVALID
    assert login(site, alice.codes[0]).status == 200


@pytest.mark.parametrize("fault,words", [
    ("another key", "sealed with another key"), ("short", "31 bytes"),
    ("gone", "cannot be read"), ("readable by others", "others")])
def test_with_a_bad_key_codes_are_refused(site, alice, fault, words):
    """Closed, and the log says why; recovery codes need no key."""
    bob = Owner(site, "bob")
    code = alice.code()
    if fault == "gone":
        os.unlink(site.path("totp.key"))
    elif fault == "readable by others":
        os.chmod(site.path("totp.key"), 0o644)
    else:
        with_key(site, "x" * 32 if fault == "another key" else "x" * 31)
    assert login(site).json() == REQUIRED
    answer = login(site, code)
    assert answer.status == 503 and "retry-after" in answer.headers
    assert words in site.logged()
    assert delete(site, "/api/me/totp/", alice.access,
                  current_password=PASSWORD, otp=code).status == 503
    assert login(site, alice.codes[0]).status == 200
    assert login(site, None, "bob").status == 200
    assert bob.me(current_password=PASSWORD).status == (
        200 if fault == "another key" else 503)
    with_key(site)
    assert login(site, code).status == 200


def test_without_the_setting_there_is_none_of_it(new_site):
    with new_site(worker=False, processes=1) as site:
        site.add_user("alice")
        access = site.login("alice")["access"]
        for method, path in (("GET", ""), ("POST", ""), ("DELETE", ""),
                             ("PUT", ""), ("POST", "confirm/"),
                             ("POST", "recovery/")):
            for headers in ({}, {"Authorization": f"Bearer {access}"}):
                body = None if method == "GET" else b"{}"
                answer = site.request(method, f"/api/me/totp/{path}", body,
                                      headers)
                assert (answer.status, answer.json()) == (
                    404, {"detail": "Not found."})
        # An account that has it from before does not lose it.
        site.sql("update postern.users set totp_secret = '\\x00', "
                 "totp_enabled_at = now()")
        assert login(site).json() == REQUIRED
        assert login(site, "123456").status == 503
        assert "totp_key: it is not set" in site.logged()


def test_check_looks_at_the_key(site, alice):
    def findings():
        done = site.postern("check", "--json", check=False)
        return {(f["status"], f["text"]) for f in json.loads(done.stdout)
                if f["check"] == "totp_key"}

    path = site.path("totp.key")
    assert findings() == {("ok", path)}
    with_key(site, "another-0123456789abcdefghijklmnopqrstuvwxyz")
    assert {status for status, _ in findings()} == {"ok", "problem"}
    assert any("does not open: 1;" in text for _, text in findings())
    with_key(site, "short")
    (status, text), = findings()
    assert status == "problem" and "5 bytes" in text
    os.unlink(path)
    (status, text), = findings()
    assert status == "problem"
    assert f"postern key new --algorithm HS256 {path}" in text
    site.postern("key", "new", "--algorithm", "HS256", path)
    assert ("ok", path) in findings()
    site.configure(totp_key=None)
    (status, text), = findings()
    assert status == "problem" and "does not open: 1;" in text
    site.sql("update postern.users set totp_enabled_at = null")
    assert findings() == set()
    site.configure(totp_key="totp.key")


# The account around it

def test_the_operator_ends_it(site, alice):
    assert json.loads(site.postern("user", "show", "alice",
                                   "--json").stdout)["two_step"] is True
    assert json.loads(site.postern("user", "totp", "alice",
                                   "--json").stdout) == {
        "enabled": True, "recovery_codes_left": 10}
    done = site.postern("user", "totp", "ALICE", "--off", "--json")
    assert json.loads(done.stdout)["changed"] is True
    assert "off already" in site.postern("user", "totp", "alice",
                                         "--off").stdout
    assert site.postern("user", "totp", "nobody", "--off",
                        check=False).returncode == 1
    assert login(site).status == 200
    assert alice.state() == {"enabled": False, "recovery_codes_left": 0}
    assert json.loads(site.postern("user", "show", "alice",
                                   "--json").stdout)["two_step"] is False
    assert audited(site).count(("user_totp_off", "ok")) == 1


def test_a_new_password_does_not_end_it(site, alice):
    site.postern("user", "password", "alice", "--force", stdin="N3w-horse\n")
    answer = login(site, password="N3w-horse")
    assert (answer.status, answer.json()) == (401, REQUIRED)
    assert login(site, alice.code(), password="N3w-horse").status == 200


def test_a_stale_token_enables_nothing(new_site):
    """Where no one asks the database for the user of a token."""
    with new_site(**dict(SETTINGS, processes=1,
                         access_check="stateless")) as site:
        alice = Owner(with_key(site))
        alice.begin()
        site.postern("user", "password", "alice", "--force",
                     stdin="N3w-horse\n")
        answer = alice.me("confirm/", otp=alice.code())
        assert answer.status == 401
        assert answer.json()["code"] == "password_changed"
        assert login(site, password="N3w-horse").status == 200


def test_codes_go_with_the_account(site, alice):
    site.postern("user", "delete", "alice", "--yes")
    assert site.value("select count(*) from postern.recovery_codes") == 0


def test_round_trips(new_site):
    counted = ("select coalesce(sum(calls), 0) from stat.pg_stat_statements s "
               "join pg_roles r on r.oid = s.userid where r.rolname like "
               "'postern%' and s.dbid = (select oid from pg_database where "
               "datname = current_database())")
    with new_site(**dict(SETTINGS, processes=1)) as site:
        alice = Owner(with_key(site)).enrol()
        site.add_user("bob")

        def round_trips(*arguments):
            site.sql("select stat.pg_stat_statements_reset()")
            login(site, *arguments)
            return int(site.value(counted))

        login(site)
        login(site, alice.codes[0])
        assert round_trips(None, "bob") == 2
        assert round_trips() == 2
        assert round_trips(alice.wrong()) == 2
        assert round_trips(alice.code()) == 3
        assert round_trips(alice.codes[1]) == 3

        def of_a_change(owner, name, **fields):
            site.sql("select stat.pg_stat_statements_reset()")
            assert ask(site, owner, "POST /api/me/username/",
                       new_username=name, **fields).status == 204
            return int(site.value(counted))

        carol = Owner(site, "carol")
        of_a_change(carol, "carola")
        assert of_a_change(alice, "alicia", otp=alice.codes[2]) == (
            of_a_change(carol, "caro") + 3)


def test_only_what_needs_it_is_linked_with_it():
    def linked(name):
        said = subprocess.run(
            ["ldd", os.path.join(BUILD, "cgi-bin", name)], check=True,
            text=True, stdout=subprocess.PIPE).stdout
        return {library for library in ("liboath", "libqrencode")
                if library in said}

    programs = {name for name in os.listdir(os.path.join(BUILD, "cgi-bin"))
                if "." not in name}
    assert {name: linked(name) for name in programs if linked(name)} == {
        "token_obtain": {"liboath"}, "token_sliding": {"liboath"},
        "me": {"liboath"}, "me_email": {"liboath"},
        "me_password": {"liboath"}, "me_username": {"liboath"},
        "users": {"liboath"}, "me_totp": {"liboath", "libqrencode"}}


# The QR code, as others read it

def test_an_authenticator_reads_the_qr_code(site, tmp_path):
    site.add_user("zoë.o+1", PASSWORD, "zoe@example.com")
    access = site.login("zoë.o+1")["access"]
    got = site.post("/api/me/totp/", bearer=access,
                    current_password=PASSWORD).json()
    (tmp_path / "code.svg").write_text(got["qr"])
    subprocess.run(["rsvg-convert", "--background-color", "white", "--width",
                    "400", "--output", "code.png", "code.svg"], check=True,
                   cwd=tmp_path)
    read = subprocess.run(["zbarimg", "--quiet", "--raw", "code.png"],
                          check=True, cwd=tmp_path, text=True,
                          stdout=subprocess.PIPE).stdout.strip()
    assert read == got["uri"]
    uri = urllib.parse.urlsplit(read)
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert urllib.parse.unquote(uri.path) == "/Example & Söhne:zoë.o+1"
    assert urllib.parse.parse_qs(uri.query, strict_parsing=True) == {
        "secret": [got["secret"]], "issuer": ["Example & Söhne"],
        "algorithm": ["SHA1"], "digits": ["6"], "period": ["30"]}
    assert got["qr"].startswith("<svg ") and "currentColor" in got["qr"]
    assert "script" not in got["qr"] and len(got["qr"]) < 20000
