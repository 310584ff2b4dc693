"""
Two web nodes, one PgBouncer, a primary and its standby (deploy/SCALING.md), each
a machine of its own. The primary is lost, the standby promoted; the nodes follow
by their connection string.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time

import pytest

from support.network import Network
from support.postgres import Postgres, die_with_parent
from support.site import QUICK, Home, Site, wait_for

pytestmark = pytest.mark.skipif(os.geteuid() != 0,
                                reason="namespaces of the network need root")

POOLER = """[databases]
postern = host={primary} user=postern
[pgbouncer]
listen_addr = {pooler}
listen_port = 6432
unix_socket_dir =
auth_type = any
pool_mode = transaction
ignore_startup_parameters = options
server_login_retry = 1
logfile = {folder}/pgbouncer.log
"""


class Networked(Postgres):
    """A server that its network reaches too."""

    def __init__(self, machine, settings):
        self.machine = machine
        Postgres.__init__(self, {"listen_addresses": machine.address,
                                 "synchronous_commit": "on", **settings})

    def _initialise(self):
        Postgres._initialise(self)
        with open(f"{self.data}/pg_hba.conf", "a") as file:
            file.write("host all,replication all 10.77.0.0/24 trust\n")

    def start(self):
        self.machine.call(Postgres.start, self)


class Standby(Networked):
    def __init__(self, machine, primary):
        self.primary = primary
        Networked.__init__(self, machine, {})

    def _initialise(self):
        """A copy of the primary, which goes on following it."""
        subprocess.run(
            [f"{self.bin}/pg_basebackup", "--host", self.primary.directory,
             "--username", self.SUPERUSER, "--pgdata", self.data,
             "--write-recovery-conf", "--checkpoint=fast", "--no-sync"],
            check=True, **self._as_user())
        with open(f"{self.data}/postgresql.auto.conf", "a") as file:
            file.write(
                "primary_conninfo = 'host="
                f"{self.primary.machine.address} user={self.SUPERUSER} "
                "application_name=standby'\n"
                f"unix_socket_directories = '{self.directory}'\n"
                f"listen_addresses = '{self.machine.address}'\n"
                "synchronous_standby_names = ''\n")

    def promote(self):
        assert self.value("select pg_promote()")

    def value(self, statement):
        connection = self.connect("postern")
        with connection.cursor() as cursor:
            cursor.execute(statement)
            value = cursor.fetchone()[0]
        connection.close()
        return value


class Visitor(threading.Thread):
    """Refreshes on one node as an honest client does: what failed again, with
    the last token that was acknowledged."""

    def __init__(self, machine, site):
        threading.Thread.__init__(self)
        self.machine, self.site = machine, site
        self.is_over = False
        self.refused = None
        self.count = 0
        self.wrong = []

    def run(self):
        self.machine.enter()
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


@contextlib.contextmanager
def pooler(machine, primary):
    folder = primary.directory
    with open(f"{folder}/pgbouncer.ini", "w") as file:
        file.write(POOLER.format(primary=primary.machine.address,
                                 pooler=machine.address, folder=folder))
    process = machine.call(
        subprocess.Popen, ["/usr/sbin/pgbouncer", "-q",
                           f"{folder}/pgbouncer.ini"],
        preexec_fn=die_with_parent(signal.SIGTERM), **primary._as_user())
    yield
    process.kill()
    process.wait()


class Sites:
    """All of it."""

    def __init__(self, stack, **settings):
        self.network = stack.enter_context(Network())
        machine = self.network.machine
        self.primary = Networked(machine(), {})
        stack.enter_context(self.primary)
        home = Home(self.primary.create_database(), QUICK)
        home.postern("migrate")
        home.remove()
        self.standby = Standby(machine(), self.primary)
        stack.enter_context(self.standby)
        self.set_primary(**settings)
        between = machine()
        stack.enter_context(pooler(between, self.primary))
        database = (
            f"host={between.address},{self.standby.machine.address} "
            "port=6432,5432 dbname=postern user=postern "
            "target_session_attrs=read-write")
        self.visitors = []
        for _ in range(2):
            node = machine()
            site = node.call(
                Site, self.primary, "postern", dict(
                    QUICK, database=database, prepared_statements="no",
                    database_roles="no", rotate_refresh_tokens="yes",
                    rotation_grace="60s",
                    time_limit="5s"), worker=False, processes=2)
            stack.callback(node.call, site.close)
            if not self.visitors:
                node.call(site.add_user, "ada")
            self.visitors += [Visitor(node, site), Visitor(node, site)]
        for visitor in self.visitors:
            visitor.start()
        stack.callback(self.stop)

    def set_primary(self, **settings):
        connection = self.primary.connect()
        with connection.cursor() as cursor:
            for name, value in settings.items():
                cursor.execute(f"alter system set {name} = %s", (value,))
            cursor.execute("select pg_reload_conf()")
        connection.close()

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
        answer = visitor.machine.call(function, *arguments, **fields)
        return answer.status != 503 and answer

    answer = wait_for("an answer", ask, 60)
    assert answer.status == 200
    return answer.json()


def test_with_a_synchronous_standby_no_acknowledged_refresh_is_lost():
    with contextlib.ExitStack() as stack:
        sites = Sites(stack, synchronous_standby_names="standby")
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
        sites = Sites(stack)
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
        for visitor in sites.visitors[::2]:
            tokens = in_the_end(visitor, visitor.site.post, "/api/token/",
                                username="ada", password="Corr3ct-horse")
            in_the_end(visitor, visitor.site.get, "/api/hello/",
                       tokens["access"])
