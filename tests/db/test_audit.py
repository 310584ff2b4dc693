"""postern audit: what happened, as the operator reads it."""

import json
import os
import re
import signal
import subprocess

import psycopg2
import pytest

from support.postgres import Postgres
from support.site import BUILD, QUICK, ROOT, Home, wait_for

TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
PASSWORD = "correct horse battery"


@pytest.fixture
def sql(home):
    connection = psycopg2.connect(home.settings["database"])
    connection.autocommit = True

    def run(text, *parameters):
        with connection.cursor() as cursor:
            cursor.execute(text, parameters or None)
            return cursor.fetchall() if cursor.description else []

    yield run
    connection.close()


@pytest.fixture
def ada(home):
    """An account; the audit log has its one entry."""
    return home.postern("user", "add", "Ada", "--email", "ada@example.org",
                        stdin=PASSWORD + "\n").stdout.strip()


def note(sql, what, age="0", account="null", **more):
    """An entry, as a program writes it."""
    names = "".join(f", {name}" for name in more)
    marks = ", %s" * len(more)
    sql(f"insert into postern.audit (what, at, user_id{names}) values (%s, "
        f"now() - interval '{age}', {account}{marks})", what, *more.values())


ADA = "(select id from postern.users where username = 'Ada')"


def entries(home, *arguments):
    return json.loads(home.postern("audit", "--json", *arguments).stdout)


def events(home, *arguments):
    return [entry["event"] for entry in entries(home, *arguments)]


def test_an_entry_has_everything(home, sql, ada):
    note(sql, "login", account=ADA, address="192.0.2.7", outcome="ok",
         session="0123456789abcdef0123456789abcdef")
    note(sql, "login", address="2001:db8::/64", outcome="login_refused",
         name_hash="fedcba9876543210" * 4)
    note(sql, "login", account="4711", address="192.0.2.8")
    added, login, unknown, gone = entries(home)
    assert TIME.match(login.pop("time"))
    assert added["event"] == "user_added" and added["account_id"] == ada
    assert added["id"] < login.pop("id") < unknown["id"] < gone["id"]
    assert login == {
        "event": "login", "account": "Ada", "account_id": ada,
        "by": None, "name_hash": None, "peer": "192.0.2.7", "outcome": "ok",
        "session": "0123456789abcdef0123456789abcdef"}
    assert unknown["account"] == "unknown #fedcba98"
    assert unknown["name_hash"] == "fedcba9876543210" * 4
    assert unknown["account_id"] is None
    assert gone["account"] == "deleted #4711"


def test_for_people_below_headings(home, sql, ada):
    note(sql, "login", account=ADA, address="192.0.2.7")
    heading, added, login = home.postern("audit").stdout.splitlines()
    assert heading.split() == ["time", "event", "account", "by", "peer",
                               "session", "outcome"]
    assert login.split()[1:] == ["login", "Ada", "-", "192.0.2.7", "-", "ok"]
    assert added.split()[1:] == ["user_added", "Ada", "-", "-", "-", "ok"]


def test_who_of_the_staff_has_done_it(home, sql, ada):
    note(sql, "user_banned", account="4711",
         actor_id=sql(f"select {ADA}")[0][0])
    note(sql, "user_banned", account=ADA, actor_id=4712)
    assert [entry["by"] for entry in entries(home)] == [
        None, "Ada", "deleted #4712"]


def test_the_last_ones_newest_last(home, sql):
    for number in range(5):
        note(sql, f"event{number}")
    done = home.postern("audit", "--limit", "3", "--json")
    assert [e["event"] for e in json.loads(done.stdout)] == [
        "event2", "event3", "event4"]
    assert "these are the last 3" in done.stderr
    assert home.postern("audit").stderr == ""


def test_of_one_account_and_one_event(home, sql, ada):
    note(sql, "login", account=ADA)
    note(sql, "login", account="4711")
    note(sql, "logout", account=ADA)
    assert events(home, "--user", "ADA") == ["user_added", "login", "logout"]
    assert events(home, "--user", f"id:{ada}", "--what", "login") == ["login"]
    assert events(home, "--what", "login") == ["login", "login"]
    assert events(home, "--what", "nothing of the kind") == []
    said = home.postern("audit", "--user", "nobody", check=False)
    assert (said.returncode, said.stdout) == (1, "")
    assert '"nobody"' in said.stderr


@pytest.mark.parametrize("since,expected", [
    ("30s", ["now"]), ("59m", ["now"]), ("61m", ["hour", "now"]),
    ("2h", ["hour", "now"]), ("10d", ["week", "hour", "now"]),
    ("2001-02-03", ["week", "hour", "now"]),
    ("2001-02-03T04:05:06Z", ["week", "hour", "now"]),
    ("2001-02-03 04:05", ["week", "hour", "now"]), ("2999-01-01", [])])
def test_since(home, sql, since, expected):
    note(sql, "week", "7 days")
    note(sql, "hour", "1 hour")
    note(sql, "now")
    assert events(home, "--since", since) == expected


def test_since_a_moment_in_utc(home, sql):
    sql("insert into postern.audit (what, at) values "
        "('before', '2031-01-31 11:59:59+00'), "
        "('at', '2031-01-31 12:00:00+00')")
    assert events(home, "--since", "2031-01-31T12:00:00Z") == ["at"]
    assert events(home, "--since", "2031-01-31") == ["before", "at"]


@pytest.mark.parametrize("arguments", [
    ["--since", "yesterday"], ["--since", ""], ["--since", "5"],
    ["--since", "-5m"], ["--since", "2031-13-01"], ["--since", "5mm"],
    ["--since", "99999999999999999999d"], ["--since", "2031-01-31x"],
    ["--limit", "0"], ["now"], ["--user"]])
def test_wrong_usage(home, arguments):
    done = home.postern("audit", *arguments, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: postern audit" in done.stderr


def test_what_a_terminal_would_obey_is_escaped(home, sql):
    note(sql, "login", address="\x1b[2J")
    assert "\\x1b[2J" in home.postern("audit").stdout


def test_the_entries_of_an_account_have_an_index(home, sql, ada):
    sql("insert into postern.audit (what, user_id) select 'login', n % 1000 "
        "from generate_series(1, 20000) n")
    sql("analyze postern.audit")
    with open(os.path.join(ROOT, "sql/queries/operator_audit.sql")) as file:
        sql("prepare look (text, text, text, bigint, bigint) as "
            + file.read())
    plan = sql("explain (format json) execute look "
               "('ada', null, null, null, 100)")
    assert "audit_user" in json.dumps(plan)


class Follower:
    """postern audit --follow, and what it has printed so far."""

    def __init__(self, home, *arguments):
        self.home = home
        self.output = open(home.path("followed"), "w+b")
        self.errors = open(home.path("log/followed"), "w+b")
        self.process = subprocess.Popen(
            [os.path.join(BUILD, "postern"), "audit", "--follow",
             *arguments], stdin=subprocess.DEVNULL, stdout=self.output,
            stderr=self.errors, env=home.environment())

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.output.close()
        self.errors.close()

    def lines(self):
        with open(self.home.path("followed")) as file:
            return file.read().splitlines()

    def wait(self, *events):
        """Until these events, and no others, were printed."""

        def told():
            return [json.loads(line)["event"] for line in self.lines()]

        wait_for(f"{events}", lambda: len(told()) >= len(events))
        assert told() == list(events)

    def end(self, number):
        self.process.send_signal(number)
        assert self.process.wait(10) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_follow_prints_what_comes(home, sql, number):
    note(sql, "old")
    note(sql, "older than a while", "1 hour")
    with Follower(home, "--json", "--limit", "1") as follower:
        follower.wait("older than a while")
        note(sql, "first")
        follower.wait("older than a while", "first")
        note(sql, "second")
        note(sql, "third")
        follower.wait("older than a while", "first", "second", "third")
        follower.end(number)


def test_follow_misses_nothing_that_was_written_late(home, sql):
    """An entry of a lower number whose transaction ends after the look."""
    slow = psycopg2.connect(home.settings["database"])
    with slow.cursor() as cursor, Follower(home, "--json") as follower:
        cursor.execute("insert into postern.audit (what) values ('late')")
        note(sql, "early")
        follower.wait("early")
        slow.commit()
        follower.wait("early", "late")
        follower.end(signal.SIGINT)
    slow.close()


def test_follow_of_one_account(home, sql, ada):
    with Follower(home, "--json", "--user", "ada", "--what",
                  "login") as follower:
        note(sql, "login", account="4711")
        note(sql, "logout", account=ADA)
        note(sql, "login", account=ADA)
        follower.wait("login")
        follower.end(signal.SIGINT)


def test_follow_for_people(home, sql, ada):
    note(sql, "login", account=ADA, address="192.0.2.7",
         session="0123456789abcdef0123456789abcdef")
    with Follower(home) as follower:
        wait_for("two lines", lambda: len(follower.lines()) == 2)
        follower.end(signal.SIGINT)
    for line in follower.lines():
        assert TIME.match(line.split()[0])
    assert follower.lines()[1].split()[1:] == [
        "login", "Ada", "-", "192.0.2.7",
        "0123456789abcdef0123456789abcdef", "ok"]


def test_follow_survives_the_database():
    with Postgres() as server:
        home = Home(server.create_database("postern"), QUICK)
        home.postern("migrate")

        def note_now(what):
            with server.connect("postern") as connection:
                with connection.cursor() as cursor:
                    cursor.execute("insert into postern.audit (what) "
                                   "values (%s)", (what,))
            connection.close()

        note_now("before")
        with Follower(home, "--json") as follower:
            follower.wait("before")
            server.stop()
            wait_for("it notices", lambda: "database" in home.logged())
            server.start()
            note_now("after")
            follower.wait("before", "after")
            follower.end(signal.SIGINT)
        home.remove()


def test_follow_waits_for_a_database_that_is_not_there_yet():
    with Postgres() as server:
        home = Home(server.create_database("postern"), QUICK)
        home.postern("migrate")
        server.stop()
        with Follower(home, "--json") as follower:
            wait_for("it notices", lambda: "database" in home.logged())
            server.start()
            with server.connect("postern") as connection:
                with connection.cursor() as cursor:
                    cursor.execute("insert into postern.audit (what) "
                                   "values ('first')")
            connection.close()
            follower.wait("first")
            follower.end(signal.SIGINT)
        home.remove()


def test_follow_ends_with_its_reader(home, sql):
    note(sql, "one")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [os.path.join(BUILD, "postern"), "audit", "--follow"],
            stdout=full, stderr=subprocess.PIPE, env=home.environment(),
            timeout=20)
    assert done.returncode == 1
    assert b"standard output" in done.stderr
