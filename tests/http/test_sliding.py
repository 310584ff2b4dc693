"""Sliding tokens: one token for both, and the session behind it."""

import time

import jwt
import pytest

from support.site import KEY

SETTINGS = {"auth_token_classes": "sliding", "worker": False, "processes": 1,
            "access_check": "stateless", "rotate_refresh_tokens": "yes"}
REFUSED = {"detail": "Given token not valid for any token type",
           "code": "token_not_valid"}


def claims(token):
    return jwt.decode(token, KEY, algorithms=["HS256"],
                      options={"verify_exp": False})


def signed(**changes):
    now = int(time.time())
    values = {"token_type": "sliding", "iat": now, "exp": now + 300,
              "jti": "0" * 32, "user_id": "1", "refresh_exp": now + 86400}
    values.update(changes)
    return jwt.encode({n: v for n, v in values.items() if v is not None}, KEY)


def lifetime(site, token):
    """Seconds from the login to refresh_exp, which is the session's end."""
    end, seconds = site.sql(
        "select extract(epoch from idle_expires)::bigint, extract(epoch from "
        "idle_expires - date_trunc('second', rotated_at))::bigint "
        "from postern.sessions where id = %s::uuid", claims(token)["sid"])[0]
    got = claims(token)
    assert got.get("refresh_exp", got.get("until")) == end
    return seconds


def refresh(site, token):
    return site.post("/api/token/sliding/refresh/", token=token)


def refused(answer, message):
    assert answer.status == 401, answer
    assert answer.json() == {"detail": message, "code": "token_not_valid"}


@pytest.fixture
def token(site):
    site.add_user("alice")
    answer = site.post("/api/token/sliding/", username="alice",
                       password="Corr3ct-horse")
    assert answer.status == 200 and list(answer.json()) == ["token"]
    return answer.json()["token"]


def test_a_login_gives_one_token(site, token):
    got = claims(token)
    subject = site.value("select subject from postern.users")
    assert set(got) == {"token_type", "iat", "exp", "refresh_exp", "jti",
                        "user_id", "sid", "epoch"}
    assert got["token_type"] == "sliding" and got["user_id"] == subject
    assert got["exp"] - got["iat"] == 300
    assert lifetime(site, token) == 86400
    assert site.get("/api/hello/", token).status == 200


def test_a_refresh_slides_the_end_and_nothing_else(site, token):
    time.sleep(1.1)
    answer = refresh(site, token)
    assert answer.status == 200, answer
    before, after = claims(token), claims(answer.json()["token"])
    assert after["exp"] > before["exp"] and after["iat"] > before["iat"]
    assert after["exp"] - after["iat"] == 300
    for name in ("jti", "refresh_exp", "user_id", "sid", "epoch"):
        assert after[name] == before[name], name
    # No successor, so no reuse: both are good, with rotation on as well.
    assert refresh(site, token).status == 200
    assert site.get("/api/hello/", token).status == 200


def test_no_token_outlives_its_session(site, token):
    site.sql("update postern.sessions set idle_expires = date_trunc('second', "
             "now()) + interval '100 s'")
    got = claims(refresh(site, token).json()["token"])
    assert got["exp"] == got["refresh_exp"] <= time.time() + 100


@pytest.mark.parametrize("ended", ["ended", "expired", "password", "gone"])
def test_the_session_is_asked_although_access_is_stateless(site, token, ended):
    assert site.get("/api/hello/", token).status == 200
    message = {"ended": "Token is blacklisted", "expired": "Token is expired",
               "password": None, "gone": None}[ended]
    if ended == "ended":
        site.postern("session", "end", claims(token)["sid"])
    elif ended == "expired":
        site.sql("update postern.sessions set idle_expires = now()")
    elif ended == "password":
        site.postern("user", "password", "alice", "--force",
                     stdin="Other-passw0rd\n")
    else:
        site.postern("user", "delete", "alice")
    answer = site.get("/api/hello/", token)
    assert answer.status == 401
    if message:
        assert answer.json() == dict(REFUSED, messages=[{
            "token_class": "SlidingToken", "token_type": "sliding",
            "message": message}])
    else:
        assert answer.json()["code"] == {
            "password": "password_changed", "gone": "user_not_found"}[ended]
    assert refresh(site, token).status == 401
    assert site.post("/api/token/verify/", token=token).status == 401


def test_verify_takes_it(site, token):
    assert site.post("/api/token/verify/", token=token).status == 200


def test_logging_out_ends_it(site, token):
    answer = site.post("/api/token/blacklist/", refresh=token)
    assert answer.status == 200 and answer.json() == {}
    assert site.get("/api/hello/", token).status == 401
    refused(refresh(site, token), "Token is blacklisted")


@pytest.mark.parametrize("changes,message", [
    ({}, "Token is invalid"),
    ({"refresh_exp": 1}, "Token 'refresh_exp' claim has expired"),
    ({"refresh_exp": 0}, "Token 'refresh_exp' claim has expired"),
    ({"refresh_exp": None}, "Token has no 'refresh_exp' claim"),
    ({"refresh_exp": "soon"}, "Token is invalid"),
    ({"exp": 1}, "Token is expired"),
    ({"token_type": "access"}, "Token has wrong type"),
    ({"token_type": "refresh"}, "Token has wrong type"),
    ({"user_id": None}, "Token is invalid"),
])
def test_what_cannot_be_refreshed(site, token, changes, message):
    user = claims(token)["user_id"]
    refused(refresh(site, signed(**dict({"user_id": user}, **changes))),
            message)
    assert refresh(site, token).status == 200


def test_without_a_session_it_opens_nothing(site, token):
    answer = site.get("/api/hello/", signed(user_id=claims(token)["user_id"]))
    assert answer.status == 401
    assert answer.json()["messages"][0]["message"] == "Token is invalid"


def test_an_access_token_is_none(site, token):
    pair = site.login("alice")
    answer = site.get("/api/hello/", pair["access"])
    assert answer.status == 401
    assert answer.json()["messages"] == [{
        "token_class": "SlidingToken", "token_type": "sliding",
        "message": "Token has wrong type"}]
    refused(site.post("/api/token/refresh/", refresh=token),
            "Token has wrong type")


def test_both_classes(new_site):
    with new_site(worker=False, processes=1,
                  auth_token_classes="access, sliding",
                  sliding_token_lifetime="2m",
                  sliding_token_refresh_lifetime="2h",
                  sliding_token_refresh_exp_claim="until") as site:
        site.add_user("bob")
        sliding = site.post("/api/token/sliding/", username="bob",
                            password="Corr3ct-horse").json()["token"]
        got = claims(sliding)
        assert got["exp"] - got["iat"] == 120
        assert lifetime(site, sliding) == 7200
        assert site.get("/api/hello/", sliding).status == 200
        pair = site.login("bob")
        assert site.get("/api/hello/", pair["access"]).status == 200
        answer = site.get("/api/hello/", pair["refresh"])
        assert [m["token_class"] for m in answer.json()["messages"]] == [
            "AccessToken", "SlidingToken"]
        refused(refresh(site, signed(user_id=got["user_id"])),
                "Token has no 'until' claim")


@pytest.mark.parametrize("setting,refresh_exp", [
    ("60d", 60 * 86400),  # it is exchanged longer, not longer open
    ("2m", 120),          # nor open for longer than it is exchanged
])
def test_a_remembered_login(new_site, setting, refresh_exp):
    with new_site(**dict(SETTINGS, remember_token_lifetime=setting,
                         session_lifetime="60d")) as site:
        site.add_user("bob")
        for remember, seconds in (({"remember": True}, refresh_exp),
                                  ({"remember": False}, 86400), ({}, 86400)):
            answer = site.post("/api/token/sliding/", username="bob",
                               password="Corr3ct-horse", **remember)
            assert answer.status == 200, answer
            # It stays so: an exchange does not move the end of exchanges.
            for token in (answer.json()["token"], refresh(
                    site, answer.json()["token"]).json()["token"]):
                got = claims(token)
                assert lifetime(site, token) == seconds, remember
                assert got["exp"] == min(got["iat"] + 300,
                                         got["refresh_exp"])
        answer = site.post("/api/token/sliding/", username="bob",
                           password="Corr3ct-horse", remember="perhaps")
        assert (answer.status, answer.json()) == (400, {
            "remember": ["Must be a valid boolean."]})


def test_no_sliding_token_is_remembered_without_the_setting(site, token):
    answer = site.post("/api/token/sliding/", username="alice",
                       password="Corr3ct-horse", remember=True)
    assert lifetime(site, answer.json()["token"]) == 86400


def test_a_wrong_password_is_told_as_at_the_other_login(site, token):
    answers = [site.post(path, username="alice", password="wrong")
               for path in ("/api/token/", "/api/token/sliding/")]
    assert answers[0].status == answers[1].status == 401
    assert answers[0].text == answers[1].text
    assert site.post("/api/token/sliding/", {}).text == (
        '{"username":["This field is required."],'
        '"password":["This field is required."]}')
    assert refresh(site, None).text == (
        '{"token":["This field may not be null."]}')
