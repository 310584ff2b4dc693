"""Limits with the shipped numbers, under parallel clients."""

import re
import time

import pytest

from support.parallel import at_once, statuses

CLIENTS = 50
THROTTLED = re.compile(r"^Request was throttled\. Expected available in "
                       r"([1-9][0-9]*) seconds?\.$")
# Behind a proxy, so that a test can be many peers. A long first wait: a slow
# machine must not let it pass within the test. Hashes at the shipped cost: they
# are what other attempts slip in beside.
SETTINGS = {"throttle": "yes", "trusted_proxies": "127.0.0.1",
            "password_memory": "19456k", "password_passes": "2",
            "login_wait": "60s", "processes": 4, "worker": False}


def wrong(site, name, peer):
    return site.post("/api/token/", username=name, password="Wr0ng-password",
                     headers={"X-Forwarded-For": peer})


def right(site, name, peer):
    return site.post("/api/token/", username=name, password="Corr3ct-horse",
                     headers={"X-Forwarded-For": peer})


def failures(site):
    return site.value("select count(*) from postern.audit "
                      "where what = 'login' and outcome = 'login_refused'")


def check_throttled(answer):
    assert answer.status == 429
    seconds = int(answer.headers["retry-after"])
    found = THROTTLED.match(answer.json()["detail"])
    assert found and int(found.group(1)) == seconds
    return seconds


# With login_attempt.sql only looking at the wait, and login_failed.sql counting
# the failure after the password was hashed, 8 instead of 5 got a 401 here: all
# four processes were hashing when the fifth failure was counted.
@pytest.mark.parametrize("name", ["alice", "nobody-has-this-name"])
def test_parallel_wrong_logins_by_account(site, name):
    """5 reach the password check, whether the account exists or not."""
    site.add_user("alice")
    answers = at_once(CLIENTS, lambda n: wrong(site, name, f"192.0.2.{n}"))
    assert statuses(answers) == {401: 5, 429: CLIENTS - 5}
    for answer in answers:
        if answer.status == 429:
            # Whoever came first may be counted a moment later.
            assert 1 <= check_throttled(answer) <= 61
    assert failures(site) == 5


def test_parallel_wrong_logins_by_peer(site):
    """10 reach the password check, whatever the names; then one in 6 s."""
    began = time.monotonic()
    answers = at_once(CLIENTS, lambda n: wrong(site, f"user{n}",
                                               "198.51.100.7"))
    took = time.monotonic() - began
    reached = statuses(answers)[401]
    assert 10 <= reached <= 10 + took / 6
    assert statuses(answers) == {401: reached, 429: CLIENTS - reached}
    for answer in answers:
        if answer.status == 429:
            assert 1 <= check_throttled(answer) <= 60
    assert failures(site) == reached
    assert wrong(site, "user1", "198.51.100.8").status == 401


def test_right_password_waits_too(site):
    site.add_user("alice")
    for number in range(5):
        assert wrong(site, "alice", f"192.0.2.{number}").status == 401
    check_throttled(right(site, "alice", "192.0.2.99"))


def test_spellings_of_a_name_are_one_account(site):
    site.add_user("alice")
    for number, name in enumerate(["alice", "ALICE", "Alice", "ａｌｉｃｅ",
                                   "aLiCe"]):
        assert wrong(site, name, f"192.0.2.{number}").status == 401
    check_throttled(wrong(site, "alicE", "192.0.2.99"))


def test_success_clears_the_account_and_never_the_peer(site):
    site.add_user("alice")
    for turn in range(2):
        for number in range(4):
            peer = f"192.0.2.{turn * 10 + number}"
            assert wrong(site, "alice", peer).status == 401
        assert right(site, "alice", f"192.0.2.{turn + 100}").status == 200
    for _ in range(10):
        assert right(site, "alice", "198.51.100.9").status == 200
    check_throttled(right(site, "alice", "198.51.100.9"))


def test_wait_doubles(new_site):
    settings = dict(SETTINGS, login_wait="60s", processes=1)
    with new_site(**settings) as site:
        site.add_user("alice")
        for number in range(5):
            assert wrong(site, "alice", f"192.0.2.{number}").status == 401
        waits = []
        for turn in range(3):
            answer = wrong(site, "alice", f"192.0.2.{100 + turn}")
            waits.append(check_throttled(answer))
            site.sql("update postern.throttle set until = now() "
                     "where until > now()")
            time.sleep(0.01)
            assert wrong(site, "alice",
                         f"192.0.2.{120 + turn}").status == 401
        # a busy machine takes some seconds for it
        assert [60 <= waits[0] + 9 <= 69, 120 <= waits[1] + 9 <= 129,
                240 <= waits[2] + 9 <= 249] == [True] * 3, waits


def test_wait_has_a_longest(site):
    site.add_user("alice")
    for number in range(5):
        wrong(site, "alice", f"192.0.2.{number}")
    site.sql("update postern.throttle set fails = 1000, until = now() "
             "where fails = 5")
    assert wrong(site, "alice", "192.0.2.77").status == 401
    assert 899 <= check_throttled(wrong(site, "alice", "192.0.2.78")) <= 900


def test_owner_is_not_locked_out_by_others(site):
    """From where this account has logged in, others' failures bind nobody."""
    site.add_user("alice")
    assert right(site, "alice", "203.0.113.5").status == 200
    for number in range(5):
        assert wrong(site, "alice", f"192.0.2.{number}").status == 401
    check_throttled(wrong(site, "alice", "192.0.2.99"))
    assert right(site, "alice", "203.0.113.5").status == 200


def test_forwarded_header_of_a_stranger_does_not_count(new_site):
    settings = dict(SETTINGS, trusted_proxies="192.0.2.1")
    with new_site(**settings) as site:
        # All at once: what a slow machine takes lets the next one in.
        answers = at_once(30, lambda number: wrong(
            site, f"user{number}", f"198.51.100.{number}"))
        assert 429 in statuses(answers)


REGISTRATIONS = 20


def register(site, name, address):
    return site.post("/api/register/", username=name, email=address,
                     password="Corr3ct-horse",
                     headers={"X-Forwarded-For": "192.0.2.1"})


@pytest.fixture
def open_site(new_site):
    with new_site(processes=4) as site:
        yield site


def test_parallel_registrations_of_one_name(open_site):
    names = ["dora", "DORA", "Dora", "ｄｏｒａ"]
    answers = at_once(REGISTRATIONS, lambda n: register(
        open_site, names[n % 4], f"dora{n}@example.com"))
    assert statuses(answers) == {201: 1, 400: REGISTRATIONS - 1}
    for answer in answers:
        if answer.status == 400:
            assert answer.json() == {"username": [
                "A user with that username already exists."]}
    assert open_site.value("select count(*) from postern.users") == 1


def test_parallel_uses_of_a_ticket(open_site):
    register(open_site, "erin", "erin@example.com")
    uid, token = open_site.ticket("erin@example.com")
    answers = at_once(REGISTRATIONS, lambda _: open_site.post(
        "/api/activate/", uid=uid, token=token))
    # Who comes at the very moment of another may find the ticket invalid
    # instead of used.
    assert statuses(answers).pop(204) == 1
    assert {answer.status for answer in answers} <= {204, 400, 403}
    open_site.post("/api/reset/", email="erin@example.com")
    uid, token = open_site.ticket("erin@example.com", 2)
    answers = at_once(REGISTRATIONS, lambda n: open_site.post(
        "/api/reset/confirm/", uid=uid, token=token,
        new_password=f"N3w-passw0rd-{n}"))
    assert statuses(answers) == {204: 1, 400: REGISTRATIONS - 1}
    winner = [n for n, a in enumerate(answers) if a.status == 204][0]
    assert open_site.post("/api/token/", username="erin",
                          password=f"N3w-passw0rd-{winner}").status == 200


def test_parallel_activations_of_one_address(open_site):
    """Several may wait for one address; the first one activated has it."""
    for number in range(3):
        assert register(open_site, f"fay{number}",
                        "fay@example.com").status == 201
    letters = [open_site.ticket("fay@example.com", n) for n in (1, 2, 3)]
    answers = at_once(3, lambda n: open_site.post(
        "/api/activate/", uid=letters[n][0], token=letters[n][1]))
    assert statuses(answers)[204] == 1
    assert max(statuses(answers)) < 500
    assert open_site.value("select count(*) from postern.users "
                           "where verified_at is not null") == 1


@pytest.fixture
def letter_site(new_site):
    with new_site(throttle="yes", trusted_proxies="127.0.0.1") as site:
        yield site


def reset(site, address, peer):
    answer = site.post("/api/reset/", email=address,
                       headers={"X-Forwarded-For": peer})
    assert answer.status == 204 and answer.body == b""


def test_letters_to_an_address(letter_site):
    """One a minute, dropped silently."""
    letter_site.add_user("gina")
    for number in range(3):
        reset(letter_site, "gina@example.com", f"192.0.2.{number}")
    letter_site.letter("gina@example.com")
    letter_site.settle()
    assert len(letter_site.letters()) == 1


def test_letters_asked_for_by_a_peer(letter_site):
    """Three a minute, dropped silently."""
    for number in range(5):
        letter_site.add_user(f"user{number}")
    for number in range(5):
        reset(letter_site, f"user{number}@example.com", "192.0.2.50")
    letter_site.letter("user2@example.com")
    letter_site.settle()
    assert len(letter_site.letters()) == 3
