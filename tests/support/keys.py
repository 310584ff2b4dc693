"""Keys of asymmetric algorithms, made for one run of the tests."""

import functools

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}


class Pair:
    """The two halves of a key, PEM texts."""

    def __init__(self, private):
        self.private = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption()).decode()
        self.public = private.public_key().public_bytes(
            serialization.Encoding.PEM,
            serialization.PublicFormat.SubjectPublicKeyInfo).decode()


@functools.lru_cache(maxsize=None)
def pair(algorithm, number=0):
    """The number-th pair for RS... or ES...: the same one at every call."""
    if algorithm.startswith("RS"):
        return Pair(rsa.generate_private_key(65537, 2048))
    return Pair(ec.generate_private_key(CURVES[algorithm]()))
