"""
What has to happen before the cases recorded from djoser.

PREPARE holds what has to happen before a case beside the requests of the cases
before it, BEARERS whose token a case presents, TICKETS whose letter its
{{TOKEN}} comes from. Accounts that the recording shows by number have that
number as their subject.
"""

from support.client import ticket_of

PASSWORD = "Corr3ct-horse"


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
