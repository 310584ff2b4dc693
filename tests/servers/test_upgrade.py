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
import threading
import time

import pytest

from support.servers import descendants
from support.site import BUILD, wait_for

# How often each server is told: let them finish, and begin anew.
RESTARTS = {"lighttpd-fastcgi": 2, "apache-fcgid": 0, "lighttpd-cgi": 0,
            "apache-cgid": 0}


@pytest.fixture
def release(tmp_path):
    """A copy of the build, which can be replaced."""
    tmp_path.chmod(0o755)
    for above in (tmp_path.parent, tmp_path.parent.parent):
        os.chmod(above, os.stat(above).st_mode | 0o011)
    shutil.copytree(f"{BUILD}/cgi-bin", tmp_path / "cgi-bin",
                    ignore=shutil.ignore_patterns("*.o", "*.d"))
    shutil.copy(f"{BUILD}/postern", tmp_path / "postern")
    return tmp_path


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
    wait_for("requests to the new programs", lambda: sum(
        visitor.count for visitor in visitors) > before + 100, 120)


def are_over(site, visitors, may_be_idle):
    """The old programs have ended, or serve no more."""
    before = old_ones(site)
    if before and not may_be_idle:
        return False
    serve(visitors)
    return old_ones(site).items() <= before.items()


@pytest.mark.parametrize("server_name", RESTARTS)
def test_no_request_is_lost(new_site, release, server_name):
    with new_site(web_server=server_name, worker=False,
                  processes=2, build=str(release)) as site:
        site.add_user("ada")
        visitors = [Visitor(site, f"visitor {n}") for n in range(6)]
        for visitor in visitors:
            visitor.start()
        try:
            wait_for("all have asked", lambda: min(
                visitor.count for visitor in visitors) > 20, 120)
            assert "nothing to do" in site.postern("migrate").stdout
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
