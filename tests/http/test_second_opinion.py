"""
PyJWT and we say the same of the same tokens, in every algorithm: of tokens
that this site has issued and of tokens that PyJWT has.

Both are asked with a key, an audience and an issuer, and answer yes or no.
"""

import json
import uuid

import jwt
import pytest

from support.fastcgi import call
from support.keys import Pair, pair
from support.replay import base64url, from_base64url, now
from support.site import QUICK, Home, Program, wait_for

ALGORITHMS = ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512",
              "ES256", "ES384", "ES512"]
PASSWORD = "Corr3ct-horse"
NAMES = {"audience": "us", "issuer": "we"}


def key_of(algorithm, number=0):
    """The number-th key of an algorithm: a Pair, or a secret."""
    if algorithm.startswith("HS"):
        return f"{algorithm}-{number}-0123456789abcdefghijklmnopqrstuvwxyz"
    return pair(algorithm, number)


def halves(key):
    """What signs and what verifies."""
    return (key.private, key.public) if isinstance(key, Pair) else (key, key)


class Party:
    """This site under one key and one pair of names, and PyJWT likewise."""

    def __init__(self, home, algorithm, number=0, **names):
        self.home = home
        self.algorithm = algorithm
        self.signing, self.verifying = halves(key_of(algorithm, number))
        self.names = dict(NAMES, **names)
        home.write(f"{algorithm}-{number}", self.signing, 0o600)
        home.write(f"{algorithm}-{number}.pub", self.verifying, 0o640)
        self.environment = {
            "POSTERN_ALGORITHM": algorithm,
            "POSTERN_SIGNING_KEY": home.path(f"{algorithm}-{number}"),
            "POSTERN_AUDIENCE": self.names["audience"],
            "POSTERN_ISSUER": self.names["issuer"],
        }
        if self.signing != self.verifying:
            self.environment["POSTERN_VERIFYING_KEY"] = home.path(
                f"{algorithm}-{number}.pub")

    def program(self, name, **environment):
        return Program(self.home, name, **dict(self.environment,
                                               **environment))

    def obtain(self, **environment):
        """A pair of tokens of this site."""
        with self.program("token_obtain", **environment) as program:
            answer = program.call("POST", "/api/token/", json.dumps(
                {"username": "alice", "password": PASSWORD}).encode())
            assert answer.status == 200, answer
            assert program.stop() == 0
        return answer.json()

    def sign(self, **changes):
        """An access token of PyJWT; None takes a claim away."""
        claims = {"token_type": "access", "iat": now(), "exp": now() + 60,
                  "jti": uuid.uuid4().hex, "user_id": "1", "iss": "we",
                  "aud": "us", **changes}
        return jwt.encode({name: value for name, value in claims.items()
                           if value is not None}, self.signing,
                          self.algorithm)

    def pyjwt_accepts(self, token):
        try:
            jwt.decode(token, self.verifying, algorithms=[self.algorithm],
                       audience=self.names["audience"] or None,
                       issuer=self.names["issuer"] or None,
                       options={"require": ["exp"]})
        except jwt.InvalidTokenError:
            return False
        return True

    def verdicts(self, tokens):
        """{name: (ours, PyJWT's)} of {name: token}."""
        with self.program("token_verify") as verify:
            found = {name: (accepts(verify.socket, token),
                            self.pyjwt_accepts(token))
                     for name, token in tokens.items()}
            assert verify.is_alive() and verify.stop() == 0
        return found


def accepts(socket, token):
    answer = call(socket, "POST", "/api/token/verify/",
                  json.dumps({"token": token}).encode())
    assert answer.status in (200, 401), answer
    return answer.status == 200


def damaged(token, segment):
    """One bit of one segment is another."""
    parts = token.split(".")
    data = bytearray(from_base64url(parts[segment]))
    data[len(data) // 2] ^= 1
    parts[segment] = base64url(bytes(data))
    return ".".join(parts)


@pytest.fixture(scope="module")
def home(server, new_database):
    made = Home(server.dsn(new_database()), QUICK)
    made.postern("user", "add", "alice", "--email", "alice@example.com",
                 "--subject", "1", "--force", stdin=PASSWORD + "\n")
    yield made
    reports = made.sanitizer_reports()
    made.remove()
    assert not reports, reports


@pytest.fixture(scope="module")
def brief(home):
    """Access tokens of this site that have expired, by algorithm."""
    tokens = {algorithm: Party(home, algorithm).obtain(
        POSTERN_ACCESS_TOKEN_LIFETIME="1s")["access"]
        for algorithm in ALGORITHMS}
    last = max(jwt.decode(token, options={"verify_signature": False})["exp"]
               for token in tokens.values())
    wait_for("they have expired", lambda: now() > last)
    return tokens


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_tokens_of_this_site(home, brief, algorithm):
    tokens = Party(home, algorithm).obtain()
    good = tokens["access"]
    sample = {
        "access": good, "refresh": tokens["refresh"],
        "header damaged": damaged(good, 0),
        "payload damaged": damaged(good, 1),
        "signature damaged": damaged(good, 2),
        "signature cut": good[:-4], "signature gone": good[:good.rindex(".")],
        "expired": brief[algorithm],
    }
    verdicts = Party(home, algorithm).verdicts(sample)
    assert verdicts == {name: (name in ("access", "refresh"),) * 2
                        for name in sample}
    for other in (Party(home, algorithm, 1),
                  Party(home, algorithm, audience="them"),
                  Party(home, algorithm, audience=""),
                  Party(home, algorithm, issuer="they")):
        assert other.verdicts({"good": good}) == {"good": (False, False)}
    # Who asks for no issuer takes any.
    assert Party(home, algorithm, issuer="").verdicts(
        {"good": good}) == {"good": (True, True)}


GOOD = {
    "plain": {},
    "exp soon": {"exp": lambda: now() + 30},
    "exp with a fraction": {"exp": lambda: now() + 30.5},
    "nbf in the past": {"nbf": lambda: now() - 5},
    "no iat": {"iat": lambda: None},
    "iat long ago": {"iat": lambda: 0},
    "one of many audiences": {"aud": lambda: ["them", "us"]},
    "more claims": {"name": lambda: "é \U0001F511", "list": lambda: [1, {}]},
}
BAD = {
    "expired": {"exp": lambda: now() - 1},
    "expired long ago": {"exp": lambda: 0},
    "no exp": {"exp": lambda: None},
    "exp is no number": {"exp": lambda: "soon"},
    "nbf in the future": {"nbf": lambda: now() + 60},
    "nbf is no number": {"nbf": lambda: "now"},
    "iat in the future": {"iat": lambda: now() + 60},
    "iat is no number": {"iat": lambda: "now"},
    "another audience": {"aud": lambda: "them"},
    "other audiences": {"aud": lambda: ["them", "all"]},
    "no audience": {"aud": lambda: None},
    "an audience that is a number": {"aud": lambda: 1},
    "a number among audiences": {"aud": lambda: ["us", 1]},
    "another issuer": {"iss": lambda: "they"},
    "no issuer": {"iss": lambda: None},
    "a part of the issuer": {"iss": lambda: "w"},
}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_tokens_of_pyjwt(home, algorithm):
    party, stranger = Party(home, algorithm), Party(home, algorithm, 1)
    sample = {name: party.sign(**{claim: value() for claim, value in
                                  changes.items()})
              for name, changes in {**GOOD, **BAD}.items()}
    good = sample["plain"]
    sample.update({"another key": stranger.sign(),
                   "header damaged": damaged(good, 0),
                   "payload damaged": damaged(good, 1),
                   "signature damaged": damaged(good, 2),
                   "not signed": jwt.encode({}, None, "none")})
    assert party.verdicts(sample) == {
        name: (name in GOOD,) * 2 for name in sample}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_no_algorithm_passes_for_another(home, algorithm):
    """Tokens of every other algorithm, each with a key that suits it."""
    party = Party(home, algorithm)
    others = {other: Party(home, other).sign()
              for other in ALGORITHMS if other != algorithm}
    if algorithm.startswith(("HS", "RS")):
        # The same key signs in all of its family.
        for other in ALGORITHMS:
            if other[:2] == algorithm[:2] and other != algorithm:
                others[f"{other}, same key"] = jwt.encode(
                    {"exp": now() + 60, "iss": "we", "aud": "us",
                     "jti": "a", "token_type": "access"},
                    party.signing, other)
    assert party.verdicts(others) == {name: (False, False)
                                      for name in others}
