"""
A client as a front end of Simple JWT is written: requests, JSON, nothing of
ours. It knows a base address and an account.
"""

import base64
import json
import time

import requests


def claims_of(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=="))


class FrontEnd:
    """Keeps its tokens; notes what each step was answered with."""

    def __init__(self, url, username, password):
        self.url = url
        self.account = {"username": username, "password": password}
        self.tokens = {}
        self.notes = {}
        self.session = requests.Session()
        self.session.trust_env = False

    def send(self, step, method, path, bearer=None, **more):
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        answer = self.session.request(
            method, self.url + path, headers=headers, timeout=30, **more)
        body = answer.json()
        self.notes[step] = (answer.status_code, self._shape(body),
                            answer.headers["Content-Type"])
        if answer.ok:
            self.tokens.update(body)
        return answer

    @staticmethod
    def _shape(body):
        """A token by its kind and its user, everything else as it is."""
        shape = dict(body)
        for name in {"access", "refresh"} & set(body):
            claims = claims_of(body[name])
            shape[name] = (claims["token_type"], str(claims["user_id"]))
        return shape

    def post(self, step, path, **fields):
        return self.send(step, "POST", path, json=fields)

    def hello(self, step, bearer=None):
        return self.send(step, "GET", "/api/hello/", bearer)

    def wait_until_access_expires(self):
        expires = claims_of(self.tokens["access"])["exp"]
        while time.time() <= expires:
            time.sleep(0.1)

    def work(self):
        """A visit from login to logout; returns {step: answer}."""
        self.hello("hello without a token")
        self.post("login with a wrong password", "/api/token/",
                  **dict(self.account, password="wrong"))
        self.post("login without a password", "/api/token/", username="ada")
        self.send("login by form fields", "POST", "/api/token/",
                  data=self.account)
        self.post("login", "/api/token/", **self.account)
        first = dict(self.tokens)
        self.hello("hello", first["access"])
        self.hello("hello with a refresh token", first["refresh"])
        self.hello("hello with a damaged token", first["access"][:-9])
        for name in ("access", "refresh"):
            self.post(f"verify {name}", "/api/token/verify/",
                      token=first[name])
        self.post("refresh by an access token", "/api/token/refresh/",
                  refresh=first["access"])
        self.wait_until_access_expires()
        self.hello("hello, expired", first["access"])
        self.post("verify, expired", "/api/token/verify/",
                  token=first["access"])
        self.post("refresh", "/api/token/refresh/", refresh=first["refresh"])
        assert self.tokens["refresh"] != first["refresh"]
        self.hello("hello, refreshed", self.tokens["access"])
        second = self.tokens["refresh"]
        self.post("blacklist", "/api/token/blacklist/", refresh=second)
        self.post("refresh, logged out", "/api/token/refresh/",
                  refresh=second)
        self.post("refresh by the first, logged out", "/api/token/refresh/",
                  refresh=first["refresh"])
        self.post("blacklist, logged out", "/api/token/blacklist/",
                  refresh=second)
        self.post("verify, logged out", "/api/token/verify/", token=second)
        return self.notes
