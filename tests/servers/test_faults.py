"""What goes wrong in the middle of a request; the next one is answered."""

import concurrent.futures
import contextlib
import http.client
import json
import os
import signal
import socket
import struct
import threading

import pytest

from support.site import wait_for

BODY = json.dumps({"username": "ada", "password": "nope"}).encode()
HEAD = (b"POST /api/token/ HTTP/1.1\r\nHost: x\r\n"
        b"Content-Type: application/json\r\n")
JSON = {"Content-Type": "application/json"}


def half(length):
    """A request that ends in the middle of its body."""
    if length:
        return HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY[:9]
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n40\r\n" + BODY[:9]


def is_refused(web):
    return web.request("POST", "/api/token/", BODY, JSON).status == 401


@contextlib.contextmanager
def peers(web, number, data):
    with contextlib.ExitStack() as stack:
        found = []
        for _ in range(number):
            peer = socket.create_connection(("127.0.0.1", web.port), 30)
            stack.callback(peer.close)
            peer.sendall(data)
            found.append(peer)
        yield found


@pytest.mark.configured
def test_stalled_bodies(web):
    """More of them than the pool has processes."""
    with peers(web, 3, half(True)) as some, peers(web, 3, half(False)) as more:
        assert is_refused(web)
        for peer in some + more:
            received = peer.recv(65536)
            # Let go of with 400 or 408, or without a word.
            assert received == b"" or received.split()[1] in (
                b"400", b"408", b"500", b"502", b"503"), received
            assert b"<html" not in received.lower()
    assert is_refused(web)


@pytest.mark.parametrize("how", ["closed", "reset"])
@pytest.mark.parametrize("with_length", [True, False],
                         ids=["length", "chunked"])
def test_aborted_bodies(web, with_length, how):
    for _ in range(6):
        with peers(web, 1, half(with_length)) as [peer]:
            if how == "reset":
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                struct.pack("ii", 1, 0))
    assert is_refused(web)


def test_answers_nobody_waits_for(web):
    data = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
    for _ in range(6):
        with peers(web, 1, data):
            pass
    assert is_refused(web)


@contextlib.contextmanager
def held(web):
    """Logins wait for a table meanwhile."""
    connection = web.server.connect(web.database)
    connection.autocommit = False
    with connection.cursor() as cursor:
        cursor.execute("lock table postern.users in access exclusive mode")
        try:
            yield
        finally:
            connection.rollback()
            connection.close()


def waiting(web):
    """How many statements wait for a lock in the site's database."""
    return web.value("select count(*) from pg_stat_activity where "
                     "datname = %s and wait_event_type = 'Lock'", web.database)


def test_a_program_killed_in_the_middle_of_a_request(web):
    web.add_user("ada")
    with concurrent.futures.ThreadPoolExecutor(1) as pool, held(web):
        login = pool.submit(web.post, "/api/token/", username="ada",
                            password="x")
        wait_for("the program waits", lambda: waiting(web) == 1)
        killed = web.running("token_obtain")
        assert killed
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        answer = login.result(30)
    assert answer.status in (500, 502, 503), answer
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json()) == ["detail"]
    wait_for("the next is answered", lambda: is_refused(web))
    assert not set(killed) & set(web.running("token_obtain"))
    assert web.login("ada")["access"]


def test_a_statement_that_takes_too_long(web):
    web.add_user("ada")
    with held(web):
        answer = web.post("/api/token/", username="ada", password="x")
    assert answer.status == 503
    assert answer.headers["content-type"] == "application/json"
    assert "detail" in answer.json()
    assert is_refused(web)


def are_all_back(web):
    """Each process of the pool finds the database again by itself."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return all(pool.map(lambda _: is_refused(web), range(32)))


def test_the_database_goes_and_comes_back(web):
    assert is_refused(web)
    web.server.stop()
    try:
        for path in ("/api/token/", "/auth/jwt/create/"):
            answer = web.request("POST", path, BODY, JSON)
            assert answer.status == 503, answer
            assert answer.headers["content-type"] == "application/json"
            assert answer.json() == {"detail": "Service temporarily "
                                     "unavailable, try again later."}
            assert int(answer.headers["retry-after"]) > 0
        assert web.get("/").status == 200
    finally:
        web.server.start()
    wait_for("all are back", lambda: are_all_back(web))


def test_more_requests_than_processes_on_kept_connections(web):
    """Six clients, five requests each, at a pool of two."""
    together = threading.Barrier(6)

    def client(_):
        connection = http.client.HTTPConnection("127.0.0.1", web.port,
                                                timeout=60)
        statuses = []
        together.wait()
        for _ in range(5):
            connection.request("POST", "/api/token/", BODY, JSON)
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        return connection, statuses

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(client, range(6)))
    assert [statuses for _, statuses in answers] == [[401] * 5] * 6
    # While those connections are still kept, somebody else is served.
    assert is_refused(web)
    for connection, _ in answers:
        connection.close()
