"""Fields and their endpoints; test_every_field.py sends the bad VALUES."""

import json

import pytest

SETTINGS = {"worker": False}
GOOD = {
    "username": "henry", "email": "henry@example.com",
    "password": "Corr3ct-horse", "refresh": "a.b.c", "token": "a.b.c",
    "uid": "unknown", "new_password": "Corr3ct-horse",
}
ENDPOINTS = {
    "/api/token/": ("username", "password"),
    "/api/token/refresh/": ("refresh",),
    "/api/token/verify/": ("token",),
    "/api/token/blacklist/": ("refresh",),
    "/api/register/": ("email", "username", "password"),
    "/api/activate/": ("uid", "token"),
    "/api/activate/resend/": ("email",),
    "/api/reset/": ("email",),
    "/api/reset/confirm/": ("uid", "token", "new_password"),
}
MISSING = object()

# name, the value, the sentence (None: any 4xx)
VALUES = [
    ("missing", MISSING, "This field is required."),
    ("null", None, "This field may not be null."),
    ("blank", "", "This field may not be blank."),
    ("bool", True, "Not a valid string."),
    ("list", ["x"], "Not a valid string."),
    ("empty list", [], "Not a valid string."),
    ("object", {"a": 1}, "Not a valid string."),
    ("NUL", "a\0b", "Null characters are not allowed."),
    ("lone surrogate", "\ud800",
     "Surrogate characters are not allowed: U+D800."),
    ("CR LF", "x@example.com\r\nBcc: y@example.com", None),
    ("quotes", "x'\"\\;--$1 %s {0}", None),
    ("10,000 code points", "é" * 10000, None),
    ("right-to-left marks", "a\u202eb\u200f", None),
    ("number", 1234567, None),
    ("fraction", 1.5, None),
    ("non-character", "\uffff\ufffe", None),
    ("control characters", "\x01\x1b[31m\x7f", None),
    ("path", "../../etc/passwd", None),
]


def body_with(path, field, value):
    fields = {name: GOOD[name] for name in ENDPOINTS[path]}
    if value is MISSING:
        del fields[field]
    else:
        fields[field] = value
    return json.dumps(fields).encode()


@pytest.mark.parametrize("path", ENDPOINTS)
def test_good_values_pass_the_fields(module_site, path):
    """The twin of the bad values: the same body with nothing wrong in it."""
    answer = module_site.request(
        "POST", path, body_with(path, ENDPOINTS[path][0],
                                GOOD[ENDPOINTS[path][0]]),
        {"Content-Type": "application/json"})
    assert answer.status < 500
    if answer.status == 400:
        assert answer.json() in (
            {"uid": ["Invalid user id or user doesn't exist."]},
            {"token": ["Invalid token for given user."]})


TOO_LONG = [("/api/register/", "username", 150),
            ("/api/register/", "email", 254), ("/api/reset/", "email", 254),
            ("/api/activate/resend/", "email", 254)]


@pytest.mark.parametrize("path,field,limit", TOO_LONG)
def test_longest_value(module_site, path, field, limit):
    sentence = f"Ensure this field has no more than {limit} characters."
    for length in (limit, limit + 1):
        value = "é" * length
        if field == "email":
            value = "e" * (length - 12) + "@example.com"
        answer = module_site.request(
            "POST", path, body_with(path, field, value),
            {"Content-Type": "application/json"})
        said = answer.json() if answer.body else {}
        assert (sentence in said.get(field, [])) == (length > limit), answer


@pytest.mark.parametrize("path", ENDPOINTS)
def test_methods(module_site, path):
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        answer = module_site.request(method, path)
        assert answer.status == 405, (method, answer)
        assert answer.json() == {"detail": f'Method "{method}" not allowed.'}
        assert "POST" in answer.headers["allow"]
    answer = module_site.request("OPTIONS", path)
    assert answer.status == 204 and "POST" in answer.headers["allow"]
    assert not answer.body


@pytest.mark.parametrize("path", ENDPOINTS)
def test_headers_of_every_answer(module_site, path):
    for answer in (module_site.request("GET", path),
                   module_site.post(path, {})):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", ENDPOINTS)
def test_without_the_last_slash(module_site, path):
    slash = module_site.post(path, {})
    bare = module_site.post(path.rstrip("/"), {})
    assert (slash.status, slash.body) == (bare.status, bare.body)
    assert slash.status == 400


def test_body_over_the_limit(module_site):
    answer = module_site.post("/api/token/", username="x",
                              password="y" * 65536)
    assert answer.status == 413
    assert answer.json() == {"detail": "Request body is too large."}
