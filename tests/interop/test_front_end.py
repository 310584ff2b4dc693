"""One client, unchanged, against Django and against Postern."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from front_end import FrontEnd
from signing import Key

PASSWORD = "Corr3ct-horse"
ACCESS_LIFETIME = 5
LOGGED_OUT = "verify, logged out"
EXPECTED = {
    "hello without a token": 401,
    "login with a wrong password": 401,
    "login without a password": 400,
    "login by form fields": 200,
    "login": 200,
    "hello": 200,
    "hello with a refresh token": 401,
    "hello with a damaged token": 401,
    "verify access": 200,
    "verify refresh": 200,
    "refresh by an access token": 401,
    "hello, expired": 401,
    "verify, expired": 401,
    "refresh": 200,
    "hello, refreshed": 200,
    "blacklist": 200,
    "refresh, logged out": 401,
    "refresh by the first, logged out": 401,
    "blacklist, logged out": 401,
}


@pytest.fixture(scope="module")
def visits(new_site, new_django):
    """What both answered, step by step, beside each other."""
    django = new_django(
        [{"id": 7, "username": "ada", "password": PASSWORD}],
        SIGNING_KEY=Key("HS256").signing, ROTATE_REFRESH_TOKENS=True,
        BLACKLIST_AFTER_ROTATION=True,
        ACCESS_TOKEN_LIFETIME=ACCESS_LIFETIME)
    with django, new_site(
            worker=False, processes=1, rotate_refresh_tokens="yes",
            rotation_grace="0s",
            access_token_lifetime=f"{ACCESS_LIFETIME}s") as postern:
        postern.add_user("ada", PASSWORD, None, "--subject", "7")
        urls = django.url, f"http://127.0.0.1:{postern.port}"
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(
                lambda url: FrontEnd(url, "ada", PASSWORD).work(), urls))


def one_sentence(note):
    """Simple JWT 5.2 has one sentence for what later is two."""
    status, body, content_type = note
    text = json.dumps(body)
    for one in ("Token is invalid", "Token is expired"):
        text = text.replace(f'"{one}"', '"Token is invalid or expired"')
    return status, json.loads(text), content_type


def test_every_step_is_answered_alike(visits):
    django, postern = visits
    assert list(django) == list(postern)
    for step in django:
        if step != LOGGED_OUT:
            assert one_sentence(postern[step]) == one_sentence(django[step]), (
                step)


def test_a_token_of_an_ended_session_fails_to_verify(visits):
    """400 in Simple JWT 5.2, 401 in later ones and here."""
    django, postern = visits
    assert django[LOGGED_OUT][0] in (400, 401)
    assert postern[LOGGED_OUT][:2] == (401, {
        "detail": "Token is blacklisted", "code": "token_not_valid"})


def test_the_steps_are_answered_as_the_client_expects(visits):
    """So that the two are not alike in failing."""
    for notes in visits:
        assert {step: note[0] for step, note in notes.items()
                if step != LOGGED_OUT} == EXPECTED
