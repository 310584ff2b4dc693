"""Headers, methods and connections, as clients use them."""

import http.client
import json
import subprocess

import pytest

NOT_GIVEN = {"detail": "Authentication credentials were not provided."}


@pytest.fixture
def access(web):
    web.add_user("ada")
    return web.login("ada")["access"]


def test_the_token_reaches_the_program(web, access):
    for path in ("/api/hello/", "/api/hello", "/api/me/", "/auth/users/me/",
                 "/api/me/sessions/", "/api/users/"):
        assert web.get(path, access).status == 200, path
        answer = web.get(path)
        assert (answer.status, answer.json()) == (401, NOT_GIVEN), path
        assert answer.headers["www-authenticate"] == 'Bearer realm="api"'
        spoilt = web.get(path, access[:-4] + "AAAA")
        assert spoilt.json()["code"] == "token_not_valid", path


def test_a_long_token_reaches_it(web):
    answer = web.get("/api/hello/", "a" * 7000)
    assert (answer.status, answer.json()["code"]) == (401, "token_not_valid")


def test_a_token_in_any_other_place_is_none(web, access):
    for headers in ({"X-Authorization": f"Bearer {access}"},
                    {"Redirect-Http-Authorization": f"Bearer {access}"},
                    {"Redirect_Http_Authorization": f"Bearer {access}"},
                    {"Cookie": f"access={access}"}):
        assert web.get("/api/hello/", headers=headers).json() == NOT_GIVEN


@pytest.mark.parametrize("path", ["/api/hello/", "/api/me/", "/api/health/"])
def test_head_is_get_without_a_body(web, access, path):
    got = web.get(path, access)
    head = web.send("HEAD", path, access)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-type"] == got.headers["content-type"]
    raw = web.raw(f"HEAD {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                  f"Authorization: Bearer {access}\r\n\r\n".encode())
    assert raw.split(b" ", 2)[1] == b"200" and raw.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "HEAD",
                                    "PROPFIND", "LOCK"])
def test_a_wrong_method_is_405_in_json(web, method):
    answer = web.send(method, "/api/token/")
    assert answer.status == 405, answer
    if method == "HEAD":
        return
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"detail": f'Method "{method}" not allowed.'}
    assert answer.headers["allow"] == "POST, OPTIONS"


@pytest.mark.parametrize("method", [
    pytest.param("TRACE", marks=pytest.mark.configured), "CONNECT"])
def test_what_a_server_may_refuse_itself_tells_nothing(web, method):
    answer = web.raw(f"{method} /api/token/ HTTP/1.1\r\nHost: x\r\n"
                     "Connection: close\r\nX-Secret: echoed\r\n\r\n".encode())
    assert int(answer.split(b" ", 2)[1]) in (400, 403, 404, 405, 501)
    assert b"echoed" not in answer


def test_options_and_preflight(web):
    answer = web.send("OPTIONS", "/api/token/")
    assert (answer.status, answer.headers["allow"]) == (204, "POST, OPTIONS")
    answer = web.send("OPTIONS", "/api/token/", headers={
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type"})
    assert answer.headers["access-control-allow-origin"] == (
        "https://app.example")
    other = web.send("OPTIONS", "/api/token/", headers={
        "Origin": "https://other.example",
        "Access-Control-Request-Method": "POST"})
    assert "access-control-allow-origin" not in other.headers


def test_answers_of_programs_have_their_headers_once(web, access):
    for answer in (web.get("/api/hello/", access), web.get("/api/none/"),
                   web.send("PUT", "/api/token/"),
                   web.send("DELETE", "/api/me/sessions/", access)):
        names = [name.lower() for name, _ in answer.raw_headers]
        assert len(names) == len(set(names)), names
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "content-encoding" not in answer.headers
        assert not set("0123456789/") & set(answer.headers.get("server", ""))
    assert answer.status == 204 and answer.body == b""
    assert "content-type" not in answer.headers


def test_answers_have_their_length(web, access):
    """So none can be cut short unnoticed; of HEAD it may be left out."""
    for method, path, status in (
            ("GET", "/api/me/", 200), ("GET", "/api/hello/", 200),
            ("POST", "/api/token/", 400), ("GET", "/api/nothing/", 404)):
        answer = web.send(method, path, access,
                          value={} if method == "POST" else None)
        assert answer.status == status
        assert answer.headers["content-length"] == str(len(answer.body))
        assert "transfer-encoding" not in answer.headers
    head = web.send("HEAD", "/api/me/", access)
    assert head.body == b""
    length = len(web.get("/api/me/", access).body)
    assert head.headers.get("content-length") in (None, str(length))


def test_no_answer_of_a_program_is_compressed(web, access):
    """Its length would tell what is secret in it."""
    taken = {"Accept-Encoding": "gzip, deflate"}
    answer = web.get("/api/me/", access, taken)
    assert "content-encoding" not in answer.headers
    assert answer.json()["username"] == "ada"
    for path in ("/api/token/", "/auth/jwt/create/"):
        answer = web.post(path, headers=taken, username="ada",
                          password="Corr3ct-horse")
        assert "content-encoding" not in answer.headers
        assert len(answer.body) > 500 and answer.json()["access"]


def test_queries_reach_the_program(web, access):
    for path in ("/api/users/", "/api/users", "/auth/users/"):
        answer = web.get(f"{path}?page=1&search=a%20b", access)
        assert (answer.status, len(answer.json())) == (200, 1)


def test_several_requests_on_one_connection(web, access):
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=30)
    try:
        for _ in range(5):
            connection.request("POST", "/api/token/", body=json.dumps(
                {"username": "ada", "password": "wrong"}),
                headers={"Content-Type": "application/json"})
            answer = connection.getresponse()
            assert (answer.status, "detail" in json.load(answer)) == (401,
                                                                      True)
            connection.request("GET", "/api/hello/", headers={
                "Authorization": f"Bearer {access}"})
            answer = connection.getresponse()
            assert json.load(answer) == {"message": "Hello, World!"}
    finally:
        connection.close()


def test_the_configuration_is_taken_without_a_warning(behind):
    name = behind.web_server.NAME.partition("-")[0]
    command, said = {
        "lighttpd": (["lighttpd", "-tt", "-f",
                      behind.path("share/lighttpd/postern.conf")], ""),
        "nginx": (["nginx", "-q", "-t", "-e", behind.path("log/nginx.log"),
                   "-c", behind.path("nginx.conf")], ""),
    }.get(name, (["apache2", "-t", "-f", behind.path("apache.conf")],
                 "Syntax OK\n"))
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT,
                          env=behind.environment(), **behind.run_as())
    assert (done.returncode, done.stdout) == (0, said)
