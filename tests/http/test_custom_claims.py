"""Claims of one's own, groups, and who may in."""

import jwt
import pytest

from support.site import KEY

SETTINGS = {"worker": False, "processes": 1, "claim.name": "username",
            "claim.mail": "email", "claim.roles": "groups",
            "claim.staff": "is_staff", "claim.given_name": "first_name",
            "claim.sub": "id"}
DENIED = {"detail": "You do not have permission to perform this action."}


def claims(token):
    return jwt.decode(token, KEY, algorithms=["HS256"],
                      options={"verify_exp": False})


@pytest.fixture
def alice(site):
    site.add_user("alice", "Corr3ct-horse", "alice@example.com",
                  "--first-name", "Änne", "--subject", "s-1")
    site.postern("group", "add", "editors", "alice")
    return site.login("alice")


OWN = {"name": "alice", "mail": "alice@example.com", "roles": ["editors"],
       "staff": False, "given_name": "Änne", "sub": "s-1"}


def test_access_tokens_carry_them_and_refresh_tokens_do_not(site, alice):
    got = claims(alice["access"])
    assert {name: got.get(name) for name in OWN} == OWN
    assert set(claims(alice["refresh"])) == {
        "token_type", "exp", "iat", "jti", "user_id", "sid", "epoch"}
    assert site.get("/api/hello/", alice["access"]).status == 200


def test_they_are_read_anew_at_each_refresh(site, alice):
    site.postern("group", "add", "authors", "alice")
    site.postern("group", "remove", "editors", "alice")
    site.sql("update postern.users set is_staff = true, first_name = ''")
    answer = site.post("/api/token/refresh/", refresh=alice["refresh"])
    got = claims(answer.json()["access"])
    assert {name: got.get(name) for name in OWN} == dict(
        OWN, roles=["authors"], staff=True, given_name="")


def test_no_group_is_an_empty_list(site, alice):
    site.postern("group", "remove", "editors", "alice")
    assert claims(site.login("alice")["access"])["roles"] == []


def test_sliding_tokens_carry_them(site, alice):
    answer = site.post("/api/token/sliding/", username="alice",
                       password="Corr3ct-horse")
    assert claims(answer.json()["token"])["roles"] == ["editors"]
    answer = site.post("/api/token/sliding/refresh/", answer.json())
    assert claims(answer.json()["token"])["roles"] == ["editors"]


def test_without_such_settings_there_are_none(new_site):
    with new_site(worker=False, processes=1) as site:
        site.add_user("bob")
        assert set(claims(site.login("bob")["access"])) == {
            "token_type", "exp", "iat", "jti", "user_id", "sid", "epoch"}


# mod_fcgid and CGI hand no environment on but what is configured.
@pytest.mark.waiting
def test_a_claim_from_the_environment(new_site):
    with new_site(worker=False, processes=1, environment={
            "POSTERN_CLAIM_ROLES": "groups"}, **{"claim.roles": "email"}
            ) as site:
        site.add_user("bob")
        assert claims(site.login("bob")["access"])["roles"] == []
        done = site.postern("check", check=False,
                            POSTERN_CLAIM_ROLES="groups")
        assert "POSTERN_CLAIM_ROLES" not in done.stdout


# Who may in

@pytest.mark.parametrize("access_check", ["user", "session", "stateless"])
def test_protected_endpoints_ask_for_a_group(new_site, access_check):
    with new_site(worker=False, processes=1, require_group="staff, editors",
                  access_check=access_check, **{"claim.roles": "groups"}
                  ) as site:
        for name, groups in (("eve", []), ("ed", ["editors"]),
                             ("ray", ["readers"]), ("sam", ["x", "staff"]),
                             ("joe", ["staff, editors", "Staff", "editor"])):
            site.add_user(name)
            for group in groups:
                done = site.postern("group", "add", group, name, check=False)
                assert done.returncode == (1 if "," in group else 0)
        for name, status in (("eve", 403), ("ed", 200), ("ray", 403),
                             ("sam", 200), ("joe", 403)):
            answer = site.get("/api/hello/", site.login(name)["access"])
            assert answer.status == status, name
            if status == 403:
                assert answer.json() == DENIED
                assert "www-authenticate" not in answer.headers
        # Who is nobody is told that first.
        assert site.get("/api/hello/").status == 401
        assert site.get("/api/hello/", "a.b.c").status == 401
        # The database is asked, or the token says what was.
        pair = site.login("ed")
        site.postern("group", "remove", "editors", "ed")
        assert site.get("/api/hello/", pair["access"]).status == (
            200 if access_check == "stateless" else 403)
        again = site.post("/api/token/refresh/",
                          refresh=pair["refresh"]).json()
        assert site.get("/api/hello/", again["access"]).status == 403
        # Before the method, as all that is asked of a bearer.
        assert site.post("/api/hello/", {},
                         bearer=again["access"]).status == 403
        assert site.post("/api/hello/", {}, bearer=site.login(
            "sam")["access"]).status == 405


def test_a_banned_member_is_told_of_the_ban(new_site):
    with new_site(worker=False, processes=1, require_group="staff") as site:
        site.add_user("sam")
        site.postern("group", "add", "staff", "sam")
        access = site.login("sam")["access"]
        assert site.get("/api/hello/", access).status == 200
        site.postern("user", "ban", "sam")
        assert site.get("/api/hello/", access).json()["code"] == (
            "user_inactive")


# How users are identified

@pytest.mark.parametrize("field,value,other", [
    ("username", "Zoë", "zoe"), ("email", "Zoe@example.com", "x@example.com")])
@pytest.mark.parametrize("access_check", ["user", "session"])
def test_another_column_identifies_the_user(new_site, field, value, other,
                                            access_check):
    with new_site(worker=False, processes=1, user_id_field=field,
                  user_id_claim="sub", access_check=access_check,
                  rotate_refresh_tokens="yes") as site:
        site.add_user("Zoë", "Corr3ct-horse", "Zoe@Example.com")
        site.add_user("zoe", "Corr3ct-horse", "other@example.com")
        pair = site.login("zoë")
        assert claims(pair["access"])["sub"] == value
        assert "user_id" not in claims(pair["access"])
        assert site.get("/api/hello/", pair["access"]).status == 200
        assert site.post("/api/token/verify/",
                         token=pair["refresh"]).status == 200
        answer = site.post("/api/token/refresh/", refresh=pair["refresh"])
        assert answer.status == 200
        forged = dict(claims(pair["access"]), sub=other)
        answer = site.get("/api/hello/", jwt.encode(forged, KEY))
        # Whoever it is that the name means: the session is not theirs.
        assert answer.status == 401
        forged = dict(claims(pair["refresh"]), sub=other)
        assert site.post("/api/token/refresh/",
                         refresh=jwt.encode(forged, KEY)).status == 401
        site.post("/api/token/blacklist/", refresh=jwt.encode(forged, KEY))
        assert site.post("/api/token/refresh/",
                         refresh=pair["refresh"]).status == 200
        assert site.post("/api/token/blacklist/",
                         refresh=pair["refresh"]).status == 200
        assert site.post("/api/token/refresh/",
                         refresh=pair["refresh"]).status == 401


@pytest.mark.parametrize("field,column", [
    ("username", "username_canonical"), ("email", "email_canonical")])
def test_a_name_that_is_another_s_by_now_opens_nothing(new_site, field,
                                                       column):
    with new_site(worker=False, processes=1, user_id_field=field) as site:
        site.add_user("ada", "Corr3ct-horse", "ada@example.com")
        access = site.login("ada")["access"]
        assert site.get("/api/hello/", access).status == 200
        site.sql(f"update postern.users set {column} = 'old'")
        site.add_user("eve" if field == "email" else "ada", "Corr3ct-horse",
                      "ada@example.com" if field == "email" else
                      "eve@example.com")
        answer = site.get("/api/hello/", access)
        assert answer.status == 401
        assert answer.json()["code"] == "user_not_found"


def test_a_token_without_the_claim_that_is_compared(new_site):
    """Foreign tokens have none: they are let in, unless that is asked for."""
    for asked, status in (("no", 200), ("yes", 401)):
        with new_site(worker=False, processes=1, check_revoke_token=asked,
                      revoke_token_claim="version") as site:
            site.add_user("bob", "Corr3ct-horse", None, "--subject", "9")
            access = site.login("bob")["access"]
            own = claims(access)
            assert own["version"] == 0 and "epoch" not in own
            assert site.get("/api/hello/", access).status == 200
            del own["version"], own["sid"]
            answer = site.get("/api/hello/", jwt.encode(own, KEY))
            assert answer.status == status
            if status == 401:
                assert answer.json()["code"] == "password_changed"


# The header

def test_other_headers_and_words(new_site):
    with new_site(worker=False, processes=1, auth_header_types="JWT, Token",
                  auth_header_name="X-Access-Token") as site:
        site.add_user("bob")
        access = site.login("bob")["access"]

        def status(name, value):
            return site.get("/api/hello/", headers={name: value}).status

        for word in ("JWT", "Token", "token"):
            assert status("X-Access-Token", f"{word} {access}") == 200
        assert status("X-Access-Token", f"Bearer {access}") == 401
        assert status("X-Access-Token", access) == 401
        assert status("Authorization", f"JWT {access}") == 401


def test_the_challenge_names_what_is_taken(new_site):
    """RFC 9110 section 11.6.1; Simple JWT names its first type as well."""
    with new_site(worker=False, processes=1, auth_header_types="JWT, Token"
                  ) as site:
        answer = site.get("/api/hello/")
        assert answer.headers["www-authenticate"] == 'JWT realm="api"'
        answer = site.get("/api/hello/", headers={"Authorization": "Token x"})
        assert answer.headers["www-authenticate"] == (
            'JWT realm="api", error="invalid_token"')


@pytest.mark.parametrize("name,header", [
    ("HTTP_AUTHORIZATION", "Authorization"), ("X-Access-Token",
                                              "X-Access-Token"),
    ("HTTP_X_ACCESS_TOKEN", "X-Access-Token")])
def test_pages_of_other_origins_may_send_the_header(new_site, name, header):
    """The answer to a preflight (Fetch, section 3.2.3) names it."""
    with new_site(worker=False, processes=1, auth_header_name=name,
                  cors_allowed_origins="https://app.example") as site:
        answer = site.request("OPTIONS", "/api/hello/", None, {
            "Origin": "https://app.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": header.lower()})
        allowed = answer.headers["access-control-allow-headers"]
        assert allowed.split(", ") == [header, "Content-Type"]


def test_a_token_that_nobody_would_take_is_not_given(new_site):
    """More groups than a header holds: said to the operator, not to all."""
    with new_site(worker=False, processes=1, **{
            "claim.roles": "groups"}) as site:
        site.add_user("bob")
        site.sql("insert into postern.groups (user_id, name) select id, "
                 "repeat('g', 100) || n from postern.users, "
                 "generate_series(1, 50) n")
        access = site.login("bob")["access"]
        assert 6500 < len(access) < 8000
        assert site.get("/api/hello/", access).status == 200
        site.sql("insert into postern.groups (user_id, name) select id, "
                 "repeat('h', 100) || n from postern.users, "
                 "generate_series(1, 10) n")
        answer = site.post("/api/token/", username="bob",
                           password="Corr3ct-horse")
        assert answer.status == 503
        assert "fewer claims or groups" in site.logged()


# Open endpoints

STALE = ["Bearer a.b.c", "Bearer", "Basic eDp5", "Bearer x y z"]


@pytest.mark.parametrize("stale", STALE)
def test_a_stale_token_on_an_open_endpoint_never_matters(site, alice, stale):
    headers = {"Authorization": stale, "Cookie": "__Host-access_token=x"}
    for path, body, status in (
            ("/api/token/", {"username": "alice",
                             "password": "Corr3ct-horse"}, 200),
            ("/api/token/refresh/", {"refresh": alice["refresh"]}, 200),
            ("/api/token/verify/", {"token": alice["access"]}, 200),
            ("/api/register/", {"username": "new", "email": "n@example.com",
                                "password": "Corr3ct-horse"}, 201),
            ("/api/reset/", {"email": "alice@example.com"}, 204),
            ("/api/activate/resend/", {"email": "n@example.com"}, 204),
            ("/api/token/blacklist/", {"refresh": alice["refresh"]}, 200)):
        assert site.post(path, body, headers=headers).status == status, path
    assert site.get("/api/health/", headers=headers).status == 200
