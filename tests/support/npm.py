"""npm's packages, installed into the build folder."""

import fcntl
import os
import pathlib
import shutil
import subprocess
import tempfile

from .site import BUILD

LISTS = ("package.json", "package-lock.json")


def _lists(directory):
    """What the lists in a folder say; None where they are not there."""
    try:
        return [pathlib.Path(directory, name).read_text() for name in LISTS]
    except FileNotFoundError:
        return None


def install(source, name):
    """
    Returns the folder of node_modules, exactly as package-lock.json in the
    folder `source` says, below build/NAME.
    What an earlier run of the same lists has installed is taken again; of two
    runs at once one waits.
    """
    os.makedirs(BUILD, exist_ok=True)
    with open(os.path.join(BUILD, f"{name}.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _install(source, name)


def _install(source, name):
    directory = os.path.join(BUILD, name)
    modules = os.path.join(directory, "node_modules")
    if _lists(directory) == _lists(source):
        return modules
    shutil.rmtree(directory, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=BUILD) as scratch:
        for listed in LISTS:
            shutil.copy(os.path.join(source, listed), scratch)
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund",
             "--cache", os.path.join(scratch, "cache")], cwd=scratch,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=600)
        if done.returncode != 0:
            raise AssertionError(f"npm ci: {done.stdout}")
        os.mkdir(directory)
        os.rename(os.path.join(scratch, "node_modules"), modules)
        # Last: with these it is complete.
        for listed in LISTS:
            shutil.copy(os.path.join(source, listed), directory)
    return modules
