"""Tickets, 14 to 17, and what of mail (18) shows in the tables."""

import base64
import contextlib
import hashlib
import itertools
import re

import pytest

from support.client import ticket_of
from support.mailroom import Sink
from support.site import wait_for

OWN, NEW = "Corr3ct-horse", "N3w-passw0rd"
BAD_TOKEN = {"token": ["Invalid token for given user."]}
BAD_UID = {"uid": ["Invalid user id or user doesn't exist."]}


@pytest.fixture
def site(module_site):
    """Empty, and no letter of the test before is on its way."""
    module_site.settle()
    module_site.forget()
    return module_site


def register(site, name):
    answer = site.post("/api/register/", username=name, password=OWN,
                       email=f"{name}@example.com")
    assert answer.status == 201, answer
    return site.ticket(f"{name}@example.com")


def reset_of(site, name, number=1):
    assert site.post("/api/reset/",
                     email=f"{name}@example.com").status == 204
    return site.ticket(f"{name}@example.com", number)


def activate(site, ticket):
    return site.post("/api/activate/", uid=ticket[0], token=ticket[1])


def confirm(site, ticket, password=NEW):
    return site.post("/api/reset/confirm/", uid=ticket[0], token=ticket[1],
                     new_password=password)


def dump(site):
    """All rows of all tables as text."""
    tables = site.sql("select table_name from information_schema.tables "
                      "where table_schema = 'postern' "
                      "and table_type = 'BASE TABLE'")
    assert len(tables) > 7
    return "\n".join(row[0] for table, in tables for row in site.sql(
        f"select t::text from postern.{table} t"))


# 14, 18: what is stored

def test_256_random_bits_of_which_a_hash_is_stored(site):
    site.add_user("ada")
    seen = set()
    for uid, token in [register(site, "eve"), reset_of(site, "ada"),
                       reset_of(site, "ada", 2)]:
        raw = base64.urlsafe_b64decode(token + "=")
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token) and len(raw) == 32
        seen.add(raw)
        stored = dump(site)
        # after it was sent, no table has it in any form but its hash
        assert hashlib.sha256(raw).hexdigest() in stored
        for form in (token, raw.hex(), base64.b64encode(raw).decode()):
            assert form not in stored
    assert len(seen) == 3


def test_lives_of_tickets(site):
    site.add_user("ada")
    register(site, "eve")
    reset_of(site, "ada")
    assert site.sql(
        "select purpose, extract(epoch from expires - created_at)::int "
        "from postern.tickets order by 1") == [
            ("activation", 72 * 3600), ("reset", 3600)]


# 14: what a ticket is bound to

def test_to_its_purpose(site):
    site.add_user("ada")
    activation, reset = register(site, "eve"), reset_of(site, "ada")
    assert confirm(site, activation).json() == BAD_TOKEN
    site.sql("update postern.users set verified_at = null "
             "where username = 'ada'")
    assert activate(site, reset).json() == BAD_TOKEN
    assert activate(site, activation).status == 204
    assert confirm(site, reset).status == 204


def test_to_its_user(site):
    site.add_user("ada")
    site.add_user("eve")
    ada, eve = reset_of(site, "ada"), reset_of(site, "eve")
    assert confirm(site, (ada[0], eve[1])).json() == BAD_TOKEN
    assert confirm(site, ("nobody", eve[1])).json() in (BAD_UID, BAD_TOKEN)
    assert confirm(site, ada).status == 204
    assert confirm(site, eve).status == 204


SPOILT = [
    ("another address", "update postern.users set "
     "email = 'x@example.com', email_canonical = 'x@example.com'"),
    ("another epoch", "update postern.users set epoch = epoch + 1"),
    ("expired", "update postern.tickets set expires = now()"),
    ("used", "update postern.tickets set used_at = now()"),
    ("banned", "update postern.users set banned_at = now()"),
]


@pytest.mark.parametrize("rule,statement", SPOILT,
                         ids=[row[0] for row in SPOILT])
def test_to_address_epoch_and_time(site, rule, statement):
    site.add_user("ada")
    ticket = reset_of(site, "ada")
    site.sql(statement)
    answer = confirm(site, ticket)
    assert answer.status == 400
    assert answer.json() in (BAD_UID, BAD_TOKEN)
    assert site.post("/api/token/", username="ada",
                     password=NEW).status == 401


# 15

def test_get_and_head_use_nothing_up(site):
    site.add_user("ada")
    activation, reset = register(site, "eve"), reset_of(site, "ada")
    for path, (uid, token) in (("/api/activate/", activation),
                               ("/auth/users/activation/", activation),
                               ("/api/reset/confirm/", reset),
                               ("/auth/users/reset_password_confirm/",
                                reset)):
        for method in ("GET", "HEAD"):
            for target in (f"{path}?uid={uid}&token={token}"
                           f"&new_password={NEW}", f"{path}{uid}/{token}/"):
                assert site.request(method, target).status in (404, 405)
    assert activate(site, activation).status == 204
    assert confirm(site, reset).status == 204


def test_the_link_has_it_in_the_fragment(site):
    site.add_user("ada")
    register(site, "eve")
    reset_of(site, "ada")
    for letter in site.letters():
        text = letter.as_bytes().decode() + "".join(
            letter.get_body((kind,)).get_content()
            for kind in ("plain", "html"))
        _, token = ticket_of(letter)
        for address in re.findall(r"https?://[^\s\"<>]+", text):
            before, _, fragment = address.partition("#")
            assert token not in before and "uid" not in before


@pytest.mark.parametrize("path", ["/api/activate/", "/api/reset/confirm/"])
def test_wrong_expired_and_used_are_answered_alike(site, path):
    site.add_user("ada")
    ticket = register(site, "eve")
    if path != "/api/activate/":
        ticket = reset_of(site, "ada")
    uid, token = ticket

    def told(ticket):
        answer = site.post(path, uid=uid, token=ticket, new_password=NEW)
        return answer.status, answer.body, sorted(
            header for header in answer.raw_headers if header[0] != "Date")

    answers = [told("A" * 43), told("x"), told(token[:-1])]
    for spoil in ("update postern.tickets set expires = now()",
                  "update postern.tickets set expires = now() + "
                  "interval '1 h', used_at = now()"):
        site.sql(spoil)
        answers.append(told(token))
    assert len({repr(answer) for answer in answers}) == 1, answers
    assert answers[0][0] == 400


# 16, with the shipped limits on

@pytest.fixture
def shipped(new_site):
    with new_site(shipped=True, trusted_proxies="127.0.0.1") as made:
        yield made


def ask(site, path, address, peer):
    answer = site.post(path, email=address,
                       headers={"X-Forwarded-For": peer})
    return answer.status, answer.body, sorted(
        header for header in answer.raw_headers if header[0] != "Date")


def test_known_and_unknown_addresses_are_answered_alike(shipped):
    shipped.add_user("ada")
    shipped.add_user("eve", OWN, "eve@example.com", "--unverified")
    answers = [ask(shipped, path, address, f"192.0.2.{number}")
               for number, (path, address) in enumerate(
                   (path, address)
                   for path in ("/api/reset/", "/api/activate/resend/",
                                "/auth/users/reset_password/",
                                "/auth/users/resend_activation/")
                   for address in ("ada@example.com", "eve@example.com",
                                   "nobody@example.com"))]
    assert answers[0][0] == 204 and answers[0][1] == b""
    assert all(answer == answers[0] for answer in answers), answers
    shipped.settle()
    assert [len(shipped.letters(f"{name}@example.com"))
            for name in ("ada", "eve", "nobody")] == [1, 1, 0]


def letters_asked(site, path, address, peers):
    before = site.value("select count(*) from postern.outbox")
    for peer in peers:
        assert ask(site, path, address, peer)[0] == 204
    return site.value("select count(*) from postern.outbox") - before


@pytest.mark.parametrize("path", ["/api/reset/", "/api/activate/resend/"])
@pytest.mark.parametrize("address", ["ada@example.com",
                                     "nobody@example.com"])
def test_one_letter_a_minute_and_five_an_hour(shipped, path, address):
    """Beyond that nothing is ordered, and the client is told nothing."""
    shipped.add_user("ada")
    counts = []
    for turn in range(7):
        counts.append(letters_asked(shipped, path, address, [
            f"192.0.{turn}.{n}" for n in range(3)]))
        # A minute goes by, for the bucket of one a minute.
        shipped.sql("update postern.throttle set at = at - interval '61 s'")
    # each minute refills a twelfth of the five an hour
    assert counts == [1, 1, 1, 1, 1, 0, 0]


def test_three_letters_a_minute_from_a_peer(shipped):
    shipped.add_user("ada")
    asked = [letters_asked(shipped, "/api/reset/", f"user{n}@example.com",
                           ["2001:db8::%x" % n]) for n in range(1, 6)]
    assert asked == [1, 1, 1, 0, 0]
    assert letters_asked(shipped, "/api/reset/", "other@example.com",
                         ["2001:db8:0:1::1"]) == 1


# How many letters are as the settings say, whatever asks for them.

WAYS = ["/api/reset/", "/api/reset/username/", "/api/activate/resend/",
        "/api/me/email/", "/api/register/"]
KINDS = {"/api/reset/": "reset", "/api/reset/username/": "username",
         "/api/me/email/": "email"}


@contextlib.contextmanager
def counting(new_site, **settings):
    """(site, ordered): ordered() says how many letters one request orders."""
    numbers = itertools.count()
    with new_site(shipped=True, trusted_proxies="127.0.0.1", worker=False,
                  peer_attempts="1000", password_memory="8k",
                  password_passes="1", **settings) as site:
        site.add_user("ada")
        bearer = site.login("ada")["access"]
        held = 0

        def ordered(path, address, peer):
            nonlocal held
            fields = {"/api/me/email/": {"current_password": OWN,
                                         "new_email": address},
                      "/api/register/": {"username": f"u{next(numbers)}",
                                         "password": OWN, "email": address}}
            answer = site.post(
                path, fields.get(path, {"email": address}), bearer=bearer,
                headers={"X-Forwarded-For": peer})
            assert answer.status == (201 if "register" in path else 204)
            # No bucket is filled again while this test runs; only the one of
            # address_interval is, at once.
            site.sql("update postern.throttle set at = now() + '1 h'")
            site.sql("update postern.throttle set tokens = 1 where key = "
                     "postern.throttle_key('letter ' || %s, %s)",
                     KINDS.get(path, "activation"), address)
            before, held = held, site.value(
                "select count(*) from postern.outbox")
            return held - before

        yield site, ordered


@pytest.mark.parametrize("number", [1, 2, 7])
def test_as_many_letters_to_an_address_as_configured(new_site, number):
    with counting(new_site, address_letters=number) as (_, ordered):
        for way, path in enumerate(WAYS):
            counts = [ordered(path, f"to{way}@example.com",
                              f"192.0.{way}.{turn}")
                      for turn in range(number + 2)]
            assert counts == [1] * number + [0, 0], path
            # Of another address nothing is spent.
            assert ordered(path, f"other{way}@example.com",
                           f"198.51.{way}.1") == 1


@pytest.mark.parametrize("number", [1, 2, 7])
def test_as_many_letters_asked_by_a_peer_as_configured(new_site, number):
    with counting(new_site, peer_letters=number) as (_, ordered):
        for way, path in enumerate(WAYS[:-1]):
            counts = [ordered(path, f"to{way}{turn}@example.com",
                              f"192.0.2.{way}")
                      for turn in range(number + 2)]
            assert counts == [1] * number + [0, 0], path
        # All that asks for letters is counted together.
        counts = [ordered(WAYS[turn % 4], f"all{turn}@example.com",
                          "198.51.100.1") for turn in range(number + 2)]
        assert counts == [1] * number + [0, 0]


def test_a_slow_mail_server_holds_nobody(new_site):
    """The answer is there before the letter is, known address or not."""
    with Sink({"ada@example.com": ["data slow 5"]}) as sink, new_site(
            shipped=True, mail_transport="smtp", smtp_starttls="no",
            smtp_url=f"smtp://127.0.0.1:{sink.port}") as site:
        site.add_user("ada")
        answers = [site.post("/api/reset/", email=f"{name}@example.com")
                   for name in ("ada", "nobody")]
        assert [answer.status for answer in answers] == [204, 204]
        assert sink.received == []
        wait_for("the letter", lambda: sink.to("ada@example.com"), 20)


# 17

def test_no_header_of_a_client_reaches_a_letter(site):
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "evil", "Forwarded": "host=evil.example",
            "Origin": "https://evil.example", "User-Agent": "evil.example",
            "Referer": "https://evil.example/"}
    site.add_user("ada")
    assert site.post("/api/register/", username="eve", password=OWN,
                     email="eve@example.com", headers=evil,
                     next="https://evil.example").status == 201
    assert site.post("/api/reset/", email="ada@example.com", headers=evil,
                     redirect_uri="https://evil.example").status == 204
    for name in ("ada", "eve"):
        letter = site.letter(f"{name}@example.com")
        assert b"evil" not in letter.as_bytes()
        for kind in ("plain", "html"):
            text = letter.get_body((kind,)).get_content()
            assert "evil" not in text
            hosts = set(re.findall(r"https?://([^/\s\"<]+)", text))
            assert hosts == {"site.example"}


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS"])
def test_nothing_redirects(site, method):
    for path in ("/api/token", "/api/register/", "/api/reset/confirm/",
                 "/auth/users/activation/", "/api/nothing/", "/api//token/",
                 "/api/token/?next=https://evil.example",
                 "//evil.example/api/token/"):
        answer = site.request(method, path, b"" if method == "POST" else None)
        assert "location" not in answer.headers
        assert not 300 <= answer.status < 400


# 18: a letter is written in the transaction of its cause

def test_letters_are_of_the_transaction_of_their_cause(new_site):
    """xmin is the transaction that has written a row."""
    with new_site(worker=False) as site:
        assert site.post("/api/register/", username="eve", password=OWN,
                         email="eve@example.com").status == 201
        assert site.value(
            "select o.xmin = u.xmin from postern.outbox o "
            "join postern.users u on u.id = o.user_id")
        site.forget()
        site.add_user("ada")
        site.start_worker()
        ticket = reset_of(site, "ada")
        assert confirm(site, ticket).status == 204
        site.settle()
        assert site.value(
            "select c.cause = a.xmin::text from postern.audit a, "
            "(select xmin::text as cause from postern.users) c "
            "where a.what = 'reset_done'")
        assert len(site.letters("ada@example.com")) == 2


def test_what_is_rolled_back_orders_no_letter(site):
    assert register(site, "eve")
    answer = site.post("/api/register/", username="EVE", password=OWN,
                       email="other@example.com")
    assert answer.status == 400
    site.settle()
    assert site.letters("other@example.com") == []
    assert site.value("select count(*) from postern.outbox") == 1
