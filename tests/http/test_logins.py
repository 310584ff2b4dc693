"""Logins: by name or address, remembered ones, what they answer, how many."""

import jwt
import pytest

from support.parallel import at_once, statuses
from support.site import KEY, wait_for

SETTINGS = {"worker": False, "processes": 2}
PASSWORD = "Corr3ct-horse"
REFUSED = {"detail": "No active account found with the given credentials"}


def claims(token):
    return jwt.decode(token, KEY, algorithms=["HS256"],
                      options={"verify_aud": False})


def lifetime(token):
    got = claims(token)
    return got["exp"] - got["iat"]


def login(site, password=PASSWORD, **fields):
    return site.post("/api/token/", password=password, **fields)


@pytest.fixture(scope="module")
def by_email(new_site):
    with new_site(**dict(SETTINGS, login_field="email")) as site:
        yield site


@pytest.fixture(scope="module")
def by_either(new_site):
    with new_site(**dict(SETTINGS, login_field="either")) as site:
        yield site


# By which field

def test_by_email(by_email):
    by_email.forget()
    by_email.add_user("alice", PASSWORD, "Alice@Example.com")
    for address in ("alice@example.com", "ALICE@example.COM"):
        assert login(by_email, email=address).status == 200
    for address in ("alice", "bob@example.com", "alice@example.com.x"):
        answer = login(by_email, email=address)
        assert answer.status == 401 and answer.json() == REFUSED
    # The field is called what it is.
    answer = login(by_email, username="alice@example.com")
    assert answer.text == '{"email":["This field is required."]}'
    assert by_email.post("/api/token/", {}).text == (
        '{"email":["This field is required."],'
        '"password":["This field is required."]}')
    form = b"email=alice%40example.com&password=" + PASSWORD.encode()
    assert by_email.request("POST", "/auth/jwt/create/", form, {
        "Content-Type": "application/x-www-form-urlencoded"}).status == 200


def test_by_username_alone(site):
    site.add_user("alice")
    assert login(site, username="alice").status == 200
    assert login(site, username="alice@example.com").status == 401
    answer = login(site, email="alice@example.com")
    assert answer.text == '{"username":["This field is required."]}'


def test_by_either(by_either):
    by_either.forget()
    by_either.add_user("alice")
    for name in ("alice", "ALICE", "alice@example.com", "ALICE@EXAMPLE.COM"):
        assert login(by_either, username=name).status == 200, name
    assert login(by_either, username="alice@example.org").status == 401


def test_the_owner_of_an_address_comes_before_a_name_like_it(by_either):
    """The name is from a time when logins went by username alone."""
    by_either.forget()
    by_either.add_user("mallory", "Mall0ry-horse", "m@example.org")
    by_either.sql("update postern.users set username = 'v@example.org', "
                  "username_canonical = 'v@example.org'")
    assert login(by_either, "Mall0ry-horse",
                 username="v@example.org").status == 200
    by_either.add_user("victim", PASSWORD, "v@example.org")
    assert login(by_either, username="v@example.org").status == 200
    assert login(by_either, "Mall0ry-horse",
                 username="v@example.org").status == 401
    assert login(by_either, "Mall0ry-horse",
                 username="m@example.org").status == 200


def test_an_unverified_account_does_not_hide_the_verified_one(by_email):
    by_email.forget()
    by_email.add_user("squatter", "Squ4tter-horse", "v@example.org",
                      "--unverified")
    by_email.add_user("victim", PASSWORD, "v@example.org")
    assert by_email.post("/api/register/", {
        "email": "v@example.org", "username": "late",
        "password": "L4te-horse-x"}).status == 201
    answer = login(by_email, email="v@example.org")
    assert answer.status == 200
    assert login(by_email, "Squ4tter-horse",
                 email="v@example.org").status == 401


def test_a_name_with_an_at_is_the_own_address(by_either, site):
    by_either.forget()
    body = {"email": "v@example.org", "password": PASSWORD,
            "username": "other@example.org"}
    answer = by_either.post("/api/register/", body)
    assert answer.status == 400 and answer.json() == {"username": [
        "A username with @ in it must be the own email address."]}
    answer = by_either.post("/api/register/", dict(body, password="123"))
    assert set(answer.json()) == {"username", "password"}
    assert by_either.value("select count(*) from postern.users") == 0
    assert by_either.post("/api/register/", dict(
        body, username="V@Example.org")).status == 201
    done = by_either.postern(
        "user", "add", "x@example.org", "--email", "y@example.org",
        stdin=PASSWORD + "\n", check=False)
    assert done.returncode == 1 and "own address" in done.stderr
    # The twin: where logins go by username alone, it is a name like others.
    assert site.post("/api/register/", body).status == 201


def test_an_account_has_one_counter_whatever_it_is_called_by(new_site):
    with new_site(**dict(SETTINGS, login_field="either", throttle="on",
                         peer_attempts="1000", login_failures="4",
                         login_wait="1h", login_wait_max="1h")) as site:
        site.add_user("alice")
        for number in range(4):
            name = ("alice", "alice@example.com")[number % 2]
            assert login(site, "wrong", username=name).status == 401
        for name in ("alice", "alice@example.com"):
            assert login(site, username=name).status == 429


def test_parallel_failures_under_both_names_are_counted_once(new_site):
    with new_site(**dict(SETTINGS, login_field="either", throttle="on",
                         processes=4, peer_attempts="1000",
                         login_failures="5", login_wait="1h",
                         login_wait_max="1h")) as site:
        site.add_user("alice")
        answers = at_once(20, lambda n: login(
            site, "wrong", username=("alice", "alice@example.com")[n % 2]))
        assert statuses(answers) == {401: 5, 429: 15}


# Remembered

def test_a_remembered_login_lasts_longer(new_site):
    with new_site(**dict(SETTINGS, remember_token_lifetime="60d",
                         session_lifetime="60d",
                         rotate_refresh_tokens="yes")) as site:
        site.add_user("alice")
        for value, seconds in ((True, 60 * 86400), (False, 86400),
                               ("true", 60 * 86400), ("", 86400),
                               ("on", 60 * 86400), (1, 60 * 86400),
                               ("no", 86400), (0, 86400)):
            answer = login(site, username="alice", remember=value)
            assert answer.status == 200, answer
            got = lifetime(answer.json()["refresh"])
            assert seconds - 1 <= got <= seconds, value
        # It stays so with each refresh, and the access token is as ever.
        pair = login(site, username="alice", remember=True).json()
        again = site.post("/api/token/refresh/",
                          refresh=pair["refresh"]).json()
        assert lifetime(again["refresh"]) >= 60 * 86400 - 2
        assert lifetime(again["access"]) == 300
        form = f"username=alice&password={PASSWORD}&remember=on".encode()
        answer = site.request("POST", "/api/token/", form, {
            "Content-Type": "application/x-www-form-urlencoded"})
        assert lifetime(answer.json()["refresh"]) >= 60 * 86400 - 1
        for value, text in (("perhaps", "Must be a valid boolean."),
                            ([True], "Must be a valid boolean."),
                            (2, "Must be a valid boolean."),
                            (None, "This field may not be null.")):
            answer = login(site, username="alice", remember=value)
            assert answer.status == 400
            assert answer.json() == {"remember": [text]}


def test_without_the_setting_no_client_can_have_itself_remembered(site):
    site.add_user("alice")
    answer = login(site, username="alice", remember=True)
    assert answer.status == 200
    assert 86399 <= lifetime(answer.json()["refresh"]) <= 86400


# What is answered

def test_columns_of_the_user_in_the_answer(new_site):
    with new_site(**dict(
            SETTINGS, obtain_response="username, email, id, groups, is_staff, "
            "first_name, last_name")) as site:
        site.add_user("alice", PASSWORD, "Alice@Example.COM", "--staff",
                      "--subject", "seven", "--first-name", "Ali\"ce",
                      "--last-name", "Łu")
        site.postern("group", "add", "editors", "alice")
        site.postern("group", "add", "readers and writers", "alice")
        answer = login(site, username="ALICE")
        assert list(answer.json()) == [
            "refresh", "access", "username", "email", "id", "groups",
            "is_staff", "first_name", "last_name"]
        got = answer.json()
        assert (got["username"], got["email"], got["id"]) == (
            "alice", "Alice@example.com", "seven")
        assert got["groups"] == ["editors", "readers and writers"]
        assert got["is_staff"] is True
        assert (got["first_name"], got["last_name"]) == ('Ali"ce', "Łu")
        assert claims(got["access"])["user_id"] == "seven"
        answer = site.post("/api/token/sliding/", username="alice",
                           password=PASSWORD)
        assert list(answer.json()) == ["token", "username", "email", "id",
                                       "groups", "is_staff", "first_name",
                                       "last_name"]
        assert list(login(site, "wrong", username="alice").json()) == [
            "detail"]


# What is noted

LOGINS = ["/api/token/", "/auth/jwt/create/", "/api/token/sliding/"]


@pytest.mark.parametrize("noted", ["yes", "no"])
def test_the_last_login(new_site, noted):
    """Hashes are made cheaper than configured: each login improves one."""
    last = "select last_login from postern.users"
    with new_site(**dict(SETTINGS, update_last_login=noted,
                         password_passes="2")) as site:
        for path in LOGINS:
            site.forget()
            site.postern("user", "add", "alice", "--email", "a@example.com",
                         stdin=PASSWORD + "\n", POSTERN_PASSWORD_PASSES="1")
            assert site.value(last) is None
            assert site.post(path, username="alice",
                             password="wrong").status == 401
            assert site.value(last) is None
            tokens = site.post(path, username="alice",
                               password=PASSWORD).json()
            assert site.value("select password like '%%,t=2,%%' "
                              "from postern.users"), path
            assert site.value("select last_login is not null "
                              "from postern.users") == (noted == "yes"), path
            # A second login, of a hash that is good enough.
            site.sql("update postern.users set last_login = '2001-02-03'")
            if "refresh" in tokens:
                assert site.post("/api/token/refresh/",
                                 refresh=tokens["refresh"]).status == 200
                assert site.value("select last_login = '2001-02-03' "
                                  "from postern.users")
            assert site.post(path, username="alice",
                             password=PASSWORD).status == 200
            assert site.value("select last_login = '2001-02-03' "
                              "from postern.users") == (noted == "no"), path


# Accounts that nobody has activated

WAYS_TO_ASK = [{}, {"access_check": "session"}, {"user_id_field": "username"}]


def told(site, pair, sliding):
    """What login, refresh, hello and verify answer: status and cause."""
    answers = [site.post(path, username="alice", password=PASSWORD)
               for path in LOGINS]
    answers += [site.post("/api/token/refresh/", refresh=pair["refresh"]),
                site.post("/api/token/sliding/refresh/", token=sliding),
                site.get("/api/hello/", pair["access"]),
                site.get("/api/hello/", sliding),
                site.post("/api/token/verify/", token=pair["refresh"])]
    return [answer.status if answer.status == 200 else
            (answer.status, answer.json()) for answer in answers]


REFUSED_EVERYWHERE = [(401, body) for body in (
    [REFUSED] * 3 +
    [{"detail": "No active account found for the given token."}] * 2 +
    [{"detail": "User is inactive", "code": "user_inactive"}] * 2 +
    [{"detail": "Token is blacklisted", "code": "token_not_valid"}])]


@pytest.mark.parametrize("way", WAYS_TO_ASK, ids=["user", "session", "name"])
def test_whether_accounts_must_be_activated(new_site, way):
    with new_site(**dict(SETTINGS, processes=1, check_user_is_active="no",
                         auth_token_classes="access, sliding",
                         **way)) as site:
        site.add_user("alice", PASSWORD, None, "--unverified")
        pair = site.login("alice")
        sliding = site.post("/api/token/sliding/", username="alice",
                            password=PASSWORD).json()["token"]
        assert told(site, pair, sliding) == [200] * 8
        # The switch is looked at each time, and ends nothing by itself.
        site.configure(check_user_is_active="yes")
        wait_for("all are refused", lambda: told(
            site, pair, sliding) == REFUSED_EVERYWHERE)
        site.sql("update postern.users set verified_at = now()")
        assert told(site, pair, sliding) == [200] * 8
        site.sql("update postern.users set verified_at = null")
        assert told(site, pair, sliding) == REFUSED_EVERYWHERE
        site.configure(check_user_is_active="no")
        wait_for("all are let in", lambda: told(
            site, pair, sliding) == [200] * 8)


# How many sessions

def test_beyond_the_limit_the_oldest_session_ends(new_site):
    with new_site(**dict(SETTINGS, session_limit="3",
                         access_check="session")) as site:
        site.add_user("alice")
        site.add_user("bob")
        bob = site.login("bob")
        pairs = [site.login("alice") for _ in range(5)]

        def alive():
            return [site.get("/api/hello/", pair["access"]).status == 200
                    for pair in pairs]

        assert alive() == [False, False, True, True, True]
        answer = site.post("/api/token/refresh/", refresh=pairs[0]["refresh"])
        assert answer.json()["detail"] == "Token is blacklisted"
        assert site.get("/api/hello/", bob["access"]).status == 200
        assert site.sql("select ended_by, count(*) from postern.sessions "
                        "where ended_at is not null group by 1") == [
            ("limit", 2)]
        ended = {claims(pair["access"])["sid"] for pair in pairs[:2]}
        noted = site.sql("select replace(session::text, '-', '') from "
                         "postern.audit where what = 'session_ended' and "
                         "outcome = 'limit'")
        assert {sid for sid, in noted} == ended
        # A session that has ended otherwise makes room.
        site.post("/api/token/blacklist/", refresh=pairs[3]["refresh"])
        pairs.append(site.login("alice"))
        assert alive() == [False, False, True, False, True, True]


def test_parallel_logins_do_not_pass_the_limit(new_site):
    with new_site(**dict(SETTINGS, processes=4, session_limit="2")) as site:
        site.add_user("alice")
        answers = at_once(20, lambda _: login(site, username="alice"))
        assert statuses(answers) == {200: 20}
        assert site.value("select count(*) from postern.sessions "
                          "where ended_at is null") == 2
        site.sql("delete from postern.sessions")


def test_no_limit_is_the_rule(site):
    site.add_user("alice")
    for _ in range(4):
        site.login("alice")
    assert site.value("select count(*) from postern.sessions "
                      "where ended_at is null") == 4
