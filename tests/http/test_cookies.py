"""Tokens in cookies, and the pages of other sites."""

import re

import jwt
import pytest

from support.site import KEY

ORIGIN = "http://site.example"
OTHER = "https://app.example"
SETTINGS = {"worker": False, "processes": 1, "token_transport": "cookie",
            "access_cookie": "yes", "rotate_refresh_tokens": "yes",
            "cors_allowed_origins": OTHER}
REFRESH, ACCESS = "__Secure-refresh_token", "__Host-access_token"
CROSS_SITE = {"detail": "CSRF Failed: Origin checking failed."}
LOGIN = {"username": "alice", "password": "Corr3ct-horse"}


def given(answer):
    """{(name, path): (value, attributes)} of the answer's cookies."""
    found = {}
    for name, value in answer.raw_headers:
        if name.lower() != "set-cookie":
            continue
        pair, *attributes = value.split("; ")
        cookie, _, token = pair.partition("=")
        attributes = dict((a.partition("=")[::2]) for a in attributes)
        found[cookie, attributes.pop("Path")] = (token, attributes)
    return found


def claims(token):
    return jwt.decode(token, KEY, algorithms=["HS256"])


def token_of(answer, name=REFRESH):
    values = {value for (cookie, _), (value, _) in given(answer).items()
              if cookie == name}
    assert len(values) == 1
    return values.pop()


def post(site, path, value=None, cookie=None, origin=ORIGIN, **headers):
    if cookie:
        headers["Cookie"] = cookie
    if origin:
        headers["Origin"] = origin
    return site.post(path, {} if value is None else value, headers=headers)


@pytest.fixture
def login(site):
    site.add_user("alice")
    answer = post(site, "/api/token/", LOGIN)
    assert answer.status == 200, answer
    return answer


def test_a_login_gives_cookies_alone(site, login):
    assert login.json() == {}
    cookies = given(login)
    assert set(cookies) == {(REFRESH, "/api/token"), (REFRESH, "/auth/jwt"),
                            (ACCESS, "/")}
    began = claims(token_of(login, ACCESS))["iat"]
    for (name, _), (value, attributes) in cookies.items():
        assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", value)
        # It goes when its token does; a session begins behind the password.
        age = int(attributes.pop("Max-Age"))
        assert age == claims(value)["exp"] - began
        assert age >= 86400 if name == REFRESH else age == 300
        # RFC 6265bis: __Host- has no Domain and the path /.
        assert attributes == {"HttpOnly": "", "Secure": "",
                              "SameSite": "Lax"}
    assert login.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/api/token", "/auth/jwt"])
def test_a_refresh_needs_the_cookie_alone(site, login, path):
    cookie = f"theme=dark; {REFRESH}={token_of(login)}; x=y"
    answer = post(site, f"{path}/refresh/", cookie=cookie)
    assert answer.status == 200 and answer.json() == {}
    assert len(given(answer)) == 3
    assert token_of(answer) != token_of(login)
    cookie = f"{REFRESH}={token_of(answer)}"
    assert post(site, f"{path}/blacklist/", cookie=cookie).status == 200


def test_what_the_client_says_itself_comes_first(site, login):
    answer = post(site, "/api/token/refresh/", {"refresh": "a.b.c"},
                  cookie=f"{REFRESH}={token_of(login)}")
    assert answer.status == 401 and "Token is invalid" in answer.text
    answer = post(site, "/api/token/refresh/", {"refresh": token_of(login)},
                  cookie=f"{REFRESH}=a.b.c")
    assert answer.status == 200


def test_without_token_and_cookie_the_field_is_missing(site, login):
    answer = post(site, "/api/token/refresh/")
    assert answer.status == 400
    assert answer.json() == {"refresh": ["This field is required."]}


@pytest.mark.parametrize("cookie", [
    "{name}={token}; {name}={token}",   # whose is which?
    "{name}x={token}", "x{name}={token}", "{lower}={token}", "{name}",
    "{name}=",
])
def test_a_cookie_counts_once_and_under_its_name(site, login, cookie):
    token = token_of(login)
    answer = post(site, "/api/token/refresh/", cookie=cookie.format(
        name=REFRESH, lower=REFRESH.lower(), token=token))
    assert answer.status == 400, answer
    assert post(site, "/api/token/refresh/",
                cookie=f"{REFRESH}={token}").status == 200


# Pages of other sites. Each differs from the accepted one by its fault alone.

WAYS = [
    ("/api/token/", LOGIN, ""),
    ("/auth/jwt/create/", LOGIN, ""),
    ("/api/token/refresh/", {}, REFRESH),
    ("/api/token/blacklist/", {}, REFRESH),
    ("/api/token/sliding/", LOGIN, ""),
]


@pytest.mark.parametrize("path,body,cookie", WAYS,
                         ids=[way[0] for way in WAYS])
@pytest.mark.parametrize("origin", [
    "https://site.example", "http://site.example:8080", "http://evil.example",
    "http://site.example.evil.example", "http://sub.site.example", "null",
    "https://app.example.org", "site.example", "http://site.exampl",
    "http://site.example/"])
def test_other_origins_are_refused(site, login, path, body, cookie, origin):
    if cookie:
        cookie = f"{cookie}={token_of(login)}"
    answer = post(site, path, body, cookie, origin)
    assert answer.status == 403 and answer.json() == CROSS_SITE
    assert not given(answer)
    assert site.value("select count(*) from postern.sessions "
                      "where ended_at is not null") == 0
    assert post(site, path, body, cookie).status == 200


@pytest.mark.parametrize("origin", [ORIGIN, OTHER, "HTTP://Site.Example",
                                    None])
def test_our_origins_and_none_at_all_are_let_in(site, login, origin):
    assert post(site, "/api/token/refresh/", {},
                f"{REFRESH}={token_of(login)}", origin).status == 200


@pytest.mark.parametrize("media_type", [
    "application/x-www-form-urlencoded", "text/plain", "multipart/form-data"])
@pytest.mark.parametrize("origin", [ORIGIN, None])
def test_what_a_form_can_send_is_refused(site, login, media_type, origin):
    """A form of another site can send these without asking."""
    for path, body in (
            ("/api/token/", b"username=alice&password=Corr3ct-horse"),
            ("/api/token/refresh/", b"a=b"), ("/api/token/blacklist/", b"a=b")):
        headers = {"Content-Type": media_type,
                   "Cookie": f"{REFRESH}={token_of(login)}"}
        if origin:
            headers["Origin"] = origin
        answer = site.request("POST", path, body, headers)
        assert answer.status == 415, answer
        assert not given(answer)


def test_nothing_said_of_whence_and_what_is_refused(site, login):
    """No Origin and no media type: any page could have begun it."""
    headers = {"Cookie": f"{REFRESH}={token_of(login)}"}
    answer = site.request("POST", "/api/token/refresh/", b"", headers)
    assert answer.status == 403 and answer.json() == CROSS_SITE
    headers["Origin"] = ORIGIN
    assert site.request("POST", "/api/token/refresh/", b"",
                        headers).status == 200


# Protected endpoints

def test_the_access_cookie_opens_a_protected_endpoint(site, login):
    cookie = f"{ACCESS}={token_of(login, ACCESS)}"
    assert site.get("/api/hello/", headers={"Cookie": cookie}).status == 200
    answer = site.get("/api/hello/", headers={"Cookie": cookie + "x"})
    assert answer.status == 401
    assert answer.json()["messages"][0]["message"] == "Token is invalid"
    assert site.get("/api/hello/").status == 401


def test_the_header_comes_before_the_cookie(site, login):
    access = token_of(login, ACCESS)
    answer = site.get("/api/hello/", "a.b.c",
                      headers={"Cookie": f"{ACCESS}={access}"})
    assert answer.status == 401
    assert site.get("/api/hello/", access, headers={
        "Cookie": f"{ACCESS}=a.b.c"}).status == 200


def test_a_refresh_token_is_no_access_cookie(site, login):
    answer = site.get("/api/hello/", headers={
        "Cookie": f"{ACCESS}={token_of(login)}"})
    assert answer.status == 401
    assert answer.json()["messages"][0]["message"] == "Token has wrong type"


def test_a_cookie_that_changes_something_comes_from_our_pages(site, login):
    """The method is not allowed; that is looked at behind the bearer."""
    cookie = f"{ACCESS}={token_of(login, ACCESS)}"
    assert post(site, "/api/hello/", cookie=cookie,
                origin="http://evil.example").status == 403
    assert post(site, "/api/hello/", cookie=cookie).status == 405


# Logging out

def cleared(answer):
    cookies = given(answer)
    return (set(cookies) == {(REFRESH, "/api/token"), (REFRESH, "/auth/jwt"),
                             (ACCESS, "/")} and
            all(value == "" and attributes["Max-Age"] == "0"
                for value, attributes in cookies.values()))


def test_logging_out_clears_them_whichever_way_the_token_came(site, login):
    answer = post(site, "/api/token/blacklist/",
                  cookie=f"{REFRESH}={token_of(login)}")
    assert answer.status == 200 and cleared(answer)
    again = post(site, "/api/token/", LOGIN)
    answer = post(site, "/api/token/blacklist/", {"refresh": token_of(again)})
    assert answer.status == 200 and cleared(answer)
    answer = post(site, "/api/token/blacklist/", {"refresh": token_of(again)})
    assert answer.status == 401 and cleared(answer)


def test_other_answers_set_nothing(site, login):
    for answer in (post(site, "/api/token/", dict(LOGIN, password="wrong")),
                   post(site, "/api/token/", {}),
                   post(site, "/api/token/refresh/", {"refresh": "a.b.c"}),
                   post(site, "/api/token/verify/",
                        {"token": token_of(login)})):
        assert not given(answer)


# CORS

def test_other_origins_may_send_cookies_when_they_are_listed(site, login):
    answer = post(site, "/api/token/", LOGIN, origin=OTHER)
    assert answer.headers["access-control-allow-origin"] == OTHER
    assert answer.headers["access-control-allow-credentials"] == "true"
    answer = site.request("OPTIONS", "/api/token/", None,
                          {"Origin": "http://evil.example"})
    assert "access-control-allow-credentials" not in answer.headers


# Other settings

def test_both(new_site):
    with new_site(**dict(SETTINGS, token_transport="both",
                         cookie_samesite="strict")) as site:
        site.add_user("alice")
        answer = post(site, "/api/token/", LOGIN)
        assert answer.json() == {"refresh": token_of(answer),
                                 "access": token_of(answer, ACCESS)}
        assert {attributes["SameSite"] for _, attributes in
                given(answer).values()} == {"Strict"}
        answer = post(site, "/api/token/refresh/",
                      {"refresh": answer.json()["refresh"]})
        assert answer.json()["refresh"] == token_of(answer)


@pytest.mark.parametrize("setting,attribute", [
    (None, "Lax"), ("lax", "Lax"), ("strict", "Strict"), ("none", "None")])
def test_same_site(new_site, setting, attribute):
    """At login, at refresh and where they are removed, on all three."""
    with new_site(**dict(SETTINGS, cookie_samesite=setting)) as site:
        site.add_user("alice")
        answers = [post(site, "/api/token/", LOGIN)]
        for what in ("refresh", "blacklist"):
            answers.append(post(site, f"/api/token/{what}/", cookie=(
                f"{REFRESH}={token_of(answers[-1])}")))
        for answer in answers:
            assert answer.status == 200
            assert {key: attributes["SameSite"] for key, (_, attributes)
                    in given(answer).items()} == {
                        (REFRESH, "/api/token"): attribute,
                        (REFRESH, "/auth/jwt"): attribute,
                        (ACCESS, "/"): attribute}


def test_the_access_token_stays_in_the_body(new_site):
    with new_site(**dict(SETTINGS, access_cookie="no",
                         obtain_response="username")) as site:
        site.add_user("alice")
        answer = post(site, "/api/token/", LOGIN)
        assert list(answer.json()) == ["access", "username"]
        assert {name for name, _ in given(answer)} == {REFRESH}
        access = answer.json()["access"]
        assert site.get("/api/hello/", access).status == 200
        assert site.get("/api/hello/", headers={
            "Cookie": f"{ACCESS}={access}"}).status == 401


def test_a_sliding_token_is_the_access_cookie(new_site):
    with new_site(**dict(SETTINGS, auth_token_classes="sliding")) as site:
        site.add_user("alice")
        answer = post(site, "/api/token/sliding/", LOGIN)
        assert answer.json() == {} and set(given(answer)) == {(ACCESS, "/")}
        cookie = f"{ACCESS}={token_of(answer, ACCESS)}"
        assert site.get("/api/hello/",
                        headers={"Cookie": cookie}).status == 200
        answer = post(site, "/api/token/sliding/refresh/", cookie=cookie)
        assert answer.status == 200
        assert token_of(answer, ACCESS)


def test_in_the_body_cookies_are_not_looked_at(new_site):
    with new_site(worker=False, processes=1) as site:
        site.add_user("alice")
        pair = site.login("alice")
        headers = {"Cookie": f"{REFRESH}={pair['refresh']}; "
                             f"{ACCESS}={pair['access']}"}
        assert site.get("/api/hello/", headers=headers).status == 401
        assert site.post("/api/token/refresh/", {},
                         headers=headers).status == 400
        answer = site.post("/api/token/", LOGIN,
                           headers={"Origin": "http://evil.example"})
        assert answer.status == 200 and not given(answer)
