"""
Tokens at the limit of their length and beyond it, and what is no token at all.

Every fault is sent beside the good token that it spoils.
"""

import json

import pytest

from excuses import HELLO, bearer_refused, token_refused
from forgery import (
    BODIES, ENDPOINTS, INVALID, PASSWORD, drafts_of, is_taken, send)
from support.forge import claim
from support.replay import base64url
from support.site import Program

SETTINGS = {"worker": False, "processes": 1}


@pytest.fixture(scope="module", autouse=True)
def alice(module_site):
    module_site.add_user("alice", PASSWORD)


@pytest.fixture
def site(module_site):
    return module_site


def of_length(draft, above):
    """The longest token of at most 8192 characters, or one claim longer."""
    length = 8192 * 3 // 4 - len(draft.changed(claim("x", '""')))
    while len(draft.changed(claim("x", '"%s"' % ("x" * length)))) <= 8192:
        length += 1
    return draft.changed(claim("x", '"%s"' % ("x" * (length - 1 + above))))


@pytest.mark.parametrize("where", BODIES)
def test_a_token_has_8192_characters_at_most(site, where):
    _, drafts = drafts_of(site, ("HS256", "right"))
    endpoint = ENDPOINTS[where]
    draft = drafts[endpoint.kind]
    answer = send(site, endpoint, of_length(draft, 1))
    assert (answer.status, answer.text) == (401, token_refused(INVALID))
    assert is_taken(where, send(site, endpoint, of_length(draft, 0)))


def test_a_token_in_a_header_has_8192_characters_at_most(site):
    """Straight at the program: the web server lets less through."""
    _, drafts = drafts_of(site, ("HS256", "right"))

    def ask(token):
        return hello.call("GET", "/api/hello/",
                          HTTP_AUTHORIZATION=f"Bearer {token}")

    with Program(site, "hello") as hello:
        answer = ask(of_length(drafts["access"], 1))
        assert (answer.status, answer.text) == (401, bearer_refused(INVALID))
        assert ask(of_length(drafts["access"], 0)).text == HELLO


MEGABYTES = 9 * 1000 * 1000
LONG = [
    ("one segment", lambda token: "A" * MEGABYTES),
    ("points", lambda token: "." * MEGABYTES),
    ("a long signature", lambda token: token + "A" * MEGABYTES),
    ("a long header", lambda token: "A" * MEGABYTES + token),
    ("a long payload", lambda token: token.replace(
        ".", "." + "A" * MEGABYTES, 1)),
    ("a deep payload", lambda token: ".".join((
        token.split(".")[0], base64url(b'{"a":' * (MEGABYTES // 8)),
        token.split(".")[2]))),
]


@pytest.mark.parametrize("rule,make", LONG, ids=[row[0] for row in LONG])
def test_tokens_of_9_megabytes(site, rule, make):
    pids = site.pids()
    tokens = site.login("alice", PASSWORD)
    long = make(tokens["access"])
    with Program(site, "hello") as hello:
        answer = hello.call("GET", "/api/hello/", timeout=30,
                            HTTP_AUTHORIZATION=f"Bearer {long}")
        assert (answer.status, answer.text) == (401, bearer_refused(INVALID))
        assert hello.call(
            "GET", "/api/hello/",
            HTTP_AUTHORIZATION=f"Bearer {tokens['access']}").text == HELLO
        assert hello.is_alive()
    body = json.dumps({"token": long}).encode()
    with Program(site, "token_verify") as verify:
        for answer in (
                verify.call("POST", "/api/token/verify/", body, timeout=30),
                site.post("/api/token/verify/", {"token": long})):
            assert (answer.status, answer.text) == (
                413, '{"detail":"Request body is too large."}')
        assert verify.is_alive()
    assert site.post("/api/token/verify/",
                     {"token": tokens["access"]}).text == "{}"
    assert site.pids() == pids


# Where the text is spoilt before anybody looks at it as a token

@pytest.mark.parametrize("where", BODIES)
@pytest.mark.parametrize("text,fault", [
    ("{}\0", "Null characters are not allowed."),
    ("{}\0junk", "Null characters are not allowed."),
    ("\0{}", "Null characters are not allowed."),
    ("{}\ud800", "Surrogate characters are not allowed: U+D800."),
    ("", "This field may not be blank."),
    (" \n", "This field may not be blank."),
    (None, "This field may not be null."),
    (True, "Not a valid string."),
    ([], "Not a valid string."),
    ({}, "Not a valid string."),
], ids=["NUL", "NUL and text", "NUL in front", "surrogate", "empty", "blank",
        "null", "true", "list", "object"])
def test_no_text_for_a_token(site, where, text, fault):
    endpoint = ENDPOINTS[where]
    token = site.login("alice", PASSWORD)[endpoint.kind]
    if isinstance(text, str):
        text = text.replace("{}", token)
    answer = send(site, endpoint, text)
    assert answer.status == 400
    assert answer.json() == {endpoint.field: [fault]}
    assert is_taken(where, send(site, endpoint, token))


MISSING = '{"detail":"Authentication credentials were not provided."}'
MALFORMED = ('{"detail":"Authorization header must contain two '
             'space-delimited values","code":"bad_authorization_header"}')


@pytest.mark.parametrize("form,status,body", [
    (b"Bearer", 401, MALFORMED),
    (b"Bearer %s x", 401, MALFORMED),
    (b"Bearer %s %s", 401, MALFORMED),
    (b"%s", 401, MISSING),
    (b"Basic %s", 401, MISSING),
    (b"Bearer%s", 401, MISSING),
    (b"JWT %s", 401, MISSING),
    (b"Bearer %s,", 401, bearer_refused(INVALID)),
    (b"Bearer \"%s\"", 401, bearer_refused(INVALID)),
    (b"Bearer %s;", 401, bearer_refused(INVALID)),
    (b"Bearer %s\xc3\xa9", 401, bearer_refused(INVALID)),
    # lighttpd: no HTTP (RFC 9110 section 5.5)
    (b"Bearer %s\0", 400, None),
    (b"Bearer %s\0junk", 400, None),
], ids=lambda value: repr(value) if isinstance(value, bytes) else "")
def test_no_header_for_a_token(site, form, status, body):
    token = site.login("alice", PASSWORD)["access"].encode()

    def ask(value):
        said = site.raw(b"GET /api/hello/ HTTP/1.0\r\nAuthorization: "
                        + value + b"\r\n\r\n")
        top, _, text = said.partition(b"\r\n\r\n")
        return int(top.split()[1]), text.decode()

    got = ask(form.replace(b"%s", token))
    assert got[0] == status
    assert body is None or got[1] == body
    assert ask(b"Bearer " + token) == (200, HELLO)
