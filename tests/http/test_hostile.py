"""
Peers that mean no good: straight on the programs' sockets, and over HTTP.

A program answers the next good request within its time limit whatever the one
before did, and is the same process afterwards.
"""

import concurrent.futures
import contextlib
import json
import os
import signal
import socket
import struct
import time

import pytest

from support import fastcgi
from support.site import Program, wait_for

SETTINGS = {"processes": 2}
LIMIT = 3
SLACK = 2.5
BODY = json.dumps({"username": "alice", "password": "nope"}).encode()
REFUSED = {"detail": "No active account found with the given credentials"}


def login(**more):
    values = fastcgi.parameters("POST", "/api/token/", BODY, **more)
    return values, fastcgi.request(values, BODY)


def head(**more):
    """A good request without its body."""
    values = fastcgi.parameters("POST", "/api/token/", BODY, **more)
    return (fastcgi.begin() + fastcgi.record(fastcgi.PARAMS,
                                             fastcgi.pairs(values))
            + fastcgi.record(fastcgi.PARAMS))


def drip(peer, data, seconds=LIMIT * 3):
    """One byte a second until the other end has had enough."""
    end = time.monotonic() + seconds
    for byte in data:
        if time.monotonic() > end:
            return
        try:
            peer.sendall(bytes([byte]))
        except OSError:
            return
        time.sleep(1)


def silent(peer):
    pass


def gone_at_once(peer):
    peer.close()


def half_a_header(peer):
    peer.sendall(fastcgi.begin()[:5])


def half_the_parameters(peer):
    _, data = login()
    peer.sendall(data[:60])


def half_the_parameters_and_gone(peer):
    half_the_parameters(peer)
    peer.close()


def dripped_parameters(peer):
    _, data = login()
    drip(peer, data)


def no_body(peer):
    peer.sendall(head())


def half_a_body(peer):
    peer.sendall(head() + fastcgi.record(fastcgi.STDIN, BODY[:9]))


def dripped_body(peer):
    peer.sendall(head())
    for byte in BODY[:LIMIT * 3]:
        with contextlib.suppress(OSError):
            peer.sendall(fastcgi.record(fastcgi.STDIN, bytes([byte])))
        time.sleep(1)


def short_body(peer):
    peer.sendall(head() + fastcgi.record(fastcgi.STDIN, BODY[:9])
                 + fastcgi.record(fastcgi.STDIN))


def long_body(peer):
    peer.sendall(head() + fastcgi.record(fastcgi.STDIN, BODY)
                 + fastcgi.record(fastcgi.STDIN, b" " * 65000) * 20)


def aborted(peer):
    peer.sendall(head() + fastcgi.record(fastcgi.ABORT))


def aborted_and_gone(peer):
    peer.sendall(head() + fastcgi.record(fastcgi.STDIN, BODY[:9]))
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack("ii", 1, 0))
    peer.close()


def unknown_records(peer):
    peer.sendall(b"".join(fastcgi.record(kind, b"x" * 20)
                          for kind in (0, 9, 11, 77, 255)))


def noise(peer):
    with contextlib.suppress(OSError):
        peer.sendall(bytes(range(256)) * 64)


def other_version(peer):
    peer.sendall(fastcgi.record(fastcgi.BEGIN, b"\0\1" + b"\0" * 6,
                                version=9))


def huge_lengths(peer):
    """Pairs that say they are 2 GiB long."""
    lie = struct.pack("!II", 0xffffffff, 0xffffffff) + b"NAMEvalue"
    peer.sendall(fastcgi.begin() + fastcgi.record(fastcgi.PARAMS, lie)
                 + fastcgi.record(fastcgi.PARAMS)
                 + fastcgi.record(fastcgi.STDIN))


def record_longer_than_its_content(peer):
    peer.sendall(fastcgi.begin()
                 + fastcgi.record(fastcgi.PARAMS, b"short", length=65535))


def other_request_inside(peer):
    peer.sendall(fastcgi.begin() + fastcgi.record(fastcgi.PARAMS, b"\1\1ab",
                                                  request=7))


def body_without_parameters(peer):
    peer.sendall(fastcgi.begin() + fastcgi.record(fastcgi.PARAMS)
                 + fastcgi.record(fastcgi.STDIN, BODY)
                 + fastcgi.record(fastcgi.STDIN))


def kept_connection(peer):
    """Asks to keep the connection, gets its answer, sends nothing more."""
    values, _ = login()
    peer.sendall(fastcgi.request(values, BODY,
                                 flags=fastcgi.KEEP_CONNECTION))
    output, _ = fastcgi.receive(peer)
    assert fastcgi.answer(output).status == 401


def answer_not_read(peer):
    _, data = login()
    peer.sendall(data)


def unknown_role(peer):
    values, _ = login()
    peer.sendall(fastcgi.request(values, BODY, role=9))


CASES = [silent, gone_at_once, half_a_header, half_the_parameters,
         half_the_parameters_and_gone, dripped_parameters, no_body,
         half_a_body, dripped_body, short_body, long_body, aborted,
         aborted_and_gone, unknown_records, noise, other_version,
         huge_lengths, record_longer_than_its_content, other_request_inside,
         body_without_parameters, kept_connection, answer_not_read,
         unknown_role]


def attack(home, number, case):
    """
    What happened: (seconds until a good request was answered, its answer,
    whether the process is the same).
    """
    own = os.path.join(home.directory, "run", f"{number}")
    with Program(home, "token_obtain", socket_path=own) as program:
        assert program.call("POST", "/api/token/", BODY).status == 401
        pid = program.pid
        peer = fastcgi.connect(program.socket, LIMIT * 4)
        with concurrent.futures.ThreadPoolExecutor(1) as hostile:
            bad = hostile.submit(case, peer)
            time.sleep(0.3)
            start = time.monotonic()
            answer = program.call("POST", "/api/token/", BODY, LIMIT * 5)
            seconds = time.monotonic() - start
            # On a slow machine it was hung up on before it had said all.
            with contextlib.suppress(BrokenPipeError):
                bad.result()
        peer.close()
        again = program.call("POST", "/api/token/", BODY, LIMIT * 5)
        same = program.is_alive() and program.pid == pid
        return seconds, answer, again, same, program.stop()


@pytest.fixture(scope="module")
def results(server, new_database):
    """All attacks at once, each on a process of its own."""
    from support.site import QUICK, Home
    home = Home(server.dsn(new_database()),
                dict(QUICK, time_limit=f"{LIMIT}s"))
    with concurrent.futures.ThreadPoolExecutor(len(CASES)) as pool:
        futures = {case.__name__: pool.submit(attack, home, number, case)
                   for number, case in enumerate(CASES)}
        yield {name: future.exception() or future.result()
               for name, future in futures.items()}
    reports = home.sanitizer_reports()
    home.remove()
    assert not reports, reports


@pytest.mark.parametrize("name", [case.__name__ for case in CASES])
def test_next_good_request_is_answered(results, name):
    if isinstance(results[name], BaseException):
        raise results[name]
    seconds, answer, again, same, status = results[name]
    assert answer.status == 401 and answer.json() == REFUSED
    assert again.status == 401
    assert seconds < LIMIT + SLACK, f"{seconds:.1f} s"
    assert same and status == 0


@pytest.fixture(scope="module")
def program(server, new_database):
    from support.site import QUICK, Home
    home = Home(server.dsn(new_database()),
                dict(QUICK, time_limit=f"{LIMIT}s"))
    with Program(home, "token_obtain") as running:
        yield running
    reports = home.sanitizer_reports()
    home.remove()
    assert not reports, reports


BODIES = [
    # name, CONTENT_LENGTH, sent, status
    ("as long as it says", str(len(BODY)), BODY, 401),
    ("shorter than it says", str(len(BODY) + 1), BODY, 400),
    ("longer than it says", str(len(BODY)), BODY + b" ", 400),
    ("negative length", "-1", BODY, 400),
    ("length with a sign", f"+{len(BODY)}", BODY, 400),
    ("length with a blank", f" {len(BODY)}", BODY, 400),
    ("length in hex", "0x40", BODY, 400),
    ("length in two parts", "1, 1", BODY, 400),
    ("length beyond 64 bits", "9" * 40, BODY, (400, 413)),
    ("length of 65537", "65537", BODY, 413),
    ("65536 bytes", "65536", BODY + b" " * (65536 - len(BODY)), 401),
]


@pytest.mark.parametrize("length,sent,status",
                         [case[1:] for case in BODIES],
                         ids=[case[0] for case in BODIES])
def test_body_and_its_length(program, length, sent, status):
    values = fastcgi.parameters("POST", "/api/token/", sent,
                                CONTENT_LENGTH=length)
    with fastcgi.connect(program.socket) as peer:
        peer.sendall(fastcgi.request(values, sent))
        output, _ = fastcgi.receive(peer)
    answer = fastcgi.answer(output)
    wanted = status if isinstance(status, tuple) else (status,)
    assert answer.status in wanted, answer
    assert program.is_alive()


def test_stop_in_the_middle_of_a_request(home):
    """SIGTERM: the request in hand is answered, the process leaves with 0."""
    program = Program(home, "token_obtain")
    assert program.call("POST", "/api/token/", BODY).status == 401
    with fastcgi.connect(program.socket) as peer:
        peer.sendall(head())
        time.sleep(0.3)
        program.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert program.is_alive()
        peer.sendall(fastcgi.record(fastcgi.STDIN, BODY)
                     + fastcgi.record(fastcgi.STDIN))
        output, ended = fastcgi.receive(peer)
    assert fastcgi.answer(output).status == 401 and ended
    assert program.process.wait(5) == 0


def test_stop_while_idle(home):
    program = Program(home, "token_obtain")
    assert program.call("POST", "/api/token/", BODY).status == 401
    program.process.send_signal(signal.SIGTERM)
    assert program.process.wait(5) == 0


HEAD = b"POST /api/token/ HTTP/1.1\r\nHost: x\r\n"
JSON = b"Content-Type: application/json\r\n"
GOOD = BODY
RAW = [
    # name, bytes, first digits of the status lines that are right
    ("good", HEAD + JSON + b"Connection: close\r\nContent-Length: %d\r\n\r\n"
     % len(GOOD) + GOOD, (401,)),
    ("chunked", HEAD + JSON + b"Connection: close\r\n"
     b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
     % (len(GOOD), GOOD), (401,)),
    ("length and chunked", HEAD + JSON + b"Connection: close\r\n"
     b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
     b"%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD), GOOD), (400, 401)),
    ("two lengths", HEAD + JSON + b"Connection: close\r\n"
     b"Content-Length: %d\r\nContent-Length: 3\r\n\r\n" % len(GOOD) + GOOD,
     (400,)),
    ("negative length", HEAD + JSON + b"Content-Length: -1\r\n\r\n", (400,)),
    ("long header", HEAD + b"X: " + b"a" * 20000 + b"\r\n\r\n", (431, 400)),
    ("long authorization", b"GET /api/hello/ HTTP/1.1\r\nHost: x\r\n"
     b"Connection: close\r\nAuthorization: Bearer " + b"a" * 7000
     + b"\r\n\r\n", (401,)),
    ("NUL in a header", HEAD + b"X: a\0b\r\n\r\n", (400,)),
    ("no method", b"\r\n\r\n\r\n", (400,)),
    ("old protocol", b"GET /api/health/ HTTP/0.9\r\n\r\n", (400, 505)),
]


# Apache and nginx overlook empty lines and wait for a request.
@pytest.mark.parametrize("data,statuses", [
    pytest.param(*case[1:], id=case[0], marks=pytest.mark.lighttpd
                 if case[0] == "no method" else ()) for case in RAW])
def test_raw_http(site, data, statuses):
    pids = site.pids()
    received = site.raw(data)
    assert int(received.split(b" ", 2)[1]) in statuses, received[:200]
    assert received.count(b"HTTP/1.") == 1
    assert site.post("/api/token/", username="x",
                     password="y").status == 401
    assert site.pids() == pids


def test_path_is_not_a_prefix(site):
    for path in ("/api/tokenX", "/api/token/x", "/api/token//", "/api/tok",
                 "/auth/jwt/createXYZ", "/api/token/refreshed/", "/api/",
                 "/api", "/auth/", "/api/hello/world"):
        answer = site.post(path, username="x", password="y")
        assert answer.status == 404, (path, answer)
        assert answer.json() == {"detail": "Not found."}, path


PLAIN_CGI = {
    "GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.1",
    "REQUEST_METHOD": "POST", "SCRIPT_NAME": "/api/token/",
    "REQUEST_URI": "/api/token/", "REMOTE_ADDR": "127.0.0.1",
    "CONTENT_TYPE": "application/json",
}


@pytest.mark.parametrize("length", [str(len(BODY)), None],
                         ids=["length", "no length"])
def test_plain_cgi(home, build, length):
    """The same binary, started by a web server for one request."""
    import subprocess
    values = dict(PLAIN_CGI)
    if length:
        values["CONTENT_LENGTH"] = length
    done = subprocess.run(
        [os.path.join(build, "cgi-bin", "token_obtain")], input=BODY,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20,
        env=home.environment(**values))
    answer = fastcgi.answer(done.stdout)
    assert done.returncode == 0, done.stderr
    assert answer.status == 401 and answer.json() == REFUSED


@pytest.mark.parametrize("values", [
    {"CONTENT_LENGTH": "9000"}, {"HTTP_TRANSFER_ENCODING": "chunked"}],
    ids=["length", "no length"])
def test_plain_cgi_takes_a_body_that_it_does_not_want(home, build, values):
    """A server whose bytes nobody reads may lose the answer."""
    import subprocess
    ours, theirs = socket.socketpair()
    with ours, theirs, subprocess.Popen(
            [os.path.join(build, "cgi-bin", "token_obtain")], stdin=theirs,
            stdout=theirs, env=home.environment(**dict(
                PLAIN_CGI, REQUEST_METHOD="DELETE", **values))) as process:
        theirs.close()
        ours.settimeout(20)
        ours.sendall(b"x" * 9000)
        if "CONTENT_LENGTH" not in values:
            ours.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := ours.recv(65536):
            received += chunk
        assert process.wait(20) == 0
    assert fastcgi.answer(received).status == 405


@pytest.mark.waiting
def test_program_survives_the_web_server(site):
    """No program is left when lighttpd has gone."""
    assert set(site.pids().values()) >= {"token_obtain", "hello"}
    wait_for("health", lambda: site.get("/api/health/").status == 200)
