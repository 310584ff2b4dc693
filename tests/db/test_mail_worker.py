"""Letters: attempts, their order, workers that die and databases that go."""

import glob
import os
import re
import signal
import time

import pytest

from support.mailroom import Office, equip
from support.postgres import Postgres
from support.site import ROOT, wait_for


def test_eight_attempts_with_growing_waits(office):
    equip(office, 75)
    number = office.order("password_changed", office.user("ann"))
    waits = []
    for _ in range(7):
        office.once()
        ended, _, _, wait = office.row(number)
        assert ended is None
        waits.append(wait)
        office.make_due()
    assert office.once(check=False).returncode == 1
    assert office.row(number)[:2] == ("failed", 8)
    expected = [60, 120, 240, 480, 960, 1920, 3600]
    assert all(0 <= e - w <= 2 for e, w in zip(expected, waits)), waits
    assert len({letter["Message-ID"] for letter in office.letters()}) == 1


def test_letters_to_one_address_keep_their_order(smtp):
    office, sink = smtp
    sink.script["ann@example.net"] = ["rcpt 451 later"]
    ann = office.user("ann")
    office.user("bob")
    first = office.order("password_changed", ann)
    second = office.order("reset", "ann@example.net")
    other = office.order("reset", "bob@example.net")
    office.once()
    assert [office.row(n)[:2] for n in (first, second, other)] == [
        (None, 1), (None, 0), ("sent", 1)]
    office.make_due()
    office.once()
    assert [letter["Subject"].split()[0] for letter in
            sink.to("ann@example.net")] == ["Your", "Choose"]


def test_a_letter_waits_for_those_to_any_account_of_its_address(office):
    """Two accounts with one address, and the address itself."""
    ann = office.user("ann", "x@example.net")
    other = office.user("other", "X@example.net", verified=False)
    first = office.order("activation", other)
    second = office.order("reset", "x@example.net")
    third = office.order("password_changed", ann)
    office.sql("update postern.outbox set due_at = now() + interval '1 hour' "
               "where id = %s", first)
    office.once()
    assert [office.row(n)[:2] for n in (first, second, third)] == [
        (None, 0)] * 3
    office.make_due()
    office.once()
    assert [letter["Subject"].split()[0] for letter in office.letters()] == [
        "You", "Choose", "Your"]


def test_a_long_queue_does_not_slow_the_worker(office):
    office.sql(
        "insert into postern.users (username, username_canonical, email, "
        "email_canonical, password, verified_at) select n, n, a, a, '!', "
        "case when n % 2 = 0 then now() end from generate_series(1, 20000) n "
        "cross join lateral (select n || '@example.net' as a) a")
    office.sql(
        "insert into postern.outbox (purpose, user_id, email_canonical, "
        "due_at) select case when id % 2 = 0 then 'reset' else 'activation' "
        "end, case when id % 2 = 1 then id end, "
        "case when id % 2 = 0 then email_canonical end, "
        "now() - id * interval '1 ms' from postern.users")
    office.sql("analyze postern.users, postern.outbox")
    with open(os.path.join(ROOT, "sql/queries/outbox_claim.sql"),
              encoding="utf-8") as file:
        statement = file.read()
    took = [float(re.search(r"Execution Time: ([\d.]+)", "".join(
        line for line, in office.sql("explain (analyze) " + statement)))[1])
        for _ in range(5)]
    assert min(took) < 100, took


def test_a_bad_letter_does_not_hold_the_others(office):
    wrong = office.user("ann", "not an address")
    first = office.order("password_changed", wrong)
    second = office.order("password_changed", office.user("bob"))
    office.once(check=False)
    assert office.ended(first) == "failed"
    assert office.ended(second) == "sent"


def test_a_wrong_template_says_where(office):
    os.mkdir(office.path("templates"))
    for path in glob.glob(office.settings["mail_templates"] + "/*.*") + [
            office.settings["mail_templates"] + "/units"]:
        with open(path, encoding="utf-8") as file:
            office.write("templates/" + os.path.basename(path), file.read())
    office.write("templates/reset.html", "<p>\n{lnik}</p>\n")
    office.configure(mail_templates=office.path("templates"))
    office.user("ann")
    wrong = office.order("reset", "ann@example.net")
    right = office.order("password_changed", office.user("bob"))
    office.once()
    ended, _, problem, _ = office.row(wrong)
    assert ended is None
    assert problem == (office.path("templates/reset.html") +
                       ":2: {lnik}: unknown placeholder")
    assert office.ended(right) == "sent"


def test_a_worker_killed_before_marking_sends_at_most_twice(office):
    equip(office)
    os.mkfifo(office.path("mail/gate"))
    number = office.order("password_changed", office.user("ann"))
    worker = office.start()
    wait_for("the letter is sent", lambda: office.letters())
    worker.kill()
    worker.wait()
    with open(office.path("mail/gate"), "w") as gate:
        gate.write("\n")
    os.unlink(office.path("mail/gate"))
    ended, attempts, _, wait = office.row(number)
    assert (ended, attempts) == (None, 1)
    assert 280 <= wait <= 300
    office.once()
    assert len(office.letters()) == 1
    office.make_due()
    office.once()
    office.once()
    first, second = office.letters()
    assert first["Message-ID"] == second["Message-ID"]
    assert office.row(number)[:2] == ("sent", 2)


def test_a_letter_that_ends_its_worker_fails_in_the_end(office):
    number = office.order("password_changed", office.user("ann"))
    office.sql("update postern.outbox set attempts = 8")
    office.once(check=False)
    assert office.row(number)[:3] == (
        "failed", 9, "no attempt came to its end")
    assert office.letters() == []


def test_two_workers_send_each_letter_once(office):
    office.start()
    office.start()
    count = 60
    for i in range(count):
        office.user(f"u{i}")
    office.sql("insert into postern.outbox (purpose, email_canonical) "
               "select 'reset', email_canonical from postern.users")
    wait_for("all are sent", lambda: office.value(
        "select count(*) from postern.outbox where ended_as = 'sent'")
        == count)
    letters = office.letters()
    assert len(letters) == count
    assert len({letter["Message-ID"] for letter in letters}) == count
    processes = set(re.findall(r"postern\[(\d+)\]: mail: letter",
                               office.logged()))
    assert len(processes) == 2


def test_a_notification_makes_a_letter_leave_at_once(office):
    office.start()
    user = office.user("ann")
    for number in range(1, 4):
        time.sleep(0.3)
        office.order("password_changed", user)
        wait_for("the letter", lambda n=number: len(office.letters()) == n,
                 timeout=2)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_an_idle_worker(office, number):
    worker = office.start()
    worker.send_signal(number)
    assert worker.wait(3) == 0


def test_a_signal_lets_the_letter_in_hand_come_to_its_end(smtp):
    office, sink = smtp
    sink.script["ann@example.net"] = ["data slow 2"]
    user = office.user("ann")
    first = office.order("password_changed", user)
    second = office.order("password_changed", user)
    worker = office.start()
    wait_for("the letter is on its way",
             lambda: not sink.script["ann@example.net"])
    worker.terminate()
    assert worker.wait(10) == 0
    assert office.ended(first) == "sent"
    assert office.row(second)[:2] == (None, 0)
    assert len(sink.received) == 1


def idle(office):
    """Starts a worker that has looked for letters and waits for the next one:
    a change in the moment between its looking and its sending would be late."""
    worker = office.start()
    number = office.order("password_changed", office.user("idle"))
    wait_for("the first letter", lambda: office.ended(number) == "sent")
    time.sleep(0.5)
    return worker


def test_a_changed_configuration_is_taken_up(office):
    idle(office)
    user = office.user("ann")
    os.mkdir(office.path("other"))
    office.configure(mail_folder=office.path("other"))
    office.order("password_changed", user)
    wait_for("the letter", lambda: glob.glob(office.path("other/*.eml")))
    office.configure(mail_transport="pigeon")
    office.order("password_changed", user)
    wait_for("the letter", lambda: len(
        glob.glob(office.path("other/*.eml"))) == 2)
    assert "pigeon" in office.logged()


def test_a_wrong_database_is_left_when_the_setting_is_mended(office):
    right = office.settings["database"]
    worker = office.start()
    user = office.user("ann")
    wait_for("it delivers", lambda: "mail: delivering" in office.logged())
    office.configure(database="host=/nonexistent dbname=postern")
    office.order("password_changed", user)
    wait_for("it is lost", lambda: "/nonexistent" in office.logged())
    time.sleep(2)
    office.configure(database=right)
    number = office.order("password_changed", user)
    wait_for("the letter", lambda: office.ended(number) == "sent")
    assert worker.poll() is None


def test_a_change_that_only_its_time_of_change_tells_is_taken_up(office):
    for name in ("one", "two"):
        os.mkdir(office.path(name))
    office.configure(mail_folder=office.path("one"))
    idle(office)
    path = office.path("postern.conf")
    before = os.stat(path)
    with open(path, "r+", encoding="utf-8") as file:
        text = file.read()
        file.seek(0)
        file.write(text.replace(office.path("one"), office.path("two")))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = os.stat(path)
    assert (after.st_ino, after.st_size, after.st_mtime_ns) == (
        before.st_ino, before.st_size, before.st_mtime_ns)
    office.order("password_changed", office.user("ann"))
    wait_for("the letter", lambda: glob.glob(office.path("two/*.eml")))


def test_statements_are_no_longer_prepared_once_that_is_set(office, server):
    idle(office)
    office.configure(prepared_statements="no")
    before = len(server.logged())
    number = office.order("password_changed", office.user("ann"))
    wait_for("the letter", lambda: office.ended(number) == "sent")
    assert "execute outbox_finish" not in server.logged()[before:]


def test_without_its_file_the_last_configuration_holds(office):
    office.start()
    os.unlink(office.path("postern.conf"))
    number = office.order("password_changed", office.user("ann"))
    wait_for("the letter", lambda: office.ended(number) == "sent")
    assert office.logged().count("configuration: not taken up: ") == 1


@pytest.fixture
def own_server():
    with Postgres() as server:
        yield server


def test_the_database_goes_and_comes(own_server):
    office = Office(own_server.create_database())
    try:
        office.postern("migrate")
        worker = office.start()
        user = office.user("ann")
        own_server.stop()
        office.connection.close()
        time.sleep(2.5)
        assert worker.poll() is None
        done = office.once(check=False)
        assert done.returncode == 1
        assert "database: " in done.stderr
        own_server.start()
        office.order("password_changed", user)
        wait_for("the letter", lambda: office.letters(), timeout=20)

        # It goes while a letter is sent: that is marked when it is back.
        equip(office)
        os.mkfifo(office.path("mail/gate"))
        number = office.order("password_changed", user)
        wait_for("the letter is sent", lambda: len(office.letters()) == 2)
        own_server.stop()
        office.connection.close()
        with open(office.path("mail/gate"), "w") as gate:
            gate.write("\n")
        os.unlink(office.path("mail/gate"))
        time.sleep(1)
        own_server.start()
        wait_for("it is marked", lambda: office.ended(number) == "sent",
                 timeout=20)
        assert len(office.letters()) == 2
        worker.terminate()
        assert worker.wait(5) == 0
        away = [line for line in office.logged().splitlines()
                if "database: no connection" in line]
        assert len(away) <= 8, away
    finally:
        office.close()
