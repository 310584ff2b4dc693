"""Machines of one network that can be cut off: namespaces at a bridge. Root's."""

import concurrent.futures
import ctypes
import os
import signal
import subprocess

from support.postgres import die_with_parent
from support.site import wait_for

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000


class Namespace:
    """
    A network with itself alone. What call() starts lives in it, as does what
    a thread starts after enter().
    """

    def __init__(self):
        self.process = subprocess.Popen(
            ["unshare", "--net", "sleep", "infinity"],
            stdin=subprocess.DEVNULL,
            preexec_fn=die_with_parent(signal.SIGTERM))
        self.path = f"/proc/{self.process.pid}/ns/net"
        wait_for("the namespace", lambda: os.readlink(self.path) !=
                 os.readlink("/proc/self/ns/net"))
        # One thread for good: with it, what it has started would end.
        self.thread = concurrent.futures.ThreadPoolExecutor(
            1, initializer=self.enter)
        self.run("link", "set", "lo", "up")

    def enter(self):
        """This thread, and what it starts, is in the namespace from now on."""
        file = os.open(self.path, os.O_RDONLY)
        if LIBC.setns(file, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
        os.close(file)

    def call(self, function, *arguments, **more):
        return self.thread.submit(function, *arguments, **more).result()

    def run(self, *words):
        self.call(subprocess.run, ["ip", *words], check=True)

    def close(self):
        self.thread.shutdown()
        self.process.kill()
        self.process.wait()


class Network:
    """with Network() as network: network.machine() is one more Namespace, with
    `address`; network.cut(machine) and network.join(machine)."""

    def __enter__(self):
        self.bridge = Namespace()
        self.bridge.run("link", "add", "bridge", "type", "bridge")
        self.bridge.run("link", "set", "bridge", "up")
        self.machines = []
        return self

    def __exit__(self, *_):
        for machine in self.machines + [self.bridge]:
            machine.close()

    def machine(self):
        machine = Namespace()
        self.machines.append(machine)
        machine.port = f"port{len(self.machines)}"
        machine.address = f"10.77.0.{len(self.machines)}"
        self.bridge.run("link", "add", machine.port, "type", "veth", "peer",
                        "name", "eth0", "netns", str(machine.process.pid))
        self.bridge.run("link", "set", machine.port, "master", "bridge", "up")
        machine.run("address", "add", f"{machine.address}/24", "dev", "eth0")
        machine.run("link", "set", "eth0", "up")
        return machine

    def cut(self, machine):
        """From now on nothing reaches it, and nobody is told."""
        self.bridge.run("link", "set", machine.port, "nomaster")

    def join(self, machine):
        self.bridge.run("link", "set", machine.port, "master", "bridge")
