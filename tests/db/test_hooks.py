"""Hooks: what is sent, and what becomes of the answers."""

import datetime
import json
import re
import socket
import ssl
import threading
import time
import uuid

import pytest

from support.hookroom import EVENTS, KEY, SECRET, Listener, certificate
from support.site import free_port


def test_what_is_sent(room, listener):
    session = uuid.uuid4()
    before = int(time.time())
    number = room.happen("login", "8c3a", str(session), "2001:db8::7")
    assert room.once().stdout == (
        "1 sent, 0 dropped, 0 waiting, 0 failed\n")
    told, = listener.told
    assert (told.method, told.path) == ("POST", "/login")
    assert told.headers["content-type"] == "application/json"
    assert told.headers["user-agent"] == "Postern"
    assert "authorization" not in told.headers
    assert told.id == room.column(number, "message_id::text")
    assert before <= int(told.headers["webhook-timestamp"]) <= time.time()
    assert told.is_signed()
    created = room.column(number, "created_at")
    assert list(told.json.items()) == [
        ("id", told.id), ("event", "login"),
        ("created", created.astimezone(datetime.timezone.utc).strftime(
            "%Y-%m-%dT%H:%M:%S.%fZ")),
        ("user_id", "8c3a"), ("session", session.hex),
        ("address", "2001:db8::7")]
    assert told.body == json.dumps(
        told.json, separators=(",", ":"), ensure_ascii=False).encode()
    assert room.row(number)[:3] == ("sent", 1, None)


def test_what_is_not_known_is_null(room, listener):
    room.happen("login_failed", None, None, None)
    room.once()
    assert [listener.told[0].json[name] for name in (
        "user_id", "session", "address")] == [None] * 3


def test_an_unusual_subject_is_json(room, listener):
    room.happen(subject='a"\\\n<é>/\u2028')
    room.once()
    assert listener.told[0].json["user_id"] == 'a"\\\n<é>/\u2028'
    assert listener.told[0].is_signed()


def test_each_event_has_its_address(room, listener):
    for event in EVENTS:
        room.happen(event)
    room.once()
    assert {(told.path, told.json["event"]) for told in listener.told} == {
        (f"/{event}", event) for event in EVENTS}


def test_what_nobody_is_told_of_is_dropped(room, listener):
    room.configure(on_login="", on_reuse=None)
    numbers = [room.happen(event) for event in ("login", "reuse", "register")]
    assert room.once().stdout == (
        "1 sent, 2 dropped, 0 waiting, 0 failed\n")
    assert [room.ended(n) for n in numbers] == ["dropped", "dropped", "sent"]
    assert [told.path for told in listener.told] == ["/register"]


def test_the_one_that_is_due_for_longest_goes_first(room, listener):
    ages = [5, 30, 10]
    numbers = [room.happen(subject=str(age), age=age) for age in ages]
    room.once()
    assert [told.json["user_id"] for told in listener.told] == [
        "30", "10", "5"]
    assert {room.ended(n) for n in numbers} == {"sent"}


def test_hooks_do_not_wait_for_each_other(room, listener):
    listener.answers = [500]
    first, second = room.happen(age=2), room.happen(age=1)
    assert room.once().stdout == (
        "1 sent, 0 dropped, 1 waiting, 0 failed\n")
    assert [room.row(n)[:2] for n in (first, second)] == [
        (None, 1), ("sent", 1)]


def huge(handler):
    """200, and a body of 64 MiB; says how much of it was taken."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(64 << 20))
    handler.end_headers()
    handler.server.given = 0
    for _ in range(1024):
        handler.wfile.write(b"x" * 65536)
        handler.server.given += 65536


def endless_headers(handler):
    handler.send_response(500)
    for i in range(4000):
        handler.send_header(f"X-{i}", "y" * 100)
    handler.end_headers()


def hang_up(handler):
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def half(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"half of it")
    handler.wfile.flush()
    hang_up(handler)


def no_http(handler):
    handler.wfile.write(b"\x00\xff 220 hello\r\n\r\n")
    hang_up(handler)


def redirect(status):
    def answer(handler):
        handler.reply(status, [("Location", "/elsewhere")])
    return answer


def body(status):
    def answer(handler):
        handler.reply(status, body=b"thank you")
    return answer


@pytest.mark.parametrize("answer, ended, problem", [
    (200, "sent", None), (204, "sent", None), (body(201), "sent", None),
    (299, "sent", None), (huge, "sent", None),
    (500, None, "http: status 500"), (body(503), None, "http: status 503"),
    (400, None, "http: status 400"), (404, None, "http: status 404"),
    (429, None, "http: status 429"), (300, None, "http: status 300"),
    (redirect(301), None, "http: status 301"),
    (redirect(302), None, "http: status 302"),
    (redirect(307), None, "http: status 307"),
    (redirect(308), None, "http: status 308"),
    (410, "failed", "http: status 410"),
    (endless_headers, None, "http: status 500"),
    (hang_up, None, "http: Server returned nothing (no headers, no data)"),
    (half, None, "http: Transferred a partial file"),
    (no_http, None, "http: "),
], ids=lambda value: getattr(value, "__name__", None) or str(value))
def test_answers(room, listener, answer, ended, problem):
    listener.answers = [answer]
    number = room.happen()
    done = room.once(check=False)
    assert done.returncode == (1 if ended == "failed" else 0)
    row = room.row(number)
    assert row[:2] == (ended, 1)
    if problem is None:
        assert row[2] is None
    else:
        assert row[2].startswith(problem)
        assert re.fullmatch(r"[\x20-\x7e]+", row[2])
    if ended is None:
        assert 55 <= row[3] <= 60
    assert [told.path for told in listener.told] == ["/login"]
    if answer is huge:
        assert listener.server.given < 16 << 20


def test_an_answer_that_does_not_come(room, listener):
    over = threading.Event()
    listener.answers = [lambda handler: over.wait(30)]
    number = room.happen()
    room.once()
    over.set()
    assert room.row(number)[:3] == (None, 1, "http: Timeout was reached")


def test_nobody_answers(room):
    room.configure(on_login=f"http://127.0.0.1:{free_port()}/")
    number = room.happen()
    room.once()
    assert room.row(number)[:3] == (
        None, 1, "http: Couldn't connect to server")


def test_a_certificate_that_nobody_vouches_for(room):
    key, made = certificate(room.directory)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    with Listener(lambda s: context.wrap_socket(
            s, server_side=True)) as listener:
        room.configure(on_login=f"https://127.0.0.1:{listener.port}/")
        number = room.happen()
        room.once()
        assert room.row(number)[:2] == (None, 1)
        assert "certificate" in room.row(number)[2]
        assert listener.told == []


def test_the_environment_changes_nothing(room, listener):
    room.write(".netrc", "machine 127.0.0.1 login me password secret\n", 0o600)
    room.write(".curlrc", "user-agent = other\n")
    dead = f"http://127.0.0.1:{free_port()}"
    number = room.happen()
    room.hook("run", "--once", HOME=room.directory, http_proxy=dead,
              HTTP_PROXY=dead, ALL_PROXY=dead, all_proxy=dead)
    assert room.ended(number) == "sent"
    assert "authorization" not in listener.told[0].headers
    assert listener.told[0].headers["user-agent"] == "Postern"


def test_attempts_are_the_same_but_for_their_time(room, listener):
    listener.answers = [500, 500]
    room.happen()
    for _ in range(3):
        room.once()
        room.make_due()
    assert len(listener.told) == 3
    assert len({told.id for told in listener.told}) == 1
    assert len({told.body for told in listener.told}) == 1
    assert all(told.is_signed() for told in listener.told)


def test_eight_attempts_with_growing_waits(room, listener):
    listener.answers = [500] * 8
    number = room.happen()
    waits = []
    for _ in range(7):
        room.once()
        ended, _, _, wait = room.row(number)
        assert ended is None
        waits.append(wait)
        room.make_due()
    assert room.once(check=False).returncode == 1
    assert room.row(number)[:3] == ("failed", 8, "http: status 500")
    expected = [60, 120, 240, 480, 960, 1920, 3600]
    assert all(0 <= e - w <= 2 for e, w in zip(expected, waits)), waits


def test_a_key_that_cannot_be_read_waits(room, listener):
    room.write("hook.key", "whsec_c2hvcnQ=\n", 0o600)
    number = room.happen()
    room.once()
    ended, _, problem, _ = room.row(number)
    assert ended is None
    assert problem.startswith("hook_key: " + room.path("hook.key"))
    assert "c2hvcnQ" not in problem + room.logged()
    room.write("hook.key", SECRET + "\n", 0o600)
    room.make_due()
    room.once()
    assert room.ended(number) == "sent"
    assert listener.told[0].is_signed()


def test_neither_key_nor_password_is_shown(room, listener, server):
    """The listener speaks no TLS, and nobody is at the other port."""
    room.configure(on_login=f"https://me:hunter2@127.0.0.1:{listener.port}/",
                   on_register=f"https://me:hunter2@127.0.0.1:{free_port()}/")
    numbers = [room.happen(event) for event in ("login", "register", "reuse")]
    done = room.once()
    assert [room.ended(n) for n in numbers] == [None, None, "sent"]
    shown = (done.stdout + done.stderr + room.logged() + server.logged() +
             room.hook("list", "--all").stdout +
             "".join(room.row(n)[2] or "" for n in numbers))
    for secret in ("hunter2", SECRET[6:20], KEY.decode()[:10]):
        assert secret not in shown
