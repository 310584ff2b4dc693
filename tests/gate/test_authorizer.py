"""The program alone: whom it lets through, and what it says of them."""

import socket
import subprocess

import pytest

from gatehouse import (COOKIE, ORIGIN, ask, claims_of, expired, signed, told)
from support import fastcgi
from support.site import BUILD, Program

ROLES = pytest.mark.parametrize(
    "role", [fastcgi.AUTHORIZER, fastcgi.RESPONDER],
    ids=["authorizer", "responder"])
PAGE = "/members/secret.txt"
DENIED = {"detail": "You do not have permission to perform this action."}


@ROLES
def test_without_a_token(authorize, role):
    answer = ask(authorize, PAGE, role=role)
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="api"'
    assert answer.json() == {
        "detail": "Authentication credentials were not provided."}
    assert not told(answer) and not told(answer, "x-postern-")


def test_an_authorizer_hands_on_who_it_is(authorize, sam):
    answer = ask(authorize, PAGE, signed(
        sam, plan="gold", tags=["blue", "green"]))
    assert answer.status == 200 and answer.body == b""
    assert told(answer) == {
        "REMOTE_USER": "sam", "POSTERN_USERNAME": "sam",
        "POSTERN_USER_ID": claims_of(sam)["user_id"],
        "POSTERN_GROUPS": "night shift,staff",
        "POSTERN_CLAIM_PLAN": "gold", "POSTERN_CLAIM_TAGS": "blue,green"}
    assert not told(answer, "x-postern-")
    assert answer.headers["cache-control"] == "no-store"


def test_a_responder_says_the_same_in_headers(authorize, sam):
    answer = ask(authorize, PAGE, signed(sam, plan="gold"),
                 role=fastcgi.RESPONDER)
    assert answer.status == 200 and answer.body == b""
    assert told(answer, "x-postern-") == {
        "USERNAME": "sam", "USER_ID": claims_of(sam)["user_id"],
        "GROUPS": "night shift,staff", "CLAIM_PLAN": "gold"}
    assert not told(answer)


def test_who_is_in_no_group(authorize, alice):
    assert told(ask(authorize, PAGE, alice))["POSTERN_GROUPS"] == ""


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS",
                                    "PROPFIND", "CONNECT", "get", ""])
def test_any_method_needs_a_token(authorize, alice, method):
    assert ask(authorize, PAGE, method=method).status == 401
    assert ask(authorize, PAGE, alice, method=method).status == 200


@pytest.mark.parametrize("accept", ["text/html", "image/png", "", "*/*"])
def test_whatever_a_client_accepts(authorize, alice, accept):
    assert ask(authorize, PAGE, alice, HTTP_ACCEPT=accept).status == 200


BAD = {
    "expired": expired,
    "other key": lambda token: signed(token, key="k" * 40),
    "refresh": lambda token: signed(token, token_type="refresh"),
    "no user": lambda token: signed(token, user_id=None),
    "nobody": lambda token: signed(token, user_id="nobody"),
    "stale": lambda token: signed(token, epoch=7),
    "cut": lambda token: token[:-1],
    "two": lambda token: f"{token} {token}",
    "empty": lambda token: "",
}


@ROLES
@pytest.mark.parametrize("name", BAD)
def test_a_bad_token(authorize, alice, role, name):
    answer = ask(authorize, PAGE, BAD[name](alice), role=role)
    assert answer.status == 401
    assert not told(answer) and not told(answer, "x-postern-")


def test_two_headers_are_none(authorize, alice):
    content = (fastcgi.pairs(fastcgi.parameters(
        "GET", PAGE, HTTP_AUTHORIZATION=f"Bearer {alice}")) +
        fastcgi.pairs({"HTTP_AUTHORIZATION": f"Bearer {alice}"}))
    with fastcgi.connect(authorize.socket) as peer:
        peer.sendall(fastcgi.begin(fastcgi.AUTHORIZER) +
                     fastcgi.stream(fastcgi.PARAMS, content) +
                     fastcgi.stream(fastcgi.STDIN, b""))
        assert fastcgi.answer(fastcgi.receive(peer)[0]).status == 401


def test_an_authorizer_needs_no_body(authorize, alice):
    """A server may send none at all, not even its end."""
    with fastcgi.connect(authorize.socket, timeout=5) as peer:
        peer.sendall(fastcgi.begin(fastcgi.AUTHORIZER) + fastcgi.stream(
            fastcgi.PARAMS, fastcgi.pairs(fastcgi.parameters(
                "GET", PAGE, HTTP_AUTHORIZATION=f"Bearer {alice}"))))
        assert fastcgi.answer(fastcgi.receive(peer)[0]).status == 200


# Cookies

def test_the_cookie(authorize, alice):
    assert ask(authorize, PAGE, HTTP_COOKIE=f"{COOKIE}={alice}").status == 200
    assert ask(authorize, PAGE,
               HTTP_COOKIE=f"{COOKIE}={expired(alice)}").status == 401
    assert ask(authorize, PAGE, HTTP_COOKIE=f"{COOKIE}={alice}; "
               f"{COOKIE}={alice}").status == 401


@pytest.mark.parametrize("origin,kind,status", [
    (ORIGIN, "application/x-www-form-urlencoded", 200),
    (ORIGIN, "multipart/form-data; boundary=x", 200),
    (ORIGIN, "application/json", 200),
    ("", "application/json", 403),
    ("", "", 403),
    ("null", "application/x-www-form-urlencoded", 403),
    ("https://evil.example", "application/json", 403),
    (ORIGIN + ".evil.example", "application/x-www-form-urlencoded", 403),
])
def test_forms_of_other_sites_are_not_sent_on(authorize, alice, origin, kind,
                                              status):
    answer = ask(authorize, PAGE, method="POST", CONTENT_TYPE=kind,
                 HTTP_ORIGIN=origin, HTTP_COOKIE=f"{COOKIE}={alice}")
    assert answer.status == status
    # What no browser adds by itself needs no origin.
    assert ask(authorize, PAGE, alice, method="POST", CONTENT_TYPE=kind,
               HTTP_ORIGIN=origin).status == 200


# Accounts

def test_a_ban_and_a_change_of_password(house, authorize):
    house.add_user("bob")
    token = house.login("bob")
    assert ask(authorize, PAGE, token).status == 200
    house.postern("user", "ban", "bob")
    assert ask(authorize, PAGE, token).status == 401
    house.postern("user", "unban", "bob")
    token = house.login("bob")
    house.postern("user", "password", "bob", stdin="An0ther-horse\n")
    answer = ask(authorize, PAGE, token)
    assert answer.status == 401
    assert answer.json()["code"] == "password_changed"


@pytest.mark.parametrize("check,status", [("user", 200), ("session", 401),
                                          ("stateless", 200)])
def test_an_ended_session(new_house, check, status):
    house = new_house(access_check=check, rules="")
    house.add_user("bob")
    token = house.login("bob")
    with Program(house, "authorize") as program:
        assert ask(program, PAGE, token).status == 200
        house.postern("session", "end", claims_of(token)["sid"])
        assert ask(program, PAGE, token).status == status


def test_require_group_of_the_site_counts_too(new_house):
    house = new_house(require_group="staff", rules="")
    house.add_user("bob")
    token = house.login("bob")
    with Program(house, "authorize") as program:
        answer = ask(program, PAGE, token)
        assert (answer.status, answer.json()) == (403, DENIED)
        house.postern("group", "add", "staff", "bob")
        assert ask(program, PAGE, token).status == 200


def test_stateless_it_is_what_the_token_says(new_house):
    house = new_house(access_check="stateless", rules="[gate /members/staff/]\nrequire_group = staff\n",
        **{"claim.name": "username", "claim.roles": "groups"})
    house.add_user("bob")
    house.postern("group", "add", "staff", "bob")
    token = house.login("bob")
    with Program(house, "authorize") as program:
        house.configure(database="host=/nowhere dbname=none")
        answer = ask(program, "/members/staff/", token)
        assert answer.status == 200
        assert told(answer) == {
            "REMOTE_USER": "bob", "POSTERN_USERNAME": "bob",
            "POSTERN_USER_ID": claims_of(token)["user_id"],
            "POSTERN_GROUPS": "staff"}
        # A name that the token does not say is none, not another one.
        answer = ask(program, PAGE, signed(token, name=None, roles=None))
        assert answer.status == 200
        assert told(answer) == {
            "POSTERN_USER_ID": claims_of(token)["user_id"],
            "POSTERN_GROUPS": ""}
        assert ask(program, "/members/staff/",
                   signed(token, roles=None)).status == 403


def test_without_database_it_is_closed(new_house):
    house = new_house()
    house.add_user("bob")
    token = house.login("bob")
    house.configure(database="host=/nowhere dbname=none")
    for role in (fastcgi.AUTHORIZER, fastcgi.RESPONDER):
        with Program(house, "authorize") as program:
            answer = ask(program, PAGE, token, role=role)
            assert answer.status == 503 and answer.headers["retry-after"]
            assert not told(answer) and not told(answer, "x-postern-")
            assert ask(program, PAGE, role=role).status == 401


def test_without_configuration_it_is_closed(new_house):
    house = new_house()
    house.add_user("bob")
    token = house.login("bob")
    house.configure(leeway="soon")
    with Program(house, "authorize") as program:
        assert ask(program, PAGE, token).status == 503


# Values

@pytest.mark.parametrize("value", [
    "a\r\nVariable-REMOTE_USER: root", "a\nb", "\x00", "a\x00b", "\x7f",
    "\x85", " a", "a ", "x" * 2049, ["a", "b,c"], ["a\nb"], ["ab"] * 700,
], ids=ascii)
def test_what_cannot_be_handed_on_as_it_is(authorize, alice, value):
    """NUL is no text to begin with, and not handed on at all."""
    answer = ask(authorize, PAGE, signed(alice, plan=value))
    if "\x00" in value:
        assert "POSTERN_CLAIM_PLAN" not in told(answer)
    else:
        assert answer.status == 403 and not told(answer)
        assert "POSTERN_CLAIM_PLAN cannot be handed on" in \
            authorize.home.logged()


@pytest.mark.parametrize("value,text", [
    ("Ä ß", "Ä ß"), ("a:b", "a:b"), ("", ""), (17, "17"), (True, "true"),
    (False, "false"), ([], ""), (["a,b"], "a,b"), ("x" * 2048, "x" * 2048),
    (None, None), (1.5, None), ({"a": "b"}, None), ([1], None),
], ids=ascii)
def test_what_can(authorize, alice, value, text):
    answer = ask(authorize, PAGE, signed(alice, plan=value))
    assert answer.status == 200
    assert told(answer).get("POSTERN_CLAIM_PLAN") == text


def test_a_client_cannot_say_who_it_is(authorize, alice):
    answer = ask(authorize, PAGE, alice, HTTP_REMOTE_USER="root",
                 HTTP_X_POSTERN_USERNAME="root", HTTP_POSTERN_USER_ID="0")
    assert answer.status == 200 and "root" not in str(answer.raw_headers)


# Paths and rules

STAFF = [
    "/members/staff", "/members/staff/", "/members/staff/secret.txt",
    "/members/staff/?x=1", "/members/staff?/members/", "//members/staff/",
    "/members//staff/", "/members/./staff/", "/members/x/../staff/",
    "/members/%73taff/", "/%6dembers/%73%74aff/x", "/members/%2e/staff/x",
    "/members/x/%2E%2e/staff/", "/./members/staff/a/../b",
    "/members/staff/show.php/extra", "/members/staff/..%3bx/../staff/a",
]


@pytest.mark.parametrize("path", STAFF)
def test_the_rule_of_a_path_in_any_spelling(authorize, alice, sam, path):
    answer = ask(authorize, path, alice)
    assert (answer.status, answer.json()) == (403, DENIED)
    if "%3b" not in path:
        assert ask(authorize, path, sam).status == 200


@pytest.mark.parametrize("path", [
    "/members/staffroom/", "/members/staff.txt", "/members/", "/", "/x?y",
    "/members/staff/../secret.txt", "/members/x/members/staff/",
    "/members/Staff/", "/members/staff%20/", "/members/...", "/a;b/c",
    "/a/..b", "/%C3%A4",
])
def test_a_path_without_a_rule(authorize, alice, path):
    assert ask(authorize, path, alice).status == 200
    assert ask(authorize, path).status == 401


@pytest.mark.parametrize("path", [
    "", "*", "members/", "http://site.example/members/", "/..", "/a/../..",
    "/members/%2e%2e/../x", "/members%2fstaff/", "/members/%2Fstaff",
    "/members/%5cstaff", "/members\\staff", "/a%00b", "/%0a", "/%7f",
    "/%", "/%1", "/%zz", "/%252e", "/%c0%af", "/%ff", "/..;/x", "/a/.;x/b",
    "/a#b", "/%23", "/a%c2%85",
])
def test_what_cannot_be_compared_is_refused(authorize, sam, path):
    assert ask(authorize, path, sam).status == 403
    assert ask(authorize, path).status == 401


@pytest.mark.parametrize("more", [
    {"REDIRECT_URI": "/members/%73taff/x"},
    {"DOCUMENT_URI": "/members/staff/x"},
    {"SCRIPT_NAME": "/members/staff/show.php"},
    {"SCRIPT_NAME": "/members", "PATH_INFO": "/staff/x"},
    {"DOCUMENT_URI": "/members/../.."},
    {"CONTEXT_DOCUMENT_ROOT": "/srv/www", "CONTEXT_PREFIX": "",
     "SCRIPT_FILENAME": "/srv/www/members/staff/x"},
    {"CONTEXT_DOCUMENT_ROOT": "/srv/www/", "CONTEXT_PREFIX": "",
     "SCRIPT_FILENAME": "/srv/www/members/staff/x"},
    {"CONTEXT_DOCUMENT_ROOT": "/srv/other", "CONTEXT_PREFIX": "/members",
     "SCRIPT_FILENAME": "/srv/other/staff/x"},
], ids=str)
def test_what_the_server_made_of_the_path_counts_as_well(
        authorize, alice, more):
    assert ask(authorize, "/members/x", alice, **more).status == 403
    assert ask(authorize, "/members/x", alice).status == 200


GOLD = {"plan": "gold", "tags": ["red", "blue"]}


@pytest.mark.parametrize("changes,gold,either", [
    ({}, 403, 403), (GOLD, 200, 200), ({"plan": "gold"}, 403, 200),
    ({"tags": "blue"}, 403, 403), ({"plan": "gold", "tags": "blue"}, 200, 200),
    ({"plan": ["silver", "gold"], "tags": ["blue"]}, 200, 200),
    ({"plan": "golden", "tags": ["blue"]}, 403, 403),
    ({"plan": {"gold": 1}, "tags": ["blue"]}, 403, 403),
    ({"plan": "gold", "tags": ["blue", 1]}, 403, 200),
], ids=str)
def test_claims(authorize, alice, sam, changes, gold, either):
    token = signed(alice, **changes)
    assert ask(authorize, "/members/gold/", token).status == gold
    assert ask(authorize, "/members/either/", token).status == either
    assert ask(authorize, "/members/either/",
               signed(sam, **changes)).status == 200


def test_the_longest_path_wins(new_house):
    house = new_house(rules="""
[gate /]
require_group = staff
[gate /members/open/]
[gate /members]
require_claim = level=7
[gate /members/both/]
require_group = staff, board
[gate /members/one/]
require_group = staff, board
match = any
[gate /members/yes]
require_claim = ok=true
""")
    house.add_user("bob")
    house.postern("group", "add", "board", "bob")
    token = signed(house.login("bob"), level=7, ok=True)
    with Program(house, "authorize") as program:
        assert {path: ask(program, path, token).status for path in (
            "/", "/x", "/members", "/members/x", "/members/open/x",
            "/members/both/", "/members/one/", "/members/yes")} == {
            "/": 403, "/x": 403, "/members": 200, "/members/x": 200,
            "/members/open/x": 200, "/members/both/": 403,
            "/members/one/": 200, "/members/yes": 200}
        house.postern("group", "add", "staff", "bob")
        assert ask(program, "/x", token).status == 200
        assert ask(program, "/members/both/", token).status == 200


def test_a_program_by_hand_says_what_it_is(house):
    said = subprocess.run([f"{BUILD}/cgi-bin/authorize", "introduce"],
                          check=True, text=True, stdout=subprocess.PIPE).stdout
    assert "authorizer" in said and "auth_request" in said
    assert not [line for line in said.splitlines() if line[0] == " "]


def test_a_stalled_peer_does_not_hold_it(authorize, alice):
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(authorize.socket)
        peer.sendall(fastcgi.begin(fastcgi.AUTHORIZER))
    assert ask(authorize, PAGE, alice).status == 200
