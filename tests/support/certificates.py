"""Certificates for servers of a test, and the authority that they are from."""

import os
import ssl
import subprocess

EXTENSIONS = """[server]
subjectAltName = {name}
basicConstraints = CA:FALSE
"""


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, timeout=60,
                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)


class Authority:
    """Makes an authority in a folder; its certificate is `file`."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.file = self.path("authority.pem")
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                "-subj", "/CN=Tests", "-keyout", self.path("authority.key"),
                "-out", self.file)

    def path(self, name):
        return os.path.join(self.folder, name)

    def context(self, name="IP:127.0.0.1"):
        """An ssl.SSLContext of a server with that name (subjectAltName)."""
        key, request, made = (self.path(f"server.{kind}")
                              for kind in ("key", "csr", "pem"))
        with open(self.path("server.cnf"), "w") as file:
            file.write(EXTENSIONS.format(name=name))
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=server",
                "-keyout", key, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", self.file, "-CAkey",
                self.path("authority.key"), "-CAcreateserial", "-days", "2",
                "-extfile", self.path("server.cnf"), "-extensions", "server",
                "-out", made)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(made, key)
        return context
