"""What other programs are to be told stands in the database with its cause."""

import jwt
import pytest

from support.site import KEY

TOLD = ("login", "login_failed", "reuse", "register", "password_changed")
SETTINGS = dict({f"on_{event}": "https://hooks.example/x" for event in TOLD},
                worker=True, processes=1, rotate_refresh_tokens="yes",
                rotation_grace="0s")
SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=" + "\n"
PASSWORD = "Corr3ct-horse"


def rows(site):
    return site.sql("select event, subject, replace(session::text, '-', ''), "
                    "address from postern.hooks order by id")


def sid(token):
    return jwt.decode(token, KEY, algorithms=["HS256"])["sid"]


@pytest.fixture(scope="module")
def module_site(new_site, tmp_path_factory):
    path = tmp_path_factory.mktemp("hooks") / "key"
    path.write_text(SECRET)
    path.chmod(0o600)
    with new_site(hook_key=path, **SETTINGS) as site:
        yield site


def test_a_login_and_one_that_failed(site):
    site.add_user("alice", PASSWORD, None, "--subject", "7")
    pair = site.login("alice")
    site.post("/api/token/", username="alice", password="wrong")
    site.post("/api/token/", username="nobody", password="wrong")
    answer = site.post("/api/token/sliding/", username="alice",
                       password=PASSWORD)
    assert rows(site) == [
        ("login", "7", sid(pair["access"]), "127.0.0.1"),
        ("login_failed", "7", None, "127.0.0.1"),
        ("login_failed", None, None, "127.0.0.1"),
        ("login", "7", sid(answer.json()["token"]), "127.0.0.1")]


def test_a_refresh_token_that_came_again(site):
    site.add_user("alice", PASSWORD, None, "--subject", "7")
    pair = site.login("alice")
    for status in (200, 401, 401):
        assert site.post("/api/token/refresh/",
                         refresh=pair["refresh"]).status == status
    assert rows(site)[1:] == [
        ("reuse", "7", sid(pair["access"]), "127.0.0.1")]


def test_a_new_account_and_a_new_password(site):
    answer = site.post("/api/register/", username="bob", password=PASSWORD,
                       email="bob@example.com")
    subject = answer.json()["id"]
    site.postern("user", "verify", "bob")
    site.post("/api/reset/", email="bob@example.com")
    uid, token = site.ticket("bob@example.com", 2)
    for status in (204, 400):
        assert site.post("/api/reset/confirm/", uid=uid, token=token,
                         new_password="An0ther-horse").status == status
    site.postern("user", "password", "bob", "--force", stdin="x-Y-z-1\n")
    assert rows(site) == [
        ("register", subject, None, "127.0.0.1"),
        ("password_changed", subject, None, "127.0.0.1"),
        ("password_changed", subject, None, None)]


def test_what_did_not_happen_is_not_told(site):
    site.add_user("alice")
    site.post("/api/register/", username="alice", password=PASSWORD,
              email="bob@example.com")
    site.post("/api/token/", {})
    site.post("/api/token/refresh/", refresh="a.b.c")
    assert rows(site) == []


def test_who_is_not_to_be_told_is_not(new_site):
    with new_site(worker=False, processes=1) as site:
        site.add_user("alice")
        site.login("alice")
        site.post("/api/token/", username="alice", password="wrong")
        assert rows(site) == []
