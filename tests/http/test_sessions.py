"""Sessions: rotation under parallel clients, reuse, and what ends them."""

import time

import jwt
import pytest

from support.parallel import at_once, at_once_behind, statuses
from support.site import KEY, wait_for

SETTINGS = {"rotate_refresh_tokens": "yes", "rotation_grace": "10s",
            "processes": 4, "worker": False}
CLIENTS = 20
BLACKLISTED = {"detail": "Token is blacklisted", "code": "token_not_valid"}


@pytest.fixture
def strict_site(new_site):
    with new_site(**dict(SETTINGS, rotation_grace="0s")) as site:
        yield site


@pytest.fixture
def slow_site(new_site):
    """A login takes long enough for something to happen meanwhile."""
    with new_site(**dict(SETTINGS, password_memory="64M", time_limit="60s",
                         password_passes="10")) as site:
        yield site


def claims(token):
    """What a token says, also at the moment at which it expires."""
    return jwt.decode(token, KEY, algorithms=["HS256"],
                      options={"verify_aud": False, "verify_exp": False})


def refresh(site, token):
    return site.post("/api/token/refresh/", refresh=token)


def session(site):
    """The one session's row: ended_by, ended."""
    rows = site.sql("select ended_by, ended_at is not null "
                    "from postern.sessions")
    assert len(rows) == 1
    return rows[0]


def reuses(site):
    return site.value("select count(*) from postern.audit "
                      "where what = 'refresh' and outcome = 'reuse'")


@pytest.fixture
def alice(site):
    site.add_user("alice")
    return site.login("alice")


# With session_refresh.sql taking the row's jti from a subselect, read before
# the update (read, then write), the first of the next two tests found 4
# distinct successors, one for each process, and the second two 200s.
ROW = "select id from postern.sessions for update"


def test_parallel_refreshes_have_one_successor(site, alice):
    answers = at_once_behind(site, ROW, CLIENTS,
                             lambda _: refresh(site, alice["refresh"]))
    assert statuses(answers) == {200: CLIENTS}
    successors = {(c["jti"], c["iat"], c["exp"]) for c in (
        claims(answer.json()["refresh"]) for answer in answers)}
    assert len(successors) == 1
    assert session(site) == (None, False)
    assert reuses(site) == 0
    assert refresh(site, answers[0].json()["refresh"]).status == 200


def test_parallel_refreshes_without_grace_succeed_once(strict_site):
    strict_site.add_user("alice")
    token = strict_site.login("alice")["refresh"]
    answers = at_once_behind(strict_site, ROW, CLIENTS,
                             lambda _: refresh(strict_site, token))
    assert statuses(answers) == {200: 1, 401: CLIENTS - 1}
    for answer in answers:
        if answer.status == 401:
            assert answer.json() == BLACKLISTED
    assert session(strict_site) == ("reuse", True)
    assert reuses(strict_site) == 1


def test_successor_ends_the_grace_of_its_predecessor(site, alice):
    second = refresh(site, alice["refresh"]).json()["refresh"]
    assert refresh(site, alice["refresh"]).status == 200
    assert refresh(site, second).status == 200
    answer = refresh(site, alice["refresh"])
    assert answer.status == 401 and answer.json() == BLACKLISTED
    assert session(site) == ("reuse", True)


def test_reuse_after_the_grace_ends_the_session_once(site, alice):
    second = refresh(site, alice["refresh"]).json()
    site.sql("update postern.sessions set rotated_at = rotated_at - "
             "interval '11 s'")
    for _ in range(3):
        answer = refresh(site, alice["refresh"])
        assert answer.status == 401 and answer.json() == BLACKLISTED
    assert session(site) == ("reuse", True)
    assert reuses(site) == 1
    answer = refresh(site, second["refresh"])
    assert answer.status == 401 and answer.json() == BLACKLISTED
    answer = site.post("/api/token/verify/", token=second["refresh"])
    assert answer.status == 401 and answer.json() == BLACKLISTED


def test_grace_is_still_open_just_before_its_end(site, alice):
    second = refresh(site, alice["refresh"]).json()["refresh"]
    site.sql("update postern.sessions set rotated_at = rotated_at - "
             "interval '7 s'")
    again = refresh(site, alice["refresh"])
    assert again.status == 200
    assert claims(again.json()["refresh"])["jti"] == claims(second)["jti"]
    assert session(site) == (None, False)


@pytest.mark.parametrize("refuses", ["yes", "no"])
def test_whether_rotation_refuses_the_old_token(new_site, refuses):
    """With no, as in Simple JWT, all tokens of the session stay good."""
    with new_site(**dict(SETTINGS, processes=1, rotation_grace="0s",
                         blacklist_after_rotation=refuses)) as site:
        site.add_user("alice")
        tokens = [site.login("alice")["refresh"]]
        tokens.append(refresh(site, tokens[0]).json()["refresh"])
        if refuses == "yes":
            answer = site.post("/api/token/verify/", token=tokens[0])
            assert answer.status == 401 and answer.json() == BLACKLISTED
            for token in tokens:
                answer = refresh(site, token)
                assert answer.status == 401 and answer.json() == BLACKLISTED
            assert session(site) == ("reuse", True)
            return
        # Before the previous one too, and in any order.
        for number in (0, 1, 0, 2, 1):
            answer = refresh(site, tokens[number])
            assert answer.status == 200, answer
            tokens.append(answer.json()["refresh"])
            assert site.get("/api/hello/",
                            answer.json()["access"]).status == 200
        for token in tokens:
            assert site.post("/api/token/verify/", token=token).status == 200
        assert len({claims(token)["jti"] for token in tokens}) == len(tokens)
        assert session(site) == (None, False)
        assert reuses(site) == 0
        # Logging out ends each of them.
        assert site.post("/api/token/blacklist/",
                         refresh=tokens[0]).status == 200
        for token in tokens:
            answer = refresh(site, token)
            assert answer.status == 401 and answer.json() == BLACKLISTED


def test_verify_never_ends_a_session(site, alice):
    refresh(site, alice["refresh"])
    site.sql("update postern.sessions set rotated_at = rotated_at - "
             "interval '11 s'")
    for _ in range(2):
        site.post("/api/token/verify/", token=alice["refresh"])
    assert session(site) == (None, False)
    assert reuses(site) == 0


def test_blacklist_with_any_token_of_the_session_ends_it(site, alice):
    second = refresh(site, alice["refresh"]).json()["refresh"]
    answer = site.post("/api/token/blacklist/", refresh=alice["refresh"])
    assert answer.status == 200 and answer.json() == {}
    assert session(site)[1]
    assert refresh(site, second).json() == BLACKLISTED


def test_one_row_for_each_login_whatever_the_refreshes(site, alice):
    token = alice["refresh"]
    for _ in range(5):
        token = refresh(site, token).json()["refresh"]
    assert site.value("select count(*) from postern.sessions") == 1
    site.login("alice")
    assert site.value("select count(*) from postern.sessions") == 2


def test_blacklist_ends_that_session_only(site, alice):
    other = site.login("alice")
    site.post("/api/token/blacklist/", refresh=alice["refresh"])
    assert refresh(site, alice["refresh"]).status == 401
    assert refresh(site, other["refresh"]).status == 200


ENDINGS = [
    ("password", ("user", "password", "alice", "--force"),
     "N3w-passw0rd-x\n", 401),
    ("ban", ("user", "ban", "alice"), None, 401),
    ("deletion", ("user", "delete", "alice"), None, 401),
    ("end of all sessions of the user",
     ("session", "end", "--user", "alice"), None, None),
]


@pytest.mark.parametrize("command,stdin,hello",
                         [case[1:] for case in ENDINGS],
                         ids=[case[0] for case in ENDINGS])
def test_what_ends_every_session(site, alice, command, stdin, hello):
    other = site.login("alice")
    assert site.get("/api/hello/", alice["access"]).status == 200
    site.postern(*command, stdin=stdin)
    assert refresh(site, alice["refresh"]).status == 401
    assert refresh(site, other["refresh"]).status == 401
    if hello:
        assert site.get("/api/hello/", alice["access"]).status == hello


def test_login_that_races_with_a_password_change_is_dead(slow_site):
    slow_site.add_user("alice")
    start = time.monotonic()
    tokens = slow_site.login("alice")
    assert refresh(slow_site, tokens["refresh"]).status == 200
    usual = time.monotonic() - start

    def run(number):
        if number == 0:
            return slow_site.post("/api/token/", username="alice",
                                  password="Corr3ct-horse")
        time.sleep(usual / 3)
        return slow_site.sql("update postern.users set epoch = epoch + 1")

    answer = at_once(2, run)[0]
    if answer.status == 200:
        assert refresh(slow_site, answer.json()["refresh"]).status == 401
    assert refresh(slow_site, tokens["refresh"]).status == 401


def test_session_is_over_at_its_absolute_age(site, alice):
    site.sql("update postern.sessions set idle_expires = now(), "
             "expires = now()")
    assert refresh(site, alice["refresh"]).status == 401


def test_rotated_token_does_not_outlive_the_session(site, alice):
    site.sql("update postern.sessions set expires = "
             "now() + interval '100 s', idle_expires = least(idle_expires, "
             "now() + interval '100 s')")
    answer = refresh(site, alice["refresh"])
    assert answer.status == 200
    assert claims(answer.json()["refresh"])["exp"] <= time.time() + 101


ROUND_TRIPS = """
    select coalesce(sum(calls), 0) from stat.pg_stat_statements s
    join pg_roles r on r.oid = s.userid
    where r.rolname like 'postern%' and s.dbid = (select oid from pg_database
        where datname = current_database())
"""


def round_trips(site, call):
    """How many statements the second of two equal requests needs."""
    call()
    site.sql("select stat.pg_stat_statements_reset()")
    call()
    return int(site.value(ROUND_TRIPS))


@pytest.fixture(scope="module")
def single_site(new_site):
    """One process a program: the second request finds it connected."""
    with new_site(worker=False, processes=1) as site:
        yield site


@pytest.fixture
def bob(single_site):
    single_site.forget()
    single_site.add_user("bob")
    return single_site.login("bob")


def expect(status, answer):
    assert answer.status == status, answer
    return answer


def test_round_trips_hello(single_site, bob):
    assert round_trips(single_site, lambda: expect(
        200, single_site.get("/api/hello/", bob["access"]))) == 1


def test_round_trips_verify(single_site, bob):
    for token in bob.values():
        assert round_trips(single_site, lambda: expect(
            200, single_site.post("/api/token/verify/", token=token))) == 1


def test_round_trips_refresh(single_site, bob):
    assert round_trips(single_site, lambda: expect(
        200, refresh(single_site, bob["refresh"]))) == 1


def test_round_trips_obtain(single_site, bob):
    assert round_trips(single_site, lambda: expect(200, single_site.post(
        "/api/token/", username="bob", password="Corr3ct-horse"))) == 2


def test_round_trips_register(single_site, bob):
    names = iter("abcd")

    def register():
        name = "reg" + next(names)
        expect(201, single_site.post(
            "/api/register/", username=name, email=f"{name}@example.com",
            password="Corr3ct-horse"))

    assert 1 <= round_trips(single_site, register) <= 2


def test_round_trips_reset(single_site, bob):
    assert 1 <= round_trips(single_site, lambda: expect(
        204, single_site.post("/api/reset/", email="bob@example.com"))) <= 2


def test_round_trips_stateless(new_site):
    with new_site(worker=False, processes=1,
                  access_check="stateless") as site:
        site.add_user("carol")
        tokens = site.login("carol")
        assert round_trips(site, lambda: expect(
            200, site.get("/api/hello/", tokens["access"]))) == 0
        assert round_trips(site, lambda: expect(200, site.post(
            "/api/token/verify/", token=tokens["access"]))) == 0


def test_a_rotated_session_has_an_end(new_site):
    """However often its token is exchanged, no token outlives the session."""
    with new_site(worker=False, processes=1, rotate_refresh_tokens="yes",
                  refresh_token_lifetime="2s", session_lifetime="4s") as site:
        site.add_user("alice")
        pair = site.login("alice")
        begun = claims(pair["refresh"])["iat"]
        assert claims(pair["refresh"])["exp"] == begun + 2
        ends = []
        while True:
            time.sleep(0.5)
            answer = site.post("/api/token/refresh/", refresh=pair["refresh"])
            if answer.status != 200:
                break
            pair = answer.json()
            ends.append(claims(pair["refresh"])["exp"])
        assert answer.status == 401
        assert begun + 2 < max(ends) and ends[-1] == begun + 4 == max(ends)
        assert "1  expired sessions" in site.postern("clean").stdout


def test_a_session_without_rotation_ends_with_its_token(new_site):
    with new_site(worker=False, processes=1, rotate_refresh_tokens="no",
                  refresh_token_lifetime="3s") as site:
        site.add_user("alice")
        pair = site.login("alice")
        assert "0  expired sessions" in site.postern("clean").stdout
        wait_for("its end", lambda: site.post(
            "/api/token/refresh/", refresh=pair["refresh"]).status == 401)
        assert "1  expired sessions" in site.postern("clean").stdout
