"""
Tokens that differ from an accepted twin by one fault, which every reader of
JSON Web Tokens has to see. Where readers differ by their nature (a missing
exp, iat, malleable base64url) there is none; those are among the forged ones
of tests/unit and tests/http.
"""

import base64
import hmac
import json
import time

import jwt

from signing import Key

ISSUER = "https://id.example.org"
AUDIENCE = "api"
HOUR = 3600
# Another hash with the same key.
SIBLINGS = {"HS256": "HS512", "HS384": "HS256", "HS512": "HS384",
            "RS256": "RS512", "RS384": "RS256", "RS512": "RS384"}


def _text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _flip(segment, place):
    data = bytearray(_bytes(segment))
    data[place] ^= 1
    return _text(bytes(data))


def _der(number):
    data = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return bytes([2, len(data)]) + data


def _der_signature(raw):
    """An ECDSA signature as X.509 has it; JWS has two plain numbers."""
    half = len(raw) // 2
    body = b"".join(_der(int.from_bytes(part, "big"))
                    for part in (raw[:half], raw[half:]))
    length = [len(body)] if len(body) < 128 else [0x81, len(body)]
    return bytes([0x30, *length]) + body


class Sample:
    """Signs with a key of the site's ring; `other` is another one there."""

    def __init__(self, key, other):
        self.key = key
        self.other = other
        self.now = int(time.time())

    def _claims(self, changes):
        """A None takes a claim away."""
        claims = {"token_type": "access", "iat": self.now - 60,
                  "exp": self.now + HOUR, "jti": "0" * 32, "user_id": "7",
                  "iss": ISSUER, "aud": AUDIENCE, **changes}
        return {name: value for name, value in claims.items()
                if value is not None}

    def sign(self, key=None, algorithm=None, kid=None, **changes):
        return jwt.encode(
            self._claims(changes), key or self.key.signing,
            algorithm or self.key.algorithm, {"kid": kid or self.key.kid})

    def good(self):
        """{what is special: token}: everybody takes them."""
        return {
            "plain": self.sign(),
            "nbf in the past": self.sign(nbf=self.now - 60),
            "aud is a list with us": self.sign(aud=["other", AUDIENCE]),
            "unknown claim": self.sign(colour="blue"),
        }

    def bad(self):
        """{fault: token}: nobody takes them."""
        return {
            **self._damaged(),
            "expired": self.sign(exp=self.now - 60),
            "nbf in the future": self.sign(nbf=self.now + HOUR),
            "other aud": self.sign(aud="other"),
            "aud is a list without us": self.sign(aud=["other", "third"]),
            "aud begins as ours": self.sign(aud=AUDIENCE + "s"),
            "no aud": self.sign(aud=None),
            "other iss": self.sign(iss="https://evil.example.org"),
            "iss begins as ours": self.sign(iss=ISSUER + "/"),
            "no iss": self.sign(iss=None),
            "other key": self.sign(Key(self.key.algorithm).signing),
            **self._of_other_algorithm(),
        }

    def _damaged(self):
        head, payload, signature = self.sign().split(".")
        _, longer_life, _ = self.sign(exp=self.now + 2 * HOUR).split(".")
        return {
            "first byte of the signature":
                f"{head}.{payload}.{_flip(signature, 0)}",
            "last byte of the signature":
                f"{head}.{payload}.{_flip(signature, -1)}",
            "no signature": f"{head}.{payload}.",
            "half a signature":
                f"{head}.{payload}.{signature[:len(signature) // 2 & ~3]}",
            "payload of another": f"{head}.{longer_life}.{signature}",
            "two segments": f"{head}.{payload}",
        }

    def _head(self, algorithm):
        return _text(json.dumps({"alg": algorithm, "typ": "JWT",
                                 "kid": self.key.kid}).encode())

    def _of_other_algorithm(self):
        head, payload, signature = self.sign().split(".")
        none = self._head("none")
        found = {"alg none": f"{none}.{payload}.",
                 "alg none, signed": f"{none}.{payload}.{signature}"}
        if self.key.algorithm in SIBLINGS:
            found["other hash"] = self.sign(
                algorithm=SIBLINGS[self.key.algorithm])
        if not self.key.is_symmetric:
            found["unknown kid"] = self.sign(kid="0" * 16)
            found["kid of another key"] = self.sign(kid=self.other.kid)
            found["HS by the public key"] = self._confused(payload)
        if self.key.algorithm.startswith("ES"):
            der = _text(_der_signature(_bytes(signature)))
            found["DER signature"] = f"{head}.{payload}.{der}"
        return found

    def _confused(self, payload):
        text = f"{self._head('HS256')}.{payload}"
        digest = hmac.digest(self.key.verifying.encode(), text.encode(),
                             "sha256")
        return f"{text}.{_text(digest)}"
