"""
The exchanges recorded from djoser, and the sites on which they happen again.

A recorded profile is a configuration of djoser: PROFILES says what it is here.
The cases of a profile depend on one another and happen in their order, with what
djoser_steps.py says before them.
"""

import json
import os

from djoser_avoided import AVOIDED
from djoser_steps import BEARERS, PREPARE, TICKETS
from support.client import ticket_of
from support.replay import now

HERE = os.path.dirname(os.path.abspath(__file__))
CONTRACT = os.path.join(os.path.dirname(HERE), "contract", "djoser.jsonl")
LIFETIMES = {"access_token_lifetime": "5m", "refresh_token_lifetime": "1d"}
PROFILES = {
    # Activation by letter, user names; addresses need not be unique.
    "A": {},
    # Everything is to be sent twice. That accounts are shown to others and
    # unknown addresses are told are options which there are none of here.
    "B": {"user_create_password_retype": "yes",
          "set_password_retype": "yes",
          "password_reset_confirm_retype": "yes",
          "set_username_retype": "yes",
          "username_reset_confirm_retype": "yes"},
    # A model of users whose name is the address, which is unique and told.
    "C": {"login_field": "email", "registration_conflict": "reveal"},
    # djoser as it comes.
    "D": {"send_activation_email": "no", "registration_conflict": "reveal"},
}
# How the recording writes the ids of its accounts (base64 of the number).
UIDS = ("MQ", "Mg", "MTU", "MTY", "MTc", "MTg", "MjE", "MjI")


def load():
    with open(CONTRACT, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


CASES = load()


def of(table, name):
    """The row whose name begins this one; the longest."""
    for prefix in sorted(table, key=len, reverse=True):
        if name.startswith(prefix):
            return table[prefix]
    return None


class Story:
    """One site on which the cases of a profile happen in their order."""

    def __init__(self, site, profile):
        self.site = site
        self.cases = [case for case in CASES if case["profile"] == profile]
        self.done = {}
        self.tokens = {}

    def result(self, wanted):
        """The outcome of a case, after all those before it."""
        for case in self.cases:
            if wanted["name"] in self.done:
                break
            if case["name"] not in self.done:
                self.done[case["name"]] = self.replay(case)
        result = self.done[wanted["name"]]
        if isinstance(result, BaseException):
            raise result
        return result

    def replay(self, case):
        """(answer, letters, time before, subject, what is worse after it)"""
        try:
            PREPARE.get(case["name"], lambda story: None)(self)
            self.site.settle()
            letters = len(self.site.letters())
            before = now()
            answer = self.send(case)
            self.site.settle()
            new = self.site.letters()[letters:]
            subject = self.subject_of(answer)
            return answer, new, before, subject, self.worse(case, answer, new)
        except Exception as error:  # raised again by result()
            return error

    def worse(self, case, answer, letters):
        """What AVOIDED looks at beside the answer, while it is as it was."""
        avoided = AVOIDED.get(case["name"])
        if avoided is None or avoided.check is None:
            return None
        return avoided.check(self, answer, letters)

    def subject_of(self, answer):
        """The id of the account that an answer is about."""
        if answer.status != 201:
            return None
        name = answer.json()["username"]
        rows = self.site.sql("select subject from postern.users "
                             "where username = %s", name)
        return rows[0][0] if rows else None

    def send(self, case):
        body = case["request_body"]
        if body is not None:
            body = self.filled(case, body).encode("utf-8", "surrogateescape")
            if "\ufffd" in case["request_body"]:
                body = body.replace("\ufffd".encode(), b"\xff")
        headers = dict(case["request_headers"])
        if "Authorization" in headers:
            access = self.tokens[of(BEARERS, case["name"])]["access"]
            headers["Authorization"] = f"Bearer {access}"
        # The recorded site has its own example of a protected endpoint.
        path = "/api/hello/" if case["path"] == "/hello/" else case["path"]
        return self.site.request(case["method"], path, body, headers)

    def filled(self, case, body):
        """The recorded body with our ticket, subject and token in it."""
        template = case["request_template"] or ""
        if "{{JWT}}" in template:
            fields = json.loads(body)
            fields["refresh"] = self.tokens[
                of(BEARERS, case["name"])]["refresh"]
            return json.dumps(fields)
        owner = of(TICKETS, case["name"])
        if owner is None:
            return body
        fields = json.loads(body)
        uid, token = self.ticket(*owner)
        if "{{TOKEN}}" in template:
            fields["token"] = token
        if fields.get("uid") in UIDS:
            fields["uid"] = uid
        return json.dumps(fields)

    def ticket(self, name, number):
        subject = self.site.value("select subject from postern.users "
                                  "where username like %s || '%%' "
                                  "order by id", name)
        tickets = map(ticket_of, self.site.letters())
        return [ticket for ticket in tickets
                if ticket and ticket[0] == subject][number]
