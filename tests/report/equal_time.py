"""
equal_time.py - a report: does an answer take as long for somebody who is there
as for nobody?

    python3 tests/report/equal_time.py [--samples N]      (or: make report)

It is a report, not a test: what a busy machine does to a median is no fault of
the programs. Each pair is asked in turn, in an order that is drawn for each
round, so that what disturbs the machine disturbs both. The programs run with the
shipped cost of a hash, without a web server, one process each; limits are off,
since a request that is refused costs nothing.

For each pair it prints both medians, the median of the differences within the
rounds in per cent of the first, and the exact 95 % confidence interval of that
(order statistics, by the binomial distribution). "alike": the interval lies within
5 %, or within a twentieth of a millisecond, on both sides. "differs": it lies
beyond that. "unclear": the samples do not say.
"""

import argparse
import base64
import json
import math
import os
import random
import statistics
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

from support import fastcgi  # noqa: E402
from support.postgres import Postgres  # noqa: E402
from support.site import Home, Program  # noqa: E402

PASSWORD, NEW = "Corr3ct-horse", "N3w-passw0rd"
BOUND = 5  # per cent
BOUND_MS = 0.05


class Place:
    """A database, and one process of each program that is asked."""

    def __init__(self, server):
        self.home = Home(server.create_database("postern"), {
            "throttle": "no", "send_activation_email": "yes"})
        self.home.postern("migrate")
        self.connection = server.connect("postern")
        self.programs = {}

    def sql(self, statement, *values):
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def add(self, name, *options):
        self.home.postern("user", "add", name, "--email",
                          f"{name}@example.com", *options,
                          stdin=PASSWORD + "\n")

    def ask(self, name, path, **fields):
        """Seconds that one request takes, and its status."""
        if name not in self.programs:
            self.programs[name] = Program(self.home, name)
        body = json.dumps(fields).encode()
        values = fastcgi.parameters("POST", path, body)
        with fastcgi.connect(self.programs[name].socket) as peer:
            data = fastcgi.request(values, body)
            began = time.perf_counter()
            peer.sendall(data)
            output, _ = fastcgi.receive(peer)
            taken = time.perf_counter() - began
        return taken, fastcgi.answer(output).status

    def close(self):
        for program in self.programs.values():
            program.stop()
        self.connection.close()
        self.home.remove()


def login(place, name, password="wrong"):
    return lambda: place.ask("token_obtain", "/api/token/", username=name,
                             password=password)


def letter(place, program, path, address):
    return lambda: place.ask(program, path, email=address)


def registration(place, address):
    """Each with a new name: a name that is taken is told."""
    numbers = iter(range(10 ** 9))
    return lambda: place.ask(
        "register", "/api/register/", password=PASSWORD, email=address,
        username=f"new{random.randrange(10 ** 12)}x{next(numbers)}")


def ticket(place, program, path, state, purpose):
    """A ticket of ada that is wrong, expired or used."""
    raw = os.urandom(32)
    place.sql(
        "insert into postern.tickets (hash, purpose, user_id, "
        "email_canonical, epoch, expires, used_at) select sha256(%s), %s, "
        "id, email_canonical, epoch, now() + %s::interval, "
        "case when %s then now() end from postern.users "
        "where username = 'ada'", raw, purpose,
        "-1 s" if state == "expired" else "1 day", state == "used")
    if state == "wrong":
        raw = os.urandom(32)
    subject = place.sql("select subject from postern.users "
                        "where username = 'ada'")[0][0]
    token = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    return lambda: place.ask(program, path, uid=subject, token=token,
                             new_password=NEW)


def pairs(place):
    """(what, [(case, request), the other], the status of all of them)"""
    known, nobody = "ada@example.com", "nobody@example.com"
    for case, name, password in (
            ("unknown", "nobody", "wrong"), ("banned", "ban", PASSWORD),
            ("not activated", "eve", PASSWORD)):
        yield ("login", ("wrong", login(place, "ada")),
               (case, login(place, name, password)), 401)
    for name, program, path in (
            ("reset", "reset", "/api/reset/"),
            ("resend", "activate", "/api/activate/resend/")):
        address = known if name == "reset" else "eve@example.com"
        yield (name, ("known", letter(place, program, path, address)),
               ("unknown", letter(place, program, path, nobody)), 204)
    yield ("register", ("new address", registration(place, nobody)),
           ("taken address", registration(place, known)), 201)
    for name, program, path, purpose in (
            ("reset confirm", "reset", "/api/reset/confirm/", "reset"),
            ("activate", "activate", "/api/activate/", "activation")):
        for state in ("expired", "used"):
            yield (name, ("wrong", ticket(place, program, path, "wrong",
                                          purpose)),
                   (state, ticket(place, program, path, state, purpose)),
                   None)


def measure(first, second, samples, status):
    """Two lists of milliseconds, taken in turns."""
    times = ([], [])
    for turn in range(samples + 3):
        order = [(0, first), (1, second)]
        random.shuffle(order)
        for index, request in order:
            taken, said = request()
            if status is not None and said != status:
                raise SystemExit(f"{said} in place of {status}")
            if status is None and said not in (400, 403):
                raise SystemExit(f"{said} for a bad ticket")
            if turn >= 3:  # the first ones connect and prepare
                times[index].append(taken * 1000)
    return times


def interval(values):
    """95 % of the median: between two of the values, whatever they are like."""
    values, count = sorted(values), len(values)
    rank, tail = 0, 0.5 ** count
    while tail <= 0.025:
        rank += 1
        tail += math.comb(count, rank) * 0.5 ** count
    rank = max(rank - 1, 0)
    return values[rank], values[count - 1 - rank]


def verdict(low, high, median):
    bound = max(median * BOUND / 100, BOUND_MS)
    if -bound <= low and high <= bound:
        return "alike"
    return "DIFFERS" if low > bound or high < -bound else "unclear"


def report(place, samples):
    line = "{:<14} {:<12} {:>9}  {:<14} {:>9} {:>8}  {:>17}  {}".format
    print(line("request", "first", "ms", "second", "ms", "differ",
               "95 % interval", ""))
    for what, (name, first), (other, second), status in pairs(place):
        times = measure(first, second, samples, status)
        median, later = (statistics.median(part) for part in times)
        differences = [b - a for a, b in zip(*times)]
        low, high = interval(differences)
        differ, least, most = (100 * value / median for value in (
            statistics.median(differences), low, high))
        print(line(what, name, f"{median:.2f}", other, f"{later:.2f}",
                   f"{differ:+.1f} %", f"{least:+.1f} % to {most:+.1f} %",
                   verdict(low, high, median)), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--samples", type=int, default=200,
                        help="of each request")
    samples = parser.parse_args().samples
    print(f"{samples} samples of each, in turns; medians in milliseconds")
    with Postgres() as server:
        place = Place(server)
        try:
            place.add("ada")
            place.add("ban")
            place.home.postern("user", "ban", "ban")
            place.add("eve", "--unverified")
            report(place, samples)
        finally:
            place.close()


if __name__ == "__main__":
    main()
