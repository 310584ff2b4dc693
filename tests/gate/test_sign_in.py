"""Browsers without a token go to the sign-in page, and come back to this site."""

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from gatehouse import COOKIE, SECRET, ask, expired
from servers import Apache, ApacheAuthnz, Lighttpd, Nginx
from support import fastcgi
from support.site import Program

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def polite(new_house):
    """A house with a sign-in page, and alice."""
    house = new_house(gate_login_url="/signin.html")
    house.add_user("alice")
    return house


@pytest.fixture(scope="module")
def alice(polite):
    return polite.login("alice")


@pytest.fixture(scope="module")
def authorize(polite):
    with Program(polite, "authorize") as program:
        yield program


def visit(program, target, **more):
    return ask(program, target, **{"HTTP_ACCEPT": HTML, **more})


def next_of(location, page="/signin.html"):
    """The one parameter of the page's address."""
    address, _, query = location.partition("?")
    assert address == page
    (name, value), = parse_qsl(query, strict_parsing=True)
    assert name == "next"
    return value


def is_of_this_site(value):
    """As a browser reads it (WHATWG URL: backslash is slash, tabs are none)."""
    return (value.startswith("/") and value[1:2] not in ("/", "\\") and
            "\\" not in value.partition("?")[0] and
            all(" " < c <= "~" for c in value) and
            urlsplit(value).netloc == "")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("more", [
    {}, {"HTTP_SEC_FETCH_MODE": "navigate"}, {"HTTP_ACCEPT": "text/html"},
    {"HTTP_COOKIE": f"{COOKIE}=x.y.z"}], ids=str)
def test_a_page(authorize, method, more):
    answer = visit(authorize, "/members/a%20b/?x=1&y=/", method=method, **more)
    assert answer.status == 303 and answer.body == b""
    assert next_of(answer.headers["location"]) == "/members/a%20b/?x=1&y=/"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("more", [
    {"method": "POST"}, {"method": "PUT"}, {"HTTP_ACCEPT": "*/*"},
    {"HTTP_ACCEPT": ""}, {"HTTP_ACCEPT": "application/json"},
    {"HTTP_SEC_FETCH_MODE": "cors"}, {"HTTP_SEC_FETCH_MODE": "no-cors"},
    {"HTTP_AUTHORIZATION": "Bearer x"}, {"HTTP_AUTHORIZATION": "Basic eA=="},
], ids=str)
def test_what_is_no_page(authorize, more):
    answer = visit(authorize, "/members/", **more)
    assert answer.status == 401 and "location" not in answer.headers


def test_who_has_a_token_is_not_sent_away(authorize, alice):
    assert visit(authorize, "/members/",
                 HTTP_COOKIE=f"{COOKIE}={alice}").status == 200
    assert visit(authorize, "/members/staff/",
                 HTTP_COOKIE=f"{COOKIE}={alice}").status == 403
    assert visit(authorize, "/members/",
                 HTTP_COOKIE=f"{COOKIE}={expired(alice)}").status == 303


def test_nobody_goes_in_circles(authorize):
    for path in ("/signin.html", "//signin.html", "/x/../signin%2ehtml?next=/"):
        assert visit(authorize, path).status == 401


EVIL = [
    "//evil.example", "///evil.example/", "//evil.example/%2e%2e",
    "/.//evil.example", "/..//evil.example", "/x/..//evil.example",
    "/\\evil.example", "\\\\evil.example", "/%5cevil.example",
    "/%5Cevil.example", "/%2fevil.example", "/%2f%2fevil.example",
    "/%09/evil.example", "/%0d%0aLocation:%20//evil.example",
    "https://evil.example/", "https:evil.example", "javascript:alert(1)",
    "evil.example", "@evil.example", "/@evil.example", "/?//evil.example",
    "/?\\evil.example", "/?x=\r\nLocation: //evil.example", "/x?\t\x7f",
    "/%e2%80%ae", "/ä?ä", "/<script>?<script>", "/'\"?'\"", "/a%00b",
    "/?#//evil.example", "/?next=//evil.example&next=/",
]


@pytest.mark.parametrize("target", EVIL, ids=ascii)
def test_no_other_site(authorize, target):
    answer = visit(authorize, target)
    assert answer.status in (303, 401)
    # One line, whatever came in.
    assert [name.lower() for name, _ in answer.raw_headers].count(
        "location") == (answer.status == 303)
    if answer.status == 303:
        location = answer.headers["location"]
        assert location.startswith("/signin.html?next=%2F") or \
            location.startswith("/signin.html?next=/")
        assert all(" " < c <= "~" for c in location)
        value = next_of(location)
        path = value.partition("?")[0]
        assert path.startswith("/") and not path.startswith(("//", "/\\"))
        assert unquote(path)[1:2] not in ("/", "\\")
        assert is_of_this_site(path)


def test_a_long_path_is_forgotten(authorize):
    answer = visit(authorize, "/members/" + "x" * 3000)
    assert answer.status == 303
    assert answer.headers["location"] == "/signin.html"


@pytest.mark.parametrize("url,location", [
    ("/login?site=1", "/login?site=1&next=/members/"),
    ("https://id.example/login", "https://id.example/login?next=/members/"),
    ("", None)])
def test_other_pages(new_house, url, location):
    house = new_house(gate_login_url=url)
    with Program(house, "authorize") as program:
        answer = visit(program, "/members/")
        assert answer.headers.get("location") == location
        assert answer.status == (303 if location else 401)


def test_a_responder_only_says_where(authorize):
    answer = visit(authorize, "/members/?x", role=fastcgi.RESPONDER)
    assert answer.status == 401
    assert answer.headers["x-postern-sign-in"] == \
        "/signin.html?next=/members/%3Fx"
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("kind", [Lighttpd, Nginx, ApacheAuthnz], ids=lambda s: s.name)
def test_behind_a_server(polite, alice, kind):
    with kind(polite) as web:
        for path in ("/members/secret.txt?a=1&b=2", "/members/show.php",
                     "//members/./secret.txt"):
            answer = web.request("GET", path, accept=HTML)
            assert answer.status == 303 and SECRET not in answer.text
            location = answer.headers["location"].replace(
                "http://site.example", "")
            if "//127.0.0.1" in location:
                location = "/" + location.split("/", 3)[3]
            assert next_of(location) == path.replace(
                "//members/.", "/members")
            assert web.request("GET", path).status == 401
            assert web.request("GET", path, accept=HTML, headers=[
                ("Cookie", f"{COOKIE}={alice}")]).status == 200
            assert web.request("POST", path, b"", accept=HTML).status in (
                401, 405)


class ApacheThatRewrites(Apache):
    """mod_fcgid, with the rules that the file offers."""

    def gate(self):
        return Apache.gate(self).replace("\n#Rewrite", "\nRewrite")


def test_by_rules_of_apache(polite, alice):
    with ApacheThatRewrites(polite) as web:
        for path, wanted in (("/members/secret.txt?a=1", "/members/secret.txt"),
                             ("/members//a%20b/%26x=%3f", "/members/a b/&x=?"),
                             ("/members/show.php", "/members/show.php")):
            answer = web.request("GET", path, accept=HTML)
            assert answer.status == 303 and SECRET not in answer.text
            address, _, query = answer.headers["location"].partition("?")
            assert address == f"http://127.0.0.1:{web.port}/signin.html"
            assert parse_qsl(query, strict_parsing=True) == [("next", wanted)]
        path = "/members/secret.txt"
        for more in ({"headers": [("Cookie", f"{COOKIE}=x.y.z")]},
                     {"headers": [("Authorization", "Bearer x")]},
                     {"headers": [("Sec-Fetch-Mode", "cors")]}):
            assert web.request("GET", path, accept=HTML,
                               **more).status == 401
        assert web.request("GET", path).status == 401
        assert web.request("POST", path, b"", accept=HTML).status == 401
        for more in ({"headers": [("Cookie", f"{COOKIE}={alice}")]},
                     {"headers": [("Cookie", f"a=b; {COOKIE}={alice}")]}):
            answer = web.request("GET", path, accept=HTML, **more)
            assert answer.status == 200 and SECRET in answer.text
        for path in ("//evil.example", "/members//evil.example",
                     "/members/%0d%0aLocation:%20//evil.example",
                     "/members/..//evil.example", "/members/%5cevil.example"):
            answer = web.request("GET", path, accept=HTML)
            if answer.status == 303:
                (_, value), = parse_qsl(
                    answer.headers["location"].partition("?")[2])
                assert value.startswith("/members/")
