"""Hooks: postern hook list, retry and key; what check and clean do."""

import base64
import grp
import json
import os
import re
import stat

import pytest

from support.hookroom import SECRET
from support.site import free_port, wait_for


def listed(room, *options):
    return json.loads(room.hook("list", "--json", *options).stdout)


def test_once_counts_and_fails_when_one_failed(room, listener):
    listener.answers = [410, 500]
    for age in (3, 2, 1):
        room.happen(age=age)
    done = room.hook("run", "--once", "--json", check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout) == {
        "sent": 1, "dropped": 0, "waiting": 1, "failed": 1}
    done = room.hook("run", "--once", "--json")
    assert json.loads(done.stdout) == {
        "sent": 0, "dropped": 0, "waiting": 0, "failed": 0}


def test_list_shows_what_waits_and_what_failed(room, listener):
    listener.answers = [410, 500]
    for subject, age in (("ann", 3), ("bob", 2), ("cat", 1)):
        room.happen(subject=subject, age=age)
    room.once(check=False)
    room.happen("reuse", subject=None, age=-3600)
    rows = listed(room)
    assert [(r["user_id"], r["event"], r["state"], r["attempts"])
            for r in rows] == [
        ("ann", "login", "failed", 1), ("bob", "login", "waiting", 1),
        (None, "reuse", "waiting", 0)]
    assert rows[0]["problem"] == "http: status 410"
    assert rows[0]["due_at"] is None
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", rows[1]["due_at"])
    assert [r["state"] for r in listed(room, "--all")] == [
        "waiting", "sent", "waiting", "failed"]
    text = room.hook("list").stdout
    assert "status 500" in text and "cat" not in text


def test_retry_puts_hooks_back(room, listener):
    listener.answers = [410, 500, 204, 410]
    ann, bob, cat = (room.happen(subject=name, age=age) for name, age in (
        ("ann", 3), ("bob", 2), ("cat", 1)))
    room.once(check=False)
    assert room.hook("retry", "--failed").stdout == "1 put back\n"
    room.once(check=False)
    assert room.row(ann)[:2] == ("failed", 1)
    assert room.row(bob)[:2] == (None, 1)
    done = room.hook("retry", "--json", str(ann), str(bob))
    assert json.loads(done.stdout) == {"put_back": 2}
    assert room.once().stdout.startswith("2 sent, ")
    done = room.hook("retry", str(cat), check=False)
    assert done.returncode == 1
    assert f"hook {cat} neither failed nor waits" in done.stderr
    assert [told.json["user_id"] for told in listener.told].count("cat") == 1


def test_retry_wakes_the_worker(room, listener):
    listener.answers = [410]
    number = room.happen()
    room.once(check=False)
    room.start()
    room.hook("retry", str(number))
    wait_for("it is told again", lambda: len(listener.told) == 2, timeout=2)


def test_retry_leaves_a_hook_in_hand(room):
    number = room.happen()
    room.sql("update postern.hooks set attempts = 1, "
             "due_at = now() + interval '5 minutes'")
    assert listed(room)[0]["state"] == "in hand"
    assert room.hook("retry", str(number), check=False).returncode == 1
    assert room.row(number)[1] == 1


@pytest.mark.parametrize("arguments", [
    ["retry"], ["retry", "x"], ["retry", "0"], ["retry", "--failed", "1"],
    ["run", "now"], ["list", "--none"], ["key", "a", "b"]])
def test_wrong_usage(room, arguments):
    done = room.hook(*arguments, check=False)
    assert done.returncode == 2
    assert "usage: postern hook " + arguments[0] in done.stderr


# The key

def is_key(text):
    return (re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=\n", text) and
            len(base64.b64decode(text[6:])) == 32)


def test_a_new_key(room, listener):
    path = room.path("hook.key")
    os.unlink(path)
    assert room.hook("key").stdout == f"made {path}\n"
    with open(path) as file:
        text = file.read()
    assert is_key(text)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    room.happen()
    room.once()
    assert listener.told[0].is_signed(base64.b64decode(text[6:]))


def test_a_key_elsewhere_and_in_json(room):
    path = room.path("other.key")
    done = room.hook("key", path, "--json")
    assert json.loads(done.stdout) == {"done": True, "file": path}
    with open(path) as file:
        assert is_key(file.read())


def test_a_key_is_never_overwritten(room):
    os.symlink(room.path("nothing"), room.path("link"))
    for path in (room.path("hook.key"), room.path("link")):
        done = room.hook("key", path, check=False)
        assert done.returncode == 1
        assert "exists" in done.stderr
    with open(room.path("hook.key")) as file:
        assert file.read() == SECRET + "\n"
    assert not os.path.exists(room.path("nothing"))


def test_a_key_for_a_group(room):
    path = room.path("shared.key")
    group = grp.getgrgid(os.getgid())
    room.hook("key", path, "--group", group.gr_name)
    status = os.stat(path)
    assert stat.S_IMODE(status.st_mode) == 0o640
    assert status.st_gid == group.gr_gid
    done = room.hook("key", room.path("x"), "--group", "nonesuch", check=False)
    assert done.returncode == 1
    assert "nonesuch" in done.stderr
    assert not os.path.exists(room.path("x"))


def test_a_key_where_none_can_be(room):
    done = room.hook("key", "/nonexistent/key", check=False)
    assert done.returncode == 1
    assert "/nonexistent/key" in done.stderr


def test_a_key_without_a_name(room):
    room.configure(hook_key=None, **{
        name: None for name in room.settings if name.startswith("on_")})
    assert room.hook("key", check=False).returncode == 2


# Check

def findings(room, status):
    done = room.postern("check", "--json", check=False)
    assert done.returncode == status, done.stdout
    return [(entry["check"], entry["status"], entry["text"])
            for entry in json.loads(done.stdout)
            if entry["check"] in ("hooks", "hook_key")]


def test_check_looks_at_each_place_once(room, listener):
    assert findings(room, 0) == [
        ("hook_key", "ok", room.path("hook.key")),
        ("hooks", "ok", f"127.0.0.1 port {listener.port} answers")]


def test_check_is_silent_without_hooks(room):
    os.unlink(room.path("hook.key"))
    room.configure(**{name: None for name in room.settings
                      if name.startswith("on_")})
    assert findings(room, 0) == []


@pytest.mark.parametrize("text, mode, words", [
    (None, None, "postern hook key"),
    (SECRET, 0o644, "chmod"),
    ("whsec_c2hvcnQgc2VjcmV0c2hvcnQgc2VjcmU=", 0o600, "24 to 64 bytes"),
    ("secret" * 6, 0o600, "24 to 64 bytes"),
], ids=["missing", "open to others", "short", "no key"])
def test_check_finds_a_wrong_key(room, text, mode, words):
    os.unlink(room.path("hook.key"))
    if text is not None:
        room.write("hook.key", text + "\n", mode)
    check, status, found = findings(room, 1)[0]
    assert (check, status) == ("hook_key", "problem")
    assert words in found
    assert text is None or text not in found


def test_check_warns_of_an_address_where_nobody_is(room):
    port = free_port()
    room.configure(on_reuse=f"https://me:hunter2@127.0.0.1:{port}/x",
                   on_login="https://nonexistent.invalid/")
    warned = [text for _, status, text in findings(room, 0)
              if status == "warning"]
    assert [text.split(";")[0].rsplit(": ", 1)[0] for text in warned] == [
        "on_login: nonexistent.invalid port 443",
        f"on_reuse: 127.0.0.1 port {port}"]
    assert "hunter2" not in "".join(warned)


# Clean

def test_clean_removes_hooks_that_ended_long_ago(room, server):
    waiting = room.happen(age=86400 * 30)
    room.sql("insert into postern.hooks (event, ended_at, ended_as) select "
             "'login', now() - interval '7 days' + interval '30 s', 'failed'")
    room.sql("insert into postern.hooks (event, ended_at, ended_as) select "
             "'login', now() - interval '7 days', 'sent' "
             "from generate_series(1, 1500)")
    before = len(server.logged())
    done = room.postern("clean", "--json")
    assert json.loads(done.stdout)["hooks"] == 1500
    assert server.logged()[before:].count("execute clean_hooks:") == 2
    assert room.value("select count(*) from postern.hooks") == 2
    assert room.ended(waiting) is None
