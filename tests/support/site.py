"""A site of its own for a test: database, programs, web server, letters."""

import atexit
import collections
import email
import email.policy
import glob
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import psycopg2

from . import fastcgi
from .client import Client, ticket_of
from .keys import Pair
from .postgres import die_with_parent, is_running
from .servers import (ROOT, SERVERS, children, chosen, descendants,
                      unprivileged)

BUILD = os.path.abspath(os.environ.get("POSTERN_BUILD",
                                       os.path.join(ROOT, "build")))
KEY = "test-signing-0123456789abcdefghijklmnopqrstuvwxyz"

# Cheap and without limits; tests of the defaults pass SHIPPED instead.
QUICK = {
    "throttle": "no",
    "password_memory": "8k",
    "password_passes": "1",
}
SHIPPED = {}

# What `postern user add` has written, by what it was asked for: the parameters
# of its statement but the first, the subject.
ADDED = {}
with open(f"{ROOT}/sql/queries/operator_user_add.sql") as query:
    ADD = re.sub(r"^--.*\n", "", query.read(), flags=re.MULTILINE)
ADD_ORDER = [int(number) for number in re.findall(r"\$(\d+)", ADD)]
ADD = re.sub(r"\$\d+", "%s", ADD)


def is_sanitized():
    """Whether the programs under test are an instrumented build."""
    with open(os.path.join(BUILD, "postern"), "rb") as file:
        return b"__asan_init" in file.read()


# The newest of our ports: for each a name that other tests, which may run
# beside these, cannot have as well.
RESERVED = collections.deque(maxlen=64)


def free_port():
    """A port that nobody listens at, and no test beside this one will."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        reserved = socket.socket(socket.AF_UNIX)
        try:
            reserved.bind(f"\0postern-test-port-{port}")
        except OSError:
            reserved.close()
            continue
        RESERVED.append(reserved)
        return port


def wait_for(what, condition, timeout=60, interval=0.02):
    """Returns the first true value of condition(); fails when there is none."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {timeout} s")
        time.sleep(interval)


def give(path, user):
    """Makes a file, or a folder with all in it, another user's."""
    os.lchown(path, user.pw_uid, user.pw_gid)
    for folder, folders, files in os.walk(path):
        for name in folders + files:
            os.lchown(os.path.join(folder, name), user.pw_uid, user.pw_gid)


class Home:
    """
    Configuration, key, folders; the operator's command in front of it. The key
    is a secret, or a Pair for a setting `algorithm` that takes one. `user`
    (of the module pwd) is whose it is when root runs the tests.
    """

    def __init__(self, dsn, settings=None, key=KEY, user=None):
        self.account = user
        self.directory = tempfile.mkdtemp(prefix="postern-site-")
        atexit.register(self.remove)
        for name in ("mail", "log", "run"):
            os.mkdir(self.path(name))
        self.give(self.directory)
        self.write_key(key)
        self.settings = {
            "database": dsn,
            "signing_key": self.path("key"),
            "public_url": "http://site.example",
            "site_name": "Example",
            "mail_transport": "folder",
            "mail_folder": self.path("mail"),
            "mail_templates": os.path.join(ROOT, "deploy", "mail"),
            "mail_from": "noreply@site.example",
            "log": self.path("log/programs.log"),
        }
        if isinstance(key, Pair):
            self.settings["verifying_key"] = self.path("key.pub")
        self.settings.update(settings or {})
        self.configure()

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text, mode=0o640):
        """Writes a file whole: readers see the old one or the new one."""
        temporary = self.path(name + ".new")
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(temporary, mode)
        self.give(temporary)
        os.rename(temporary, self.path(name))

    def give(self, path):
        """Makes a file, or a folder with all in it, our user's."""
        if self.account:
            give(path, self.account)

    def run_as(self):
        """For subprocess: the site's user."""
        if not self.account:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid,
                "extra_groups": []}

    def write_key(self, key):
        """Writes the file of the key that signs, and of its public half."""
        self.key = key
        if isinstance(key, Pair):
            self.write("key.pub", key.public, 0o644)
            key = key.private
        self.write("key", key + "\n", 0o600)

    def configure(self, **settings):
        """Changes settings in the file; None removes one."""
        self.settings.update(settings)
        self.write("postern.conf", "".join(
            f"{name} = {value}\n" for name, value in self.settings.items()
            if value is not None))

    def environment(self, **more):
        """What a program is started with: nothing of this process's own."""
        options = (f"log_path={self.path('log/sanitizer')}:exitcode=99:"
                   "print_stacktrace=1:halt_on_error=1")
        values = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "POSTERN_CONFIG": self.path("postern.conf"),
            "ASAN_OPTIONS": options,
            "UBSAN_OPTIONS": options,
        }
        values.update(more)
        return values

    def postern(self, *arguments, stdin=None, check=True, timeout=60,
                **environment):
        """Runs the operator's command; returns the CompletedProcess."""
        done = subprocess.run(
            [os.path.join(BUILD, "postern"), "--config",
             self.path("postern.conf"), *arguments],
            input=stdin or "", text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=timeout,
            env=self.environment(**environment), **self.run_as())
        if check and done.returncode != 0:
            raise AssertionError(f"postern {' '.join(arguments)}: "
                                 f"{done.returncode}\n{done.stderr}")
        return done

    def logged(self):
        """All that the programs have logged."""
        text = ""
        for path in sorted(glob.glob(self.path("log/*"))):
            with open(path, errors="replace") as file:
                text += file.read()
        return text

    def sanitizer_reports(self):
        reports = ""
        for path in glob.glob(self.path("log/sanitizer*")):
            with open(path, errors="replace") as file:
                reports += file.read()
        return reports

    def remove(self):
        atexit.unregister(self.remove)
        shutil.rmtree(self.directory, ignore_errors=True)


class Program:
    """
    One FastCGI program on a socket of its own, without a web server; `build`
    is the directory of another build than the one under test.
    """

    def __init__(self, home, name, socket_path=None, build=BUILD,
                 **environment):
        self.home = home
        self.name = name
        self.socket = socket_path or home.path(f"run/{name}.alone")
        if os.path.exists(self.socket):
            os.unlink(self.socket)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(self.socket)
        listener.listen(128)
        self.stderr = home.path(f"log/{name}.stderr")
        with open(self.stderr, "ab") as stderr:
            self.process = subprocess.Popen(
                [os.path.join(build, "cgi-bin", name)], stdin=listener,
                stdout=subprocess.DEVNULL, stderr=stderr, cwd="/",
                env=home.environment(**environment),
                preexec_fn=die_with_parent(signal.SIGKILL))
        listener.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()

    @property
    def pid(self):
        return self.process.pid

    def call(self, method, target, body=b"", timeout=15, **more):
        return fastcgi.call(self.socket, method, target, body, timeout, **more)

    def is_alive(self):
        return self.process.poll() is None

    def stop(self):
        """Ends the program as a web server does; returns the exit status."""
        if self.is_alive():
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode


class Site(Home, Client):
    """
    A whole site behind a web server with the configuration of deploy/. It is a
    Client of its own port, which {port} in `public_url` stands for. `web_server`
    is one of servers.SERVERS, `web` its process; `build` is the directory of
    another build than the one under test.
    """

    def __init__(self, server, database, settings=None, key=KEY,
                 worker=True, processes=1, web_server=None, build=BUILD,
                 **environment):
        self.processes = processes
        self.server = server
        self.database = database
        name = web_server or chosen()
        Home.__init__(self, server.dsn(database), settings, key,
                      unprivileged(name))
        Client.__init__(self, free_port())
        # On a shared host one role serves all programs.
        if not name.startswith("htaccess"):
            self.configure(database_roles=self.settings.get(
                "database_roles", "yes"))
        if "public_url" in self.settings:
            self.configure(public_url=self.settings["public_url"].format(
                port=self.port))
        self.more_environment = environment
        self.web_server = SERVERS[name](self, build)
        self.web = self.worker = None
        self.connection = None
        try:
            self._start_web()
            if worker:
                self.start_worker()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def _start_web(self):
        self.web = self.web_server.start()
        wait_for("the web server listens", self._listens)
        # A child of a server becomes a program a moment after its birth.
        wait_for("the programs", lambda: len(self.pids()) ==
                 self.web_server.pools() * self.processes, 60)

    def _listens(self):
        if self.web.poll() is not None:
            raise AssertionError("web server: " + self.logged())
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def start_worker(self):
        """Starts the process that writes letters."""
        with open(self.path("log/worker.stderr"), "ab") as log:
            self.worker = subprocess.Popen(
                [os.path.join(BUILD, "postern"), "mail", "run", "--config",
                 self.path("postern.conf")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                env=self.environment(**self.more_environment),
                preexec_fn=die_with_parent(signal.SIGTERM), **self.run_as())

    def pids(self, name=None):
        """
        {pid: program} of the programs that wait for requests; of a server that
        starts and ends them as it likes, none.
        """
        return self.running(name) if self.web_server.HAS_POOLS else {}

    def running(self, name=None):
        """{pid: program} of all programs that run."""
        found = {}
        for started in self.web_server.processes:
            for pid in descendants(started.pid):
                try:
                    path = os.readlink(f"/proc/{pid}/exe")
                except OSError:
                    continue
                folder, program = os.path.split(path.removesuffix(".fcgi"))
                if folder == self.web_server.programs() and name in (
                        None, program):
                    found[pid] = program
        return found

    def sql(self, statement, *values):
        """Runs a statement as superuser; returns its rows."""
        try:
            return self._run(statement, values)
        except psycopg2.OperationalError:
            # The server was restarted meanwhile.
            self.connection = None
            return self._run(statement, values)

    def _run(self, statement, values):
        if self.connection is None:
            self.connection = self.server.connect(self.database)
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def value(self, statement, *values):
        """The one value of the one row."""
        return self.sql(statement, *values)[0][0]

    def forget(self):
        """Empties all tables; the programs go on."""
        # Without triggers: the audit log lets nobody delete.
        self.sql("set session_replication_role = replica; " + "".join(
            f"delete from postern.{table}; " for table in (
                "sessions", "tickets", "outbox", "throttle", "audit",
                "hooks", "groups", "recovery_codes", "invitations",
                "users")) + "set session_replication_role = origin")
        for path in glob.glob(self.path("mail/*")):
            os.unlink(path)

    def add_user(self, name, password="Corr3ct-horse", email_address=None,
                 *options):
        """
        An account by the operator's command, verified unless told. What the
        command has once written for the same words and settings is written
        again without it.
        """
        asked = (name, password, email_address, options, tuple(
            f"{setting}={value}".replace(self.directory, "")
            for setting, value in sorted(self.settings.items())
            if setting not in ("database", "public_url")))
        if asked in ADDED:
            subject = None
            if "--subject" in options:
                subject = options[options.index("--subject") + 1]
            values = subject, *ADDED[asked]
            row, = self.sql(ADD, *(values[n - 1] for n in ADD_ORDER))
            assert row[0] is not None, f"{name}: {row}"
            return
        self.postern("user", "add", name, "--email",
                     email_address or f"{name}@example.com", "--force",
                     *options, stdin=password + "\n")
        ADDED[asked] = self.sql(
            "select username, username_canonical, email, email_canonical, "
            "first_name, last_name, password, verified_at is not null, "
            "is_staff from postern.users order by id desc limit 1")[0]

    def login(self, name, password="Corr3ct-horse"):
        """The tokens of a successful login."""
        answer = self.post("/api/token/", username=name, password=password)
        assert answer.status == 200, answer
        return answer.json()

    def letters(self, address=None):
        """The letters delivered so far, the oldest first."""
        found = []
        for path in sorted(glob.glob(self.path("mail/*.eml"))):
            with open(path, "rb") as file:
                letter = email.message_from_binary_file(
                    file, policy=email.policy.default)
            if address is None or address in letter["To"]:
                found.append(letter)
        return found

    def letter(self, address, number=1, timeout=60):
        """Waits for the number-th letter to the address."""
        wait_for(f"letter {number} to {address}",
                 lambda: len(self.letters(address)) >= number, timeout)
        return self.letters(address)[number - 1]

    def ticket(self, address, number=1):
        """(uid, token) of the number-th letter to the address."""
        return ticket_of(self.letter(address, number))

    def settle(self, timeout=60):
        """Waits until no letter is left to be written."""
        wait_for("letters written", lambda: self.value(
            "select count(*) from postern.outbox "
            "where ended_at is null") == 0, timeout)

    def close(self):
        """Ends everything; fails when a sanitizer had something to say."""
        for process in [self.worker, *reversed(self.web_server.processes)]:
            if process and process.poll() is None:
                programs = descendants(process.pid)
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                self._end(programs)
        if self.connection is not None:
            self.connection.close()
        reports = self.sanitizer_reports()
        self.remove()
        assert not reports, reports

    @staticmethod
    def _end(pids):
        """Programs outlive a server only while they finish a request."""
        for _ in range(100):
            pids = [pid for pid in pids if is_running(pid)]
            if not pids:
                return
            time.sleep(0.05)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)


