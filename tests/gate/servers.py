"""lighttpd, nginx and Apache with the files of deploy/gate, one site each."""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess

from support.client import Client
from support.postgres import die_with_parent
from support.site import BUILD, ROOT, Program, free_port, wait_for

DEPLOY = os.path.join(ROOT, "deploy", "gate")


def deployed(name, house, **more):
    """A file of deploy/gate with nothing but paths replaced."""
    with open(os.path.join(DEPLOY, name)) as file:
        text = file.read()
    for path, other in {
            "/usr/local/lib/postern": f"{BUILD}/cgi-bin",
            "/etc/postern/postern.conf": house.path("postern.conf"),
            "/run/postern": house.path("run"), **more}.items():
        text = text.replace(path, other)
    return text


class Server(Client):
    """
    A web server over the house's files, ended with everything it started.
    `kinds` are the scripts that it runs.
    """

    name = None
    kinds = ("php", "cgi")
    # What is said to a client when the program says 503, or nothing.
    away = (503,)
    # Whether a refusal is the program's own answer.
    says_why = True
    # Of two headers Authorization, whether one counts.
    takes_one_of_two = False
    # What else a script sees by names such as ours.
    beside = {}

    def __init__(self, house):
        Client.__init__(self, free_port())
        self.house = house
        self.process = None
        self.started = []

    def __enter__(self):
        try:
            self.start()
            wait_for(f"{self.name} listens", self._listens)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *unused):
        self.stop()

    def _listens(self):
        if self.process.poll() is not None:
            raise AssertionError(f"{self.name}: {self.house.logged()}")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def run(self, *command, **more):
        """Starts a process of its own group."""
        with open(self.house.path(f"log/{self.name}.stderr"), "ab") as log:
            process = subprocess.Popen(
                command, stdin=more.pop("stdin", subprocess.DEVNULL),
                stdout=log, stderr=log, cwd="/", start_new_session=True,
                env=self.environment(**more.pop("environment", {})),
                preexec_fn=die_with_parent(signal.SIGTERM), **more)
        self.started.append(process)
        return process

    def environment(self, **more):
        """Without the path of the configuration: deploy/gate gives it."""
        environment = self.house.environment(**more)
        del environment["POSTERN_CONFIG"]
        return environment

    def run_fastcgi(self, path, *command):
        """A FastCGI program on a Unix socket, as spawn-fcgi starts it."""
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen(128)
        process = self.run(*command, stdin=listener)
        listener.close()
        return process

    def stop(self):
        for process in reversed(self.started):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    pass
            # What it has started is of its group, and goes as well.
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()

    def pids(self, program="authorize"):
        """The processes of a program that this server has started."""
        found = []
        groups = {process.pid for process in self.started}
        for entry in os.listdir("/proc"):
            try:
                if (entry.isdigit() and os.getpgid(int(entry)) in groups and
                        os.path.basename(os.readlink(f"/proc/{entry}/exe"))
                        == program):
                    found.append(int(entry))
            except OSError:
                pass
        return found


class Lighttpd(Server):
    """mod_fastcgi, mode authorizer."""

    name = "lighttpd"

    def start(self):
        house = self.house
        house.write("gate.conf", deployed("lighttpd.conf", house))
        house.write("lighttpd.conf", f"""
server.port = {self.port}
server.bind = "127.0.0.1"
server.document-root = "{house.path('www')}"
server.errorlog = "{house.path('log/lighttpd.log')}"
server.modules = ( "mod_fastcgi", "mod_cgi", "mod_rewrite" )
server.upload-dirs = ( "{house.path('run')}" )
index-file.names = ( "index.html" )
mimetype.assign = ( "" => "text/plain" )
static-file.exclude-extensions = ( ".php", ".cgi" )
cgi.assign = ( ".cgi" => "" )
url.rewrite-once = ( "^/rewritten/(.*)$" => "/members/staff/$1" )
fastcgi.server = ( ".php" => ((
	"bin-path" => "/usr/bin/php-cgi",
	"socket" => "{house.path('run/php')}",
	"max-procs" => 1,
	"bin-environment" => ( "PHP_FCGI_CHILDREN" => "2" ),
)) )
include "{house.path('gate.conf')}"
""")
        self.process = self.run("lighttpd", "-D", "-f",
                                house.path("lighttpd.conf"))


SERVERS = [Lighttpd]
