"""
The exchanges recorded from Simple JWT, replayed against a running site.

Every case begins with the five users of the fixture and nothing else. Times
are compared with the clock, tokens claim by claim; ours have sid, epoch and
kid beside what was recorded.
"""

import base64
import contextlib
import json
import os

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from excuses import EXCUSES
from support.replay import Mint, Words, body_faults, compact, now

HERE = os.path.dirname(os.path.abspath(__file__))
CONTRACT = os.path.join(os.path.dirname(HERE), "contract")
GROUPS = ("obtain", "hello", "refresh", "verify", "blacklist")

BASE = {
    "access_token_lifetime": "5m",
    "refresh_token_lifetime": "1d",
    "rotate_refresh_tokens": "no",
    "registration_conflict": "hide",
}
VARIANTS = {
    "base": {},
    "rotate": {"rotate_refresh_tokens": "yes", "update_last_login": "yes",
               "blacklist_after_rotation": "yes", "rotation_grace": "0s"},
    "audiss": {"audience": "lab-aud", "issuer": "lab-iss"},
    "leeway": {"leeway": "60s"},
}
GENERATED = {
    "obtain_json_number_5000_digits":
        '{"username":' + "9" * 5000 + ',"password":"x"}',
    "obtain_body_over_2_5_mb_json":
        compact({"username": "alice", "password": "x" * 2700000}),
    "refresh_very_long": compact({"refresh": "A" * 20000}),
}


def load(name):
    with open(os.path.join(CONTRACT, name), encoding="utf-8") as file:
        return file.read()


FIXTURE = json.loads(load("simplejwt.fixture.json"))
KEY = FIXTURE["signing_key"]
IDS = {user["username"]: number
       for number, user in enumerate(FIXTURE["users"], 1)}
CASES = [case for case in map(json.loads, load("simplejwt.jsonl").splitlines())
         if case["group"] in GROUPS and case["variant"] in VARIANTS]
# One site after the other.
CASES = [(variant, case) for variant in VARIANTS for case in CASES
         if case["variant"] == variant]


@pytest.fixture(scope="module")
def sites(new_site):
    """sites(variant): the site in that variant; the one before it ends."""
    stack = contextlib.ExitStack()
    current = {}

    def switch(variant):
        if variant not in current:
            stack.close()
            current.clear()
            current[variant] = stack.enter_context(new_site(
                worker=False, key=KEY, **dict(BASE, **VARIANTS[variant])))
            put_aside(current[variant])
        return current[variant]

    with stack:
        yield switch


def put_aside(site):
    """The five users of the fixture, kept to be restored."""
    for user in FIXTURE["users"]:
        name = user["username"]
        options = ["--subject", str(IDS[name])]
        if not user.get("active", True):
            options.append("--unverified")
        site.add_user(name, user["password"],
                      f"user{IDS[name]}@example.com", *options)
    site.sql("create table public.kept as table postern.users")


@pytest.fixture(scope="module")
def mint():
    return Mint({
        "default": KEY.encode(), "other": FIXTURE["foreign_key"].encode(),
        "rsa": pem(rsa.generate_private_key(65537, 2048)),
        "ec": pem(ec.generate_private_key(ec.SECP256R1())),
    })


def pem(key):
    return key.private_bytes(serialization.Encoding.PEM,
                             serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption())


def restore(site):
    site.forget()
    site.sql("insert into postern.users overriding system value "
             "table public.kept")


class Steps:
    """What has to happen before the recorded request."""

    def __init__(self, site, mint, words):
        self.site = site
        self.mint = mint
        self.words = words

    def run(self, step):
        getattr(self, "do_" + step["op"])(step)

    def _post(self, path, field, step, status=200):
        token = self.words.tokens[step["using"]]
        answer = self.site.post(path, {field: token})
        assert answer.status == step.get("status", status), (step, answer)
        return answer

    def _keep(self, step, answer):
        for name, token in answer.json().items():
            self.words.tokens[f"{step['as']}.{name}"] = token

    def do_login(self, step):
        user = FIXTURE["users"][IDS[step["user"]] - 1]
        answer = self.site.post("/api/token/", username=step["user"],
                                password=user["password"])
        assert answer.status == 200, answer
        self._keep(step, answer)

    def do_refresh(self, step):
        self._keep(step, self._post("/api/token/refresh/", "refresh", step))

    def do_refresh_expect(self, step):
        self._post("/api/token/refresh/", "refresh", step)

    def do_blacklist(self, step):
        self._post("/api/token/blacklist/", "refresh", step)

    def do_mint(self, step):
        step = dict(step)
        for name in ("header_raw", "payload_raw"):
            if step.get(name):
                step[name] = self.words.text(step[name])
        self.words.tokens[step["as"]] = self.mint.token(self.words, step)

    def do_deactivate(self, step):
        self._user(step, "verified_at = null")

    def do_activate(self, step):
        self._user(step, "verified_at = now()")

    def _user(self, step, change):
        self.site.sql(f"update postern.users set {change} "
                      "where username = %s", step["user"])

    def do_delete_user(self, step):
        self.site.sql("delete from postern.users where username = %s",
                      step["user"])

    def do_set_password(self, step):
        self.site.postern("user", "password", step["user"], "--force",
                          stdin=step["password"] + "\n")

    def do_expire_rows(self, step):
        self.site.sql("update postern.sessions set idle_expires = now(), "
                      "expires = now()")

    def do_flush(self, step):
        self.site.postern("clean")


def body_of(case, words):
    if case["name"] in GENERATED:
        return GENERATED[case["name"]].encode()
    if case.get("request_body_base64"):
        return base64.b64decode(case["request_body_base64"])
    if case["request_body"] is None:
        return None
    return words.text(case["request_body"]).encode("utf-8")


def send(site, case, words):
    headers, accept = [], "*/*"
    for name, value in case["request_headers"]:
        if name == "Accept" and value is None:
            accept = None
        else:
            headers.append((name, words.text(value)))
    return site.request(case["method"], words.text(case["path"]),
                        body_of(case, words), headers, accept)


def header_faults(answer, case):
    """Allow on 405, the challenge on 401, and no-store on everything."""
    faults = []
    if answer.status == 401 and case["path"].startswith("/api/"):
        challenge = answer.headers.get("www-authenticate", "")
        if not challenge.startswith('Bearer realm="api"'):
            faults.append(f"www-authenticate: {challenge}")
    if answer.status == 405 and "allow" not in answer.headers:
        faults.append("no Allow")
    ours = case["path"].startswith(("/api/", "/auth/"))
    if ours and answer.body and not answer.headers["content-type"].startswith(
            "application/json"):
        faults.append(f"content-type: {answer.headers['content-type']}")
    return faults


@pytest.mark.parametrize(
    "variant,case", CASES,
    ids=[f"{variant}-{case['name']}" for variant, case in CASES])
def test_case(sites, variant, case, mint, request):
    site = sites(variant)
    restore(site)
    words = Words(now(), IDS)
    steps = Steps(site, mint, words)
    for step in case["setup"]["steps"]:
        steps.run(step)
    before = now()
    answer = send(site, case, words)
    faults = [] if answer.status == case["status"] else [
        f"status {answer.status} not {case['status']}: {answer.text[:200]}"]
    faults += body_faults(answer, case["response_body"],
                          case.get("response_tokens"), KEY, before, now())
    excused = EXCUSES.get(("simplejwt", case["name"]))
    result = ("agreed" if not faults else
              "excused" if excused else "disagreed")
    request.config.replay_rows.append(
        ("simplejwt", f"{case['group']} {case['variant']}", result))
    if excused:
        assert faults, "the case agrees: its excuse is not needed"
        assert answer.status == excused.status, answer
        if excused.body is not None:
            assert answer.text == excused.body
        return
    assert not faults, "\n".join(faults)
    assert not header_faults(answer, case)


def test_every_excuse_has_its_case():
    names = {case["name"] for _, case in CASES}
    assert not {case for recording, case in EXCUSES
                if recording == "simplejwt" and case not in names}
