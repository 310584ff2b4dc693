"""Forged payloads and claims, signed with the right key."""

import json

from excuses import NOT_FOUND, UNIDENTIFIED, token_refused
from forged_headers import ALGORITHMS, SIGNATURES
from forgery import (
    BODIES, EVERYWHERE, EXPIRED, INVALID, NO_USER, SLIDING, Forgery, ahead,
    nested, times)
from support.forge import (
    at, behind, both, claim, first, in_front, instead, last, without)

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
