"""Passwords known from breaches: making their file, and who looks into it."""

import fcntl
import hashlib
import json
import os
import random
import signal
import subprocess
import time

import pytest

from support.parallel import at_once
from support.site import QUICK, Home, Program, wait_for

SENTENCE = "This password has been found in a data breach."
BREACHED = "correct horse battery staple"
GOOD = "Gleaming-otter-73"


def key_of(password):
    return hashlib.sha1(password.encode()).digest()[:8]


def list_of(keys):
    """The file that lib/breached.h describes, made independently."""
    keys = sorted(set(keys))
    return (b"postern-breached" + (1).to_bytes(8, "big")
            + len(keys).to_bytes(8, "big") + b"".join(keys))


@pytest.fixture
def bare():
    made = Home("host=/nonexistent dbname=none", QUICK)
    yield made
    reports = made.sanitizer_reports()
    made.remove()
    assert not reports, reports


def build(home, *arguments, stdin=None, status=0):
    done = home.postern("breached", "build", *arguments, stdin=stdin,
                        check=False)
    assert done.returncode == status, (done.stdout, done.stderr)
    return done


def read(path):
    with open(path, "rb") as file:
        return file.read()


def leftovers(home):
    return [name for name in os.listdir(home.directory)
            if name.endswith(".new")]


# Making the file

@pytest.fixture(scope="module")
def passwords():
    """Some hundred thousand, a few of them twice."""
    numbers = random.Random(1)
    return [f"pass{numbers.randrange(10 ** 7)}" for _ in range(300000)]


FORMS = ["sorted hashes", "hashes in any order", "hashes in falling order",
         "passwords"]


@pytest.mark.parametrize("memory", ["1", "64"])
@pytest.mark.parametrize("form", FORMS)
def test_the_file_is_sorted_and_has_each_once(bare, passwords, form, memory):
    """With 1 MiB the keys do not fit and are merged from the disk."""
    hashes = [hashlib.sha1(p.encode()).hexdigest() for p in passwords]
    if form == "sorted hashes":
        lines = [f"{h.upper()}:{n % 50 + 1}\r"
                 for n, h in enumerate(sorted(hashes))]
    elif form == "hashes in any order":
        lines = hashes
    elif form == "hashes in falling order":
        lines = sorted(hashes, reverse=True)
    else:
        lines = passwords
    bare.write("input", "\n".join(lines) + "\n")
    options = ["--plain"] if form == "passwords" else []
    done = build(bare, bare.path("input"), bare.path("list"), "--memory",
                 memory, "--json", *options)
    expected = list_of(map(key_of, passwords))
    assert read(bare.path("list")) == expected
    assert json.loads(done.stdout) == {
        "done": True, "file": bare.path("list"), "lines": len(passwords),
        "hashes": len(set(passwords)), "bytes": len(expected)}
    assert not leftovers(bare)


@pytest.mark.parametrize("text,keys", [
    ("", []), ("\n\r\n", []), ("password", ["password"]),
    ("a\r\nb\n\na", ["a", "b"]), ("pässwörd \n", ["pässwörd "])])
def test_small_lists(bare, text, keys):
    bare.write("input", "")
    with open(bare.path("input"), "wb") as file:
        file.write(text.encode())
    build(bare, bare.path("input"), bare.path("list"), "--plain")
    assert read(bare.path("list")) == list_of(map(key_of, keys))


def test_from_a_pipe_and_only_those_seen_often(bare):
    lines = "".join(
        f"{hashlib.sha1(name.encode()).hexdigest()}:{seen}\n"
        for name, seen in (("once", 1), ("ten", 10), ("eleven", 11)))
    build(bare, "-", bare.path("list"), "--seen", "10", stdin=lines)
    assert read(bare.path("list")) == list_of(
        [key_of("ten"), key_of("eleven")])


def test_sizes_are_told(bare):
    bare.write("input", "one\ntwo\n")
    said = build(bare, bare.path("input"), bare.path("list"),
                 "--plain").stdout
    assert "2 hashes of 2 lines, 48 bytes" in said
    # 2^64 / 2
    assert "9e+18" in said


HEX = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8"


@pytest.mark.parametrize("line", [
    "hunter2-hunter2", HEX[:-1], HEX + "0", HEX + ":", HEX + ":x", HEX + ":1 ",
    HEX + ":-1", HEX + ":" + "9" * 20, " " + HEX, "G" + HEX[1:],
    HEX + " :1"])
def test_what_is_no_hash_is_told_with_its_line(bare, line):
    bare.write("list", "the old one")
    bare.write("input", f"{HEX}:3\n{HEX}\n{line}\n")
    said = build(bare, bare.path("input"), bare.path("list"),
                 status=1).stderr
    assert "line 3" in said and "--plain" in said
    assert line not in said
    assert read(bare.path("list")) == b"the old one"
    assert not leftovers(bare)


def test_where_it_cannot_be_written_or_read(bare):
    bare.write("input", "one\n")
    for arguments in ((bare.path("none"), bare.path("list")),
                      (bare.path("input"), bare.path("none/list")),
                      (bare.path("run"), bare.path("list"))):
        said = build(bare, *arguments, "--plain", status=1).stderr
        assert "directory" in said
    assert not os.path.exists(bare.path("list"))
    assert not leftovers(bare)


@pytest.mark.parametrize("arguments", [
    [], ["a"], ["a", "b", "c"], ["a", "b", "--seen", "0"],
    ["a", "b", "--memory", "x"], ["a", "b", "--fly"]])
def test_wrong_usage(bare, arguments):
    assert "usage:" in build(bare, *arguments, status=2).stderr


def test_a_full_disk_leaves_the_old_file(bare, passwords, build_directory):
    bare.write("list", "the old one")
    bare.write("input", "\n".join(passwords) + "\n")
    done = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -f 1000; trap "" XFSZ; exec "$@"', "sh",
         os.path.join(build_directory, "postern"), "breached", "build",
         bare.path("input"), bare.path("list"), "--plain"],
        stderr=subprocess.PIPE, text=True, env=bare.environment())
    assert done.returncode == 1
    assert "too large" in done.stderr
    assert read(bare.path("list")) == b"the old one"
    assert not leftovers(bare)


@pytest.fixture
def build_directory(build):
    return build


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_leaves_the_old_file(bare, build_directory, number):
    bare.write("list", "the old one")
    with subprocess.Popen(
            [os.path.join(build_directory, "postern"), "breached", "build",
             "-", bare.path("list"), "--plain"], stdin=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
            env=bare.environment()) as process:
        wait_for("it has begun", lambda: leftovers(bare))
        time.sleep(0.2)
        process.send_signal(number)
        assert "nothing is made" in process.communicate(timeout=20)[1]
    assert process.returncode == 1
    assert read(bare.path("list")) == b"the old one"
    assert not leftovers(bare)


def test_two_at_once_do_not_mix(bare):
    bare.write("input", "one\n")
    with open(bare.path("list.new"), "w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        said = build(bare, bare.path("input"), bare.path("list"), "--plain",
                     status=1).stderr
        assert "another build" in said
        assert leftovers(bare) == ["list.new"]
    # What a killed one has left behind is no obstacle.
    build(bare, bare.path("input"), bare.path("list"), "--plain")
    assert read(bare.path("list")) == list_of([key_of("one")])


# Looking into it

def write_list(home, passwords):
    with open(home.path("breached.new"), "wb") as file:
        file.write(list_of(map(key_of, passwords)))
    os.rename(home.path("breached.new"), home.path("breached"))


@pytest.fixture
def listed(home):
    """A home whose list has BREACHED among ten thousand others."""
    write_list(home, [f"other {n}" for n in range(10000)] + [BREACHED])
    home.configure(breached_passwords=home.path("breached"))
    return home


def register(program, password, name="ada", **more):
    body = json.dumps(dict(
        {"username": name, "email": f"{name}@example.com",
         "password": password}, **more)).encode()
    return program.call("POST", "/api/register/", body)


def test_register_refuses_it(listed):
    with Program(listed, "register") as program:
        answer = register(program, BREACHED)
        assert (answer.status, answer.json()) == (
            400, {"password": [SENTENCE]})
        # another case or a blank behind it is another password
        assert register(program, BREACHED.upper(), "eve").status == 201
        assert register(program, BREACHED + " ", "fay").status == 201
        assert register(program, GOOD).status == 201


def test_every_password_of_the_list_is_found_and_no_other(listed):
    names = [f"listed-pass {n}" for n in range(500)]
    write_list(listed, names)
    with Program(listed, "register") as program:
        # short names keep the accounts apart; nothing is stored meanwhile
        for name in names:
            answer = register(program, name, "ada")
            assert answer.json() == {"password": [SENTENCE]}, name
        for n in range(20):
            answer = register(program, f"unlisted-pass {n}", f"user{n}")
            assert answer.status == 201


def test_it_comes_after_the_other_faults(listed):
    write_list(listed, ["123456"])
    with Program(listed, "register") as program:
        assert register(program, "123456").json() == {"password": [
            "This password is too short. It must contain at least 8 "
            "characters.", "This password is too common.",
            "This password is entirely numeric.", SENTENCE]}


def test_reset_refuses_it(listed):
    with Program(listed, "reset") as program:
        body = json.dumps({"uid": "x", "token": "y",
                           "new_password": BREACHED}).encode()
        answer = program.call("POST", "/api/reset/confirm/", body)
        assert (answer.status, answer.json()) == (
            400, {"new_password": [SENTENCE]})


def test_the_operator_is_told_too(listed):
    add = ["user", "add", "ada", "--email", "ada@example.com"]
    said = listed.postern(*add, stdin=BREACHED + "\n", check=False)
    assert (said.returncode, said.stdout) == (1, "")
    assert SENTENCE in said.stderr
    listed.postern(*add, "--force", stdin=BREACHED + "\n")
    said = listed.postern("user", "password", "ada", stdin=BREACHED + "\n",
                          check=False)
    assert said.returncode == 1 and SENTENCE in said.stderr
    listed.postern("user", "password", "ada", stdin=GOOD + "\n")


def damage(home, how):
    path = home.path("breached")
    content = read(path)
    if how == "missing":
        os.unlink(path)
        return
    with open(path, "wb") as file:
        file.write({
            "empty": b"",
            "cut": content[:-8],
            "cut within a key": content[:-3],
            "longer": content + b"12345678",
            "of something else": b"x" * len(content),
            "another version": content[:23] + b"\2" + content[24:],
            "unsorted": content[:32] + content[32:][::-1],
        }[how])


HOWS = ["missing", "empty", "cut", "cut within a key", "longer",
        "of something else", "another version", "unsorted"]


@pytest.mark.parametrize("how", HOWS)
def test_without_its_file_nobody_sets_a_password(listed, how):
    """503, logged once for each change; and it heals by itself."""
    good = read(listed.path("breached"))
    damage(listed, how)
    with Program(listed, "register") as program:
        for _ in range(3):
            answer = register(program, GOOD)
            assert answer.status == 503
            assert answer.json() == {"detail": "Service temporarily "
                                     "unavailable, try again later."}
        assert listed.logged().count("breached_passwords: ") == 1
        assert listed.path("breached") in listed.logged()
        with open(listed.path("breached"), "wb") as file:
            file.write(good)
        assert register(program, GOOD).status == 201
        assert register(program, BREACHED, "eve").status == 400
        assert listed.logged().count("it can be read now") == 1


@pytest.mark.parametrize("how", HOWS)
def test_check_tells_of_it(listed, how):
    def findings():
        done = listed.postern("check", "--json", check=False)
        return [(f["status"], f["text"]) for f in json.loads(done.stdout)
                if f["check"] == "breached"]

    assert findings() == [("ok", "10001 hashes")]
    damage(listed, how)
    (status, text), = findings()
    assert status == "problem"
    assert listed.path("breached") in text


def test_logins_do_not_need_it(listed):
    listed.postern("user", "add", "ada", "--email", "ada@example.com",
                   stdin=GOOD + "\n")
    damage(listed, "missing")
    with Program(listed, "token_obtain") as program:
        body = json.dumps({"username": "ada", "password": GOOD}).encode()
        assert program.call("POST", "/api/token/", body).status == 200


def test_a_new_list_is_taken_up_while_requests_run(listed):
    with Program(listed, "register") as program:
        def ask(number):
            if number % 5 == 0:
                write_list(listed, [BREACHED, f"new {number}"])
            return register(program, BREACHED).status

        assert set(at_once(1, lambda _: ask(0))) == {400}
        for number in range(30):
            assert ask(number) == 400
        write_list(listed, ["another"])
        assert register(program, BREACHED).status == 201
