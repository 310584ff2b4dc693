"""Hooks: workers that die, are told to stop, and lose their database."""

import os
import re
import signal
import threading
import time

import pytest

from support.hookroom import HookRoom
from support.postgres import Postgres
from support.site import ROOT, wait_for


class Gate:
    """An answer that waits until it is opened."""

    def __init__(self, status=204):
        self.status = status
        self.opened = threading.Event()

    def __call__(self, handler):
        assert self.opened.wait(30)
        return self.status

    def open(self):
        self.opened.set()


def test_a_worker_killed_while_it_sends(room, listener):
    gate = Gate()
    listener.answers = [gate]
    number = room.happen()
    worker = room.start()
    wait_for("it is told", lambda: listener.told)
    worker.kill()
    worker.wait()
    gate.open()
    ended, attempts, _, wait = room.row(number)
    assert (ended, attempts) == (None, 1)
    assert 280 <= wait <= 300
    room.once()
    assert len(listener.told) == 1
    room.make_due()
    room.once()
    room.once()
    first, second = listener.told
    assert first.id == second.id
    assert first.body == second.body
    assert room.row(number)[:2] == ("sent", 2)


def test_a_worker_killed_before_marking_sends_at_most_twice(room, listener):
    """Somebody holds the row, so that marking it waits."""
    gate = Gate()
    listener.answers = [gate]
    number = room.happen()
    worker = room.start()
    wait_for("it is told", lambda: listener.told)
    room.connection.autocommit = False
    room.sql("select from postern.hooks for update")
    gate.open()
    wait_for("it wants to mark it", lambda: room.value(
        "select count(*) from pg_stat_activity where datname = "
        "current_database() and wait_event_type = 'Lock'") == 1)
    worker.kill()
    worker.wait()
    # Its statement is withdrawn before it gets the row.
    room.sql("select pg_terminate_backend(pid) from pg_stat_activity where "
             "datname = current_database() and wait_event_type = 'Lock'")
    room.connection.commit()
    room.connection.autocommit = True
    assert room.row(number)[:2] == (None, 1)
    room.make_due()
    room.once()
    room.once()
    first, second = listener.told
    assert first.id == second.id
    assert room.row(number)[:2] == ("sent", 2)


def test_a_hook_that_ends_its_worker_fails_in_the_end(room, listener):
    number = room.happen()
    room.sql("update postern.hooks set attempts = 8")
    room.once(check=False)
    assert room.row(number)[:3] == (
        "failed", 9, "no attempt came to its end")
    assert listener.told == []


def test_two_workers_send_each_hook_once(room, listener):
    room.start()
    room.start()
    count = 100
    room.sql("insert into postern.hooks (event, subject) select 'login', n "
             "from generate_series(1, %s) n", count)
    wait_for("all are sent", lambda: room.value(
        "select count(*) from postern.hooks where ended_as = 'sent'")
        == count)
    assert sorted(int(told.json["user_id"]) for told in listener.told) == (
        list(range(1, count + 1)))
    processes = set(re.findall(r"postern\[(\d+)\]: hooks: hook",
                               room.logged()))
    assert len(processes) == 2


def test_a_slow_hook_does_not_hold_another_worker(room, listener):
    gate = Gate()
    listener.answers = [gate]
    room.start()
    room.start()
    slow = room.happen(age=1)
    wait_for("it is told", lambda: listener.told)
    other = room.happen()
    wait_for("the other", lambda: room.ended(other) == "sent")
    assert room.row(slow)[:2] == (None, 1)
    gate.open()
    wait_for("the slow one", lambda: room.ended(slow) == "sent")


def test_a_long_queue_does_not_slow_the_worker(room):
    room.sql("insert into postern.hooks (event, due_at, ended_at, ended_as) "
             "select 'login', now() - n * interval '1 s', case when n %% 2 = 0 "
             "then now() end, case when n %% 2 = 0 then 'sent' end "
             "from generate_series(1, %s) n", 40000)
    room.sql("analyze postern.hooks")
    with open(os.path.join(ROOT, "sql/queries/hook_claim.sql"),
              encoding="utf-8") as file:
        statement = file.read()
    plan = "\n".join(line for line, in room.sql("explain " + statement))
    assert "hooks_due" in plan and "Seq Scan" not in plan, plan


def test_a_notification_makes_a_hook_leave_at_once(room, listener):
    room.start()
    for number in range(1, 4):
        time.sleep(0.3)
        room.happen()
        wait_for("it is told", lambda n=number: len(listener.told) == n,
                 timeout=2)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_an_idle_worker(room, number):
    worker = room.start()
    worker.send_signal(number)
    assert worker.wait(3) == 0
    assert "hooks: stopped" in room.logged()


def test_a_signal_lets_the_hook_in_hand_come_to_its_end(room, listener):
    gate = Gate()
    listener.answers = [gate]
    first, second = room.happen(age=1), room.happen()
    worker = room.start()
    wait_for("it is told", lambda: listener.told)
    worker.terminate()
    time.sleep(2)
    assert worker.poll() is None
    gate.open()
    assert worker.wait(10) == 0
    assert room.ended(first) == "sent"
    assert room.row(second)[:2] == (None, 0)
    assert len(listener.told) == 1


def idle(room):
    """A worker that has looked for hooks and waits for the next one."""
    worker = room.start()
    number = room.happen()
    wait_for("the first hook", lambda: room.ended(number) == "sent")
    time.sleep(0.5)
    return worker


def test_a_changed_configuration_is_taken_up(room, listener):
    idle(room)
    room.configure(on_login=listener.url("/new"))
    room.happen()
    wait_for("it is told", lambda: len(listener.told) == 2)
    assert listener.told[1].path == "/new"
    room.configure(on_login="ftp://example.org/")
    room.happen()
    wait_for("it is told", lambda: len(listener.told) == 3)
    assert listener.told[2].path == "/new"
    assert "configuration: not taken up: " in room.logged()
    room.configure(on_login=None)
    number = room.happen()
    wait_for("it is dropped", lambda: room.ended(number) == "dropped")
    assert len(listener.told) == 3


def test_a_changed_key_is_taken_up(room, listener):
    idle(room)
    os.unlink(room.path("hook.key"))
    room.hook("key")
    room.happen()
    wait_for("it is told", lambda: len(listener.told) == 2)
    assert listener.told[0].is_signed()
    assert not listener.told[1].is_signed()


@pytest.fixture
def own_server():
    with Postgres() as server:
        yield server


def test_the_database_goes_and_comes(own_server, listener):
    room = HookRoom(own_server.create_database(), on_login=listener.url())
    try:
        room.postern("migrate")
        worker = room.start()
        own_server.stop()
        room.connection = None
        time.sleep(2.5)
        assert worker.poll() is None
        done = room.once(check=False)
        assert done.returncode == 1
        assert "database: " in done.stderr
        own_server.start()
        room.happen()
        wait_for("it is told", lambda: listener.told, timeout=20)

        # It goes while a hook is sent: that is marked when it is back.
        gate = Gate()
        listener.answers = [gate]
        number = room.happen()
        wait_for("it is told", lambda: len(listener.told) == 2)
        own_server.stop()
        room.connection = None
        gate.open()
        time.sleep(1)
        own_server.start()
        wait_for("it is marked", lambda: room.ended(number) == "sent",
                 timeout=20)
        assert len(listener.told) == 2
        worker.terminate()
        assert worker.wait(5) == 0
    finally:
        room.close()
