"""HTTP as a client sends it: exact headers, exact bodies, no retries."""

import http.client
import json
import re
import socket


class Answer:
    """What came back. Header names are in lower case."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = {}
        self.raw_headers = list(headers)
        for name, value in headers:
            name = name.lower()
            before = self.headers.get(name)
            self.headers[name] = f"{before}, {value}" if before else value
        self.body = body

    @property
    def text(self):
        return self.body.decode("utf-8")

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


class Client:
    """Speaks to one port of this machine, a connection for each request."""

    def __init__(self, port, timeout=30):
        self.port = port
        self.timeout = timeout

    def request(self, method, path, body=None, headers=(), accept="*/*"):
        """`body` is bytes or None; `accept` None sends no such header."""
        if isinstance(headers, dict):
            headers = headers.items()
        headers = list(headers)
        names = {name.lower() for name, _ in headers}
        if "accept" not in names and accept is not None:
            headers.append(("Accept", accept))
        if body is not None and not names & {"content-length",
                                             "transfer-encoding"}:
            headers.append(("Content-Length", str(len(body))))
        connection = http.client.HTTPConnection("127.0.0.1", self.port,
                                                timeout=self.timeout)
        try:
            connection.putrequest(method, path, skip_host="host" in names,
                                  skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value.encode("utf-8"))
            connection.endheaders(body)
            response = connection.getresponse()
            return Answer(response.status, response.getheaders(),
                          response.read())
        finally:
            connection.close()

    def post(self, path, value=None, bearer=None, headers=(), **fields):
        """A JSON body: `value`, or the keywords as an object."""
        headers = list(dict(headers).items())
        headers.append(("Content-Type", "application/json"))
        if bearer:
            headers.append(("Authorization", f"Bearer {bearer}"))
        text = json.dumps(fields if value is None else value)
        return self.request("POST", path, text.encode(), headers)

    def send(self, method, path, bearer=None, headers=(), value=None,
             **fields):
        """The same with any method; without value or fields no body."""
        headers = list(dict(headers).items())
        body = None
        if bearer:
            headers.append(("Authorization", f"Bearer {bearer}"))
        if value is not None or fields:
            headers.append(("Content-Type", "application/json"))
            body = json.dumps(fields if value is None else value).encode()
        return self.request(method, path, body, headers)

    def get(self, path, bearer=None, headers=()):
        headers = list(dict(headers).items())
        if bearer:
            headers.append(("Authorization", f"Bearer {bearer}"))
        return self.request("GET", path, None, headers)

    def raw(self, data, timeout=10):
        """Sends bytes, returns all that comes until the other end closes."""
        with socket.create_connection(("127.0.0.1", self.port),
                                      timeout) as peer:
            peer.sendall(data)
            received = b""
            while True:
                try:
                    chunk = peer.recv(65536)
                except (ConnectionResetError, socket.timeout):
                    return received
                if not chunk:
                    return received
                received += chunk


LINK = re.compile(r"uid=([^&\s\"<]+)&(?:amp;)?token=([^&\s\"<]+)")


def ticket_of(letter):
    """(uid, token) of the link in a letter (email.message.EmailMessage)."""
    text = letter.get_body(("plain",)).get_content()
    found = LINK.search(text)
    return found.groups() if found else None
