"""
Another release takes the place of the one that serves (README.md, "Upgrading"):
the tables first, then the programs by rename, then, where a server needs it, a
graceful restart. No request is lost meanwhile. A web server that starts a program
for each request starts the new one by itself, and so does mod_fcgid, which knows
a program by its file; with mod_cgid and mod_fcgid a restart could lose a request.
"""

import glob
import os
import re
import shutil
import signal
import subprocess
import threading
import time

import pytest

from support.servers import ROOT, descendants
from support.site import BUILD, wait_for

# How often each server is told: let them finish, and begin anew.
RESTARTS = {"lighttpd-fastcgi": 2, "apache-fcgid": 0, "lighttpd-cgi": 0,
            "apache-cgid": 0}


def open_to_all(path):
    path.chmod(0o755)
    for above in (path.parent, path.parent.parent):
        os.chmod(above, os.stat(above).st_mode | 0o011)


@pytest.fixture
def release(tmp_path):
    """A copy of the build, which can be replaced."""
    open_to_all(tmp_path)
    shutil.copytree(f"{BUILD}/cgi-bin", tmp_path / "cgi-bin",
                    ignore=shutil.ignore_patterns("*.o", "*.d"))
    shutil.copy(f"{BUILD}/postern", tmp_path / "postern")
    return tmp_path


# What the release after this one might do to the largest table.
NEXT = """
alter table postern.users add column next text not null default '';
create index users_next on postern.users (next);
"""


@pytest.fixture(scope="module")
def newer(tmp_path_factory):
    """The operator's command of a release that has one migration more."""
    build = tmp_path_factory.mktemp("newer")
    open_to_all(build)
    for name in ("lib", "sql", "operator"):
        shutil.copytree(f"{BUILD}/{name}", build / name)
    shutil.copy2(f"{BUILD}/libpostern.a", build)
    (build / "999_next.sql").write_text(NEXT)
    migrations = sorted(glob.glob("sql/schema/*.sql", root_dir=ROOT))
    subprocess.run(
        ["make", "-s", f"BUILD={build}", "MIGRATIONS=" + " ".join(
            migrations + [f"{build}/999_next.sql"]), f"{build}/postern"],
        cwd=ROOT, check=True, stdin=subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items()
             if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")})
    return str(build / "postern")


def migrate(site, command):
    done = subprocess.run(
        [command, "--config", site.path("postern.conf"), "migrate"],
        env=site.environment(), check=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, text=True, cwd="/", **site.run_as())
    assert "applied 999_next" in done.stdout


class Visitor(threading.Thread):
    """Logs in, and asks until it is told to stop."""

    def __init__(self, site, name):
        threading.Thread.__init__(self)
        self.site, self.name = site, name
        self.is_over = False
        self.wrong = []
        self.count = 0

    def run(self):
        tokens = self.site.login("ada")
        while not self.is_over:
            try:
                for answer in (
                        self.site.get("/api/hello/", tokens["access"]),
                        self.site.post("/api/token/refresh/",
                                       refresh=tokens["refresh"])):
                    self.count += 1
                    if answer.status != 200:
                        self.wrong.append(repr(answer))
            except OSError as problem:
                self.wrong.append(repr(problem))


def replace(release):
    for path in glob.glob(f"{release}/cgi-bin/*"):
        shutil.copy(path, f"{path}.new")
        os.rename(f"{path}.new", path)


def old_ones(site):
    """Programs whose file is another one now, and how often each has waited."""
    found = {}
    for started in site.web_server.processes:
        for pid in descendants(started.pid):
            try:
                if "(deleted)" in os.readlink(f"/proc/{pid}/exe"):
                    with open(f"/proc/{pid}/status") as status:
                        found[pid] = re.search(
                            r"^voluntary_ctxt_switches:\t(\d+)$",
                            status.read(), re.M).group(1)
            except OSError:
                pass
    return found


def serve(visitors):
    before = sum(visitor.count for visitor in visitors)
    wait_for("requests", lambda: sum(
        visitor.count for visitor in visitors) > before + 100, 120)


def are_over(site, visitors, may_be_idle):
    """The old programs have ended, or serve no more."""
    before = old_ones(site)
    if before and not may_be_idle:
        return False
    serve(visitors)
    return old_ones(site).items() <= before.items()


@pytest.mark.parametrize("server_name", RESTARTS)
def test_no_request_is_lost(new_site, release, newer, server_name):
    with new_site(web_server=server_name, worker=False,
                  processes=2, build=str(release)) as site:
        site.add_user("ada")
        visitors = [Visitor(site, f"visitor {n}") for n in range(6)]
        for visitor in visitors:
            visitor.start()
        try:
            wait_for("all have asked", lambda: min(
                visitor.count for visitor in visitors) > 20, 120)
            migrate(site, newer)
            serve(visitors)  # the old programs, at the new tables
            site.add_user("bob")
            site.login("bob")
            replace(release)
            for _ in range(RESTARTS[server_name]):
                site.web.send_signal(signal.SIGUSR1)
                time.sleep(1)
            # mod_fcgid ends processes when they have been idle for minutes.
            wait_for("the new programs alone", lambda: are_over(
                site, visitors, server_name == "apache-fcgid"), 120)
        finally:
            for visitor in visitors:
                visitor.is_over = True
            for visitor in visitors:
                visitor.join()
        assert [visitor.wrong for visitor in visitors] == [[]] * 6
