"""postern import and export: every rule for a row, and what may go wrong."""

import csv
import io
import json
import os
import signal
import stat
import subprocess
import threading

import psycopg2
import pytest

from support.site import BUILD, wait_for

HEADER = ["id", "username", "email", "first_name", "last_name", "password",
          "verified", "banned", "staff", "groups", "created", "last_login"]
# md5("abc"), RFC 1321
ABC = "md5$$900150983cd24fb0d6963f7d28e17f72"
OTHER = "md5$$900150983cd24fb0d6963f7d28e17f73"


def row(username="ada", **more):
    """A row that is taken in, as {column: text}."""
    values = dict(id="7", username=username, email=f"{username}@example.org",
                  password=ABC)
    values.update(more)
    return values


def text_of(*rows, columns=None):
    columns = columns or [name for name in HEADER
                          if any(name in one for one in rows)]
    to = io.StringIO()
    writer = csv.DictWriter(to, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return to.getvalue()


def take(home, text, *options, status=0, kind=("csv",)):
    """
    Imports text (or bytes); returns (added, unchanged, updated, refused) and
    the lines of standard error.
    """
    data = text if isinstance(text, bytes) else text.encode()
    with open(home.path("accounts.csv"), "wb") as file:
        file.write(data)
    words = [*kind, home.path("accounts.csv")]
    if kind == ("django",):
        words = [*kind, "--csv", home.path("accounts.csv")]
    done = home.postern("import", *words, "--json", *options, check=False)
    assert done.returncode == status, (done.stdout, done.stderr)
    counts = json.loads(done.stdout)
    assert counts["read"] == sum(counts[name] for name in (
        "added", "unchanged", "updated", "refused"))
    return (counts["added"], counts["unchanged"], counts["updated"],
            counts["refused"]), done.stderr.splitlines()


def refusal(home, *rows, columns=None):
    """The one row that is refused: what is said of it."""
    counts, lines = take(home, text_of(*rows, columns=columns), status=3)
    assert counts[3] == 1
    return [line for line in lines if "postern: line " in line][0]


# What a row becomes

def test_all_columns_arrive(home, sql):
    counts, lines = take(home, text_of(row(
        id="42", username="Ada", email="Ada@Example.ORG", first_name="Ada é",
        last_name='O"Neil, \\ {x}', verified="2020-01-02T03:04:05.5Z",
        banned="2021-01-01", staff="yes", groups="writers; editors;;writers",
        created="2019-12-31 23:59:59.123456+02:00",
        last_login="2022-02-28 10:00")))
    assert (counts, lines) == ((1, 0, 0, 0), [])
    assert sql(
        "select subject, username, username_canonical, email, email_canonical,"
        " first_name, last_name, password, is_staff, epoch,"
        " verified_at at time zone 'UTC' || '',"
        " banned_at at time zone 'UTC' || '',"
        " created_at at time zone 'UTC' || '',"
        " last_login at time zone 'UTC' || '', postern.groups_of(id)"
        " from postern.users") == [(
            "42", "Ada", "ada", "Ada@example.org", "ada@example.org",
            "Ada é", 'O"Neil, \\ {x}', ABC, True, 0,
            "2020-01-02 03:04:05.5", "2021-01-01 00:00:00",
            "2019-12-31 21:59:59.123456", "2022-02-28 10:00:00",
            "editors\nwriters")]
    assert sql("select what, count(*) from postern.audit group by 1") == [
        ("user_imported", 1)]


def test_three_columns_are_enough(home, sql):
    take(home, f"username,email,password\nada,ada@example.org,{ABC}\n")
    assert sql(
        "select length(subject), first_name, last_name, is_staff,"
        " verified_at = created_at, banned_at, last_login,"
        " now() - created_at < interval '1 minute', postern.groups_of(id)"
        " from postern.users") == [
            (36, "", "", False, True, None, None, True, "")]


@pytest.mark.parametrize("stored", ["!", "!x", "", "*", "\\N", "NULL"])
def test_an_account_without_a_password_is_taken_in(home, sql, stored):
    assert take(home, text_of(row(password=stored)))[0] == (1, 0, 0, 0)
    assert sql("select password from postern.users") == [("!",)]


@pytest.mark.parametrize("word,verified", [
    ("yes", True), ("TRUE", True), ("t", True), ("1", True),
    ("2020-01-01", True), ("no", False), ("False", False), ("0", False),
    ("", False), ("\\N", False)])
def test_switches_in_the_words_of_databases(home, sql, word, verified):
    take(home, text_of(row(verified=word)))
    assert sql("select verified_at is not null from postern.users") == [
        (verified,)]


DJANGO = [
    # is_active, last_login, verified, banned
    ("t", "", True, False),
    ("t", "2020-01-01", True, False),
    ("f", "", False, False),
    ("f", "2020-01-01 00:00:00+00", False, True),
]


@pytest.mark.parametrize("active,login,verified,banned", DJANGO)
def test_djangos_inactive_users(home, sql, active, login, verified, banned):
    take(home, "username,email,password,is_active,last_login\n"
         f"ada,ada@example.org,{ABC},{active},{login}\n", kind=("django",))
    assert sql("select verified_at is not null, banned_at is not null"
               " from postern.users") == [(verified, banned)]


@pytest.mark.parametrize("staff,superuser,is_staff", [
    ("f", "f", False), ("t", "f", True), ("f", "t", True), ("t", "t", True)])
def test_djangos_superusers_are_staff(home, sql, staff, superuser, is_staff):
    take(home, "username,email,password,is_staff,is_superuser,date_joined\n"
         f"ada,ada@example.org,{ABC},{staff},{superuser},"
         "2015-05-05 05:05:05+00\n", kind=("django",))
    assert sql("select is_staff, extract(year from created_at)::int"
               " from postern.users") == [(is_staff, 2015)]


# What is refused

REFUSED = [
    # rule, what the row says, words
    ("no username", {"username": ""}, "username is not one"),
    ("username of two scripts", {"username": "аda", "email": "a@x.org"},
     "username is not one"),
    ("username with a blank", {"username": "a b", "email": "a@x.org"},
     "username is not one"),
    ("username of 151", {"username": "a" * 151, "email": "a@x.org"},
     "username is not one"),
    ("no address", {"email": ""}, "no address"),
    ("address without a domain", {"email": "ada"}, "address is malformed"),
    ("address that would be a header", {"email": "a@x.org\nBcc: b@x.org"},
     "address is malformed"),
    ("id with a blank", {"id": "4 2"}, "the id"),
    ("id of 65", {"id": "4" * 65}, "the id"),
    ("id in place of an endpoint", {"id": "me"}, "the id is the name of"),
    ("id that is a folder", {"id": ".."}, "the id is the name of"),
    ("unknown hash", {"password": "secret"}, "unknown format"),
    ("hash of bare MD5", {"password": "900150983cd24fb0d6963f7d28e17f72"},
     "unknown format"),
    ("hash cut off", {"password": ABC[:-1]}, "damaged"),
    ("hash beyond what is computed",
     {"password": "pbkdf2_sha256$10000001$s$" + "A" * 43 + "="}, "dearer"),
    ("hash with a control character",
     {"password": "md5$\x01$900150983cd24fb0d6963f7d28e17f72"}, "no text"),
    ("name of 151", {"first_name": "é" * 151}, "first and last name"),
    ("name with a newline", {"last_name": "a\nb"}, "first and last name"),
    ("group with a slash", {"groups": "a;b/c"}, "groups"),
    ("group of 151", {"groups": "g" * 151}, "groups"),
    ("201 groups", {"groups": ";".join(map(str, range(201)))}, "groups"),
    ("verified perhaps", {"verified": "perhaps"}, "verified and banned"),
    ("banned on no day", {"banned": "2021-02-29"}, "verified and banned"),
    ("staff since a day", {"staff": "2021-02-28"}, "staff"),
    ("created on no day", {"created": "2023-04-31"}, "a time"),
    ("created in no hour", {"created": "2023-04-30 24:00"}, "a time"),
    ("created as a number", {"created": "1700000000"}, "a time"),
    ("created for ever", {"created": "infinity"}, "a time"),
    ("created in the year 0", {"created": "0000-01-01"}, "a time"),
    ("created with words", {"created": "2023-04-30 10:00 Europe/Berlin"},
     "a time"),
]


@pytest.mark.parametrize("rule,values,words", REFUSED,
                         ids=[case[0] for case in REFUSED])
def test_a_row_is_refused_and_the_others_are_not(home, sql, rule, values,
                                                 words):
    said = refusal(home, row("eve", id="1"), row(**values),
                   row("zoe", id="3"))
    assert said.startswith("postern: line 3: ")
    assert words in said
    assert sql("select username from postern.users order by 1") == [
        ("eve",), ("zoe",)]


CONFLICTS = [
    # rule, the account that is there, the row, words
    ("username in another spelling", row("ada", id="1"),
     row("ADA", id="2", email="b@x.org"), "another account has this username"),
    ("address of a verified one", row("ada", id="1"),
     row("bob", id="2", email="ADA@example.org"), "verified account has"),
    ("same id, other data", row("ada", id="1"),
     row("ada", id="1", email="b@x.org"), "differs (email); --update"),
    ("same id, other name", row("ada", id="1"),
     row("bob", id="1", email="ada@example.org"), "differs (username)"),
]


@pytest.mark.parametrize("rule,there,new,words", CONFLICTS,
                         ids=[case[0] for case in CONFLICTS])
@pytest.mark.parametrize("together", [False, True])
def test_nothing_that_is_there_is_overwritten(home, sql, rule, there, new,
                                              words, together):
    if not together:
        take(home, text_of(there))
    assert words in refusal(home, there, new)
    assert sql("select subject, username, email from postern.users") == [
        (there["id"], there["username"], there["email"])]


def test_an_address_is_shared_with_unverified_accounts(home):
    """As everywhere: one verified account has it."""
    assert take(home, text_of(
        row("ada", id="1", verified="yes"),
        row("bob", id="2", email="ada@example.org", verified="no"),
        row("eve", id="3", email="ada@example.org", verified="no")
    ))[0] == (3, 0, 0, 0)


def test_a_name_with_an_at_is_the_own_address(home, sql):
    other = row("bob@example.org", email="ada@example.org")
    home.configure(login_field="either")
    assert "own address" in refusal(home, other)
    home.configure(login_field="username")
    assert take(home, text_of(other))[0] == (1, 0, 0, 0)


def test_reserved_names_are_taken_in(home):
    assert take(home, text_of(row("admin")))[0] == (1, 0, 0, 0)


# Again

def accounts(sql):
    return sql("select u.*, postern.groups_of(u.id) from postern.users u"
               " order by id")


MANY = [row(f"user{n}", id=str(n), first_name="Ada", verified="yes",
            groups="a;b" if n % 3 else "", staff="no",
            created="2020-01-01 10:00:00Z") for n in range(1, 51)]


def test_a_second_run_changes_nothing(home, sql):
    take(home, text_of(*MANY))
    before = accounts(sql)
    assert take(home, text_of(*MANY))[0] == (0, 50, 0, 0)
    assert take(home, text_of(*MANY), "--update")[0] == (0, 50, 0, 0)
    assert accounts(sql) == before
    assert sql("select count(*) from postern.audit") == [(50,)]


def test_without_ids_it_is_the_name_that_counts(home, sql):
    text = f"username,email,password\nada,ada@example.org,{ABC}\n"
    take(home, text)
    assert take(home, text)[0] == (0, 1, 0, 0)
    assert take(home, text.replace("ada,", "Ada,"), status=3)[0] == (
        0, 0, 0, 1)


def test_a_row_that_is_there_twice_is_one_account(home):
    for options in (["--dry-run"], []):
        assert take(home, text_of(row(), row()), *options)[0] == (1, 1, 0, 0)


def login(sql, name, better="$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$x"):
    """What a login does to the tables."""
    sql("update postern.users set password = %s, last_login = now()"
        " where username = %s", better, name)
    sql("insert into postern.audit (what, user_id, address)"
        " select 'login', id, '192.0.2.1' from postern.users"
        " where username = %s", name)


def test_who_has_logged_in_here_is_unchanged(home, sql):
    take(home, text_of(row()))
    login(sql, "ada")
    before = accounts(sql)
    for options in ([], ["--update"], ["--dry-run"]):
        assert take(home, text_of(row()), *options)[0] == (0, 1, 0, 0)
    assert accounts(sql) == before


UPDATES = [
    ("first_name", "Adele", "first_name"), ("last_name", "Byron", "last_name"),
    ("email", "new@example.org", "email"), ("password", OTHER, "password"),
    ("username", "Ada2", "username"), ("password", "!", "password"),
]


@pytest.mark.parametrize("column,value,named", UPDATES)
def test_update_takes_over_what_has_changed(home, sql, column, value, named):
    take(home, text_of(row(first_name="Ada", last_name="L")))
    changed = text_of(row(**{"first_name": "Ada", "last_name": "L",
                             column: value}))
    assert take(home, changed, status=3)[0] == (0, 0, 0, 1)
    assert take(home, changed, "--update", "--dry-run")[0] == (0, 0, 1, 0)
    assert sql(f"select count(*) from postern.users where {column} = %s",
               value) == [(0,)]
    assert take(home, changed, "--update")[0] == (0, 0, 1, 0)
    assert sql(f"select {column} from postern.users") == [(value,)]
    assert take(home, changed)[0] == (0, 1, 0, 0)
    assert sql("select what from postern.audit order by id") == [
        ("user_imported",), ("user_import_updated",)]


def test_update_of_flags_and_groups(home, sql):
    take(home, text_of(row(verified="yes", banned="no", staff="no",
                           groups="a;b")))
    sql("insert into postern.tickets (hash, purpose, user_id, email_canonical,"
        " epoch, expires) select sha256('x'), 'reset', id, 'x', 0,"
        " now() + interval '1 hour' from postern.users")
    assert take(home, text_of(row(verified="no", banned="yes", staff="yes",
                                  groups="c;b")), "--update")[0] == (
        0, 0, 1, 0)
    assert sql("select verified_at is null, banned_at is not null, is_staff,"
               " postern.groups_of(id) from postern.users") == [
        (True, True, True, "b\nc")]
    assert sql("select count(*) from postern.tickets") == [(0,)]
    # What the file does not say stays.
    assert take(home, text_of(row()), "--update")[0] == (0, 1, 0, 0)


def made_here(home, sql):
    home.postern("user", "add", "ada", "--email", "ada@example.org",
                 "--subject", "7", "--force", stdin="Corr3ct-horse\n")


def logged_in(home, sql):
    take(home, text_of(row()))
    login(sql, "ada")


def logged_in_long_ago(home, sql):
    """Session and entry of the audit log are gone; the hash is not."""
    take(home, text_of(row()))
    sql("update postern.users set password = '$argon2id$v=19$x'")


def password_set(home, sql):
    take(home, text_of(row()))
    home.postern("user", "password", "ada", "--force",
                 stdin="Corr3ct-horse\n")


def banned(home, sql):
    take(home, text_of(row()))
    home.postern("user", "ban", "ada")


@pytest.mark.parametrize("use", [made_here, logged_in, logged_in_long_ago,
                                 password_set, banned],
                         ids=lambda use: use.__name__)
def test_update_leaves_what_is_in_use_here(home, sql, use):
    use(home, sql)
    before = accounts(sql)
    counts, lines = take(home, text_of(row(email="new@example.org")),
                         "--update", status=3)
    assert counts == (0, 0, 0, 1)
    assert "it is in use here already" in lines[0]
    assert accounts(sql) == before


def test_update_takes_no_name_from_another(home, sql):
    take(home, text_of(row("ada", id="1"), row("bob", id="2")))
    counts, lines = take(home, text_of(
        row("ada", id="2", email="bob@example.org"),
        row("bob", id="1", email="bob@example.org")), "--update", status=3)
    assert counts == (0, 0, 0, 2)
    assert sql("select subject, username from postern.users order by 1") == [
        ("1", "ada"), ("2", "bob")]


# Dry run

def test_a_dry_run_says_what_a_run_does(home, sql):
    take(home, text_of(row("old", id="1"), row("changed", id="2")))
    before = accounts(sql)
    text = text_of(
        row("old", id="1"), row("changed", id="2", email="n@x.org"),
        row("new", id="3"), row("new", id="4", email="m@x.org"),
        row("third", id="3"), row("fourth", id="6", email="new@example.org"),
        row("fifth", id="7", email="fifth"), row("last", id="8"),
        row("last", id="8"))
    dry = take(home, text, "--dry-run", status=3)
    assert dry[0] == (2, 2, 0, 5)
    assert accounts(sql) == before
    real = take(home, text, status=3)
    assert real[0] == dry[0]
    places = [line.split(": ")[1] for line in real[1]]
    assert sorted(places) == sorted(line.split(": ")[1] for line in dry[1])
    assert sql("select count(*) from pg_class where relname = 'import_seen'"
               ) == [(0,)]


def test_a_dry_run_looks_across_batches(home, sql):
    rows = [row(f"u{n}", id=str(n)) for n in range(1, 4501)]
    text = text_of(*rows, row("U1", id="9999", email="x@x.org"),
                   row("u2", id="2"))
    assert take(home, text, "--dry-run", status=3)[0] == (4500, 1, 0, 1)
    assert sql("select count(*) from postern.users") == [(0,)]


# Interrupted, and twice at once

def start(home, path, *options):
    return subprocess.Popen(
        [os.path.join(BUILD, "postern"), "--config", home.path("postern.conf"),
         "import", "csv", path, *options], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env=home.environment())


def test_killed_in_the_middle_it_goes_on_where_it_was(home, sql):
    rows = [row(f"u{n}", id=str(n), groups="a") for n in range(1, 8001)]
    text = text_of(*rows)
    path = home.path("pipe")
    os.mkfifo(path)
    process = start(home, path)
    half = text.index("\n5001,")
    with open(path, "w") as file:
        file.write(text[:half])
        file.flush()
        wait_for("two batches", lambda: sql(
            "select count(*) from postern.users") == [(4000,)], 60)
        process.kill()
        process.communicate()
        # Nobody reads any more.
        file.close = lambda: None
    assert sql("select count(*), count(distinct g.user_id)"
               " from postern.users u left join postern.groups g"
               " on g.user_id = u.id") == [(4000, 4000)]
    assert take(home, text)[0] == (4000, 4000, 0, 0)
    assert take(home, text)[0] == (0, 8000, 0, 0)


def test_two_at_once_make_each_account_once(home, sql):
    forth = [row(f"u{n}", id=str(n), groups="a;b") for n in range(1, 6001)]
    paths = home.path("forth.csv"), home.path("back.csv")
    for path, rows in zip(paths, (forth, forth[::-1])):
        with open(path, "w") as file:
            file.write(text_of(*rows))
    running = [start(home, path, "--json") for path in paths]
    added = 0
    for process in running:
        out, error = process.communicate(timeout=120)
        assert process.returncode == 0, error
        added += json.loads(out)["added"]
    assert added == 6000
    assert sql("select count(*) from postern.users") == [(6000,)]
    assert sql("select count(*) from postern.groups") == [(12000,)]
    assert sql("select count(*) from postern.audit") == [(6000,)]


def test_a_registration_at_the_same_time_keeps_its_name(home, sql):
    """A row is compared before, and added after, somebody else's."""
    connection = psycopg2.connect(home.settings["database"])
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into postern.users (username, username_canonical, email,"
            " email_canonical, password) values"
            " ('ada', 'ada', 'x@x.org', 'x@x.org', 'x')")
    timer = threading.Timer(1, connection.commit)
    timer.start()
    said = refusal(home, row("ada"), row("bob", id="8"))
    timer.join()
    connection.close()
    assert "another account has this username" in said
    assert sql("select username, email from postern.users order by 1") == [
        ("ada", "x@x.org"), ("bob", "bob@example.org")]


# Files

def test_quotes_newlines_and_commas_in_fields(home, sql):
    take(home, 'username,email,first_name,password\r\n'
         f'"ada","ada@example.org","O""Neil, ""x""",{ABC}\r\n'
         f'bob,bob@example.org,"a""",{ABC}\r\n')
    assert sql("select first_name from postern.users order by id") == [
        ('O"Neil, "x"',), ('a"',)]


@pytest.mark.parametrize("rule,change", [
    ("LF", lambda text: text),
    ("CR LF", lambda text: text.replace("\n", "\r\n")),
    ("CR", lambda text: text.replace("\n", "\r")),
    ("a mark of the byte order", lambda text: "\ufeff" + text),
    ("no newline at the end", lambda text: text.rstrip("\n")),
    ("empty lines", lambda text: "\n\n" + text.replace("\n", "\n\n  \n")),
    ("blanks around fields", lambda text: text.replace(",", " , ")),
    ("titles in capitals", lambda text: text.replace("email", "EMail", 1)),
])
def test_files_of_all_systems(home, sql, rule, change):
    text = f"username,email,password\nada,a@x.org,{ABC}\nbob,b@x.org,{ABC}\n"
    assert take(home, change(text))[0] == (2, 0, 0, 0)
    assert sql("select username, email from postern.users order by id") == [
        ("ada", "a@x.org"), ("bob", "b@x.org")]


GOOD = f"eve,eve@x.org,{ABC}\n".encode()
BROKEN = [
    # rule, lines between two good ones (2 and the last), line, words
    ("a column too few", b"ada,a@x.org\n", 3, "as many columns"),
    ("a column too many", b"ada,a@x.org,x,y\n", 3, "as many columns"),
    ("a thousand columns", b"," * 1000 + b"\n", 3, "as many columns"),
    ("not UTF-8", b"ad\xe9,a@x.org," + ABC.encode() + b"\n", 3, "username"),
    ("a NUL", b"ad\0a,a@x.org,x\n", 3, "NUL"),
    ("a quote inside", b'a"d"a,a@x.org,x\n', 3, "a quote stands"),
    ("something behind a quote", b'"ada"x,a@x.org,x\n', 3, "a quote stands"),
    ("a field of two lines", b'"a\nb",a@x.org,x\n', 3, "username"),
    ("a long line", b"a" * 10_000_000 + b",a@x.org,x\n", 3, "64 KiB"),
    ("a long quoted field", b'"' + b"a\n" * 50_000 + b'",a@x.org,x\n', 3,
     "64 KiB"),
    ("empty fields", b",,\n", 3, "username"),
    ("bytes of all kinds", bytes(set(range(256)) - {10, 13, 34, 44}) + b"\n",
     3, "NUL"),
]


@pytest.mark.parametrize("rule,lines,line,words", BROKEN,
                         ids=[case[0] for case in BROKEN])
def test_a_broken_row_does_not_harm_the_others(home, sql, rule, lines, line,
                                               words):
    counts, said = take(
        home, b"username,email,password\n" + GOOD + lines +
        GOOD.replace(b"eve", b"zoe"), status=3)
    assert counts == (2, 0, 0, 1)
    assert said[0].startswith(f"postern: line {line}: ")
    assert words in said[0]
    assert sql("select username from postern.users order by 1") == [
        ("eve",), ("zoe",)]


def test_a_quote_that_is_not_closed(home, sql):
    counts, said = take(
        home, b"username,email,password\n" + GOOD + b'"ada,a@x.org,x\n' +
        GOOD.replace(b"eve", b"zoe"), status=3)
    assert counts == (1, 0, 0, 1)
    assert said == ["postern: line 3: a quote is not closed"]


def test_a_field_without_end_is_given_up(home):
    counts, said = take(
        home, b"username,email,password\n" + GOOD + b'"' +
        b"a\n" * 10_000_000, status=1)
    assert counts == (1, 0, 0, 0)
    assert "not closed" in said[0]


UNUSABLE = [
    ("empty", b"", "there are no rows"),
    ("the first line alone", b"username,email,password\n",
     "there are no rows"),
    ("no titles", GOOD, "does not name the columns"),
    ("no password", b"username,email\nada,a@x.org\n",
     "does not name the columns"),
    ("semicolons", b"username;email;password\nada;a@x.org;x\n",
     "does not name the columns"),
    ("a title twice", b"username,email,password,Email\n", "twice"),
    ("binary", bytes(range(256)) * 100, "cannot be used"),
    ("UTF-16", "username,email,password\n".encode("utf-16"),
     "cannot be used"),
]


@pytest.mark.parametrize("rule,data,words", UNUSABLE,
                         ids=[case[0] for case in UNUSABLE])
def test_what_is_no_file_of_accounts(home, rule, data, words):
    counts, said = take(home, data, status=1)
    assert counts == (0, 0, 0, 0)
    assert words in " ".join(said)


def test_columns_that_are_not_known_are_named(home):
    said = take(home, "username,email,password,phone\x1b\n"
                f"ada,a@x.org,{ABC},1\n")[1]
    assert said == ['postern: the column "phone\\x1b" is not used']


def test_a_file_that_is_not_there(home):
    done = home.postern("import", "csv", home.path("none"), check=False)
    assert done.returncode == 1
    assert "none: No such file" in done.stderr


def test_from_standard_input(home, sql):
    done = home.postern("import", "csv", "-", stdin=text_of(row()))
    assert done.stdout == ("1 read: 1 added, 0 unchanged, 0 updated,"
                           " 0 refused\n")


@pytest.mark.parametrize("arguments,words", [
    (["csv"], "an argument is missing"),
    (["csv", "a", "b"], "one argument too many"),
    (["csv", "--dsn", "x", "a"], "--dsn"),
    (["django"], "one of --dsn and --csv"),
    (["django", "--dsn", "dbname=x", "--csv", "x"], "one of --dsn and --csv"),
    (["django", "--dsn", "dbname=x password=y"], ".pgpass"),
    (["django", "--dsn", "postgresql://u:p@h/x"], ".pgpass"),
])
def test_usage(home, arguments, words):
    done = home.postern("import", *arguments, check=False)
    assert done.returncode == 2
    assert words in done.stderr
    assert "usage: postern import " in done.stderr


def test_without_a_database(home):
    home.configure(database="host=/nonexistent dbname=none")
    with open(home.path("a.csv"), "w") as file:
        file.write(text_of(row()))
    done = home.postern("import", "csv", home.path("a.csv"), check=False)
    assert done.returncode == 1
    assert "no connection" in done.stderr


def test_a_database_that_is_not_djangos(home):
    done = home.postern("import", "django", "--dsn",
                        home.settings["database"], check=False)
    assert done.returncode == 1
    assert "has no auth_user" in done.stderr


# Out again

def state(sql):
    return sql("select subject, username, username_canonical, email,"
               " email_canonical, first_name, last_name, password,"
               " verified_at, banned_at, is_staff, created_at, last_login,"
               " postern.groups_of(id) from postern.users order by subject")


def test_what_was_exported_comes_back(home, sql):
    take(home, text_of(
        row("ada", id="1", first_name='=O"Neil, x', groups="b b;a",
            verified="2020-01-01 10:11:12.123456Z", staff="yes"),
        row("bob", id="2", banned="2021-01-01", password="!", verified="no"),
        row("Zoë", id="x@y", email="zoe@example.org", last_name="\\",
            last_login="2022-01-01 01:02:03Z", created="1999-12-31")))
    before = state(sql)
    path = home.path("out.csv")
    done = home.postern("export", "--output", path)
    assert done.stdout == "3 accounts are written\n"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    with open(path, newline="", encoding="utf-8") as file:
        text = file.read()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [one["username"] for one in rows] == ["ada", "bob", "Zoë"]
    assert list(rows[0]) == HEADER[:6] + [
        "verified", "banned", "staff", "groups", "created", "last_login",
        "two_step"]
    assert rows[0]["groups"] == "a;b b"
    assert take(home, text)[0] == (0, 3, 0, 0)
    sql("delete from postern.users")
    assert take(home, text)[0] == (3, 0, 0, 0)
    assert state(sql) == before
    assert home.postern("export").stdout == text.replace("\r\n", "\n")
    assert sql("select count(*) from postern.audit"
               " where what = 'users_exported'") == [(2,)]


def test_lines_of_json(home):
    take(home, text_of(row(groups="b;a", verified="2020-01-01",
                           created="2020-01-01")))
    wanted = {
        "id": "7", "username": "ada", "email": "ada@example.org",
        "first_name": "", "last_name": "", "password": ABC,
        "verified": "2020-01-01T00:00:00.000000Z", "banned": None,
        "staff": False, "groups": ["a", "b"],
        "created": "2020-01-01T00:00:00.000000Z", "last_login": None,
        "two_step": False}
    for options in (["--format", "json"], ["--json"]):
        lines = home.postern("export", *options).stdout.splitlines()
        assert [json.loads(line) for line in lines] == [wanted]


def test_more_accounts_than_are_read_at_once(home):
    take(home, text_of(*(row(f"u{n}", id=str(n)) for n in range(4001))))
    done = home.postern("export", "--output", home.path("all"), "--json")
    assert json.loads(done.stdout) == {"done": True, "accounts": 4001}
    with open(home.path("all"), newline="") as file:
        assert len({one["id"] for one in csv.DictReader(file)}) == 4001


def test_a_file_that_is_there_is_left(home):
    home.write("there", "x")
    os.symlink(home.path("elsewhere"), home.path("link"))
    for name in ("there", "link"):
        done = home.postern("export", "--output", home.path(name),
                            check=False)
        assert done.returncode == 1
        assert "File exists" in done.stderr
    with open(home.path("there")) as file:
        assert file.read() == "x"
    assert not os.path.exists(home.path("elsewhere"))


def test_an_export_that_fails_leaves_no_half(home):
    assert home.postern("export", "--format", "xml", check=False
                        ).returncode == 2
    home.configure(database="host=/nonexistent dbname=none")
    done = home.postern("export", "--output", home.path("out"), check=False)
    assert done.returncode == 1
    assert not os.path.exists(home.path("out"))
    with open("/dev/full", "w") as full:
        process = subprocess.run(
            [os.path.join(BUILD, "postern"), "--config",
             home.path("postern.conf"), "export"], stdout=full,
            stderr=subprocess.PIPE, env=home.environment(), check=False)
    assert process.returncode == 1


def test_the_signal_of_a_terminal_ends_it(home, sql):
    path = home.path("pipe")
    os.mkfifo(path)
    process = start(home, path)
    with open(path, "w") as file:
        file.write("username,email,password\n")
        file.flush()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == -signal.SIGINT
