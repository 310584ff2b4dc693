"""Registration by invitation: postern invite, and the ticket of its letter."""

import json
import re
import urllib.parse

import pytest

from support.parallel import at_once, statuses
from support.site import wait_for

SETTINGS = {"registration": "invitation", "throttle": "yes",
            "trusted_proxies": "127.0.0.1"}
PASSWORD = "Corr3ct-horse"
LINK = re.compile(r"http://site\.example/register\.html"
                  r"#email=([^&\s]+)&token=([\w-]{43})\s")
INVALID = {"invitation": ["Invalid invitation."]}
GUEST = "Gwen@example.net"
PEERS = iter(range(1, 1000000))


def register(site, token, name="gwen", address=GUEST, peer=None):
    # 10 registrations a minute may come from a peer: each has its own
    peer = peer or "192.0.%d.%d" % divmod(next(PEERS), 250)
    return site.post("/api/register/", headers={"X-Forwarded-For": peer},
                     username=name, email=address, password=PASSWORD,
                     invitation=token)


def invited(site, address=GUEST, *more, number=1):
    """Invites; returns the token of the letter."""
    done = site.postern("invite", address, *more, "--json")
    assert json.loads(done.stdout)["email"] == address
    letter = site.letter(address, number)
    to, token = LINK.search(
        letter.get_body(("plain",)).get_content()).groups()
    assert urllib.parse.unquote(to) == address
    return token


def test_an_invited_guest(site):
    token = invited(site, GUEST, "--group", "staff", "editors", "staff")
    letter = site.letter(GUEST)
    assert letter["Subject"] == "You are invited to Example"
    assert "7 days" in letter.get_body(("plain",)).get_content()
    answer = register(site, token)
    assert answer.status == 201
    assert list(answer.json()) == ["email", "username", "id"]
    # the ticket has proven the address: no activation
    site.login("gwen")
    assert site.sql("select name from postern.groups order by name") == [
        ("editors",), ("staff",)]
    site.settle()
    assert len(site.letters()) == 1
    state, = json.loads(site.postern("invite", "list", "--all",
                                     "--json").stdout)
    assert (state["email"], state["groups"], state["state"]) == (
        GUEST, "staff,editors", "used")
    assert site.value("select used_by from postern.invitations") == \
        site.value("select id from postern.users")
    assert token not in site.logged() + repr(site.sql(
        "select * from postern.tickets, postern.invitations"))


def test_without_an_invitation(site):
    answer = site.post("/api/register/", username="gwen", email=GUEST,
                       password=PASSWORD)
    assert (answer.status, answer.json()) == (
        400, {"invitation": ["This field is required."]})


@pytest.mark.parametrize("spoil", [
    "update postern.tickets set expires = now()",
    "update postern.invitations set revoked_at = now()",
    "update postern.invitations set used_at = now(), used_by = 0",
    "update postern.invitations set email_canonical = 'other@example.net'",
    "update postern.tickets set purpose = 'email'",
], ids=["expired", "revoked", "used", "foreign", "of another purpose"])
def test_what_is_no_invitation(site, spoil):
    token = invited(site)
    site.sql(spoil)
    wrong = register(site, "A" * 43)
    answer = register(site, token)
    assert (answer.status, answer.json()) == (400, INVALID)
    assert answer.body == wrong.body
    assert site.value("select count(*) from postern.users") == 0


def test_it_is_for_its_address_alone(site):
    token = invited(site)
    answer = register(site, token, address="other@example.net")
    assert (answer.status, answer.json()) == (400, INVALID)
    assert register(site, token, address=GUEST.upper()).status == 201


def test_who_is_not_invited_learns_no_names(site):
    site.add_user("alice")
    assert register(site, "A" * 43, name="alice").json() == INVALID
    token = invited(site)
    assert register(site, token, name="alice").json() == {
        "username": ["A user with that username already exists."]}
    # a mistake does not use it up
    assert register(site, token).status == 201
    assert register(site, token, name="gwen2").json() == INVALID


def test_the_ticket_of_another_letter_is_none(site):
    site.add_user("gwen", PASSWORD, GUEST)
    site.post("/api/reset/", email=GUEST)
    _, token = site.ticket(GUEST)
    assert register(site, token, name="second").json() == INVALID


def test_parallel_uses_of_an_invitation(new_site):
    with new_site(**dict(SETTINGS, processes=4)) as site:
        token = invited(site)
        answers = at_once(20, lambda n: register(
            site, token, f"gwen{n}", peer=f"192.0.2.{n}"))
        assert statuses(answers) == {201: 1, 400: 19}
        assert {a.body for a in answers if a.status == 400} == {
            b'{"invitation":["Invalid invitation."]}'}
        assert site.value("select count(*) from postern.users") == 1


def test_an_account_with_the_address_by_then(site):
    token = invited(site)
    site.add_user("faster", PASSWORD, GUEST)
    answer = register(site, token)
    assert (answer.status, answer.json()) == (
        400, {"email": ["user with this email already exists."]})
    assert site.value("select used_at from postern.invitations") is None


def test_a_newer_invitation_takes_the_place_of_an_older_one(site):
    old = invited(site, GUEST, "--group", "staff")
    new = invited(site, number=2)
    assert register(site, old).json() == INVALID
    assert register(site, new).status == 201
    assert site.sql("select * from postern.groups") == []


def test_list_and_revoke(site):
    token = invited(site)
    invited(site, "second@example.net")
    listed = json.loads(site.postern("invite", "list", "--json").stdout)
    assert [row["email"] for row in listed] == ["second@example.net", GUEST]
    assert {row["state"] for row in listed} == {"open"}
    assert "revoked" in site.postern("invite", "revoke", GUEST.upper()).stdout
    assert register(site, token).json() == INVALID
    assert len(json.loads(site.postern(
        "invite", "list", "--json").stdout)) == 1
    assert {row["state"] for row in json.loads(site.postern(
        "invite", "list", "--all", "--json").stdout)} == {"open", "revoked"}
    again = site.postern("invite", "revoke", GUEST, check=False)
    assert (again.returncode, "is open" in again.stderr) == (1, True)


def test_a_letter_of_a_revoked_invitation_is_dropped(new_site):
    with new_site(**dict(SETTINGS, worker=False)) as site:
        site.postern("invite", GUEST)
        site.postern("invite", "revoke", GUEST)
        assert site.postern("mail", "run", "--once").stdout.startswith(
            "0 sent, 1 dropped")
        assert site.value("select count(*) from postern.tickets") == 0


def test_the_time_of_an_invitation_begins_when_its_letter_leaves(new_site):
    with new_site(**dict(SETTINGS, worker=False)) as site:
        site.postern("invite", GUEST)
        site.sql("update postern.invitations set expires = now()")
        site.postern("mail", "run", "--once")
        assert site.value(
            "select count(*) from postern.invitations i "
            "join postern.tickets t on t.expires = i.expires "
            "where i.expires > now() + interval '6 days 23 hours'") == 1


@pytest.mark.parametrize("arguments, status, words", [
    (["not an address"], 1, "is not a mail address"),
    (["a@b.org\nBcc: x@y.org"], 1, "is not a mail address"),
    (["a@b.org", "--group", "x/y"], 1, "a group has"),
    (["a@b.org", "staff"], 2, "groups stand behind --group"),
    (["a@b.org", "--group"], 2, "groups stand behind --group"),
    ([], 2, "an argument is missing"),
    (["alice@example.com"], 1, "a verified account has this address"),
])
def test_who_cannot_be_invited(site, arguments, status, words):
    site.add_user("alice")
    done = site.postern("invite", *arguments, check=False)
    assert (done.returncode, words in done.stderr) == (status, True)
    assert site.value("select count(*) from postern.invitations") == 0
    assert site.value("select count(*) from postern.outbox") == 0


def test_an_invitation_counts_where_anybody_may_register(new_site):
    """It proves the address and brings the groups, and stays one of a kind."""
    with new_site(registration="open") as site:
        token = invited(site, GUEST, "--group", "staff")
        answer = register(site, "x" * 43)
        assert (answer.status, answer.json()) == (400, INVALID)
        assert register(site, token, address="eve@example.net").status == 400
        assert register(site, token).status == 201
        site.login("gwen")
        assert site.sql("select name from postern.groups") == [("staff",)]
        site.settle()
        assert len(site.letters()) == 1
        assert register(site, token, "gwen2").status == 400


def test_nobody_is_invited_where_nobody_may_register(new_site):
    with new_site(worker=False, registration="closed") as site:
        done = site.postern("invite", GUEST, check=False)
        assert done.returncode == 1
        line = list(site.settings).index("registration") + 1
        assert done.stderr == (
            "postern: nobody can register: registration = closed in "
            f"{site.path('postern.conf')}:{line}; set invitation\n")
        assert site.value("select count(*) from postern.invitations") == 0


def test_without_activation_letters_and_in_hiding(new_site):
    """An invitation proves the address, whatever the other modes are."""
    with new_site(**dict(SETTINGS, registration_conflict="reveal",
                         send_activation_email="no")) as site:
        token = invited(site)
        assert register(site, token).status == 201
        wait_for("the account", lambda: site.value(
            "select verified_at is not null from postern.users"))
