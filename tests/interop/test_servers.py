"""
Servers of npm, and a Django that has no key, protect a route with our tokens:
they find our keys in the JWK set that the site publishes.
"""

import json

import pytest

from sample import AUDIENCE, ISSUER, Sample
from signing import Ring, issue, jwk_set, publish
from support.site import wait_for

PASSWORD = "Corr3ct-horse"
ALGORITHMS = ("RS256", "ES256", "ES512")


@pytest.fixture(scope="module")
def ring(tmp_path_factory):
    return Ring(tmp_path_factory.mktemp("keys"), ALGORITHMS)


@pytest.fixture(scope="module")
def site(new_site, ring):
    with new_site(worker=False, processes=1, issuer=ISSUER, audience=AUDIENCE,
                  signing_key=ring.folder) as site:
        site.add_user("ada", PASSWORD, None, "--subject", "7")
        yield site


@pytest.fixture(scope="module")
def url(site):
    return publish(site)


@pytest.fixture(scope="module", params=["express", "fastify"])
def guarded(request, url, node):
    with node.start(
            f"serve_{request.param}.js", JWKS_URL=url, ISSUER=ISSUER,
            AUDIENCE=AUDIENCE, ALGORITHMS=",".join(ALGORITHMS)) as guarded:
        yield guarded


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_server_lets_in_who_logged_in_here(site, ring, guarded, algorithm):
    tokens = issue(site, ring.keys[algorithm].kid, "ada", PASSWORD)
    answer = guarded.get("/", tokens["access"])
    assert answer.status == 200, guarded.logged()
    assert answer.json() == {"user": "7"}


def test_server_keeps_out_who_has_no_token(guarded):
    assert guarded.get("/").status == 401


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_server_takes_the_good_and_refuses_the_bad(ring, guarded, algorithm):
    """@fastify/jwt answers 500 where it cannot even compare a signature."""
    other = "ES256" if algorithm == "RS256" else "RS256"
    sample = Sample(ring.keys[algorithm], ring.keys[other])
    for name, token in sample.good().items():
        assert guarded.get("/", token).status == 200, name
    statuses = {name: guarded.get("/", token).status
                for name, token in sample.bad().items()}
    assert set(statuses.values()) <= {401, 500}, statuses
    assert statuses["first byte of the signature"] == 401
    assert statuses["payload of another"] == 401
    assert statuses["expired"] == 401


def test_server_follows_a_rotation_of_keys(site, ring, guarded):
    """Nobody is logged out: what the key before has signed stays good."""
    before = issue(site, ring.keys["RS256"].kid, "ada", PASSWORD)
    assert guarded.get("/", before["access"]).status == 200
    made = site.postern("--json", "key", "new", "--algorithm", "ES256")
    kid = json.loads(made.stdout)["kid"]
    # The web server looks at the file again after a second or two.
    wait_for("the new key is published", lambda: kid in {
        jwk["kid"] for jwk in jwk_set(site)["keys"]})
    after = issue(site, kid, "ada", PASSWORD)
    assert guarded.get("/", after["access"]).status == 200, guarded.logged()
    assert guarded.get("/", before["access"]).status == 200


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_django_finds_our_keys_by_its_jwk_url(
        site, ring, url, new_django, algorithm):
    sample = Sample(ring.keys[algorithm], ring.keys["RS256"])
    tokens = issue(site, ring.keys[algorithm].kid, "ada", PASSWORD)
    with new_django([], ALGORITHM=algorithm, SIGNING_KEY="", JWK_URL=url,
                    ISSUER=ISSUER, AUDIENCE=AUDIENCE) as django:
        answer = django.get("/api/who/stateless/", tokens["access"])
        assert answer.status == 200, (answer, django.logged())
        assert answer.json()["id"] == "7"
        bad = sample.bad()
        for name in ("first byte of the signature", "expired", "other key"):
            answer = django.get("/api/who/stateless/", bad[name])
            assert answer.status == 401, name
