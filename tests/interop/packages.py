"""npm's packages: installed into the build folder, run by node."""

import fcntl
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from started import Started
from support.site import BUILD

HERE = os.path.dirname(os.path.abspath(__file__))
LISTS = ("package.json", "package-lock.json")


def _lists(directory):
    """What the lists in a folder say; None where they are not there."""
    try:
        return [pathlib.Path(directory, name).read_text() for name in LISTS]
    except FileNotFoundError:
        return None


def install():
    """
    Returns the folder of node_modules, exactly as package-lock.json says.
    What an earlier run of the same lists has installed is taken again; of two
    runs at once one waits.
    """
    os.makedirs(BUILD, exist_ok=True)
    with open(os.path.join(BUILD, "interop.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _install()


def _install():
    directory = os.path.join(BUILD, "interop")
    modules = os.path.join(directory, "node_modules")
    if _lists(directory) == _lists(HERE):
        return modules
    shutil.rmtree(directory, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=BUILD) as scratch:
        for name in LISTS:
            shutil.copy(os.path.join(HERE, name), scratch)
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
        for name in LISTS:
            shutil.copy(os.path.join(HERE, name), directory)
    return modules


class Node:
    """Runs the scripts of this folder with the installed packages."""

    def __init__(self):
        self.environment = {"PATH": os.environ["PATH"],
                            "NODE_PATH": install()}

    @staticmethod
    def _command(script):
        return ["node", os.path.join(HERE, script)]

    def run(self, script, value):
        """JSON in, JSON out."""
        done = subprocess.run(
            self._command(script), input=json.dumps(value), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
            env=self.environment)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start(self, script, **environment):
        """A server that ends with the `with` it is used in."""
        return Started(self._command(script),
                       {**self.environment, **environment})
