"""Logins, 7 to 10, with the shipped limits on."""

import re
import time

import pytest

OWN = "Corr3ct-horse"
REFUSED = {"detail": "No active account found with the given credentials"}


@pytest.fixture
def site(new_site):
    """As shipped, behind a proxy, so that a test can be many peers."""
    with new_site(shipped=True, trusted_proxies="127.0.0.1",
                  processes=1) as made:
        yield made


def login(site, name, password, peer):
    return site.post("/api/token/", username=name, password=password,
                     headers={"X-Forwarded-For": peer})


def told(answer):
    """All that a client sees; the date is the server's."""
    return (answer.status, answer.body, sorted(
        (name.lower(), value) for name, value in answer.raw_headers
        if name.lower() != "date"))


def hold(site):
    """Waits that have begun last until a slow machine has looked at them."""
    site.sql("update postern.throttle set until = now() + interval '30 s' "
             "where fails >= 5")


# 7

def test_one_answer_for_all_that_is_refused(site):
    site.add_user("known")
    site.add_user("banned")
    site.postern("user", "ban", "banned")
    site.add_user("waiting", OWN, "waiting@example.com", "--unverified")
    answers = {
        "unknown": login(site, "nobody", OWN, "192.0.2.1"),
        "wrong": login(site, "known", "Wr0ng-horse", "192.0.2.2"),
        "not activated": login(site, "waiting", OWN, "192.0.2.3"),
        "banned": login(site, "banned", OWN, "192.0.2.4"),
        "not activated and wrong": login(site, "waiting", "Wr0ng-horse",
                                         "192.0.2.5"),
        "no name at all": login(site, "not a name \u0301", OWN,
                                "192.0.2.6"),
    }
    assert answers["wrong"].status == 401
    assert answers["wrong"].json() == REFUSED
    for case, answer in answers.items():
        assert told(answer) == told(answers["wrong"]), case
    # the twin: with everything right
    assert login(site, "known", OWN, "192.0.2.7").status == 200


# 8

def fail_five_times(site, name, first=1):
    for number in range(5):
        assert login(site, name, "wrong",
                     f"192.0.2.{first + number}").status == 401


def test_from_the_fifth_failure_an_account_waits(site):
    site.add_user("ada")
    for number in range(4):
        login(site, "ada", "wrong", f"192.0.2.{number}")
    assert login(site, "ada", OWN, "192.0.2.10").status == 200
    # that cleared the failures: five more are free
    fail_five_times(site, "ada", 20)
    assert site.value("select extract(epoch from until - at)::int "
                      "from postern.throttle where fails = 5") == 1
    hold(site)
    answer = login(site, "ada", OWN, "192.0.2.30")
    assert answer.status == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 30


def test_no_lock_is_for_ever(site):
    """Whatever came before: after a quarter of an hour the next may try."""
    site.add_user("ada")
    fail_five_times(site, "ada")
    site.sql("update postern.throttle set fails = 1000000, until = now() "
             "where fails > 0")
    assert login(site, "ada", "wrong", "192.0.2.50").status == 401
    assert site.value("select extract(epoch from max(until) - now()) <= 900 "
                      "from postern.throttle where fails > 0")
    site.sql("update postern.throttle set until = until - interval '15 min' "
             "where fails > 0")
    assert login(site, "ada", OWN, "192.0.2.51").status == 200


def passed(attempt):
    """
    How many attempts pass before one does not. Ten do, and one more for each
    six seconds that they take.
    """
    began = time.monotonic()
    for count in range(100):
        answer = attempt(count)
        if answer.status == 429:
            assert 10 <= count <= 11 + (time.monotonic() - began) / 6
            assert 1 <= int(answer.headers["retry-after"]) <= 6
            return count
        assert answer.status == 401
    raise AssertionError("none is throttled")


@pytest.mark.parametrize("same,other", [
    ("2001:db8:0:1::{:x}", "2001:db8:0:2::1"),
    ("2001:db8:0:1:{:x}:ffff:1:2", "2001:db8:0:0:ffff::1"),
    ("192.0.2.1", "192.0.2.2"),
], ids=["IPv6, low", "IPv6, high", "IPv4"])
def test_by_peer_and_by_64(site, same, other):
    """Ten logins at once; the addresses of a /64 are one peer."""
    passed(lambda n: login(site, f"user{n}", "wrong", same.format(n + 1)))
    assert login(site, "another", "wrong", other).status == 401


def test_a_reset_by_mail_ends_the_wait(site):
    site.add_user("ada")
    fail_five_times(site, "ada")
    hold(site)
    assert login(site, "ada", OWN, "192.0.2.30").status == 429
    assert site.post("/api/reset/", email="ada@example.com").status == 204
    uid, token = site.ticket("ada@example.com")
    assert site.post("/api/reset/confirm/", uid=uid, token=token,
                     new_password="N3w-passw0rd").status == 204
    assert login(site, "ada", "N3w-passw0rd", "192.0.2.31").status == 200


def test_a_known_prefix_has_its_own_counter(site):
    """It is bound by its own failures, and by those alone."""
    site.add_user("ada")
    assert login(site, "ada", OWN, "203.0.113.5").status == 200
    fail_five_times(site, "ada")
    hold(site)
    assert login(site, "ada", OWN, "192.0.2.99").status == 429
    assert login(site, "ada", OWN, "203.0.113.5").status == 200
    for _ in range(5):
        assert login(site, "ada", "wrong", "203.0.113.5").status == 401
    hold(site)
    assert login(site, "ada", OWN, "203.0.113.5").status == 429
    # after 30 days it is one of all again
    site.sql("set session_replication_role = replica; "
             "update postern.audit set at = at - interval '31 days'; "
             "update postern.throttle set until = now() + interval '60 s' "
             "where fails >= 5; set session_replication_role = origin")
    assert login(site, "ada", OWN, "203.0.113.5").status == 429


# 9

def test_the_forwarded_header_is_read_from_the_right(site):
    """What a client claims stands on the left and makes it nobody else."""
    passed(lambda n: login(site, f"user{n}", "wrong",
                           f"198.51.100.{n}, 192.0.2.1"))
    assert login(site, "another", "wrong",
                 "192.0.2.1, 198.51.100.99").status == 401


def test_without_a_configured_proxy_the_header_is_nothing(new_site):
    with new_site(shipped=True, worker=False) as site:
        passed(lambda n: login(site, f"user{n}", "wrong", f"192.0.2.{n}"))


# 10

def test_429_is_the_same_for_known_and_unknown(site):
    site.add_user("known")
    fail_five_times(site, "known", 1)
    fail_five_times(site, "nobody", 51)
    hold(site)
    answers = [login(site, "known", OWN, "192.0.2.40"),
               login(site, "nobody", OWN, "192.0.2.90")]
    assert [answer.status for answer in answers] == [429, 429]
    for answer in answers:
        seconds = answer.headers["retry-after"]
        assert 1 <= int(seconds) <= 30
        assert answer.json() == {"detail": "Request was throttled. Expected "
                                 f"available in {seconds} seconds."}
    # but for the seconds that go by between the two
    known, unknown = (re.sub(r"\d+ seconds|'retry-after', '\d+'", "",
                             repr(told(answer))) for answer in answers)
    known, unknown = (re.sub(r"('content-length', ')\d+", r"\1", text)
                      for text in (known, unknown))
    assert known == unknown
