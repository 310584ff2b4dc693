"""mail_delivery: a worker, cron, or what a program starts after its answer."""

import contextlib
import glob
import os
import signal
import socket
import subprocess
import time

import pytest

from support import fastcgi
from support.mailroom import SENDMAIL
from support.parallel import at_once, statuses
from support.site import BUILD, Program, children, wait_for

# Notes what it was started with, in the place of postern. A pipeline would be
# among the files of the shell, and beside what it starts the shell blocks all
# signals for a moment: it reads its own state itself.
COMMAND = """#!/bin/sh
number=$$
{{
printf 'argument %s\\n' "$@"
env | sed 's/^/variable /'
ls -l /proc/$$/fd >{0}/$number.files
sed -n 's/^.* \\([0-9]*\\) -> \\(.*\\)$/file \\1 \\2/p' {0}/$number.files
while read -r name mask; do
case $name in SigIgn:|SigBlk:) echo "signals $name $mask";; esac
done </proc/$$/status
echo "session $(cut -d' ' -f6 /proc/$$/stat) $$"
}} >{0}/$number.new
mv {0}/$number.new {0}/$number.started
{1}
"""


def reset(site, name="alice"):
    answer = site.post("/api/reset/", email=f"{name}@example.com")
    assert answer.status == 204


def replace(site, then=""):
    """Sets a program of ours in the place of postern."""
    os.makedirs(site.path("started"), exist_ok=True)
    site.give(site.path("started"))
    site.write("command", COMMAND.format(site.path("started"), then), 0o755)
    site.configure(mail_command=site.path("command"))
    time.sleep(1.2)  # the programs look at most once a second


def started(site, number=1):
    wait_for(f"{number} started", lambda: len(
        glob.glob(site.path("started/*.started"))) >= number)
    with open(glob.glob(site.path("started/*.started"))[0]) as file:
        return file.read().splitlines()


@pytest.fixture(scope="module")
def spawn_site(new_site):
    with new_site(mail_delivery="spawn", worker=False, processes=2) as site:
        yield site


@pytest.fixture
def site(spawn_site):
    spawn_site.forget()
    return spawn_site


def test_a_letter_leaves_without_a_worker(site):
    site.add_user("alice")
    reset(site)
    uid, token = site.ticket("alice@example.com")
    assert site.post("/api/reset/confirm/", uid=uid, token=token,
                     new_password="N3w-passw0rd-x").status == 204
    site.letter("alice@example.com", 2)
    assert site.post("/api/register/", username="bob", password="N3w-passw0rd",
                     email="bob@example.com").status == 201
    uid, token = site.ticket("bob@example.com")
    assert site.post("/api/activate/", uid=uid, token=token).status == 204
    access = site.login("bob", "N3w-passw0rd")["access"]
    assert site.post("/api/me/email/", bearer=access, new_email="b@x.org",
                     current_password="N3w-passw0rd").status == 204
    uid, token = site.ticket("b@x.org")
    assert site.post("/api/me/email/confirm/", uid=uid,
                     token=token).status == 204
    uid, token = site.ticket("bob@example.com", 2)
    assert site.post("/api/me/email/undo/", uid=uid, token=token).status == 204
    site.letter("bob@example.com", 3)


def test_no_letter_is_left_by_many_at_once(site):
    count = 30
    for number in range(count):
        site.sql("insert into postern.users (username, username_canonical, "
                 "email, email_canonical, password, verified_at) values "
                 "(%s, %s, %s, %s, '', now())",
                 *[f"u{number}"] * 2, *[f"u{number}@example.com"] * 2)
    answers = at_once(count, lambda n: site.post(
        "/api/reset/", email=f"u{n}@example.com"))
    assert statuses(answers) == {204: count}
    wait_for("all letters", lambda: len(site.letters()) == count, timeout=30)
    assert len({letter["Message-ID"] for letter in site.letters()}) == count


@pytest.mark.waiting
def test_nothing_is_left_of_what_was_started(site):
    site.add_user("alice")
    pids = site.pids("reset")
    for number in range(6):
        reset(site)
    site.settle()
    wait_for("no children", lambda: [
        child for pid in pids for child in children(pid)] == [])
    assert site.pids("reset") == pids


def test_what_it_is_started_with(site):
    site.add_user("alice")
    replace(site)
    reset(site)
    lines = started(site)
    site.configure(mail_command=None)
    assert [line.split(" ", 1)[1] for line in lines
            if line.startswith("argument")] == [
                "mail", "run", "--once", "--detached", "--config",
                site.path("postern.conf")]
    files = dict(line.split()[1:] for line in lines
                 if line.startswith("file"))
    # the shell has its script open, and what it has put aside
    assert not any("socket:" in to or "pipe:" in to
                   for to in files.values()), files
    assert files["0"] == "/dev/null"
    # nothing is blocked; ignored are neither SIGPIPE (13) nor SIGCHLD (17)
    signals = dict(line.split()[1:] for line in lines
                   if line.startswith("signals"))
    assert int(signals["SigBlk:"], 16) == 0
    assert int(signals["SigIgn:"], 16) & (1 << 12 | 1 << 16) == 0
    session, own = [line.split()[1:] for line in lines
                    if line.startswith("session")][0]
    assert session == own


@pytest.mark.waiting
def test_the_answer_does_not_wait_for_it(site):
    """It is sent, and the next one too, while what was started still runs."""
    site.add_user("alice")
    replace(site, then=f"read -r line <{site.path('started')}/gate")
    os.mkfifo(site.path("started/gate"))
    reset(site)
    started(site, 2)
    for _ in range(3):
        reset(site)
    gate = os.open(site.path("started/gate"), os.O_RDWR)
    os.write(gate, b"\n" * 10)
    site.configure(mail_command=None)
    wait_for("all have ended", lambda: [
        child for pid in site.pids("reset") for child in children(pid)] == [])
    os.close(gate)


def test_a_failure_is_logged_and_not_told(site):
    site.add_user("alice")
    site.configure(mail_command=site.path("missing"))
    time.sleep(1.2)
    reset(site)
    wait_for("a line", lambda: f"mail: {site.path('missing')} cannot be "
             "started: No such file or directory" in site.logged())
    site.configure(mail_command=None)
    time.sleep(1.2)
    # what waited leaves with the next one
    reset(site)
    site.letter("alice@example.com", 2)


def test_what_orders_no_letter_starts_nothing(site):
    site.add_user("alice")
    replace(site)
    for path in glob.glob(site.path("started/*.started")):
        os.unlink(path)
    site.login("alice")
    assert site.post("/api/reset/", email="no address").status == 400
    time.sleep(0.5)
    assert glob.glob(site.path("started/*.started")) == []
    site.configure(mail_command=None)


def confinement(pid):
    """What the kernel says of a process: new privileges, seccomp."""
    with open(f"/proc/{pid}/status") as file:
        lines = dict(line.split(":", 1) for line in file)
    return lines["NoNewPrivs"].strip(), lines["Seccomp"].strip()


def confined(site):
    """Of all programs; a courier may end while we look."""
    found = set()
    for pid in site.pids():
        try:
            found.add(confinement(pid))
        except FileNotFoundError:
            pass
    return found


@pytest.mark.waiting
def test_sendmail_may_have_rights_of_its_own(site):
    """What is started is not held to the rights of this process."""
    reset(site)
    assert confined(site) == {confinement("self")}


@pytest.mark.waiting
def test_otherwise_no_program_starts_another(new_site):
    with new_site(worker=False) as site:
        site.add_user("alice")
        reset(site)
        pids = site.pids("reset")
        assert {confinement(pid) for pid in pids} == {("1", "2")}
        site.configure(mail_delivery="spawn")
        time.sleep(1.2)  # the programs look at most once a second
        reset(site)
        wait_for("another process", lambda: site.pids("reset")
                 and not set(site.pids("reset")) & set(pids))
        reset(site)
        site.letter("alice@example.com", 3)


@pytest.mark.waiting
def test_another_configuration_than_the_one_at_the_start(new_site):
    """The web server may name one that spawns, the environment another."""
    with new_site(mail_delivery="worker", worker=False) as site:
        site.add_user("alice")
        site.write("spawn.conf", "".join(
            f"{name} = {value}\n" for name, value in dict(
                site.settings, mail_delivery="spawn").items()))
        with Program(site, "reset") as program:
            answer = program.call(
                "POST", "/api/reset/", b'{"email": "alice@example.com"}',
                POSTERN_CONFIG=site.path("spawn.conf"))
            assert answer.status == 204
            site.letter("alice@example.com")
            assert program.is_alive()


def cgi(site, body, **more):
    values = fastcgi.parameters("POST", "/api/reset/", body)
    values.update(more)
    return subprocess.run(
        [os.path.join(BUILD, "cgi-bin", "reset")], input=body, timeout=20,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=site.environment(**values))


def test_as_cgi(site):
    """The answer ends with the program: nobody holds its pipes open."""
    site.add_user("alice")
    body = b'{"email": "alice@example.com"}'
    replace(site, then="sleep 5")
    for path in glob.glob(site.path("started/*.started")):
        os.unlink(path)
    began = time.monotonic()
    done = cgi(site, body, HTTP_X_SECRET="s3cret", HTTP_PROXY="http://evil")
    took = time.monotonic() - began
    assert fastcgi.answer(done.stdout).status == 204
    assert took < 5
    lines = started(site)
    assert not any(line.startswith(("variable HTTP_", "variable REQUEST_",
                                    "variable CONTENT_")) for line in lines)
    site.configure(mail_command=None)
    done = cgi(site, body)
    assert fastcgi.answer(done.stdout).status == 204
    site.letter("alice@example.com")


def test_as_cgi_whose_client_has_left(site):
    """
    Who has read the answer leaves, and some web servers end the program then:
    the letter that was promised leaves all the same.
    """
    site.add_user("alice")
    body = b'{"email": "alice@example.com"}'
    end, pipe = os.pipe()
    os.set_blocking(pipe, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(pipe, b"x" * 4096)
    os.set_blocking(pipe, True)
    program = subprocess.Popen(
        [os.path.join(BUILD, "cgi-bin", "reset")], stdin=subprocess.PIPE,
        stdout=pipe, stderr=subprocess.DEVNULL, cwd="/",
        env=site.environment(**fastcgi.parameters("POST", "/api/reset/", body)))
    os.close(pipe)
    program.stdin.write(body)
    program.stdin.close()
    wait_for("the letter is ordered", lambda: site.value(
        "select count(*) from postern.outbox") == 1)
    time.sleep(0.5)  # now it writes to a pipe that is full
    program.send_signal(signal.SIGTERM)
    with os.fdopen(end, "rb") as answer:
        assert b"Status: 204" in answer.read()
    assert program.wait(10) == 0
    site.letter("alice@example.com")


def test_it_is_found_where_make_install_puts_it(new_site, tmp_path):
    """PREFIX/lib/postern/reset, PREFIX/bin/postern."""
    lib, place = tmp_path / "lib" / "postern", tmp_path / "bin"
    lib.mkdir(parents=True)
    place.mkdir()
    with new_site(mail_delivery="spawn", worker=False) as site:
        site.add_user("alice")
        os.link(os.path.join(BUILD, "cgi-bin", "reset"), lib / "reset") \
            if os.stat(BUILD).st_dev == os.stat(tmp_path).st_dev else \
            subprocess.run(["cp", os.path.join(BUILD, "cgi-bin", "reset"),
                            lib / "reset"], check=True)
        subprocess.run(["cp", os.path.join(BUILD, "postern"),
                        place / "postern"], check=True)
        body = b'{"email": "alice@example.com"}'
        subprocess.run([lib / "reset"], input=body, check=True, timeout=20,
                       stdout=subprocess.DEVNULL, env=site.environment(
                           **fastcgi.parameters("POST", "/api/reset/", body)))
        site.letter("alice@example.com")


def test_spawn_needs_a_connection_of_its_own(new_site):
    with new_site(worker=False) as site:
        site.configure(mail_delivery="spawn", prepared_statements="no")
        done = site.postern("mail", "list", check=False)
        assert done.returncode == 1
        assert "mail_delivery: spawn needs a connection" in done.stderr


def test_a_second_one_leaves_at_once(new_site):
    with new_site(worker=False) as site:
        site.add_user("alice")
        reset(site)
        # the lock of somebody who delivers
        site.sql("select pg_advisory_lock(7056842918)")
        done = site.postern("mail", "run", "--once", "--detached")
        assert (done.stdout, done.stderr) == ("", "")
        assert site.letters() == []
        site.sql("select pg_advisory_unlock(7056842918)")
        done = site.postern("mail", "run", "--once", "--detached")
        assert (done.stdout, done.stderr) == ("", "")
        site.letter("alice@example.com")
        assert "mail: letter" in site.logged()
        # for an operator there is no lock
        reset(site)
        site.sql("select pg_advisory_lock(7056842918)")
        assert site.postern("mail", "run", "--once").stdout.startswith(
            "1 sent, ")


def test_what_is_ordered_while_one_is_about_to_leave(new_site):
    """It looks once more when the next one may begin."""
    with new_site(worker=False) as site:
        site.add_user("alice")
        os.makedirs(site.path("out"))
        os.mkfifo(site.path("out/gate"))
        site.write("out/status", "0")
        site.write("sendmail", SENDMAIL.format(site.path("out")), 0o755)
        site.configure(mail_transport="sendmail",
                       sendmail=site.path("sendmail"))
        time.sleep(1.2)
        reset(site)
        with subprocess.Popen(
                [os.path.join(BUILD, "postern"), "mail", "run", "--once",
                 "--detached", "--config", site.path("postern.conf")],
                env=site.environment()) as first:
            wait_for("it is sending", lambda: glob.glob(
                site.path("out/*.letter")))
            reset(site)
            site.postern("mail", "run", "--once", "--detached")
            assert len(glob.glob(site.path("out/*.letter"))) == 1
            with open(site.path("out/gate"), "w") as gate:
                gate.write("\n")
            os.unlink(site.path("out/gate"))
            assert first.wait(20) == 0
        assert len(glob.glob(site.path("out/*.letter"))) == 2


def test_two_of_cron_at_once(new_site):
    with new_site(mail_delivery="cron", worker=False) as site:
        count = 20
        for number in range(count):
            site.sql("insert into postern.users (username, "
                     "username_canonical, email, email_canonical, password, "
                     "verified_at) values (%s, %s, %s, %s, '', now())",
                     *[f"u{number}"] * 2, *[f"u{number}@example.com"] * 2)
            reset(site, f"u{number}")
        assert site.letters() == []
        done = at_once(2, lambda _: site.postern("mail", "run", "--once"))
        assert sum(int(d.stdout.split()[0]) for d in done) == count
        assert len({letter["Message-ID"] for letter in site.letters()}) \
            == len(site.letters()) == count


def test_a_worker_is_woken(new_site):
    """Well before it would look by itself, every 10 s."""
    with new_site() as site:
        site.add_user("alice")
        site.add_user("bob")
        reset(site)
        site.letter("alice@example.com")
        time.sleep(1)
        reset(site, "bob")
        site.letter("bob@example.com", timeout=5)


def test_no_socket_is_open_in_what_is_started(new_site):
    """The connection to the database and the listening socket stay here."""
    with new_site(mail_delivery="spawn", worker=False) as site:
        site.add_user("alice")
        replace(site)
        with Program(site, "reset") as program:
            body = b'{"email": "alice@example.com"}'
            assert program.call("POST", "/api/reset/", body).status == 204
            assert program.call("POST", "/api/reset/", body).status == 204
            held = []
            for path in glob.glob(f"/proc/{program.pid}/fd/*"):
                with contextlib.suppress(FileNotFoundError):  # closed since
                    held.append(os.readlink(path))
            assert any("socket:" in to for to in held)
            lines = started(site)
            assert not any("socket:" in line for line in lines)
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(program.socket)
