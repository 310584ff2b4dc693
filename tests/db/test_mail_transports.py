"""Letters: by SMTP and by sendmail."""

import contextlib
import socket
import threading

import pytest

from support.mailroom import Sink, equip, ticket
from support.site import free_port


def test_a_letter_by_smtp(smtp):
    office, sink = smtp
    office.order("reset", "ann@example.net")
    office.user("ann")
    office.once()
    (sender, recipients, content), = sink.received
    assert sender == "noreply@site.example"
    assert recipients == ["ann@example.net"]
    assert content.count(b"\n") == content.count(b"\r\n") > 20
    assert ticket(sink.to("ann@example.net")[0])[0] == "reset"


def test_451_waits_and_is_sent_once(smtp):
    office, sink = smtp
    sink.script["ann@example.net"] = ["rcpt 451 4.7.1 come back"]
    office.user("ann")
    number = office.order("reset", "ann@example.net")
    assert office.once().stdout.startswith("0 sent, 0 dropped, 1 waiting")
    ended, attempts, problem, wait = office.row(number)
    assert (ended, attempts) == (None, 1)
    assert problem == "smtp: 451 4.7.1 come back"
    assert 55 <= wait <= 60
    assert office.once().stdout.startswith("0 sent, 0 dropped, 0 waiting")
    office.make_due()
    office.once()
    assert office.row(number)[:3] == ("sent", 2, None)
    assert len(sink.received) == 1


def test_550_fails_and_does_not_hold_the_others(smtp):
    office, sink = smtp
    sink.script["ann@example.net"] = ["rcpt 550 5.1.1 no such user"]
    office.user("ann")
    office.user("bob")
    first = office.order("reset", "ann@example.net")
    second = office.order("reset", "bob@example.net")
    done = office.once(check=False)
    assert done.returncode == 1
    assert done.stdout == "1 sent, 0 dropped, 0 waiting, 1 failed\n"
    assert office.row(first)[:3] == (
        "failed", 1, "smtp: 550 5.1.1 no such user")
    assert office.ended(second) == "sent"


@pytest.mark.parametrize("answer, ended", [
    ("rcpt 550 no", "failed"), ("rcpt 450 no", None), ("rcpt close", None),
    ("data 554 no", "failed"), ("data 452 full", None), ("data close", None)])
def test_answers_of_a_server(smtp, answer, ended):
    office, sink = smtp
    sink.script["ann@example.net"] = [answer]
    office.user("ann")
    number = office.order("reset", "ann@example.net")
    office.once(check=False)
    assert office.ended(number) == ended
    assert office.row(number)[2].startswith("smtp: ")


def test_a_server_that_is_not_there(office):
    office.configure(mail_transport="smtp", smtp_starttls="no",
                     smtp_url=f"smtp://127.0.0.1:{free_port()}")
    number = office.order("password_changed", office.user("ann"))
    office.once()
    assert office.ended(number) is None


def test_a_server_that_does_not_greet_refuses_no_letter(office):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def refuse():
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                connection.sendall(b"554 no service here\r\n")
                connection.recv(100)
                connection.close()
        thread = threading.Thread(target=refuse, daemon=True)
        thread.start()
        office.configure(
            mail_transport="smtp", smtp_starttls="no",
            smtp_url=f"smtp://127.0.0.1:{listener.getsockname()[1]}")
        number = office.order("password_changed", office.user("ann"))
        office.once()
        thread.join(10)
    assert office.row(number)[:3] == (None, 1, "smtp: 554 no service here")


def test_required_starttls_is_required(smtp):
    office, sink = smtp
    office.configure(smtp_starttls="yes")
    number = office.order("password_changed", office.user("ann"))
    office.once()
    assert office.ended(number) is None
    assert sink.received == []
    office.configure(smtp_starttls="no")
    office.make_due()
    office.once()
    assert office.ended(number) == "sent"


@pytest.mark.parametrize("password, ended", [
    ("pass word", "sent"), ("wrong", None)])
def test_a_login_at_the_server(new_office, password, ended):
    with Sink(auth_required=True) as sink:
        office = new_office(mail_transport="smtp", smtp_starttls="no",
                            smtp_url=f"smtp://127.0.0.1:{sink.port}")
        office.write("smtp", password + "\n", 0o600)
        office.configure(smtp_user="site", smtp_password=office.path("smtp"))
        number = office.order("password_changed", office.user("ann"))
        office.once()
        assert sink.logins[0] == (b"site", password.encode())
        assert office.ended(number) == ended
        assert len(sink.received) == (ended == "sent")
        if ended is None:
            assert office.row(number)[2].startswith("smtp: 535 ")
        assert password not in office.logged() + (office.row(number)[2] or "")


def test_sendmail_is_started_without_a_shell(office):
    equip(office)
    address = "ann$HOME&id|'x'`id`@example.net"
    number = office.order("password_changed", office.user("ann", address))
    office.once()
    assert office.ended(number) == "sent"
    assert office.letters()[0]["To"] == address
    with open(office.path("mail/arguments")) as file:
        assert file.read().splitlines() == [
            "-i", "-f", "noreply@site.example", "--", address]
    with open(office.path("mail/environment")) as file:
        assert "POSTERN" not in file.read()


@pytest.mark.parametrize("status, ended", [
    (0, "sent"), (65, "failed"), (67, "failed"), (68, "failed"), (69, None),
    (70, None), (75, None), (1, None)])
def test_exit_statuses_of_sendmail(office, status, ended):
    equip(office, status)
    number = office.order("password_changed", office.user("ann"))
    office.once(check=False)
    assert office.row(number)[:3] == (
        ended, 1, None if ended == "sent"
        else f"sendmail: ended with status {status}")


def test_a_sendmail_that_is_not_there_or_does_not_read(office):
    office.configure(mail_transport="sendmail",
                     sendmail=office.path("missing"))
    number = office.order("password_changed", office.user("ann"))
    office.once()
    assert office.ended(number) is None
    office.write("deaf", "#!/bin/sh\nexit 75\n", 0o755)
    office.configure(sendmail=office.path("deaf"))
    office.make_due()
    office.once()
    assert office.row(number)[2] == "sendmail: ended with status 75"
