"""
A machine to install packages on: this one's files with a layer of memory over
them, and network, processes and mounts of its own. Nothing of what is done there
is here afterwards. Needs root and overlayfs.
"""

import os
import signal
import subprocess
import tempfile

from support.postgres import die_with_parent
from support.site import wait_for

SETUP = r"""
set -eu
mount -t tmpfs tmpfs "$0"
cd "$0"
mkdir upper work root
mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work root
mount --rbind /dev root/dev
mount -t proc proc root/proc
mount -t tmpfs tmpfs root/run
mkdir root/run/lock
mount -t tmpfs tmpfs root/tmp
chmod 1777 root/tmp
# No package starts what it brings: there is no init.
printf '#!/bin/sh\nexit 101\n' >root/usr/sbin/policy-rc.d
chmod 755 root/usr/sbin/policy-rc.d
ip link set lo up
echo ready
exec sleep infinity
"""


def why_not():
    """What a machine would need and this one has not; None when nothing."""
    if os.geteuid() != 0:
        return "mounting needs root"
    with open("/proc/filesystems") as file:
        if "\toverlay\n" not in file.read() and subprocess.run(
                ["modprobe", "overlay"], stderr=subprocess.DEVNULL,
                check=False).returncode != 0:
            return "the kernel has no overlayfs"
    return None


class Machine:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="machine-")
        self.process = subprocess.Popen(
            ["unshare", "--mount", "--net", "--pid", "--uts", "--fork",
             "--kill-child", "sh", "-c", SETUP, self.folder],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
            preexec_fn=die_with_parent(signal.SIGTERM))
        assert self.process.stdout.readline() == "ready\n"
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children"
                  ) as file:
            self.pid = file.read().split()[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        wait_for("the machine is gone",
                 lambda: not os.path.exists(f"/proc/{self.pid}"))
        os.rmdir(self.folder)

    def command(self, words):
        return ["nsenter", "--target", self.pid, "--mount", "--net", "--pid",
                "--uts", f"--root=/proc/{self.pid}/cwd/root",
                "--wdns=/",
                "env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:"
                "/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8",
                "DEBIAN_FRONTEND=noninteractive", *words]

    def run(self, script, check=True, timeout=120):
        """Runs a script; returns how it ended, with what it said in one."""
        with tempfile.TemporaryFile("w+") as said:
            # What it starts in the background may go on and hold the file.
            done = subprocess.run(
                self.command(["sh", "-euc", script]),
                stdin=subprocess.DEVNULL, stdout=said,
                stderr=subprocess.STDOUT, timeout=timeout, check=False)
            said.seek(0)
            done.stdout = said.read()
        assert not check or done.returncode == 0, f"{script}: {done.stdout}"
        return done

    def give(self, path, to):
        """Copies a file of ours there."""
        subprocess.run(["cp", path, f"/proc/{self.pid}/cwd/root{to}"],
                       check=True)
