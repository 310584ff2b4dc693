"""Keys for the sites under test, and the JWK sets that others read."""

import hashlib
import json
import os
import secrets

from authlib.jose import JsonWebKey
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1,
          "ES512": ec.SECP521R1}
SYMMETRIC = ("HS256", "HS384", "HS512")
ASYMMETRIC = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")


class Key:
    """
    What signs and what verifies: the same secret for HS, two PEMs for RS and
    ES.
    """

    def __init__(self, algorithm):
        self.algorithm = algorithm
        if algorithm in SYMMETRIC:
            self.signing = self.verifying = secrets.token_hex(32)
            return
        private = (rsa.generate_private_key(65537, 2048)
                   if algorithm.startswith("RS") else
                   ec.generate_private_key(CURVES[algorithm]()))
        self.signing = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption()).decode()
        self.verifying = private.public_key().public_bytes(
            serialization.Encoding.PEM,
            serialization.PublicFormat.SubjectPublicKeyInfo).decode()

    @property
    def is_symmetric(self):
        return self.algorithm in SYMMETRIC

    def settings(self, directory):
        """The arguments of new_site for a site that signs with this key."""
        if self.is_symmetric:
            return {"algorithm": self.algorithm, "key": self.signing}
        paths = {"signing_key": directory / f"{self.algorithm}.key",
                 "verifying_key": directory / f"{self.algorithm}.pub"}
        for path, text in zip(paths.values(), (self.signing, self.verifying)):
            path.touch(0o600)
            path.write_text(text)
        return {"algorithm": self.algorithm, **paths}


def jwk_set(site):
    """The site's public keys as others get them (RFC 7517 section 5)."""
    algorithm = site.settings["algorithm"]
    with open(site.settings["verifying_key"]) as file:
        key = JsonWebKey.import_key(file.read())
    der = serialization.load_pem_public_key(
        key.as_pem(is_private=False)).public_bytes(
            serialization.Encoding.DER,
            serialization.PublicFormat.SubjectPublicKeyInfo)
    kid = hashlib.sha256(f"postern kid {algorithm}\0".encode() + der)
    return {"keys": [{**key.as_dict(), "use": "sig", "alg": algorithm,
                      "kid": kid.hexdigest()[:16]}]}
