"""Bodies with and without a length, too large, and requests without sense."""

import json

import pytest

BODY = json.dumps({"username": "alice", "password": "nope"}).encode()
REFUSED = {"detail": "No active account found with the given credentials"}
TOO_LARGE = {"detail": "Request body is too large."}
JSON = {"Content-Type": "application/json"}
CHUNKED = {**JSON, "Transfer-Encoding": "chunked"}


def chunks(body, size):
    parts = [body[i:i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part)
                    for part in parts) + b"0\r\n\r\n"


def padded(size):
    return BODY + b" " * (size - len(BODY))


def in_json(received):
    """(status, value) of a whole answer that must be JSON."""
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"\r\ncontent-type: application/json\r\n" in (
        head + b"\r\n").lower(), received[:500]
    assert not any(name in received.lower() for name in (
        b"<html", b"apache/", b"nginx/", b"lighttpd/"))
    if b"\r\ntransfer-encoding: chunked" in head.lower():
        length, _, rest = body.partition(b"\r\n")
        body = rest[:int(length, 16)]
    return int(head.split()[1]), json.loads(body)


def test_with_a_length(web):
    answer = web.request("POST", "/api/token/", BODY, JSON)
    assert (answer.status, answer.json()) == (401, REFUSED)


@pytest.mark.parametrize("size", [7, 4096], ids=["many", "one"])
def test_chunked(web, size):
    answer = web.request("POST", "/api/token/", chunks(BODY, size), CHUNKED)
    assert (answer.status, answer.json()) == (401, REFUSED)


def test_form_fields(web):
    answer = web.request("POST", "/api/token/", b"username=a&password=b",
                         {"Content-Type": "application/x-www-form-urlencoded"})
    assert (answer.status, answer.json()) == (401, REFUSED)


def test_no_body(web):
    answer = web.request("POST", "/api/token/", b"", JSON)
    assert answer.status == 400


@pytest.mark.parametrize("form", ["length", "chunked"])
def test_as_large_as_may_be(web, form):
    body = padded(65536)
    if form == "length":
        answer = web.request("POST", "/api/token/", body, JSON)
    else:
        answer = web.request("POST", "/api/token/", chunks(body, 8000),
                             CHUNKED)
    assert (answer.status, answer.json()) == (401, REFUSED)


@pytest.mark.parametrize("form", ["length", "chunked"])
@pytest.mark.parametrize("size", [65537, 200000, 3 << 20, 10 << 20])
def test_too_large(web, size, form):
    body = padded(size)
    headers = dict(JSON, Connection="close")
    if form == "chunked":
        body = chunks(body, 60000)
        headers["Transfer-Encoding"] = "chunked"
    try:
        answer = web.request("POST", "/api/token/", body, headers)
    except (BrokenPipeError, ConnectionResetError):
        # The server has answered and hung up while we were sending.
        assert size > 1 << 20
        return
    assert answer.headers["content-type"] == "application/json"
    if web.web_server.NAME == "htaccess-fcgid" and answer.status == 500:
        # the host's FcgidMaxRequestLen, for a body that hides its length
        assert form == "chunked" and size > 131072
        return
    assert answer.status == 413, answer
    assert answer.json() == TOO_LARGE


@pytest.mark.configured
@pytest.mark.parametrize("path", ["/api/token/", "/auth/jwt/create/",
                                  "/api/none/"])
def test_20_kb_of_headers(web, path):
    request = (f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
               f"Content-Length: 0\r\nX-Long: {'x' * 20000}\r\n\r\n")
    status, value = in_json(web.raw(request.encode()))
    assert status in (400, 431) and list(value) == ["detail"]


@pytest.mark.configured
def test_20_kb_of_many_headers(web):
    many = "".join(f"X-Many-{i}: {'y' * 190}\r\n" for i in range(100))
    request = (f"POST /api/token/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
               f"Content-Type: application/json\r\n"
               f"Content-Length: {len(BODY)}\r\n{many}\r\n").encode() + BODY
    status, value = in_json(web.raw(request))
    assert (status, value) == (401, REFUSED) or (
        status in (400, 431) and list(value) == ["detail"])


HEAD = "POST /api/token/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
SENSELESS = {
    "two lengths": (HEAD + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
                    (400,)),
    "a negative length": (HEAD + "Content-Length: -1\r\n\r\n", (400,)),
    "a length of words": (HEAD + "Content-Length: two\r\n\r\n", (400,)),
    "a header without a name": (HEAD + ": x\r\n\r\n", (400,)),
    "an unknown encoding": (HEAD + "Transfer-Encoding: gzip\r\n\r\n",
                            (400, 501)),
    "a bad chunk": (HEAD + "Content-Type: application/json\r\n"
                    "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", (400,)),
    "a path too long": (f"GET /api/hello/?{'x' * 20000} HTTP/1.1\r\nHost: x"
                        "\r\nConnection: close\r\n\r\n", (400, 414, 431)),
    "no host": ("GET /api/health/ HTTP/1.1\r\nConnection: close\r\n\r\n",
                (400,)),
    "NUL in the path": ("GET /api/hello/%00 HTTP/1.1\r\nHost: x\r\n"
                        "Connection: close\r\n\r\n", (400, 404)),
}


@pytest.mark.configured
@pytest.mark.parametrize("name", SENSELESS)
def test_what_the_server_refuses_itself_is_told_in_json(web, name):
    request, statuses = SENSELESS[name]
    status, value = in_json(web.raw(request.encode()))
    assert status in statuses and list(value) == ["detail"]


def test_a_length_beside_chunks_is_one_request_at_most(web):
    """No part of a body is taken for the next request."""
    inner = b"GET /api/health/ HTTP/1.1\r\nHost: x\r\n\r\n"
    body = chunks(BODY, 4096) + inner
    received = web.raw(
        HEAD.encode() + b"Content-Type: application/json\r\n"
        b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n"
        % len(body) + body)
    assert received.count(b"HTTP/1.") == 1
    assert int(received.split()[1]) in (400, 401)
    assert b'"ok"' not in received
