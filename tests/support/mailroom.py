"""A mail room: configuration, workers, and what takes their letters."""

import asyncio
import base64
import email
import email.policy
import glob
import hashlib
import os
import re
import signal
import subprocess

import psycopg2
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from .postgres import die_with_parent
from .site import BUILD, Home, free_port, wait_for

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

    TABLE = "outbox"
    GROUP = "mail"
    READY = "mail: delivering"

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
            f"from postern.{self.TABLE} where id = %s", number)[0]

    def ended(self, number):
        return self.row(number)[0]

    def make_due(self):
        self.sql(f"update postern.{self.TABLE} set due_at = now() "
                 "where ended_at is null")

    def once(self, check=True):
        return self.postern(self.GROUP, "run", "--once", check=check)

    def start(self):
        with open(self.path("log/worker.stderr"), "ab") as log:
            worker = subprocess.Popen(
                [os.path.join(BUILD, "postern"), self.GROUP, "run", "--config",
                 self.path("postern.conf")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                env=self.environment(),
                preexec_fn=die_with_parent(signal.SIGTERM))
        self.workers.append(worker)
        number = len(self.workers)
        wait_for("the worker is ready", lambda: self.logged().count(
            self.READY) >= number)
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
