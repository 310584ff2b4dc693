"""Programs with a fault that is put into them, to see that a test finds it."""

import os
import shutil
import subprocess

from .site import BUILD, ROOT, is_sanitized


def replace(path, old, new):
    """Replaces the one occurrence; fails when there is not one."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert text.count(old) == 1, (
        f"{path} has changed: there is not one place to spoil:\n{old}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(old, new))


def sabotaged(folder, program, changes):
    """
    Copies the sources and what is built of them into the folder, changes them,
    {path: [(old, new), ...]}, and builds the one program: only what has changed
    is compiled again. Returns the directory of that build.
    """
    build = os.path.join(folder, "build")
    for name in ("lib", "sql"):
        shutil.copytree(os.path.join(ROOT, name), os.path.join(folder, name))
        # Without what names the headers: it means those of the other build.
        shutil.copytree(os.path.join(BUILD, name), os.path.join(build, name),
                        ignore=shutil.ignore_patterns("*.d"))
    for name in ("cgi-bin", "build/cgi-bin"):
        os.mkdir(os.path.join(folder, name))
    shutil.copy2(os.path.join(ROOT, f"cgi-bin/{program}.c"),
                 os.path.join(folder, "cgi-bin"))
    for name in (f"cgi-bin/{program}.o", "sysconfdir"):
        shutil.copy2(os.path.join(BUILD, name), os.path.join(build, name))
    shutil.copy2(os.path.join(ROOT, "Makefile"), folder)
    for path, texts in changes.items():
        for old, new in texts:
            replace(os.path.join(folder, path), old, new)
    make(folder, f"build/cgi-bin/{program}")
    return build


def make(folder, target):
    """As the build under test was made, by whichever make that was."""
    options = ["BUILD=build"]
    if is_sanitized():
        options += ["SANITIZE=address,undefined", "OPTIMIZE=-O1"]
    done = subprocess.run(
        ["make", "-s", "-C", folder, *options, target], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
    assert done.returncode == 0, done.stdout
