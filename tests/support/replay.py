"""Recorded exchanges: their steps, macros, and the comparison of answers."""

import base64
import hashlib
import hmac
import json
import re
import time
import uuid
from collections import namedtuple

import jwt

HEX32 = re.compile(r"^[0-9a-f]{32}$")
MACRO = re.compile(r"\{\{([^}]+)\}\}")


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def compact(value):
    return json.dumps(value, separators=(",", ":"))


class Words:
    """The macros of the recording, resolved at one moment."""

    def __init__(self, now, ids):
        self.now = now
        self.ids = ids
        self.tokens = {}

    def value(self, value):
        """A claim as it is to be signed."""
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {name: self.value(item) for name, item in value.items()}
        if not isinstance(value, str) or not value.startswith("@"):
            return value
        kind, _, rest = value[1:].partition(":")
        if kind == "uuid":
            return uuid.uuid4().hex
        if kind in ("id", "idint", "idfloat"):
            return {"id": str, "idint": int, "idfloat": float}[kind](
                self.ids[rest])
        found = re.match(r"^@now(str|float)?([+-]\d+)?$", value)
        moment = self.now + int(found.group(2) or 0)
        if found.group(1) == "str":
            return str(moment)
        return moment + 0.25 if found.group(1) else moment

    def text(self, text):
        """A path, header or body with tokens and repeats filled in."""

        def fill(match):
            name = match.group(1)
            if name.startswith("repeat:"):
                _, character, count = name.split(":")
                return character * int(count)
            return self.tokens[name]

        return MACRO.sub(fill, text)


class Mint:
    """Signs tokens by hand, well or badly."""

    DIGESTS = {"HS256": hashlib.sha256, "HS384": hashlib.sha384,
               "HS512": hashlib.sha512}

    def __init__(self, keys):
        self.keys = keys

    def token(self, words, step):
        header = step.get("header", {"alg": "HS256", "typ": "JWT"})
        header = step.get("header_raw") or compact(header)
        payload = step.get("payload_raw")
        if payload is None:
            payload = compact(words.value(step["claims"]))
        algorithm = step.get("sign_as") or json.loads(header)["alg"]
        body = (base64url(header.encode("utf-8")) + "." +
                base64url(payload.encode("utf-8")))
        signature = self.sign(algorithm, step.get("key", "default"),
                              body.encode())
        return self.mutated(body + "." + base64url(signature), words, step)

    def sign(self, algorithm, key, data):
        if algorithm.lower() == "none":
            return b""
        secret = self.keys[key]
        if algorithm in self.DIGESTS:
            return hmac.new(secret, data, self.DIGESTS[algorithm]).digest()
        signer = jwt.algorithms.get_default_algorithms()[algorithm]
        return signer.sign(data, signer.prepare_key(secret))

    def mutated(self, token, words, step):
        how = step.get("mutate")
        if how is None:
            return token
        head, payload, signature = token.split(".")
        if how == "flip_sig":
            raw = bytearray(from_base64url(signature))
            raw[0] ^= 1
            return f"{head}.{payload}.{base64url(bytes(raw))}"
        if how == "sig_last_char_unused_bits":
            alphabet = ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                        "0123456789-_")
            last = alphabet[alphabet.index(signature[-1]) ^ 1]
            return f"{head}.{payload}.{signature[:-1]}{last}"
        if how == "swap_payload":
            claims = json.loads(from_base64url(payload))
            claims.update(words.value(step["swap"]))
            payload = base64url(compact(claims).encode())
            return f"{head}.{payload}.{signature}"
        return {
            "empty_sig": f"{head}.{payload}.",
            "no_sig_segment": f"{head}.{payload}",
            "trunc_sig": token[:-8],
            "pad": token + "=",
            "four_segments": token + ".x",
            "junk_in_sig": token[:-3] + "!" + token[-3:],
        }[how]


# How the tokens of a site are read: the key that verifies, its algorithm, and
# the claim that carries the epoch.
Reader = namedtuple("Reader", "key algorithm epoch",
                    defaults=("HS256", "epoch"))


def decoded(token, reader):
    """(header, claims) of a token that must be well signed."""
    claims = jwt.decode(token, reader.key, algorithms=[reader.algorithm],
                        options={"verify_aud": False})
    return jwt.get_unverified_header(token), claims


def is_claim(value, recorded, before, after):
    """Whether a claim is the recorded one, its macros resolved."""
    moment = re.match(r"^@now([+-]\d+)?$", str(recorded))
    if moment:
        shift = int(moment.group(1) or 0)
        return isinstance(value, int) and (
            before + shift <= value <= after + shift)
    if str(recorded).startswith("@uuid"):
        return bool(HEX32.match(str(value)))
    if str(recorded).startswith("@md5hex_upper(user.password"):
        # Recorded is a digest of the password column, which leaves no trace
        # of a password in our tokens: the claim is the account's epoch, which
        # a change of password raises, and 0 before the first.
        return type(value) is int and value == 0
    return value == recorded


def token_faults(token, reader, recorded, before, after):
    """What is wrong with an issued token against the recorded one."""
    header, claims = decoded(token, reader)
    faults = []
    wanted = json.loads(recorded["header"])
    if set(header) - set(wanted) != {"kid"}:
        faults.append(f"header {header}")
    for name, value in wanted.items():
        if header.get(name) != value:
            faults.append(f"header {name}: {header.get(name)} not {value}")
    wanted = recorded["claims"]
    if set(claims) - set(wanted) != {"sid", reader.epoch} - set(wanted):
        faults.append(f"claims {sorted(claims)} not {sorted(wanted)}")
    return faults + [f"claim {name}: {claims.get(name)!r} not {value!r}"
                     for name, value in wanted.items() if not is_claim(
                         claims.get(name), value, before, after)]


def renewed_faults(token, former, reader, before, after):
    """
    What is wrong with a token that stands for a former one: it has the same
    claims and lifetime, and begins now. A recording that was made within one
    second shows the same token.
    """
    _, old = decoded(former, reader)
    _, claims = decoded(token, reader)
    wanted = dict(old, iat=claims["iat"],
                  exp=claims["iat"] + old["exp"] - old["iat"])
    faults = [] if claims == wanted else [f"claims {claims} not {wanted}"]
    if not before <= claims["iat"] <= after:
        faults.append(f"iat {claims['iat']}")
    return faults


def body_faults(answer, recorded, tokens=None, reader=None, before=0, after=0,
                former=None):
    """
    What is wrong with a body against the recorded text. Tokens are decoded;
    words after "JSON parse error - " are each server's own. `tokens` says
    what is in new ones, `former` has those that are recorded as unchanged.
    """
    if recorded is None:
        return []
    text = answer.text
    if "{{jwt" in recorded or "{{JWT}}" in recorded or ".token}}" in recorded:
        pattern = "".join(
            r"([A-Za-z0-9_.-]+)" if number % 2 else re.escape(part)
            for number, part in enumerate(MACRO.split(recorded)))
        found = re.fullmatch(pattern, text)
        if not found:
            return [f"body {text} not {recorded}"]
        faults = []
        for name, token in zip(MACRO.findall(recorded), found.groups()):
            told = []
            if name in (tokens or {}):
                told = token_faults(token, reader, tokens[name], before,
                                    after)
            elif name in (former or {}):
                told = renewed_faults(token, former[name], reader, before,
                                      after)
            faults += [f"{name}: {fault}" for fault in told]
        return faults
    dash = "JSON parse error - "
    if dash in recorded:
        recorded = recorded[:recorded.index(dash) + len(dash)]
        return [] if text.startswith(recorded) else [
            f"body {text} not {recorded}..."]
    return [] if text == recorded else [f"body {text} not {recorded}"]


def now():
    return int(time.time())
