"""
Forged tokens, sent to a running site at every endpoint where they matter.

Each forgery stands beside a twin that differs from it by the fault alone: the
one is refused with the exact answer, the other is taken. A twin is a real token
of a session on record, its claims signed again by hand with the right key.
After each the next good request works, and no process has died.
"""

import base64
import contextlib
import json
import socket
from collections import namedtuple

import pytest

from excuses import HELLO, NOT_FOUND, UNIDENTIFIED, bearer_refused
from excuses import token_refused
from support import fastcgi
from support.forge import (
    Draft, at, behind, both, claim, first, flip_unused_bit, head, in_front,
    instead, last, signed, unaligned, untouched, with_characters, without)
from support.keys import pair
from support.replay import base64url, now
from support.site import KEY, QUICK, Home, Program

OTHER = "another-site-0123456789abcdefghijklmnopqrstuvwxyz"
PASSWORD = "Corr3ct-horse"
INVALID, EXPIRED = "Token is invalid", "Token is expired"
NO_USER = '{"detail":"No active account found for the given token."}'

Endpoint = namedtuple("Endpoint", "path kind field")
ENDPOINTS = {
    "hello": Endpoint("/api/hello/", "access", None),
    "verify access": Endpoint("/api/token/verify/", "access", "token"),
    "verify refresh": Endpoint("/api/token/verify/", "refresh", "token"),
    "refresh": Endpoint("/api/token/refresh/", "refresh", "refresh"),
    # The last: its twin ends the session.
    "blacklist": Endpoint("/api/token/blacklist/", "refresh", "refresh"),
    "hello sliding": Endpoint("/api/hello/", "token", None),
    "verify sliding": Endpoint("/api/token/verify/", "token", "token"),
    "slide": Endpoint("/api/token/sliding/refresh/", "token", "token"),
}
EVERYWHERE = tuple(ENDPOINTS)[:5]
BODIES = EVERYWHERE[1:]
SLIDING = tuple(ENDPOINTS)[5:]


class Forgery:
    """
    A rule; the change that breaks it and the one that keeps it; what is said:
    a message, or a body for each endpoint where it is sent.
    """

    def __init__(self, rule, forged, twin=untouched, says=INVALID,
                 where=EVERYWHERE):
        self.rule = rule
        self.forged = forged
        self.twin = twin
        self.says = says
        self.where = where
        self.bodies = says if isinstance(says, dict) else {
            name: refused(name, says) for name in where}


def refused(where, message):
    """What an endpoint answers to a bad token."""
    if where == "hello sliding":
        return bearer_refused(message).replace(
            "AccessToken", "SlidingToken").replace('"access"', '"sliding"')
    return (bearer_refused if where == "hello" else token_refused)(message)


def times(name, rows):
    return [Forgery(f"{name}: {rule}", claim(name, forged), claim(name, twin),
                    *says) for rule, forged, twin, *says in rows]


def ahead(seconds, form="{}"):
    return lambda draft: form.format(draft.now + seconds)


def nested(levels):
    return "[" * levels + "]" * levels


ATTACKER = "attacker-0123456789abcdefghijklmnopqrstuvwxyz"
KEYS = {name: text.encode() for name, text in {
    "right": KEY, "other": OTHER, "attacker": ATTACKER, "empty": "",
    "rsa": pair("RS256").private, "ec": pair("ES256").private,
    "rsa public": pair("RS256").public,
    "rsa public, no newline": pair("RS256").public.rstrip("\n"),
    "ec public": pair("ES256").public,
    "attacker's rsa": pair("RS256", 1).private,
    "attacker's ec": pair("ES256", 1).private,
}.items()}

ALGORITHMS = [
    *[Forgery(f"alg {alg}", head("alg", f'"{alg}"'))
      for alg in ("none", "None", "NONE", "nOnE", "hs256", "HS256 ", "HS-256",
                  "HS256\\u0000", "", "HS1", "dir", "A128KW")],
    *[Forgery(f"alg {alg} and no signature",
              both(head("alg", f'"{alg}"'), at("mac", lambda mac: b"")))
      for alg in ("none", "None", "NONE")],
    Forgery("no alg", head("alg", None)),
    Forgery("alg null", head("alg", "null")),
    Forgery("alg a list", head("alg", '["HS256"]')),
    Forgery("alg a number", head("alg", "256")),
    Forgery("alg an object", head("alg", '{"HS256":"HS256"}')),
    *[Forgery(f"a real {alg} of the same secret",
              both(head("alg", f'"{alg}"'), signed(alg)),
              both(head("alg", '"HS256"'), signed("HS256")))
      for alg in ("HS384", "HS512")],
    *[Forgery(f"a real {alg} of the attacker's key",
              both(head("alg", f'"{alg}"'), signed(alg, key)),
              both(head("alg", '"HS256"'), signed("HS256")))
      for alg, key in (("RS256", "attacker's rsa"), ("PS256",
                       "attacker's rsa"), ("ES256", "attacker's ec"))],
]

HEADERS = [
    Forgery("crit", head("crit", '["exp"]'), head("cri", '["exp"]')),
    Forgery("crit empty", head("crit", "[]"), head("cri", "[]")),
    Forgery("crit null", head("crit", "null"), head("cri", "null")),
    Forgery("crit of what is understood", head("crit", '["alg"]'),
            head("cri", '["alg"]')),
    Forgery("b64 false", head("b64", "false"), head("b65", "false")),
    Forgery("b64 true", head("b64", "true"), head("b65", "true")),
    Forgery("b64 false and critical",
            both(head("b64", "false"), head("crit", '["b64"]')),
            both(head("b65", "false"), head("cri", '["b65"]'))),
    Forgery("typ a number", head("typ", "7")),
    Forgery("typ null", head("typ", "null")),
    Forgery("alg twice", first("header", '"alg":"none"'),
            first("header", '"alh":"none"')),
    Forgery("alg twice, the second behind", last("header", '"alg":"HS256"'),
            last("header", '"alh":"HS256"')),
    Forgery("alg twice, once escaped", first("header", '"\\u0061lg":"none"'),
            first("header", '"\\u0062lg":"none"')),
    Forgery("a list around it", instead("header", b"[{}]"),
            instead("header", b"{}")),
    Forgery("a string", instead("header", b'"HS256"')),
    Forgery("null", instead("header", b"null")),
    Forgery("two objects", behind("header", b"{}"), behind("header", b"  ")),
    Forgery("NUL behind it", behind("header", b"\0"),
            behind("header", b" ")),
    Forgery("9 levels deep", head("a", nested(8)), head("a", nested(7))),
    Forgery("no UTF-8", last("header", b'"a":"\xc3"'),
            last("header", b'"a":"\xc3\xa9"')),
]

KIDS = [Forgery(f"kid {rule}", head("kid", raw)) for rule, raw in (
    ("a path", '"../../../../../../../../dev/null"'),
    ("an absolute path", '"/proc/sys/kernel/randomize_va_space"'),
    ("a file's URL", '"file:///dev/null"'),
    ("SQL", '"x\' union select \'secret\' -- "'),
    ("SQL of a number", '"0 or 1=1"'),
    ("a command", '"|/bin/true"'),
    ("empty", '""'),
    ("a blank", '" "'),
    ("NUL", '"\\u0000"'),
    ("very long", '"' + "a" * 4000 + '"'),
    ("null", "null"),
    ("a number", "0"),
    ("true", "true"),
    ("an object", "{}"),
    ("of another key", '"0123456789abcdef"'),
    ("a format", '"%s%n"'),
)] + [Forgery(f"kid, but {rule}", head("kid", change)) for rule, change in (
    ("in a list", lambda draft: f'[{draft.header["kid"]}]'),
    ("with NUL behind", lambda draft: draft.header["kid"][:-1] + '\\u0000"'),
    ("longer", lambda draft: draft.header["kid"][:-1] + '0"'),
    ("shorter", lambda draft: draft.header["kid"][:-2] + '"'),
    ("in capitals", lambda draft: draft.header["kid"].upper()),
)] + [
    # What the attack is for: the key that such a file would hold.
    Forgery("kid an empty file, signed with nothing",
            both(head("kid", '"/dev/null"'), signed("HS256", "empty"))),
    Forgery("no kid, signed with nothing",
            both(head("kid", None), signed("HS256", "empty")),
            head("kid", None)),
]

SIGNATURES = [
    Forgery("another key", signed("HS256", "other")),
    Forgery("no key", signed("HS256", "empty")),
    Forgery("one bit", at("mac", lambda mac: bytes([mac[0] ^ 1]) + mac[1:])),
    Forgery("the last bit",
            at("mac", lambda mac: mac[:-1] + bytes([mac[-1] ^ 1]))),
    Forgery("a byte less", at("mac", lambda mac: mac[:-1])),
    Forgery("a byte more", at("mac", lambda mac: mac + b"\0")),
    Forgery("the first half", at("mac", lambda mac: mac[:16])),
    Forgery("zeros", at("mac", lambda mac: bytes(len(mac)))),
    Forgery("twice", at("mac", lambda mac: mac + mac)),
    Forgery("in hex", at("signature", lambda text: base64.b16encode(
        base64.urlsafe_b64decode(text + "=")).decode().lower())),
    Forgery("of other claims", at("token", lambda text: ".".join((
        text.split(".")[0],
        base64url(base64.urlsafe_b64decode(
            text.split(".")[1] + "===").replace(b'"exp":', b'"exp": ')),
        text.split(".")[2])))),
]

ENCODINGS = [
    *[Forgery(f"unused bits of the {part}",
              both(unaligned(part), at(segment, flip_unused_bit)),
              unaligned(part))
      for part, segment in (("header", "head"), ("payload", "body"))],
    Forgery("unused bits of the signature", at("signature", flip_unused_bit)),
    *[Forgery(f"padding of the {part}",
              both(unaligned(part), at(segment, lambda text:
                                       text + "=" * (-len(text) % 4))),
              unaligned(part))
      for part, segment in (("header", "head"), ("payload", "body"))],
    Forgery("padding of the signature",
            at("signature", lambda text: text + "=")),
    Forgery("padding without need", at("signature", lambda text: text + "==")),
    Forgery("+ for - in the payload",
            both(claim("x", '">>>>>>"'),
                 at("body", lambda text: text.replace("-", "+"))),
            claim("x", '">>>>>>"')),
    Forgery("/ for _ in the payload",
            both(claim("x", '"??????"'),
                 at("body", lambda text: text.replace("_", "/"))),
            claim("x", '"??????"')),
    Forgery("+ for - in the header",
            both(head("x", '">>>>>>"'),
                 at("head", lambda text: text.replace("-", "+"))),
            head("x", '">>>>>>"')),
    Forgery("+ and / in the signature",
            both(with_characters("-_"), at("signature", lambda text:
                 text.replace("-", "+").replace("_", "/"))),
            with_characters("-_")),
    Forgery("a character too much", at("signature", lambda text: text + "A")),
    Forgery("an impossible length", at("body", lambda text:
            text[:len(text) - len(text) % 4] + "A")),
    *[Forgery(f"{rule} within", at("token", lambda text, junk=junk:
              text[:-3] + junk + text[-3:]), where=BODIES)
      for rule, junk in (("a blank", " "), ("a tab", "\t"),
                         ("a line's end", "\n"), ("two lines' ends", "\r\n"),
                         ("a percent sign", "%2E"), ("an accent", "é"),
                         ("a fullwidth letter", "Ａ"),
                         ("an invisible blank", "\u200b"))],
    *[Forgery(f"{rule} within", at("token", lambda text, junk=junk:
              text[:-3] + junk + text[-3:]))
      for rule, junk in (("!", "!"), ("~", "~"), ("'", "'"), ("\\", "\\"))],
    Forgery("! in the header", at("head", lambda text:
            text[:4] + "!" + text[4:])),
    Forgery("a line's end in the payload", at("body", lambda text:
            text[:4] + "\n" + text[4:]), where=BODIES),
    # Around a field blanks are cut, as Django does.
    Forgery("a blank inside, none behind", at("token", lambda text:
            text.replace(".", " .", 1)), at("token", lambda text:
            f" {text}\n"), where=BODIES),
]


def parts(edit):
    return at("token", lambda text: edit(*text.split(".")))


SEGMENTS = [
    Forgery("one segment", parts(lambda h, b, s: h)),
    Forgery("two segments", parts(lambda h, b, s: f"{h}.{b}")),
    Forgery("two segments and a point", parts(lambda h, b, s: f"{h}.{b}.")),
    Forgery("four segments", parts(lambda h, b, s: f"{h}.{b}.{s}.{s}")),
    Forgery("five segments, as in JWE",
            parts(lambda h, b, s: f"{h}.{b}.{b}.{b}.{s}")),
    Forgery("a point behind", parts(lambda h, b, s: f"{h}.{b}.{s}.")),
    Forgery("a point in front", parts(lambda h, b, s: f".{h}.{b}.{s}")),
    Forgery("two points", parts(lambda h, b, s: f"{h}..{b}.{s}")),
    Forgery("no header", parts(lambda h, b, s: f".{b}.{s}")),
    Forgery("no payload", parts(lambda h, b, s: f"{h}..{s}")),
    Forgery("points alone", parts(lambda h, b, s: "..")),
    Forgery("one point", parts(lambda h, b, s: ".")),
    Forgery("commas", parts(lambda h, b, s: f"{h},{b},{s}")),
    Forgery("turned round", parts(lambda h, b, s: f"{b}.{h}.{s}")),
    Forgery("JSON", parts(lambda h, b, s: json.dumps(
        {"protected": h, "payload": b, "signature": s},
        separators=(",", ":")))),
]

EXPIRIES = times("exp", [
    ("in the past", ahead(-1), ahead(60), EXPIRED),
    ("now", ahead(0), ahead(60), EXPIRED),
    ("zero", "0", ahead(60), EXPIRED),
    ("negative", "-1", ahead(60), EXPIRED),
    ("negative and large", "-9007199254740992", ahead(60), EXPIRED),
    ("a fraction in the past", ahead(-1, "{}.75"), ahead(60, "{}.75"),
     EXPIRED),
    ("an exponent in the past", "1.7e9", "4.1e9", EXPIRED),
    ("an exponent that makes a fraction", "25e-1", "41e+8", EXPIRED),
    ("minus zero", "-0", ahead(60), EXPIRED),
    ("beyond the year 9999", "253402300800", "253402300799"),
    ("beyond it by a fraction", "253402300800.5", "253402300799.5"),
    ("huge", "1e30", ahead(60)),
    ("hugely negative", "-1e30", ahead(60)),
    ("beyond a double", "1e400", ahead(60)),
    ("2^63 - 1", "9223372036854775807", ahead(60)),
    ("2^63", "9223372036854775808", ahead(60)),
    ("of 40 digits", "9" * 40, ahead(60)),
    ("a string", ahead(60, '"{}"'), ahead(60)),
    ("words", '"never"', ahead(60)),
    ("an empty string", '""', ahead(60)),
    ("true", "true", ahead(60)),
    ("null", "null", ahead(60)),
    ("a list", ahead(60, "[{}]"), ahead(60)),
    ("an object", "{}", ahead(60)),
    ("Infinity", "Infinity", ahead(60)),
    ("NaN", "NaN", ahead(60)),
    ("hexadecimal", "0x7fffffff", ahead(60)),
    ("with a zero in front", ahead(60, "0{}"), ahead(60)),
    ("with a plus", ahead(60, "+{}"), ahead(60)),
]) + [Forgery("no exp", without("exp"), says="Token has no 'exp' claim")]

MOMENTS = times("nbf", [
    ("in the future", ahead(60), ahead(-1)),
    ("a fraction in the future", ahead(60, "{}.5"), ahead(-1, "{}.5")),
    ("huge", "1e30", ahead(-1)),
    ("beyond a double", "1e400", ahead(-1)),
    ("a string", ahead(-1, '"{}"'), ahead(-1)),
    ("null", "null", ahead(-1)),
    ("false", "false", "0"),
    ("a list", "[0]", "0"),
]) + times("iat", [
    ("in the future", ahead(60), ahead(0)),
    ("far in the future", "253402300799", ahead(0)),
    ("huge", "1e30", ahead(0)),
    ("a string", ahead(0, '"{}"'), ahead(0)),
    ("null", "null", None),
    ("true", "true", ahead(0)),
    ("an object", "{}", ahead(0)),
])

DUPLICATES = [
    Forgery("exp twice, the first wins",
            first("payload", '"exp":253402300799'),
            first("payload", '"exq":253402300799')),
    Forgery("exp twice, the last wins", last("payload", '"exp":253402300799'),
            last("payload", '"exq":253402300799')),
    Forgery("exp twice, once escaped",
            first("payload", '"e\\u0078p":253402300799'),
            first("payload", '"e\\u0079p":253402300799')),
    Forgery("exp twice, escaped throughout",
            last("payload", '"\\u0065\\u0078\\u0070":253402300799'),
            last("payload", '"\\u0065\\u0078\\u0071":253402300799')),
    Forgery("user_id twice", last("payload", '"user_id":"2"'),
            last("payload", '"user_ie":"2"')),
    Forgery("user_id twice, once escaped",
            last("payload", '"user\\u005Fid":"2"'),
            last("payload", '"user\\u005Fie":"2"')),
    Forgery("token_type twice", first("payload", '"token_type":"access"'),
            first("payload", '"token_typf":"access"')),
    Forgery("twice within", claim("x", '{"a":1,"a":1}'),
            claim("x", '{"a":1,"b":1}')),
    Forgery("an empty name twice", last("payload", '"":1,"":2'),
            last("payload", '"":1')),
]

PAYLOADS = [
    Forgery("a list around it", instead("payload", b"[{}]"),
            instead("payload", b"{}")),
    Forgery("a string", instead("payload", b'"user_id"')),
    Forgery("a string of it", at("payload", lambda text: json.dumps(
        text.decode()).encode())),
    Forgery("a number", instead("payload", b"1")),
    Forgery("true", instead("payload", b"true")),
    Forgery("null", instead("payload", b"null")),
    Forgery("nothing but a blank", instead("payload", b" ")),
    Forgery("an empty list", instead("payload", b"[]")),
    Forgery("9 levels deep", claim("a", nested(8)), claim("a", nested(7))),
    Forgery("1000 levels deep", claim("a", nested(1000)),
            claim("a", nested(7))),
    Forgery("many objects, none closed", instead("payload", b'{"a":' * 600)),
    Forgery("text behind", behind("payload", b"x"), behind("payload", b" ")),
    Forgery("an object behind", behind("payload", b"{}"),
            behind("payload", b"\n")),
    Forgery("NUL behind", behind("payload", b"\0"), behind("payload", b"\t")),
    Forgery("NUL and claims behind", behind("payload", b'\0{"exp":1}'),
            behind("payload", b"           ")),
    Forgery("NUL in front", in_front("payload", b"\0"),
            in_front("payload", b" ")),
    Forgery("NUL in a string", last("payload", b'"a":"b\0c"'),
            last("payload", b'"a":"b c"')),
    # libjwt reads no such text, and nobody writes one.
    Forgery("NUL in a string, escaped", last("payload", b'"a":"b\\u0000c"'),
            last("payload", b'"a":"b\\u0001c"')),
    Forgery("a byte order mark", in_front("payload", b"\xef\xbb\xbf"),
            in_front("payload", b"   ")),
    Forgery("UTF-16", at("payload", lambda text: text.decode().encode(
        "utf-16"))),
    Forgery("half a character", last("payload", b'"a":"\xc3"'),
            last("payload", b'"a":"\xc3\xa9"')),
    Forgery("a character too long", last("payload", b'"a":"\xc0\xaf"'),
            last("payload", b'"a":"/"')),
    Forgery("a surrogate in UTF-8", last("payload", b'"a":"\xed\xa0\x80"'),
            last("payload", b'"a":"\xed\x9f\xbf"')),
    Forgery("beyond Unicode", last("payload", b'"a":"\xf4\x90\x80\x80"'),
            last("payload", b'"a":"\xf4\x8f\xbf\xbf"')),
    Forgery("Latin-1 in a name", last("payload", b'"\xe9":1'),
            last("payload", b'"\xc3\xa9":1')),
    Forgery("a line's end in a string", last("payload", b'"a":"\n"'),
            last("payload", b'"a":"\\n"')),
    Forgery("a comma too much", last("payload", b'"a":1,'),
            last("payload", b'"a":1')),
    Forgery("a comment", last("payload", b'"a":1/**/'),
            last("payload", b'"a":1    ')),
    Forgery("single quotes", last("payload", b"'a':1"),
            last("payload", b'"a":1')),
    Forgery("no quotes", last("payload", b"a:1"), last("payload", b'"a":1')),
    Forgery("no end", at("payload", lambda text: text[:-1])),
]

CLAIMS = [
    Forgery("no jti", without("jti"), says="Token has no id"),
    Forgery("jti empty", claim("jti", '""'), says="Token has no id"),
    Forgery("jti null", claim("jti", "null")),
    Forgery("jti a number", claim("jti", "7")),
    Forgery("jti a list", claim("jti", lambda d: f'[{d.payload["jti"]}]')),
    Forgery("jti with NUL", claim("jti", lambda d: d.payload["jti"][:-1]
                                  + '\\u0000"')),
    Forgery("sub a number", claim("sub", "1"), claim("sub", '"1"')),
    Forgery("sub null", claim("sub", "null"), without("sub")),
    Forgery("sub with NUL", claim("sub", '"1\\u0000"'), claim("sub", '"1"')),
    Forgery("aud for somebody else", claim("aud", '"they"'),
            claim("aue", '"they"')),
    Forgery("aud empty", claim("aud", "[]"), without("aud")),
    Forgery("no token_type", without("token_type"), says="Token has no type"),
    *[Forgery(f"token_type {raw}", claim("token_type", raw),
              says="Token has wrong type")
      for raw in ('"other"', '""', "null", "1", "{}", '"id"')],
    *[Forgery(f"token_type {rule}", claim("token_type", change),
              says="Token has wrong type") for rule, change in (
        ("in a list", lambda d: f'[{d.payload["token_type"]}]'),
        ("in capitals", lambda d: d.payload["token_type"].upper()),
        ("with a blank", lambda d: d.payload["token_type"][:-1] + ' "'))],
    Forgery("token_type with NUL", claim(
        "token_type", lambda d: d.payload["token_type"][:-1] + '\\u0000"')),
    Forgery("a refresh token as an access token",
            claim("token_type", '"refresh"'), claim("token_type", '"access"'),
            "Token has wrong type", where=("hello",)),
    Forgery("an access token as a refresh token",
            claim("token_type", '"access"'), claim("token_type", '"refresh"'),
            "Token has wrong type", where=("refresh", "blacklist")),
    Forgery("a sliding token as another", claim("token_type", '"sliding"'),
            says="Token has wrong type",
            where=("hello", "refresh")),
    *[Forgery(f"sid {rule}", claim("sid", change)) for rule, change in (
        ("null", "null"), ("empty", '""'), ("a number", "1"),
        ("in capitals", '"0123456789ABCDEF0123456789ABCDEF"'),
        ("with hyphens", '"01234567-89ab-cdef-0123-456789abcdef"'),
        ("shorter", lambda d: d.payload["sid"][:-2] + '"'),
        ("longer", lambda d: d.payload["sid"][:-1] + '0"'),
        ("with NUL", lambda d: d.payload["sid"][:-1] + '\\u0000"'),
        ("in a list", lambda d: f'[{d.payload["sid"]}]'),
        ("SQL", '"\' or true --                    "'))],
    *[Forgery(f"epoch {rule}", claim("epoch", raw), claim("epoch", "0"))
      for rule, raw in (
        ("negative", "-1"), ("a fraction", "0.0"), ("a string", '"0"'),
        ("null", "null"), ("false", "false"), ("a list", "[0]"),
        ("an exponent", "0e0"), ("2^63", "9223372036854775808"))],
]


def anonymous(rule, raw):
    """No user is told: there is nobody to ask for, nor a session of theirs."""
    return Forgery(f"user_id {rule}", claim("user_id", raw), says={
        "hello": UNIDENTIFIED, "refresh": token_refused(INVALID),
        "blacklist": token_refused(INVALID)})


USERS = [
    anonymous("missing", None), anonymous("null", "null"),
    anonymous("empty", '""'), anonymous("a fraction", "1.0"),
    anonymous("true", "true"), anonymous("an object", "{}"),
    anonymous("in a list", lambda d: f'[{d.payload["user_id"]}]'),
    anonymous("of 256 characters", '"' + "x" * 256 + '"'),
    Forgery("user_id with NUL", claim(
        "user_id", lambda d: d.payload["user_id"][:-1] + '\\u0000"')),
    Forgery("user_id 2^63", claim("user_id", "9223372036854775808")),
    *[Forgery(f"user_id {rule}", claim("user_id", raw), says={
        "hello": NOT_FOUND, "refresh": NO_USER,
        "verify access": token_refused("Token is blacklisted"),
        "verify refresh": token_refused("Token is blacklisted")})
      for rule, raw in (
        ("of nobody", '"nobody"'), ("SQL", '"1\' or \'1\'=\'1"'),
        ("a pattern", '"%"'), ("with a blank", '" 1"'),
        ("in other digits", '"１"'), ("negative", "-1"))],
    Forgery("user_id of somebody else", claim("user_id", '"2"'),
            where=BODIES),
    Forgery("sid of no session", claim("sid", f'"{"0" * 32}"'), where=BODIES),
    # Elsewhere the session's own epoch counts.
    Forgery("epoch of another password", claim("epoch", "1"), says={
        "hello": '{"detail":"The user\'s password has been changed.",'
                 '"code":"password_changed"}'}),
    Forgery("no sid", without("sid"),
            where=("verify refresh", "refresh", "blacklist")),
]

FORGERIES = [(group, forgery) for group, forgeries in (
    ("algorithm", ALGORITHMS), ("header", HEADERS), ("kid", KIDS),
    ("signature", SIGNATURES), ("encoding", ENCODINGS),
    ("segments", SEGMENTS), ("expiry", EXPIRIES), ("moment", MOMENTS),
    ("duplicate", DUPLICATES), ("payload", PAYLOADS), ("claim", CLAIMS),
    ("user", USERS)) for forgery in forgeries]

PUBLIC = [Forgery(f"HS256 of {key}",
                  both(head("alg", '"HS256"'), signed("HS256", key)))
          for key in ("rsa public", "rsa public, no newline", "ec public",
                      "empty")]
RSA = PUBLIC + [
    Forgery("HS512 of the public key",
            both(head("alg", '"HS512"'), signed("HS512", "rsa public"))),
    Forgery("HS256 without kid",
            both(head("alg", '"HS256"'), head("kid", None),
                 signed("HS256", "rsa public")), head("kid", None)),
    Forgery("alg RS256, but HS256 of the public key",
            signed("HS256", "rsa public")),
    Forgery("alg HS256, but signed with RSA", head("alg", '"HS256"')),
    Forgery("RS512 of the right key",
            both(head("alg", '"RS512"'), signed("RS512", "rsa")),
            both(head("alg", '"RS256"'), signed("RS256", "rsa"))),
    Forgery("PS256 of the right key",
            both(head("alg", '"PS256"'), signed("PS256", "rsa")),
            both(head("alg", '"RS256"'), signed("RS256", "rsa"))),
    Forgery("another RSA key", signed("RS256", "attacker's rsa"),
            signed("RS256", "rsa")),
    Forgery("none", both(head("alg", '"none"'), at("mac", lambda mac: b""))),
    Forgery("a zero in front", at("mac", lambda mac: b"\0" + mac)),
    Forgery("zeros", at("mac", lambda mac: bytes(len(mac)))),
    Forgery("one", at("mac", lambda mac: bytes(len(mac) - 1) + b"\1")),
    Forgery("unused bits of the signature", at("signature", flip_unused_bit)),
]
EC = PUBLIC + [
    Forgery("alg HS256, but signed with ECDSA", head("alg", '"HS256"')),
    Forgery("alg ES384", head("alg", '"ES384"')),
    Forgery("another EC key", signed("ES256", "attacker's ec"),
            signed("ES256", "ec")),
    Forgery("none", both(head("alg", '"none"'), at("mac", lambda mac: b""))),
    # CVE-2022-21449: r and s are zero
    Forgery("zeros", at("mac", lambda mac: bytes(64))),
    Forgery("r is zero", at("mac", lambda mac: bytes(32) + mac[32:])),
    Forgery("s is zero", at("mac", lambda mac: mac[:32] + bytes(32))),
    Forgery("a byte more", at("mac", lambda mac: mac + b"\0")),
    Forgery("a byte less", at("mac", lambda mac: mac[:-1])),
    Forgery("zeros in front of both", at("mac", lambda mac:
            b"\0" + mac[:32] + b"\0" + mac[32:])),
    Forgery("all bits", at("mac", lambda mac: b"\xff" * 64)),
]

NAMED = both(claim("iss", '"we"'), claim("aud", '"us"'))


def named(rule, name, forged, twin):
    return Forgery(f"{name} {rule}", both(NAMED, claim(name, forged)),
                   both(NAMED, claim(name, twin)))


# What a sliding token has more, and what it is asked more strictly.
SLIDES = [
    # What is wrong with any token is wrong with this one.
    *[Forgery(forgery.rule, forgery.forged, forgery.twin, forgery.says,
              SLIDING)
      for forgery in ALGORITHMS + SIGNATURES + EXPIRIES + MOMENTS + CLAIMS
      if forgery.where == EVERYWHERE],
    *[Forgery(f"refresh_exp {rule}", claim("refresh_exp", raw),
              says="Token 'refresh_exp' claim has expired", where=("slide",))
      for rule, raw in (
        ("in the past", ahead(-1)), ("now", ahead(0)), ("negative", "-1"),
        ("a fraction in the past", ahead(-1, "{}.5")),
        ("an exponent in the past", "1.7e9"))],
    *[Forgery(f"refresh_exp {rule}", claim("refresh_exp", raw),
              where=SLIDING) for rule, raw in (
        ("a string", ahead(60, '"{}"')), ("null", "null"), ("true", "true"),
        ("a list", ahead(60, "[{}]")), ("huge", "1e30"),
        ("beyond the year 9999", "253402300800"))],
    Forgery("no refresh_exp", without("refresh_exp"),
            says="Token has no 'refresh_exp' claim", where=("slide",)),
    Forgery("refresh_exp twice, once escaped",
            first("payload", '"refresh\\u005fexp":253402300799'),
            first("payload", '"refresh\\u005fexq":253402300799'),
            where=SLIDING),
    *[Forgery(f"{kind} as a sliding token",
              claim("token_type", f'"{kind}"'), says="Token has wrong type",
              where=("hello sliding", "slide")) for kind in (
        "access", "refresh")],
    Forgery("sid of no session", claim("sid", f'"{"0" * 32}"'),
            where=SLIDING),
    Forgery("no sid", without("sid"), where=SLIDING),
    Forgery("user_id of somebody else", claim("user_id", '"2"'),
            where=SLIDING),
    Forgery("user_id missing", without("user_id"), says={
        "hello sliding": UNIDENTIFIED,
        "verify sliding": token_refused(INVALID),
        "slide": token_refused(INVALID)}),
    Forgery("user_id of nobody", claim("user_id", '"nobody"'), says={
        "hello sliding": NOT_FOUND,
        "verify sliding": token_refused("Token is blacklisted"),
        "slide": NO_USER}),
]

# The site is called "we", and its tokens are for "us" or "all".
AUDIENCES = [named(rule, "iss", forged, '"we"') for rule, forged in (
    ("missing", None), ("of somebody else", '"they"'), ("null", "null"),
    ("a part", '"w"'), ("more", '"we "'), ("in capitals", '"WE"'),
    ("with NUL", '"we\\u0000"'), ("in a list", '["we"]'),
    ("empty", '""'))
] + [named(rule, "aud", forged, twin) for rule, forged, twin in (
    ("missing", None, '"us"'), ("of somebody else", '"they"', '"all"'),
    ("null", "null", '"us"'), ("a part", '"u"', '"us"'),
    ("both in one", '"us, all"', '"us"'), ("in capitals", '"US"', '"us"'),
    ("with NUL", '"us\\u0000"', '"us"'), ("a number", "1", '"us"'),
    ("an object", '{"us":"us"}', '"us"'), ("an empty list", "[]", '["us"]'),
    ("a list of others", '["they","them"]', '["they","us"]'),
    ("a list with a number", '["us",1]', '["us","1"]'),
    ("a list in a list", '[["us"]]', '["us"]'))]

SITES = {
    "HS256": ({}, KEY, ("HS256", "right"), FORGERIES),
    "RS256": ({"algorithm": "RS256"}, pair("RS256"), ("RS256", "rsa"),
              [("public", forgery) for forgery in RSA]),
    "ES256": ({"algorithm": "ES256"}, pair("ES256"), ("ES256", "ec"),
              [("public", forgery) for forgery in EC]),
    "named": ({"issuer": "we", "audience": "us, all"}, KEY,
              ("HS256", "right"),
              [("named", forgery) for forgery in AUDIENCES]),
    "sliding": ({"auth_token_classes": "sliding"}, KEY, ("HS256", "right"),
                [("sliding", forgery) for forgery in SLIDES]),
}


@pytest.fixture(scope="module")
def sites(new_site):
    """sites(name): that site of SITES, with alice and bob; one at a time."""
    stack = contextlib.ExitStack()
    current = []

    def switch(name):
        if not current or current[0] != name:
            stack.close()
            settings, key, _, _ = SITES[name]
            site = stack.enter_context(new_site(
                worker=False, processes=1, key=key, **settings))
            for subject, user in (("1", "alice"), ("2", "bob")):
                site.add_user(user, PASSWORD, None, "--subject", subject)
            current[:] = [name, site]
        return current[1]

    with stack:
        yield switch


def send(site, endpoint, token):
    if endpoint.field is None:
        return site.get(endpoint.path, token)
    return site.post(endpoint.path, {endpoint.field: token})


def is_taken(name, answer):
    """Whether the answer is the one that a good token gets."""
    if answer.status == 200 and name in ("refresh", "slide"):
        return set(answer.json()) == {"access" if name == "refresh"
                                      else "token"}
    return answer.status == 200 and answer.text == (
        HELLO if name.startswith("hello") else "{}")


def drafts_of(site, signer):
    """Real tokens, as text and taken apart."""
    if site.settings.get("auth_token_classes") == "sliding":
        tokens = site.post("/api/token/sliding/", username="alice",
                           password=PASSWORD).json()
    else:
        tokens = site.login("alice", PASSWORD)
    return tokens, {kind: Draft(token, KEYS, signer, now())
                    for kind, token in tokens.items()}


CASES = [(site, f"{group}: {forgery.rule}", forgery)
         for site, (_, _, _, forgeries) in SITES.items()
         for group, forgery in forgeries]


@pytest.mark.parametrize("name,forgery",
                         [(site, forgery) for site, _, forgery in CASES],
                         ids=[f"{site}-{rule}" for site, rule, _ in CASES])
def test_forgery(sites, name, forgery):
    site = sites(name)
    pids = site.pids()
    tokens, drafts = drafts_of(site, SITES[name][2])
    for where, body in forgery.bodies.items():
        endpoint = ENDPOINTS[where]
        draft = drafts[endpoint.kind]
        forged, twin = draft.changed(forgery.forged), draft.changed(
            forgery.twin)
        assert forged != twin
        answer = send(site, endpoint, forged)
        assert (answer.status, answer.text) == (401, body), where
        challenge = answer.headers["www-authenticate"]
        assert challenge == 'Bearer realm="api"' + (
            ', error="invalid_token"' if endpoint.field is None else "")
        answer = send(site, endpoint, twin)
        assert is_taken(where, answer), (where, answer, forgery.rule)
    good = tokens.get("access") or tokens["token"]
    assert site.get("/api/hello/", good).text == HELLO
    assert site.pids() == pids


def test_there_are_enough():
    rules = [(site, rule) for site, rule, _ in CASES]
    assert len(set(rules)) == len(rules) >= 60


@contextlib.contextmanager
def trap():
    """An address at which nobody may ask for anything."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        listener.setblocking(False)
        yield "http://127.0.0.1:%d/keys.json" % listener.getsockname()[1]
        with pytest.raises(BlockingIOError):
            listener.accept()


OCTETS = base64url(ATTACKER.encode())
REFERENCES = {
    "jku": lambda url: json.dumps(url),
    "x5u": lambda url: json.dumps(url),
    "jwk": lambda url: json.dumps({"kty": "oct", "k": OCTETS}),
    "x5c": lambda url: json.dumps([base64.b64encode(
        ATTACKER.encode()).decode()]),
    "x5t": lambda url: json.dumps(OCTETS),
    "x5t#S256": lambda url: json.dumps(OCTETS),
    "kid": lambda url: json.dumps(url),
    "jwks": lambda url: json.dumps({"keys": [{"kty": "oct", "k": OCTETS}]}),
}


@pytest.mark.parametrize("reference", REFERENCES)
def test_a_key_that_the_token_brings_is_not_used(sites, reference):
    """The header may say where a key is: nobody goes there."""
    site = sites("HS256")
    pids = site.pids()
    with trap() as url:
        _, drafts = drafts_of(site, ("HS256", "right"))
        named_key = head(reference, REFERENCES[reference](url))
        for where in EVERYWHERE:
            endpoint = ENDPOINTS[where]
            draft = drafts[endpoint.kind]
            answer = send(site, endpoint, draft.changed(
                named_key, signed("HS256", "attacker")))
            assert (answer.status, answer.text) == (
                401, refused(where, INVALID)), where
            # The same header does no harm when the right key has signed; a
            # kid is the one member that names a key, and this names none.
            answer = send(site, endpoint, draft.changed(
                *([] if reference == "kid" else [named_key])))
            assert is_taken(where, answer), (where, answer)
    assert site.pids() == pids


@pytest.fixture(scope="module")
def elsewhere(sites):
    """The tokens that another site has issued over the same database."""
    site = sites("HS256")
    home = Home(site.server.dsn(site.database), QUICK, OTHER)
    with Program(home, "token_obtain") as program:
        answer = program.call(
            "POST", "/api/token/", json.dumps(
                {"username": "alice", "password": PASSWORD}).encode())
        assert answer.status == 200, answer
        assert program.stop() == 0
    reports = home.sanitizer_reports()
    home.remove()
    assert not reports, reports
    return answer.json()


@pytest.mark.parametrize("where", EVERYWHERE)
def test_token_of_another_site(sites, elsewhere, where):
    """The session is on record, the user is the same, the key is not."""
    site = sites("HS256")
    endpoint = ENDPOINTS[where]
    expected = 401, refused(where, INVALID)
    token = elsewhere[endpoint.kind]
    answer = send(site, endpoint, token)
    assert (answer.status, answer.text) == expected
    draft = Draft(token, KEYS, ("HS256", "right"), now())
    # Signed by us, under the other key's name.
    answer = send(site, endpoint, draft.changed())
    assert (answer.status, answer.text) == expected
    answer = send(site, endpoint, draft.changed(head("kid", None)))
    assert is_taken(where, answer), answer


def test_another_jti_is_a_used_one(sites):
    """It was signed by us and is not the session's: somebody has two."""
    site = sites("HS256")
    _, drafts = drafts_of(site, ("HS256", "right"))
    draft = drafts["refresh"]
    blacklisted = 401, token_refused("Token is blacklisted")
    refresh, verify = ENDPOINTS["refresh"], ENDPOINTS["verify refresh"]
    forged = draft.changed(claim("jti", f'"{"0" * 32}"'))
    answer = send(site, verify, forged)
    assert (answer.status, answer.text) == blacklisted
    assert is_taken("refresh", send(site, refresh, draft.changed()))
    answer = send(site, refresh, forged)
    assert (answer.status, answer.text) == blacklisted
    answer = send(site, refresh, draft.changed())
    assert (answer.status, answer.text) == blacklisted


def test_an_altered_epoch_does_not_outlive_a_refresh(sites):
    """The session says which password it began with, not the token."""
    site = sites("HS256")
    _, drafts = drafts_of(site, ("HS256", "right"))
    answer = send(site, ENDPOINTS["refresh"],
                  drafts["refresh"].changed(claim("epoch", "7")))
    assert is_taken("refresh", answer)
    access = Draft(answer.json()["access"], KEYS, ("HS256", "right"), now())
    assert access.payload["epoch"] == "0"


# At the limit

def of_length(draft, above):
    """The longest token of at most 8192 characters, or one claim longer."""
    length = 8192 * 3 // 4 - len(draft.changed(claim("x", '""')))
    while len(draft.changed(claim("x", '"%s"' % ("x" * length)))) <= 8192:
        length += 1
    return draft.changed(claim("x", '"%s"' % ("x" * (length - 1 + above))))


@pytest.mark.parametrize("where", BODIES)
def test_a_token_has_8192_characters_at_most(sites, where):
    site = sites("HS256")
    _, drafts = drafts_of(site, ("HS256", "right"))
    endpoint = ENDPOINTS[where]
    draft = drafts[endpoint.kind]
    answer = send(site, endpoint, of_length(draft, 1))
    assert (answer.status, answer.text) == (401, token_refused(INVALID))
    assert is_taken(where, send(site, endpoint, of_length(draft, 0)))


def test_a_token_in_a_header_has_8192_characters_at_most(sites):
    """Straight at the program: the web server lets less through."""
    site = sites("HS256")
    _, drafts = drafts_of(site, ("HS256", "right"))

    def ask(token):
        return fastcgi.call(site.path("run/hello-0"), "GET", "/api/hello/",
                            HTTP_AUTHORIZATION=f"Bearer {token}")

    answer = ask(of_length(drafts["access"], 1))
    assert (answer.status, answer.text) == (401, bearer_refused(INVALID))
    assert ask(of_length(drafts["access"], 0)).text == HELLO


MEGABYTES = 9 * 1000 * 1000
LONG = [
    ("one segment", lambda token: "A" * MEGABYTES),
    ("points", lambda token: "." * MEGABYTES),
    ("a long signature", lambda token: token + "A" * MEGABYTES),
    ("a long header", lambda token: "A" * MEGABYTES + token),
    ("a long payload", lambda token: token.replace(
        ".", "." + "A" * MEGABYTES, 1)),
    ("a deep payload", lambda token: ".".join((
        token.split(".")[0], base64url(b'{"a":' * (MEGABYTES // 8)),
        token.split(".")[2]))),
]


@pytest.mark.parametrize("rule,make", LONG, ids=[row[0] for row in LONG])
def test_tokens_of_9_megabytes(sites, rule, make):
    site = sites("HS256")
    pids = site.pids()
    tokens = site.login("alice", PASSWORD)
    long = make(tokens["access"])
    hello = site.path("run/hello-0")
    answer = fastcgi.call(hello, "GET", "/api/hello/", timeout=30,
                          HTTP_AUTHORIZATION=f"Bearer {long}")
    assert (answer.status, answer.text) == (401, bearer_refused(INVALID))
    assert fastcgi.call(
        hello, "GET", "/api/hello/",
        HTTP_AUTHORIZATION=f"Bearer {tokens['access']}").text == HELLO
    body = json.dumps({"token": long}).encode()
    for answer in (
            fastcgi.call(site.path("run/token_verify-0"), "POST",
                         "/api/token/verify/", body, timeout=30),
            site.post("/api/token/verify/", {"token": long})):
        assert (answer.status, answer.text) == (
            413, '{"detail":"Request body is too large."}')
    assert site.post("/api/token/verify/",
                     {"token": tokens["access"]}).text == "{}"
    assert site.pids() == pids


# Where the text is spoilt before anybody looks at it as a token

@pytest.mark.parametrize("where", BODIES)
@pytest.mark.parametrize("text,fault", [
    ("{}\0", "Null characters are not allowed."),
    ("{}\0junk", "Null characters are not allowed."),
    ("\0{}", "Null characters are not allowed."),
    ("{}\ud800", "Surrogate characters are not allowed: U+D800."),
    ("", "This field may not be blank."),
    (" \n", "This field may not be blank."),
    (None, "This field may not be null."),
    (True, "Not a valid string."),
    ([], "Not a valid string."),
    ({}, "Not a valid string."),
], ids=["NUL", "NUL and text", "NUL in front", "surrogate", "empty", "blank",
        "null", "true", "list", "object"])
def test_no_text_for_a_token(sites, where, text, fault):
    site = sites("HS256")
    endpoint = ENDPOINTS[where]
    token = site.login("alice", PASSWORD)[endpoint.kind]
    if isinstance(text, str):
        text = text.replace("{}", token)
    answer = send(site, endpoint, text)
    assert answer.status == 400
    assert answer.json() == {endpoint.field: [fault]}
    assert is_taken(where, send(site, endpoint, token))


MISSING = '{"detail":"Authentication credentials were not provided."}'
MALFORMED = ('{"detail":"Authorization header must contain two '
             'space-delimited values","code":"bad_authorization_header"}')


@pytest.mark.parametrize("form,status,body", [
    (b"Bearer", 401, MALFORMED),
    (b"Bearer %s x", 401, MALFORMED),
    (b"Bearer %s %s", 401, MALFORMED),
    (b"%s", 401, MISSING),
    (b"Basic %s", 401, MISSING),
    (b"Bearer%s", 401, MISSING),
    (b"JWT %s", 401, MISSING),
    (b"Bearer %s,", 401, bearer_refused(INVALID)),
    (b"Bearer \"%s\"", 401, bearer_refused(INVALID)),
    (b"Bearer %s;", 401, bearer_refused(INVALID)),
    (b"Bearer %s\xc3\xa9", 401, bearer_refused(INVALID)),
    # lighttpd: no HTTP (RFC 9110 section 5.5)
    (b"Bearer %s\0", 400, None),
    (b"Bearer %s\0junk", 400, None),
], ids=lambda value: repr(value) if isinstance(value, bytes) else "")
def test_no_header_for_a_token(sites, form, status, body):
    site = sites("HS256")
    token = site.login("alice", PASSWORD)["access"].encode()

    def ask(value):
        said = site.raw(b"GET /api/hello/ HTTP/1.0\r\nAuthorization: "
                        + value + b"\r\n\r\n")
        top, _, text = said.partition(b"\r\n\r\n")
        return int(top.split()[1]), text.decode()

    got = ask(form.replace(b"%s", token))
    assert got[0] == status
    assert body is None or got[1] == body
    assert ask(b"Bearer " + token) == (200, HELLO)
