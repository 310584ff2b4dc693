"""Programs of others, started for a test and ended with it."""

import select
import signal
import subprocess
import tempfile

from support.client import Client
from support.postgres import die_with_parent


class Started(Client):
    """
    A server that says its port in the first line of its standard output. It
    is a Client of that port.
    """

    def __init__(self, command, environment, timeout=30):
        self.stderr = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=self.stderr, env=environment, cwd="/",
            preexec_fn=die_with_parent(signal.SIGKILL))
        try:
            super().__init__(self._read_port(command, timeout))
        except BaseException:
            self.stop()
            raise

    def _read_port(self, command, timeout):
        ready, _, _ = select.select([self.process.stdout], [], [], timeout)
        line = self.process.stdout.readline() if ready else b""
        if not line.strip().isdigit():
            raise AssertionError(f"{command}: no port but {line!r}\n"
                                 f"{self.logged()}")
        return int(line)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def logged(self):
        """What it wrote to its standard error so far."""
        self.stderr.seek(0)
        return self.stderr.read().decode("utf-8", "replace")

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.stderr.close()
