"""Another key signs, on a running site: nobody is logged out."""

import json
import os
import time

import jwt
import pytest

from support.site import KEY, wait_for

SETTINGS = {"worker": False, "processes": 2}
INVALID = {"detail": "Token is invalid", "code": "token_not_valid"}


def settle():
    """Afterwards every process looks before it answers: once a second."""
    time.sleep(1.2)


def everywhere(ask, status):
    """Each process of a program answers so, whichever it is."""
    settle()
    for _ in range(6):
        assert ask().status == status


@pytest.fixture
def site(new_site):
    with new_site(signing_key="keys/", jwks_file="jwks.json",
                  **SETTINGS) as made:
        made.postern("key", "new")
        made.add_user("alice")
        # They began without a key.
        everywhere(lambda: made.post("/api/token/", username="alice",
                                     password="Corr3ct-horse"), 200)
        tokens = made.login("alice")
        everywhere(lambda: refresh(made, tokens["refresh"]), 200)
        everywhere(lambda: made.get("/api/hello/", tokens["access"]), 200)
        yield made


def key(site, *arguments):
    return json.loads(site.postern("key", *arguments, "--json").stdout)


def kid_of(token):
    return jwt.get_unverified_header(token)["kid"]


def refresh(site, token):
    return site.post("/api/token/refresh/", refresh=token)


def rotated(site, kid):
    """Every process signs with the key; returns tokens."""
    settle()
    for _ in range(8):
        tokens = site.login("alice")
        assert kid_of(tokens["access"]) == kid
    return tokens


def complaints(site):
    """What the programs have logged against their configuration or keys."""
    return [line for line in site.logged().splitlines()
            if "configuration: " in line and "it is valid now" not in line]


@pytest.mark.parametrize("algorithm", ["HS256", "RS256", "ES256"])
def test_nobody_is_logged_out(site, algorithm):
    pids = site.pids()
    [first] = [line["kid"] for line in key(site, "list")]
    old = site.login("alice")
    assert kid_of(old["access"]) == kid_of(old["refresh"]) == first
    second = key(site, "new", "--algorithm", algorithm)["kid"]
    key(site, "use", second)
    new = rotated(site, second)
    assert site.get("/api/hello/", new["access"]).status == 200
    for token in old.values():
        assert site.post("/api/token/verify/", token=token).status == 200
    assert site.get("/api/hello/", old["access"]).status == 200
    answer = refresh(site, old["refresh"])
    assert answer.status == 200
    assert kid_of(answer.json()["access"]) == second
    assert site.get("/api/hello/", answer.json()["access"]).status == 200
    key(site, "retire", first, "--force")
    everywhere(lambda: refresh(site, old["refresh"]), 401)
    assert refresh(site, old["refresh"]).json() == INVALID
    everywhere(lambda: site.get("/api/hello/", old["access"]), 401)
    assert site.get("/api/hello/", new["access"]).status == 200
    assert refresh(site, new["refresh"]).status == 200
    assert site.pids() == pids, "nothing was started again"


def test_an_unknown_key_is_taken_up_within_the_request(site):
    """Of another node, whose keys came here a moment ago."""
    for _ in range(4):
        site.get("/api/hello/", site.login("alice")["access"])
    # Every process has looked at the folder just now.
    kid = key(site, "new", "--algorithm", "ES256")["kid"]
    with open(site.path(f"keys/{kid}.ES256.key")) as file:
        private = file.read()
    subject = site.value("select subject::text from postern.users")
    now = int(time.time())
    token = jwt.encode({"token_type": "access", "exp": now + 300, "iat": now,
                        "jti": "0" * 32, "user_id": subject}, private,
                       "ES256", headers={"kid": kid})
    unknown = jwt.encode({"token_type": "access", "exp": now + 300,
                          "iat": now, "jti": "0" * 32, "user_id": subject},
                         private, "ES256", headers={"kid": "0" * 16})
    for _ in range(4):
        assert site.get("/api/hello/", token).status == 200
        assert site.get("/api/hello/", unknown).status == 401


def test_several_rotations_in_a_row_lose_no_request(site):
    """While keys come, sign and go, each request is answered."""
    tokens = site.login("alice")
    [first] = [line["kid"] for line in key(site, "list")]
    before = complaints(site)
    for algorithm in ("ES256", "HS512", "RS384", "HS256"):
        kid = key(site, "new", "--algorithm", algorithm)["kid"]
        for _ in range(20):
            assert site.get("/api/hello/", tokens["access"]).status == 200
        key(site, "use", kid)
        for _ in range(20):
            assert refresh(site, tokens["refresh"]).status == 200
            access = site.login("alice")["access"]
            assert site.get("/api/hello/", access).status == 200
    rotated(site, kid)
    for line in key(site, "list"):
        if line["kid"] not in (first, kid):
            key(site, "retire", line["kid"], "--force")
    for _ in range(20):
        assert refresh(site, tokens["refresh"]).status == 200
    assert complaints(site) == before


def test_from_one_key_to_a_ring(new_site):
    """As the page about keys has it: the kid stays, and all tokens."""
    with new_site(**SETTINGS) as site:
        site.add_user("alice")
        old = site.login("alice")
        with open(site.path("postern.conf")) as file:
            text = file.read()
        copy = text.replace(f"signing_key = {site.path('key')}\n",
                            "signing_key = keys/\n")
        assert copy != text
        site.write("copy.conf", copy)
        site.postern("key", "add", site.path("key"), "--config",
                     site.path("copy.conf"))
        os.rename(site.path("copy.conf"), site.path("postern.conf"))
        new = rotated(site, kid_of(old["access"]))
        assert jwt.decode(new["access"], KEY, algorithms=["HS256"])
        assert refresh(site, old["refresh"]).status == 200
        assert site.get("/api/hello/", old["access"]).status == 200


def test_a_broken_ring_is_503_until_it_is_mended(site):
    [first] = [line["kid"] for line in key(site, "list")]
    path = site.path(f"keys/{first}.HS256.key")
    tokens = site.login("alice")
    os.rename(path, site.path("aside"))
    everywhere(lambda: refresh(site, tokens["refresh"]), 503)
    assert "signing:1: there is no such key" in site.logged()
    os.rename(site.path("aside"), path)
    everywhere(lambda: refresh(site, tokens["refresh"]), 200)


def test_the_public_keys_are_there_for_all(site):
    assert site.get("/.well-known/jwks.json").json() == {"keys": []}
    kid = key(site, "new", "--algorithm", "ES256")["kid"]
    # lighttpd keeps what it knows of a file for a moment.
    answer = wait_for("the new set", lambda: (
        got := site.get("/.well-known/jwks.json")).json()["keys"] and got)
    assert answer.headers["content-type"] == "application/jwk-set+json"
    assert [jwk["kid"] for jwk in answer.json()["keys"]] == [kid]
    site.write("jwks.json.old", "x", 0o644)
    for more in ("/", "/x", ".old", "x", "/../key", "/../keys/signing",
                 "../keys/signing", "%2f..%2fkeys%2fsigning", "%00"):
        answer = site.get("/.well-known/jwks.json" + more)
        assert answer.status in (400, 403, 404), more
    for path in ("/keys/signing", "/.well-known/", "/.well-known/jwks"):
        assert site.get(path).status in (403, 404), path
    assert site.get("/.well-known/jwks.json?x=1").status == 200
