"""Logs are put aside while who writes them goes on."""

import os
import pwd
import subprocess

import pytest

from support.site import ROOT, wait_for

RULES = os.path.join(ROOT, "deploy/logrotate/postern")


@pytest.fixture
def site(new_site):
    # Behind this server everything belongs to whom the tests run as.
    with new_site(worker=False, web_server="lighttpd-fastcgi") as made:
        yield made


def rotate(site, tmp_path):
    """The rules of deploy/, for the folder of the site."""
    with open(RULES) as file:
        text = file.read()
    user = pwd.getpwuid(os.geteuid()).pw_name
    for old, new in (("/var/log/postern", site.path("log")),
                     ("su postern postern", f"su {user} {user}")):
        assert text.count(old) >= 1
        text = text.replace(old, new)
    rules = tmp_path / "rules"
    rules.write_text(text)
    rules.chmod(0o644)
    # Elsewhere the folder belongs to postern, and to nobody else.
    os.chmod(site.path("log"), 0o755)
    done = subprocess.run(
        ["logrotate", "--force", "--state", tmp_path / "state", rules],
        capture_output=True, text=True,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def size(site, name):
    return os.path.getsize(site.path(f"log/{name}"))


def test_it_goes_on_in_the_same_file(site, tmp_path):
    pids = site.pids()
    for _ in range(3):
        assert site.get("/api/health/").status == 200
    wait_for("a line", lambda: size(site, "access.log") > 0, interval=0.2)
    before = size(site, "access.log")
    rotate(site, tmp_path)
    assert size(site, "access.log.1") >= before
    assert size(site, "access.log") == 0
    site.get("/api/afterwards/")
    wait_for("the next line", lambda: size(site, "access.log") > 0,
             interval=0.2)
    with open(site.path("log/access.log"), "rb") as file:
        text = file.read()
    assert b"/api/afterwards/" in text and b"\0" not in text
    assert site.pids() == pids


def test_each_boot_makes_the_folders(tmp_path):
    rules = os.path.join(ROOT, "deploy/systemd/tmpfiles.conf")
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text(
        "root:x:0:0::/root:/bin/sh\npostern:x:4711:4712::/:/bin/false\n")
    (tmp_path / "etc/group").write_text(
        "root:x:0:\npostern:x:4712:\nwww-data:x:33:\n")
    if os.geteuid() == 0:
        done = subprocess.run(
            ["systemd-tmpfiles", f"--root={tmp_path}", "--create", rules],
            capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        made = os.stat(tmp_path / "run/postern")
        assert (made.st_uid, made.st_gid, made.st_mode & 0o777) == (
            4711, 33, 0o750)
        made = os.stat(tmp_path / "var/log/postern")
        assert (made.st_uid, made.st_gid, made.st_mode & 0o777) == (
            4711, 4712, 0o750)
    else:
        with open(rules) as file:
            assert "d /run/postern 0750 postern www-data -\n" in file.read()
