"""A change of address, confirmed at the new one, with a way back to the old."""

import pytest

from support import totp
from support.client import ticket_of
from support.parallel import at_once, statuses
from support.site import wait_for

# Limits on, as shipped; behind a proxy, so that a test can be many peers.
SETTINGS = {"throttle": "yes", "trusted_proxies": "127.0.0.1"}
PASSWORD = "Corr3ct-horse"
OLD, NEW = "alice@example.com", "alice@example.net"
WRONG = {"token": ["Invalid token for given user."]}


def ask(site, access, address, password=PASSWORD, peer="192.0.2.1"):
    return site.post("/api/me/email/", bearer=access,
                     headers={"X-Forwarded-For": peer},
                     current_password=password, new_email=address)


def use(site, what, ticket):
    uid, token = ticket
    return site.post(f"/api/me/email/{what}/", uid=uid, token=token)


def links(site, address, page, least=1):
    """The tickets in all letters to the address that lead to the page."""

    def found():
        texts = [(ticket_of(letter), letter.get_body(("plain",)).get_content())
                 for letter in site.letters(address)]
        tickets = [ticket for ticket, text in texts
                   if f"http://site.example/{page}.html#" in text]
        return tickets if len(tickets) >= least else None

    return wait_for(f"letter {least} for {page} to {address}", found)


def ordered(site, address, access=None, peer="192.0.2.1", least=1):
    """Asks for the address; returns the ticket that came to it."""
    access = access or site.login("alice")["access"]
    assert ask(site, access, address, peer=peer).status == 204
    return links(site, address, "email", least)[-1]


def changed(site, address, peer="192.0.2.1", password=PASSWORD):
    """Changes alice's address by the whole way."""
    access = site.login("alice", password)["access"]
    assert ask(site, access, address, password, peer).status == 204
    assert use(site, "confirm", links(site, address, "email")[-1]).status \
        == 204


def address_of(site, name="alice"):
    return site.sql("select email, email_canonical, verified_at is not null "
                    "from postern.users where username = %s", name)[0]


def test_the_whole_way(site):
    site.add_user("alice")
    tokens = site.login("alice")
    assert ask(site, tokens["access"], "Alice@Example.NET").status == 204
    uid, token = links(site, "Alice@example.net", "email")[0]
    assert address_of(site) == (OLD, OLD, True)
    assert site.letters(OLD) == []
    # opening the link uses nothing up
    for method in ("GET", "HEAD"):
        assert site.request(method, "/api/me/email/confirm/"
                            f"?uid={uid}&token={token}").status == 405
    answer = use(site, "confirm", (uid, token))
    assert (answer.status, answer.body) == (204, b"")
    assert address_of(site) == ("Alice@example.net", NEW, True)
    assert site.get("/api/hello/", tokens["access"]).status == 401
    assert site.post("/api/token/refresh/",
                     refresh=tokens["refresh"]).status == 401
    site.login("alice")
    notice = site.letter(OLD)
    assert notice["Subject"] == "Your address at Example was changed"
    assert "7 days" in notice.get_body(("plain",)).get_content()
    assert NEW not in str(notice).lower()
    assert [row for row in site.sql(
        "select what, outcome from postern.audit where user_id is not null "
        "order by id") if row[0] not in ("login", "user_added")] == [
            ("email_change", "asked"), ("email_changed", "ok")]


def test_a_reset_goes_to_the_new_address(site):
    site.add_user("alice")
    changed(site, NEW)
    for address in (OLD, NEW):
        assert site.post("/api/reset/", email=address).status == 204
    uid, token = links(site, NEW, "reset")[0]
    site.settle()
    assert len(site.letters(OLD)) == 1  # the notice
    assert site.post("/api/reset/confirm/", uid=uid, token=token,
                     new_password="N3w-passw0rd-x").status == 204


@pytest.mark.parametrize("fields, status, body", [
    ({"current_password": "Wr0ng-horse", "new_email": NEW}, 400,
     {"current_password": ["Invalid password."]}),
    ({"current_password": PASSWORD, "new_email": "not an address"}, 400,
     {"new_email": ["Enter a valid email address."]}),
    ({"current_password": PASSWORD, "new_email": NEW + "\r\nBcc: x@y.org"},
     400, {"new_email": ["Enter a valid email address."]}),
    ({}, 400, {"current_password": ["This field is required."],
               "new_email": ["This field is required."]}),
], ids=["wrong password", "no address", "two lines", "nothing"])
def test_what_is_refused(site, fields, status, body):
    site.add_user("alice")
    answer = site.post("/api/me/email/", fields,
                       bearer=site.login("alice")["access"])
    assert (answer.status, answer.json()) == (status, body)
    assert site.value("select count(*) from postern.outbox") == 0


def test_without_a_token_nobody_asks(site):
    assert site.post("/api/me/email/", current_password=PASSWORD,
                     new_email=NEW).status == 401


def said(answer):
    """All of an answer but its time."""
    return (answer.status, answer.body,
            sorted((n, v) for n, v in answer.headers.items() if n != "date"))


def test_a_taken_address_is_told_to_its_owner_alone(site):
    site.add_user("alice")
    site.add_user("owner", email_address="Taken@example.org")
    access = site.login("alice")["access"]
    assert said(ask(site, access, "taken@example.org")) == said(
        ask(site, access, "free@example.org"))
    letter = site.letter("Taken@example.org")
    assert letter["Subject"] == "You already have an account at Example"
    assert "owner" in letter.get_body(("plain",)).get_content()
    assert "alice" not in str(letter)
    assert ticket_of(letter) is None
    links(site, "free@example.org", "email")
    assert site.value("select count(*) from postern.tickets") == 1


def test_an_address_that_was_taken_meanwhile(site):
    site.add_user("alice")
    ticket = ordered(site, NEW)
    site.add_user("faster", email_address=NEW)
    answer = use(site, "confirm", ticket)
    assert (answer.status, answer.json()) == (400, WRONG)
    assert address_of(site) == (OLD, OLD, True)


def test_an_unverified_account_does_not_hold_an_address(site):
    site.add_user("alice")
    site.add_user("waiting", PASSWORD, NEW, "--unverified")
    assert use(site, "confirm", ordered(site, NEW)).status == 204


SPOILT = [
    ("used", "update postern.tickets set used_at = now()"),
    ("expired", "update postern.tickets set expires = now()"),
    ("of another purpose",
     "update postern.tickets set purpose = 'reset'"),
    ("the epoch moved", "update postern.users set epoch = epoch + 1"),
    ("the address moved", "update postern.users set email = 'x@y.org', "
     "email_canonical = 'x@y.org' where username = 'alice'"),
    ("banned", "update postern.users set banned_at = now()"),
]


def test_wrong_tickets_are_answered_alike(site):
    site.add_user("alice")
    uid, token = ordered(site, NEW)
    wrong = said(use(site, "confirm", (uid, "A" * 43)))
    assert wrong[:2] == (400, b'{"token":["Invalid token for given user."]}')
    assert said(use(site, "confirm", (uid, "x"))) == wrong
    assert said(use(site, "confirm", ("0" * 8, token))) == wrong
    assert said(use(site, "undo", (uid, token))) == wrong
    assert use(site, "confirm", ("no uid", token)).json() == {
        "uid": ["Invalid user id or user doesn't exist."]}
    assert use(site, "confirm", (uid, token)).status == 204
    assert said(use(site, "confirm", (uid, token))) == wrong


@pytest.mark.parametrize("spoil", [s for _, s in SPOILT],
                         ids=[rule for rule, _ in SPOILT])
def test_a_ticket_that_is_good_no_more(site, spoil):
    site.add_user("alice")
    ticket = ordered(site, NEW)
    site.sql(spoil)
    before = site.sql("select * from postern.users")
    answer = use(site, "confirm", ticket)
    assert (answer.status, answer.json()) == (400, WRONG)
    assert site.sql("select * from postern.users") == before


@pytest.mark.parametrize("what", ["confirm", "undo"])
def test_parallel_uses_of_a_ticket(new_site, what):
    with new_site(processes=4) as site:
        site.add_user("alice")
        ticket = ordered(site, NEW)
        if what == "undo":
            assert use(site, "confirm", ticket).status == 204
            ticket = links(site, OLD, "undo")[0]
        answers = at_once(20, lambda _: use(site, what, ticket))
        assert statuses(answers) == {204: 1, 400: 19}
        assert site.value("select epoch from postern.users") == (
            1 if what == "confirm" else 2)


def test_letters_to_an_address_are_limited(site):
    """One a minute, dropped silently, whether or not somebody has it."""
    site.add_user("alice")
    site.add_user("owner", email_address="owner@example.org")
    access = site.login("alice")["access"]
    for number in range(3):
        for address in (NEW, "owner@example.org"):
            assert ask(site, access, address,
                       peer=f"192.0.2.{number}").status == 204
    site.letter("owner@example.org")
    links(site, NEW, "email")
    site.settle()
    assert len(site.letters()) == 2


def test_letters_asked_for_by_a_peer_are_limited(site):
    site.add_user("alice")
    access = site.login("alice")["access"]
    for number in range(5):
        assert ask(site, access, f"a{number}@example.net").status == 204
    site.letter("a2@example.net")
    site.settle()
    assert len(site.letters()) == 3


def test_a_thief_changes_the_address_and_the_owner_takes_it_back(site):
    site.add_user("alice")
    stolen = "Corr3ct-horse"
    changed(site, "thief@example.net")
    thiefs = site.login("alice", stolen)
    # the thief has more in hand: a letter to a third address, and one to reset
    pending = ordered(site, "thief2@example.net", thiefs["access"])
    site.post("/api/reset/", email="thief@example.net")
    reset = links(site, "thief@example.net", "reset")[0]
    undo = links(site, OLD, "undo")[0]
    answer = use(site, "undo", undo)
    assert (answer.status, answer.body) == (204, b"")
    assert address_of(site) == (OLD, OLD, True)
    assert site.get("/api/hello/", thiefs["access"]).status == 401
    assert site.post("/api/token/refresh/",
                     refresh=thiefs["refresh"]).status == 401
    assert use(site, "confirm", pending).status == 400
    assert site.post("/api/reset/confirm/", uid=reset[0], token=reset[1],
                     new_password="Th1efs-passw0rd").status == 400
    assert site.post("/api/token/", username="alice",
                     password=stolen).status == 401
    uid, token = links(site, OLD, "reset")[0]
    assert site.post("/api/reset/confirm/", uid=uid, token=token,
                     new_password="0wners-passw0rd").status == 204
    site.login("alice", "0wners-passw0rd")
    assert use(site, "undo", undo).json() == WRONG
    assert site.sql("select what from postern.audit where what like 'email%%' "
                    "or what = 'reset_done' order by id") == [
                        ("email_change",), ("email_changed",),
                        ("email_change",), ("email_undone",), ("reset_done",)]


def test_the_older_address_wins(site):
    """Nobody undoes an undoing by a letter to an address that came later."""
    site.add_user("alice")
    changed(site, "b@example.net", "192.0.2.1")
    changed(site, "c@example.net", "192.0.2.2")
    first = links(site, OLD, "undo")[0]
    second = links(site, "b@example.net", "undo")[0]
    # the thief at b goes back to b: that leaves the owner's way open
    assert use(site, "undo", second).status == 204
    assert address_of(site)[0] == "b@example.net"
    assert use(site, "undo", first).status == 204
    assert address_of(site)[0] == OLD
    assert use(site, "undo", second).status == 400


def test_the_older_address_closes_the_ways_back_to_later_ones(site):
    site.add_user("alice")
    changed(site, "b@example.net", "192.0.2.1")
    changed(site, "c@example.net", "192.0.2.2")
    later = links(site, "b@example.net", "undo")[0]
    assert use(site, "undo", links(site, OLD, "undo")[0]).status == 204
    assert use(site, "undo", later).json() == WRONG
    assert address_of(site)[0] == OLD


def test_a_way_back_that_waits_in_a_letter_is_closed_too(new_site):
    """However late it leaves, a letter to a later address leads nowhere."""
    with new_site(worker=False) as site:
        site.add_user("alice")

        def change(address):
            access = site.login("alice")["access"]
            assert ask(site, access, address).status == 204
            site.postern("mail", "run", "--once")
            assert use(site, "confirm",
                       links(site, address, "email")[0]).status == 204

        change("b@example.net")
        change("c@example.net")
        assert use(site, "undo", links(site, OLD, "undo")[0]).status == 204
        site.postern("mail", "run", "--once")
        assert site.sql("select ended_as from postern.outbox where target = "
                        "'b@example.net' and purpose = 'email_changed'") == [
                            ("dropped",)]
        assert len(site.letters("b@example.net")) == 1


def test_many_changes_do_not_push_the_first_way_back_out(site):
    site.add_user("alice")
    for number in range(6):
        changed(site, f"a{number}@example.net", f"192.0.2.{number}")
    assert use(site, "undo", links(site, OLD, "undo")[0]).status == 204
    assert address_of(site)[0] == OLD


def test_the_way_back_survives_what_ends_other_tickets(site):
    site.add_user("alice")
    changed(site, NEW)
    undo = links(site, OLD, "undo")[0]
    site.postern("user", "password", "alice", stdin="An0ther-passw0rd\n")
    assert use(site, "undo", undo).status == 204


def test_the_old_address_may_have_another_account_by_then(site):
    site.add_user("alice")
    changed(site, NEW)
    undo = links(site, OLD, "undo")[0]
    site.add_user("second", email_address=OLD)
    assert use(site, "undo", undo).json() == WRONG
    assert address_of(site) == (NEW, NEW, True)


def test_a_ban_is_not_lifted_by_the_way_back(site):
    site.add_user("alice")
    changed(site, NEW)
    undo = links(site, OLD, "undo")[0]
    site.postern("user", "ban", "alice")
    assert use(site, "undo", undo).json() == WRONG


def test_an_address_that_was_never_verified_gets_no_way_back(new_site):
    with new_site(check_user_is_active="no") as site:
        site.add_user("alice", PASSWORD, OLD, "--unverified")
        changed(site, NEW)
        site.settle()
        assert site.letters(OLD) == []
        assert address_of(site) == (NEW, NEW, True)


def test_another_spelling_of_the_own_address(site):
    site.add_user("alice")
    changed(site, "Alice@example.com")
    site.settle()
    assert address_of(site) == ("Alice@example.com", OLD, True)
    assert len(site.letters()) == 1


def test_a_username_that_is_an_address(new_site):
    with new_site(login_field="either") as site:
        site.add_user(OLD, email_address=OLD)
        access = site.login(OLD)["access"]
        answer = ask(site, access, NEW)
        assert (answer.status, answer.json()) == (400, {"new_email": [
            "A username with @ in it must be the own email address."]})
        site.sql("update postern.users set username = 'alice', "
                 "username_canonical = 'alice'")
        ticket = ordered(site, NEW, access)
        site.sql("update postern.users set username = email, "
                 "username_canonical = email_canonical")
        assert use(site, "confirm", ticket).json() == WRONG


def test_other_programs_are_told_that_the_password_is_void(new_site):
    with new_site(on_password_changed="https://hooks.example/",
                  hook_key="key") as site:
        site.add_user("alice")
        changed(site, NEW)
        assert site.sql("select event from postern.hooks") == []
        assert use(site, "undo", links(site, OLD, "undo")[0]).status == 204
        assert site.sql("select h.event, h.subject = u.subject "
                        "from postern.hooks h, postern.users u") == [
                            ("password_changed", True)]


# Two-step login: that of a thief ends with the way back, the owner's stays.

@pytest.fixture(scope="module")
def own_two_step(new_site):
    with new_site(totp_key="totp.key", processes=1) as site:
        site.write("totp.key", "totp-0123456789abcdefghijklmnopqrstuvwxyz\n",
                   0o600)
        yield site


@pytest.fixture
def two_step(own_two_step):
    own_two_step.settle()
    own_two_step.forget()
    own_two_step.add_user("alice")
    return own_two_step


def begin(site, access):
    """Begins to set it up; returns a code that confirms it."""
    answer = site.post("/api/me/totp/", bearer=access,
                       current_password=PASSWORD)
    assert answer.status == 200, answer
    return totp.code(answer.json()["secret"], totp.current_step())


def enrol(site, access):
    """Enables it; returns the recovery codes."""
    answer = site.post("/api/me/totp/confirm/", bearer=access,
                       otp=begin(site, access))
    assert answer.status == 200, answer
    return answer.json()["recovery_codes"]


def moved(site, otp=None):
    """Changes alice's address; returns the ticket of the way back."""
    code = {} if otp is None else {"otp": otp[0]}
    access = site.post("/api/token/", username="alice", password=PASSWORD,
                       **code).json()["access"]
    code = {} if otp is None else {"otp": otp[1]}
    assert site.post("/api/me/email/", bearer=access, new_email=NEW,
                     current_password=PASSWORD, **code).status == 204
    assert use(site, "confirm", links(site, NEW, "email")[0]).status == 204
    return links(site, OLD, "undo")[0]


def owner_back(site, undo):
    """Goes the way back and chooses a password."""
    assert use(site, "undo", undo).status == 204
    assert address_of(site)[0] == OLD
    choose_password(site)


def choose_password(site):
    uid, token = links(site, OLD, "reset")[0]
    assert site.post("/api/reset/confirm/", uid=uid, token=token,
                     new_password="N3w-passw0rd-x").status == 204


def stored(site):
    """(has a secret, is enabled, recovery codes)"""
    return site.sql("select totp_secret is not null, totp_enabled_at is not "
                    "null, (select count(*) from postern.recovery_codes) "
                    "from postern.users")[0]


def login_anew(site, **code):
    return site.post("/api/token/", username="alice",
                     password="N3w-passw0rd-x", **code)


def assert_ended(site):
    assert stored(site) == (False, False, 0)
    answer = login_anew(site)
    assert answer.status == 200, answer
    assert site.get("/api/me/totp/", answer.json()["access"]).json() == {
        "enabled": False, "recovery_codes_left": 0}


def test_what_was_enabled_after_the_change_ends(two_step):
    undo = moved(two_step)
    enrol(two_step, two_step.login("alice")["access"])
    assert stored(two_step) == (True, True, 10)
    owner_back(two_step, undo)
    assert_ended(two_step)


def test_what_was_only_begun_is_confirmed_by_nobody(two_step):
    undo = moved(two_step)
    code = begin(two_step, two_step.login("alice")["access"])
    assert stored(two_step) == (True, False, 0)
    assert use(two_step, "undo", undo).status == 204
    # before the password is chosen, which ends what was begun as well
    assert stored(two_step) == (False, False, 0)
    choose_password(two_step)
    assert_ended(two_step)
    answer = two_step.post("/api/me/totp/confirm/", otp=code,
                           bearer=login_anew(two_step).json()["access"])
    assert (answer.status, answer.json()) == (400, {
        "detail": "Two-step login is not being set up."})


@pytest.mark.parametrize("life,begun,stays", [
    (None, "1 minute", False),
    (None, "7 days", False),
    (None, "7 days 1 second", True),
    # as long as the way back is good, whatever that is
    ("2 hours", "2 hours", False),
    ("2 hours", "2 hours 1 second", True),
    ("10 days", "7 days 1 second", False),
])
def test_what_was_begun_long_before_the_change_stays(two_step, life, begun,
                                                     stays):
    """
    Up to as long before the change as the way back is good, it may be the
    thief's.
    """
    codes = enrol(two_step, two_step.login("alice")["access"])
    undo = moved(two_step, codes)
    two_step.sql("update postern.tickets set expires = created_at + "
                 "%s::interval where purpose = 'email_undo'",
                 life or "7 days")
    two_step.sql("update postern.users set totp_begun_at = t.created_at - "
                 "%s::interval from postern.tickets t "
                 "where t.purpose = 'email_undo'", begun)
    owner_back(two_step, undo)
    if not stays:
        assert_ended(two_step)
        return
    assert stored(two_step) == (True, True, 8)
    answer = login_anew(two_step)
    assert (answer.status, answer.json()["code"]) == (401, "otp_required")
    assert login_anew(two_step, otp=codes[0]).status == 401
    answer = login_anew(two_step, otp=codes[2])
    assert answer.status == 200, answer
    assert two_step.get("/api/me/totp/", answer.json()["access"]).json() == {
        "enabled": True, "recovery_codes_left": 7}


def test_a_letter_that_is_late_counts_from_the_change(new_site):
    """Two days without letters; it was begun six days before the change."""
    with new_site(worker=False, processes=1, totp_key="totp.key") as site:
        site.write("totp.key", "totp-0123456789abcdefghijklmnopqrstuvwxyz\n",
                   0o600)
        site.add_user("alice")
        access = site.login("alice")["access"]
        codes = enrol(site, access)
        assert site.post("/api/me/email/", bearer=access, new_email=NEW,
                         current_password=PASSWORD,
                         otp=codes[0]).status == 204
        site.postern("mail", "run", "--once")
        assert use(site, "confirm", links(site, NEW, "email")[0]).status == 204
        site.sql("update postern.outbox set created_at = now() - "
                 "interval '2 days' where purpose = 'email_changed'")
        site.sql("update postern.users set totp_begun_at = now() - "
                 "interval '8 days'")
        site.postern("mail", "run", "--once")
        assert use(site, "undo", links(site, OLD, "undo")[0]).status == 204
        assert stored(site) == (False, False, 0)
