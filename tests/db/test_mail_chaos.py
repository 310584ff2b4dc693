"""
A hundred letters to twenty addresses while everything around them fails. Each
arrives once, or twice where a worker was killed between sending and marking;
to one address in the order of their causes.
"""

import contextlib
import itertools
import json
import signal
import threading
import time

import psycopg2
import pytest

from support.chaos import STAGES, Chaos, Fault
from support.mailroom import Office
from support.postgres import Postgres
from support.sabotage import sabotaged
from support.site import Program, wait_for

ADDRESSES = [f"n{number}@example.net" for number in range(20)]
ROUNDS = 5
FAULTS = [Fault(stage, what) for stage in STAGES
          for what in (421, 451, "close", "half", "slow")]
# A server that refuses itself, refuses no letter.
FAULTS += [Fault(stage, 554) for stage in ("greeting", "ehlo")]


@pytest.fixture
def chaos():
    with Chaos() as made:
        yield made


def settings(chaos):
    return {"mail_transport": "smtp", "smtp_starttls": "no",
            "smtp_url": f"smtp://127.0.0.1:{chaos.port}"}


@pytest.fixture
def office(new_office, chaos):
    return new_office(**settings(chaos))


def order_all(office):
    """Five letters to each address, of two kinds; {address: message ids}."""
    users = {address: office.user(address.split("@")[0])
             for address in ADDRESSES}
    wanted = {address: [] for address in ADDRESSES}
    for number in range(ROUNDS):
        for address in ADDRESSES:
            row = office.order("password_changed", users[address]) \
                if number % 2 else office.order("reset", address)
            wanted[address].append(str(office.value(
                "select message_id from postern.outbox where id = %s", row)))
    return wanted


def taken_of(chaos, address):
    return [message for to, message in chaos.taken if to == address]


def once_each(messages):
    """Without what came a second time in a row."""
    return [message for number, message in enumerate(messages)
            if number == 0 or messages[number - 1] != message]


def assert_arrived(chaos, wanted, twice=()):
    """All in their order; those of `twice` may have come a second time."""
    for address, messages in wanted.items():
        got = taken_of(chaos, address)
        assert once_each(got) == messages, address
        assert len(got) == len(messages) + sum(
            got.count(message) - 1 for message in twice if message in got)
        assert all(got.count(message) <= 2 for message in twice)


def endings(office):
    return dict(office.sql("select coalesce(ended_as, 'waits'), count(*) "
                           "from postern.outbox group by 1"))


def calm(office):
    """Runs until nothing is left; what waits is due at once."""
    office.make_due()
    office.once(check=False)


def test_every_fault_at_every_stage(office, chaos):
    """A server that is away, late, busy, or closes in the middle."""
    wanted = order_all(office)
    chaos.stop()
    calm(office)
    assert endings(office) == {"waits": 100}
    chaos.start()
    faults = itertools.cycle(FAULTS)
    # First all addresses are met by a fault, then every second connection. A
    # letter has eight attempts, and fails no more than six times here.
    for share in (1, 1, 2, 2, 2):
        chaos.plan = [None if number % share else next(faults)
                      for number in range(20)]
        calm(office)
        chaos.plan = []
    calm(office)
    assert chaos.met == set(FAULTS)
    assert endings(office) == {"sent": 100}
    assert_arrived(chaos, wanted)


def test_what_is_refused_for_good_fails_alone(office, chaos):
    """At each stage that is about the letter; the others do not wait."""
    wanted = order_all(office)
    chaos.refused = {ADDRESSES[3]: ("rcpt", 550), ADDRESSES[9]: ("data", 554),
                     ADDRESSES[19]: ("letter", 552)}
    # Whose letter it is, the server does not know at MAIL: the first one's.
    chaos.plan = [Fault("mail", 553)]
    office.once(check=False)
    assert endings(office) == {"sent": 84, "failed": 16}
    del wanted[ADDRESSES[0]][0]
    for address in chaos.refused:
        assert taken_of(chaos, address) == []
        del wanted[address]
    assert_arrived(chaos, wanted)
    problems = [problem for problem, in office.sql(
        "select distinct problem from postern.outbox "
        "where ended_as = 'failed' order by 1")]
    assert problems == [f"smtp: {number} {word}" for number, word in (
        (550, "never"), (552, "never"), (553, "not so"), (554, "never"))]


@contextlib.contextmanager
def held(office, chaos, fault, worker=None):
    """A worker, held by the server; yields when it is."""
    chaos.plan = [None] * 3 + [fault]
    office.make_due()
    worker = worker or office.start()
    assert chaos.wait_held() == fault.stage
    yield worker
    chaos.go.put(None)


def test_a_worker_killed_at_every_stage(office, chaos):
    """What the server has taken when its worker dies comes a second time,
    everything else once. A claim lasts five minutes: nobody else sends."""
    wanted = order_all(office)
    twice = []
    holds = [Fault(stage, "hold") for stage in STAGES if stage != "letter"]
    for fault in (holds + [Fault("letter", "hold taken")]) * 2:
        with held(office, chaos, fault) as worker:
            worker.kill()
            worker.wait()
            if fault.what == "hold taken":
                twice.append(chaos.taken[-1][1])
        before = len(chaos.taken)
        claimed = office.value(
            "select count(*) from postern.outbox where ended_at is null and "
            "due_at > now() + interval '3 minutes'")
        assert claimed == 1
        assert len(chaos.taken) == before
    calm(office)
    assert endings(office) == {"sent": 100}
    assert len(twice) == 2
    assert_arrived(chaos, wanted, twice)
    assert all(sum(message == again for _, message in chaos.taken) == 2
               for again in twice)


@pytest.fixture
def own_server():
    # What is committed is there after the hardest stop as well.
    with Postgres({"synchronous_commit": "on"}) as server:
        yield server


def test_the_database_restarts_at_every_stage(own_server, chaos):
    """The worker lives on and marks what it has sent: all of it once."""
    office = Office(own_server.create_database(), **settings(chaos))
    try:
        office.postern("migrate")
        wanted = order_all(office)
        worker = None
        for number, stage in enumerate(STAGES):
            how = signal.SIGINT if number % 2 else signal.SIGQUIT
            fault = Fault(stage, "hold taken" if stage == "letter"
                          else "hold")
            with held(office, chaos, fault, worker) as worker:
                own_server.stop(how)
                office.connection.close()
                own_server.start()
            chaos.plan = []
        wait_for("all letters", lambda: endings(office) == {"sent": 100},
                 timeout=120)
        assert worker.poll() is None
        assert_arrived(chaos, wanted)
    finally:
        office.close()


REGISTRATION = json.dumps({"username": "nora", "email": "nora@example.net",
                           "password": "Corr3ct-horse"}).encode()


def causes(office):
    """(accounts that wait for their activation, letters that say so)"""
    return office.sql(
        "select (select count(*) from postern.users), "
        "(select count(*) from postern.outbox where purpose = 'activation')"
    )[0]


def check_full(office, build):
    """No account is made whose letter cannot be ordered."""
    office.sql("create function postern.no() returns trigger as $$ begin "
               "raise exception 'disk full' using errcode = '53100'; end $$ "
               "language plpgsql; create trigger no before insert on "
               "postern.outbox for each row execute function postern.no()")
    with Program(office, "register", build=build) as program:
        answer = program.call("POST", "/api/register/", REGISTRATION)
        assert answer.status == 503, answer
        assert causes(office) == (0, 0)
        office.sql("drop trigger no on postern.outbox")
        answer = program.call("POST", "/api/register/", REGISTRATION)
        assert answer.status == 201, answer
        assert causes(office) == (1, 1)


def check_killed(office, build, kill):
    """
    No account is made without its letter: held where the letter is written,
    kill(program, backend) ends one of them.
    """
    database = office.value("select current_database()")
    with Program(office, "register", build=build) as program:
        with contextlib.closing(lock_outbox(office)) as lock:
            call = threading.Thread(target=lambda: ignoring(
                lambda: program.call("POST", "/api/register/", REGISTRATION)))
            call.start()
            backend = wait_for("it waits", lambda: office.sql(
                "select pid from pg_stat_activity where datname = %s "
                "and wait_event_type = 'Lock'", database))[0][0]
            # What it has committed by now is there, whatever comes after.
            held = causes(office)
            kill(program, backend)
            time.sleep(0.3)
            lock.rollback()
            call.join(30)
        wait_for("the statement ends", lambda: not office.sql(
            "select from pg_stat_activity where datname = %s and "
            "state = 'active' and pid <> pg_backend_pid()", database))
    users, letters = causes(office)
    assert users == letters
    assert held == (0, 0)


def check_killed_program(office, build):
    check_killed(office, build, lambda program, _: program.process.kill())


def check_killed_connection(office, build):
    check_killed(office, build, lambda _, backend: office.sql(
        "select pg_terminate_backend(%s)", backend))


CHECKS = [check_full, check_killed_program, check_killed_connection]


@pytest.mark.parametrize("check", CHECKS)
def test_an_account_and_its_letter_are_made_together(office, build, check):
    check(office, build)


# The same with a letter that is ordered by a statement of its own, behind the
# one that makes the account: that is what the checks are there to find.
LETTER = """), letter as (
	insert into postern.outbox (purpose, user_id, epoch)
	select 'activation', id, epoch from made
	where $13::boolean and case when $9::boolean then postern.may_write(
		'activation', $4, $10::integer, $11::integer) else true end
), told as ("""
NO_LETTER = """), unused as (
	select $9::boolean, $10::integer, $11::integer
), told as ("""
ORDERS = "\tif (outcome == OK && config->send_activation_email)\n"
ORDERS_LATE = """	static const struct query late = { "late",
		"insert into postern.outbox (purpose, user_id, epoch) "
		"select 'activation', id, epoch from postern.users "
		"where username_canonical = $1" };
	const struct rows *none = NULL;

	if (outcome == OK)
		outcome = DB_RUN(
		    request->db, arena, &late, &none, applicant->name);
""" + ORDERS


@pytest.fixture(scope="module")
def late_build(tmp_path_factory):
    return sabotaged(tmp_path_factory.mktemp("late"), "register", {
        "sql/queries/register.sql": [(LETTER, NO_LETTER)],
        "lib/registration.c": [(ORDERS, ORDERS_LATE)]})


@pytest.mark.parametrize("check", CHECKS)
def test_a_letter_that_comes_after_its_account_is_found(office, late_build,
                                                        check):
    with pytest.raises(AssertionError):
        check(office, late_build)
    assert causes(office) == (1, 0)


def lock_outbox(office):
    """A transaction that lets nobody write letters."""
    connection = psycopg2.connect(office.dsn)
    with connection.cursor() as cursor:
        cursor.execute("lock table postern.outbox in exclusive mode")
    return connection


def ignoring(call):
    """A program that was killed gives no answer."""
    with contextlib.suppress(OSError, KeyError):
        call()
