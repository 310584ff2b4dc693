"""
Tokens taken apart, changed in one place, and signed again by hand.

A Draft begins as a real token. A change is a function that spoils it; the
signature is made at the end, over what the change has left.
"""

import copy
import json

from .replay import Mint, base64url, from_base64url

ALPHABET = ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
            "0123456789-_")
# In the order in which a token is made: JSON bytes, segments, signature.
STAGES = ("header", "payload", "head", "body", "mac", "signature", "token")


def raw_members(segment):
    """The members of a JSON segment, their values as JSON text."""
    return {name: json.dumps(value) for name, value in
            json.loads(from_base64url(segment)).items()}


class Draft:
    """`keys` are those of Mint; `signer` is (algorithm, name of the key)."""

    def __init__(self, token, keys, signer, now):
        self.token = token
        head, body, _ = token.split(".")
        self.header = raw_members(head)
        self.payload = raw_members(body)
        self.mint = Mint(keys)
        self.signer = signer
        self.now = now
        self.edits = {stage: [] for stage in STAGES}

    def changed(self, *changes):
        """The text of the token after these changes."""
        draft = copy.deepcopy(self)
        for change in changes:
            change(draft)
        return draft.text()

    def _edited(self, stage, value):
        for edit in self.edits[stage]:
            value = edit(value)
        return value

    def text(self):
        head, body = (self._edited(segment, base64url(self._edited(
            part, json_text(getattr(self, part)).encode())))
            for part, segment in (("header", "head"), ("payload", "body")))
        data = f"{head}.{body}".encode()
        mac = self._edited("mac", self.mint.sign(*self.signer, data))
        signature = self._edited("signature", base64url(mac))
        return self._edited("token", f"{head}.{body}.{signature}")


def json_text(members):
    return "{" + ",".join(f'"{name}":{raw}'
                          for name, raw in members.items()) + "}"


# Changes

def untouched(draft):
    """The same claims; signed again, which the real key may do."""


def both(*changes):
    def change(draft):
        for each in changes:
            each(draft)
    return change


def member(part, name, raw):
    def change(draft):
        value = raw(draft) if callable(raw) else raw
        if value is None:
            getattr(draft, part).pop(name, None)
        else:
            getattr(draft, part)[name] = value
    return change


def claim(name, raw):
    """The claim as this JSON text, or what a function of the draft returns."""
    return member("payload", name, raw)


def head(name, raw):
    return member("header", name, raw)


def without(name):
    return claim(name, None)


def signed(algorithm, key="right"):
    def change(draft):
        draft.signer = algorithm, key
    return change


def at(stage, edit):
    """Edits what the stage has made."""
    return lambda draft: draft.edits[stage].append(edit)


def first(part, text):
    """Members in front of all others, as they are written."""
    return at(part, lambda json_bytes: json_bytes.replace(
        b"{", b"{" + text.encode() + b",", 1))


def last(part, text):
    """Members behind all others; bytes stay what they are."""
    text = text if isinstance(text, bytes) else text.encode()
    return at(part, lambda json_bytes: json_bytes[:-1] + b"," + text + b"}")


def behind(part, data):
    """Bytes behind the JSON text."""
    return at(part, lambda json_bytes: json_bytes + data)


def in_front(part, data):
    return at(part, lambda json_bytes: data + json_bytes)


def instead(part, data):
    """This JSON text, where {} stands for the object that was there."""
    return at(part, lambda json_bytes: data.replace(b"{}", json_bytes))


def unaligned(part):
    """The segment ends within a byte: its last character has unused bits."""
    def edit(json_bytes):
        if len(json_bytes) % 3 == 0:
            return json_bytes[:-1] + b" }"
        return json_bytes
    return at(part, edit)


def flip_unused_bit(segment):
    return segment[:-1] + ALPHABET[ALPHABET.index(segment[-1]) ^ 1]


def with_characters(characters):
    """A claim with which the signature has all of these characters."""
    def change(draft):
        for number in range(10000):
            draft.payload["n"] = str(number)
            signature = draft.text().rpartition(".")[2]
            if all(character in signature for character in characters):
                return
        raise AssertionError("no signature has them")
    return change
