"""Passwords, 1 to 6: how they may look, how they are kept."""

import base64
import json
import os
import re

import pytest

from support.site import Program, wait_for

SETTINGS = {"worker": False}
OWN = "Corr3ct-horse"
REFUSED = {"detail": "No active account found with the given credentials"}


def register(site, password, name="ada", **more):
    return site.post("/api/register/", dict(
        {"username": name, "email": f"{name}@example.com",
         "password": password}, **more))


def activate(site):
    site.sql("update postern.users set verified_at = now()")


def login(site, password, name="ada"):
    answer = site.post("/api/token/", username=name, password=password)
    assert answer.status in (200, 400, 401), answer
    return answer.status


# 1: length

@pytest.mark.parametrize("password,status", [
    ("q7#Vw2z", 400), ("q7#Vw2zK", 201), ("😀😁😂🤣😃😄😅", 400),
    ("😀😁😂🤣😃😄😅😆", 201), ("q7#Vw2zé", 201), ("x1" * 32, 201),
    ("x1" * 512, 201), ("é1" * 341 + "x", 201)],
    ids=["7", "8", "7 emoji", "8 emoji", "8 and 9 bytes", "64", "1024",
         "1024 bytes"])
def test_length_is_counted_in_code_points(site, password, status):
    answer = register(site, password)
    assert answer.status == status, answer
    if status == 400:
        assert answer.json() == {"password": [
            "This password is too short. It must contain at least 8 "
            "characters."]}
        return
    activate(site)
    assert login(site, password) == 200
    assert login(site, password[:-1]) != 200
    assert login(site, password + "x") != 200


@pytest.mark.parametrize("password", ["x1" * 512 + "y", "é1" * 342,
                                      "😀" * 300, "x" * 20000],
                         ids=["ASCII", "2 bytes", "emoji", "very long"])
def test_more_than_1024_bytes_is_400_and_never_hashed(site, password):
    site.add_user("ada")
    answers = [register(site, password, "eve"),
               site.post("/api/token/", username="ada", password=password),
               site.post("/api/token/sliding/", username="ada",
                         password=password),
               site.post("/api/reset/confirm/", uid="x", token="x",
                         new_password=password)]
    assert [answer.status for answer in answers] == [400] * 4, answers
    assert site.value("select count(*) from postern.users") == 1
    # not even counted as an attempt
    assert site.value("select count(*) from postern.audit "
                      "where what = 'login'") == 0


def test_nothing_is_cut(site):
    """Of two that differ in the 200th character only one is good."""
    start = "Corr3ct-horse" * 15 + "abcd"
    assert len(start) == 199
    assert register(site, start + "x").status == 201
    activate(site)
    assert login(site, start + "y") == 401
    assert login(site, start + "x") == 200


# 2: composition

@pytest.mark.parametrize("password", [
    "nodigitsandnocapitals", "ALLOFTHEMCAPITALS", "  blanks around  ",
    "\ttabs\tand\nlines\n", "'; drop table x; --", "пароль-другой",
    "ｗｉｄｅ ｌｅｔｔｅｒｓ", "e\u0301e\u0301e\u0301e\u0301e\u0301",
    "\u202eright to left"])
def test_passwords_are_taken_as_they_are(site, password):
    assert register(site, password).status == 201
    activate(site)
    assert login(site, password) == 200
    for other in {password.strip(), password.upper(), password.lower(),
                  password + " ", " " + password,
                  password.replace("\u0301", "")} - {password}:
        assert login(site, other) == 401, other


@pytest.mark.parametrize("path,field", [
    ("/api/register/", "password"), ("/api/token/", "password"),
    ("/api/reset/confirm/", "new_password")])
def test_nul_is_400(site, path, field):
    answer = site.post(path, dict({
        "username": "ada", "email": "ada@example.com", "uid": "x",
        "token": "x"}, **{field: "Corr3ct\0horse"}))
    assert answer.status == 400
    assert answer.json()[field] == ["Null characters are not allowed."]


# 3: what is refused, everywhere where one is set

PERSON = {"username": "bobbyuser", "first_name": "Alexandria",
          "last_name": "Wonderling", "email": "bobmail77@example.com"}
TOO = "The password is too similar to the {}."
BAD = [
    ("password123", ["This password is too common."]),
    ("PassWord123", ["This password is too common."]),
    ("8362719405", ["This password is entirely numeric."]),
    ("bobby-user1", [TOO.format("username")]),
    ("bobmail77x", [TOO.format("email address")]),
    ("alexandria7", [TOO.format("first name")]),
    ("7wonderling", [TOO.format("last name")]),
    ("q7#Vw2z", ["This password is too short. It must contain at least 8 "
                 "characters."]),
    ("12345", ["This password is too short. It must contain at least 8 "
               "characters.", "This password is too common.",
               "This password is entirely numeric."]),
]
GOOD = "Gleaming-0tter"


def add_person(site, email=PERSON["email"]):
    site.postern("user", "add", PERSON["username"], "--email", email,
                 "--first-name", PERSON["first_name"], "--last-name",
                 PERSON["last_name"], stdin=OWN + "\n")


def faults_at_register(site, password):
    answer = site.post("/api/register/", dict(PERSON, password=password))
    return [] if answer.status == 201 else answer.json()["password"]


def faults_at_reset(site, password):
    add_person(site)
    raw = os.urandom(32)
    site.sql("insert into postern.tickets (hash, purpose, user_id, "
             "email_canonical, epoch, expires) select sha256(%s), 'reset', "
             "id, email_canonical, epoch, now() + interval '1 hour' "
             "from postern.users", raw)
    answer = site.post(
        "/api/reset/confirm/", new_password=password,
        uid=site.value("select subject from postern.users"),
        token=base64.urlsafe_b64encode(raw).rstrip(b"=").decode())
    return [] if answer.status == 204 else answer.json()["new_password"]


def faults_at_change(site, password):
    add_person(site)
    access = site.login(PERSON["username"])["access"]
    answer = site.post("/api/me/password/", bearer=access,
                       current_password=OWN, new_password=password)
    return [] if answer.status == 204 else answer.json()["new_password"]


def faults_by_the_operator(site, password):
    add_person(site)
    done = site.postern("user", "password", PERSON["username"],
                        stdin=password + "\n", check=False)
    lines = [line.replace("postern: ", "")
             for line in done.stderr.splitlines()]
    assert (done.returncode == 0) == (lines == [])
    return lines


PLACES = {"register": faults_at_register, "reset": faults_at_reset,
          "change": faults_at_change, "operator": faults_by_the_operator}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("password,faults", BAD, ids=[b[0] for b in BAD])
def test_the_same_rules_everywhere(site, place, password, faults):
    assert PLACES[place](site, password) == faults


@pytest.mark.parametrize("place", PLACES)
def test_a_good_one_is_taken_everywhere(site, place):
    assert PLACES[place](site, GOOD) == []


# 4: Argon2id

PHC = re.compile(r"^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)"
                 r"\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$")


def test_the_shipped_cost(new_site):
    with new_site(shipped=True, worker=False) as site:
        assert register(site, OWN).status == 201
        site.add_user("eve")
        for stored, in site.sql("select password from postern.users"):
            memory, passes, lanes, salt, _ = PHC.match(stored).groups()
            assert int(memory) >= 19456 and int(passes) >= 2
            assert int(lanes) == 1
            assert len(base64.b64decode(salt + "==")) == 16


def test_rehashed_at_login_when_the_configuration_rose(new_site):
    with new_site(worker=False, processes=1) as site:
        site.add_user("ada")

        def cost():
            found = PHC.match(site.value("select password "
                                         "from postern.users"))
            return found.group(1, 2)

        assert cost() == ("8", "1")
        first = site.value("select password from postern.users")
        assert login(site, OWN) == 200
        assert site.value("select password from postern.users") == first
        site.configure(password_memory="16k", password_passes="2")

        def risen():
            # a wrong one changes nothing
            assert login(site, OWN + "x") == 401
            assert login(site, OWN) == 200
            return cost() == ("16", "2")

        wait_for("the new cost", risen, 8, 0.3)
        assert login(site, OWN) == 200
        assert login(site, OWN + "x") == 401
        # and not back again when it falls
        site.configure(password_memory="8k", password_passes="1")
        site.postern("user", "add", "eve", "--email", "e@example.com",
                     stdin=OWN + "\n")
        for _ in range(5):
            assert login(site, OWN) == 200
        assert site.value("select password from postern.users where "
                          "username = 'ada'").startswith(
                              "$argon2id$v=19$m=16,t=2,p=1$")


@pytest.mark.parametrize("parameters", [
    "m=1048577,t=1,p=1", "m=4294967295,t=1,p=1", "m=19456,t=11,p=1",
    "m=19456,t=4294967295,p=1", "m=19456,t=2,p=100000"])
def test_a_crafted_row_does_not_stop_the_machine(site, parameters):
    """Within the time limit, and from then on the process is there."""
    site.add_user("ada")
    site.sql("update postern.users set password = regexp_replace(password, "
             "'m=[0-9]+,t=[0-9]+,p=[0-9]+', %s)", parameters)
    answer = site.post("/api/token/", username="ada", password=OWN)
    assert (answer.status, answer.json()) == (401, REFUSED)


# 6: no core

@pytest.mark.waiting
def test_no_process_leaves_a_core(site):
    site.get("/api/health/")
    for pid in site.pids():
        with open(f"/proc/{pid}/limits") as file:
            line = next(line for line in file
                        if line.startswith("Max core file size"))
        assert line.split()[4:6] == ["0", "0"], site.pids()[pid]


def test_a_password_in_a_line_of_the_log_would_be_seen(site):
    """The other tests look for secrets in this log: it is the right one."""
    with Program(site, "token_obtain") as program:
        body = json.dumps({"username": "ada", "password": OWN}).encode()
        assert program.call("POST", "/api/token/", body).status == 401
    assert "login failed" in site.logged() and OWN not in site.logged()
