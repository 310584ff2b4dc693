"""What make shared-hosting makes, beside what is served (other files)."""

import os
import re
import subprocess

import pytest

from support.servers import ROOT
from support.site import BUILD

HOSTING = f"{ROOT}/deploy/shared-hosting"
OF_THE_C_LIBRARY = re.compile(
    r"^(ld-linux|linux-vdso|lib(c|m|dl|rt|pthread|resolv)\.so)")


@pytest.fixture
def upload(tmp_path):
    """The two folders, for a host where they are here."""
    subprocess.run(["sh", f"{HOSTING}/assemble.sh", BUILD, tmp_path, "htdocs",
                    tmp_path], check=True)
    return tmp_path


def set_up(upload):
    return subprocess.run(["sh", upload / "postern/setup.sh"], cwd="/",
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True)


def edit(upload, *pairs):
    path = upload / "postern/postern.conf"
    text = path.read_text()
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text)


def test_tables_and_a_key_are_made_once(upload, server, new_database):
    database = new_database()
    edit(upload, ("host=localhost dbname=NAME user=USER password=PASSWORD",
                  server.dsn(database)),
         ("mail_transport = sendmail",
          f"mail_transport = folder\nmail_folder = {upload}"))
    (upload / "postern/postern.conf").chmod(0o644)
    first = set_up(upload)
    assert first.returncode == 0, first
    assert os.stat(upload / "postern/postern.conf").st_mode & 0o777 == 0o600
    key, = (upload / "postern/keys").glob("*.key")
    text = key.read_text()
    assert "problem" not in first.stdout
    second = set_up(upload)
    assert second.returncode == 0, second
    assert list((upload / "postern/keys").glob("*.key")) == [key]
    assert key.read_text() == text


def test_it_says_what_to_edit_first(upload):
    done = set_up(upload)
    assert done.returncode == 1
    assert f"{upload}/postern/postern.conf" in done.stderr
    assert not os.path.exists(upload / "postern/keys")


def test_each_path_is_the_hosts(upload):
    for folder, _, names in os.walk(upload):
        for name in names:
            path = os.path.join(folder, name)
            if name.endswith((".fcgi", ".html", ".txt")):
                continue
            with open(path, "rb") as file:
                text = file.read()
            assert b"/home/ada" not in text, path
            assert b"public_html" not in text, path
    crontab = (upload / "postern/crontab").read_text()
    assert f"{upload}/postern/postern mail run" in crontab


def test_nothing_secret_is_in_the_folder_that_is_served(upload):
    served = {name for _, _, names in os.walk(upload / "htdocs")
              for name in names}
    assert "hello.fcgi" in served and "signin.html" in served
    assert not served & {"postern", "postern.conf", "crontab", "setup.sh",
                         "authorize.fcgi"}
    assert os.stat(upload / "postern").st_mode & 0o077 == 0


def test_a_home_that_is_no_path_is_refused(tmp_path):
    done = subprocess.run(
        ["sh", f"{HOSTING}/assemble.sh", BUILD, "ada", "htdocs", tmp_path],
        capture_output=True, text=True)
    assert done.returncode == 2 and "/home/ada" in done.stderr
    assert os.listdir(tmp_path) == []


def test_of_the_host_only_the_c_library_is_needed(tmp_path):
    programs = [f"{BUILD}/cgi-bin/hello", f"{BUILD}/postern"]
    done = subprocess.run(
        ["sh", f"{HOSTING}/libraries.sh", tmp_path, *programs],
        capture_output=True, text=True, check=True)
    assert re.search(r"GNU, 2\.\d+ or newer", done.stdout)
    assert not [name for name in os.listdir(tmp_path)
                if OF_THE_C_LIBRARY.match(name)]
    for program in programs:
        said = subprocess.run(
            ["ldd", program], capture_output=True, text=True, check=True,
            env={"LD_LIBRARY_PATH": str(tmp_path), "PATH": "/usr/bin:/bin"})
        for line in said.stdout.splitlines():
            name, _, place = line.strip().partition(" => ")
            name = os.path.basename(name.split()[0])
            assert OF_THE_C_LIBRARY.match(name) or place.startswith(
                f"{tmp_path}/"), line
