"""Hooks: rows of what happened, workers, and a server that is told."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import subprocess
import threading

from .mailroom import Office

KEY = b"in-hooks-signed-with-these-bytes"
EVENTS = ("login", "login_failed", "reuse", "register", "password_changed")
SECRET = "whsec_" + base64.b64encode(KEY).decode()


class Told:
    """A request that arrived: path, headers (names in lower case), body."""

    def __init__(self, handler, body):
        self.method = handler.command
        self.path = handler.path
        self.headers = {name.lower(): value
                        for name, value in handler.headers.items()}
        self.body = body

    @property
    def id(self):
        return self.headers["webhook-id"]

    @property
    def json(self):
        return json.loads(self.body)

    def is_signed(self, key=KEY):
        signed = b".".join([
            self.id.encode(), self.headers["webhook-timestamp"].encode(),
            self.body])
        mac = hmac.new(key, signed, hashlib.sha256).digest()
        return hmac.compare_digest(
            self.headers["webhook-signature"],
            "v1," + base64.b64encode(mac).decode())


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = self.server.listener.take(Told(self, body))
        if callable(answer):
            answer = answer(self)
        if isinstance(answer, int):
            self.reply(answer)

    do_GET = do_PUT = do_POST

    def reply(self, status, headers=(), body=b""):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *unused):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *unused):
        """The other side may hang up when it likes."""


class Listener:
    """
    A server that is told. answers: what the next requests are answered with,
    a status or a function of the handler; afterwards 204.
    """

    def __init__(self, wrap=None):
        self.told = []
        self.answers = []
        self.lock = threading.Lock()
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.listener = self
        self.port = self.server.server_address[1]
        if wrap:
            self.server.socket = wrap(self.server.socket)
        self.thread = threading.Thread(
            target=self.server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *unused):
        self.server.shutdown()
        self.server.server_close()

    def url(self, path="/"):
        return f"http://127.0.0.1:{self.port}{path}"

    def take(self, told):
        with self.lock:
            self.told.append(told)
            return self.answers.pop(0) if self.answers else 204

    def bodies(self):
        return [told.json for told in self.told]


class HookRoom(Office):
    """Configuration, rows of what happened, workers that tell it."""

    TABLE = "hooks"
    GROUP = "hook"
    READY = "hooks: delivering"

    def __init__(self, dsn, **settings):
        Office.__init__(self, dsn, **settings)
        self.write("hook.key", SECRET + "\n", 0o600)
        self.configure(hook_key=self.path("hook.key"))

    def happen(self, event="login", subject="u-1", session=None,
               address="192.0.2.7", age=0):
        """A row as the programs write it; returns its number."""
        return self.value(
            "insert into postern.hooks (event, subject, session, address, "
            "created_at, due_at) values (%s, %s, %s, %s, "
            "now() - %s * interval '1 s', now() - %s * interval '1 s') "
            "returning id", event, subject, session, address, age, age)

    def column(self, number, name):
        return self.value(
            f"select {name} from postern.hooks where id = %s", number)

    def hook(self, *arguments, check=True, **environment):
        return self.postern("hook", *arguments, check=check, **environment)


def certificate(folder):
    """Paths of a certificate for 127.0.0.1 that nobody vouches for."""
    key, made = (os.path.join(folder, name) for name in ("tls.key", "tls.crt"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
         "2", "-subj", "/CN=127.0.0.1", "-addext",
         "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", made],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return key, made
