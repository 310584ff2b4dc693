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

import pytest

import forged_claims
import forged_headers
from excuses import HELLO, token_refused
from forgery import (
    ATTACKER, ENDPOINTS, EVERYWHERE, INVALID, KEYS, OTHER, PASSWORD,
    drafts_of, is_taken, refused, send)
from support.forge import Draft, claim, head, signed
from support.keys import pair
from support.replay import base64url, now
from support.site import KEY, QUICK, Home, Program

FORGERIES = [(group, forgery) for group, forgeries in (
    ("algorithm", forged_headers.ALGORITHMS),
    ("header", forged_headers.HEADERS), ("kid", forged_headers.KIDS),
    ("signature", forged_headers.SIGNATURES),
    ("encoding", forged_headers.ENCODINGS),
    ("segments", forged_headers.SEGMENTS),
    ("expiry", forged_claims.EXPIRIES), ("moment", forged_claims.MOMENTS),
    ("duplicate", forged_claims.DUPLICATES),
    ("payload", forged_claims.PAYLOADS), ("claim", forged_claims.CLAIMS),
    ("user", forged_claims.USERS)) for forgery in forgeries]

SITES = {
    "HS256": ({}, KEY, ("HS256", "right"), FORGERIES),
    "RS256": ({"algorithm": "RS256"}, pair("RS256"), ("RS256", "rsa"),
              [("public", forgery) for forgery in forged_headers.RSA]),
    "ES256": ({"algorithm": "ES256"}, pair("ES256"), ("ES256", "ec"),
              [("public", forgery) for forgery in forged_headers.EC]),
    "named": ({"issuer": "we", "audience": "us, all"}, KEY,
              ("HS256", "right"),
              [("named", forgery) for forgery in forged_claims.AUDIENCES]),
    "sliding": ({"auth_token_classes": "sliding"}, KEY, ("HS256", "right"),
                [("sliding", forgery) for forgery in forged_claims.SLIDES]),
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
