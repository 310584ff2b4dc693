"""Keys for the sites under test, and the JWK sets that others read."""

import json
import os
import secrets
import subprocess

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from support.site import BUILD, wait_for

CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1,
          "ES512": ec.SECP521R1}
SYMMETRIC = ("HS256", "HS384", "HS512")
ASYMMETRIC = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
JWKS = "/.well-known/jwks.json"


def size_of_number(curve):
    """Bytes of a coordinate (RFC 7518 section 6.2.1.2)."""
    return (curve.key_size + 7) // 8


def new_private_key(algorithm):
    """
    RSA, or a point whose x begins with a zero byte: readers want it, writers
    forget it.
    """
    if algorithm.startswith("RS"):
        return rsa.generate_private_key(65537, 2048)
    curve = CURVES[algorithm]()
    while True:
        key = ec.generate_private_key(curve)
        x = key.public_key().public_numbers().x
        if x.bit_length() <= 8 * (size_of_number(curve) - 1):
            return key


class Key:
    """
    What signs and what verifies: the same secret for HS, two PEMs for RS and
    ES. In a ring it has a kid.
    """

    def __init__(self, algorithm):
        self.algorithm = algorithm
        self.kid = None
        if self.is_symmetric:
            self.signing = self.verifying = secrets.token_hex(32)
            return
        private = new_private_key(algorithm)
        self.signing = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption()).decode()
        self.verifying = private.public_key().public_bytes(
            serialization.Encoding.PEM,
            serialization.PublicFormat.SubjectPublicKeyInfo).decode()

    @property
    def is_symmetric(self):
        return self.algorithm in SYMMETRIC

    def write(self, directory):
        """Returns the file of the signing half."""
        path = directory / f"{self.algorithm}.key"
        path.touch(0o600)
        path.write_text(self.signing)
        return path

    def settings(self, directory):
        """The settings of a site with this key alone, in files."""
        settings = {"algorithm": self.algorithm,
                    "signing_key": self.write(directory)}
        if not self.is_symmetric:
            path = directory / f"{self.algorithm}.pub"
            path.write_text(self.verifying)
            settings["verifying_key"] = path
        return settings


class Ring:
    """A key ring that the operator's command has put together."""

    def __init__(self, directory, algorithms):
        """The first one signs."""
        self.folder = directory / "ring"
        self.folder.mkdir(0o700)
        self.keys = {name: Key(name) for name in algorithms}
        configuration = directory / "postern.conf"
        configuration.write_text(f"signing_key = {self.folder}\n")
        for key in self.keys.values():
            done = subprocess.run(
                [os.path.join(BUILD, "postern"), "--config", configuration,
                 "--json", "key", "add", key.write(directory),
                 "--algorithm", key.algorithm],
                stdout=subprocess.PIPE, check=True, timeout=60, text=True)
            key.kid = json.loads(done.stdout)["kid"]


def publish(site):
    """
    Publishes the site's public keys, now and whenever they change; returns
    where.
    """
    site.configure(jwks_file=site.path("jwks.json"))
    site.postern("key", "publish")
    return f"http://127.0.0.1:{site.port}{JWKS}"


def jwk_set(site):
    """What publish() has published, as others get it."""
    answer = site.get(JWKS)
    assert answer.status == 200, answer
    return answer.json()


def issue(site, kid, name, password):
    """
    What the site issues at a login and a refresh once this key signs: each of
    the two programs sees by itself, within a second, that it does.
    """
    site.postern("key", "use", kid)
    tokens = {}

    def post(path, **fields):
        answer = site.post(path, **fields)
        assert answer.status == 200, answer
        tokens.update(answer.json())
        return jwt.get_unverified_header(tokens["access"])["kid"] == kid

    wait_for(f"logins are signed by {kid}", lambda: post(
        "/api/token/", username=name, password=password), interval=0.1)
    first = tokens["access"]
    wait_for(f"refreshes are signed by {kid}", lambda: post(
        "/api/token/refresh/", refresh=tokens["refresh"]), interval=0.1)
    return {"refresh": tokens["refresh"], "access": first,
            "refreshed access": tokens["access"]}
