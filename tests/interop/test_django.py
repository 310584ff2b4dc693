"""
Postern beside a live Django with Simple JWT that has the same key: each takes
the other's access tokens, and knows the same users by the same id. Each
refusal stands beside its accepted twin.
"""

import contextlib

import jwt
import pytest

from signing import Key
from support.site import Program

PASSWORD = "Corr3ct-horse"
HELLO = {"message": "Hello, World!"}
ADA = {"id": 7, "username": "ada", "password": PASSWORD}
DJANGO_ALONE = {"id": 8, "username": "grace", "password": PASSWORD}
NAMES = {"issuer": "https://id.example.org", "audience": "api"}


class Sites:
    """
    postern and django have one key and the user 7; stateless is a program of
    postern's that asks for no user, stranger a Django with another key.
    """

    def __init__(self, **sites):
        self.__dict__.update(sites)


def simple_jwt(key, names):
    """Simple JWT's settings for a key of ours."""
    return {"ALGORITHM": key.algorithm, "SIGNING_KEY": key.signing,
            "VERIFYING_KEY": "" if key.is_symmetric else key.verifying,
            **{name.upper(): value for name, value in names.items()}}


@pytest.fixture(scope="module", params=[
    pytest.param(("HS256", {}), id="HS256"),
    pytest.param(("RS256", {}), id="RS256"),
    pytest.param(("RS256", NAMES), id="RS256_iss_aud")])
def sites(request, new_site, new_django, tmp_path_factory):
    algorithm, names = request.param
    key, other = Key(algorithm), Key(algorithm)
    ours = dict(key.settings(tmp_path_factory.mktemp("keys")), **names,
                worker=False, processes=1)
    users = [ADA, DJANGO_ALONE]
    with contextlib.ExitStack() as stack:
        started = {name: stack.enter_context(site) for name, site in {
            "postern": new_site(**ours),
            "django": new_django(users, **simple_jwt(key, names)),
            "stranger": new_django(users, **simple_jwt(other, names)),
        }.items()}
        started["postern"].add_user("ada", PASSWORD, None, "--subject", "7")
        stateless = stack.enter_context(Program(
            started["postern"], "hello", POSTERN_ACCESS_CHECK="stateless"))
        yield Sites(stateless=stateless, **started)


def login(site, name="ada"):
    answer = site.post("/api/token/", username=name, password=PASSWORD)
    assert answer.status == 200, answer
    return answer.json()


def header(token):
    return jwt.get_unverified_header(token)


def hello_stateless(sites, token):
    return sites.stateless.call("GET", "/api/hello/",
                                HTTP_AUTHORIZATION=f"Bearer {token}")


def refused(answer):
    """The code of a 401."""
    assert answer.status == 401, answer
    return answer.json()["code"]


def test_django_takes_our_access_token(sites):
    token = login(sites.postern)["access"]
    answer = sites.django.get("/api/hello/", token)
    assert answer.status == 200 and answer.json() == HELLO
    assert refused(sites.stranger.get("/api/hello/", token)) == (
        "token_not_valid")


def test_django_finds_the_user_of_our_token(sites):
    token = login(sites.postern)["access"]
    assert sites.django.get("/api/who/", token).json() == {
        "class": "User", "id": "7"}


def test_django_without_users_takes_our_access_token(sites):
    token = login(sites.postern)["access"]
    assert sites.django.get("/api/who/stateless/", token).json() == {
        "class": "TokenUser", "id": "7"}
    assert refused(sites.stranger.get("/api/who/stateless/", token)) == (
        "token_not_valid")


@pytest.mark.parametrize("name", ["access", "refresh"])
def test_django_verifies_our_tokens(sites, name):
    token = login(sites.postern)[name]
    answer = sites.django.post("/api/token/verify/", token=token)
    assert answer.status == 200 and answer.json() == {}
    answer = sites.stranger.post("/api/token/verify/", token=token)
    assert refused(answer) == "token_not_valid"


def test_django_refuses_our_refresh_token_as_access(sites):
    tokens = login(sites.postern)
    assert sites.django.get("/api/hello/", tokens["access"]).status == 200
    assert refused(sites.django.get("/api/hello/", tokens["refresh"])) == (
        "token_not_valid")


def test_django_tokens_have_no_kid_and_ours_have(sites):
    for token in login(sites.django).values():
        assert "kid" not in header(token)
    for token in login(sites.postern).values():
        assert header(token)["kid"]


def test_we_take_djangos_access_token(sites):
    answer = hello_stateless(sites, login(sites.django)["access"])
    assert answer.status == 200 and answer.json() == HELLO
    other = login(sites.stranger)["access"]
    assert refused(hello_stateless(sites, other)) == "token_not_valid"


def test_we_find_the_user_of_djangos_token(sites):
    answer = sites.postern.get("/api/hello/", login(sites.django)["access"])
    assert answer.status == 200 and answer.json() == HELLO
    other = login(sites.stranger)["access"]
    assert refused(sites.postern.get("/api/hello/", other)) == (
        "token_not_valid")


def test_we_miss_the_user_of_djangos_token(sites):
    token = login(sites.django, "grace")["access"]
    assert sites.django.get("/api/hello/", token).status == 200
    assert hello_stateless(sites, token).status == 200
    answer = sites.postern.get("/api/hello/", token)
    assert answer.status == 401
    assert answer.json() == {"detail": "User not found",
                             "code": "user_not_found"}


def test_we_verify_djangos_access_token(sites):
    token = login(sites.django)["access"]
    answer = sites.postern.post("/api/token/verify/", token=token)
    assert answer.status == 200 and answer.json() == {}
    other = login(sites.stranger)["access"]
    answer = sites.postern.post("/api/token/verify/", token=other)
    assert refused(answer) == "token_not_valid"


@pytest.mark.parametrize("path, field", [
    ("refresh", "refresh"), ("verify", "token"), ("blacklist", "refresh")])
def test_we_refuse_djangos_refresh_token(sites, path, field):
    """It has no session here."""
    ours = {field: login(sites.postern)["refresh"]}
    assert sites.postern.post(f"/api/token/{path}/", ours).status == 200
    theirs = {field: login(sites.django)["refresh"]}
    answer = sites.postern.post(f"/api/token/{path}/", theirs)
    assert answer.status == 401
    assert answer.json() == {"detail": "Token is invalid",
                             "code": "token_not_valid"}


def test_we_refuse_djangos_refresh_token_as_access(sites):
    tokens = login(sites.django)
    assert hello_stateless(sites, tokens["access"]).status == 200
    assert refused(hello_stateless(sites, tokens["refresh"])) == (
        "token_not_valid")
