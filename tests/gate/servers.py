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
from support.site import ROOT, free_port, wait_for

DEPLOY = os.path.join(ROOT, "deploy", "gate")


# Says which headers have come.
BACKEND = """
import http.server, json, sys

class Echo(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        text = json.dumps(self.headers.items()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Echo).serve_forever()
"""


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def deployed(name, house, **more):
    """A file of deploy/gate with nothing but paths replaced."""
    with open(os.path.join(DEPLOY, name)) as file:
        text = file.read()
    for path, other in {
            "/usr/local/lib/postern": house.path("bin"),
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
    # What it says to who has no token; None: a page of its own.
    detail = "Authentication credentials were not provided."
    detail_type = "application/json"
    # Whether the program is there again after it was killed.
    restarts = True
    # How it says 403.
    denied = 403
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
        return answers(self.port)

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
        environment = self.house.environment()
        del environment["POSTERN_CONFIG"]
        return dict(environment, **more)

    def backend(self):
        """The port of a new program behind HTTP."""
        port = free_port()
        self.house.write("backend.py", BACKEND)
        self.run("/usr/bin/python3", self.house.path("backend.py"), str(port))
        wait_for("the program behind HTTP", lambda: answers(port))
        return port

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
server.modules = ( "mod_fastcgi", "mod_cgi", "mod_rewrite", "mod_proxy" )
proxy.server = ( "/members/app" => (( "host" => "127.0.0.1",
	"port" => {self.backend()} )) )
server.upload-dirs = ( "{house.path('run')}" )
index-file.names = ( "index.html", "index.php" )
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


class Nginx(Server):
    """auth_request; a program on a socket, as systemd or spawn-fcgi gives."""

    name = "nginx"
    kinds = ("php",)
    detail = "Authentication required."
    restarts = False

    def start(self):
        house = self.house
        # One line a claim, as the file says.
        text = re.sub(
            r"(?m)^\s*#(.*CLAIM_PLAN .*|.*claim_plan \$up.*)$",
            lambda m: m[1] + re.sub("plan", "tags", re.sub(
                "PLAN", "TAGS", m[1])),
            deployed("nginx.conf", house, **{
                "/run/php/php-fpm.sock": house.path("run/php"),
                "127.0.0.1:8000": f"127.0.0.1:{self.backend()}"}))
        # The block for a program behind HTTP.
        text = re.sub(r"(?s)\t#location.*?\t#}\n",
                      lambda m: m[0].replace("#", ""), text)
        shutil.copy("/etc/nginx/fastcgi_params", house.path("fastcgi_params"))
        house.write("gate.conf", text)
        folders = "".join(
            f"{kind}_temp_path {house.path('run')}/{kind};\n" for kind in (
                "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        house.write("nginx.conf", f"""
daemon off;
worker_processes 1;
{"user root;" if os.getuid() == 0 else ""}
pid {house.path('run/nginx.pid')};
error_log {house.path('log/nginx.log')};
events {{}}
http {{
access_log off;
default_type text/plain;
{folders}
server {{
listen 127.0.0.1:{self.port};
root {house.path('www')};
index index.html index.php;
rewrite ^/rewritten/(.*)$ /members/staff/$1 last;
include {house.path('gate.conf')};
}}
}}
""")
        self.run_fastcgi(house.path("run/php"), "/usr/bin/php-cgi")
        self.authorize = self.run_fastcgi(
            house.path("run/authorize"), house.path("bin/authorize"))
        self.process = self.run("nginx", "-c", house.path("nginx.conf"),
                                "-e", house.path("log/nginx.log"))


MODULES = ("mpm_event", "authn_core", "authz_core", "authz_host",
           "authz_user", "authnz_fcgi", "env",
           "setenvif", "dir", "mime", "cgid", "fcgid", "headers", "rewrite")


class Apache(Server):
    """mod_fcgid: FcgidAccessChecker."""

    name = "apache"
    detail = None
    # mod_fcgid makes 401 of every refusal.
    denied, away = 401, (401,)

    def gate(self):
        """What is put into the server's configuration."""
        return self.with_claims(deployed("apache-fcgid.conf", self.house))

    @staticmethod
    def with_claims(text):
        """One line a claim, as the files say."""
        return text.replace("POSTERN_GROUPS\n", "".join(
            f"{name}\nHeader always unset Variable-" for name in (
                "POSTERN_GROUPS", "POSTERN_CLAIM_PLAN")) +
            "POSTERN_CLAIM_TAGS\n")

    def start(self):
        house, user = self.house, ""
        if os.getuid() == 0:
            owner = self.owner()
            user = f"User {owner.pw_name}\nGroup #{owner.pw_gid}\n"
            self.hand_over(owner)
        modules = "".join(
            f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"
            for name in MODULES if os.path.exists(
                f"/usr/lib/apache2/modules/mod_{name}.so"))
        house.write("apache.conf", f"""
{modules}{user}
ServerName site.example
Listen 127.0.0.1:{self.port}
PidFile {house.path('run/apache.pid')}
DefaultRuntimeDir {house.path('run')}
ErrorLog {house.path('log/apache.log')}
ScriptSock {house.path('run/cgid')}
FcgidIPCDir {house.path('run/fcgid')}
FcgidProcessTableFile {house.path('run/fcgid.shm')}
FcgidMaxRequestLen 1048576
StartServers 1
MinSpareThreads 1
ThreadsPerChild 8
DocumentRoot {house.path('www')}
TypesConfig /etc/mime.types
<Directory "{house.path('www')}">
	Options +ExecCGI
	AllowOverride AuthConfig FileInfo Limit
	Require all granted
	DirectoryIndex index.html index.php
	AddHandler cgi-script .cgi
	AddHandler fcgid-script .php
	FcgidWrapper /usr/bin/php-cgi .php
</Directory>
RewriteEngine On
RewriteRule ^/rewritten/(.*)$ /members/staff/$1 [PT]
{self.gate()}
""", 0o644)
        self.process = self.run("apache2", "-D", "FOREGROUND", "-f",
                                house.path("apache.conf"))

    def owner(self):
        """Whoever may use the database: Apache does not run as root."""
        folder = re.search(r"host=(/\S+)", self.house.settings["database"])[1]
        return pwd.getpwuid(os.stat(folder).st_uid)

    def hand_over(self, user):
        """What that user must read; what is written later, by its group."""
        for folder, _, files in os.walk(self.house.directory):
            os.chown(folder, user.pw_uid, user.pw_gid)
            os.chmod(folder, 0o2770)
            for file in files:
                os.chown(os.path.join(folder, file), user.pw_uid, user.pw_gid)


class ApacheHtaccess(Apache):
    """The same by .htaccess alone."""

    name = "htaccess"

    @property
    def beside(self):
        """SetEnvIf is for scripts as well."""
        return {"POSTERN_CONFIG": self.house.path("postern.conf")}

    def gate(self):
        self.house.write("www/members/.htaccess",
                         self.with_claims(deployed(".htaccess", self.house)),
                         0o644)
        return ""


class ApacheAuthnz(Apache):
    """mod_authnz_fcgi, over TCP."""

    name = "authnz"
    # Its words, but Apache calls them a page.
    detail, detail_type = Server.detail, "text/html"
    denied, away = 403, (500, 503)
    restarts = False

    def gate(self):
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        path = self.house.path("bin/authorize")
        self.run(path, stdin=listener, environment={
            "POSTERN_CONFIG": self.house.path("postern.conf")})
        port = listener.getsockname()[1]
        listener.close()
        return deployed("apache-authnz-fcgi.conf", self.house,
                        **{"127.0.0.1:9077": f"127.0.0.1:{port}"})


SERVERS = [Lighttpd, Nginx, Apache, ApacheHtaccess, ApacheAuthnz]
