"""
Servers of npm protect a route with our tokens: they find our keys in our JWK
set, which they fetch.
"""

import jwt
import pytest

from sample import AUDIENCE, ISSUER, Sample
from signing import Key, jwk_set
from well_known import serve

PASSWORD = "Corr3ct-horse"


@pytest.fixture(scope="module", params=["RS256", "ES256", "ES512"])
def site(request, new_site, tmp_path_factory):
    key = Key(request.param)
    with new_site(worker=False, processes=1, issuer=ISSUER, audience=AUDIENCE,
                  **key.settings(tmp_path_factory.mktemp("keys"))) as site:
        site.add_user("ada", PASSWORD, None, "--subject", "7")
        site.signing = key
        yield site


@pytest.fixture(scope="module", params=["express", "fastify"])
def guarded(request, site, node):
    with serve(jwk_set(site)) as url, node.start(
            f"serve_{request.param}.js", JWKS_URL=url, ISSUER=ISSUER,
            AUDIENCE=AUDIENCE, ALGORITHM=site.signing.algorithm) as guarded:
        yield guarded


def test_server_lets_in_who_logged_in_here(site, guarded):
    issued = site.login("ada", PASSWORD)["access"]
    answer = guarded.get("/", issued)
    assert answer.status == 200, guarded.logged()
    assert answer.json() == {"user": "7"}


def test_server_keeps_out_who_has_no_token(guarded):
    assert guarded.get("/").status == 401


def test_server_takes_the_good_and_refuses_the_bad(site, guarded):
    """@fastify/jwt answers 500 where it cannot even compare a signature."""
    issued = site.login("ada", PASSWORD)["access"]
    sample = Sample(site.signing, jwt.get_unverified_header(issued)["kid"])
    for name, token in sample.good().items():
        assert guarded.get("/", token).status == 200, name
    statuses = {name: guarded.get("/", token).status
                for name, token in sample.bad().items()}
    assert set(statuses.values()) <= {401, 500}, statuses
    assert statuses["first bit of the signature"] == 401
    assert statuses["payload of another"] == 401
    assert statuses["expired"] == 401
