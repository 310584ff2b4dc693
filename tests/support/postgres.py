"""A private PostgreSQL server in a temporary directory, on a Unix socket."""

import atexit
import ctypes
import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

import psycopg2

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track": "top",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "5min",
    "log_statement": "all",
    "log_connections": "on",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_timezone": "UTC",
    "timezone": "UTC",
}

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


def die_with_parent(signal_number):
    """Returns a preexec_fn: the child gets the signal when we are gone."""

    def prepare():
        LIBC.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)

    return prepare


def binaries():
    """The directory of the newest server that is installed."""
    found = glob.glob("/usr/lib/postgresql/*/bin/postgres")
    if not found:
        raise RuntimeError("no PostgreSQL server is installed")
    return os.path.dirname(max(found, key=lambda p: int(p.split("/")[4])))


def server_user():
    """initdb refuses root: the account that runs the server, or None."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("no unprivileged user for PostgreSQL")


def is_running(pid):
    """False for a zombie too: whoever adopted it may reap it late."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Postgres:
    """
    One cluster. Everybody who reaches its socket may connect as anybody;
    its directory is closed to other users.

        with Postgres() as server:
            server.create_database("postern")
            server.dsn()            what the programs are given
            server.connect()        psycopg2, superuser, autocommit

    The superuser is SUPERUSER; databases belong to OWNER, whom the programs
    are. The server's log, with every statement, is the file `log`.
    """

    SUPERUSER = "postgres"
    OWNER = "postern"

    def __init__(self, settings=None):
        self.settings = dict(SETTINGS, **(settings or {}))
        self.bin = binaries()
        self.user = server_user()
        self.process = None
        self.directory = tempfile.mkdtemp(prefix="postern-pg-")
        self.data = os.path.join(self.directory, "data")
        self.log = os.path.join(self.directory, "log")
        if self.user:
            os.chown(self.directory, self.user.pw_uid, self.user.pw_gid)
        atexit.register(self.close)
        self._initialise()

    def __enter__(self):
        if not self.process:
            self.start()
        return self

    def __exit__(self, *unused):
        self.close()

    def _as_user(self):
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
        options = {"env": environment, "cwd": "/",
                   "stdin": subprocess.DEVNULL}
        if self.user:
            options.update(user=self.user.pw_uid, group=self.user.pw_gid,
                           extra_groups=[])
        return options

    def _initialise(self):
        made = subprocess.run(
            [f"{self.bin}/initdb", "--no-sync", "--auth=trust",
             "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions",
             f"--username={self.SUPERUSER}", f"--pgdata={self.data}"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            **self._as_user())
        if made.returncode != 0:
            raise RuntimeError("initdb: " + made.stdout)
        with open(f"{self.data}/postgresql.conf", "a") as file:
            for name, value in self.settings.items():
                file.write(f"{name} = '{value}'\n")
            file.write(f"unix_socket_directories = '{self.directory}'\n")

    def start(self):
        """Starts the server and waits until it answers."""
        deadline = time.monotonic() + 30
        while True:
            with open(self.log, "ab") as log:
                self.process = subprocess.Popen(
                    [f"{self.bin}/postgres", "-D", self.data],
                    stdout=log, stderr=log,
                    preexec_fn=die_with_parent(signal.SIGQUIT),
                    **self._as_user())
            if self._wait_ready(deadline):
                break
            # After kill() the backends hold the shared memory for a moment.
            if time.monotonic() > deadline:
                raise RuntimeError("PostgreSQL did not start: " + self.tail())
            time.sleep(0.2)
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute("select 1 from pg_roles where rolname = %s",
                           (self.OWNER,))
            if not cursor.fetchone():
                cursor.execute(f"create role {self.OWNER} login createrole")
        connection.close()

    def _wait_ready(self, deadline):
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                return False
            try:
                self.connect().close()
                return True
            except psycopg2.OperationalError:
                time.sleep(0.05)
        return False

    def stop(self, how=signal.SIGINT):
        """A fast shutdown: connections are ended, nothing is lost."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def kill(self):
        """kill -9 of the postmaster; start() recovers."""
        pid = self.process.pid
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            backends = file.read().split()
        self.stop(signal.SIGKILL)
        # Until they have noticed, the backends go on answering.
        deadline = time.monotonic() + 20
        while any(is_running(backend) for backend in backends):
            if time.monotonic() > deadline:
                raise RuntimeError("backends outlive their postmaster")
            time.sleep(0.02)

    def restart(self):
        self.stop()
        self.start()

    def close(self):
        """Ends the server and removes its directory."""
        atexit.unregister(self.close)
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.directory, ignore_errors=True)

    def dsn(self, database="postern", user=None):
        """The libpq connection string for the programs."""
        return (f"host={self.directory} dbname={database} "
                f"user={user or self.OWNER}")

    def connect(self, database="postgres", user=None):
        """A psycopg2 connection, as superuser unless told, autocommit."""
        connection = psycopg2.connect(
            self.dsn(database, user or self.SUPERUSER),
            application_name="tests")
        connection.autocommit = True
        return connection

    def create_database(self, name="postern", template="template1"):
        """Makes the database anew, with pg_stat_statements in `stat`."""
        connection = self.connect()
        # By its log a copy takes twice the time.
        strategy = ("strategy file_copy"
                    if connection.server_version >= 150000 else "")
        with connection.cursor() as cursor:
            cursor.execute(f'drop database if exists "{name}" with (force)')
            cursor.execute(f'create database "{name}" owner {self.OWNER} '
                           f'template "{template}" {strategy}')
        connection.close()
        if template == "template1":
            connection = self.connect(name)
            with connection.cursor() as cursor:
                cursor.execute("create schema stat")
                cursor.execute("create extension pg_stat_statements "
                               "with schema stat")
            connection.close()
        return self.dsn(name)

    def tail(self, lines=15):
        """The last lines of the server's log."""
        with open(self.log, errors="replace") as file:
            return "".join(file.readlines()[-lines:])

    def logged(self):
        """All that the server has logged, statements and parameters too."""
        with open(self.log, errors="replace") as file:
            return file.read()
