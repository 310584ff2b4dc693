"""
The exchanges recorded from djoser, and the sites on which they happen again.

A recorded profile is a configuration of djoser: PROFILES says what it is here.
The cases of a profile depend on one another and happen in their order.
PREPARE holds what has to happen before a case beside the requests of the cases
before it, BEARERS whose token a case presents, TICKETS whose letter its
{{TOKEN}} comes from. Accounts that the recording shows by number have that
number as their subject.
"""

import json
import os

from djoser_avoided import AVOIDED
from support.client import ticket_of
from support.replay import now

HERE = os.path.dirname(os.path.abspath(__file__))
CONTRACT = os.path.join(os.path.dirname(HERE), "contract", "djoser.jsonl")
PASSWORD = "Corr3ct-horse"
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


def ask(path, address):
    """Asks for a letter and waits until it is there."""
    def prepare(story):
        number = len(story.site.letters(address))
        answer = story.site.post(f"/auth/users/{path}/", email=address)
        assert answer.status == 204, answer
        story.site.letter(address, number + 1)

    return prepare


def resend(address):
    return ask("resend_activation", address)


def reset(address):
    return ask("reset_password", address)


def add(name, *options):
    return lambda story: story.site.add_user(name, PASSWORD, None, *options)


def numbered(name, number, *options):
    return add(name, "--subject", str(number), *options)


def register(name):
    def prepare(story):
        address = f"{name}@example.com"
        answer = story.site.post("/auth/users/", username=name, email=address,
                                 password=PASSWORD)
        assert answer.status == 201, answer
        story.site.letter(address)

    return prepare


def both(*steps):
    def prepare(story):
        for step in steps:
            step(story)

    return prepare


def expire(story):
    reset("bob@example.com")(story)
    story.site.sql(
        "update postern.tickets set expires = now() - interval '1 s', "
        "created_at = now() - interval '2 hours' "
        "where purpose = 'reset' and used_at is null")


def confirm(path, address, **fields):
    """Uses the newest ticket of the address, as the recording did."""
    def prepare(story):
        uid, token = [ticket for ticket in map(
            ticket_of, story.site.letters(address)) if ticket][-1]
        answer = story.site.post(f"/auth/users/{path}/", uid=uid, token=token,
                                 **fields)
        assert answer.status == 204, answer

    return prepare


def password(name, new):
    return lambda story: story.site.postern(
        "user", "password", name, "--force", stdin=new + "\n")


def ban(name):
    return lambda story: story.site.postern("user", "ban", name)


def deactivate(name):
    return lambda story: story.site.sql(
        "update postern.users set verified_at = null where username = %s",
        name)


def reactivate(name):
    return lambda story: story.site.postern("user", "verify", name)


def login(name, secret=PASSWORD, field="username"):
    """Logs in; the cases that present a token of the account have this one."""
    def prepare(story):
        answer = story.site.post("/auth/jwt/create/",
                                 {field: name, "password": secret})
        assert answer.status == 200, answer
        story.tokens[name.split("@")[0]] = answer.json()

    return prepare


def delete(name):
    return lambda story: story.site.postern("user", "delete", name)


def leave_alice_alone(story):
    """Other accounts wait for her address; a resent letter is for one."""
    story.site.sql("delete from postern.users "
                   "where username in ('alice3', 'noslash')")


PREPARE = {
    # A
    "login_before_activation": leave_alice_alone,
    "activation_happy_with_first_token_after_resend":
        resend("alice@example.com"),
    "hello_ok": login("alice"),
    "reset_inactive_user": numbered("ina", 14, "--unverified"),
    "reset_email_othercase": numbered("bob", 15),
    "reset_confirm_wrong_token":
        both(login("bob"), reset("bob@example.com")),
    "reset_confirm_similar_to_username":
        both(numbered("zoeuser99", 16), reset("zoeuser99@example.com")),
    "reset_confirm_expired": expire,
    "reset_confirm_token_used_twice":
        both(reset("bob@example.com"),
             confirm("reset_password_confirm", "bob@example.com",
                     new_password="N3w-passw0rd-x")),
    "set_password_wrong_current": both(numbered("carol", 17), login("carol")),
    "reset_confirm_after_password_change":
        both(reset("carol@example.com"), password("carol", "An0ther-pass-1")),
    "set_password_happy": both(password("carol", PASSWORD), login("carol")),
    "reset_confirm_after_login":
        both(reset("carol@example.com"), login("carol", "An0ther-pass-1")),
    "me_get": both(numbered("dave", 18), login("dave")),
    "me_get_after_email_change": deactivate("dave"),
    "me_delete_wrong_password": reactivate("dave"),
    "reset_username_confirm_twice":
        confirm("reset_username_confirm", "dave@example.com",
                new_username="dave3"),
    "users_list_staff": both(numbered("staff", 19, "--staff"), login("staff")),
    "hello_after_delete": delete("dave3"),
    "refresh_inactive_user":
        both(numbered("erin", 20), login("erin"), ban("erin")),
    "banned_user_reactivates_himself": both(register("frank"), ban("frank")),
    # djoser knows one way to take an account out of use: here it is the ban.
    "reset_confirm_of_deactivated_user":
        both(numbered("grace", 22), reset("grace@example.com"), ban("grace")),
    "jwt_create_with_suffix": add("henry"),
    # B
    "retype_reset_confirm_missing":
        both(numbered("bob", 2), numbered("carol", 3),
             reset("bob@example.com")),
    "retype_set_password_mismatch": login("bob", "N3w-passw0rd-x"),
    # C
    "email_register_duplicate_domain_case": register("alice"),
    "email_me": login("alice@example.com", PASSWORD, "email"),
    # D: only an account that waits gets such a letter.
    "noactivation_activation_token":
        both(deactivate("alice"), resend("alice@example.com"),
             reactivate("alice")),
    "noactivation_me_patch_email": login("alice"),
}
# Whose token a case presents: as the bearer, or as {{JWT}}.
BEARERS = {
    "hello_ok": "alice", "jwt_refresh_ok": "alice",
    "hello_old_access_after_reset": "bob", "set_password": "carol",
    "me": "dave", "set_username": "dave", "users_list_normal_user": "dave",
    "users_detail_other": "dave", "users_list_staff": "staff",
    "users_delete_other_by_staff": "staff", "hello_after_delete": "dave",
    "refresh_inactive_user": "erin",
    "retype_set": "bob", "hide_users": "bob",
    "email_me": "alice", "email_set_email": "alice", "noactivation": "alice",
}
# Whose ticket a case presents: the name, and which letter (from the end).
TICKETS = {
    "activation_second_mail_token": ("alice", 1),
    "activation": ("alice", 0),
    "reset_confirm_similar_to_username": ("zoeuser99", -1),
    "reset_confirm_after": ("carol", -1),
    "reset_confirm_of_deactivated_user": ("grace", -1),
    "reset_confirm": ("bob", -1),
    "reset_username_confirm": ("dave", -1),
    "banned_user_reactivates_himself": ("frank", -1),
    "retype_reset_confirm": ("bob", -1),
    "email_activation": ("alice", -1),
    "noactivation_activation": ("alice", -1),
}


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
