"""A site's files behind the gate: who knocks, what lies inside, what is told."""

import json
import os
import shutil
import time

import jwt

from support import fastcgi
from support.site import BUILD, KEY, Home, Program

PASSWORD = "Corr3ct-horse"
ORIGIN = "http://site.example"
COOKIE = "__Host-access_token"
SETTINGS = {
    "throttle": "no", "password_memory": "8k", "password_passes": "1",
    "token_transport": "both", "access_cookie": "yes",
    "access_token_lifetime": "1h", "gate_claims": "plan, tags",
}
RULES = """
[gate /members/staff/]
require_group = staff

[gate /members/gold/]
require_claim = plan=gold, tags=blue

[gate /members/either/]
require_group = staff
require_claim = plan=gold
match = any
"""
# What nobody may see without a token.
SECRET = "S3CR3T"
PHP = f"<?php echo '{SECRET} ', json_encode($_SERVER + getenv());"
CGI = f"""#!/usr/bin/python3
import json, os, sys
if int(os.environ.get("CONTENT_LENGTH") or 0):
    sys.stdin.read(int(os.environ["CONTENT_LENGTH"]))
print("Content-Type: text/plain\\n")
print("{SECRET}", json.dumps(dict(os.environ)))
"""


class Gatehouse(Home):
    """Configuration, rules, accounts and files."""

    rules = RULES

    def __init__(self, dsn, settings=None, rules=RULES):
        self.rules = rules
        Home.__init__(self, dsn, dict(SETTINGS, **(settings or {})))
        self.make_files()

    def configure(self, **settings):
        """Settings stand before the sections."""
        self.settings.update(settings)
        self.write("postern.conf", "".join(
            f"{name} = {value}\n" for name, value in self.settings.items()
            if value is not None) + self.rules)

    def make_files(self):
        for folder in ("", "/staff", "/gold", "/either"):
            path = self.path("www/members" + folder)
            os.makedirs(path)
            for name, text in (("secret.txt", SECRET + "\n"),
                               ("index.html", SECRET + "\n"),
                               ("show.php", PHP), ("show.cgi", CGI)):
                with open(os.path.join(path, name), "w") as file:
                    file.write(text)
            os.chmod(os.path.join(path, "show.cgi"), 0o755)
        os.makedirs(self.path("www/members/index"))
        with open(self.path("www/members/index/index.php"), "w") as file:
            file.write(PHP)
        with open(self.path("www/open.txt"), "w") as file:
            file.write("open\n")
        # Where Apache's user can reach it, wherever the build is.
        os.mkdir(self.path("bin"))
        shutil.copy(f"{BUILD}/cgi-bin/authorize", self.path("bin"))

    def add_user(self, name, *options):
        self.postern("user", "add", name, "--email", f"{name}@example.com",
                     "--force", *options, stdin=PASSWORD + "\n")

    def login(self, name):
        """An access token of a real login."""
        with Program(self, "token_obtain") as program:
            answer = program.call(
                "POST", "/api/token/", json.dumps(
                    {"username": name, "password": PASSWORD}).encode(),
                HTTP_ORIGIN=ORIGIN)
        assert answer.status == 200, answer
        return answer.json()["access"]


def claims_of(token):
    return jwt.decode(token, KEY, algorithms=["HS256"],
                      options={"verify_exp": False})


def signed(token, key=KEY, **changes):
    """The token's claims with these changes, signed again."""
    claims = dict(claims_of(token), **changes)
    return jwt.encode({name: value for name, value in claims.items()
                       if value is not None}, key, algorithm="HS256")


def expired(token):
    return signed(token, exp=int(time.time()) - 5)


def seen(answer):
    """The environment that a script has printed."""
    assert answer.status == 200, answer
    assert answer.text.startswith(SECRET), answer
    return json.loads(answer.text[len(SECRET):])


def ask(program, target, token=None, method="GET",
        role=fastcgi.AUTHORIZER, **more):
    """Asks the program itself whether the request may pass."""
    if token is not None:
        more["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    more.setdefault("SCRIPT_NAME", "")
    return program.call(method, target, role=role, **more)


def told(answer, prefix="variable-"):
    """{NAME: value} of what is handed on; bytes as they were sent."""
    return {name[len(prefix):].upper().replace("-", "_"): value
            for name, value in answer.headers.items()
            if name.startswith(prefix)}
