"""One database role for each program, with the rights of its statements."""

import json
import os
import pwd
import re

import psycopg2
import pytest
from support.grants import Rights, as_file, programs
from support.postgres import Postgres
from support.servers import ROOT
from support.site import BUILD, QUICK, Home

PROGRAMS = sorted(name[:-2] for name in os.listdir(f"{ROOT}/cgi-bin")
                  if name.endswith(".c"))
ROLES = [f"postern_{name}" for name in PROGRAMS]


@pytest.fixture(scope="module")
def granted(server, database):
    """The database, whose roles have their rights."""
    made = Home(database, QUICK)
    made.postern("roles")
    made.remove()
    return database


@pytest.fixture
def as_role(granted):
    """as_role(name) connects as postern_NAME; all is rolled back."""
    opened = []

    def connect(name):
        connection = psycopg2.connect(granted, user=f"postern_{name}")
        opened.append(connection)
        return connection.cursor()

    yield connect
    for connection in opened:
        connection.close()


def is_refused(cursor, statement):
    try:
        cursor.execute(statement)
    except psycopg2.errors.InsufficientPrivilege:
        return True
    finally:
        cursor.connection.rollback()
    return False


def test_the_file_says_what_the_statements_need(server, new_database):
    """No right is missing, none is to spare; `make roles` writes it anew."""
    connection = server.connect(new_database())
    found = programs(BUILD)
    assert sorted(found) == PROGRAMS
    with open(f"{ROOT}/sql/roles.sql") as file:
        assert file.read() == as_file(Rights(connection), found)
    connection.close()


def test_the_database_has_what_the_file_says(server, granted):
    with open(f"{ROOT}/sql/roles.sql") as file:
        text = file.read()
    wanted = set()
    for privilege, columns, table, role in re.findall(
            r"^grant (\w+)(?: \(([^)]*)\))? on (?!function|schema)(\S+) "
            r"to (\w+);", text, re.MULTILINE):
        for column in columns.split(", ") if columns else [None]:
            wanted.add((role, privilege.upper(), table, column))
    assert wanted
    connection = psycopg2.connect(granted, user=server.SUPERUSER)
    with connection.cursor() as cursor:
        cursor.execute("""
            select grantee, privilege_type, 'postern.' || table_name,
                column_name::text
            from information_schema.column_privileges
            where table_schema = 'postern' and grantee like 'postern\\_%'
            union all
            select grantee, privilege_type, 'postern.' || table_name, null
            from information_schema.table_privileges
            where table_schema = 'postern' and grantee like 'postern\\_%'""")
        assert {tuple(map(lambda v: v and str(v), row))
                for row in cursor.fetchall()} == wanted
    connection.close()


@pytest.mark.parametrize("name", [
    "hello", "authorize", "token_verify", "token_refresh", "health",
    "token_blacklist", "me_sessions", "activate"])
def test_who_has_no_need_of_a_hash_cannot_read_one(as_role, name):
    assert is_refused(as_role(name), "select password from postern.users")
    assert is_refused(as_role(name), "select * from postern.users")
    assert is_refused(as_role(name),
                      "select totp_secret from postern.users")


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_program_can(as_role, name):
    cursor = as_role(name)
    for statement in (
            "create table postern.mine ()", "create schema mine",
            "drop table postern.users", "truncate postern.users",
            "update postern.audit set what = ''", "delete from postern.audit",
            "update postern.users set subject = ''",
            "select name_key from postern.site",
            "update postern.throttle set fails = 0",
            "insert into postern.groups values (1, 'staff')",
            "update postern.migrations set version = ''",
            "create role mine"):
        if name == "register" and "postern.groups" in statement:
            continue  # an invitation names groups
        assert is_refused(cursor, statement), statement


def test_it_can_do_what_it_is_for(as_role):
    cursor = as_role("hello")
    cursor.execute("select id, epoch, banned_at from postern.users")
    assert cursor.fetchall() == []


# The command

def test_any_number_of_times(home, granted):
    done = home.postern("roles")
    assert f"rights of {len(ROLES)} set" in done.stdout
    assert "database_roles = yes" in done.stdout
    home.configure(database_roles="yes")
    done = home.postern("roles", "--json")
    assert json.loads(done.stdout) == {
        "done": True, "made": [], "roles": len(ROLES)}


def test_what_is_too_much_is_taken(home, granted, sql, as_role):
    sql("grant select on postern.users to postern_hello")
    home.configure(database_roles="yes")
    assert not is_refused(as_role("hello"),
                          "select password from postern.users")
    # an update of the schema lets an old release keep what it has
    home.postern("migrate")
    assert not is_refused(as_role("hello"),
                          "select password from postern.users")
    home.postern("roles")
    assert is_refused(as_role("hello"), "select password from postern.users")


def test_a_migration_gives_what_is_missing(home, granted, sql, as_role):
    sql("revoke all on postern.users from postern_hello")
    assert is_refused(as_role("hello"), "select id from postern.users")
    home.postern("migrate")  # without the setting it is none of its business
    assert is_refused(as_role("hello"), "select id from postern.users")
    home.configure(database_roles="yes")
    assert home.postern("migrate").stderr == ""
    assert not is_refused(as_role("hello"), "select id from postern.users")


def test_before_the_schema_there_is_nothing_to_grant(server, home):
    home.configure(database=server.create_database("bare"))
    done = home.postern("roles", check=False)
    assert done.returncode == 1
    assert "postern migrate" in done.stderr


@pytest.mark.parametrize("words,said", [
    (("--print", "--peer", "www-data"), "--print or --peer"),
    (("--peer", 'a"b'), "user of this machine"),
    (("--peer", ""), "user of this machine"),
    (("--peer", "a\nb"), "user of this machine")])
def test_what_cannot_be_meant_is_refused(home, words, said):
    done = home.postern("roles", *words, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_peer_names_all_roles(home):
    said = home.postern("roles", "--peer", "www-data").stdout
    hba, ident = said.split("# pg_ident.conf:\n")
    assert hba.splitlines()[1] == (
        f"local all {','.join(ROLES)} peer map=postern_programs")
    assert ident.splitlines() == [
        f'postern_programs "www-data" {role}' for role in ROLES]


def test_postgresql_takes_what_peer_prints():
    """Who is named may log in as each role, anybody else as none."""
    me = pwd.getpwuid(os.geteuid()).pw_name
    with Postgres() as own:
        home = Home(own.create_database(), QUICK)
        home.postern("migrate")
        home.postern("roles")

        def let_in(user):
            hba, ident = home.postern("roles", "--peer", user).stdout.split(
                "# pg_ident.conf:\n")
            for name, text in ("pg_hba.conf", hba + trusting), (
                    "pg_ident.conf", ident):
                with open(f"{own.data}/{name}", "w") as file:
                    file.write(text)
            own.restart()

        with open(f"{own.data}/pg_hba.conf") as file:
            trusting = file.read()
        let_in(me)
        for role in ROLES:
            psycopg2.connect(own.dsn(user=role)).close()
        let_in("somebody else")
        for role in ROLES:
            with pytest.raises(psycopg2.OperationalError,
                               match="Peer authentication failed"):
                psycopg2.connect(own.dsn(user=role))
        home.remove()


def test_who_may_not_make_roles_is_told_who_may(home, granted, server, sql):
    """The script, run by a superuser, does what the command cannot."""
    home.configure(database_roles="yes")
    superuser = psycopg2.connect(granted, user=server.SUPERUSER)
    superuser.autocommit = True
    with superuser.cursor() as cursor:
        cursor.execute("alter role postern_hello rename to postern_away;"
                       "alter role postern nocreaterole")
        try:
            done = home.postern("roles", check=False)
            assert done.returncode == 1
            assert "postern_hello cannot be made" in done.stderr
            assert "postern roles --print" in done.stderr
            checked = home.postern("check", "--json", check=False)
            finding, = (one for one in json.loads(checked.stdout)
                        if one["check"] == "database_roles")
            assert finding["status"] == "problem"
            assert "postern roles" in finding["text"]
            done = home.postern("migrate", check=False)
            assert done.returncode == 1
            assert "roles are missing: 1; run postern roles" in done.stderr
            script = home.postern("roles", "--print").stdout
            cursor.execute("begin;" + script + "commit;")
            cursor.execute(script)
            done = home.postern("roles", "--json")
            assert json.loads(done.stdout)["made"] == []
        finally:
            cursor.execute("alter role postern createrole")
            cursor.execute("select to_regrole('postern_hello') is not null")
            if cursor.fetchone() == (True,):
                cursor.execute("drop owned by postern_hello;"
                               "drop role postern_hello")
            cursor.execute("alter role postern_away rename to postern_hello")
    superuser.close()


def test_all_roles_are_found(home, granted):
    home.configure(database_roles="yes")
    checked = json.loads(home.postern("check", "--json", check=False).stdout)
    finding, = (one for one in checked if one["check"] == "database_roles")
    assert finding["status"] == "ok"
