"""
Web nodes, a PgBouncer, a primary and its standby (deploy/postern/SCALING.md),
each a machine of its own. Root's.
"""

import contextlib
import signal
import subprocess

from support.network import Network
from support.postgres import Postgres, die_with_parent
from support.site import QUICK, Home, Site

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


class Cluster:
    """
    `nodes`, each a Site with `machine`; what they connect to is `pooler` or
    `direct`. `postgres` are settings of both servers, `settings` those of the
    nodes.
    """

    def __init__(self, stack, postgres=None, way="pooler", nodes=2,
                 processes=2, **settings):
        self.network = stack.enter_context(Network())
        machine = self.network.machine
        self.primary = Networked(machine(), postgres or {})
        stack.enter_context(self.primary)
        home = Home(self.primary.create_database(), QUICK)
        home.postern("migrate")
        home.remove()
        self.standby = Standby(machine(), self.primary)
        stack.enter_context(self.standby)
        between = machine()
        stack.enter_context(pooler(between, self.primary))
        host, port = {"pooler": (between.address, 6432),
                      "direct": (self.primary.machine.address, 5432)}[way]
        database = (
            f"host={host},{self.standby.machine.address} port={port},5432 "
            "dbname=postern user=postern target_session_attrs=read-write")
        self.nodes = []
        for _ in range(nodes):
            node = machine()
            site = node.call(
                Site, self.primary, "postern", dict(
                    QUICK, database=database, database_roles="no",
                    prepared_statements="no" if way == "pooler" else "yes",
                    **settings), worker=False, processes=processes)
            stack.callback(node.call, site.close)
            site.machine = node
            self.nodes.append(site)

    def set_primary(self, **settings):
        connection = self.primary.connect()
        with connection.cursor() as cursor:
            for name, value in settings.items():
                cursor.execute(f"alter system set {name} = %s", (value,))
            cursor.execute("select pg_reload_conf()")
        connection.close()
