"""npm's packages of this folder, run by node."""

import json
import os
import subprocess

from started import Started
from support.npm import install

HERE = os.path.dirname(os.path.abspath(__file__))


class Node:
    """Runs the scripts of this folder with the installed packages."""

    def __init__(self):
        self.environment = {"PATH": os.environ["PATH"],
                            "NODE_PATH": install(HERE, "interop")}

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
