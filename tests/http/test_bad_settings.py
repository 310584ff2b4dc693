"""
Settings and keys of tokens that do not go: `postern check` and a program at its
start both say which file, which line of the configuration, and what to do.
"""

import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from support.keys import Pair, pair
from support.site import KEY, Program

BODY = b'{"token":"a.b.c"}'
P384 = Pair(ec.generate_private_key(ec.SECP384R1()))
SECP256K1 = Pair(ec.generate_private_key(ec.SECP256K1()))
SHORT_RSA = Pair(rsa.generate_private_key(65537, 1024))


class Halves(Pair):
    """Two texts that may be the halves of no key."""

    def __init__(self, private, public):
        self.private = private
        self.public = public


def locked():
    """The private half with a passphrase."""
    key = serialization.load_pem_private_key(
        pair("ES256").private.encode(), None)
    return Halves(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret")).decode(),
        pair("ES256").public)


def refusals(home):
    """What check and a program say; neither may do anything else."""
    done = home.postern("check", "--json", check=False)
    assert done.returncode == 1
    with Program(home, "token_verify") as program:
        answer = program.call("POST", "/api/token/verify/", BODY)
        assert answer.status == 503 and "Retry-After" in dict(
            answer.raw_headers)
        assert program.is_alive() and program.stop() == 0
    return done.stdout + done.stderr, home.logged()


def accepted(home):
    """check finds nothing wrong with keys; a program reads tokens."""
    done = home.postern("check", "--json", check=False)
    found = json.loads(done.stdout)
    assert ("keys", "problem") not in {
        (entry["check"], entry["status"]) for entry in found}
    with Program(home, "token_verify") as program:
        assert program.call("POST", "/api/token/verify/",
                            BODY).status == 401
        assert program.stop() == 0


LINES = [
    # setting, accepted, refused, what to do
    ("algorithm", "HS384", "HS385", "allowed: HS256, HS384"),
    ("algorithm", "HS256", "none", "allowed: HS256"),
    ("auth_header_types", "JWT", "J WT", "allowed: words such as Bearer"),
    ("auth_header_name", "X-Token", "X Token", "allowed: the name of a header"),
    ("auth_header_name", "HTTP_X_TOKEN", "HTTP_", "allowed: the name of a"),
    ("auth_header_name", "HTTP_COOKIES", "HTTP_COOKIE", "but not Cookie"),
    ("auth_token_classes", "sliding", "refresh", "allowed: access, sliding"),
    ("user_id_claim", "sub", "s u b", "allowed: a name of letters"),
    ("claim.roles", "groups", "group", "allowed: id, username"),
]


@pytest.mark.parametrize("name,good,bad,allowed", LINES,
                         ids=[f"{row[0]} {row[2]}" for row in LINES])
def test_a_line_that_does_not_go(home, name, good, bad, allowed):
    home.configure(**{name: good})
    accepted(home)
    home.configure(**{name: bad})
    line = list(home.settings).index(name) + 1
    where = f"{home.path('postern.conf')}:{line}: {name}: "
    for said in refusals(home):
        said = said.replace("\\/", "/")
        assert where in said and allowed in said


@pytest.mark.parametrize("settings,allowed", [
    ({"user_id_claim": "jti"}, "five different names"),
    ({"claim.exp": "email"}, "allowed: another name"),
    ({"access_cookie": "yes"}, "allowed with token_transport"),
    ({"session_lifetime": "23h", "rotate_refresh_tokens": "yes"},
     "at least as long as both others"),
], ids=lambda value: next(iter(value)) if isinstance(value, dict) else "")
def test_lines_that_do_not_go_together(home, settings, allowed):
    accepted(home)
    home.configure(**settings)
    name = next(iter(settings))
    line = list(home.settings).index(name) + 1
    where = f"{home.path('postern.conf')}:{line}: {name}"
    for said in refusals(home):
        said = said.replace("\\/", "/")
        assert allowed in said
        assert where in said


# rule, algorithm, accepted, refused, the file of which it is said, what to do
KEYS = [
    ("31 bytes", "HS256", KEY[:32], KEY[:31], "key", "32 bytes"),
    ("empty", "HS256", KEY, "", "key", "32 bytes"),
    ("a placeholder", "HS512", KEY, "changeme" * 8, "key", "openssl rand"),
    ("a PEM", "HS256", KEY, pair("RS256").public, "key", "algorithm"),
    ("a secret", "RS256", pair("RS256"), Halves(KEY, KEY), "key.pub",
     "openssl pkey"),
    ("RSA of 1024 bits", "RS256", pair("RS256"), SHORT_RSA, "key.pub",
     "2048"),
    ("EC for RSA", "RS512", pair("RS256"), pair("ES256"), "key.pub",
     "RS asks for RSA"),
    ("RSA for EC", "ES256", pair("ES256"), pair("RS256"), "key.pub",
     "P-256"),
    ("P-384 for ES256", "ES256", pair("ES256"), P384, "key.pub", "P-256"),
    ("P-256 for ES384", "ES384", P384, pair("ES256"), "key.pub", "P-384"),
    ("another curve of 256 bits", "ES256", pair("ES256"), SECP256K1,
     "key.pub", "P-256"),
    ("halves of two keys", "ES256", pair("ES256"),
     Halves(pair("ES256", 1).private, pair("ES256").public), "key",
     "the two halves of one key"),
    ("the private half twice", "ES256", pair("ES256"),
     Halves(pair("ES256").private, pair("ES256").private), "key.pub",
     "-pubout"),
    ("the public half twice", "ES256", pair("ES256"),
     Halves(pair("ES256").public, pair("ES256").public), "key",
     "private key"),
    ("a passphrase", "ES256", pair("ES256"), locked(), "key",
     "openssl pkey"),
    ("no PEM", "ES256", pair("ES256"), Halves("x", "x"), "key.pub",
     "openssl pkey"),
]


@pytest.mark.parametrize("rule,algorithm,good,bad,file,advice", KEYS,
                         ids=[f"{row[1]} {row[0]}" for row in KEYS])
def test_a_key_that_does_not_go(home, rule, algorithm, good, bad, file,
                                advice):
    home.configure(algorithm=algorithm)
    if isinstance(good, Pair):
        home.configure(verifying_key=home.path("key.pub"))
    home.write_key(good)
    accepted(home)
    home.write_key(bad)
    name = "signing_key" if file == "key" else "verifying_key"
    line = list(home.settings).index(name) + 1
    where = f"{home.path('postern.conf')}:{line}: {name}: {home.path(file)}: "
    for said in refusals(home):
        said = said.replace("\\/", "/")
        assert where in said and advice in said
        assert KEY[:31] not in said and "PRIVATE" not in said


def test_a_public_key_that_is_not_named(home):
    home.write_key(pair("RS256"))
    home.configure(algorithm="RS256", verifying_key=home.path("key.pub"))
    accepted(home)
    home.configure(verifying_key=None)
    for said in refusals(home):
        line = list(home.settings).index("algorithm") + 1
        assert f"postern.conf:{line}: algorithm: " in said
        assert "verifying_key" in said and "openssl pkey" in said


def test_a_public_key_that_others_can_write(home):
    home.write_key(pair("RS256"))
    home.configure(algorithm="RS256", verifying_key=home.path("key.pub"))
    accepted(home)
    home.write("key.pub", pair("RS256").public, 0o646)
    for said in refusals(home):
        assert home.path("key.pub") in said and "chmod o-w" in said
