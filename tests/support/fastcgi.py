"""FastCGI spoken by hand, well and badly (FastCGI specification 1.0)."""

import socket
import struct

from .client import Answer

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR = 1, 2, 3, 4, 5, 6, 7
RESPONDER, AUTHORIZER = 1, 2
KEEP_CONNECTION = 1


def record(kind, content=b"", request=1, version=1, length=None):
    """One record; `length` lies about the content's size when it is given."""
    size = len(content) if length is None else length
    return struct.pack("!BBHHBx", version, kind, request, size, 0) + content


def stream(kind, content):
    """Content of any size in records, and the empty one that ends it."""
    return b"".join(record(kind, content[start:start + 65535])
                    for start in range(0, len(content), 65535)) + record(kind)


def begin(role=RESPONDER, flags=0):
    return record(BEGIN, struct.pack("!HB5x", role, flags))


def _size(number):
    if number < 128:
        return bytes([number])
    return struct.pack("!I", number | 0x80000000)


def pairs(parameters):
    """Name-value pairs as the content of PARAMS records."""
    content = b""
    for name, value in parameters.items():
        name, value = name.encode(), value.encode("utf-8")
        content += _size(len(name)) + _size(len(value)) + name + value
    return content


def parameters(method, path, body=b"", **more):
    """The parameters that a web server sends for a request."""
    values = {
        "GATEWAY_INTERFACE": "CGI/1.1",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_SOFTWARE": "test",
        "REQUEST_METHOD": method,
        "REQUEST_URI": path,
        "SCRIPT_NAME": path,
        "QUERY_STRING": "",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
    }
    if body:
        values["CONTENT_TYPE"] = "application/json"
    values.update(more)
    return values


def request(values, body=b"", role=RESPONDER, flags=0):
    """A whole and good request."""
    return (begin(role, flags) + stream(PARAMS, pairs(values))
            + stream(STDIN, body))


def connect(path, timeout=10):
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    peer.settimeout(timeout)
    peer.connect(path)
    return peer


def receive(peer):
    """Reads until END or the end: (bytes of STDOUT, was there an END)."""
    data, output = b"", b""
    while True:
        while len(data) >= 8:
            _, kind, _, size, padding = struct.unpack("!BBHHB", data[:7])
            if len(data) < 8 + size + padding:
                break
            content, data = data[8:8 + size], data[8 + size + padding:]
            if kind == STDOUT:
                output += content
            if kind == END:
                return output, True
        try:
            chunk = peer.recv(65536)
        except (ConnectionResetError, BrokenPipeError):
            return output, False
        if not chunk:
            return output, False
        data += chunk


def answer(output):
    """CGI output as an Answer."""
    head, _, body = output.partition(b"\r\n\r\n")
    headers = [tuple(part.strip() for part in line.split(":", 1))
               for line in head.decode("utf-8").split("\r\n") if line]
    status = int(dict((n.lower(), v) for n, v in headers)["status"][:3])
    return Answer(status, headers, body)


def call(path, method, target, body=b"", timeout=10, role=RESPONDER, **more):
    """Sends a good request to the socket and returns the Answer."""
    with connect(path, timeout) as peer:
        peer.sendall(request(parameters(method, target, body, **more), body,
                             role))
        output, _ = receive(peer)
    return answer(output)
