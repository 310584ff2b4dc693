"""Forged headers, signatures and encodings: what is wrong before any claim."""

import base64
import json

from forgery import BODIES, Forgery, nested
from support.forge import (
    at, behind, both, claim, first, flip_unused_bit, head, instead, last,
    signed, unaligned, with_characters)
from support.replay import base64url

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

# Beside a public key: of sites that sign with RSA and ECDSA.
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
