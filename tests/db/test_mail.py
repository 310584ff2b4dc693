"""Letters: what is written, and to whom."""

import glob
import os
import re
import stat
import time
import urllib.parse

import pytest

from support.mailroom import LINK, hash_of, part, ticket


def test_an_activation_letter(office, server):
    user = office.user("ann", "Ann@Example.net", verified=False)
    number = office.order("activation", user, epoch=0)
    done = office.once()
    assert done.stdout == "1 sent, 0 dropped, 0 waiting, 0 failed\n"
    letter, = office.letters()
    assert letter["From"] == "Site <noreply@site.example>"
    assert letter["To"] == "Ann@Example.net"
    assert letter["Subject"] == "Activate your account at Example"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["MIME-Version"] == "1.0"
    assert letter["Date"].endswith(" +0000")
    assert abs(letter["Date"].datetime.timestamp() - time.time()) < 60
    assert letter["Message-ID"] == "<%s@site.example>" % office.value(
        "select message_id from postern.outbox")
    assert letter.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in letter.iter_parts()] == [
        "text/plain", "text/html"]
    assert "Hello ann," in part(letter, "plain")
    assert "3 days" in part(letter, "plain")
    page, uid, token = ticket(letter)
    assert page == "activate"
    assert uid == office.value("select subject from postern.users")
    assert office.sql(
        "select encode(hash, 'hex'), purpose, user_id, email_canonical, "
        "epoch, used_at, "
        "round(extract(epoch from expires - created_at))::int "
        "from postern.tickets") == [
            (hash_of(token).hex(), "activation", user,
             "ann@example.net", 0, None, 72 * 3600)]
    assert office.ended(number) == "sent"
    for place in (office.logged(), done.stderr, server.logged(),
                  repr(office.sql("select * from postern.outbox"))):
        assert token not in place


def test_the_file_is_for_the_owner_and_readable(office):
    office.order("password_changed", office.user("ann"))
    office.once()
    path, = glob.glob(office.path("mail/*"))
    assert re.fullmatch(
        r"\d{8}T\d{6}\.\d{6}Z-password_changed-\d+\.eml",
        os.path.basename(path))
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    with open(path, encoding="ascii") as file:
        text = file.read()
    assert "\nHello ann,\n" in text
    assert "base64" not in text and "\r" not in text


def test_text_beyond_ascii(new_office):
    office = new_office(site_name="Bücher & Söhne")
    office.order("reset", "jo@example.net")
    office.user("Jö", "jo@example.net")
    office.once()
    letter, = office.letters()
    assert letter["Subject"] == "Choose a new password for Bücher & Söhne"
    assert "Hello Jö," in part(letter, "plain")
    assert "Bücher &amp; Söhne" in part(letter, "html")
    assert max(map(len, letter.as_bytes().splitlines())) <= 998
    letter.as_bytes().decode("ascii")


def test_names_do_not_reach_a_letter_as_headers(office):
    hostile = "x\r\nBcc: evil@example.com\r\n\r\n<b>"
    user = office.user("ann", verified=False, first_name=hostile)
    office.order("activation", user)
    imported = office.user("i\nBcc: evil@example.com", "i@example.net")
    office.order("password_changed", imported)
    office.once()
    for letter in office.letters():
        assert sorted(letter.keys()) == sorted([
            "Date", "From", "Subject", "To", "Message-Id", "Auto-Submitted",
            "MIME-Version", "Content-Type"])
        assert "<b>" not in part(letter, "html")
        assert "\nBcc" not in letter.as_string()
    assert len(office.letters()) == 2


def test_an_unusual_uid_is_encoded(office):
    user = office.user("ann", verified=False)
    office.sql("update postern.users set subject = 'a+b@c'")
    office.order("activation", user)
    office.once()
    _, uid, _ = ticket(office.letters()[0])
    assert uid == "a%2Bb%40c"
    assert urllib.parse.unquote(uid) == "a+b@c"


@pytest.mark.parametrize("users, row, subject, to", [
    pytest.param([dict(verified=False)], ("activation", 0, 0), "Activate",
                 "u0@example.net", id="activation of a new account"),
    pytest.param([dict(verified=False)], ("activation", 0, None), "Activate",
                 "u0@example.net", id="activation without an epoch"),
    pytest.param([dict(verified=False, epoch=1)], ("activation", 0, 0), None,
                 None, id="activation when the epoch moved"),
    pytest.param([dict(verified=True)], ("activation", 0, 0), None, None,
                 id="activation of one that is active"),
    pytest.param([dict(verified=False, banned=True)], ("activation", 0, 0),
                 None, None, id="activation of a banned one"),
    pytest.param([dict(verified=False, address="x@y.org"),
                  dict(verified=True, address="X@y.org")],
                 ("activation", 0, 0), "You already", "X@y.org",
                 id="the address has an account"),
    pytest.param([dict(verified=False, address="x@y.org"),
                  dict(verified=False, address="X@y.org")],
                 ("activation", 0, 0), "Activate", "x@y.org",
                 id="the address has an unverified account"),
    pytest.param([dict(verified=False, address="x@y.org"),
                  dict(verified=True, address="x@y.org", banned=True)],
                 ("activation", 0, 0), None, None,
                 id="the address has a banned account"),
    pytest.param([dict(verified=False)], ("resend", "u0@example.net", None),
                 "Activate", "u0@example.net", id="resend"),
    pytest.param([dict(verified=True)], ("resend", "u0@example.net", None),
                 None, None, id="resend to an active account"),
    pytest.param([dict(verified=False, address="x@y.org"),
                  dict(verified=True, address="x@y.org")],
                 ("resend", "x@y.org", None), None, None,
                 id="resend where another one is active"),
    pytest.param([dict(verified=False, banned=True)],
                 ("resend", "u0@example.net", None), None, None,
                 id="resend to a banned account"),
    pytest.param([], ("resend", "u0@example.net", None), None, None,
                 id="resend to nobody"),
    pytest.param([dict(verified=True)], ("reset", "u0@example.net", None),
                 "Choose", "u0@example.net", id="reset"),
    pytest.param([dict(verified=False)], ("reset", "u0@example.net", None),
                 None, None, id="reset of an unverified account"),
    pytest.param([dict(verified=True, banned=True)],
                 ("reset", "u0@example.net", None), None, None,
                 id="reset of a banned account"),
    pytest.param([], ("reset", "u0@example.net", None), None, None,
                 id="reset of nobody"),
    pytest.param([dict(epoch=5)], ("password_changed", 0, 4), "Your password",
                 "u0@example.net", id="notice although the epoch moved"),
    pytest.param([dict(banned=True)], ("password_changed", 0, None),
                 "Your password", "u0@example.net",
                 id="notice to a banned account"),
])
def test_who_gets_which_letter(office, users, row, subject, to):
    ids = [office.user(f"u{i}", **user) for i, user in enumerate(users)]
    purpose, target, epoch = row
    if isinstance(target, int):
        target = ids[target]
    number = office.order(purpose, target, epoch)
    office.once()
    letters = office.letters()
    if subject is None:
        assert office.ended(number) == "dropped"
        assert letters == []
        assert office.sql("select * from postern.tickets") == []
        return
    letter, = letters
    assert office.ended(number) == "sent"
    assert letter["Subject"].startswith(subject)
    assert letter["To"] == to
    has_ticket = subject in ("Activate", "Choose")
    assert len(LINK.findall(part(letter, "plain"))) == has_ticket
    assert office.value("select count(*) from postern.tickets") == has_ticket


def test_resend_goes_to_the_newest_account(office):
    for name, age in (("old", 3), ("new", 1), ("middle", 2)):
        user = office.user(name, "x@y.org", verified=False)
        office.sql("update postern.users set created_at = now() - %s * "
                   "interval '1 hour' where id = %s", age, user)
    office.order("resend", "x@y.org")
    office.once()
    assert "Hello new," in part(office.letters()[0], "plain")


def test_at_most_three_live_tickets_of_a_purpose(office):
    user = office.user("ann")
    office.sql("insert into postern.tickets (hash, purpose, user_id, "
               "email_canonical, epoch, created_at, expires, used_at) values "
               "(sha256('used'), 'reset', %s, 'ann@example.net', 0, "
               "now() - interval '1 day', now(), now()), "
               "(sha256('other'), 'activation', %s, 'ann@example.net', 0, "
               "now() - interval '1 day', now() + interval '1 day', null)",
               user, user)
    tokens = []
    for _ in range(5):
        office.order("reset", "ann@example.net")
        office.once()
        tokens.append(ticket(office.letters()[-1])[2])
    live = {bytes(h) for h, in office.sql(
        "select hash from postern.tickets where used_at is null "
        "and purpose = 'reset'")}
    assert live == {hash_of(token) for token in tokens[2:]}
    assert office.value("select count(*) from postern.tickets") == 5
