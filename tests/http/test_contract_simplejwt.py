"""
The exchanges recorded from Simple JWT, replayed against a running site.

Every case begins with the five users of the fixture and nothing else. Times
are compared with the clock, tokens claim by claim; ours have sid, epoch and
kid beside what was recorded.

A recorded answer that is a defect is marked as such, with what would be
better: test_better asserts that, case by case, beside the replay.
"""

import base64
import contextlib
import json
import os

import pytest

from excuses import BETTER, EXCUSES
from support import fastcgi
from support.keys import pair
from support.replay import Mint, Reader, Words, body_faults, compact, now

HERE = os.path.dirname(os.path.abspath(__file__))
CONTRACT = os.path.join(os.path.dirname(HERE), "contract")

BASE = {
    "access_token_lifetime": "5m",
    "refresh_token_lifetime": "1d",
    "rotate_refresh_tokens": "no",
    "registration_conflict": "hide",
}
# What is no setting of ours differs from base in nothing.
VARIANTS = {
    "base": {},
    "jsononly": {},
    "locale": {},
    "noblacklistapp": {},
    "noslash": {},
    "rotate": {"rotate_refresh_tokens": "yes", "update_last_login": "yes",
               "blacklist_after_rotation": "yes", "rotation_grace": "0s"},
    "audiss": {"audience": "lab-aud", "issuer": "lab-iss"},
    "leeway": {"leeway": "60s"},
    "revoke": {"check_revoke_token": "yes",
               "revoke_token_claim": "hash_password"},
    "hdrtypes": {"auth_header_types": "JWT, Bearer"},
    "hdrname": {"auth_header_name": "HTTP_X_ACCESS_TOKEN"},
    "inactiveok": {"check_user_is_active": "no"},
    "sliding": {"auth_token_classes": "sliding"},
    "bothtypes": {"auth_token_classes": "access, sliding"},
    "rs256": {"algorithm": "RS256"},
    "es256": {"algorithm": "ES256"},
    "claims": {"user_id_field": "username", "user_id_claim": "sub",
               "token_type_claim": "typ", "jti_claim": "id",
               "access_token_lifetime": "900s",
               "refresh_token_lifetime": "604800s", "algorithm": "HS512"},
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
RECORDED = [json.loads(line)
            for line in load("simplejwt.jsonl").splitlines()]
# One site after the other.
CASES = [(variant, case) for variant in VARIANTS for case in RECORDED
         if case["variant"] == variant]
DEFECTS = [(variant, case) for variant, case in CASES
           if case.get("anchor_defect")]


def key_of(settings):
    """The key of a site with these settings."""
    algorithm = settings.get("algorithm", "HS256")
    return KEY if algorithm.startswith("HS") else pair(algorithm)


def reader_of(settings):
    """How that site's tokens are read."""
    key = key_of(settings)
    return Reader(key if key is KEY else key.public,
                  settings.get("algorithm", "HS256"),
                  settings.get("revoke_token_claim", "epoch"))


@pytest.fixture(scope="module")
def sites(new_site):
    """sites(settings): the site with them; the one before it ends."""
    stack = contextlib.ExitStack()
    current = []

    def switch(settings):
        if not current or current[0] != settings:
            stack.close()
            current[:] = [settings, stack.enter_context(new_site(
                worker=False, key=key_of(settings),
                **dict(BASE, **settings)))]
            put_aside(current[1])
        return current[1]

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
    return Mint({name: text.encode() for name, text in {
        "default": KEY, "other": FIXTURE["foreign_key"],
        "rsa": pair("RS256").private, "rsapub": pair("RS256").public,
        "rsa2": pair("RS256", 2).private, "ec": pair("ES256").private,
    }.items()})


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
        answer = self.site.post(step.get("path", "/api/token/"),
                                username=step["user"],
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


class Replay:
    """One case, replayed."""

    def __init__(self, site, mint, case):
        self.site = site
        restore(site)
        self.words = Words(now(), IDS)
        self.steps = Steps(site, mint, self.words)
        for step in case["setup"]["steps"]:
            self.steps.run(step)
        self.before = now()
        self.answer = send(site, case, self.words)
        self.after = now()

    def faults(self, case, reader):
        """Where the answer differs from the recorded one."""
        faults = [] if self.answer.status == case["status"] else [
            f"status {self.answer.status} not {case['status']}: "
            f"{self.answer.text[:200]}"]
        return faults + body_faults(
            self.answer, case["response_body"], case.get("response_tokens"),
            reader, self.before, self.after, self.words.tokens)


def ids_of(cases):
    return [f"{variant}-{case['name']}" for variant, case in cases]


# What a server may refuse before a program sees it: methods, two headers of a
# kind, headers of more than 8 KiB. Our exact answers are those behind lighttpd.
SERVERS_OWN = ("obtain_trace", "obtain_unknown_method",
               "hello_two_authorization_headers", "hello_very_long_token",
               "hello_header_unsigned_deep_nesting")


def marked(cases):
    return [pytest.param(*case, id=name, marks=pytest.mark.lighttpd
                         if name.endswith(SERVERS_OWN) else ())
            for case, name in zip(cases, ids_of(cases))]


@pytest.mark.parametrize("variant,case", marked(CASES))
def test_case(sites, variant, case, mint, request):
    settings = VARIANTS[variant]
    replay = Replay(sites(settings), mint, case)
    answer = replay.answer
    faults = replay.faults(case, reader_of(settings))
    excused = EXCUSES.get(("simplejwt", case["name"]))
    result = ("agreed" if not faults else
              "excused" if excused else "disagreed")
    request.config.replay_rows.append(
        ("simplejwt", f"{case['group']} {case['variant']}", result))
    if excused:
        assert faults, "the case agrees: its excuse is not needed"
        assert answer.status == excused.status, answer
        assert not body_faults(answer, excused.body), answer
        return
    assert not faults, "\n".join(faults)
    assert not header_faults(answer, case)


def better_of(case):
    """
    What the recording calls better, as (status, body): of its own text where
    that says both, else of the table.
    """
    told = case["better"]
    if told.startswith("401 {") and case["name"] not in BETTER:
        body = told[len("401 "):told.rindex("}") + 1]
        assert json.loads(body)
        return 401, body, {}, None
    return BETTER[case["name"]]


@pytest.mark.parametrize("variant,case", marked(DEFECTS))
def test_better(sites, variant, case, mint):
    """Every recorded defect is answered as the recording says it should be."""
    status, body, settings, afterwards = better_of(case)
    replay = Replay(sites(dict(VARIANTS[variant], **settings)), mint, case)
    assert replay.answer.status == status, replay.answer
    assert not body_faults(replay.answer, body), replay.answer
    if afterwards:
        path, field, token, status, body = afterwards
        answer = replay.site.post(path, {field: replay.words.tokens[token]})
        assert (answer.status, answer.text) == (status, body)


@pytest.mark.lighttpd
def test_what_the_web_server_stops_is_stopped_behind_it_too(sites, mint):
    """The header that lighttpd answers with 431, handed to the program."""
    case = next(case for case in RECORDED
                if case["name"] == "hello_header_unsigned_deep_nesting")
    site = sites({})
    replay = Replay(site, mint, case)
    (_, authorization), = case["request_headers"]
    answer = fastcgi.call(
        site.path("run/hello-0"), "GET", "/api/hello/",
        HTTP_AUTHORIZATION=replay.words.text(authorization))
    assert (answer.status, answer.text) == better_of(
        dict(case, name=""))[:2]


def test_nothing_is_forgotten():
    """Every case is replayed, every excuse and every better answer used."""
    assert len(CASES) == len(RECORDED)
    names = {case["name"] for case in RECORDED}
    assert not {case for recording, case in EXCUSES
                if recording == "simplejwt" and case not in names}
    assert not set(BETTER) - {case["name"] for _, case in DEFECTS}
