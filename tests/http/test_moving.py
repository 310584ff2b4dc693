"""
Moving in: accounts of a live Django, and hashes of WordPress, PHP and crypt,
log in with the passwords that they have.
"""

import json
import os
import subprocess
import textwrap
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.servers import USUAL, chosen
from support.site import BUILD, ROOT

SETTINGS = {"time_limit": "60s"}  # hashes of others may cost seconds
USERS = 1000 if chosen() == USUAL else 100
HASHES = os.path.join(ROOT, "tests", "contract", "password_hashes.jsonl")

# Django with its own tables, and all its hashers at low costs; users by its
# ORM. 3.2 has no scrypt: that of hashlib stands for it, stored as 4.0 does.
BEGIN = """
import sys
import django
from django.conf import settings
settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
    DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql", "HOST": sys.argv[1],
        "NAME": sys.argv[2], "USER": "postern"}},
    USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.AutoField")
django.setup()
"""

DJANGO = r"""
import base64, datetime, hashlib, json, os, sys
import django
from django.conf import settings
from django.contrib.auth import hashers

class Pbkdf2(hashers.PBKDF2PasswordHasher):
    iterations = 1000
class Pbkdf2Sha1(hashers.PBKDF2SHA1PasswordHasher):
    iterations = 1000
class Argon2(hashers.Argon2PasswordHasher):
    time_cost, memory_cost, parallelism = 1, 64, 8
class Bcrypt(hashers.BCryptPasswordHasher):
    rounds = 4
class BcryptSha256(hashers.BCryptSHA256PasswordHasher):
    rounds = 4

class Scrypt(hashers.BasePasswordHasher):
    algorithm = "scrypt"
    def encode(self, password, salt):
        hash = hashlib.scrypt(password.encode(), salt=salt.encode(), n=1024,
                              r=8, p=1, dklen=64)
        return "scrypt$1024$%s$8$1$%s" % (
            salt, base64.b64encode(hash).decode())

settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
    PASSWORD_HASHERS=[__name__ + "." + name for name in (
        "Pbkdf2", "Pbkdf2Sha1", "Argon2", "Bcrypt", "BcryptSha256", "Scrypt")
        ] + ["django.contrib.auth.hashers." + name for name in (
        "SHA1PasswordHasher", "MD5PasswordHasher",
        "UnsaltedSHA1PasswordHasher")],
    DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql", "HOST": sys.argv[1],
        "NAME": sys.argv[2], "USER": "postern"}},
    USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.AutoField")
django.setup()
from django.contrib.auth.models import Group, User
from django.core.management import call_command
call_command("migrate", verbosity=0)

now = datetime.datetime(2024, 5, 6, 7, 8, 9, 123456, datetime.timezone.utc)
groups = [Group.objects.create(name=name) for name in ("editors", "Old ones")]
algorithms = [hasher.algorithm for hasher in hashers.get_hashers()]
users, passwords = [], []
for number in range(int(sys.argv[3])):
    password = "p%%d-\u00e9\u4e2d pass" %% number
    algorithm = algorithms[number %% len(algorithms)]
    passwords.append(password)
    users.append(User(
        username="user%%d" %% number, email="User%%d@Example.org" %% number,
        first_name="Zo\u00eb", last_name="O'Neil, \"x\" \\",
        password=hashers.make_password(password, hasher=algorithm),
        is_superuser=number == 0, is_staff=number == 1, date_joined=now,
        last_login=now if number %% 2 else None))
User.objects.bulk_create(users)
made = list(User.objects.order_by("id"))
editors = [user for number, user in enumerate(made) if number %% 10 == 0]
groups[0].user_set.add(*editors)
groups[1].user_set.add(made[0])
# and some that must not log in
away = User.objects.create_user("away", "away@example.org", "p-away-1")
away.is_active = False
away.last_login = now
away.save()
never = User.objects.create_user("never", "never@example.org", "p-never-1")
never.is_active = False
never.save()
none = User.objects.create_user("none", "none@example.org")
assert none.password.startswith("!")
User.objects.create_user("noaddress", "", "p-noaddress-1")
print(json.dumps([[user.id, user.username, password, user.password]
                  for user, password in zip(made, passwords)]))
""".replace("%%", "%")


@pytest.fixture(scope="module")
def django(server):
    """(connection string, [[id, username, password, hash], ...])"""
    server.create_database("django")
    done = subprocess.run(
        ["/usr/bin/python3", "-c", "import sys; sys.modules['moving'] ="
         " sys.modules['__main__']; __name__ = 'moving'\n" + DJANGO,
         server.directory, "django", str(USERS)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    return server.dsn("django"), json.loads(done.stdout)


def statuses(site, accounts):
    """{status: usernames} of logins, eight at a time."""
    def login(account):
        answer = site.post("/api/token/", username=account[0],
                           password=account[1])
        return answer.status, account[0]

    found = {}
    with ThreadPoolExecutor(8) as pool:
        for status, name in pool.map(login, accounts):
            found.setdefault(status, []).append(name)
    return found


def test_a_thousand_accounts_of_a_live_django(site, django):
    dsn, users = django
    assert len({stored.split("$")[0] for *_, stored in users}) == 8
    done = site.postern("import", "django", "--dsn", dsn, "--json",
                        check=False)
    assert done.returncode == 3, done.stderr
    assert json.loads(done.stdout) == {
        "dry_run": False, "read": USERS + 4, "added": USERS + 3,
        "unchanged": 0, "updated": 0, "refused": 1}
    assert done.stderr == f"postern: id {USERS + 4}: it has no address\n"

    assert site.sql(
        "select subject, password from postern.users"
        " where username like 'user%%' order by id") == [
            (str(number), stored) for number, _, _, stored in users]
    assert site.sql(
        "select username, email, first_name, last_name, is_staff,"
        " postern.groups_of(id), created_at = verified_at,"
        " created_at at time zone 'UTC' || '', last_login is null"
        " from postern.users where username in ('user0', 'user1', 'user2')"
        " order by id") == [
            (f"user{number}", f"User{number}@example.org", "Zoë",
             "O'Neil, \"x\" \\", staff, groups, True,
             "2024-05-06 07:08:09.123456", number != 1)
            for number, staff, groups in (
                (0, True, "Old ones\neditors"), (1, True, ""),
                (2, False, ""))]

    logins = [(name, password) for _, name, password, _ in users]
    assert statuses(site, [(name, password + "x")
                           for name, password in logins[:24]]) == {
        401: [name for name, _ in logins[:24]]}
    assert statuses(site, logins) == {200: [name for name, _ in logins]}
    assert site.value(
        "select count(*) from postern.users"
        " where password like '$argon2id$v=19$m=8,t=1,p=1$%'") == USERS
    # With the new hash they log in as before.
    assert list(statuses(site, logins[:24])) == [200]
    again = site.postern("import", "django", "--dsn", dsn, "--json",
                         check=False)
    assert json.loads(again.stdout)["unchanged"] == USERS + 3


def test_who_could_not_log_in_there_cannot_here(site, django):
    site.postern("import", "django", "--dsn", django[0], check=False)
    assert statuses(site, [
        ("away", "p-away-1"), ("never", "p-never-1"), ("none", ""),
        ("none", "!"), ("none", "x")]) == {
            400: ["none"], 401: ["away", "never", "none", "none"]}
    assert site.sql(
        "select username, banned_at is not null, verified_at is not null,"
        " password = '!' from postern.users"
        " where username in ('away', 'never', 'none') order by id") == [
            ("away", True, False, False), ("never", False, False, False),
            ("none", False, True, True)]


def snippet():
    """What IMPORT.md gives to manage.py shell."""
    with open(os.path.join(ROOT, "deploy/postern/IMPORT.md")) as file:
        text = file.read()
    return textwrap.dedent(
        text.partition("<<'END'\n")[2].partition("    END\n")[0])


def test_the_file_that_the_document_writes(site, django, server):
    """All of it is the same as what is read from the database."""
    site.postern("import", "django", "--dsn", django[0], check=False)
    done = subprocess.run(
        ["/usr/bin/python3", "-c", BEGIN + snippet(), server.directory,
         "django"], stdout=subprocess.PIPE, text=True, timeout=60, check=True)
    with open(site.path("accounts.csv"), "w", newline="") as file:
        file.write(done.stdout)
    again = site.postern("import", "django", "--csv",
                         site.path("accounts.csv"), "--json", check=False)
    assert json.loads(again.stdout) == {
        "dry_run": False, "read": USERS + 4, "added": 0,
        "unchanged": USERS + 3, "updated": 0, "refused": 1}


def test_every_stored_hash_verifies(site):
    with open(HASHES, encoding="utf-8") as file:
        stored = [json.loads(line) for line in file]
    assert len(stored) == 12
    with open(site.path("hashes.csv"), "w") as file:
        file.write("username,email,password\n" + "".join(
            f'h{n},h{n}@example.org,"{one["hash"]}"\n'
            for n, one in enumerate(stored)))
    site.postern("import", "csv", site.path("hashes.csv"))
    for n, one in enumerate(stored):
        for wrong in (one["password"][:-1], one["password"] + "x"):
            assert site.post("/api/token/", username=f"h{n}",
                             password=wrong).status == 401, one["scheme"]
        # White space around it was cut off where it comes from.
        assert site.post("/api/token/", username=f"h{n}", password=" "
                         + one["password"] if n % 2 else one["password"]
                         ).status == 200, one["scheme"]
    assert site.value("select count(*) from postern.users"
                      " where password like '$argon2id$v=19$m=8,%'") == 12


def test_what_was_typed_at_the_first_login_is_the_password(site):
    with open(site.path("one.csv"), "w") as file:
        file.write("username,email,password\nada,ada@example.org,"
                   "md5$$900150983cd24fb0d6963f7d28e17f72\n")
    site.postern("import", "csv", site.path("one.csv"))
    login = [site.post("/api/token/", username="ada", password=password)
             .status for password in (" abc ", "abc", " abc", " abc ")]
    assert login == [200, 401, 401, 200]


# libcrypt is for stored hashes alone; libcrypto counts PBKDF2 and scrypt, and
# the SHA-1 by which a new password is looked up among the breached ones.
@pytest.mark.parametrize("program,libraries", [
    ("token_obtain", {b"crypt", b"crypto"}),
    ("token_sliding", {b"crypt", b"crypto"}),
    ("register", {b"crypto"}), ("reset", {b"crypto"}),
    ("activate", set()), ("health", set()), ("hello", set()),
    ("token_blacklist", set()), ("token_refresh", set()),
    ("token_verify", set())])
def test_who_verifies_no_passwords_links_no_hashes(program, libraries):
    path = os.path.join(BUILD, "cgi-bin", program)
    with open(path, "rb") as file:
        needed = file.read()
    assert {name for name in (b"crypt", b"crypto")
            if b"lib" + name + b".so" in needed} == libraries
