"""
Two web nodes, one PgBouncer, a primary and its standby: the primary is lost, the
standby promoted; the nodes follow by their connection string.
"""

import contextlib
import os
import threading
import time

import pytest

from support.cluster import Cluster
from support.site import wait_for

pytestmark = pytest.mark.skipif(os.geteuid() != 0,
                                reason="namespaces of the network need root")


class Visitor(threading.Thread):
    """Refreshes on one node as an honest client does: what failed again, with
    the last token that was acknowledged."""

    def __init__(self, site):
        threading.Thread.__init__(self)
        self.site = site
        self.is_over = False
        self.refused = None
        self.count = 0
        self.wrong = []

    def run(self):
        self.site.machine.enter()
        token = self.site.login("ada")["refresh"]
        while not self.is_over and self.refused is None:
            answer = self.site.post("/api/token/refresh/", refresh=token)
            if answer.status == 200:
                token = answer.json()["refresh"]
                self.count += 1
            elif answer.status == 401:
                self.refused = answer.json()
            elif answer.status == 503:
                time.sleep(0.1)
            else:
                self.wrong.append(repr(answer))


class Visited(Cluster):
    """Two visitors at each node."""

    def __init__(self, stack, **of_primary):
        Cluster.__init__(self, stack, rotate_refresh_tokens="yes",
                         rotation_grace="60s", time_limit="3s")
        self.set_primary(**of_primary)
        self.nodes[0].machine.call(self.nodes[0].add_user, "ada")
        self.visitors = [Visitor(site) for site in self.nodes * 2]
        for visitor in self.visitors:
            visitor.start()
        stack.callback(self.stop)

    def stop(self):
        for visitor in self.visitors:
            visitor.is_over = True
        for visitor in self.visitors:
            visitor.join()

    def go_on(self, more=20):
        """Until each visitor has refreshed so many times more."""
        wanted = [visitor.count + more for visitor in self.visitors]
        wait_for("refreshes", lambda: all(
            visitor.count >= count or visitor.refused or not visitor.is_alive()
            for visitor, count in zip(self.visitors, wanted)), 90)

    def verdict(self):
        assert [visitor.wrong for visitor in self.visitors] == [[]] * 4
        assert self.standby.value("select count(*) from postern.sessions "
                                  "where ended_at is not null") == 0
        assert self.standby.value("select count(*) from postern.audit "
                                  "where outcome = 'reuse'") == 0


def in_the_end(visitor, function, *arguments, **fields):
    """The answer once it is not 503: PgBouncer takes connections for a silent
    server, so that a request's time runs out, once for each process."""
    def ask():
        answer = visitor.site.machine.call(function, *arguments, **fields)
        return answer.status != 503 and answer

    answer = wait_for("an answer", ask, 60)
    assert answer.status == 200
    return answer.json()


def test_with_a_synchronous_standby_no_acknowledged_refresh_is_lost():
    with contextlib.ExitStack() as stack:
        sites = Visited(stack, synchronous_standby_names="standby")
        sites.go_on()
        sites.primary.kill()
        sites.standby.promote()
        before = [visitor.count for visitor in sites.visitors]
        sites.go_on()
        sites.stop()
        assert [visitor.refused for visitor in sites.visitors] == [None] * 4
        assert all(visitor.count >= count + 20 for visitor, count in
                   zip(sites.visitors, before))
        sites.verdict()


def test_without_one_no_honest_client_is_branded_a_thief():
    """The standby has missed seconds when the primary falls silent."""
    with contextlib.ExitStack() as stack:
        sites = Visited(stack)
        sites.go_on()
        sites.network.cut(sites.standby.machine)
        time.sleep(2.5)
        sites.go_on()
        sites.network.cut(sites.primary.machine)
        sites.primary.kill()
        sites.network.join(sites.standby.machine)
        sites.standby.promote()
        wait_for("all are refused", lambda: all(
            visitor.refused for visitor in sites.visitors), 90)
        assert {visitor.refused["code"] for visitor in sites.visitors} == {
            "token_not_valid"}
        sites.verdict()
        for visitor in sites.visitors[:2]:
            tokens = in_the_end(visitor, visitor.site.post, "/api/token/",
                                username="ada", password="Corr3ct-horse")
            in_the_end(visitor, visitor.site.get, "/api/hello/",
                       tokens["access"])
