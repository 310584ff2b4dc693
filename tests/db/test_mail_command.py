"""Letters: postern mail list and mail retry."""

import json
import os
import re

import pytest

from support.mailroom import equip, set_status
from support.site import wait_for


def listed(office, *options):
    return json.loads(office.postern(
        "mail", "list", "--json", *options).stdout)


def test_list_shows_what_waits_and_what_failed(smtp):
    office, sink = smtp
    sink.script = {"ann@example.net": ["rcpt 550 no"],
                   "bob@example.net": ["rcpt 451 later"]}
    for name in ("ann", "bob", "cat"):
        office.user(name)
        office.order("reset", f"{name}@example.net")
    office.once(check=False)
    office.sql("insert into postern.outbox (purpose, email_canonical, due_at) "
               "values ('reset', 'dan@example.net', now() + interval '1 h')")
    rows = listed(office)
    assert [(r["recipient"], r["state"], r["attempts"]) for r in rows] == [
        ("ann@example.net", "failed", 1), ("bob@example.net", "waiting", 1),
        ("dan@example.net", "waiting", 0)]
    assert rows[0]["problem"] == "smtp: 550 no"
    assert rows[0]["due_at"] is None
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", rows[1]["due_at"])
    assert [r["state"] for r in listed(office, "--all")] == [
        "waiting", "sent", "waiting", "failed"]
    text = office.postern("mail", "list").stdout
    assert "451 later" in text and "cat@" not in text


def test_retry_puts_letters_back(smtp):
    office, sink = smtp
    sink.script = {"ann@example.net": ["rcpt 550 no", "rcpt 550 no"],
                   "bob@example.net": ["rcpt 451 later"]}
    for name in ("ann", "bob", "cat"):
        office.user(name)
    ann, bob, cat = (office.order("reset", f"{name}@example.net")
                     for name in ("ann", "bob", "cat"))
    office.once(check=False)
    assert office.postern("mail", "retry", "--failed").stdout == "1 put back\n"
    office.once(check=False)
    assert office.row(ann)[:2] == ("failed", 1)
    assert office.row(bob)[:2] == (None, 1)
    done = office.postern("mail", "retry", "--json", str(ann), str(bob))
    assert json.loads(done.stdout) == {"put_back": 2}
    assert office.once().stdout.startswith("2 sent, ")
    done = office.postern("mail", "retry", str(cat), check=False)
    assert done.returncode == 1
    assert len(sink.to("cat@example.net")) == 1


def test_retry_wakes_the_worker(smtp):
    office, sink = smtp
    sink.script["ann@example.net"] = ["rcpt 550 no"]
    office.user("ann")
    number = office.order("reset", "ann@example.net")
    office.once(check=False)
    office.start()
    office.postern("mail", "retry", str(number))
    wait_for("the letter", lambda: sink.received, timeout=2)


def test_retry_leaves_a_letter_in_hand(office):
    equip(office, 75)
    number = office.order("password_changed", office.user("ann"))
    office.once()
    assert listed(office)[0]["state"] == "waiting"
    os.mkfifo(office.path("mail/gate"))
    set_status(office, 0)
    office.make_due()
    office.start()
    wait_for("the second attempt", lambda: len(office.letters()) == 2)
    assert listed(office)[0]["state"] == "in hand"
    done = office.postern("mail", "retry", str(number), check=False)
    assert done.returncode == 1
    with open(office.path("mail/gate"), "w") as gate:
        gate.write("\n")
    wait_for("it is sent", lambda: office.ended(number) == "sent")
    assert len(office.letters()) == 2


@pytest.mark.parametrize("arguments", [
    ["retry"], ["retry", "x"], ["retry", "1x"], ["retry", "-1"],
    ["retry", "0"], ["retry", "--failed", "1"],
    ["retry", "99999999999999999999"], ["run", "now"], ["list", "--none"]])
def test_wrong_usage(office, arguments):
    done = office.postern("mail", *arguments, check=False)
    assert done.returncode == 2
    assert "usage: postern mail " + arguments[0] in done.stderr
