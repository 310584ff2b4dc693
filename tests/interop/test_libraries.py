"""
Libraries of others read our tokens by our JWK set (HS: by the secret), and
the same sample of tokens has the same verdict from them and from us.
"""

import base64
import json

import authlib.jose
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sample import AUDIENCE, ISSUER, Sample
from signing import (
    ASYMMETRIC, SYMMETRIC, Ring, issue, jwk_set, publish, size_of_number)

PASSWORD = "Corr3ct-horse"


@pytest.fixture(scope="module")
def ring(tmp_path_factory):
    return Ring(tmp_path_factory.mktemp("keys"), ASYMMETRIC + SYMMETRIC)


@pytest.fixture(scope="module")
def site(new_site, ring):
    with new_site(worker=False, processes=1, access_check="stateless",
                  issuer=ISSUER, audience=AUDIENCE,
                  signing_key=ring.folder) as site:
        site.add_user("ada", PASSWORD, None, "--subject", "7")
        publish(site)
        yield site


class Case:
    """A key of the ring that signs, what others know of it, the sample."""

    def __init__(self, site, key, other):
        self.site = site
        self.key = key
        self.issued = issue(site, key.kid, "ada", PASSWORD)
        sample = Sample(key, other)
        self.good = sample.good()
        self.bad = sample.bad()
        # Others are given the one or the other.
        self.secret = key.verifying if key.is_symmetric else None
        self.jwks = None if key.is_symmetric else jwk_set(site)

    @property
    def tokens(self):
        issued = {f"issued {name}": token
                  for name, token in self.issued.items()}
        return {**issued, **self.good, **self.bad}


@pytest.fixture(scope="module", params=SYMMETRIC + ASYMMETRIC)
def case(request, site, ring):
    other = "ES256" if request.param.startswith("RS") else "RS256"
    return Case(site, ring.keys[request.param], ring.keys[other])


def pyjwt(case, token):
    key = case.secret
    if case.jwks:
        kid = jwt.get_unverified_header(token)["kid"]
        key = jwt.PyJWKSet.from_dict(case.jwks)[kid].key
    jwt.decode(token, key, [case.key.algorithm], issuer=ISSUER,
               audience=AUDIENCE)


def authlib_jose(case, token):
    key = case.secret
    if case.jwks:
        key = authlib.jose.JsonWebKey.import_key_set(case.jwks)
    authlib.jose.JsonWebToken([case.key.algorithm]).decode(
        token, key, claims_options={
            "iss": {"essential": True, "value": ISSUER},
            "aud": {"essential": True, "value": AUDIENCE},
        }).validate()


def taken_in_python(read):
    """The names of the tokens that do not make read() raise."""

    def names(case, _):
        taken = set()
        for name, token in case.tokens.items():
            try:
                read(case, token)
                taken.add(name)
            except Exception as refusal:
                print(name, repr(refusal))
        return taken

    return names


def taken_by_script(script):
    """The names of the tokens that the script gives no refusal for."""

    def names(case, node):
        refusals = node.run(script, {
            "jwks": case.jwks, "secret": case.secret,
            "algorithm": case.key.algorithm, "issuer": ISSUER,
            "audience": AUDIENCE, "tokens": case.tokens})
        print(json.dumps(refusals, indent=1))
        assert set(refusals) == set(case.tokens)
        return {name for name, refusal in refusals.items()
                if refusal is None}

    return names


READERS = {"PyJWT": taken_in_python(pyjwt),
           "authlib": taken_in_python(authlib_jose),
           "jose": taken_by_script("verify_jose.js"),
           "jsonwebtoken": taken_by_script("verify_jsonwebtoken.js")}


@pytest.mark.parametrize("reader", READERS)
def test_library_takes_the_good_and_refuses_the_bad(case, node, reader):
    assert READERS[reader](case, node) == set(case.tokens) - set(case.bad)


def test_we_verify_the_good_and_refuse_the_bad(case):
    for name, token in case.tokens.items():
        answer = case.site.post("/api/token/verify/", token=token)
        assert answer.status == (401 if name in case.bad else 200), name
        if name in case.bad:
            assert answer.json()["code"] == "token_not_valid", name


def test_we_protect_by_the_same_verdict(case):
    for name, token in case.tokens.items():
        answer = case.site.get("/api/hello/", token)
        is_good = name not in case.bad and name != "issued refresh"
        assert answer.status == (200 if is_good else 401), name


def test_the_jwk_set_has_all_public_keys_and_no_secret(site, ring):
    published = {jwk["kid"]: jwk for jwk in jwk_set(site)["keys"]}
    assert set(published) == {ring.keys[name].kid for name in ASYMMETRIC}
    for name in ASYMMETRIC:
        jwk = published[ring.keys[name].kid]
        assert (jwk["alg"], jwk["use"]) == (name, "sig")
        numbers = load_pem_public_key(
            ring.keys[name].verifying.encode()).public_numbers()
        assert jwk == {**jwk, **(
            rsa_members(numbers) if name.startswith("RS") else
            ec_members(numbers))}
        assert set(jwk) <= {"kty", "use", "alg", "kid", "key_ops", "n", "e",
                            "crv", "x", "y"}


def base64url(number, size):
    data = number.to_bytes(size, "big")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def rsa_members(numbers):
    """RFC 7518 section 6.3.1: as few bytes as it takes."""
    return {"kty": "RSA", "n": base64url(numbers.n, 2048 // 8), "e": "AQAB"}


def ec_members(numbers):
    """RFC 7518 section 6.2.1: as many bytes as the curve has."""
    size = size_of_number(numbers.curve)
    return {"kty": "EC", "crv": f"P-{numbers.curve.key_size}",
            "x": base64url(numbers.x, size), "y": base64url(numbers.y, size)}
