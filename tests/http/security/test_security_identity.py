"""Registration and identity, 11 to 13."""

import pytest

OWN = "Corr3ct-horse"
TAKEN = {"username": ["A user with that username already exists."]}
MALFORMED = {"email": ["Enter a valid email address."]}


def register(site, name="ada", address="ada@example.com", **more):
    return site.post("/api/register/", dict(
        {"username": name, "email": address, "password": OWN}, **more))


def users(site):
    return site.value("select count(*) from postern.users")


# 11

@pytest.mark.parametrize("address", [
    "a@example.com\r\nBcc: b@example.com", "a@example.com\nb@example.com",
    "a\r@example.com", "a\t@example.com", "a\x01@example.com",
    "a@exam\x7fple.com", "a\u0085@example.com", "-f@example.com",
    "a@-example.com", "a" * 243 + "@example.com", "a b@example.com",
    "a@b@example.com", "a@example.com,b@example.com", "<a@example.com>",
    "a@[127.0.0.1]", "\"a\"@example.com", "a@", "@example.com", "a",
    "a@example"])
def test_addresses_that_are_none(site, address):
    answer = register(site, address=address)
    assert answer.status == 400
    assert list(answer.json()) == ["email"]
    if len(address) <= 254:
        assert answer.json() == MALFORMED
    assert users(site) == 0
    assert site.value("select count(*) from postern.outbox") == 0


def test_an_address_of_254_bytes(site):
    address = ("a" * 60 + "@" + ".".join(["b" * 60] * 3) + "."
               + "c" * (254 - 60 - 1 - 183 - 4) + ".com")
    assert len(address) == 254
    assert register(site, address=address).status == 201
    answer = register(site, "eve", "a" + address)
    assert answer.status == 400 and list(answer.json()) == ["email"]


def test_two_spellings_of_an_address_are_one_account(new_site):
    with new_site() as site:
        assert register(site, "first", "Alice@X.org").status == 201
        uid, token = site.ticket("Alice@x.org")
        assert site.post("/api/activate/", uid=uid, token=token).status == 204
        # answered as a new one, and its owner is told
        assert register(site, "second", "alice@x.ORG").status == 201
        site.settle()
        assert site.value("select count(*) from postern.tickets "
                          "where used_at is null") == 0
        site.sql("update postern.users set created_at = now()")
        assert site.value("select count(*) from postern.users where "
                          "verified_at is not null") == 1


def test_two_spellings_that_are_told(new_site):
    with new_site(registration_conflict="reveal") as site:
        assert register(site, "first", "Alice@X.org").status == 201
        uid, token = site.ticket("Alice@x.org")
        assert site.post("/api/activate/", uid=uid, token=token).status == 204
        answer = register(site, "second", "alice@x.ORG")
        assert (answer.status, answer.json()) == (
            400, {"email": ["user with this email already exists."]})


# 12

@pytest.mark.parametrize("name", [
    "ada", "Ada.Lovelace", "a+b-c_d", "7of9", "джулия", "李小龍", "ελένη",
    "jösé", "a" * 150])
def test_names_that_are_taken(site, name):
    assert register(site, name).status == 201


@pytest.mark.parametrize("name", [
    "a b", "a/b", "a\\b", "a'b", "a\"b", "a<b", "a;b", "a\nb", "a\u200bb",
    "a\u202eb", "a\u00adb", "...", "p\u0430ypal", "\u0440\u0430yp\u0430l",
    "ada\u03b1", "a" * 151, "a\u2028b", "a%b", "a,b", "a:b"])
def test_names_that_are_none(site, name):
    answer = register(site, name)
    assert answer.status == 400
    assert list(answer.json()) == ["username"]
    assert users(site) == 0


@pytest.mark.parametrize("first,second", [
    ("ada", "ADA"), ("ada", "ａｄａ"), ("straße", "STRASSE"),
    ("jose\u0301", "jos\u00e9"), ("ﬁona", "fiona"), ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
    ("σίσυφος", "ΣΊΣΥΦΟΣ"), ("ada2", "ada²"), ("KELVIN", "\u212aelvin")])
def test_spellings_of_one_name(site, first, second):
    assert register(site, first).status == 201
    answer = register(site, second, "other@example.com")
    assert (answer.status, answer.json()) == (400, TAKEN)
    assert users(site) == 1


@pytest.mark.parametrize("name", ["admin", "root", "me", "ADMIN", "Root",
                                  "postmaster", "ａｄｍｉｎ"])
def test_names_that_are_kept_for_the_site(site, name):
    answer = register(site, name)
    assert (answer.status, answer.json()) == (
        400, {"username": ["This username is not available."]})
    assert users(site) == 0


# 13

PRIVILEGED = {
    "id": "1", "pk": 1, "subject": "root", "uid": "1", "is_staff": True,
    "is_superuser": True, "is_active": True, "verified": True,
    "verified_at": "2001-01-01", "banned_at": None, "epoch": 7,
    "groups": ["admin"], "user_permissions": [1], "last_login": "2001-01-01",
    "created_at": "2001-01-01", "date_joined": "2001-01-01",
    "username_canonical": "root", "email_canonical": "root@example.com",
    "password_hash": "x", "role": "admin", "__proto__": {"is_staff": True},
    "constructor": 1, "is_staff ": True, "IS_STAFF": True,
}


def test_privileged_fields_change_nothing(site):
    answer = register(site, **PRIVILEGED)
    assert answer.status == 201
    assert list(answer.json()) == ["email", "username", "id"]
    assert answer.json()["id"] not in ("1", "root")
    row = site.sql(
        "select subject, username, username_canonical, email, "
        "email_canonical, verified_at, banned_at, epoch, is_staff, "
        "last_login, created_at > now() - interval '1 min', "
        "password like '$argon2id$%%', postern.groups_of(id) "
        "from postern.users")
    assert row == [(answer.json()["id"], "ada", "ada", "ada@example.com",
                    "ada@example.com", None, None, 0, False, None, True,
                    True, "")]


def test_privileged_fields_of_other_bodies_change_nothing(site):
    site.add_user("ada")

    def rows():
        return site.sql("select subject, username, email, verified_at, "
                        "banned_at, epoch, is_staff, password, "
                        "postern.groups_of(id) from postern.users")

    before = rows()
    answer = site.post("/api/token/", dict(PRIVILEGED, username="ada",
                                           password=OWN))
    assert answer.status == 200
    tokens = answer.json()
    assert site.post("/api/token/refresh/", dict(
        PRIVILEGED, refresh=tokens["refresh"])).status == 200
    assert site.post("/api/reset/", dict(
        PRIVILEGED, email="ada@example.com")).status == 204
    assert site.post("/api/token/blacklist/", dict(
        PRIVILEGED, refresh=tokens["refresh"])).status == 200
    assert rows() == before


def test_a_field_in_a_form_body_changes_nothing_either(site):
    answer = site.request(
        "POST", "/api/register/",
        b"username=ada&email=ada@example.com&password=Corr3ct-horse"
        b"&is_staff=true&id=1&verified_at=2001-01-01",
        {"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 201
    assert site.sql("select is_staff, verified_at, subject <> '1' "
                    "from postern.users") == [(False, None, True)]
