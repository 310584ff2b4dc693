"""The key ring: each command of it, and what others make of its keys."""

import base64
import calendar
import concurrent.futures
import contextlib
import grp
import hashlib
import http.server
import json
import os
import re
import stat
import threading
import time

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from support.site import QUICK, Home, Program, wait_for

CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}
RSA = ["RS256", "RS384", "RS512"]
HMAC = ["HS256", "HS384", "HS512"]
PAIRS = RSA + list(CURVES)
ALL = HMAC + PAIRS
SECRET = "kW3vQx81-zPq0LmT7_yNc5RbUa2EoHd9"
DAY = 86400


class Ring(Home):
    """A home whose keys are a ring; there is no database behind it."""

    def __init__(self, **settings):
        Home.__init__(self, "host=/nonexistent dbname=none", dict(
            QUICK, signing_key="keys/", jwks_file="jwks.json",
            access_check="stateless", **settings))

    def run(self, *arguments, **more):
        return self.postern("key", *arguments, **more)

    def json(self, *arguments):
        return json.loads(self.run(*arguments, "--json").stdout)

    def new(self, algorithm="HS256"):
        return self.json("new", "--algorithm", algorithm)["kid"]

    def states(self):
        return {line["kid"]: line["state"] for line in self.json("list")}

    def refused(self, *arguments, status=1):
        done = self.run(*arguments, check=False)
        assert (done.returncode, done.stdout) == (status, ""), done
        return done.stderr

    def files(self):
        return sorted(os.listdir(self.path("keys")))

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def put(self, name, data, mode=0o600):
        with open(self.path(name), "wb") as file:
            file.write(data)
        os.chmod(self.path(name), mode)
        return self.path(name)

    def published(self):
        return json.loads(self.read("jwks.json"))["keys"]

    def findings(self):
        done = self.postern("check", "--json", check=False)
        found = {}
        for entry in json.loads(done.stdout):
            if entry["check"] in ("keys", "algorithm", "jwks_file",
                                  "verifying_key"):
                found.setdefault((entry["check"], entry["status"]),
                                 []).append(entry["text"])
        return found


@pytest.fixture
def new_ring():
    with contextlib.ExitStack() as stack:
        def make(**settings):
            made = Ring(**settings)

            def close():
                reports = made.sanitizer_reports()
                made.remove()
                assert not reports, reports
            stack.callback(close)
            return made
        yield make


@pytest.fixture
def ring(new_ring):
    return new_ring()


def kid_of(algorithm, material):
    """The digest has a domain of its own, for each algorithm another."""
    return hashlib.sha256(b"postern kid " + algorithm.encode() + b"\0" +
                          material).hexdigest()[:16]


def der(public):
    return public.public_bytes(
        serialization.Encoding.DER,
        serialization.PublicFormat.SubjectPublicKeyInfo)


def pem(private, form=serialization.PrivateFormat.PKCS8, password=None):
    return private.private_bytes(
        serialization.Encoding.PEM, form,
        serialization.BestAvailableEncryption(password) if password
        else serialization.NoEncryption())


@pytest.fixture(scope="module")
def pairs():
    """A private key of cryptography for each algorithm."""
    own = {name: ec.generate_private_key(curve())
           for name, curve in CURVES.items()}
    own.update({name: rsa.generate_private_key(65537, 2048) for name in RSA})
    return own


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


# key new

@pytest.mark.parametrize("algorithm", ALL)
def test_new(ring, algorithm):
    made = ring.json("new", "--algorithm", algorithm)
    kid = made["kid"]
    assert made == {"done": True, "kid": kid, "algorithm": algorithm,
                    "file": ring.path(f"keys/{kid}.{algorithm}.key"),
                    "signs": True}
    assert mode(ring.path("keys")) == 0o700
    assert mode(made["file"]) == 0o600
    assert ring.read("keys/signing") == f"{kid}\n".encode()
    data = ring.read(f"keys/{kid}.{algorithm}.key")
    if algorithm in HMAC:
        assert re.fullmatch(rb"[A-Za-z0-9_-]{64}\n", data)
        assert kid == kid_of(algorithm, data[:-1])
        assert len(ring.files()) == 2
        return
    assert data.startswith(b"-----BEGIN PRIVATE KEY-----\n")
    private = serialization.load_pem_private_key(data, None)
    public = serialization.load_pem_public_key(
        ring.read(f"keys/{kid}.{algorithm}.pub"))
    assert mode(ring.path(f"keys/{kid}.{algorithm}.pub")) == 0o644
    assert der(private.public_key()) == der(public)
    assert kid == kid_of(algorithm, der(public))
    if algorithm in RSA:
        assert public.key_size == 3072
        assert public.public_numbers().e == 65537
    else:
        assert isinstance(public.curve, CURVES[algorithm])


def test_the_first_one_signs_and_later_ones_verify(ring):
    first = ring.new()
    done = ring.run("new")
    second = re.fullmatch(
        r"made ([0-9a-f]{16}): (\S+); it verifies only, until it signs by "
        r"postern key use\n", done.stdout).group(1)
    third = ring.new("ES256")
    assert ring.states() == {first: "signing", second: "verifying",
                             third: "verifying"}


def test_the_setting_says_what_is_made(new_ring):
    ring = new_ring(algorithm="ES384")
    kid = ring.json("new")["kid"]
    assert f"{kid}.ES384.key" in ring.files()
    assert "unknown" in ring.refused("new", "--algorithm", "none", status=2)
    assert "unknown" in ring.refused("new", "--algorithm", "es384", status=2)


def test_a_group_may_read(ring):
    """Whoever rotates need not think of the group again."""
    group = grp.getgrgid(os.getgid()).gr_name
    ring.run("new", "--algorithm", "ES256", "--group", group)
    kid = ring.new()
    assert mode(ring.path("keys")) == 0o750
    assert os.stat(ring.path("keys")).st_gid == os.getgid()
    assert {mode(ring.path(f"keys/{name}")) for name in ring.files()
            if name.endswith(".key")} == {0o640}
    assert os.stat(ring.path(f"keys/{kid}.HS256.key")).st_gid == os.getgid()
    assert "nonesuch" in ring.refused("new", "--group", "nonesuch")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_makes_is_the_folders(ring):
    os.mkdir(ring.path("keys"), 0o750)
    os.chown(ring.path("keys"), 4711, 4712)
    kid = ring.new("ES256")
    for suffix in ("key", "pub"):
        status = os.stat(ring.path(f"keys/{kid}.ES256.{suffix}"))
        assert (status.st_uid, status.st_gid) == (4711, 4712), suffix


def test_a_folder_beside_the_setting(ring):
    kid = ring.json("new", ring.path("other/"))["kid"]
    assert os.path.exists(ring.path(f"other/{kid}.HS256.key"))
    assert not os.path.exists(ring.path("keys"))
    assert "/nonexistent" in ring.refused("new", "/nonexistent/keys/")


def test_a_ring_holds_32(ring):
    for number in range(32):
        ring.new() if number == 0 else ring.put(
            f"keys/k{number}.HS256.key", SECRET.encode())
    assert "32" in ring.refused("new")
    ring.run("retire", "k1", "--force")
    ring.new()


# A single key stays what it is

@pytest.mark.parametrize("algorithm", PAIRS)
def test_a_pair_in_two_files(new_ring, algorithm):
    ring = new_ring(algorithm=algorithm, verifying_key="public.pem")
    ring.configure(signing_key="private.pem")
    paths = [ring.path("private.pem"), ring.path("public.pem")]
    assert ring.run("new").stdout == "made {} and {}\n".format(*paths)
    assert [mode(path) for path in paths] == [0o600, 0o644]
    private = serialization.load_pem_private_key(ring.read(paths[0]), None)
    assert der(private.public_key()) == der(
        serialization.load_pem_public_key(ring.read(paths[1])))
    assert algorithm in ring.findings()["keys", "ok"][0]
    [line] = ring.json("list")
    assert (line["algorithm"], line["state"], line["source"]) == (
        algorithm, "signing", None)
    assert [key["kid"] for key in ring.published()] == [line["kid"]]
    before = [ring.read(path) for path in paths]
    assert "exists" in ring.refused("new")
    os.unlink(paths[0])
    assert "exists" in ring.refused("new")
    assert not os.path.exists(paths[0]), "half a pair is left behind"
    assert ring.read(paths[1]) == before[1]


def test_a_pair_needs_a_second_file(ring):
    said = ring.refused("new", ring.path("one.pem"), "--algorithm", "RS256",
                        status=2)
    assert "verifying_key" in said
    assert not os.path.exists(ring.path("one.pem"))


@pytest.mark.parametrize("command", [
    ["use", "x"], ["retire", "x"], ["add", "FILE"], ["import", "SET"]])
def test_what_needs_a_ring_says_so(ring, command):
    ring.configure(signing_key="key")
    files = {"FILE": ring.path("key"),
             "SET": ring.put("set.json", b'{"keys":[]}')}
    said = ring.refused(*[files.get(word, word) for word in command])
    assert "key ring" in said and "signing_key = keys/" in said


def test_commands_on_a_ring_that_is_not_there(ring):
    for command in (["use", "x"], ["retire", "x"], ["list"], ["publish"]):
        assert ring.path("keys") in ring.refused(*command)
    assert "postern key new" in ring.refused("use", "x")


# key add

@pytest.mark.parametrize("algorithm", ALL)
def test_add_keeps_the_kid_that_it_had_alone(ring, pairs, algorithm):
    data = (SECRET.encode() + b"\n" if algorithm in HMAC
            else pem(pairs[algorithm]))
    path = ring.put("old.key", data)
    if algorithm in PAIRS:
        ring.put("old.pub", pairs[algorithm].public_key().public_bytes(
            serialization.Encoding.PEM,
            serialization.PublicFormat.SubjectPublicKeyInfo))
    ring.configure(signing_key="old.key", verifying_key="old.pub",
                   algorithm=algorithm)
    kid = ring.json("list")[0]["kid"]
    ring.configure(signing_key="keys/", verifying_key=None,
                   algorithm="HS256")
    added = ring.json("add", path, "--algorithm", algorithm)
    assert (added["kid"], added["signs"]) == (kid, True)
    assert ring.read(f"keys/{kid}.{algorithm}.key") == data
    files = ring.files()
    again = ring.json("add", path, "--algorithm", algorithm)
    assert again == {"done": True, "kid": kid, "changed": False}
    assert ring.files() == files
    assert algorithm in ring.findings()["keys", "ok"][0]


def test_a_second_key_that_is_added_verifies(ring):
    first = ring.new()
    added = ring.json("add", ring.put("old.key", SECRET.encode()))
    assert added["signs"] is False
    assert ring.states()[first] == "signing"
    ring.run("retire", added["kid"], "--force")
    assert "retired" in ring.refused("add", ring.path("old.key"))


def test_add_takes_older_forms_of_pem(ring, pairs):
    form = serialization.PrivateFormat.TraditionalOpenSSL
    for algorithm in ("RS256", "ES256"):
        data = pem(pairs[algorithm], form)
        assert b"PRIVATE KEY" in data and b"BEGIN PRIVATE" not in data
        ring.run("add", ring.put("old.pem", data), "--algorithm", algorithm)
    assert ring.findings()["keys", "ok"]


def test_add_refuses_what_is_no_key(ring, pairs):
    password = pem(pairs["ES256"], password=b"passphrase")
    small = pem(rsa.generate_private_key(65537, 1024))
    rows = [
        # algorithm, bytes, mode, words
        ("HS256", SECRET.encode(), 0o644, "chmod"),
        ("HS256", SECRET[:31].encode(), 0o600, "32 bytes"),
        ("HS256", b"changeme" * 8, 0o600, "placeholder"),
        ("HS256", pem(pairs["ES256"]), 0o600, "PEM"),
        ("ES256", SECRET.encode(), 0o600, "private key"),
        ("ES256", pem(pairs["ES384"]), 0o600, "fit"),
        ("ES256", pem(pairs["RS256"]), 0o600, "fit"),
        ("RS256", small, 0o600, "2048"),
        ("ES256", password, 0o600, "passphrase"),
        ("ES256", pem(pairs["ES256"])[:-40], 0o600, "private key"),
    ]
    for algorithm, data, bits, words in rows:
        path = ring.put("bad", data, bits)
        said = ring.refused("add", path, "--algorithm", algorithm)
        assert words in said and path in said, (algorithm, said)
        assert not os.path.exists(ring.path("keys")), algorithm
    assert "No such file" in ring.refused("add", ring.path("nothing"))


# key list

def test_list(ring):
    first, second = ring.new(), ring.new("ES256")
    ring.run("retire", second, "--force")
    lines = ring.run("list").stdout.splitlines()
    assert lines[0].split() == ["kid", "algorithm", "state", "since",
                                "source"]
    assert {tuple(line.split()[:3]) for line in lines[1:]} == {
        (first, "HS256", "signing"), (second, "ES256", "retired")}
    moment = ring.json("list")[0]["since"]
    age = time.time() - calendar.timegm(
        time.strptime(moment, "%Y-%m-%dT%H:%M:%SZ"))
    assert 0 <= age < 120


def test_list_shows_a_ring_that_is_refused(ring):
    kid = ring.new()
    ring.put("keys/signing", b"nonesuch\n", 0o644)
    done = ring.run("list")
    assert kid in done.stdout
    assert "signing:1: there is no such key" in done.stderr


# key use

def test_use(ring):
    first, second = ring.new(), ring.new("RS256")
    assert ring.json("use", second) == {"done": True, "kid": second,
                                        "changed": True}
    assert ring.json("use", second)["changed"] is False
    assert ring.states() == {first: "verifying", second: "signing"}
    assert [key["kid"] for key in ring.published()] == [second]


def test_use_refuses_what_cannot_sign(ring, pairs):
    first, second, third = ring.new(), ring.new(), ring.new("ES256")
    ring.run("retire", second, "--force")
    os.unlink(ring.path(f"keys/{third}.ES256.key"))
    ring.put("keys/far.ES256.imported", ring.read(f"keys/{third}.ES256.pub"),
             0o644)
    for kid, words in ((second, "is retired"), ("nope", "is no key"),
                       ("far", "another issuer's"),
                       (third, "no private half")):
        said = ring.refused("use", kid)
        assert kid in said and words in said
        assert said.endswith(f"; there are: {first}\n"), said
    assert ring.states()[first] == "signing"


def test_use_mends_a_ring(ring):
    kid = ring.new()
    for text in (b"nonesuch\n", b"", b"a\nb\n"):
        ring.put("keys/signing", text, 0o644)
        [problem] = ring.findings()["keys", "problem"]
        assert f"{ring.path('keys/signing')}:1: " in problem
        assert f"postern key use KID; there are: {kid}" in problem
        ring.run("use", kid)
        assert ring.findings()["keys", "ok"]


# key retire

LIVES = ["access_token_lifetime", "refresh_token_lifetime",
         "remember_token_lifetime", "sliding_token_lifetime",
         "sliding_token_refresh_lifetime"]


@pytest.mark.parametrize("longest", LIVES)
def test_retire_waits_for_the_last_token(new_ring, longest):
    lives = {name: "1m" for name in LIVES}
    lives[longest] = "40d"
    ring = new_ring(leeway="60s", time_limit="10s", **lives)
    old, signing = ring.new(), ring.new("ES256")
    ring.run("use", signing)
    path = ring.path("keys/signing")
    changed = int(time.time()) - 40 * DAY
    os.utime(path, (changed, changed))
    said = ring.refused("retire", old)
    until = re.search(r"until (\S+Z)", said).group(1)
    moment = calendar.timegm(time.strptime(until, "%Y-%m-%dT%H:%M:%SZ"))
    # Leeway, and a request that was under way when another key signed.
    assert 40 * DAY + 60 + 10 <= moment - changed <= 40 * DAY + 60 + 20
    changed -= 60 + 20
    os.utime(path, (changed, changed))
    assert ring.json("retire", old)["changed"] is True
    assert ring.states() == {old: "retired", signing: "signing"}


def test_retire(ring):
    old, signing = ring.new("ES256"), ring.new("RS256")
    assert "signs" in ring.refused("retire", old, "--force")
    ring.run("use", signing)
    data = ring.read(f"keys/{old}.ES256.key")
    assert "--force" in ring.refused("retire", old)
    assert {key["kid"] for key in ring.published()} == {old, signing}
    ring.run("retire", old, "--force")
    assert f"{old}.ES256.pub" not in ring.files()
    assert ring.read(f"keys/{old}.ES256.retired") == data
    assert mode(ring.path(f"keys/{old}.ES256.retired")) == 0o600
    assert {key["kid"] for key in ring.published()} == {signing}
    assert ring.json("retire", old)["changed"] is False
    assert "no key nope" in ring.refused("retire", "nope")


def test_retire_of_a_public_half(ring):
    ring.new()
    other = ring.new("ES256")
    os.unlink(ring.path(f"keys/{other}.ES256.key"))
    assert ring.states()[other] == "verifying"
    ring.run("retire", other, "--force")
    assert ring.states()[other] == "retired"
    assert ring.findings()["keys", "ok"]


def test_retire_where_nothing_signs(ring):
    kid = ring.new()
    os.unlink(ring.path("keys/signing"))
    assert "--force" in ring.refused("retire", kid)
    ring.run("retire", kid, "--force")


# Several at once

def test_many_at_once(ring):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        kids = list(pool.map(lambda _: ring.new("ES256"), range(8)))
    states = ring.states()
    assert set(states) == set(kids)
    assert sorted(states.values()) == ["signing"] + ["verifying"] * 7
    assert {key["kid"] for key in ring.published()} == set(kids)
    assert not [name for name in ring.files() if name.startswith(".")]


def test_one_retires_while_others_use(ring):
    """Whichever comes first: what signs is never retired."""
    first = ring.new()
    for _ in range(5):
        other = ring.new()
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            used = pool.submit(ring.run, "use", other, check=False)
            retired = pool.submit(ring.run, "retire", other, "--force",
                                  check=False)
        assert sorted([used.result().returncode,
                       retired.result().returncode]) == [0, 1]
        assert ring.findings()["keys", "ok"]
        ring.run("use", first)


# key publish

def number(text):
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (
        -len(text) % 4)), "big")


@pytest.mark.parametrize("algorithm", PAIRS)
def test_others_verify_by_the_set(ring, algorithm):
    """RFC 7517 as two independent implementations read it."""
    kid = ring.new(algorithm)
    [jwk] = ring.published()
    public = serialization.load_pem_public_key(
        ring.read(f"keys/{kid}.{algorithm}.pub")).public_numbers()
    assert (jwk["use"], jwk["alg"], jwk["kid"]) == ("sig", algorithm, kid)
    if algorithm in RSA:
        assert set(jwk) == {"kty", "use", "alg", "kid", "n", "e"}
        assert (jwk["kty"], jwk["e"], number(jwk["n"])) == (
            "RSA", "AQAB", public.n)
        # No octet of zeros in front, RFC 7518 section 6.3.1.1.
        assert len(jwk["n"]) == 512
    else:
        size = {"ES256": 43, "ES384": 64, "ES512": 88}[algorithm]
        curve = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
        assert set(jwk) == {"kty", "use", "alg", "kid", "crv", "x", "y"}
        assert (jwk["kty"], jwk["crv"]) == ("EC", curve[algorithm])
        assert (number(jwk["x"]), number(jwk["y"])) == (public.x, public.y)
        # As long as the field, RFC 7518 section 6.2.1.2.
        assert (len(jwk["x"]), len(jwk["y"])) == (size, size)
    token = jwt.encode({"a": 1}, ring.read(f"keys/{kid}.{algorithm}.key"),
                       algorithm, headers={"kid": kid})
    keys = jwt.PyJWKSet.from_json(ring.read("jwks.json").decode())
    [key] = [key for key in keys.keys if key.key_id == kid]
    assert jwt.decode(token, key.key, algorithms=[algorithm]) == {"a": 1}


def test_publish_names_our_public_keys_alone(ring):
    secret, pair, retired = ring.new(), ring.new("ES256"), ring.new("RS256")
    ring.run("retire", retired, "--force")
    ring.put("keys/far.ES256.imported", ring.read(f"keys/{pair}.ES256.pub"),
             0o644)
    path = ring.path("elsewhere.json")
    assert ring.run("publish", path).stdout == f"1 key in {path}\n"
    text = ring.read("elsewhere.json")
    assert [key["kid"] for key in json.loads(text)["keys"]] == [pair]
    for word in (secret, ring.read(f"keys/{secret}.HS256.key").decode()):
        assert word.strip().encode() not in text
    assert mode(path) == 0o644


def test_publish_without_a_public_key(ring):
    ring.new()
    assert ring.read("jwks.json") == b'{"keys":[]}\n'
    assert ring.json("publish") == {
        "done": True, "file": ring.path("jwks.json"), "keys": 0}


def test_publish_needs_a_place_and_keys(new_ring):
    ring = new_ring()
    ring.configure(jwks_file=None)
    assert "jwks_file" in ring.refused("publish", status=2)
    ring.new("ES256")
    assert not os.path.exists(ring.path("jwks.json"))
    assert "/nonexistent" in ring.refused("publish", "/nonexistent/x")
    ring.configure(jwks_file="/nonexistent/x")
    done = ring.run("new", check=False)
    assert done.returncode == 1 and "made " in done.stdout
    assert "not published: /nonexistent/x" in done.stderr
    os.chmod(ring.path("keys"), 0o777)
    assert "chmod o-w" in ring.refused("publish", ring.path("x"))


# key import

class Issuer:
    """A site on loopback that answers what it is told to."""

    def __init__(self):
        issuer = self
        self.status, self.body, self.headers = 200, b"", {}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(issuer.status)
                self.send_header("Content-Length", str(len(issuer.body)))
                for name, value in issuer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(issuer.body)

            def log_message(self, *unused):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/jwks.json"
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def answer(self, *keys):
        self.body = json.dumps({"keys": keys}).encode()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def issuer():
    made = Issuer()
    yield made
    made.close()


def text_of(value, size=None):
    size = size or (value.bit_length() + 7) // 8
    return base64.urlsafe_b64encode(
        value.to_bytes(size, "big")).rstrip(b"=").decode()


def jwk_of(private, **more):
    """The JWK as cryptography's numbers give it; None removes a member."""
    numbers = private.public_key().public_numbers()
    if isinstance(private, rsa.RSAPrivateKey):
        jwk = {"kty": "RSA", "n": text_of(numbers.n), "e": text_of(numbers.e)}
    else:
        size = (private.curve.key_size + 7) // 8
        crv = {256: "P-256", 384: "P-384", 521: "P-521"}
        jwk = {"kty": "EC", "crv": crv[private.curve.key_size],
               "x": text_of(numbers.x, size), "y": text_of(numbers.y, size)}
    jwk.update(use="sig", **more)
    return {name: value for name, value in jwk.items() if value is not None}


@pytest.mark.parametrize("algorithm", PAIRS)
@pytest.mark.parametrize("named", [True, False], ids=["alg", "no alg"])
def test_import_takes_each_kind(ring, issuer, pairs, algorithm, named):
    private = pairs[algorithm]
    issuer.answer(jwk_of(private, kid="far.1", alg=algorithm if named
                         else None))
    taken = algorithm if named or algorithm in CURVES else "RS256"
    assert ring.json("import", issuer.url)["added"] == ["far.1"]
    assert ring.files() == [f"far.1.{taken}.imported"]
    head, text = ring.read(f"keys/far.1.{taken}.imported").split(b"\n", 1)
    assert head == b"# " + issuer.url.encode()
    assert der(serialization.load_pem_public_key(text)) == der(
        private.public_key())
    [line] = ring.json("list")
    assert (line["state"], line["source"]) == ("imported", issuer.url)


def test_import_follows_its_source(ring, issuer, pairs):
    first, second = pairs["ES256"], pairs["RS256"]
    issuer.answer(jwk_of(first, kid="a"), jwk_of(second, kid="b"))
    ring.configure(jwk_url=issuer.url)
    nothing = {"done": True, "added": [], "changed": [], "unchanged": [],
               "removed": [], "refused": []}
    assert ring.json("import") == dict(nothing, added=["a", "b"])
    assert ring.json("import") == dict(nothing, unchanged=["a", "b"])
    issuer.answer(jwk_of(second, kid="b", alg="RS512"),
                  jwk_of(pairs["ES384"], kid="c"))
    assert ring.json("import") == dict(nothing, removed=["a", "b"],
                                       added=["b", "c"])
    assert ring.files() == ["b.RS512.imported", "c.ES384.imported"]
    issuer.answer(jwk_of(second, kid="b", alg="RS512"),
                  jwk_of(ec.generate_private_key(ec.SECP384R1()), kid="c"))
    assert ring.run("import").stdout == "unchanged b\nchanged c\n"
    issuer.answer()
    assert ring.json("import") == dict(nothing, removed=["b", "c"])
    assert ring.run("import").stdout == "nothing to do\n"
    assert ring.files() == []


def test_import_leaves_other_sources_alone(ring, issuer, pairs):
    own = ring.new("ES256")
    issuer.answer(jwk_of(pairs["ES256"], kid="a"))
    ring.run("import", issuer.url)
    path = ring.put("set.json", json.dumps({"keys": [
        jwk_of(pairs["ES384"], kid="b")]}).encode())
    assert ring.run("import", path).stdout == "added b\n"
    # The same file by another name.
    other = os.path.join(os.path.dirname(path), ".", "set.json")
    assert ring.run("import", other).stdout == "unchanged b\n"
    ring.put("set.json", b'{"keys":[]}')
    assert ring.run("import", path).stdout == "removed b\n"
    assert ring.states() == {own: "signing", "a": "imported"}
    ring.put("set.json", json.dumps({"keys": [
        jwk_of(pairs["ES384"], kid="a"), jwk_of(pairs["ES512"], kid="d"),
    ]}).encode())
    assert ring.run("import", path).stdout == (
        "refused a: its kid is imported from elsewhere already\nadded d\n")
    assert ring.run("retire", "d").stdout.startswith("d is removed")
    assert ring.states() == {own: "signing", "a": "imported"}
    assert [key["kid"] for key in ring.published()] == [own]


def test_import_names_what_has_no_name(ring, issuer):
    """The key and the thumbprint of RFC 7638 section 3.1."""
    n = ("0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1"
         "RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n"
         "9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZ"
         "gnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6W"
         "eZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqD"
         "Kgw")
    issuer.answer({"kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256"})
    assert ring.json("import", issuer.url)["added"] == [
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"]


def spoiled(private, member, value):
    return dict(jwk_of(private, kid="x"), **{member: value})


def bad_keys(pairs, own):
    curve, big = pairs["ES256"], pairs["RS256"]
    numbers = curve.public_key().public_numbers()
    small = rsa.generate_private_key(65537, 1024)
    return [
        # reason, JWK
        ("kty", {"kty": "oct", "k": text_of(1 << 255), "kid": "x"}),
        ("kty", {"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "x"}),
        ("kty", spoiled(curve, "kty", "ec")),
        ("kty", spoiled(curve, "kty", None)),
        ("use", spoiled(curve, "use", "enc")),
        ("use", spoiled(curve, "use", None)),
        ("use", spoiled(curve, "use", ["sig"])),
        ("key_ops", spoiled(curve, "key_ops", ["sign"])),
        ("private", spoiled(curve, "d", "AA")),
        ("crv", spoiled(curve, "crv", "secp256k1")),
        ("crv", spoiled(curve, "crv", "p-256")),
        ("alg", spoiled(curve, "alg", "ES384")),
        ("alg", spoiled(curve, "alg", "RS256")),
        ("alg", spoiled(curve, "alg", "HS256")),
        ("alg", spoiled(curve, "alg", "none")),
        ("alg", spoiled(curve, "alg", None)),
        ("alg", spoiled(big, "alg", "PS256")),
        ("alg", spoiled(big, "alg", "ES256")),
        ("alg", spoiled(big, "alg", "HS256")),
        ("base64url", spoiled(curve, "x", 7)),
        ("base64url", spoiled(curve, "x", text_of(numbers.x, 32) + "=")),
        ("base64url", spoiled(curve, "y", "")),
        ("no key", spoiled(curve, "y", text_of(numbers.y ^ 1, 32))),
        ("no key", spoiled(curve, "x", text_of(numbers.x, 33))),
        ("no key", spoiled(curve, "x", text_of(0, 32))),
        ("no key", spoiled(big, "e", "AQ")),
        ("no key", spoiled(big, "e", "Ag")),
        ("no key", spoiled(big, "n", text_of((1 << 8200) + 1))),
        ("2048", jwk_of(small, kid="x")),
        ("kid", spoiled(curve, "kid", "../x")),
        ("kid", spoiled(curve, "kid", ".x")),
        ("kid", spoiled(curve, "kid", "")),
        ("kid", spoiled(curve, "kid", "k" * 129)),
        ("kid", spoiled(curve, "kid", "a\nb")),
        ("kid", spoiled(curve, "kid", 7)),
        ("of ours", spoiled(curve, "kid", own)),
        ("twice", jwk_of(big, kid="good")),
        ("object", "x"),
    ]


def test_import_refuses_each_with_a_reason(ring, issuer, pairs):
    own = ring.new("ES256")
    rows = bad_keys(pairs, own)
    issuer.answer(jwk_of(pairs["ES256"], kid="good"),
                  *[row[1] for row in rows],
                  jwk_of(pairs["ES384"], kid="k" * 128))
    answer = ring.json("import", issuer.url)
    assert answer["added"] == ["good", "k" * 128]
    assert len(answer["refused"]) == len(rows)
    for (reason, jwk), said in zip(rows, answer["refused"]):
        assert reason in said["reason"], (jwk, said)
    assert set(ring.states()) == {own, "good", "k" * 128}
    assert ring.findings()["keys", "ok"]


@pytest.mark.parametrize("private,member,value", [
    ("ES256", "key_ops", ["verify"]), ("ES256", "x5t", "AA"),
    ("RS256", "alg", "RS384"), ("ES256", "kid", "A-b_c=.d")])
def test_import_takes_the_twins(ring, issuer, pairs, private, member, value):
    issuer.answer(spoiled(pairs[private], member, value))
    assert len(ring.json("import", issuer.url)["added"]) == 1


def test_import_of_nothing_that_can_be_used_changes_nothing(ring, issuer,
                                                            pairs):
    issuer.answer(jwk_of(pairs["ES256"], kid="a"))
    ring.run("import", issuer.url)
    issuer.answer({"kty": "oct", "k": "AA", "kid": "a"})
    said = ring.refused("import", issuer.url)
    assert "nothing is changed" in said and "refused a: " in said
    assert ring.states() == {"a": "imported"}


def test_import_fills_the_ring_and_no_more(ring, issuer, pairs):
    ring.new()
    issuer.answer(*[jwk_of(pairs["ES256"], kid=f"k{number}")
                    for number in range(40)])
    answer = ring.json("import", issuer.url)
    assert len(answer["added"]) == 31
    assert {said["reason"] for said in answer["refused"]} == {
        "the key ring is full"}
    assert ring.findings()["keys", "ok"]


DOCUMENTS = [
    b"", b"[]", b"{}", b"null", b'{"keys":{}}', b'{"keys":null}',
    b'{"keys":[]}x', b"{'keys':[]}", b'{"keys":[],"keys":[]}', b"<html>",
    b'{"keys":[NaN]}', b'{"keys":[' + b"[" * 20 + b"]" * 20 + b"]}"]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_import_reads_strict_json(ring, issuer, document):
    issuer.body = document
    assert "no JWK set" in ring.refused("import", issuer.url)
    assert not os.path.exists(ring.path("keys"))


def test_import_asks_no_further_than_it_is_told(ring, issuer, pairs):
    issuer.answer(jwk_of(pairs["ES256"], kid="a"))
    issuer.headers = {"Location": f"http://127.0.0.1:{issuer.port}/other"}
    for status in (301, 302, 307, 308):
        issuer.status = status
        said = ring.refused("import", issuer.url)
        assert f"leads to http://127.0.0.1:{issuer.port}/other" in said
    issuer.headers = {}
    for status in (404, 500, 204, 206):
        issuer.status = status
        assert str(status) in ring.refused("import", issuer.url)
    issuer.status = 200
    ring.run("import", issuer.url)


def test_import_reads_256_kib(ring, issuer, pairs):
    issuer.answer(jwk_of(pairs["ES256"], kid="a"))
    issuer.body += b" " * ((256 << 10) - len(issuer.body))
    assert ring.json("import", issuer.url)["added"] == ["a"]
    path = ring.put("set.json", issuer.body)
    ring.run("retire", "a")
    assert ring.json("import", path)["added"] == ["a"]
    issuer.body += b" "
    assert "longer than 262144" in ring.refused("import", issuer.url)
    ring.put("set.json", issuer.body)
    assert "longer than 262144" in ring.refused("import", path)


@pytest.mark.parametrize("url", [
    "http://example.org/jwks", "http://localhost.example.org/",
    "http://127.0.0.1.example.org/", "http://127.0.0.1@example.org/",
    "http://user:word@127.0.0.1/", "https://user@example.org/",
    "ftp://127.0.0.1/x", "file:///etc/passwd", "gopher://127.0.0.1/"])
def test_import_asks_only_whom_it_can_trust(ring, url):
    assert "allowed: " in ring.refused("import", url)


def test_import_uses_nothing_of_the_environment(ring, issuer, pairs):
    issuer.answer(jwk_of(pairs["ES256"], kid="a"))
    proxies = {name: "http://127.0.0.1:9" for name in
               ("http_proxy", "https_proxy", "all_proxy", "ALL_PROXY")}
    assert ring.run("import", issuer.url, **proxies).stdout == "added a\n"


def test_import_says_what_is_missing(ring):
    assert "jwk_url" in ring.refused("import", status=2)
    assert "No such file" in ring.refused("import", ring.path("nothing"))
    assert "connect" in ring.refused(
        "import", "http://127.0.0.1:1/jwks").lower()


# What the programs make of it

def verify(program, token):
    body = json.dumps({"token": token}).encode()
    return program.call("POST", "/api/token/verify/", body).status


def hello(program, token):
    return program.call("GET", "/api/hello/",
                        HTTP_AUTHORIZATION=f"Bearer {token}").status


def token_of(kind, key, algorithm, kid=None):
    now = int(time.time())
    return jwt.encode({"token_type": kind, "exp": now + 300, "iat": now,
                       "jti": "0" * 32, "user_id": "7"}, key, algorithm,
                      headers={"kid": kid} if kid else {})


def test_an_imported_key_lets_in_and_is_removed(ring, issuer, pairs):
    private = pairs["ES256"]
    issuer.answer(jwk_of(private, kid="far"))
    ring.new()
    with Program(ring, "hello") as program:
        token = token_of("access", private, "ES256", "far")
        plain = token_of("access", private, "ES256")
        refresh = token_of("refresh", private, "ES256", "far")
        assert hello(program, token) == 401
        ring.run("import", issuer.url)
        assert hello(program, token) == 200
        assert hello(program, plain) == 200
        assert hello(program, refresh) == 401
        ring.run("retire", "far")
        assert wait_for("401", lambda: hello(program, token) == 401, 8, 0.2)


def test_a_ring_that_only_verifies(ring, issuer, pairs):
    issuer.answer(jwk_of(pairs["RS256"], kid="far"))
    ring.run("import", issuer.url)
    assert "nobody can log in" in ring.findings()["keys", "warning"][0]
    with Program(ring, "hello") as program:
        assert hello(program, token_of("access", pairs["RS256"], "RS256",
                                       "far")) == 200
        assert hello(program, token_of("access", pairs["ES256"], "ES256",
                                       "far")) == 401


# postern check

def test_check_says_what_the_ring_has(ring):
    kid = ring.new("ES256")
    ring.configure(algorithm="ES256")
    assert ring.findings() == {
        ("keys", "ok"): [f"ES256, kid {kid}"],
        ("jwks_file", "ok"): [f"{ring.path('jwks.json')}, 1 keys"]}


def test_check_warns_of_what_is_not_used(ring):
    ring.new()
    for name in (".left.over", "notes.txt", "x.HS999.key"):
        ring.put(f"keys/{name}", b"x")
    ring.configure(verifying_key="x.pem")
    found = ring.findings()
    assert len(found["keys", "warning"]) == 3
    for name in (".left.over", "notes.txt", "x.HS999.key"):
        assert [text for text in found["keys", "warning"]
                if text.startswith(ring.path(f"keys/{name}: "))]
    assert "verifying_key" in found["verifying_key", "warning"][0]


def test_check_warns_of_another_algorithm(ring):
    ring.new("RS256")
    assert "algorithm = HS256" in ring.findings()["algorithm", "warning"][0]
    ring.configure(algorithm="RS256")
    assert ("algorithm", "warning") not in ring.findings()


def test_check_warns_of_old_publications(ring):
    ring.new("ES256")
    old = ring.read("jwks.json")
    ring.new("ES256")
    assert ring.findings()["jwks_file", "ok"]
    ring.put("jwks.json", old, 0o644)
    assert "postern key publish" in ring.findings()["jwks_file", "warning"][0]
    ring.run("publish")
    assert ring.findings()["jwks_file", "ok"]
    os.unlink(ring.path("jwks.json"))
    assert "No such file" in ring.findings()["jwks_file", "warning"][0]


def test_check_looks_at_who_reads(ring):
    kid, old = ring.new(), ring.new()
    ring.run("retire", old, "--force")
    retired = ring.path(f"keys/{old}.HS256.retired")
    assert ("keys", "warning") not in ring.findings()
    os.chmod(retired, 0o644)
    assert retired in ring.findings()["keys", "warning"][0]
    path = ring.path(f"keys/{kid}.HS256.key")
    os.chmod(path, 0o640)
    assert ring.findings()["keys", "ok"]
    os.chmod(path, 0o644)
    assert path in ring.findings()["keys", "problem"][0]
