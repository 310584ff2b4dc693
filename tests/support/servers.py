"""
The web servers that a site of the tests can live behind: the files of deploy/
themselves, their ports and paths set to ours.

POSTERN_SERVER names the one of a run; `lighttpd-fastcgi` is the usual one.
"""

import contextlib
import glob
import os
import re
import shutil
import signal
import subprocess

from .postgres import die_with_parent, server_user

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
MODULES = "/usr/lib/apache2/modules"


def children(pid):
    """The process ids of a process's children."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(child) for child in file.read().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def descendants(pid):
    """The process ids of all that a process has started, and they."""
    found = []
    for child in children(pid):
        found += [child] + descendants(child)
    return found


def exchange(text, pairs):
    """The text with the first of each pair replaced by the second."""
    table = dict(pairs)
    names = sorted(table, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, names)),
                  lambda match: table[match.group()], text)


class WebServer:
    """
    How one web server runs a site. Files of deploy/ are taken from FOLDERS;
    in them the PLACES that deploy/ names become ours, and CHOICES, which their
    comments offer, are made.
    """

    NAME = ""
    FOLDERS = ()
    CHOICES = {}
    COUNT = re.compile(r'^(\t"max-procs" => |processes=|FcgidMaxProcessesPer'
                       r"Class )\d+", re.MULTILINE)
    DROPS_ROOT = True
    HAS_POOLS = True
    REFUSES_CONTROLS = False  # in a query, by itself
    IS_SHARED = False  # the server's own configuration is somebody else's

    def __init__(self, site, build):
        self.site = site
        self.build = build
        self.processes = []
        self.files = {}

    def programs(self):
        return os.path.join(self.build, "cgi-bin")

    # Configuration

    def places(self):
        site = self.site
        return {
            "127.0.0.1:8080": f"127.0.0.1:{site.port}",
            "/usr/local/share/postern": site.path("share"),
            "/usr/local/lib/postern": self.programs(),
            "/etc/postern": site.directory,
            "/run/postern": site.path("run"),
            "/var/log/postern": site.path("log"),
            **self.CHOICES,
        }

    def prepare(self):
        """Lays out the site's folder `share` as `make install` does."""
        share = self.site.path("share")
        if not os.path.exists(share):
            os.mkdir(share)
            for name in ("www", "errors"):
                shutil.copytree(f"{ROOT}/deploy/{name}", f"{share}/{name}")
        for folder in self.FOLDERS:
            os.makedirs(f"{share}/{folder}", exist_ok=True)
            for path in glob.glob(f"{ROOT}/deploy/{folder}/*"):
                if path.endswith((".conf", ".sh")):
                    self._take(path, f"{share}/{folder}")
        self.site.give(share)
        self.compare()

    def _take(self, path, folder):
        with open(path) as file:
            text = file.read()
        text = exchange(text, self.places().items())
        text = self.COUNT.sub(rf"\g<1>{self.site.processes}", text)
        running = os.path.join(folder, os.path.basename(path))
        with open(running, "w") as file:
            file.write(text)
        self.files[path] = running

    def compare(self):
        """Fails when what runs is anything else than deploy/ elsewhere."""
        back = [(new, old) for old, new in self.places().items()]
        assert self.files
        for path, running in self.files.items():
            with open(path) as file:
                wanted = self.COUNT.sub(r"\1N", file.read())
            with open(running) as file:
                text = self.COUNT.sub(r"\1N", exchange(file.read(), back))
            assert text == wanted, f"{running} is not {path}"

    # Processes

    def start(self):
        self.prepare()
        if self.HAS_POOLS:
            self.start_pools()
        return self.start_web()

    def start_web(self):
        raise NotImplementedError

    def without_keys(self):
        """Meanwhile nothing is where the public keys are published."""
        return contextlib.nullcontext()

    def start_pools(self):
        self.run("pools", ["sh", self.site.path("share/spawn-fcgi/pools.sh")])

    def run(self, name, command):
        site = self.site
        with open(site.path(f"log/{name}.stderr"), "ab") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd="/", env=site.environment(**site.more_environment),
                preexec_fn=die_with_parent(signal.SIGTERM),
                **site.run_as())
        self.processes.append(process)
        return process

    def pools(self):
        """How many programs wait for requests once it has started."""
        if not self.HAS_POOLS:
            return 0
        return len([path for path in glob.glob(f"{self.programs()}/*")
                    if "." not in os.path.basename(path)])


class Lighttpd(WebServer):
    NAME = "lighttpd-fastcgi"
    FOLDERS = ("lighttpd",)
    DROPS_ROOT = False
    REFUSES_CONTROLS = True

    def places(self):
        return dict(WebServer.places(self), **{
            "postern_port      = 8080":
                f"postern_port      = {self.site.port}"})

    def start(self):
        self.prepare()
        return self.start_web()

    def start_web(self):
        return self.run("lighttpd", [
            "lighttpd", "-D", "-f",
            self.site.path("share/lighttpd/postern.conf")])

    def pools(self):
        with open(self.site.path("share/lighttpd/endpoints.conf")) as file:
            return file.read().count('"bin-path"') if self.HAS_POOLS else 0


class LighttpdCgi(Lighttpd):
    NAME = "lighttpd-cgi"
    CHOICES = {"lighttpd/endpoints.conf": "lighttpd/endpoints-cgi.conf"}
    HAS_POOLS = False


class Apache(WebServer):
    """With what Debian loads, and what deploy/apache/README.md enables."""

    FOLDERS = ("apache",)
    RUN = "proxy"
    USUAL = ("mpm_event authn_core authz_core authz_host alias dir mime env "
             "setenvif filter deflate reqtimeout negotiation autoindex")
    ENABLED = "headers rewrite macro proxy proxy_fcgi"
    CONFIGURED = "deflate mime dir negotiation autoindex"

    def places(self):
        run = "Define POSTERN_RUN      "
        return dict(WebServer.places(self),
                    **{run + "proxy": run + self.RUN})

    def main(self):
        """Debian's apache2.conf, as far as it matters here."""
        site = self.site
        lines = [f"LoadModule {name}_module {MODULES}/mod_{name}.so"
                 for name in f"{self.USUAL} {self.ENABLED}".split()]
        lines += [f"Include /etc/apache2/mods-available/{name}.conf"
                  for name in self.CONFIGURED.split()]
        lines += [
            "ServerName localhost",
            f"ServerRoot {site.directory}",
            f"DefaultRuntimeDir {site.path('run')}",
            f"PidFile {site.path('run/apache.pid')}",
            f"ErrorLog {site.path('log/apache.log')}",
            "LogLevel warn",
            "StartServers 1",
            "ServerLimit 2",
            "ThreadsPerChild 32",
            "MaxRequestWorkers 64",
            "<Directory />",
            "Options FollowSymLinks",
            "AllowOverride None",
            "Require all denied",
            "</Directory>",
            *self.more(),
            *self.included(),
        ]
        return "\n".join(lines) + "\n"

    def more(self):
        return []

    def included(self):
        return [f"Include {self.site.path('share/apache/postern.conf')}"]

    def start_web(self):
        self.site.write("apache.conf", self.main())
        return self.run("apache", [
            "apache2", "-D", "FOREGROUND", "-f",
            self.site.path("apache.conf")])


class ApacheProxy(Apache):
    NAME = "apache-proxy"
    FOLDERS = ("apache", "spawn-fcgi")


class ApacheFcgid(Apache):
    NAME = "apache-fcgid"
    RUN = "fcgid"
    ENABLED = "headers rewrite macro fcgid"
    HAS_POOLS = False

    def more(self):
        return [f"FcgidIPCDir {self.site.path('run/fcgid')}",
                f"FcgidProcessTableFile {self.site.path('run/fcgid_shm')}"]


class ApacheCgid(Apache):
    NAME = "apache-cgid"
    RUN = "cgid"
    ENABLED = "headers rewrite macro cgid"
    HAS_POOLS = False

    def more(self):
        return [f"ScriptSock {self.site.path('run/cgisock')}"]


class Htaccess(Apache):
    """A shared host: what is uploaded has .htaccess and nothing more to say."""

    HAS_POOLS = False
    IS_SHARED = True
    # As hosts allow it; their Options are theirs but for these.
    OVERRIDE = "FileInfo Indexes Options=ExecCGI"
    FILES = {".htaccess": ("site.htaccess", "endpoints.htaccess"),
             "postern/.htaccess": ("programs.htaccess",),
             "errors/.htaccess": ("errors.htaccess",)}

    def public(self, name=""):
        return os.path.join(self.site.path("share"), "public_html", name)

    def programs(self):
        return self.public("postern")

    def places(self):
        return {"/home/ada/postern/postern.conf":
                self.site.path("postern.conf")}

    def prepare(self):
        """The keys and the configuration stay where a site has them."""
        site = self.site
        if not os.path.exists(site.path("share")):
            subprocess.run(
                ["sh", f"{ROOT}/deploy/shared-hosting/assemble.sh", self.build,
                 "/home/ada", "public_html", site.path("share")], check=True)
        self._configure(self.public("postern/.htaccess"))
        if not os.path.islink(self.keys()):
            os.symlink(site.path("jwks.json"), self.keys())
        # Where a program looks for the command by itself.
        os.makedirs(site.path("share/bin"), exist_ok=True)
        command = site.path("share/bin/postern")
        if not os.path.exists(command):
            os.symlink(os.path.join(self.build, "postern"), command)
        site.give(site.path("share"))
        self.compare()

    def keys(self):
        return self.public(".well-known/jwks.json")

    @contextlib.contextmanager
    def without_keys(self):
        """Of a link to nowhere Apache says 403, which no host has there."""
        os.rename(self.keys(), self.keys() + ".away")
        try:
            yield
        finally:
            os.rename(self.keys() + ".away", self.keys())

    def _configure(self, path):
        with open(path) as file:
            text = exchange(file.read(), self.places().items())
        with open(path, "w") as file:
            file.write(text)

    def compare(self):
        back = [(new, old) for old, new in self.places().items()]
        for name, parts in self.FILES.items():
            with open(self.public(name)) as file:
                text = exchange(file.read(), back)
            wanted = ""
            for part in parts:
                with open(f"{ROOT}/deploy/shared-hosting/{part}") as file:
                    wanted += file.read()
            assert text == wanted, f"{name} is not {parts}"

    def more(self):
        address = f"127.0.0.1:{self.site.port}"
        return [
            "ServerTokens Prod",
            "ServerSignature Off",
            f"Listen {address}",
            f"<VirtualHost {address}>",
            f"DocumentRoot {self.public()}",
            f"<Directory {self.public()}>",
            f"AllowOverride {self.OVERRIDE}",
            "Options FollowSymLinks Indexes",
            "Require all granted",
            "</Directory>",
            "</VirtualHost>",
        ]

    def included(self):
        return []


class HtaccessCgi(Htaccess):
    NAME = "htaccess-cgi"
    ENABLED = "headers rewrite cgid"

    def more(self):
        return Htaccess.more(self) + [
            f"ScriptSock {self.site.path('run/cgisock')}"]


class HtaccessFcgid(Htaccess):
    NAME = "htaccess-fcgid"
    ENABLED = "headers rewrite fcgid"

    def more(self):
        return Htaccess.more(self) + [
            f"FcgidIPCDir {self.site.path('run/fcgid')}",
            f"FcgidProcessTableFile {self.site.path('run/fcgid_shm')}"]


class Nginx(WebServer):
    NAME = "nginx"
    FOLDERS = ("nginx", "spawn-fcgi")

    def main(self):
        """Debian's nginx.conf, as far as it matters here."""
        run = self.site.path("run")
        temporary = "".join(
            f"{name}_temp_path {run}/nginx-{name};\n" for name in (
                "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return f"""\
daemon off;
worker_processes 1;
pid {run}/nginx.pid;
error_log {self.site.path('log/nginx.log')};
events {{ worker_connections 768; }}
http {{
sendfile on;
tcp_nopush on;
include /etc/nginx/mime.types;
default_type application/octet-stream;
gzip on;
access_log {self.site.path('log/access.log')};
{temporary}include {self.site.path('share/nginx/postern.conf')};
}}
"""

    def start_web(self):
        self.site.write("nginx.conf", self.main())
        return self.run("nginx", [
            "nginx", "-e", self.site.path("log/nginx.log"), "-c",
            self.site.path("nginx.conf")])


SERVERS = {kind.NAME: kind for kind in (
    Lighttpd, LighttpdCgi, ApacheProxy, ApacheFcgid, ApacheCgid,
    HtaccessCgi, HtaccessFcgid, Nginx)}
USUAL = "lighttpd-fastcgi"


def chosen():
    """The name of the server of this run."""
    name = os.environ.get("POSTERN_SERVER") or USUAL
    if name not in SERVERS:
        raise RuntimeError(f"POSTERN_SERVER: {name} is none of "
                           + ", ".join(SERVERS))
    return name


def unprivileged(name):
    """Whom a server's site belongs to when root runs the tests, or None."""
    return server_user() if SERVERS[name].DROPS_ROOT else None
