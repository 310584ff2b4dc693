"""deploy/postern/BACKUP.md: a dump, what happened after it, and its return."""

import subprocess
import time

import pytest

from support.site import wait_for

OLD, NEW = "Corr3ct-horse", "N3w-passw0rd-x"


@pytest.fixture
def site(new_site):
    with new_site(worker=False, rotate_refresh_tokens="yes",
                  rotation_grace="0s") as made:
        made.add_user("alice")
        yield made


def run(site, program, *arguments, text=""):
    """A command of the page, as the user of the database."""
    done = subprocess.run(
        [f"{site.server.bin}/{program}", *arguments,
         site.server.dsn(site.database)],
        input=text, capture_output=True, text=True, check=True)
    return done.stdout


def dumped(site):
    return run(site, "pg_dump", "--schema=postern", "--clean", "--if-exists")


def restore(site, dump):
    run(site, "psql", "--quiet", "--set=ON_ERROR_STOP=1",
        "--single-transaction", text=dump)


def refresh(site, token):
    return site.post("/api/token/refresh/", refresh=token)


def test_what_a_restored_database_means(site):
    kept = site.login("alice")
    gone = site.login("alice")
    dump = dumped(site)
    time.sleep(1.1)  # what is newer, tokens say in whole seconds
    # After the dump: a refresh, a logout, a login, another password.
    newer = refresh(site, kept["refresh"]).json()["refresh"]
    assert site.post("/api/token/blacklist/",
                     refresh=gone["refresh"]).status == 200
    later = site.login("alice")
    restore(site, dump)
    wait_for("the programs see it", lambda: site.get(
        "/api/hello/", kept["access"]).status == 200)
    # A session that began after it is unknown, and one that was ended is not.
    assert refresh(site, later["refresh"]).status == 401
    assert refresh(site, gone["refresh"]).status == 200
    # A token that is newer than the row is refused; its session lives.
    assert refresh(site, newer).status == 401
    assert refresh(site, kept["refresh"]).status == 200


def test_all_sessions_end_and_a_login_begins_anew(site):
    gone = site.login("alice")
    dump = dumped(site)
    assert site.post("/api/token/blacklist/",
                     refresh=gone["refresh"]).status == 200
    restore(site, dump)
    site.postern("session", "end", "--all")
    assert refresh(site, gone["refresh"]).status == 401
    tokens = site.login("alice")
    assert refresh(site, tokens["refresh"]).status == 200
    assert site.postern("check", check=False).stdout.count("ok       schema")


def test_passwords_are_those_of_the_dump(site):
    tokens = site.login("alice")
    dump = dumped(site)
    assert site.post("/api/me/password/", bearer=tokens["access"],
                     current_password=OLD, new_password=NEW,
                     re_new_password=NEW).status == 204
    restore(site, dump)
    assert site.post("/api/token/", username="alice",
                     password=NEW).status == 401
    assert site.login("alice", OLD)["access"]
