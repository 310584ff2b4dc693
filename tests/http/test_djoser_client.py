"""
A front end written for djoser, which knows nothing of this site but its base
URL: the calls of djoser's documentation, in the order in which a user makes
them. Only what the mails carry, uid and token, comes from elsewhere.
"""

import pytest
import requests

from support.client import ticket_of

SETTINGS = {}
ADDRESS = "grace@example.com"
PASSWORD = "Corr3ct-horse"
CHANGED = "An0ther-pass-1"
RESET = "N3w-passw0rd-x"
NO_LOGIN = {"detail": "No active account found with the given credentials"}
INVALID_TOKEN = {"detail": "Given token not valid for any token type",
                 "code": "token_not_valid"}


class FrontEnd:
    """What a page does: JSON, the header of djoser's documentation."""

    def __init__(self, base):
        self.base = base
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Accept"] = "application/json"

    def call(self, method, path, **fields):
        answer = self.session.request(
            method, self.base + path, json=fields or None, timeout=30,
            allow_redirects=False)
        return answer.status_code, (answer.json() if answer.content else None)

    def post(self, path, **fields):
        return self.call("POST", path, **fields)

    def authorize(self, access):
        self.session.headers["Authorization"] = f"Bearer {access}"

    def log_in(self, username, password):
        status, pair = self.post("jwt/create/", username=username,
                                 password=password)
        assert status == 200 and set(pair) == {"access", "refresh"}, pair
        self.authorize(pair["access"])
        return pair

    def log_out(self):
        del self.session.headers["Authorization"]


@pytest.fixture
def page(site):
    return FrontEnd(f"http://127.0.0.1:{site.port}/auth/")


def ticket(site, number):
    """uid and token of the number-th letter that has a link."""
    site.settle()
    found = [ticket for ticket in map(ticket_of, site.letters(ADDRESS))
             if ticket]
    assert len(found) == number
    return dict(zip(("uid", "token"), found[-1]))


def test_the_whole_life_of_an_account(site, page):
    account = sign_up(site, page)
    activate(site, page)
    page.log_in("grace", PASSWORD)
    change_oneself(page, account)
    pair = change_password(page)
    refresh(page, pair)
    change_username(page, account)
    reset_password(site, page)
    reset_username(site, page)
    delete(page)
    assert site.value("select count(*) from postern.users") == 0


def sign_up(site, page):
    status, account = page.post("users/", username="grace", email=ADDRESS,
                                password=PASSWORD)
    assert status == 201
    assert account == {"email": ADDRESS, "username": "grace",
                       "id": account["id"]}
    assert page.post("jwt/create/", username="grace",
                     password=PASSWORD) == (401, NO_LOGIN)
    assert page.post("users/resend_activation/", email=ADDRESS) == (204, None)
    return account


def activate(site, page):
    link = ticket(site, 2)
    assert page.post("users/activation/", uid=link["uid"], token="abc-1") == (
        400, {"token": ["Invalid token for given user."]})
    assert page.post("users/activation/", **link) == (204, None)
    assert page.post("users/activation/", **link) == (
        403, {"detail": "Stale token for given user."})


def change_oneself(page, account):
    own = dict(account, first_name="", last_name="")
    assert page.call("GET", "users/me/") == (200, own)
    own["first_name"] = "Grace"
    assert page.call("PATCH", "users/me/", first_name="Grace") == (200, own)
    own["last_name"] = "Hopper"
    assert page.call("PUT", "users/me/", **own) == (200, own)
    assert page.call("GET", f"users/{account['id']}/") == (200, own)
    assert page.call("GET", "users/") == (200, [own])
    # A whole form that shows the address and the name changes neither.
    other = dict(own, email="x@example.com", username="x", id="1")
    assert page.call("PUT", "users/me/", **other) == (200, own)


def change_password(page):
    assert page.post("users/set_password/", new_password=CHANGED,
                     current_password="wrong") == (
        400, {"current_password": ["Invalid password."]})
    assert page.post("users/set_password/", new_password=CHANGED,
                     current_password=PASSWORD) == (204, None)
    status, refused = page.call("GET", "users/me/")
    assert (status, refused["code"]) == (401, "password_changed")
    page.log_out()
    assert page.post("jwt/create/", username="grace",
                     password=PASSWORD) == (401, NO_LOGIN)
    return page.log_in("grace", CHANGED)


def refresh(page, pair):
    status, fresh = page.post("jwt/refresh/", refresh=pair["refresh"])
    assert status == 200 and set(fresh) == {"access"}
    page.authorize(fresh["access"])
    assert page.post("jwt/verify/", token=fresh["access"]) == (200, {})
    assert page.post("jwt/verify/", token=fresh["access"][:-4]) == (
        401, {"detail": "Token is invalid", "code": "token_not_valid"})
    page.authorize(fresh["access"][:-4])
    status, refused = page.call("GET", "users/me/")
    assert status == 401
    assert {name: refused[name] for name in INVALID_TOKEN} == INVALID_TOKEN
    page.authorize(fresh["access"])


def change_username(page, account):
    assert page.post("users/set_username/", new_username="hopper",
                     current_password=CHANGED) == (204, None)
    status, own = page.call("GET", "users/me/")
    assert (status, own["username"], own["id"]) == (
        200, "hopper", account["id"])


def reset_password(site, page):
    page.log_out()
    assert page.post("users/reset_password/", email=ADDRESS) == (204, None)
    link = ticket(site, 3)
    weak = "This password is too short. It must contain at least 8 characters."
    assert page.post("users/reset_password_confirm/", new_password="Ab3x-",
                     **link) == (400, {"new_password": [weak]})
    assert page.post("users/reset_password_confirm/", new_password=RESET,
                     **link) == (204, None)
    assert page.post("users/reset_password_confirm/", new_password=RESET,
                     **link) == (
        400, {"token": ["Invalid token for given user."]})
    page.log_in("hopper", RESET)


def reset_username(site, page):
    page.log_out()
    assert page.post("users/reset_username/", email=ADDRESS) == (204, None)
    assert page.post("users/reset_username_confirm/", new_username="admiral",
                     **ticket(site, 4)) == (204, None)
    page.log_in("admiral", RESET)


def delete(page):
    assert page.call("DELETE", "users/me/", current_password="wrong") == (
        400, {"current_password": ["Invalid password."]})
    assert page.call("DELETE", "users/me/", current_password=RESET) == (
        204, None)
    assert page.call("GET", "users/me/") == (
        401, {"detail": "User not found", "code": "user_not_found"})
    page.log_out()
    assert page.post("jwt/create/", username="admiral",
                     password=RESET) == (401, NO_LOGIN)
