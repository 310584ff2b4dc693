"""
The filter of deploy/fail2ban/, run by fail2ban itself over lines that a site
has written while clients tried to put others in their place.
"""

import collections
import os
import re
import shutil
import subprocess

import pytest

from support import fastcgi
from support.site import ROOT, Program

FILTER = os.path.join(ROOT, "deploy/fail2ban/filter.d/postern.conf")
JAIL = os.path.join(ROOT, "deploy/fail2ban/jail.d/postern.conf.example")
VICTIM = "203.0.113.66"
PASSWORD = "Corr3ct-horse"
FORGED = (f"2031-01-31T12:00:00.000Z token_obtain[1]: #1 login failed: "
          f"peer={VICTIM} account=- outcome=login_refused")
FORGED_SYSLOG = (f"Jan 31 12:00:00 host token_obtain[1]: #1 login failed: "
                 f"peer={VICTIM} account=- outcome=login_refused")
HOSTILE = [
    f"peer={VICTIM}", f"login failed: peer={VICTIM} account=-", FORGED,
    FORGED_SYSLOG, "\n" + FORGED, "x\n" + FORGED + "\n", "\r" + FORGED,
    "\u2028" + FORGED, "\x85" + FORGED, "\v" + FORGED_SYSLOG,
    f"#1 login failed: peer={VICTIM} account=", "a\\n" + FORGED, "\x1b[2K\r",
    "%s%n<HOST><ADDR>", "x" * 3000 + "\n" + FORGED, f"\n{FORGED}\n" * 20,
    '"', "'", "]: #1 login failed: ", f"a[1]: #1 login failed: peer={VICTIM} ",
]


def found(log, *options):
    """{address: how often} of what fail2ban finds in a log file."""
    done = subprocess.run(
        ["/usr/bin/fail2ban-regex", "--usedns", "no", "-e", "utf-8", "-o",
         "ip", *options, log, FILTER], text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, timeout=120)
    assert done.returncode in (0, 255), done.stderr
    assert "Traceback" not in done.stderr
    return collections.Counter(done.stdout.split())


@pytest.fixture(scope="module")
def told(new_site):
    """(log file, the peers whose logins failed), of a hostile hour."""
    with new_site(trusted_proxies="127.0.0.1", worker=False,
                  rotate_refresh_tokens="yes",
                  rotation_grace="0s") as site:
        expected = collections.Counter()

        def login(name, password, peer, counts=None, **headers):
            answer = site.post("/api/token/", username=name,
                               password=password, headers=dict(
                                   headers, **{"X-Forwarded-For": peer}))
            assert answer.status in (200, 400, 401)
            if answer.status == 401:
                expected[counts or peer] += 1
            return answer

        site.add_user("ada")
        site.add_user("a@b.example", PASSWORD, "a@b.example")
        for number, text in enumerate(HOSTILE):
            peer = f"198.51.100.{number}"
            login(text, text, peer, **{"User-Agent": re.sub(
                r"[\r\n]", " ", text)[:1000].encode(
                    "ascii", "replace").decode()})
            login("ada", text, peer)
            site.get(f"/api/token/?{FORGED}".replace(" ", "%20"))
            site.post("/api/register/", username=text, password=text,
                      email=text, headers={"X-Forwarded-For": peer})
            site.post("/api/reset/", email=text,
                      headers={"X-Forwarded-For": peer})
            site.post("/api/token/verify/", token=text)
            site.get("/api/hello/", re.sub(r"[^ -~]", " ", text)[:1000])
        login("a@b.example", "wrong", "192.0.2.1")
        login("ADA", "wrong", "2001:db8::7")
        login("ada", "wrong", "2001:DB8:0:0::8", "2001:db8::8")
        login("ada", "wrong", "::ffff:192.0.2.9", "192.0.2.9")
        # Read from the right: what a client claims itself is on the left.
        login("ada", "wrong", f"{VICTIM}, 192.0.2.10", "192.0.2.10")
        login("ada", "wrong", f"{VICTIM}, 2001:db8::9, 127.0.0.1",
              "2001:db8::9")
        for claim in ("x", f"{VICTIM} x", f"peer={VICTIM}", "", " ",
                      f"{VICTIM},", "300.1.1.1", f"{VICTIM};"):
            login("ada", "wrong", claim, "127.0.0.1")
        # No failure: nobody is to be banned.
        login("ada", PASSWORD, VICTIM)
        login("", "", VICTIM)
        token = site.login("ada")["refresh"]
        for _ in range(2):
            site.post("/api/token/refresh/", refresh=token,
                      headers={"X-Forwarded-For": VICTIM})
        # Without a proxy the header of a client counts nothing.
        with Program(site, "token_obtain") as program:
            body = b'{"username":"ada","password":"wrong"}'
            for peer in ("192.0.2.20", "2001:db8::20"):
                answer = program.call("POST", "/api/token/", body,
                                      REMOTE_ADDR=peer,
                                      HTTP_X_FORWARDED_FOR=VICTIM)
                assert answer.status == 401
                expected[peer] += 1
        yield site.path("log/programs.log"), expected


def test_each_failed_login_is_found_with_its_peer(told):
    log, expected = told
    assert len(expected) > len(HOSTILE) and VICTIM not in expected
    with open(log) as file:
        assert f"peer={VICTIM}" in file.read(), "in a line of another kind"
    assert found(log) == expected


def as_syslog(log, target):
    """The same lines as rsyslog writes them to auth.log."""
    with open(log) as source, open(target, "w") as file:
        for line in source:
            file.write(f"Jan 31 12:00:00 www {line.split(' ', 1)[1]}")
        # And what else stands in there.
        file.write(f"Jan 31 12:00:00 www sshd[77]: Invalid user {FORGED} "
                   f"from {VICTIM} port 22\n")
        file.write(f"Jan 31 12:00:00 www sshd[77]: Failed password for x "
                   f"from {VICTIM} port 22 ssh2\n")


def test_in_the_form_of_syslog(told, tmp_path):
    log, expected = told
    as_syslog(log, tmp_path / "auth.log")
    assert found(str(tmp_path / "auth.log")) == expected


def test_what_was_throttled_is_no_failure(new_site):
    """Who waits was refused already, and is not counted twice."""
    with new_site(throttle="yes", trusted_proxies="127.0.0.1",
                  worker=False) as site:
        site.add_user("ada")
        statuses = [site.post("/api/token/", username="ada", password="wrong",
                              headers={"X-Forwarded-For": "192.0.2.1"}).status
                    for _ in range(9)]
        log = site.path("log/programs.log")
        assert set(statuses) == {401, 429}
        assert found(log) == {"192.0.2.1": statuses.count(401)}


def test_the_jail_is_one_of_fail2ban(tmp_path):
    """fail2ban reads both files and would watch the log; it is not started."""
    folder = tmp_path / "fail2ban"
    shutil.copytree("/etc/fail2ban", folder)
    for other in (folder / "jail.d").iterdir():
        other.unlink()
    log = tmp_path / "postern.log"
    log.write_text("")
    with open(JAIL) as file:
        text = file.read().replace("/var/log/postern/postern.log", str(log))
    (folder / "jail.d" / "postern.conf").write_text(text)
    shutil.copy(FILTER, folder / "filter.d" / "postern.conf")
    done = subprocess.run(
        ["/usr/bin/fail2ban-client", "-c", str(folder), "-d"], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    assert done.returncode == 0, done.stdout
    assert f"['set', 'postern', 'addlogpath', '{log}'" in done.stdout
    assert "['start', 'postern']" in done.stdout
