"""What an endpoint may not do any more once it knows its configuration."""

import os
import subprocess

import pytest

from support.site import BUILD, ROOT

HERE = os.path.dirname(os.path.abspath(__file__))
CALLS = ("start program", "start process", "read process", "serve",
         "unshare", "trace")
# What Landlock refuses; a kernel without it leaves that out.
FILES = ("make folder", "remove folder", "make link", "make pipe",
         "make socket", "remove file", "rename file")
ALLOWED = ("make file", "write file", "read file", "read folder", "resolve")

# The leak check of a sanitizer starts and traces a process.
pytestmark = pytest.mark.plain


@pytest.fixture(scope="module")
def probe(tmp_path_factory):
    path = tmp_path_factory.mktemp("probe") / "probe"
    subprocess.run(
        ["cc", "-Wall", "-Werror", f"-I{ROOT}/lib", "-o", path,
         f"{HERE}/sandbox_probe.c", f"{BUILD}/libpostern.a"], check=True)
    return path


def tried(probe, folder, *how):
    """{what: how it ended}, of one run in a new folder."""
    folder.mkdir()
    (folder / "old-folder").mkdir()
    for name in ("old-file", "log", "written"):
        (folder / name).touch()
    (folder / "no-program").write_text("nothing")
    (folder / "no-program").chmod(0o755)
    done = subprocess.run([probe, *how, folder], check=True, text=True,
                          stdout=subprocess.PIPE)
    return dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())


def test_what_it_may_not(probe, tmp_path):
    free = tried(probe, tmp_path / "free", "free")
    assert {free[name] for name in CALLS + FILES + ALLOWED} == {"done"}
    assert free["privileges"] == "0"
    locked = tried(probe, tmp_path / "locked", "locked")
    assert {name: locked[name] for name in CALLS} == dict.fromkeys(
        CALLS, "EPERM")
    refusal = "EACCES" if free["landlock"] == "done" else "done"
    assert {name: locked[name] for name in FILES} == dict.fromkeys(
        FILES, refusal)
    assert {locked[name] for name in ALLOWED} == {"done"}
    limits = ("files", "core", "processes", "privileges")
    assert [locked[name] for name in limits] == ["1024", "0", "0", "1"]
