"""systemd's units, as systemd itself reads them."""

import glob
import os
import re
import subprocess

import pytest

from support.site import BUILD, ROOT

UNITS = os.path.join(ROOT, "deploy", "systemd")
SERVICES = ["postern-mail", "postern-hook", "postern-clean"]
COMMAND = re.compile(r"^ExecStart=/usr/local/bin/postern (.*)$", re.M)


def read(name):
    with open(os.path.join(UNITS, name)) as file:
        return file.read()


def analyze(*arguments):
    return subprocess.run(["systemd-analyze", *arguments], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})


@pytest.fixture
def installed(tmp_path):
    """The units in a folder, with the command of this build."""
    for path in glob.glob(f"{UNITS}/postern-*"):
        name = os.path.basename(path)
        (tmp_path / name).write_text(read(name).replace(
            "/usr/local/bin/postern", f"{BUILD}/postern"))
    return tmp_path


@pytest.mark.parametrize("unit", [f"{name}.service" for name in SERVICES]
                         + ["postern-clean.timer"])
def test_systemd_finds_no_fault(installed, unit):
    done = analyze("verify", str(installed / unit))
    assert (done.returncode, done.stdout) == (0, "")


def test_systemd_would_find_one(installed):
    unit = installed / "postern-mail.service"
    unit.write_text(unit.read_text().replace("ProtectHome=yes",
                                             "ProtectHom=yes"))
    assert "ProtectHom" in analyze("verify", str(unit)).stdout


@pytest.fixture
def programs(installed):
    """The same, with the programs of this build."""
    for name in ("postern.target", "postern@.service", "postern@.socket"):
        (installed / name).write_text(read(name).replace(
            "/usr/local/lib/postern", f"{BUILD}/cgi-bin"))
    return installed


def test_each_program_has_a_socket_and_a_pool(programs):
    names = re.findall(r"^Wants=postern@(\w+)\.socket$",
                       read("postern.target"), re.M)
    # The gate's is a matter of the site that has one.
    assert sorted(names + ["authorize"]) == sorted(
        os.path.splitext(name)[0]
        for name in glob.glob("*.c", root_dir=os.path.join(ROOT, "cgi-bin")))
    for name in names:
        unit = str(programs / f"postern@{name}.service")
        done = analyze("verify", unit)
        assert (done.returncode, done.stdout) == (0, ""), name
    done = analyze("verify", str(programs / "postern.target"))
    assert (done.returncode, done.stdout) == (0, "")


def test_a_program_may_do_little(programs):
    """The exposure that systemd counts, of 10: 1.0 at most."""
    done = analyze("security", "--offline=true", "--threshold=10",
                   str(programs / "postern@hello.service"))
    assert done.returncode == 0, done.stdout


def test_only_the_web_server_reaches_the_sockets():
    lines = read("postern@.socket").splitlines()
    assert {"SocketUser=postern", "SocketGroup=www-data",
            "SocketMode=0660", "ListenStream=/run/postern/%i"} <= set(lines)


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_may_do_little(installed, name):
    done = analyze("security", "--offline=true", "--threshold=10",
                   str(installed / f"{name}.service"))
    assert done.returncode == 0, done.stdout


def test_what_lifts_it_for_sendmail_lifts_all_that_forbids_setuid(installed):
    """
    systemd.exec(5): each of these implies NoNewPrivileges for a user, or leaves
    no other user there.
    """
    folder = installed / "postern-mail.service.d"
    folder.mkdir()
    (folder / "sendmail.conf").write_text(read("sendmail.conf"))
    done = analyze("verify", str(installed / "postern-mail.service"))
    assert (done.returncode, done.stdout) == (0, "")
    implying = ("SystemCallFilter", "SystemCallArchitectures",
                "RestrictAddressFamilies", "RestrictNamespaces",
                "PrivateDevices", "PrivateUsers", "ProtectKernelTunables",
                "ProtectKernelModules", "ProtectKernelLogs", "ProtectClock",
                "MemoryDenyWriteExecute", "RestrictRealtime",
                "RestrictSUIDSGID", "LockPersonality", "NoNewPrivileges",
                "ProtectHostname")
    used = set(re.findall(r"^(\w+)=", read("postern-mail.service"), re.M))
    lifted = set(re.findall(r"^(\w+)=(?:no|)$", read("sendmail.conf"), re.M))
    assert used & set(implying) <= lifted


@pytest.mark.parametrize("name", SERVICES)
def test_the_command_of_a_unit_exists(name):
    command, = COMMAND.findall(read(f"{name}.service"))
    done = subprocess.run([f"{BUILD}/postern", "--help"], text=True,
                          stdout=subprocess.PIPE, check=True)
    assert re.search(rf"^ *{command}\b", done.stdout, re.M), done.stdout
