"""
Each field of each endpoint with values that it cannot be: an answer of the
contract, nothing is kept, and no process ends.

A test holds the table of all fields, field_table.py, against the routes that the
programs declare.
"""

import re
import urllib.parse

import pytest

from field_table import DJOSER, ENDPOINTS, OTHERS
from support.declared import declared
from support.site import Program
from test_fields import MISSING, VALUES

SETTINGS = {
    "worker": False, "processes": 1, "totp_key": "totp.key",
    "user_create_password_retype": "yes", "set_password_retype": "yes",
    "password_reset_confirm_retype": "yes", "set_username_retype": "yes",
    "username_reset_confirm_retype": "yes",
    # Staff have many tries here, and a token for all of them.
    "access_token_lifetime": "1h",
}
PASSWORD = "Corr3ct-horse"
# Passwords and tickets are wrong, or do not agree, so that what a field takes is
# refused as well.
GOOD = {
    "username": "henry", "email": "henry@example.com",
    "new_email": "henry@example.net", "new_username": "henry",
    "re_new_username": "henry", "refresh": "a.b.c", "token": "a.b.c",
    "uid": "unknown", "otp": "123456", "first_name": "H", "last_name": "J",
    "remember": False, "is_active": True, "is_banned": False,
    "is_staff": False, "groups": [], "current_password": "Wr0ng-passw0rd-x",
}
GOOD.update(dict.fromkeys(
    ("password", "new_password", "re_new_password"), "N3w-passw0rd-x"))
GOOD["re_password"] = "0ther-passw0rd-x"
CHARACTERS = {"username": 150, "new_username": 150, "email": 254,
              "new_email": 254, "first_name": 150, "last_name": 150,
              "otp": 64}
# What is compared and not kept is text of any length: re_new_username, and the
# name of a login.
BYTES = {"password", "re_password", "new_password", "re_new_password",
         "current_password"}
# A name of a person is whatever can be shown.
NAMES = {"quotes", "number", "fraction", "path", "non-character"}


def parsed(endpoint):
    """[(name, kind)]: kind is "", "?", "!" or "*"."""
    return [(word.rstrip("?!*"), word[len(word.rstrip("?!*")):])
            for word in ENDPOINTS[endpoint].split()]


CASES = [(endpoint, name, kind) for endpoint in ENDPOINTS
         for name, kind in parsed(endpoint)]
BATTERY = pytest.mark.parametrize(
    "endpoint,field,kind", CASES,
    ids=[f"{case[0]} {case[1]}" for case in CASES])


@pytest.fixture(scope="module")
def filled(module_site):
    """The site with staff, whose token opens everything, and an account."""
    site = module_site
    site.write("totp.key", "totp-0123456789abcdefghijklmnopqrstuvwxyz\n",
               0o600)
    site.add_user("sam", PASSWORD, None, "--staff", "--subject", "sam")
    site.add_user("bob", PASSWORD, None, "--subject", "bob")
    site.token = site.login("sam")["access"]
    return site


def everything(site, without=()):
    """How many rows all tables have, and what stands in the accounts."""
    tables = [name for name, in site.sql(
        "select tablename from pg_tables where schemaname = 'postern' "
        "order by 1") if name not in without]
    counts = " union all ".join(
        f"select '{name}', count(*) from postern.{name}" for name in tables)
    return dict(site.sql(counts)), site.sql(
        "select u::text from postern.users u order by id")


def send(site, endpoint, value, form=False):
    method, path = endpoint.split()
    headers = {"Authorization": f"Bearer {site.token}"}
    path = path.replace("{id}", "bob")
    if not form:
        return site.send(method, path, headers=headers, value=value)
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    body = urllib.parse.urlencode(value, errors="surrogatepass").encode()
    return site.request(method, path, body, headers)


def body_with(endpoint, field, value):
    fields = {name: GOOD[name] for name, _ in parsed(endpoint)}
    fields[field] = value
    return {name: value for name, value in fields.items()
            if value is not MISSING}


def sentence_for(kind, field, name, value, usual):
    """What is to be said of a value; None: refused, whoever refuses it."""
    if name == "null" or kind == "":
        return usual
    if kind == "!":
        return "Must be a valid boolean."
    if kind == "*":
        return "Not a valid list of strings."
    return usual


def is_fine(kind, field, name):
    """Whether the field takes the value, where that would be kept."""
    if name == "missing":
        return kind != ""
    return (kind == "?" and name == "blank" or
            kind == "!" and name in ("bool", "blank") or
            kind == "*" and name in ("list", "empty list") or
            field in ("first_name", "last_name") and name in NAMES)


def wrong_with(site, endpoint, field, kind, row, form):
    """What is wrong with the answer to one value, or None."""
    name, value, usual = row
    sentence = sentence_for(kind, field, name, value, usual)
    # A form has text alone, and lone surrogates are no UTF-8 there.
    if form and name == "lone surrogate":
        sentence = None
    without = () if sentence else ("audit", "throttle")
    before = everything(site, without)
    answer = send(site, endpoint, body_with(endpoint, field, value), form)
    what = f"{name}{' as a form' if form else ''}: {answer}"
    if answer.status == 204 and field == "email" and sentence is None:
        return None  # a letter to whom there is nobody
    if not 400 <= answer.status < 500 or not answer.json():
        return what
    if sentence and (answer.status != 400 or
                     sentence not in answer.json().get(field, ())):
        return f"{what}: not {sentence}"
    if everything(site, without) != before:
        return f"{what}: something is kept"
    return None


@BATTERY
def test_bad_values(filled, endpoint, field, kind):
    pids = filled.pids()
    faults = []
    for row in VALUES:
        if is_fine(kind, field, row[0]):
            continue
        faults.append(wrong_with(filled, endpoint, field, kind, row, False))
        if isinstance(row[1], str) and kind != "*":
            faults.append(wrong_with(filled, endpoint, field, kind, row, True))
    faults = [fault for fault in faults if fault]
    assert not faults, "\n".join(faults)
    assert filled.pids() == pids


@BATTERY
def test_longest_values(filled, endpoint, field, kind):
    """As long as it may be is not told to be too long; one more is."""
    limit = CHARACTERS.get(field, 1024 if field in BYTES else 0)
    if field == "username" and "/token/" in endpoint:
        limit = 0
    unit = "bytes" if field in BYTES else "characters"
    said = f"Ensure this field has no more than {limit} {unit}."
    before = everything(filled, ("audit", "throttle"))
    for length in (limit, limit + 1, 10000):
        value = "é" * length
        if field in BYTES:
            value = "é" * (length // 2) + "e" * (length % 2)
        elif "email" in field:
            value = "e" * (length - 12) + "@example.com"
        elif "_name" in field and "user" not in field and length == limit:
            continue  # that is a name
        if kind in ("!", "*"):
            value = [value]
        if not value or length == 0:
            continue
        answer = send(filled, endpoint, body_with(endpoint, field, value))
        assert answer.status == 204 or 400 <= answer.status < 500, answer
        told = answer.json().get(field, []) if answer.body else []
        if limit:
            assert (said in told) == (length > limit), (length, answer)
        else:
            assert answer.status == 400 or kind == "" and (
                answer.status == 401), answer
    assert everything(filled, ("audit", "throttle")) == before


@pytest.mark.parametrize("element", [
    row for row in VALUES if row[0] not in ("missing", "number", "fraction")],
    ids=lambda row: row[0])
def test_elements_of_a_list(filled, element):
    """Each value once more, as a group."""
    name, value, _ = element
    before = everything(filled)
    for groups in ([value], ["staff", value]):
        answer = send(filled, "PATCH /api/users/{id}/", {"groups": groups})
        assert answer.status == 400, (name, answer)
        assert list(answer.json()) == ["groups"]
    assert everything(filled) == before


# No URL has them.
CONTROLS = ("NUL", "CR LF", "control characters")
QUERIES = [(path, parameter) for path in ("/api/users/", "/auth/users/")
           for parameter in ("page", "search")]


@pytest.mark.parametrize("path,parameter", QUERIES)
def test_values_of_a_query(filled, path, parameter):
    before = everything(filled)
    pids = filled.pids()
    for name, value, _ in VALUES:
        if not isinstance(value, str):
            continue
        query = urllib.parse.urlencode({parameter: value},
                                       errors="surrogatepass")
        answer = filled.get(f"{path}?{query}", filled.token)
        # lighttpd takes no header line beyond 8 KiB
        if name == "10,000 code points":
            assert answer.status in (400, 414, 431), answer
            continue
        refused = parameter == "page" and name != "blank" or (
            name in CONTROLS + ("lone surrogate", "right-to-left marks"))
        assert answer.status == (400 if refused else 200), (name, answer)
        if name in CONTROLS and filled.web_server.REFUSES_CONTROLS:
            # what is behind it has the next test
            assert answer.json() == {"detail": "Malformed request."}
        elif refused:
            assert list(answer.json()) == [parameter], (name, answer)
    assert everything(filled) == before
    assert filled.pids() == pids


@pytest.mark.parametrize("parameter", ["page", "search"])
def test_what_the_web_server_stops_is_refused_behind_it_too(filled,
                                                            parameter):
    with Program(filled, "users") as program:
        for name in CONTROLS:
            value = next(value for row, value, _ in VALUES if row == name)
            answer = program.call(
                "GET", "/api/users/",
                QUERY_STRING=urllib.parse.urlencode({parameter: value}),
                HTTP_AUTHORIZATION=f"Bearer {filled.token}")
            assert answer.status == 400
            assert list(answer.json()) == [parameter], (name, answer)
        assert program.is_alive()


@pytest.mark.parametrize("endpoint", [
    "GET /api/users/", "PATCH /api/users/", "DELETE /api/users/",
    "DELETE /api/me/sessions/"])
def test_values_of_a_path(filled, endpoint):
    """What stands for an id in a path and is none: 404."""
    method, path = endpoint.split()
    before = everything(filled)
    pids = filled.pids()
    for name, value, _ in VALUES:
        if not isinstance(value, str) or name in ("blank",
                                                  "10,000 code points"):
            continue
        quoted = urllib.parse.quote(value, safe="", errors="surrogatepass")
        answer = filled.send(
            method, f"{path}{quoted}/", filled.token, value=(
                None if method == "GET" else {"current_password": "x" * 12}))
        # Web servers refuse some of them; what has dots may be a page, which
        # is only read.
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        assert answer.status in ((400, 404, 405) if is_page else (400, 404)), (
            name, answer)
    assert everything(filled) == before
    assert filled.pids() == pids


def test_an_invitation_that_is_none(new_site):
    """The one field that only another mode of registration has."""
    with new_site(registration="invitation", worker=False) as site:
        fields = {"username": "henry", "email": "henry@example.com",
                  "password": "N3w-passw0rd-x"}
        before = everything(site, ("audit", "throttle"))
        pids = site.pids()
        for name, value, sentence in VALUES:
            body = dict(fields, invitation=value)
            if value is MISSING:
                del body["invitation"]
            answer = site.post("/api/register/", body)
            assert answer.status == 400, (name, answer)
            assert list(answer.json()) == ["invitation"], (name, answer)
            if sentence:
                assert sentence in answer.json()["invitation"]
        assert everything(site, ("audit", "throttle")) == before
        assert site.pids() == pids


def test_no_endpoint_is_forgotten():
    """djoser's names are the same routes, with the same fields."""
    routes = declared()
    of_api = {f"{method} {path}" for method, path in routes
              if path.startswith("/api/")}
    assert of_api == set(ENDPOINTS) | OTHERS
    of_djoser = {(method, path) for method, path in routes
                 if path.startswith("/auth/")}
    assert {path for _, path in of_djoser} == set(DJOSER)
    # There POST registers; all others are what they are under /api/.
    assert {f"{method} {DJOSER[path]}" for method, path in of_djoser
            } - {"POST /api/users/"} <= of_api


def test_no_field_is_forgotten():
    """What is as configured is in the table where SETTINGS ask for it."""
    for (method, path), routes in declared().items():
        if (endpoint := f"{method} {path}") not in ENDPOINTS:
            continue
        route, = routes
        said = {field.name: field.marks for field in route.fields}
        table = dict(parsed(endpoint))
        assert set(table) <= set(said), endpoint
        assert all("~" in said[name] for name in set(said) - set(table))
        for name, kind in table.items():
            marks = said[name] & set("?!*")
            # a switch and a list are optional everywhere
            assert marks == ({"?", kind} if kind else set()), (endpoint, name)


@pytest.mark.parametrize("path", [
    path for path in DJOSER
    if re.fullmatch("/auth/users/[^/{]+/", path)])
def test_no_account_hides_behind_an_endpoint(filled, path):
    """Else /auth/users/ID/ would be another endpoint than the account."""
    subject = path.split("/")[3]
    done = filled.postern("user", "add", "carol", "--email", "c@example.com",
                          "--subject", subject, check=False,
                          stdin="Corr3ct-horse\n")
    assert done.returncode == 1
    assert done.stderr == (
        "postern: the id is the name of an endpoint or a folder\n")
    assert filled.value("select count(*) from postern.users "
                        "where username = 'carol'") == 0
