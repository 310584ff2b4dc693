"""What a hostile client has tried, each once more."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time

import jwt
import psycopg2
import pytest

from support import fastcgi
from support.site import BUILD, KEY, Program, wait_for

SETTINGS = {"processes": 2}
PASSWORD = "Corr3ct-horse"
LOGIN = json.dumps({"username": "alice", "password": PASSWORD}).encode()


@pytest.mark.parametrize("agent", ["\xff\xfe", "a" * 199 + "é", "a\tb"],
                         ids=["no UTF-8", "cut in a character", "control"])
def test_any_user_agent_logs_in(site, agent):
    site.add_user("alice")
    answer = site.post("/api/token/", username="alice", password=PASSWORD,
                       headers={"User-Agent": agent})
    assert answer.status == 200
    stored = site.value("select agent from postern.sessions")
    assert stored.isprintable() and stored.isascii() and len(stored) <= 200


def test_a_media_type_is_echoed_as_text(site):
    answer = site.request("POST", "/api/token/", b"x",
                          {"Content-Type": "text/plain\xff"})
    assert answer.status == 415
    assert answer.json()["detail"].startswith("Unsupported media type")


def raw_call(program, values, extra, body):
    """A request with a parameter that comes a second time."""
    with fastcgi.connect(program.socket) as peer:
        peer.sendall(fastcgi.begin()
                     + fastcgi.record(fastcgi.PARAMS, fastcgi.pairs(values)
                                      + fastcgi.pairs(extra))
                     + fastcgi.record(fastcgi.PARAMS)
                     + fastcgi.record(fastcgi.STDIN, body)
                     + fastcgi.record(fastcgi.STDIN))
        return fastcgi.answer(fastcgi.receive(peer)[0])


@pytest.mark.parametrize("twice,known", [(True, "127.0.0.1"),
                                         (False, "203.0.113.9")])
def test_a_forwarded_header_in_two_spellings_is_none(new_site, twice, known):
    """X_Forwarded_For of the client beside X-Forwarded-For of the proxy."""
    with new_site(trusted_proxies="127.0.0.1", worker=False) as site:
        site.add_user("alice")
        values = fastcgi.parameters("POST", "/api/token/", LOGIN)
        values["HTTP_X_FORWARDED_FOR"] = ("6.6.6.6" if twice
                                          else "203.0.113.9")
        extra = {"HTTP_X_FORWARDED_FOR": "203.0.113.9"} if twice else {}
        with Program(site, "token_obtain") as program:
            assert raw_call(program, values, extra, LOGIN).status == 200
        assert site.value("select address from postern.sessions") == known


def test_letters_of_one_kind_do_not_use_up_the_other(new_site):
    with new_site(throttle="yes") as site:
        site.add_user("victim")
        for _ in range(2):
            assert site.post("/api/activate/resend/",
                             email="victim@example.com").status == 204
        assert site.post("/api/reset/",
                         email="victim@example.com").status == 204
        site.settle()
        assert len(site.letters("victim@example.com")) == 1


def held(site, statement, *values):
    """A transaction of somebody else that holds what it has touched."""
    connection = psycopg2.connect(site.server.dsn(site.database))
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    return contextlib.closing(connection)


def in_background(call):
    """Calls in a thread; returns a function that waits for the answer."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(call()))
    thread.start()

    def result():
        thread.join(30)
        return answers[0]

    return result


def waits(site):
    return lambda: site.value(
        "select count(*) from pg_stat_activity where datname = %s "
        "and wait_event_type = 'Lock'", site.database) > 0


def registered(site, name):
    assert site.post("/api/register/", username=name, password=PASSWORD,
                     email=f"{name}@example.com").status == 201
    return site.ticket(f"{name}@example.com")


def test_a_ban_wins_over_an_activation_that_waits_for_it(site):
    uid, token = registered(site, "race")
    with held(site, "update postern.users set banned_at = now(), "
              "epoch = epoch + 1 where username = 'race'") as ban:
        answer = in_background(lambda: site.post("/api/activate/", uid=uid,
                                                 token=token))
        wait_for("the activation waits", waits(site))
        ban.commit()
        assert answer().status == 400
    assert site.value("select verified_at from postern.users") is None


def test_parallel_uses_of_an_activation_tell_the_later_ones(site):
    """The one that waits for the other is told that the ticket is stale."""
    uid, token = registered(site, "twice")
    with held(site, "select from postern.users for no key update") as other:
        answers = [in_background(lambda: site.post(
            "/api/activate/", uid=uid, token=token)) for _ in range(2)]
        wait_for("they wait", waits(site))
        other.rollback()
        assert sorted(a().status for a in answers) in ([204, 403],)


def test_what_was_answered_503_does_not_happen_later(new_site):
    """A reset that waited too long for the database changes nothing."""
    with new_site(time_limit="2s") as site:
        site.add_user("alice")
        assert site.post("/api/reset/",
                         email="alice@example.com").status == 204
        uid, token = site.ticket("alice@example.com")
        before = site.value("select password from postern.users")
        with held(site, "select from postern.users for update") as other:
            assert site.post("/api/reset/confirm/", uid=uid, token=token,
                             new_password="N3w-passw0rd-x").status == 503
            other.rollback()
        time.sleep(0.5)
        assert site.value("select password from postern.users") == before
        assert site.value("select count(*) from pg_stat_activity "
                          "where datname = %s and state = 'active' "
                          "and pid <> pg_backend_pid()", site.database) == 0
        assert site.post("/api/reset/confirm/", uid=uid, token=token,
                         new_password="N3w-passw0rd-x").status == 204


@pytest.mark.parametrize("iat", [-9007199254740992, -1, 0])
def test_a_token_of_long_ago_is_refused_and_no_outage(site, iat):
    site.add_user("alice")
    refresh = site.login("alice")["refresh"]
    claims = jwt.decode(refresh, KEY, ["HS256"])
    twin = jwt.encode(claims, KEY,
                      headers=jwt.get_unverified_header(refresh))
    claims.update(iat=iat, jti="0" * 32)
    forged = jwt.encode(claims, KEY,
                        headers=jwt.get_unverified_header(refresh))
    assert site.post("/api/token/verify/", token=twin).status == 200
    assert site.post("/api/token/refresh/", refresh=forged).status == 401


def test_log_out_after_the_end_of_all_sessions_says_so(site):
    site.add_user("alice")
    refresh = site.login("alice")["refresh"]
    site.postern("user", "ban", "alice")
    answer = site.post("/api/token/blacklist/", refresh=refresh)
    assert (answer.status, answer.json()["detail"]) == (
        401, "Token is blacklisted")


def test_an_answer_before_the_body_arrives_whole(site):
    """413 without reading: the bytes on the way must not reset the answer."""
    body = b"x" * 1_000_000
    for _ in range(10):
        with Program(site, "token_obtain") as program:
            answer = program.call("POST", "/api/token/", body)
            assert answer.status == 413
            assert answer.json() == {"detail": "Request body is too large."}


def test_a_parents_signal_mask_does_not_stop_the_clock(site):
    """Started with all signals blocked, a stalled body is still let go."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    path = site.path("run/masked")
    listener.bind(path)
    listener.listen(8)
    process = subprocess.Popen(
        [os.path.join(BUILD, "cgi-bin", "token_obtain")], stdin=listener,
        env=site.environment(POSTERN_TIME_LIMIT="2s"),
        preexec_fn=lambda: signal.pthread_sigmask(
            signal.SIG_BLOCK, signal.valid_signals()))
    listener.close()
    try:
        with fastcgi.connect(path, 15) as peer:
            values = fastcgi.parameters("POST", "/api/token/", LOGIN)
            peer.sendall(fastcgi.begin()
                         + fastcgi.record(fastcgi.PARAMS,
                                          fastcgi.pairs(values))
                         + fastcgi.record(fastcgi.PARAMS)
                         + fastcgi.record(fastcgi.STDIN, LOGIN[:5]))
            began = time.monotonic()
            answer = fastcgi.answer(fastcgi.receive(peer)[0])
        assert answer.status == 408
        # the very first request has the configured limit as well
        assert time.monotonic() - began < 6
    finally:
        process.terminate()
        assert process.wait(20) == 0


def cgi(site, name, body, length, **more):
    """One request as plain CGI; the input stays open behind the body."""
    values = fastcgi.parameters("POST", "/api/token/", body)
    values.update(CONTENT_LENGTH=str(length), **more)
    process = subprocess.Popen(
        [os.path.join(BUILD, "cgi-bin", name)], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, env=site.environment(**values))
    process.stdin.write(body)
    process.stdin.flush()
    return process


def test_the_time_limit_holds_for_cgi(site):
    site.add_user("alice")
    with cgi(site, "token_obtain", LOGIN, len(LOGIN),
             POSTERN_TIME_LIMIT="2s") as process:
        assert fastcgi.answer(process.stdout.read()).status == 200
    began = time.monotonic()
    with cgi(site, "token_obtain", LOGIN, len(LOGIN) + 1,
             POSTERN_TIME_LIMIT="2s") as process:
        assert fastcgi.answer(process.stdout.read()).status == 408
    assert time.monotonic() - began < 6


def test_cgi_can_be_ended(site):
    with cgi(site, "token_obtain", LOGIN, len(LOGIN) + 1) as process:
        time.sleep(0.3)
        process.terminate()
        assert process.wait(5) != 0


def test_a_silent_host_is_passed(server, new_database, new_site):
    """Of several hosts each has its share of the time."""
    name = new_database()
    good = psycopg2.extensions.parse_dsn(server.dsn(name))
    with socket.socket() as silent, new_site(worker=False) as site:
        silent.bind(("127.0.0.1", 0))
        silent.listen(8)
        port = silent.getsockname()[1]
        site.configure(database=(
            f"host=127.0.0.1,{good['host']} "
            f"port={port},{good.get('port', 5432)} "
            f"dbname={good['dbname']} user={good['user']}"))
        with Program(site, "health") as program:
            assert program.call("GET", "/api/health/").status == 200
            began = time.monotonic()
            assert program.call("GET", "/api/health/").status == 200
            assert time.monotonic() - began < 1


BEARER = {"user_check", "user_check_member", "session_state"}
REAUTH = {"reauth_attempt", "reauth_failed", "reauth_passed", "otp_spend"}
SERVES = {
    "health": {"health"},
    "hello": BEARER,
    "authorize": BEARER | {"gate_user"},
    "token_verify": {"session_state"},
    "token_refresh": {"session_refresh", "session_state"},
    "token_blacklist": {"session_end", "session_state"},
    "token_obtain": {"login_attempt", "login_failed", "otp_spend",
                     "session_open"},
    "token_sliding": {"login_attempt", "login_failed", "otp_spend",
                      "session_open", "session_refresh", "session_state"},
    "register": {"register_attempt", "register", "register_invited"},
    "activate": {"activate", "activate_refused", "letter_ask"},
    "reset": {"letter_ask", "ticket_owner", "reset_confirm"},
    "reset_username": {"letter_ask", "ticket_owner", "username_confirm"},
    "me": BEARER | REAUTH | {"me_read", "me_change", "me_delete"},
    "me_password": BEARER | REAUTH | {"me_password"},
    "me_username": BEARER | REAUTH | {"me_username"},
    "me_sessions": BEARER | {"me_sessions", "me_session_end",
                             "me_sessions_end"},
    "users": BEARER | REAUTH | {"me_read", "me_change", "users_page",
                                "users_search", "user_find", "user_change",
                                "user_delete"},
    "me_email": BEARER | REAUTH | {"email_ask", "email_confirm",
                                   "email_undo_ticket", "email_undo"},
    "me_totp": BEARER | REAUTH | {"totp_state", "totp_secret", "totp_begin",
                                  "totp_confirm", "totp_recovery",
                                  "totp_disable"},
}


@pytest.mark.parametrize("name", SERVES)
def test_a_program_carries_its_own_statements_alone(name):
    symbols = subprocess.run(
        ["nm", os.path.join(BUILD, "cgi-bin", name)], check=True, text=True,
        stdout=subprocess.PIPE).stdout
    assert set(re.findall(r" [A-Za-z] query_(\w+)$", symbols,
                          re.MULTILINE)) == SERVES[name]


def test_without_prepared_statements_all_is_the_same(new_site):
    """As behind a pooler in transaction mode."""
    with new_site(prepared_statements="no") as site:
        uid, token = registered(site, "pooled")
        assert site.post("/api/activate/", uid=uid,
                         token=token).status == 204
        pair = site.login("pooled")
        assert site.get("/api/hello/", pair["access"]).status == 200
        assert site.value("select count(*) from pg_stat_activity where "
                          "datname = %s and query like 'set %%'",
                          site.database) == 0
