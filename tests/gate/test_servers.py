"""What each web server lets through, what its scripts see, and what not."""

import os
import re
import signal
import time

import pytest

from gatehouse import (COOKIE, ORIGIN, SECRET, claims_of, expired, seen,
                       signed)
from servers import SERVERS, Lighttpd, Nginx


@pytest.fixture(scope="module", params=SERVERS, ids=lambda s: s.name)
def web(request, new_house):
    """A server with alice, in no group, and sam of the staff."""
    house = new_house()
    house.add_user("alice")
    house.add_user("sam")
    house.postern("group", "add", "staff", "sam")
    house.postern("group", "add", "night shift", "sam")
    with request.param(house) as server:
        server.alice = house.login("alice")
        server.sam = house.login("sam")
        yield server


def scripts(web):
    return [f"/members/show.{kind}" for kind in web.kinds]


def everything(web, folder="/members"):
    return [f"{folder}/{name}" for name in
            ("secret.txt", "", *(f"show.{kind}" for kind in web.kinds))]


def closed(answer):
    return answer.status >= 300 and SECRET not in answer.text


def test_what_is_open_stays_open(web):
    assert web.get("/open.txt").text == "open\n"
    assert web.get("/nothing").status == 404


def test_without_a_token(web):
    for path in everything(web):
        answer = web.get(path)
        assert answer.status == 401 and closed(answer), (path, answer)
        assert answer.headers["www-authenticate"].startswith("Bearer realm")
    # Nor is it said what there is.
    assert web.get("/members/nothing").status == 401


def test_the_answer_of_a_refusal_is_json(web):
    answer = web.get("/members/secret.txt")
    if web.detail is None:
        # or a page of the server's own
        assert answer.headers["content-type"].startswith("text/html")
        return
    assert answer.headers["content-type"].startswith(web.detail_type)
    assert answer.json() == {"detail": web.detail}


def test_with_a_token(web):
    for path in everything(web):
        answer = web.get(path, web.alice)
        assert answer.status == 200 and SECRET in answer.text, (path, answer)
    assert web.get("/members/nothing", web.alice).status == 404


def test_bad_tokens(web):
    for token in (expired(web.alice), signed(web.alice, key="k" * 40),
                  signed(web.alice, token_type="refresh"),
                  signed(web.alice, epoch=3), web.alice[:-1], "x", ""):
        for path in everything(web):
            answer = web.get(path, headers={
                "Authorization": f"Bearer {token}"})
            assert answer.status == 401 and closed(answer), (path, answer)


def test_who_is_banned_or_has_another_password(web):
    web.house.add_user("bob")
    token = web.house.login("bob")
    assert web.get("/members/secret.txt", token).status == 200
    web.house.postern("user", "password", "bob", stdin="An0ther-horse\n")
    assert web.get("/members/secret.txt", token).status == 401
    web.house.postern("user", "password", "bob", stdin="Corr3ct-horse\n")
    token = web.house.login("bob")
    assert web.get("/members/secret.txt", token).status == 200
    web.house.postern("user", "ban", "bob")
    for path in everything(web):
        assert web.get(path, token).status == 401


def test_groups(web):
    for path in everything(web, "/members/staff"):
        assert web.get(path).status == 401
        answer = web.get(path, web.alice)
        assert answer.status == web.denied and closed(answer), (path, answer)
        assert web.get(path, web.sam).status == 200


def test_claims(web):
    gold = signed(web.alice, plan="gold", tags=["blue"])
    half = signed(web.alice, plan="gold")
    assert web.get("/members/gold/secret.txt", gold).status == 200
    assert web.get("/members/gold/secret.txt", half).status == web.denied
    assert web.get("/members/either/secret.txt", half).status == 200
    assert web.get("/members/either/secret.txt", web.sam).status == 200
    assert web.get("/members/either/secret.txt", web.alice).status == web.denied


def test_the_cookie(web):
    cookie = {"Cookie": f"{COOKIE}={web.alice}"}
    assert web.get("/members/secret.txt", headers=cookie).status == 200
    stale = {"Cookie": f"{COOKIE}={expired(web.alice)}"}
    assert web.get("/members/secret.txt", headers=stale).status == 401
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in scripts(web):
        for origin, status in ((ORIGIN, 200), ("https://evil.example", web.denied),
                               ("null", web.denied)):
            answer = web.request("POST", path, b"a=b", dict(
                cookie, Origin=origin, **form))
            assert answer.status == status, (path, origin, answer)
        assert web.request("POST", path, b"a=b",
                           dict(cookie, **form)).status == web.denied


# What a script sees

def test_who_it_is(web):
    token = signed(web.sam, plan="gold", tags=["red", "blue"])
    for path in scripts(web):
        environment = seen(web.get(path, token))
        assert {name: value for name, value in environment.items()
                if name == "REMOTE_USER" or name.startswith("POSTERN_")} == {
            "REMOTE_USER": "sam", "POSTERN_USERNAME": "sam",
            "POSTERN_USER_ID": claims_of(token)["user_id"],
            "POSTERN_GROUPS": "night shift,staff",
            "POSTERN_CLAIM_PLAN": "gold",
            "POSTERN_CLAIM_TAGS": "red,blue", **web.beside}, path


def test_one_connection_for_several(web):
    """Nothing of one request is left for the next one."""
    for path in scripts(web):
        requests = [f"GET {path} HTTP/1.1\r\nHost: site.example\r\n{more}\r\n"
                    for more in (
                        f"Authorization: Bearer {web.sam}\r\n", "",
                        f"Authorization: Bearer {web.alice}\r\n"
                        "Connection: close\r\n")]
        got = web.raw("".join(requests).encode()).decode()
        assert re.findall(r"HTTP/1\.1 (\d+)", got) == ["200", "401", "200"]
        third = got[got.rindex("HTTP/1.1 200"):]
        assert "alice" in third
        assert '"sam"' not in third and "night shift" not in third


def test_the_index_of_a_folder(web):
    assert web.get("/members/index/").status == 401
    environment = seen(web.get("/members/index/", web.sam))
    assert environment["REMOTE_USER"] == "sam"
    assert environment["POSTERN_GROUPS"] == "night shift,staff"


def test_the_answer_is_for_nobody_else(web):
    token = signed(web.sam, plan="gold", tags=["red"])
    for path in everything(web):
        for answer in (web.get(path, token), web.get(path, web.alice)):
            assert answer.status == 200 or answer.status == web.denied
            assert re.search("private|no-store",
                             answer.headers["cache-control"])
            assert not [name for name in answer.headers
                        if name.startswith(("variable-", "x-postern"))]


def test_letters_of_any_script(web):
    token = signed(web.alice, plan="Größe Ω")
    for path in scripts(web):
        assert seen(web.get(path, token))["POSTERN_CLAIM_PLAN"] == "Größe Ω"


FORGED = [
    ("Remote-User", "root"), ("Remote_User", "root"), ("REMOTE_USER", "root"),
    ("X-Postern-User-Id", "0"), ("X-Postern-Username", "root"),
    ("X_Postern_Username", "root"), ("X-Postern-Groups", "root"),
    ("Postern-Username", "root"), ("POSTERN_USERNAME", "root"),
    ("Postern-Claim-Plan", "root"), ("POSTERN_CLAIM_PLAN", "root"),
    ("Variable-REMOTE_USER", "root"), ("Variable-POSTERN_GROUPS", "root"),
    ("Variable-Postern-Claim-Plan", "root"), ("X-Postern-Claim-Plan", "root"),
    ("Fcgi-Role", "RESPONDER"), ("Redirect-Remote-User", "root"),
    ("Redirect-Http-Authorization", "Bearer x"), ("Postern-Config", "/x"),
]


@pytest.mark.parametrize("times", [1, 2])
def test_a_client_cannot_say_who_it_is(web, times):
    """Neither one header of these at a time nor all of them, and twice."""
    lists = [[header] * times for header in FORGED] + [FORGED * times]
    for headers in lists:
        for path in scripts(web):
            assert closed(web.get(path, headers=())), path
            answer = web.request("GET", path, None, headers)
            assert answer.status in (400, 401) and closed(answer)
            answer = web.request("GET", path, None, headers + [
                ("Authorization", f"Bearer {web.alice}")])
            if answer.status == 400:
                continue
            environment = seen(answer)
            assert environment["REMOTE_USER"] == "alice"
            assert environment["POSTERN_USERNAME"] == "alice"
            assert environment.get("POSTERN_GROUPS", "") == ""
            assert environment.get("POSTERN_CLAIM_PLAN", "") == ""
            assert "root" not in {
                value for name, value in environment.items()
                if not name.startswith("HTTP_")}, (headers, environment)


def test_two_authorizations(web):
    good = ("Authorization", f"Bearer {web.alice}")
    for other in (good, ("Authorization", "Bearer x"),
                  ("Authorization", "Basic cm9vdDpyb290")):
        for headers in ([good, other], [other, good]):
            answer = web.request("GET", "/members/secret.txt", None, headers)
            # Where a server takes one of two, it is a good token's or none's.
            assert closed(answer) or other == good or \
                web.takes_one_of_two, (headers, answer)


@pytest.mark.parametrize("web", [Lighttpd], indirect=True,
                         ids=lambda s: s.name)
def test_a_program_behind_mod_proxy(web):
    """It is behind the gate where mod_fastcgi comes first, and told nothing."""
    assert web.get("/members/app/x").status == 401
    assert web.get("/members/app/x", expired(web.alice)).status == 401
    assert web.get("/members/app/x", web.alice).status == 200


@pytest.mark.parametrize("web", [Nginx], indirect=True,
                         ids=lambda s: s.name)
def test_a_program_behind_http(web):
    """Headers are the gate's, or none."""
    for times in (1, 2):
        answer = web.request("GET", "/members/app/x", None, FORGED * times + [
            ("Authorization", f"Bearer {signed(web.sam, plan='gold')}")])
        assert answer.status == 200
        assert {(name.lower(), value) for name, value in answer.json()
                if "postern" in name.lower() and
                name.lower().startswith("x")} == {
            ("x-postern-user-id", claims_of(web.sam)["user_id"]),
            ("x-postern-username", "sam"),
            ("x-postern-groups", "night shift,staff"),
            ("x-postern-claim-plan", "gold")}
        answer = web.request("GET", "/members/app/x", None, FORGED * times + [
            ("Authorization", f"Bearer {web.alice}")])
        assert not {"x-postern-groups", "x-postern-claim-plan"} & {
            name.lower() for name, _ in answer.json()}
        assert web.request("GET", "/members/app/x", None,
                           FORGED * times).status == 401


# The bypass spellings

SPELLINGS = [
    "//members/secret.txt", "/members//secret.txt", "///members///secret.txt",
    "/./members/secret.txt", "/members/./secret.txt", "/x/../members/secret.txt",
    "/members/../members/secret.txt", "/members/x/../secret.txt",
    "/%6dembers/secret.txt", "/%6Dembers/secret.txt",
    "/m%65mbers/%73ecret.txt", "/members%2fsecret.txt",
    "/members%2Fsecret.txt", "/%2fmembers/secret.txt", "/%2e/members/secret.txt",
    "/x/%2e%2e/members/secret.txt", "/x%2f..%2fmembers/secret.txt",
    "/x/..%2fmembers/secret.txt", "/%2e%2e/members/secret.txt",
    "/MEMBERS/secret.txt", "/Members/secret.txt", "/members/SECRET.TXT",
    "/members/secret.txt.", "/members/secret.txt/", "/members/secret.txt...",
    "/members./secret.txt", "/members/secret.txt%20", "/members/secret.txt%00",
    "/members%00/secret.txt", "/open.txt%00/../members/secret.txt",
    "/members/secret.txt;x", "/members;x/secret.txt", "/members/..;/secret.txt",
    "/open.txt/../members/secret.txt", "/open.txt/members/secret.txt",
    "/members\\secret.txt", "/\\members/secret.txt", "/members%5csecret.txt",
    "/members/secret.txt?x", "/members/secret.txt?", "/?/members/secret.txt",
    "/members/secret.txt?/../../open.txt", "/members/secret.txt#x",
    "/open.txt?/../members/secret.txt", "/%252e/members/secret.txt",
    "/%2565members/secret.txt", "/members/%c0%ae/secret.txt", "/members/",
    "/members", "/members?", "/members/index.html", "/members/index.html/x",
    "/members/show.php/open.txt", "/members/show.php/../show.php",
    "/members/show.cgi/open.txt", "/members/show.cgi/../../open.txt/",
    "/members/show.php/../secret.txt", "/members/show.php%2f../secret.txt",
    "/open.txt/../members/show.cgi/x", "/members/show.php?/open.txt",
    "http://site.example/members/secret.txt",
    "http://127.0.0.1/%6dembers/secret.txt", "http:///members/secret.txt",
    "members/secret.txt", "*", "/members/show.php.", "/members/show.php%20",
    "/members/show.PHP", "/members/./show.cgi",
]


def raw(web, method, target, more="", body=""):
    """A request in these bytes; what came back, as text."""
    return web.raw(f"{method} {target} HTTP/1.1\r\nHost: site.example\r\n"
                   f"{more}Connection: close\r\n\r\n{body}".encode(
                       "latin-1"), timeout=10).decode("latin-1")


def test_spellings(web):
    for target in SPELLINGS:
        for method in ("GET", "HEAD"):
            got = raw(web, method, target)
            assert SECRET not in got, (method, target, got)
            # A HEAD shows no secret, but must not be let through either.
            if got.startswith("HTTP/1.1 200"):
                assert "Content-Length: 5\r\n" in got, (method, target, got)


def test_spellings_of_a_rule(web):
    """With a token, but of nobody in the group."""
    for target in SPELLINGS:
        target = target.replace("members/", "members/staff/")
        if "staff" not in target:
            continue
        got = raw(web, "GET", target,
                  f"Authorization: Bearer {web.alice}\r\n")
        assert SECRET not in got, (target, got)
    for path in ("/members/./staff/secret.txt", "/members/%73taff/secret.txt",
                 "/members/x/../staff/secret.txt", "/members//staff/secret.txt"):
        assert f"HTTP/1.1 {web.denied}" in raw(
            web, "GET", path, f"Authorization: Bearer {web.alice}\r\n"), path
        assert SECRET in raw(
            web, "GET", path, f"Authorization: Bearer {web.sam}\r\n"), path


def test_a_rewritten_path(web):
    """What the server makes of a path counts as what was asked for does."""
    path = "/rewritten/secret.txt"
    assert web.get(path).status == 401
    assert web.get(path, web.alice).status == web.denied
    assert SECRET in web.get(path, web.sam).text


@pytest.mark.parametrize("method", [
    "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND",
    "MOVE", "GETS", "get", "CONNECT"])
def test_methods(web, method):
    for path in everything(web):
        body = "a=b" if method in ("POST", "PUT", "PATCH") else ""
        more = f"Content-Length: {len(body)}\r\n" if body else ""
        got = raw(web, method, path, more, body)
        assert SECRET not in got, (path, got)
        # Some servers answer these by themselves, from nothing of ours.
        assert not got.startswith("HTTP/1.1 200") or \
            method == "OPTIONS" and "Content-Length: 0" in got or \
            method == "TRACE" and "message/http" in got, (path, got)


def test_bodies_reach_scripts_and_large_ones_too(web):
    for path in scripts(web):
        for size in (1, 100_000):
            answer = web.request(
                "POST", path, b"x" * size,
                {"Authorization": f"Bearer {web.alice}",
                 "Content-Type": "text/plain"})
            assert seen(answer)["CONTENT_LENGTH"] == str(size)
            assert seen(answer)["REQUEST_METHOD"] == "POST"
        answer = web.request("POST", path, b"x" * 100_000,
                             {"Content-Type": "text/plain"})
        assert answer.status == 401 and closed(answer)


def test_a_range_and_a_condition(web):
    for headers in ({"Range": "bytes=0-2"}, {"If-None-Match": "*"},
                    {"If-Modified-Since": "Thu, 01 Jan 2037 00:00:00 GMT"}):
        assert web.get("/members/secret.txt", headers=headers).status == 401
        assert web.get("/members/secret.txt", web.alice,
                       headers=headers).status in (200, 206, 304)


# Something is away

def test_without_database(web):
    house, dsn = web.house, web.house.settings["database"]
    house.configure(database="host=/nowhere dbname=none")
    try:
        time.sleep(1.2)
        for path in everything(web):
            answer = web.get(path, web.alice)
            assert answer.status in web.away and closed(answer), answer
            assert web.get(path).status == 401
    finally:
        house.configure(database=dsn)
        time.sleep(1.2)
    assert web.get("/members/secret.txt", web.alice).status == 200


def test_killed_it_is_never_open(web):
    statuses = set()
    for _ in range(5):
        for pid in web.pids():
            os.kill(pid, signal.SIGKILL)
        for path in everything(web):
            answer = web.get(path)
            statuses.add(answer.status)
            assert answer.status >= 400 and closed(answer), answer
    assert statuses <= {401, 500, 502, 503}
    if not web.restarts:
        for path in everything(web):
            answer = web.get(path, web.alice)
            assert answer.status in web.away and closed(answer)
