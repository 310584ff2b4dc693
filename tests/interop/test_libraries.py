"""
Libraries of others read our tokens by our JWK set (HS: by the secret), and
the same sample of tokens has the same verdict from them and from us.
"""

import json

import authlib.jose
import jwt
import pytest

from sample import AUDIENCE, ISSUER, Sample
from signing import ASYMMETRIC, SYMMETRIC, Key, jwk_set

PASSWORD = "Corr3ct-horse"


class Case:
    """A site, what others know of its key, and the sample for it."""

    def __init__(self, site, key):
        self.site = site
        self.key = key
        site.add_user("ada", PASSWORD, None, "--subject", "7")
        self.issued = site.login("ada", PASSWORD)
        answer = site.post("/api/token/refresh/",
                           refresh=self.issued["refresh"])
        self.issued["refreshed access"] = answer.json()["access"]
        kid = jwt.get_unverified_header(self.issued["access"])["kid"]
        sample = Sample(key, kid)
        self.good = sample.good()
        self.bad = sample.bad()
        # What others are given: the one or the other.
        self.secret = key.verifying if key.is_symmetric else None
        self.jwks = None if key.is_symmetric else jwk_set(site)

    @property
    def tokens(self):
        issued = {f"issued {name}": token
                  for name, token in self.issued.items()}
        return {**issued, **self.good, **self.bad}


@pytest.fixture(scope="module", params=SYMMETRIC + ASYMMETRIC)
def case(request, new_site, tmp_path_factory):
    key = Key(request.param)
    with new_site(worker=False, processes=1, access_check="stateless",
                  issuer=ISSUER, audience=AUDIENCE,
                  **key.settings(tmp_path_factory.mktemp("keys"))) as site:
        yield Case(site, key)


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


def test_the_jwk_set_tells_nothing_private(case):
    if not case.jwks:
        pytest.skip("a secret has no JWK set")
    private = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
    for jwk in case.jwks["keys"]:
        assert not private & set(jwk)
