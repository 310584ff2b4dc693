"""Letters: postern mail run, list and retry against PostgreSQL and sinks."""

import base64
import contextlib
import email
import email.policy
import glob
import hashlib
import json
import os
import re
import signal
import stat
import subprocess
import threading
import time
import urllib.parse

import psycopg2
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from support.postgres import Postgres, die_with_parent
from support.site import BUILD, Home, free_port, wait_for

LINK = re.compile(r"https://site\.example/app/(\w+)\.html"
                  r"#uid=([^&\s]+)&token=([A-Za-z0-9_-]{43})(?![\w-])")

# Keeps the letter, its arguments and environment; then asks `then` what next.
SENDMAIL = """#!/bin/sh
number=$$
cat > {0}/$number.new
printf '%s\\n' "$@" > {0}/arguments
env > {0}/environment
mv {0}/$number.new {0}/$number.letter
[ ! -p {0}/gate ] || read -r line < {0}/gate
exit "$(cat {0}/status)"
"""


class Office(Home):
    """A configuration in front of a database, and workers."""

    def __init__(self, dsn, **settings):
        Home.__init__(self, dsn, dict({
            "public_url": "https://site.example/app",
            "mail_from": "Site <noreply@site.example>"}, **settings))
        self.dsn = dsn
        self.workers = []
        self.connection = None

    def sql(self, statement, *values):
        if self.connection is None or self.connection.closed:
            self.connection = psycopg2.connect(self.dsn)
            self.connection.autocommit = True
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def value(self, statement, *values):
        return self.sql(statement, *values)[0][0]

    def user(self, name, address=None, verified=True, banned=False, epoch=0,
             first_name=""):
        address = address or f"{name}@example.net"
        return self.value(
            "insert into postern.users (username, username_canonical, email, "
            "email_canonical, password, verified_at, banned_at, epoch, "
            "first_name) values (%s, %s, %s, %s, '!', case when %s then now() "
            "end, case when %s then now() end, %s, %s) returning id",
            name, name.lower(), address, address.lower(), verified, banned,
            epoch, first_name)

    def order(self, purpose, to, epoch=None):
        """A row of the outbox: to a user's id or to an address."""
        user, address = (to, None) if isinstance(to, int) else (None, to)
        return self.value(
            "insert into postern.outbox (purpose, user_id, email_canonical, "
            "epoch) values (%s, %s, %s, %s) returning id",
            purpose, user, address, epoch)

    def row(self, number):
        """(ended_as, attempts, problem, seconds until it is due)"""
        return self.sql(
            "select ended_as, attempts, problem, "
            "round(extract(epoch from due_at - now()))::int "
            "from postern.outbox where id = %s", number)[0]

    def ended(self, number):
        return self.row(number)[0]

    def make_due(self):
        self.sql("update postern.outbox set due_at = now() "
                 "where ended_at is null")

    def once(self, check=True):
        return self.postern("mail", "run", "--once", check=check)

    def start(self):
        with open(self.path("log/worker.stderr"), "ab") as log:
            worker = subprocess.Popen(
                [os.path.join(BUILD, "postern"), "mail", "run", "--config",
                 self.path("postern.conf")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                env=self.environment(),
                preexec_fn=die_with_parent(signal.SIGTERM))
        self.workers.append(worker)
        number = len(self.workers)
        wait_for("the worker is ready", lambda: self.logged().count(
            "mail: delivering") >= number)
        return worker

    def letters(self):
        found = []
        for path in sorted(glob.glob(self.path("mail/*.eml")) +
                           glob.glob(self.path("mail/*.letter"))):
            with open(path, "rb") as file:
                found.append(email.message_from_binary_file(
                    file, policy=email.policy.default))
        return found

    def close(self):
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait()
        if self.connection is not None:
            self.connection.close()
        reports = self.sanitizer_reports()
        self.remove()
        assert not reports, reports


class Sink:
    """An SMTP server that answers as told: script[address] = [answer, ...]."""

    def __init__(self, script=None, **options):
        self.script = script or {}
        self.received = []
        self.logins = []
        self.port = free_port()
        self.controller = Controller(
            self, hostname="127.0.0.1", port=self.port,
            authenticator=self.authenticate, auth_require_tls=False,
            **options)

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *unused):
        self.controller.stop()

    def authenticate(self, server, session, envelope, mechanism, data):
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"pass word",
                          handled=False)

    def next(self, address, stage):
        """The next answer of the script, when it belongs to this stage."""
        answers = self.script.get(address)
        if answers and answers[0].startswith(stage + " "):
            return answers.pop(0).split(" ", 1)[1]
        return None

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.next(address, "rcpt")
        if answer == "close":
            server.transport.abort()
            return "421 bye"
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        answer = self.next(envelope.rcpt_tos[0], "data")
        if answer == "close":
            server.transport.abort()
            return "421 bye"
        if answer and answer.startswith("slow"):
            import asyncio
            await asyncio.sleep(float(answer.split()[1]))
        elif answer:
            return answer
        self.received.append((envelope.mail_from, envelope.rcpt_tos,
                              envelope.original_content))
        return "250 OK"

    def to(self, address):
        return [email.message_from_bytes(content, policy=email.policy.default)
                for _, recipients, content in self.received
                if recipients == [address]]


@pytest.fixture
def new_office(server, new_database):
    with contextlib.ExitStack() as stack:
        def make(**settings):
            office = Office(server.dsn(new_database()), **settings)
            stack.callback(office.close)
            return office
        yield make


@pytest.fixture
def office(new_office):
    return new_office()


@pytest.fixture
def smtp(new_office):
    """(office, sink) with the SMTP transport between them."""
    with Sink() as sink:
        yield new_office(mail_transport="smtp", smtp_starttls="no",
                         smtp_url=f"smtp://127.0.0.1:{sink.port}"), sink


def equip(office, status=0):
    """Gives the office a sendmail of its own."""
    office.write("sendmail", SENDMAIL.format(office.path("mail")), 0o755)
    set_status(office, status)
    office.configure(mail_transport="sendmail",
                     sendmail=office.path("sendmail"))


def set_status(office, status):
    office.write("mail/status", str(status))


def part(letter, kind):
    return letter.get_body((kind,)).get_content()


def ticket(letter):
    """(page, uid, token) of the link, the same in both parts."""
    plain = LINK.findall(part(letter, "plain"))
    html = LINK.findall(part(letter, "html").replace("&amp;", "&"))
    assert len(plain) == 1
    assert set(html) == set(plain)
    return plain[0]


def hash_of(token):
    return hashlib.sha256(base64.urlsafe_b64decode(token + "=")).digest()


# What is written

def test_an_activation_letter(office, server):
    user = office.user("ann", "Ann@Example.net", verified=False)
    number = office.order("activation", user, epoch=0)
    done = office.once()
    assert done.stdout == "1 sent, 0 dropped, 0 waiting, 0 failed\n"
    letter, = office.letters()
    assert letter["From"] == "Site <noreply@site.example>"
    assert letter["To"] == "Ann@Example.net"
    assert letter["Subject"] == "Activate your account at Example"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["MIME-Version"] == "1.0"
    assert letter["Date"].endswith(" +0000")
    assert abs(letter["Date"].datetime.timestamp() - time.time()) < 60
    assert letter["Message-ID"] == "<%s@site.example>" % office.value(
        "select message_id from postern.outbox")
    assert letter.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in letter.iter_parts()] == [
        "text/plain", "text/html"]
    assert "Hello ann," in part(letter, "plain")
    assert "3 days" in part(letter, "plain")
    page, uid, token = ticket(letter)
    assert page == "activate"
    assert uid == office.value("select subject from postern.users")
    assert office.sql(
        "select encode(hash, 'hex'), purpose, user_id, email_canonical, "
        "epoch, used_at, "
        "round(extract(epoch from expires - created_at))::int "
        "from postern.tickets") == [
            (hash_of(token).hex(), "activation", user,
             "ann@example.net", 0, None, 72 * 3600)]
    assert office.ended(number) == "sent"
    for place in (office.logged(), done.stderr, server.logged(),
                  repr(office.sql("select * from postern.outbox"))):
        assert token not in place


def test_the_file_is_for_the_owner_and_readable(office):
    office.order("password_changed", office.user("ann"))
    office.once()
    path, = glob.glob(office.path("mail/*"))
    assert re.fullmatch(
        r"\d{8}T\d{6}\.\d{6}Z-password_changed-\d+\.eml",
        os.path.basename(path))
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    with open(path, encoding="ascii") as file:
        text = file.read()
    assert "\nHello ann,\n" in text
    assert "base64" not in text and "\r" not in text


def test_text_beyond_ascii(new_office):
    office = new_office(site_name="Bücher & Söhne")
    office.order("reset", "jo@example.net")
    office.user("Jö", "jo@example.net")
    office.once()
    letter, = office.letters()
    assert letter["Subject"] == "Choose a new password for Bücher & Söhne"
    assert "Hello Jö," in part(letter, "plain")
    assert "Bücher &amp; Söhne" in part(letter, "html")
    assert max(map(len, letter.as_bytes().splitlines())) <= 998
    letter.as_bytes().decode("ascii")


def test_names_do_not_reach_a_letter_as_headers(office):
    hostile = "x\r\nBcc: evil@example.com\r\n\r\n<b>"
    user = office.user("ann", verified=False, first_name=hostile)
    office.order("activation", user)
    imported = office.user("i\nBcc: evil@example.com", "i@example.net")
    office.order("password_changed", imported)
    office.once()
    for letter in office.letters():
        assert sorted(letter.keys()) == sorted([
            "Date", "From", "Subject", "To", "Message-Id", "Auto-Submitted",
            "MIME-Version", "Content-Type"])
        assert "<b>" not in part(letter, "html")
        assert "\nBcc" not in letter.as_string()
    assert len(office.letters()) == 2


def test_an_unusual_uid_is_encoded(office):
    user = office.user("ann", verified=False)
    office.sql("update postern.users set subject = 'a+b@c'")
    office.order("activation", user)
    office.once()
    _, uid, _ = ticket(office.letters()[0])
    assert uid == "a%2Bb%40c"
    assert urllib.parse.unquote(uid) == "a+b@c"


# To whom

@pytest.mark.parametrize("users, row, subject, to", [
    pytest.param([dict(verified=False)], ("activation", 0, 0), "Activate",
                 "u0@example.net", id="activation of a new account"),
    pytest.param([dict(verified=False)], ("activation", 0, None), "Activate",
                 "u0@example.net", id="activation without an epoch"),
    pytest.param([dict(verified=False, epoch=1)], ("activation", 0, 0), None,
                 None, id="activation when the epoch moved"),
    pytest.param([dict(verified=True)], ("activation", 0, 0), None, None,
                 id="activation of one that is active"),
    pytest.param([dict(verified=False, banned=True)], ("activation", 0, 0),
                 None, None, id="activation of a banned one"),
    pytest.param([dict(verified=False, address="x@y.org"),
                  dict(verified=True, address="X@y.org")],
                 ("activation", 0, 0), "You already", "X@y.org",
                 id="the address has an account"),
    pytest.param([dict(verified=False, address="x@y.org"),
                  dict(verified=False, address="X@y.org")],
                 ("activation", 0, 0), "Activate", "x@y.org",
                 id="the address has an unverified account"),
    pytest.param([dict(verified=False, address="x@y.org"),
                  dict(verified=True, address="x@y.org", banned=True)],
                 ("activation", 0, 0), None, None,
                 id="the address has a banned account"),
    pytest.param([dict(verified=False)], ("resend", "u0@example.net", None),
                 "Activate", "u0@example.net", id="resend"),
    pytest.param([dict(verified=True)], ("resend", "u0@example.net", None),
                 None, None, id="resend to an active account"),
    pytest.param([dict(verified=False, address="x@y.org"),
                  dict(verified=True, address="x@y.org")],
                 ("resend", "x@y.org", None), None, None,
                 id="resend where another one is active"),
    pytest.param([dict(verified=False, banned=True)],
                 ("resend", "u0@example.net", None), None, None,
                 id="resend to a banned account"),
    pytest.param([], ("resend", "u0@example.net", None), None, None,
                 id="resend to nobody"),
    pytest.param([dict(verified=True)], ("reset", "u0@example.net", None),
                 "Choose", "u0@example.net", id="reset"),
    pytest.param([dict(verified=False)], ("reset", "u0@example.net", None),
                 None, None, id="reset of an unverified account"),
    pytest.param([dict(verified=True, banned=True)],
                 ("reset", "u0@example.net", None), None, None,
                 id="reset of a banned account"),
    pytest.param([], ("reset", "u0@example.net", None), None, None,
                 id="reset of nobody"),
    pytest.param([dict(epoch=5)], ("password_changed", 0, 4), "Your password",
                 "u0@example.net", id="notice although the epoch moved"),
    pytest.param([dict(banned=True)], ("password_changed", 0, None),
                 "Your password", "u0@example.net",
                 id="notice to a banned account"),
])
def test_who_gets_which_letter(office, users, row, subject, to):
    ids = [office.user(f"u{i}", **user) for i, user in enumerate(users)]
    purpose, target, epoch = row
    if isinstance(target, int):
        target = ids[target]
    number = office.order(purpose, target, epoch)
    office.once()
    letters = office.letters()
    if subject is None:
        assert office.ended(number) == "dropped"
        assert letters == []
        assert office.sql("select * from postern.tickets") == []
        return
    letter, = letters
    assert office.ended(number) == "sent"
    assert letter["Subject"].startswith(subject)
    assert letter["To"] == to
    has_ticket = subject in ("Activate", "Choose")
    assert len(LINK.findall(part(letter, "plain"))) == has_ticket
    assert office.value("select count(*) from postern.tickets") == has_ticket


def test_resend_goes_to_the_newest_account(office):
    for name, age in (("old", 3), ("new", 1), ("middle", 2)):
        user = office.user(name, "x@y.org", verified=False)
        office.sql("update postern.users set created_at = now() - %s * "
                   "interval '1 hour' where id = %s", age, user)
    office.order("resend", "x@y.org")
    office.once()
    assert "Hello new," in part(office.letters()[0], "plain")


def test_at_most_three_live_tickets_of_a_purpose(office):
    user = office.user("ann")
    office.sql("insert into postern.tickets (hash, purpose, user_id, "
               "email_canonical, epoch, created_at, expires, used_at) values "
               "(sha256('used'), 'reset', %s, 'ann@example.net', 0, "
               "now() - interval '1 day', now(), now()), "
               "(sha256('other'), 'activation', %s, 'ann@example.net', 0, "
               "now() - interval '1 day', now() + interval '1 day', null)",
               user, user)
    tokens = []
    for _ in range(5):
        office.order("reset", "ann@example.net")
        office.once()
        tokens.append(ticket(office.letters()[-1])[2])
    live = {bytes(h) for h, in office.sql(
        "select hash from postern.tickets where used_at is null "
        "and purpose = 'reset'")}
    assert live == {hash_of(token) for token in tokens[2:]}
    assert office.value("select count(*) from postern.tickets") == 5


# By SMTP

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
    import socket
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


# By sendmail

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


# Attempts, order, workers

def test_eight_attempts_with_growing_waits(office):
    equip(office, 75)
    number = office.order("password_changed", office.user("ann"))
    waits = []
    for _ in range(7):
        office.once()
        ended, _, _, wait = office.row(number)
        assert ended is None
        waits.append(wait)
        office.make_due()
    assert office.once(check=False).returncode == 1
    assert office.row(number)[:2] == ("failed", 8)
    expected = [60, 120, 240, 480, 960, 1920, 3600]
    assert all(0 <= e - w <= 2 for e, w in zip(expected, waits)), waits
    assert len({letter["Message-ID"] for letter in office.letters()}) == 1


def test_letters_to_one_address_keep_their_order(smtp):
    office, sink = smtp
    sink.script["ann@example.net"] = ["rcpt 451 later"]
    ann = office.user("ann")
    office.user("bob")
    first = office.order("password_changed", ann)
    second = office.order("reset", "ann@example.net")
    other = office.order("reset", "bob@example.net")
    office.once()
    assert [office.row(n)[:2] for n in (first, second, other)] == [
        (None, 1), (None, 0), ("sent", 1)]
    office.make_due()
    office.once()
    assert [letter["Subject"].split()[0] for letter in
            sink.to("ann@example.net")] == ["Your", "Choose"]


def test_a_bad_letter_does_not_hold_the_others(office):
    wrong = office.user("ann", "not an address")
    first = office.order("password_changed", wrong)
    second = office.order("password_changed", office.user("bob"))
    office.once(check=False)
    assert office.ended(first) == "failed"
    assert office.ended(second) == "sent"


def test_a_wrong_template_says_where(office):
    os.mkdir(office.path("templates"))
    for path in glob.glob(office.settings["mail_templates"] + "/*"):
        with open(path, encoding="utf-8") as file:
            office.write("templates/" + os.path.basename(path), file.read())
    office.write("templates/reset.html", "<p>\n{lnik}</p>\n")
    office.configure(mail_templates=office.path("templates"))
    office.user("ann")
    wrong = office.order("reset", "ann@example.net")
    right = office.order("password_changed", office.user("bob"))
    office.once()
    ended, _, problem, _ = office.row(wrong)
    assert ended is None
    assert problem == (office.path("templates/reset.html") +
                       ":2: {lnik}: unknown placeholder")
    assert office.ended(right) == "sent"


def test_a_worker_killed_before_marking_sends_at_most_twice(office):
    equip(office)
    os.mkfifo(office.path("mail/gate"))
    number = office.order("password_changed", office.user("ann"))
    worker = office.start()
    wait_for("the letter is sent", lambda: office.letters())
    worker.kill()
    worker.wait()
    with open(office.path("mail/gate"), "w") as gate:
        gate.write("\n")
    os.unlink(office.path("mail/gate"))
    ended, attempts, _, wait = office.row(number)
    assert (ended, attempts) == (None, 1)
    assert 280 <= wait <= 300
    office.once()
    assert len(office.letters()) == 1
    office.make_due()
    office.once()
    office.once()
    first, second = office.letters()
    assert first["Message-ID"] == second["Message-ID"]
    assert office.row(number)[:2] == ("sent", 2)


def test_a_letter_that_ends_its_worker_fails_in_the_end(office):
    number = office.order("password_changed", office.user("ann"))
    office.sql("update postern.outbox set attempts = 8")
    office.once(check=False)
    assert office.row(number)[:3] == (
        "failed", 9, "no attempt came to its end")
    assert office.letters() == []


def test_two_workers_send_each_letter_once(office):
    office.start()
    office.start()
    count = 60
    for i in range(count):
        office.user(f"u{i}")
    office.sql("insert into postern.outbox (purpose, email_canonical) "
               "select 'reset', email_canonical from postern.users")
    wait_for("all are sent", lambda: office.value(
        "select count(*) from postern.outbox where ended_as = 'sent'")
        == count)
    letters = office.letters()
    assert len(letters) == count
    assert len({letter["Message-ID"] for letter in letters}) == count
    processes = set(re.findall(r"postern\[(\d+)\]: mail: letter",
                               office.logged()))
    assert len(processes) == 2


# The process

def test_a_notification_makes_a_letter_leave_at_once(office):
    office.start()
    user = office.user("ann")
    for number in range(1, 4):
        time.sleep(0.3)
        office.order("password_changed", user)
        wait_for("the letter", lambda n=number: len(office.letters()) == n,
                 timeout=2)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_an_idle_worker(office, number):
    worker = office.start()
    worker.send_signal(number)
    assert worker.wait(3) == 0


def test_a_signal_lets_the_letter_in_hand_come_to_its_end(smtp):
    office, sink = smtp
    sink.script["ann@example.net"] = ["data slow 2"]
    user = office.user("ann")
    first = office.order("password_changed", user)
    second = office.order("password_changed", user)
    worker = office.start()
    wait_for("the letter is on its way",
             lambda: not sink.script["ann@example.net"])
    worker.terminate()
    assert worker.wait(10) == 0
    assert office.ended(first) == "sent"
    assert office.row(second)[:2] == (None, 0)
    assert len(sink.received) == 1


def test_a_changed_configuration_is_taken_up(office):
    office.start()
    user = office.user("ann")
    os.mkdir(office.path("other"))
    office.configure(mail_folder=office.path("other"))
    office.order("password_changed", user)
    wait_for("the letter", lambda: glob.glob(office.path("other/*.eml")))
    office.configure(mail_transport="pigeon")
    office.order("password_changed", user)
    wait_for("the letter", lambda: len(
        glob.glob(office.path("other/*.eml"))) == 2)
    assert "pigeon" in office.logged()


@pytest.fixture
def own_server():
    with Postgres() as server:
        yield server


def test_the_database_goes_and_comes(own_server):
    office = Office(own_server.create_database())
    try:
        office.postern("migrate")
        worker = office.start()
        user = office.user("ann")
        own_server.stop()
        office.connection.close()
        time.sleep(2.5)
        assert worker.poll() is None
        done = office.once(check=False)
        assert done.returncode == 1
        assert "database: " in done.stderr
        own_server.start()
        office.order("password_changed", user)
        wait_for("the letter", lambda: office.letters(), timeout=20)

        # It goes while a letter is sent: that is marked when it is back.
        equip(office)
        os.mkfifo(office.path("mail/gate"))
        number = office.order("password_changed", user)
        wait_for("the letter is sent", lambda: len(office.letters()) == 2)
        own_server.stop()
        office.connection.close()
        with open(office.path("mail/gate"), "w") as gate:
            gate.write("\n")
        os.unlink(office.path("mail/gate"))
        time.sleep(1)
        own_server.start()
        wait_for("it is marked", lambda: office.ended(number) == "sent",
                 timeout=20)
        assert len(office.letters()) == 2
        worker.terminate()
        assert worker.wait(5) == 0
        away = [line for line in office.logged().splitlines()
                if "database: no connection" in line]
        assert len(away) <= 8, away
    finally:
        office.close()


# mail list, mail retry

def listed(office, *options):
    return json.loads(office.postern(
        "mail", "list", "--json", *options).stdout)


def test_list_shows_what_waits_and_what_failed(smtp):
    office, sink = smtp
    sink.script = {"ann@example.net": ["rcpt 550 no"],
                   "bob@example.net": ["rcpt 451 later"]}
    for name in ("ann", "bob", "cat"):
        office.user(name)
        office.order("reset", f"{name}@example.net")
    office.once(check=False)
    office.sql("insert into postern.outbox (purpose, email_canonical, due_at) "
               "values ('reset', 'dan@example.net', now() + interval '1 h')")
    rows = listed(office)
    assert [(r["recipient"], r["state"], r["attempts"]) for r in rows] == [
        ("ann@example.net", "failed", 1), ("bob@example.net", "waiting", 1),
        ("dan@example.net", "waiting", 0)]
    assert rows[0]["problem"] == "smtp: 550 no"
    assert rows[0]["due_at"] is None
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", rows[1]["due_at"])
    assert [r["state"] for r in listed(office, "--all")] == [
        "waiting", "sent", "waiting", "failed"]
    text = office.postern("mail", "list").stdout
    assert "451 later" in text and "cat@" not in text


def test_retry_puts_letters_back(smtp):
    office, sink = smtp
    sink.script = {"ann@example.net": ["rcpt 550 no", "rcpt 550 no"],
                   "bob@example.net": ["rcpt 451 later"]}
    for name in ("ann", "bob", "cat"):
        office.user(name)
    ann, bob, cat = (office.order("reset", f"{name}@example.net")
                     for name in ("ann", "bob", "cat"))
    office.once(check=False)
    assert office.postern("mail", "retry", "--failed").stdout == "1 put back\n"
    office.once(check=False)
    assert office.row(ann)[:2] == ("failed", 1)
    assert office.row(bob)[:2] == (None, 1)
    done = office.postern("mail", "retry", "--json", str(ann), str(bob))
    assert json.loads(done.stdout) == {"put_back": 2}
    assert office.once().stdout.startswith("2 sent, ")
    done = office.postern("mail", "retry", str(cat), check=False)
    assert done.returncode == 1
    assert len(sink.to("cat@example.net")) == 1


def test_retry_wakes_the_worker(smtp):
    office, sink = smtp
    sink.script["ann@example.net"] = ["rcpt 550 no"]
    office.user("ann")
    number = office.order("reset", "ann@example.net")
    office.once(check=False)
    office.start()
    office.postern("mail", "retry", str(number))
    wait_for("the letter", lambda: sink.received, timeout=2)


def test_retry_leaves_a_letter_in_hand(office):
    number = office.order("password_changed", office.user("ann"))
    office.sql("update postern.outbox set attempts = 1, "
               "due_at = now() + interval '5 min'")
    assert listed(office)[0]["state"] == "in hand"
    done = office.postern("mail", "retry", str(number), check=False)
    assert done.returncode == 1
    assert office.row(number)[1] == 1


@pytest.mark.parametrize("arguments", [
    ["retry"], ["retry", "x"], ["retry", "1x"], ["retry", "-1"],
    ["retry", "0"], ["retry", "--failed", "1"],
    ["retry", "99999999999999999999"], ["run", "now"], ["list", "--none"]])
def test_wrong_usage(office, arguments):
    done = office.postern("mail", *arguments, check=False)
    assert done.returncode == 2
    assert "usage: postern mail " + arguments[0] in done.stderr
