"""The operator's command, each command as an operator runs it."""

import contextlib
import ctypes
import ctypes.util
import grp
import json
import os
import pty
import re
import select
import socket
import stat
import subprocess
import termios
import time

import psycopg2
import pytest

from support.site import QUICK, ROOT, Home, wait_for

PASSWORD = "correct horse battery"
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


@pytest.fixture
def bare():
    """A home without a database behind it."""
    made = Home("host=/nonexistent dbname=none", QUICK)
    yield made
    made.remove()


@pytest.fixture
def add(home):
    """add(name, option, ...) makes an account, returns its id."""

    def run(name, *options, password=PASSWORD):
        options = options or ("--email", f"{name}@example.org")
        return home.postern("user", "add", name, *options,
                            stdin=password + "\n").stdout.strip()

    return run


def refused(home, *arguments, stdin=None, status=1):
    """The command fails like this; returns what it says."""
    done = home.postern(*arguments, stdin=stdin, check=False)
    assert done.returncode == status, (done.stdout, done.stderr)
    assert done.stdout == ""
    assert done.stderr != ""
    return done.stderr


def shown(home, name):
    return json.loads(home.postern("user", "show", name, "--json").stdout)


def session(sql, name, expires="1 hour", idle="1 hour", agent="browser"):
    """A session of the account, as a login makes it; returns its id."""
    return sql(
        "insert into postern.sessions (id, user_id, epoch, current_jti,"
        " rotated_at, lifetime, idle_expires, expires, address, agent)"
        " select gen_random_uuid(), id, epoch, gen_random_uuid(), now(),"
        " '1 hour', now() + %s::interval, now() + %s::interval,"
        " '192.0.2.1', %s from postern.users where username = %s"
        " returning replace(id::text, '-', '')",
        idle, expires, agent, name)[0][0]


def audited(sql):
    return [row[0] for row in sql(
        "select what from postern.audit where address is null"
        " and outcome = 'ok' order by id")]


# Usage

USAGE = [
    # rule, arguments, what is said
    ("no command", [], "usage: postern COMMAND"),
    ("a group alone", ["user"], "user add NAME"),
    ("unknown command", ["fly"], 'there is no command "fly"'),
    ("unknown command of a group", ["user", "fly"],
     'there is no command "user fly"'),
    ("unknown option", ["user", "list", "--fly"], "--fly"),
    ("value of an option missing", ["user", "list", "--limit"], "--limit"),
    ("--config without a file", ["migrate", "--config"], "--config"),
    ("operand missing", ["user", "show"], "usage: postern user show NAME"),
    ("one operand too many", ["user", "show", "a", "b"], '"b"'),
    ("operand where none belongs", ["migrate", "now"], '"now"'),
    ("address missing", ["user", "add", "alice"], "--email"),
    ("limit of 0", ["user", "list", "--limit", "0"], "1 to"),
    ("limit that is no number", ["user", "list", "--limit", "1x"], "1 to"),
    ("limit beyond all numbers", ["user", "list", "--limit", "9" * 30],
     "1 to"),
    ("no session said", ["session", "end"], "ID, --user and --all"),
    ("two ways to say sessions", ["session", "end", "--all", "--user", "a"],
     "ID, --user and --all"),
]


@pytest.mark.parametrize("rule,arguments,words", USAGE,
                         ids=[row[0] for row in USAGE])
def test_wrong_usage_is_2_and_told(bare, rule, arguments, words):
    assert words in refused(bare, *arguments, status=2)


@pytest.mark.parametrize("arguments,words,absent", [
    (["--help"], "session end ID", "\0"),
    (["user", "--help"], "user ban NAME", "session end"),
    (["user", "add", "--help"], "usage: postern user add NAME", "user ban"),
    (["--version"], "postern ", "usage"),
], ids=["all", "group", "command", "version"])
def test_help_needs_no_configuration(bare, arguments, words, absent):
    os.unlink(bare.path("postern.conf"))
    done = bare.postern(*arguments)
    assert words in done.stdout
    assert absent not in done.stdout
    assert done.stderr == ""


def test_settings_need_no_configuration(bare):
    os.unlink(bare.path("postern.conf"))
    lines = bare.postern("settings").stdout.splitlines()
    at = lines.index("access_token_lifetime = 5m")
    assert lines[at + 1] == "      life of an access token"
    assert "issuer =" in lines
    assert "one argument too many" in refused(bare, "settings", "issuer",
                                              status=2)


def test_the_example_names_every_setting_and_its_default(bare):
    described = json.loads(bare.postern("settings", "--json").stdout)
    assert all(entry["help"] for entry in described)
    with open(os.path.join(ROOT, "deploy/postern.conf.example")) as file:
        defaults = re.findall(r"^#([\w.]+) = ?(.*)$", file.read(), re.MULTILINE)
    assert defaults == [(entry["name"], entry["default"])
                        for entry in described]


def test_the_example_is_a_configuration(bare):
    with open(os.path.join(ROOT, "deploy/postern.conf.example")) as file:
        bare.write("postern.conf", file.read())
    found = json.loads(bare.postern("check", "--json", check=False).stdout)
    assert [entry["status"] for entry in found
            if entry["check"] == "configuration"] == ["ok"]


def test_options_of_all_stand_anywhere(home, build):
    path = home.path("postern.conf")
    for arguments in (["--json", "user", "list", f"--config={path}"],
                      ["user", "--config", path, "--json", "list"]):
        done = subprocess.run(
            [os.path.join(build, "postern"), *arguments], text=True,
            capture_output=True, env=home.environment(POSTERN_CONFIG="/no"))
        assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


# Configuration

WRONG = [
    ("unknown setting", "colour", "blue", "allowed: "),
    ("wrong choice", "algorithm", "none", "HS256"),
    ("wrong time", "reset_lifetime", "soon", "60"),
]


@pytest.mark.parametrize("rule,name,value,allowed", WRONG,
                         ids=[row[0] for row in WRONG])
@pytest.mark.parametrize("command", [["migrate"], ["check"]],
                         ids=["migrate", "check"])
def test_wrong_configuration(home, command, rule, name, value, allowed):
    home.configure(**{name: value})
    with open(home.path("postern.conf")) as file:
        line = [text.startswith(name) for text in file].index(True) + 1
    done = home.postern(*command, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert f"{home.path('postern.conf')}:{line}: {name}: " in said
    assert allowed in said
    assert home.postern(*command, check=False, **{
        "POSTERN_CONFIG": "/no"}).returncode == 1
    home.configure(**{name: None})
    home.postern(*command)


def test_database_away_is_told(home):
    home.configure(database="host=/nonexistent dbname=postern")
    assert "/nonexistent" in refused(home, "user", "list")


# Migrations

def fresh(server, home):
    """An empty database in place of the migrated one; returns its name."""
    name = "fresh"
    home.configure(database=server.create_database(name))
    return name


def test_migrate_applies_once(server, home):
    name = fresh(server, home)
    assert "applied 001_foundation\n" in home.postern("migrate").stdout
    assert home.postern("migrate").stdout == "nothing to do\n"
    with server.connect(name) as connection:
        with connection.cursor() as cursor:
            cursor.execute("select version, applied_at is not null"
                           " from postern.migrations order by version")
            rows = cursor.fetchall()
    connection.close()
    assert rows[0] == ("001_foundation", True)


def test_migrate_in_json(server, home):
    fresh(server, home)
    first = json.loads(home.postern("migrate", "--json").stdout)
    assert first["done"] is True
    assert first["applied"][0] == "001_foundation"
    assert json.loads(home.postern("migrate", "--json").stdout) == {
        "done": True, "applied": []}


def test_two_migrates_at_once_apply_once(server, home, build):
    fresh(server, home)
    both = [subprocess.Popen(
        [os.path.join(build, "postern"), "migrate"], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=home.environment()) for _ in range(6)]
    said = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0] * 6, said
    # They may share the work; each piece of it is done once.
    applied = [line for out, _ in said for line in out.splitlines()
               if line != "nothing to do"]
    assert sorted(applied) == [
        "applied " + name.removesuffix(".sql")
        for name in sorted(os.listdir(os.path.join(ROOT, "sql/schema")))]


def test_migration_that_fails_leaves_nothing(server, home):
    name = fresh(server, home)
    with server.connect(name) as connection:
        with connection.cursor() as cursor:
            cursor.execute("create schema postern authorization postern;"
                           "create table postern.audit (mine text)")
    assert "001_foundation" in refused(home, "migrate")
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('postern.users')")
        assert cursor.fetchone() == (None,)
        cursor.execute("drop table postern.audit")
    connection.close()
    home.postern("migrate")


def test_newer_schema_is_told_and_is_no_failure(home, sql):
    sql("insert into postern.migrations (version) values ('999_future')")
    done = home.postern("migrate")
    sql("delete from postern.migrations where version = '999_future'")
    assert done.stdout == "nothing to do\n"
    assert "999_future" in done.stderr


def test_without_a_schema_migrate_is_named(server, home):
    fresh(server, home)
    assert "postern migrate" in refused(home, "user", "list")


# Check

def findings(home, status, **environment):
    done = home.postern("check", "--json", check=False, **environment)
    assert done.returncode == status, (done.stdout, done.stderr)
    return {(entry["check"], entry["status"]): entry["text"]
            for entry in json.loads(done.stdout)}


FAULTS = [
    # rule, settings, finding, words in its text
    ("no key set", {"signing_key": None}, "keys", "postern key new"),
    ("key missing", {"signing_key": "/nonexistent/key"}, "keys",
     "postern key new"),
    ("database away", {"database": "host=/nonexistent"}, "database",
     "setting database"),
    ("public_url not set", {"public_url": None}, "public_url",
     "public_url"),
    ("mail_from not set", {"mail_from": None}, "mail_from", "mail_from"),
    ("folder missing", {"mail_folder": "/nonexistent"}, "mail",
     "mail_folder"),
    ("folder is a file", {"mail_folder": "/etc/passwd"}, "mail",
     "mail_folder"),
    ("sendmail missing", {"mail_transport": "sendmail",
                          "sendmail": "/nonexistent"}, "mail", "sendmail"),
    ("nobody at the SMTP port", {"mail_transport": "smtp",
                                 "smtp_url": "smtp://127.0.0.1:1"},
     "mail", "smtp_url"),
    ("SMTP host unknown", {"mail_transport": "smtp",
                           "smtp_url": "smtp://nonexistent.invalid"},
     "mail", "smtp_url"),
    ("templates missing", {"mail_templates": "/nonexistent"}, "templates",
     "/nonexistent"),
]


@pytest.mark.parametrize("rule,settings,check,words", FAULTS,
                         ids=[row[0] for row in FAULTS])
def test_check_finds(home, rule, settings, check, words):
    assert (check, "problem") not in findings(home, 0)
    home.configure(**settings)
    assert words in findings(home, 1)[check, "problem"]


@pytest.mark.parametrize("mode,status", [
    (0o600, 0), (0o640, 0), (0o644, 1), (0o602, 1)])
def test_check_looks_at_who_reads_the_key(home, mode, status):
    os.chmod(home.path("key"), mode)
    found = findings(home, status)
    if status:
        assert "chmod" in found["keys", "problem"]
    else:
        assert "HS256" in found["keys", "ok"]


def test_check_finds_an_old_schema(home, sql):
    assert findings(home, 0)["schema", "ok"]
    sql("update postern.migrations set version = '0' || version")
    found = findings(home, 1)
    sql("update postern.migrations set version = substr(version, 2)")
    assert "postern migrate" in found["schema", "problem"]
    assert "0001_foundation" in found["schema", "warning"]


def test_check_warns_without_failing(home):
    home.configure(throttle="yes", public_url="https://site.example",
                   password_memory=None, password_passes=None)
    assert not [key for key in findings(home, 0) if key[1] == "warning"]
    home.configure(throttle="no", public_url="http://site.example")
    found = findings(home, 0)
    assert "throttle = on" in found["throttle", "warning"]
    assert "https" in found["public_url", "warning"]


@pytest.mark.parametrize("memory,passes,warned", [
    ("19456k", "2", False), ("64M", "3", False), ("19455k", "2", True),
    ("64M", "1", True)])
def test_check_warns_of_cheap_hashes(home, memory, passes, warned):
    home.configure(password_memory=memory, password_passes=passes)
    found = findings(home, 0)
    assert (("passwords", "warning") in found) == warned


@pytest.mark.parametrize("name,warned", [
    ("POSTERN_LEEWAY", False), ("POSTERN_CONFIG", False),
    ("POSTERN_LEEWAYS", True), ("POSTERN_LEE", True), ("POSTERN_", True),
    ("POSTERN_leeway", True), ("OTHER_LEEWAYS", False)])
def test_check_warns_of_variables_that_are_no_setting(home, name, warned):
    path = home.path("postern.conf")
    found = findings(home, 0, **{
        name: path if name == "POSTERN_CONFIG" else "3s"})
    assert (("environment", "warning") in found) == warned
    if warned:
        assert found["environment", "warning"].startswith(name + " is no")


def test_check_shows_no_password(home):
    for name, value in (
            ("smtp_url", "smtp://user:hunter2@127.0.0.1:1"),
            ("database", "host=/nonexistent password='hunter2 hunter2'"),
            ("database", "host=/nonexistent password=a hunter2"),
            ("database", "postgresql://me:hunter2@[nowhere/db"),
            ("database", "postgresql://me:hunter2@localhost:port/db")):
        home.configure(mail_transport="smtp", smtp_url="smtp://127.0.0.1:1")
        before = home.settings[name]
        home.configure(**{name: value})
        done = home.postern("check", check=False,
                            POSTERN_PASSWORD="hunter2")
        assert done.returncode == 1
        assert "hunter2" not in done.stdout + done.stderr, value
        home.configure(**{name: before})


def test_check_reaches_smtp(home):
    for family, host, shown_host in (
            (socket.AF_INET, "127.0.0.1", "127.0.0.1"),
            (socket.AF_INET6, "::1", "[::1]")):
        with socket.socket(family) as listener:
            try:
                listener.bind((host, 0))
            except OSError:
                continue
            listener.listen(1)
            port = listener.getsockname()[1]
            home.configure(mail_transport="smtp",
                           smtp_url=f"smtp://{shown_host}:{port}/")
            assert str(port) in findings(home, 0)["mail", "ok"]


def test_check_for_people(home):
    done = home.postern("check")
    lines = done.stdout.splitlines()
    assert any(re.match(r"ok +database ", line) for line in lines)
    assert all(re.match(r"(ok|warning|problem) +\w+  ", line)
               for line in lines)


# Keys

def test_key_new(bare):
    os.unlink(bare.path("key"))
    assert bare.postern("key", "new").stdout == f"made {bare.path('key')}\n"
    text = open(bare.path("key")).read()
    assert re.fullmatch(r"[A-Za-z0-9_-]{64}\n", text)
    assert stat.S_IMODE(os.stat(bare.path("key")).st_mode) == 0o600
    assert "HS256" in findings(bare, 1)["keys", "ok"]
    bare.postern("key", "new", bare.path("other"))
    assert open(bare.path("other")).read() != text


def test_key_new_in_json(bare):
    path = bare.path("other")
    assert json.loads(bare.postern("key", "new", path, "--json").stdout) == {
        "done": True, "file": path}


def test_key_is_never_overwritten(bare):
    before = open(bare.path("key")).read()
    assert "exists" in refused(bare, "key", "new")
    os.symlink(bare.path("key"), bare.path("link"))
    assert "exists" in refused(bare, "key", "new", bare.path("link"))
    os.symlink(bare.path("nowhere"), bare.path("dangling"))
    assert "exists" in refused(bare, "key", "new", bare.path("dangling"))
    assert open(bare.path("key")).read() == before


def test_key_for_a_group(bare):
    path = bare.path("shared")
    group = os.getgid()
    bare.postern("key", "new", path, "--group", grp.getgrgid(group).gr_name)
    status = os.stat(path)
    assert stat.S_IMODE(status.st_mode) == 0o640
    assert status.st_gid == group
    assert "nonesuch" in refused(bare, "key", "new", bare.path("third"),
                                 "--group", "nonesuch")
    assert not os.path.exists(bare.path("third"))


def test_key_where_it_cannot_be(bare):
    assert "/nonexistent" in refused(bare, "key", "new", "/nonexistent/key")


# Accounts

def test_user_add(home, add, sql):
    subject = add("Alice", "--email", "Alice@Example.ORG")
    assert UUID.match(subject)
    assert sql("select subject, username, username_canonical, email,"
               " email_canonical, verified_at is not null, is_staff,"
               " banned_at is null, password like '$argon2id$%'"
               " from postern.users") == [
        (subject, "Alice", "alice", "Alice@example.org",
         "alice@example.org", True, False, True, True)]
    assert audited(sql) == ["user_added"]


def test_user_add_with_everything(home, sql):
    done = home.postern(
        "user", "add", "bob", "--email", "bob@example.org", "--unverified",
        "--staff", "--subject", "17", "--first-name", "Bob", "--last-name",
        "Børre", "--json", stdin=PASSWORD + "\n")
    assert json.loads(done.stdout) == {
        "id": "17", "username": "bob", "email": "bob@example.org"}
    row = shown(home, "bob")
    assert TIME.match(row.pop("created"))
    assert row == {
        "id": "17", "username": "bob", "email": "bob@example.org",
        "first_name": "Bob", "last_name": "Børre", "verified": None,
        "banned": None, "is_staff": True, "groups": "", "epoch": 0,
        "last_login": None, "sessions": 0, "two_step": False}


BAD = [
    # rule, name, options, password, what is said
    ("username taken in another spelling", "ALICE",
     ["--email", "new@example.org"], PASSWORD, "username"),
    ("address of a verified account", "new",
     ["--email", "ALICE@example.org"], PASSWORD, "address"),
    ("the same for an unverified one", "new",
     ["--email", "ALICE@example.org", "--unverified"], PASSWORD, "address"),
    ("id taken", "new",
     ["--email", "new@example.org", "--subject", "1"], PASSWORD, "id"),
    ("id with a slash", "new",
     ["--email", "new@example.org", "--subject", "a/b"], PASSWORD, "id"),
    ("id of 65 characters", "new",
     ["--email", "new@example.org", "--subject", "x" * 65], PASSWORD, "64"),
    ("empty id", "new",
     ["--email", "new@example.org", "--subject", ""], PASSWORD, "64"),
    ("username with a blank", "a b",
     ["--email", "new@example.org"], PASSWORD, "username"),
    ("username of two scripts", "p\u0430ypal",
     ["--email", "new@example.org"], PASSWORD, "username"),
    ("username without a letter or digit", "._.",
     ["--email", "new@example.org"], PASSWORD, "username"),
    ("reserved username", "Admin",
     ["--email", "new@example.org"], PASSWORD, "reserved"),
    ("malformed address", "new", ["--email", "nowhere"], PASSWORD,
     "address"),
    ("address beyond ASCII", "new", ["--email", "new@b\u00fccher.example"],
     PASSWORD, "address"),
    ("address with a newline", "new",
     ["--email", "a@example.org\nBcc: b@example.org"], PASSWORD, "address"),
    ("first name with an escape", "new",
     ["--email", "new@example.org", "--first-name", "\x1b[2J"], PASSWORD,
     "control"),
    ("last name of 151 characters", "new",
     ["--email", "new@example.org", "--last-name", "x" * 151], PASSWORD,
     "150"),
    ("empty password", "new", ["--email", "new@example.org"], "", "empty"),
    ("short password", "new", ["--email", "new@example.org"], "zQ3!x9k",
     "too short"),
    ("common password", "new", ["--email", "new@example.org"], "password123",
     "too common"),
    ("password of digits", "new", ["--email", "new@example.org"],
     "73519284650", "entirely numeric"),
    ("password like the name", "gwendolyn", ["--email", "new@example.org"],
     "gwendolyn1", "similar"),
    ("password of 1025 bytes", "new", ["--email", "new@example.org"],
     "x1" * 512 + "y", "1024"),
    ("empty password, forced", "new",
     ["--email", "new@example.org", "--force"], "", "empty"),
    ("password of 1025 bytes, forced", "new",
     ["--email", "new@example.org", "--force"], "x1" * 512 + "y", "1024"),
    ("password with a NUL", "new", ["--email", "new@example.org"],
     "correct\0horse", "NUL"),
]


@pytest.mark.parametrize("rule,name,options,password,words", BAD,
                         ids=[row[0] for row in BAD])
def test_user_add_refuses(home, add, sql, rule, name, options, password,
                          words):
    add("alice", "--email", "alice@example.org", "--subject", "1")
    said = refused(home, "user", "add", name, *options,
                   stdin=password + "\n")
    assert words in said
    assert password == "" or password not in said
    assert sql("select count(*) from postern.users") == [(1,)]
    assert audited(sql) == ["user_added"]


def test_what_is_just_right_is_taken(add):
    add("new", "--email", "new@example.org", "--subject", "x" * 64)
    # with the login by username alone, a name may look like any address
    add("own@example.org", "--email", "Own@example.org")
    add("any@example.org", "--email", "other@example.org")
    add("zoe", "--email", "zoe@example.org", password="zQ3!x9kv")
    add("yan", "--email", "yan@example.org", password="x1" * 512)
    add("two", "--email", "two@example.org", "--last-name", "x" * 150)
    add("admin", "--email", "admin@example.org", "--force", password="admin")


@pytest.mark.parametrize("name", ["kings", "KINGS", "\uff4bings",
                                  "\u00c9LAN", "e\u0301lan"])
def test_user_add_refuses_names_of_the_setting(home, add, sql, name):
    options = ("--email", "new@example.org")
    home.configure(reserved_usernames="Kings, \u00e9lan")
    said = refused(home, "user", "add", name, *options,
                   stdin=PASSWORD + "\n")
    assert "the username is reserved; --force takes it" in said
    assert sql("select count(*) from postern.users") == [(0,)]
    add(name, *options, "--force")
    home.postern("user", "delete", name)
    # without the name, or without the setting, nobody has to be forced
    add("king", *options)
    home.postern("user", "delete", "king")
    home.configure(reserved_usernames=None)
    add(name, *options)


def test_password_is_one_line_and_not_trimmed(add, sql, server):
    add("alice", password=" blanks around it \nsecond line")
    stored = sql("select password from postern.users")[0][0]
    assert verify(stored, " blanks around it ")
    assert not verify(stored, "blanks around it")
    assert "blanks around it" not in server.logged()


def verify(stored, password):
    """libsodium's own answer about a stored hash."""
    sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))
    assert sodium.sodium_init() >= 0
    text = password.encode()
    padded = stored.encode() + bytes(128 - len(stored))
    return sodium.crypto_pwhash_str_verify(
        padded, text, ctypes.c_ulonglong(len(text))) == 0


def test_user_list(home, add):
    assert home.postern("user", "list", "--json").stdout == "[]\n"
    assert home.postern("user", "list").stdout == ""
    add("anna")
    add("bert", "--email", "bert@example.org", "--unverified")
    add("cleo", "--email", "cleo@example.org", "--staff")
    home.postern("user", "ban", "cleo")

    def names(*options):
        done = home.postern("user", "list", "--json", *options)
        return [row["username"] for row in json.loads(done.stdout)]

    assert names() == ["anna", "bert", "cleo"]
    assert names("--unverified") == ["bert"]
    assert names("--banned") == ["cleo"]
    assert names("--staff") == ["cleo"]
    assert names("--staff", "--unverified") == []
    assert names("--limit", "2") == ["anna", "bert"]
    assert "--limit" in home.postern("user", "list", "--limit", "2").stderr
    lines = home.postern("user", "list").stdout.splitlines()
    assert len(lines) == 4
    assert len({line.index("example.org") for line in lines[1:]}) == 1


NAMES = ["alice", "ALICE", "\uff21lice", "id:42"]


@pytest.mark.parametrize("name", NAMES)
def test_any_spelling_names_the_account(home, add, name):
    add("Alice", "--email", "alice@example.org", "--subject", "42")
    assert shown(home, name)["id"] == "42"


@pytest.mark.parametrize("command", [
    ["user", "show"], ["user", "verify"], ["user", "ban"],
    ["user", "unban"], ["user", "password"], ["user", "delete"],
    ["session", "list"], ["session", "end", "--user"]],
    ids=lambda words: " ".join(words))
@pytest.mark.parametrize("name", ["nobody1", "id:43", "id:", "42",
                                  "x' or '1'='1"])
def test_unknown_account_is_told(home, add, command, name):
    add("Alice", "--email", "alice@example.org", "--subject", "42")
    assert name in refused(home, *command, name, stdin=PASSWORD + "\n")


def test_what_a_terminal_would_obey_is_escaped(home, add, sql):
    add("alice")
    sql("update postern.users set first_name = %s", "\x1b[2J\x9b1m\x7fé")
    line = home.postern("user", "show", "alice").stdout
    assert "\\x1b[2J\\xc2\\x9b1m\\x7fé" in line
    assert shown(home, "alice")["first_name"] == "\x1b[2J\x9b1m\x7fé"


def test_user_verify(home, add, sql):
    add("alice", "--email", "a@example.org", "--unverified")
    assert home.postern("user", "verify", "alice").stdout == "verified\n"
    assert TIME.match(shown(home, "alice")["verified"])
    assert "already" in home.postern("user", "verify", "alice").stdout
    assert audited(sql) == ["user_added", "user_verified"]


def test_one_verified_account_for_an_address(home, add, sql):
    add("alice", "--email", "a@example.org", "--unverified")
    add("alina", "--email", "A@example.org", "--unverified")
    home.postern("user", "verify", "alina")
    assert "address" in refused(home, "user", "verify", "alice")
    assert shown(home, "alice")["verified"] is None
    assert audited(sql) == ["user_added"] * 2 + ["user_verified"]


def test_ban_ends_sessions_and_unban_does_not_bring_them_back(
        home, add, sql):
    add("alice")
    session(sql, "alice")
    assert shown(home, "alice")["sessions"] == 1
    home.postern("user", "ban", "alice")
    row = shown(home, "alice")
    assert TIME.match(row["banned"])
    assert (row["epoch"], row["sessions"]) == (1, 0)
    assert "already" in home.postern("user", "ban", "alice").stdout
    assert shown(home, "alice")["banned"] == row["banned"]
    assert shown(home, "alice")["epoch"] == 1
    home.postern("user", "unban", "alice")
    row = shown(home, "alice")
    assert (row["banned"], row["epoch"], row["sessions"]) == (None, 1, 0)
    assert "not banned" in home.postern("user", "unban", "alice").stdout
    assert audited(sql) == ["user_added", "user_banned", "user_unbanned"]


def test_user_password(home, add, sql):
    add("alice")
    session(sql, "alice")
    home.postern("user", "password", "alice", stdin="another battery\n")
    stored, epoch = sql("select password, epoch from postern.users")[0]
    assert verify(stored, "another battery")
    assert not verify(stored, PASSWORD)
    assert epoch == 1
    assert shown(home, "alice")["sessions"] == 0
    assert audited(sql) == ["user_added", "user_password"]
    assert sql("select purpose, user_id is not null, epoch, ended_at"
               " from postern.outbox") == [
        ("password_changed", True, None, None)]


def test_user_password_keeps_the_rules_unless_forced(home, add, sql):
    add("alice", "--email", "alice@example.org", "--first-name", "Gwendolyn")
    before = sql("select password from postern.users")
    for password, words in (("alice123", "too similar to the username"),
                            ("gwendolyn7", "similar to the first name"),
                            ("short", "too short")):
        assert words in refused(home, "user", "password", "alice",
                                stdin=password + "\n")
    assert sql("select password from postern.users") == before
    home.postern("user", "password", "alice", "--force", stdin="short\n")
    assert verify(sql("select password from postern.users")[0][0], "short")


def test_user_password_ends_the_wait(home, add, sql):
    add("alice")
    session(sql, "alice")
    for kind, value in (("account", "alice"), ("account", "bob"),
                        ("account here", "alice 192.0.2.1"),
                        ("account here", "alice 192.0.2.2")):
        sql("insert into postern.throttle (key, until) values"
            " (postern.throttle_key(%s, %s), now() + interval '1 hour')",
            kind, value)
    home.postern("user", "password", "alice", stdin="another battery\n")
    assert {row[0].tobytes() for row in sql("select key"
                                            " from postern.throttle")} == {
        row[0].tobytes() for row in sql(
            "values (postern.throttle_key('account', 'bob')),"
            " (postern.throttle_key('account here', 'alice 192.0.2.2'))")}


def test_no_notice_to_an_address_that_is_not_verified(home, add, sql):
    add("alice", "--email", "a@example.org", "--unverified")
    home.postern("user", "password", "alice", stdin="another battery\n")
    assert sql("select epoch from postern.users") == [(1,)]
    assert sql("select 1 from postern.outbox") == []


def test_what_was_done_in_json(home, add, sql):
    """Every command that changes something answers with one object."""
    add("alice", "--email", "a@example.org", "--subject", "7", "--unverified")
    ended = session(sql, "alice")

    def said(*arguments):
        done = home.postern(*arguments, "--json", stdin=PASSWORD + "\n")
        assert done.stdout.count("\n") == 1
        return json.loads(done.stdout)

    for command in (["session", "end", ended], ["user", "verify", "alice"],
                    ["user", "ban", "alice"], ["user", "unban", "alice"]):
        assert said(*command) == {"done": True, "changed": True}
        assert said(*command) == {"done": True, "changed": False}
    session(sql, "alice")
    sql("update postern.sessions set epoch = 1 where ended_at is null")
    assert said("session", "end", "--user", "alice") == {
        "done": True, "ended": 1}
    assert said("session", "end", "--all") == {"done": True, "ended": 0}
    assert said("user", "password", "alice") == {"done": True, "id": "7"}
    assert said("user", "delete", "alice") == {"done": True, "id": "7"}


def test_accounts_are_locked_before_what_hangs_on_them(
        home, add, sql, build):
    add("alice")
    sql(TICKET.format(age="interval '-1 hour'"))
    holder = psycopg2.connect(home.settings["database"])
    with contextlib.closing(holder), holder.cursor() as cursor:
        cursor.execute("select from postern.users for no key update")
        delete = subprocess.Popen(
            [os.path.join(build, "postern"), "user", "delete", "alice"],
            stdin=subprocess.DEVNULL, env=home.environment())
        wait_for("it waits for the account", lambda: sql(
            "select 1 from pg_stat_activity where wait_event_type = 'Lock'"
            " and query like '%delete from postern.users%'"
            " and datname = current_database()"))
        # A deadlock, had it taken the ticket already.
        cursor.execute("update postern.tickets set used_at = now()")
        assert cleaned(home) == NOTHING
        holder.commit()
    assert delete.wait(20) == 0
    assert sql("select 1 from postern.tickets") == []


def test_user_delete(home, add, sql):
    add("alice")
    add("bob")
    session(sql, "alice")
    assert home.postern("user", "delete", "alice").stdout == "deleted\n"
    assert sql("select username from postern.users") == [("bob",)]
    assert sql("select 1 from postern.sessions") == []
    assert audited(sql) == ["user_added"] * 2 + ["user_deleted"]


# Sessions

def test_session_list(home, add, sql):
    assert home.postern("session", "list", "--json").stdout == "[]\n"
    add("alice")
    add("bob")
    first = session(sql, "alice", agent="curl\x1b[31m")
    session(sql, "alice", expires="-1 second", idle="-1 second")
    session(sql, "alice", idle="-1 second")
    second = session(sql, "bob")
    rows = json.loads(home.postern("session", "list", "--json").stdout)
    assert {row["id"] for row in rows} == {first, second}
    rows = json.loads(home.postern("session", "list", "alice",
                                   "--json").stdout)
    assert [row["id"] for row in rows] == [first]
    assert rows[0]["address"] == "192.0.2.1"
    assert rows[0]["username"] == "alice"
    assert all(TIME.match(rows[0][name])
               for name in ("created", "last_used", "expires"))
    said = home.postern("session", "list", "alice").stdout
    assert first in said and "curl\\x1b[31m" in said


def test_session_end_one(home, add, sql):
    add("alice")
    first, second = session(sql, "alice"), session(sql, "alice")
    assert home.postern("session", "end", first).stdout == "ended\n"
    assert sql("select replace(id::text, '-', ''), ended_by"
               " from postern.sessions where ended_at is not null") == [
        (first, "operator")]
    assert "already" in home.postern("session", "end", first).stdout
    assert shown(home, "alice")["epoch"] == 0
    assert sql("select replace(session::text, '-', '') from postern.audit"
               " where what = 'session_ended'") == [(first,)]
    assert "no session" in refused(home, "session", "end", "0" * 32)
    assert "hex" in refused(home, "session", "end", second[:-1])
    assert shown(home, "alice")["sessions"] == 1


def test_session_end_of_an_account(home, add, sql):
    for name in ("alice", "bob"):
        add(name)
        session(sql, name)
        session(sql, name)
    done = home.postern("session", "end", "--user", "Alice")
    assert done.stdout == "2 sessions ended\n"
    assert [shown(home, name)["sessions"] for name in ("alice", "bob")] == [
        0, 2]
    assert [shown(home, name)["epoch"] for name in ("alice", "bob")] == [1, 0]
    assert audited(sql)[-1] == "sessions_ended"


def test_session_end_of_all(home, add, sql):
    for name in ("alice", "bob", "cleo"):
        add(name)
    session(sql, "alice")
    session(sql, "bob")
    assert home.postern("session", "end", "--all").stdout == (
        "2 sessions ended\n")
    assert home.postern("session", "end", "--all").stdout == (
        "0 sessions ended\n")
    assert sql("select 1 from postern.sessions where ended_at is null") == []
    assert sql("select username, epoch from postern.users order by id") == [
        ("alice", 1), ("bob", 1), ("cleo", 0)]


# The terminal

class Terminal:
    """The command on a terminal of its own."""

    def __init__(self, home, build, *arguments):
        self.master, self.slave = pty.openpty()
        self.text = b""
        self.process = subprocess.Popen(
            [os.path.join(build, "postern"), *arguments],
            stdin=self.slave, stdout=self.slave, stderr=self.slave,
            start_new_session=True, env=home.environment())

    def echoes(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def expect(self, words):
        """Reads until the words come, which are taken off."""
        deadline = time.monotonic() + 20
        while words.encode() not in self.text:
            ready, _, _ = select.select([self.master], [], [], 0.2)
            if ready:
                self.text += os.read(self.master, 4096)
            assert time.monotonic() < deadline, self.text
        before, _, self.text = self.text.partition(words.encode())
        return before.decode()

    def type(self, text):
        os.write(self.master, text.encode())

    def end(self):
        """Returns the exit status and what was printed last."""
        status = self.process.wait(20)
        time.sleep(0.05)
        while select.select([self.master], [], [], 0.1)[0]:
            self.text += os.read(self.master, 4096)
        assert self.echoes()
        os.close(self.master)
        os.close(self.slave)
        return status, self.text.decode()


def test_password_is_asked_twice_without_echo(home, build, sql):
    terminal = Terminal(home, build, "user", "add", "alice", "--email",
                        "alice@example.org")
    assert terminal.echoes()
    terminal.expect("Password for alice: ")
    assert not terminal.echoes()
    terminal.type(PASSWORD + "\n")
    said = terminal.expect("Once more: ")
    assert not terminal.echoes()
    terminal.type(PASSWORD + "\n")
    status, rest = terminal.end()
    assert status == 0
    assert PASSWORD not in said + rest
    assert UUID.match(rest.split()[-1])
    assert verify(sql("select password from postern.users")[0][0], PASSWORD)


@pytest.mark.parametrize("again,words", [
    (PASSWORD + "x\n", "differ"), ("\x03", "differ"), ("\x04", "differ")],
    ids=["another", "interrupt", "end of file"])
def test_passwords_that_differ(home, build, sql, again, words):
    terminal = Terminal(home, build, "user", "add", "alice", "--email",
                        "alice@example.org")
    terminal.expect("Password for alice: ")
    terminal.type(PASSWORD + "\n")
    terminal.expect("Once more: ")
    terminal.type(again)
    status, rest = terminal.end()
    assert status == 1
    assert words in rest
    assert sql("select 1 from postern.users") == []


def test_interrupt_gives_the_echo_back(home, build):
    terminal = Terminal(home, build, "user", "add", "alice", "--email",
                        "alice@example.org")
    terminal.expect("Password for alice: ")
    terminal.type("half a pass\x03")
    status, rest = terminal.end()
    assert status == 1
    assert "interrupted" in rest
    assert "half" not in rest


@pytest.mark.parametrize("answer,left", [("yes\n", 0), ("no\n", 1),
                                         ("y\n", 1), ("\n", 1)],
                         ids=["yes", "no", "y", "nothing"])
def test_delete_asks_on_a_terminal(home, build, add, sql, answer, left):
    add("alice")
    terminal = Terminal(home, build, "user", "delete", "alice")
    terminal.expect("(yes or no) ")
    terminal.type(answer)
    assert terminal.end()[0] == left
    assert sql("select count(*) from postern.users") == [(left,)]


def test_delete_with_yes_does_not_ask(home, build, add, sql):
    add("alice")
    terminal = Terminal(home, build, "user", "delete", "--yes", "alice")
    assert terminal.end()[0] == 0
    assert sql("select 1 from postern.users") == []


# Clean

def cleaned(home):
    return json.loads(home.postern("clean", "--json").stdout)


NOTHING = {"sessions": 0, "tickets": 0, "throttle": 0, "letters": 0,
           "invitations": 0, "hooks": 0, "users": 0, "audit": 0}

TICKET = ("insert into postern.tickets (hash, purpose, user_id,"
          " email_canonical, epoch, expires) select"
          " sha256(gen_random_uuid()::text::bytea), 'reset',"
          " id, email_canonical, epoch, now() - {age} from postern.users"
          " where username = 'alice'")
LETTER = ("insert into postern.outbox (purpose, user_id, ended_at, ended_as)"
          " select 'password_changed', id, now() - {age}, 'sent'"
          " from postern.users where username = 'alice'")
ACCOUNT = ("insert into postern.users (username, username_canonical, email,"
           " email_canonical, password, created_at) values ('bob', 'bob',"
           " 'b@example.org', 'b@example.org', '', now() - {age})")

AGES = [
    # what, the row, the age at which it goes, settings
    ("sessions",
     "insert into postern.sessions (id, user_id, epoch, current_jti,"
     " rotated_at, lifetime, idle_expires, expires, address, agent) select"
     " gen_random_uuid(), id, epoch, gen_random_uuid(), now(), '1 hour',"
     " now() - {age}, now() - {age}, '', '' from postern.users where"
     " username = 'alice'", "interval '0'", {}),
    ("tickets", TICKET, "interval '0'", {}),
    ("throttle", "insert into postern.throttle (key, at)"
     " values ('x', now() - {age})", "interval '1 hour'", {}),
    ("throttle", "insert into postern.throttle (key, at)"
     " values ('x', now() - {age})", "interval '1 day'",
     {"address_interval": "1d"}),
    ("letters", LETTER, "interval '7 days'", {}),
    ("invitations", "insert into postern.invitations (email, email_canonical,"
     " expires) values ('b@example.org', 'b@example.org', now() - {age})",
     "interval '30 days'", {}),
    ("users", ACCOUNT, "interval '7 days'", {}),
    ("users", ACCOUNT, "interval '2 hours'", {"unverified_lifetime": "2h"}),
    ("audit", "insert into postern.audit (what, at)"
     " values ('old', now() - {age})", "interval '365 days'", {}),
    ("audit", "insert into postern.audit (what, at)"
     " values ('old', now() - {age})", "interval '31 days'",
     {"audit_retention": "31d"}),
]


@pytest.mark.parametrize("what,row,age,settings", AGES, ids=[
    f"{row[0]} after {row[2]}" for row in AGES])
def test_clean_never_before_expiry(home, add, sql, what, row, age, settings):
    add("alice")
    home.configure(**settings)
    sql(row.format(age=f"({age} - interval '30 s')"))
    assert cleaned(home) == NOTHING
    sql("alter table postern.audit disable trigger user")
    sql({"users": "delete from postern.users where username = 'bob'",
         "letters": "delete from postern.outbox"}.get(
             what, f"delete from postern.{what}"))
    sql("alter table postern.audit enable trigger user")
    sql(row.format(age=f"({age} + interval '1 s')"))
    assert cleaned(home) == dict(NOTHING, **{what: 1})
    assert cleaned(home) == NOTHING


KEPT = [
    ("an ended session until it expires",
     "insert into postern.sessions (id, user_id, epoch, current_jti,"
     " rotated_at, lifetime, idle_expires, expires, ended_at, ended_by,"
     " address, agent) select gen_random_uuid(), id, epoch,"
     " gen_random_uuid(), now(), '1 hour', now() - interval '1 day',"
     " now() + interval '1 minute', now() - interval '1 day', 'user', '', ''"
     " from postern.users"),
    ("a used ticket until it expires",
     "insert into postern.tickets (hash, purpose, user_id, email_canonical,"
     " epoch, expires, used_at) select sha256('x'), 'activation', id,"
     " email_canonical, epoch, now() + interval '1 minute', now() from"
     " postern.users"),
    ("a counter that binds somebody",
     "insert into postern.throttle (key, at, until) values"
     " ('x', now() - interval '2 hours', now() + interval '1 minute')"),
    ("a letter that waits",
     "insert into postern.outbox (purpose, user_id, created_at)"
     " select 'activation', id, now() - interval '1 year'"
     " from postern.users"),
    ("a banned account that was never verified",
     "insert into postern.users (username, username_canonical, email,"
     " email_canonical, password, created_at, banned_at) values ('eve',"
     " 'eve', 'e@example.org', 'e@example.org', '', '2020-01-01',"
     " '2020-01-02')"),
    ("a verified account of any age",
     "update postern.users set created_at = '2020-01-01'"),
    ("an unverified account that has logged in",
     "update postern.users set created_at = '2020-01-01',"
     " verified_at = null, last_login = '2020-01-02'"),
    ("an unverified account that has a session",
     "with old as (update postern.users set created_at = '2020-01-01',"
     " verified_at = null returning id)"
     " insert into postern.sessions (id, user_id, epoch, current_jti,"
     " rotated_at, lifetime, idle_expires, expires, address, agent) select"
     " gen_random_uuid(), id, 0, gen_random_uuid(), now(), '1 hour',"
     " now() + interval '1 hour', now() + interval '1 hour', '', ''"
     " from old"),
]


@pytest.mark.parametrize("rule,row", KEPT, ids=[row[0] for row in KEPT])
def test_clean_keeps(home, add, sql, rule, row):
    add("alice")
    sql(row)
    assert cleaned(home) == NOTHING


def test_clean_keeps_the_unverified_where_they_may_log_in(home, sql):
    sql(ACCOUNT.format(age="interval '1 year'"))
    home.configure(check_user_is_active="no")
    assert cleaned(home) == NOTHING
    home.configure(check_user_is_active="yes")
    assert cleaned(home) == dict(NOTHING, users=1)


def test_clean_in_batches(home, server, add, sql):
    add("alice")
    sql("insert into postern.tickets (hash, purpose, user_id,"
        " email_canonical, epoch, expires) select sha256(n::text::bytea),"
        " 'reset', id, email_canonical, epoch, now() - interval '1 s'"
        " from postern.users, generate_series(1, 2500) n")
    sql("insert into postern.audit (what, at) select 'old', '2020-01-01'"
        " from generate_series(1, 1500)")
    before = len(server.logged())
    assert cleaned(home) == dict(NOTHING, tickets=2500, audit=1500)
    logged = server.logged()[before:]
    assert logged.count("execute clean_tickets:") == 3
    assert logged.count("execute clean_audit:") == 2


def test_clean_passes_by_what_is_locked(home, sql):
    sql("insert into postern.throttle (key, at) select n::text::bytea,"
        " now() - interval '2 hours' from generate_series(1, 10) n")
    holder = psycopg2.connect(home.settings["database"])
    with contextlib.closing(holder), holder.cursor() as cursor:
        cursor.execute("update postern.throttle set at = now()"
                       " where key = '3'")
        assert cleaned(home)["throttle"] == 9
        holder.commit()
    assert sql("select key from postern.throttle")[0][0].tobytes() == b"3"


def test_clean_without_prepared_statements(home, sql):
    home.configure(prepared_statements="no")
    sql("insert into postern.audit (what, at) values ('old', '2020-01-01')")
    assert cleaned(home) == dict(NOTHING, audit=1)


def test_clean_for_people(home, sql):
    sql("insert into postern.audit (what, at) values ('old', '2020-01-01')")
    lines = home.postern("clean").stdout.splitlines()
    assert [int(line.split()[0]) for line in lines] == [0, 0, 0, 0, 0, 0, 0, 1]
    assert len({len(re.match(r" *\d+  ", line)[0]) for line in lines}) == 1


def test_clean_notes_the_accounts_that_it_removes(home, sql):
    sql(ACCOUNT.format(age="interval '8 days'"))
    assert cleaned(home)["users"] == 1
    assert audited(sql) == ["user_expired"]


def test_full_standard_output_is_a_failure(home, build, add):
    add("alice")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [os.path.join(build, "postern"), "user", "list"], stdout=full,
            stderr=subprocess.PIPE, env=home.environment())
    assert done.returncode == 1
    assert b"standard output" in done.stderr
