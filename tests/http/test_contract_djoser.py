"""
The exchanges recorded from djoser, replayed in their order on one site.

The cases depend on one another. PREPARE holds what has to happen before a
case beside the requests of the cases before it; TICKETS whose letter its
{{TOKEN}} comes from. Each test replays what has not been replayed yet.
"""

import json
import os

import pytest

from excuses import EXCUSES
from support.client import ticket_of
from support.replay import body_faults, now
from support.site import KEY

HERE = os.path.dirname(os.path.abspath(__file__))
CONTRACT = os.path.join(os.path.dirname(HERE), "contract", "djoser.jsonl")
AREAS = ("register", "activation", "resend", "reset", "login")
# Their endpoints, or what they need, do not belong to this contract yet.
LATER = ("reset_username", "activation_get")
SETTINGS = {"access_token_lifetime": "5m", "refresh_token_lifetime": "1d"}


def load():
    with open(CONTRACT, encoding="utf-8") as file:
        cases = [json.loads(line) for line in file]
    return [case for case in cases if case["profile"] == "A"
            and case["name"].split("_")[0] in AREAS
            and not case["name"].startswith(LATER)]


CASES = load()
NUMBERS = {case["name"]: number for number, case in enumerate(CASES)}


def resend(address):
    def prepare(site):
        number = len(site.letters(address))
        answer = site.post("/auth/users/resend_activation/", email=address)
        assert answer.status == 204, answer
        site.letter(address, number + 1)

    return prepare


def reset(address):
    def prepare(site):
        number = len(site.letters(address))
        answer = site.post("/auth/users/reset_password/", email=address)
        assert answer.status == 204, answer
        site.letter(address, number + 1)

    return prepare


def add(name, *options):
    return lambda site: site.add_user(name, "Corr3ct-horse", None, *options)


def both(*steps):
    def prepare(site):
        for step in steps:
            step(site)

    return prepare


def expire(site):
    reset("bob@example.com")(site)
    site.sql("update postern.tickets set expires = now() - interval '1 s', "
             "created_at = now() - interval '2 hours' "
             "where purpose = 'reset' and used_at is null")


def use(site):
    """Uses bob's newest reset ticket, as the recording did in between."""
    reset("bob@example.com")(site)
    uid, token = ticket_of(site.letters("bob@example.com")[-1])
    answer = site.post("/auth/users/reset_password_confirm/", uid=uid,
                       token=token, new_password="N3w-passw0rd-x")
    assert answer.status == 204, answer


def change_password(name):
    return lambda site: site.postern("user", "password", name, "--force",
                                     stdin="An0ther-pass-1\n")


def deactivate(name):
    return lambda site: site.sql(
        "update postern.users set verified_at = null where username = %s",
        name)


def login(name, password):
    return lambda site: site.login(name, password)


def leave_alice_alone(site):
    """Other accounts wait for her address; a resent letter is for one."""
    site.sql("delete from postern.users "
             "where username in ('alice3', 'noslash')")


PREPARE = {
    "login_before_activation": leave_alice_alone,
    "activation_happy_with_first_token_after_resend":
        resend("alice@example.com"),
    "reset_inactive_user": add("ina", "--unverified"),
    "reset_email_othercase": add("bob"),
    "reset_confirm_wrong_token": reset("bob@example.com"),
    "reset_confirm_similar_to_username":
        both(add("zoeuser99"), reset("zoeuser99@example.com")),
    "reset_confirm_expired": expire,
    "reset_confirm_token_used_twice": use,
    "reset_confirm_after_password_change":
        both(add("carol"), reset("carol@example.com"),
             change_password("carol")),
    "reset_confirm_after_login":
        both(reset("carol@example.com"), login("carol", "An0ther-pass-1")),
    "reset_confirm_of_deactivated_user":
        both(add("grace"), reset("grace@example.com"), deactivate("grace")),
}
# Whose ticket a case presents: the name, and which letter (from the end).
TICKETS = {
    "activation_second_mail_token": ("alice", 1),
    "activation": ("alice", 0),
    "reset_confirm_similar_to_username": ("zoeuser99", -1),
    "reset_confirm_after_password_change": ("carol", -1),
    "reset_confirm_after_login": ("carol", -1),
    "reset_confirm_of_deactivated_user": ("grace", -1),
    "reset_confirm": ("bob", -1),
}


def owner_of(name):
    for prefix in sorted(TICKETS, key=len, reverse=True):
        if name.startswith(prefix):
            return TICKETS[prefix]
    return None


class Story:
    """One site on which the cases happen in their order."""

    def __init__(self, site):
        self.site = site
        self.done = []

    def result(self, number):
        """The outcome of a case, after all those before it."""
        while len(self.done) <= number:
            self.done.append(self.replay(CASES[len(self.done)]))
        result = self.done[number]
        if isinstance(result, BaseException):
            raise result
        return result

    def replay(self, case):
        try:
            PREPARE.get(case["name"], lambda site: None)(self.site)
            self.site.settle()
            letters = len(self.site.letters())
            before = now()
            answer = self.send(case)
            self.site.settle()
            new = self.site.letters()[letters:]
            return answer, new, before, self.subject_of(answer)
        except Exception as error:  # raised again by result()
            return error

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
        return self.site.request(case["method"], case["path"], body,
                                 case["request_headers"])

    def filled(self, case, body):
        """The recorded body with our ticket and subject in it."""
        owner = owner_of(case["name"])
        if owner is None:
            return body
        name, number = owner
        subject = self.site.value("select subject from postern.users "
                                  "where username = %s", name)
        tickets = [ticket_of(letter) for letter in self.site.letters()]
        uid, token = [ticket for ticket in tickets
                      if ticket and ticket[0] == subject][number]
        fields = json.loads(body)
        if case["request_template"].count("{{TOKEN}}"):
            fields["token"] = token
        if fields.get("uid") in ("MQ", "MTU", "MTY", "MTc", "MjI"):
            fields["uid"] = uid
        return json.dumps(fields)


@pytest.fixture(scope="module")
def story(module_site):
    return Story(module_site)


def letters_of(case):
    """The letters recorded; djoser's own confirmations are an option."""
    return [mail["to"] for mail in case["mail"] or []
            if "created and activated" not in mail["subject"]]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(story, case, request):
    answer, letters, before, subject = story.result(NUMBERS[case["name"]])
    recorded = case["response_template"]
    if case["status"] == 204:
        recorded = ""
    faults = [] if answer.status == case["status"] else [
        f"status {answer.status} not {case['status']}: {answer.text[:200]}"]
    faults += body_faults(answer, recorded, None, KEY, before, now())
    wanted = letters_of(case)
    got = [letter["To"] for letter in letters]
    if len(got) != len(wanted) or not all(
            address in to for address, to in zip(wanted, got)):
        faults.append(f"letters to {got} not {wanted}")
    excused = EXCUSES.get(("djoser", case["name"]))
    result = ("agreed" if not faults else
              "excused" if excused else "disagreed")
    area = case["name"].split("_")[0]
    request.config.replay_rows.append(("djoser", area, result))
    if excused:
        assert faults, "the case agrees: its excuse is not needed"
        assert answer.status == excused.status, answer
        if excused.body is not None:
            body = excused.body.replace("{{subject}}", subject or "")
            assert answer.text == body
        return
    assert not faults, "\n".join(faults)


def test_every_excuse_has_its_case():
    assert not {case for recording, case in EXCUSES
                if recording == "djoser" and case not in NUMBERS}
