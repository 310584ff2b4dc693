"""An SMTP server that fails in every way, at every stage of a letter."""

import email
import email.policy
import queue
import socket
import threading
from collections import namedtuple

# Where a dialogue can be: before the greeting, at each command, and when the
# whole letter has come and is not yet taken.
STAGES = ("greeting", "ehlo", "mail", "rcpt", "data", "letter")
GOOD = {"greeting": "220 chaos ESMTP", "ehlo": "250 chaos", "mail": "250 OK",
        "rcpt": "250 OK", "data": "354 go on", "letter": "250 taken"}
COMMANDS = {"EHLO": "ehlo", "HELO": "ehlo", "MAIL": "mail", "RCPT": "rcpt",
            "DATA": "data"}

# What a connection meets at one stage: a number (it is the answer), "close",
# "half" (a part of a line, then it closes), "slow", "hold" (until somebody
# says go) or "hold taken" (the letter is kept, its answer waits).
Fault = namedtuple("Fault", "stage what")


class Gone(Exception):
    """The other end is not there any more, or is to be left."""


class Chaos:
    """
    plan: faults, one for each connection; None: all goes well there, as it
    does when the plan is at its end. refused: {address: (stage, number)}.
    `taken` has (address, Message-ID) of each letter in the order in which they
    were taken: whoever closes before its answer has taken nothing.
    """

    def __init__(self):
        self.plan = []
        self.refused = {}
        self.taken = []
        self.met = set()
        self.held = queue.Queue()
        self.go = queue.Queue()
        self.listener = None
        self.port = 0
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()

    def start(self):
        """Listens, at the same port each time."""
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", self.port))
        self.listener.listen(16)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listener,),
                         daemon=True).start()

    def stop(self):
        """Is away: connections are refused."""
        listener, self.listener = self.listener, None
        if listener is not None:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def wait_held(self, timeout=60):
        """The stage at which a connection is held now."""
        return self.held.get(timeout=timeout)

    def _accept(self, listener):
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            fault = self.plan.pop(0) if self.plan else None
            threading.Thread(target=self._serve, args=(peer, fault),
                             daemon=True).start()

    def _serve(self, peer, fault):
        with peer, peer.makefile("rb") as lines:
            peer.settimeout(60)
            try:
                Dialogue(self, peer, lines, fault).run()
            except (Gone, OSError):
                pass


class Dialogue:
    """One connection."""

    def __init__(self, chaos, peer, lines, fault):
        self.chaos, self.peer, self.lines = chaos, peer, lines
        self.fault = fault
        self.address = None

    def run(self):
        self.answer("greeting")
        while True:
            line = self.lines.readline().decode()
            if not line:
                raise Gone
            command = line.split()[0].upper()
            if command == "QUIT":
                self.say("221 bye")
                raise Gone
            stage = COMMANDS.get(command)
            if stage is None:
                self.say("250 OK")
                continue
            if stage == "rcpt":
                self.address = line[line.index("<") + 1:line.index(">")]
            if self.answer(stage) and stage == "data":
                self.receive()

    def receive(self):
        content = b""
        while not content.endswith(b"\r\n.\r\n"):
            line = self.lines.readline()
            if not line:
                raise Gone
            content += line
        letter = email.message_from_bytes(content[:-3],
                                          policy=email.policy.default)
        taken = self.address, letter["Message-ID"].strip("<>").split("@")[0]
        if self.fault == Fault("letter", "hold taken"):
            self.chaos.taken.append(taken)
            self.answer("letter")
        elif self.answer("letter"):
            self.chaos.taken.append(taken)

    def say(self, text):
        self.peer.sendall(text.encode() + b"\r\n")

    def answer(self, stage):
        """Says what is to be said; returns whether that was a yes."""
        refused = self.chaos.refused.get(self.address)
        if refused and refused[0] == stage:
            self.say(f"{refused[1]} never")
            return False
        if self.fault is None or self.fault.stage != stage:
            self.say(GOOD[stage])
            return True
        return self.fail(stage, self.fault.what)

    def fail(self, stage, what):
        self.chaos.met.add(self.fault)
        if isinstance(what, int):
            self.say(f"{what} not so")
            return False
        if what == "half":
            self.peer.sendall(GOOD[stage][:2].encode())
        if what in ("close", "half"):
            raise Gone
        if what == "slow":
            # a byte at a time
            for byte in GOOD[stage].encode() + b"\r\n":
                self.peer.sendall(bytes([byte]))
                threading.Event().wait(0.02)
            return True
        self.chaos.held.put(stage)
        self.chaos.go.get(timeout=60)
        self.say(GOOD[stage])
        return True
