"""
Fifty clients for a minute (behind other servers than the usual one for five
seconds), with rotation on: they refresh, two at once with
one token, come late with an old one, log out, and log in again.

Afterwards the audit log explains every refusal, no session is lost, and none
has two live tokens. Each client knows of its own session what must be true.
"""

import collections
import random
import threading
import time

import jwt

from support.servers import USUAL, chosen
from support.site import KEY

CLIENTS = 50
SECONDS = 60 if chosen() == USUAL else 5
SETTINGS = {"rotate_refresh_tokens": "yes", "rotation_grace": "10s",
            "worker": False, "processes": 4}
BLACKLISTED = {"detail": "Token is blacklisted", "code": "token_not_valid"}


def claims(token):
    return jwt.decode(token, KEY, algorithms=["HS256"],
                      options={"verify_exp": False})


class Visitor(threading.Thread):
    """One client, whose sessions nobody else uses."""

    def __init__(self, site, number, until):
        threading.Thread.__init__(self)
        self.site, self.name, self.until = site, f"user{number}", until
        self.dice = random.Random(number)
        self.counts = collections.Counter()
        self.reused, self.left, self.live = set(), set(), {}
        self.problems = []

    def run(self):
        try:
            self.login()
            while time.monotonic() < self.until and not self.problems:
                self.dice.choices(
                    (self.refresh, self.twice, self.late, self.logout),
                    (60, 25, 10, 5))[0]()
        except Exception as problem:  # a thread's failure is told at its end
            self.problems.append(repr(problem))

    def expect(self, wanted, got, what):
        self.counts[what] += 1
        if wanted != got:
            self.problems.append(f"{self.name} {what}: {got}, not {wanted}")

    def login(self):
        pair = self.site.login(self.name)
        self.sid = claims(pair["access"])["sid"]
        self.tokens = [pair["refresh"]]
        self.live[self.sid] = pair["refresh"]

    def send(self, token):
        return self.site.post("/api/token/refresh/", refresh=token)

    def move_on(self, answer):
        self.tokens.append(answer.json()["refresh"])
        self.live[self.sid] = self.tokens[-1]

    def refresh(self):
        answer = self.send(self.tokens[-1])
        self.expect(200, answer.status, "refresh")
        if answer.status == 200:
            self.move_on(answer)

    def twice(self):
        """A lost answer: the same successor for both."""
        answers = [None, None]

        def one(index):
            answers[index] = self.send(self.tokens[-1])

        threads = [threading.Thread(target=one, args=(i,)) for i in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.expect([200, 200], [a.status for a in answers], "twice")
        if answers[0].status == answers[1].status == 200:
            first, second = (claims(a.json()["refresh"]) for a in answers)
            self.expect(first, second, "one successor")
            self.move_on(answers[0])

    def late(self):
        """An old token: the session ends, for the good one as well."""
        if len(self.tokens) < 3:
            return
        answer = self.send(self.tokens[self.dice.randrange(
            len(self.tokens) - 2)])
        self.expect((401, BLACKLISTED), (answer.status, answer.json()), "late")
        answer = self.send(self.tokens[-1])
        self.expect((401, BLACKLISTED), (answer.status, answer.json()),
                    "the good one")
        self.reused.add(self.sid)
        del self.live[self.sid]
        self.login()

    def logout(self):
        answer = self.site.post("/api/token/blacklist/",
                                refresh=self.tokens[-1])
        self.expect(200, answer.status, "logout")
        answer = self.send(self.tokens[-1])
        self.expect((401, BLACKLISTED), (answer.status, answer.json()),
                    "logged out")
        self.left.add(self.sid)
        del self.live[self.sid]
        self.login()


def told(site, what, outcome):
    return [sid for sid, in site.sql(
        "select replace(session::text, '-', '') from postern.audit "
        "where what = %s and outcome = %s", what, outcome)]


def test_fifty_clients_for_a_minute(site):
    for number in range(CLIENTS):
        site.add_user(f"user{number}")
    until = time.monotonic() + SECONDS
    visitors = [Visitor(site, number, until) for number in range(CLIENTS)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    problems = [p for visitor in visitors for p in visitor.problems]
    assert not problems, problems[:10]
    counts = sum((visitor.counts for visitor in visitors),
                 collections.Counter())
    print(dict(counts))
    for what in ("refresh", "twice", "late", "logout"):
        assert counts[what] > CLIENTS / 2 * SECONDS / 60, counts

    # Every refusal is explained, once, and nothing else is.
    reused = set().union(*(v.reused for v in visitors))
    left = set().union(*(v.left for v in visitors))
    assert sorted(told(site, "refresh", "reuse")) == sorted(reused)
    assert sorted(told(site, "logout", "ok")) == sorted(left)
    live = {}
    for visitor in visitors:
        live.update(visitor.live)
    assert len(live) == CLIENTS
    assert sorted(told(site, "login", "ok")) == sorted(
        reused | left | set(live))
    assert told(site, "login", "login_refused") == []

    # No session is lost; each has the token that its client was told of.
    rows = site.sql("select replace(id::text, '-', ''), "
                    "replace(current_jti::text, '-', ''), ended_by "
                    "from postern.sessions")
    assert {sid: jti for sid, jti, ended in rows if ended is None} == {
        sid: claims(token)["jti"] for sid, token in live.items()}
    assert {sid for sid, _, ended in rows if ended == "reuse"} == reused
    assert {sid for sid, _, ended in rows if ended == "blacklist"} == left
    assert len(rows) == len(reused) + len(left) + len(live)

    # None has two live tokens: beyond the grace the one before is dead.
    site.sql("update postern.sessions set rotated_at = rotated_at - "
             "interval '11 s'")
    for visitor in visitors:
        if len(visitor.tokens) > 1:
            answer = visitor.send(visitor.tokens[-2])
            assert (answer.status, answer.json()) == (401, BLACKLISTED)
        else:
            assert visitor.send(visitor.tokens[-1]).status == 200
