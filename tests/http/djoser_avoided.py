"""
Cases recorded from djoser whose answer is a defect, and the better one.

AVOIDED maps each to our status and body, both of which are asserted ({{subject}}
stands for the id of the account), to why that is better, to the addresses that
get letters, and to a check of what an answer alone does not show. Checks run
when the case has just happened, and return what is wrong, or None.
"""

from collections import namedtuple

from support.client import ticket_of

Avoided = namedtuple("Avoided", "status body why letters check")

AVOIDED = {}
PASSWORD = "Corr3ct-horse"
NO_LOGIN = (
    401, {"detail": "No active account found with the given credentials"})
BAD_TICKET = '{"token":["Invalid token for given user."]}'


def avoided(case, status, body, why, letters=(), check=None):
    AVOIDED[case] = Avoided(status, body, why, letters, check)


def told(answer):
    return answer.status, answer.json() if answer.body else None


def first(*faults):
    """The first that is one: pairs of what is, what is wanted."""
    for is_so, wanted in faults:
        if is_so != wanted:
            return f"{is_so!r} not {wanted!r}"
    return None


def logs_in(story, name, secret):
    answer = story.site.post("/auth/jwt/create/", username=name,
                             password=secret)
    return answer.status == 200


def count(story, where, *values):
    return story.site.value(
        f"select count(*) from postern.users where {where}", *values)


def one_of_each_name(story, answer, letters):
    return first((count(story, "lower(username) = 'alice'"), 1))


def says_account_of_one_alone(story, answer, letters):
    """As long as nobody has proved the address both may; the first one has
    it. Whose address is proved already is told by letter, without a ticket."""
    site = story.site
    site.add_user("owner")
    before = len(site.letters("owner@example.com"))
    other = site.post("/auth/users/", username="other", password=PASSWORD,
                      email="owner@example.com")
    letter = site.letter("owner@example.com", before + 1)
    site.settle()
    fault = first((list(other.json()), list(answer.json())),
                  (other.status, answer.status), (ticket_of(letter), None),
                  (logs_in(story, "other", PASSWORD), False))
    site.sql("delete from postern.users where username in ('owner', 'other')")
    return fault


def no_such_account(name):
    return lambda story, answer, letters: first(
        (count(story, "username = %s", name), 0))


def is_made_once(story, answer, letters):
    return first((count(story, "username = 'noslash'"), 1),
                 (answer.headers.get("location"), None))


def uid_is_as_bad_as_the_token(story, answer, letters):
    """An account that exists, with a bad token, is answered the same."""
    uid, _ = story.ticket("alice", 0)
    other = story.site.post("/auth/users/activation/", uid=uid, token="abc-1")
    return first((told(other), told(answer)))


def link_is_ours(story, answer, letters):
    text = letters[0].as_string()
    return first(("evil.example" in text, False),
                 ("http://site.example/" in text, True))


def password_stays(name, secret, new):
    return lambda story, answer, letters: first(
        (logs_in(story, name, new), False),
        (logs_in(story, name, secret), True))


def sessions_are_over(story, answer, letters):
    site = story.site
    subject, ticket = "17", story.ticket("carol", -1)
    life = site.value(
        "select extract(epoch from t.expires - t.created_at)::int "
        "from postern.tickets t join postern.users u on u.id = t.user_id "
        "where u.subject = %s and t.purpose = 'reset' "
        "order by t.created_at desc limit 1", subject)
    again = site.post("/auth/users/reset_password_confirm/", uid=ticket[0],
                      token=ticket[1], new_password="N3w-passw0rd-y")
    refreshed = site.post("/auth/jwt/refresh/",
                          refresh=story.tokens["carol"]["refresh"])
    return first((life <= 3600, True), (again.status, 400),
                 (refreshed.status, 401),
                 (logs_in(story, "carol", "An0ther-pass-1"), False))


def ban_holds(story, answer, letters):
    site = story.site
    before = len(site.letters("frank@example.com"))
    for path in ("resend_activation", "reset_password"):
        site.post(f"/auth/users/{path}/", email="frank@example.com")
    site.settle()
    return first((logs_in(story, "frank", PASSWORD), False),
                 (len(site.letters("frank@example.com")), before),
                 (count(story, "username = 'frank' and banned_at is not null "
                        "and verified_at is null"), 1))


def may_not_choose_a_password(story, answer, letters):
    story.site.postern("user", "unban", "grace")
    return password_stays("grace", PASSWORD, "N3w-passw0rd-x")(
        story, answer, letters)


def is_as_of_a_known_address(story, answer, letters):
    story.site.add_user("known")
    other = story.site.post("/auth/users/reset_password/",
                            email="known@example.com")
    story.site.letter("known@example.com")
    return first((told(other), told(answer)))


def address_in_other_case_is_taken(story, answer, letters):
    site = story.site
    site.add_user("amy")
    other = site.post("/auth/users/", username="amy2", password=PASSWORD,
                      email="Amy@example.com")
    return first((told(other), (400, {
        "email": ["user with this email already exists."]})))


def address_is_proved_first(story, answer, letters):
    """Our endpoint sends to the new address, which the account then has."""
    site = story.site
    access = story.tokens["alice"]["access"]

    def shown():
        return site.get("/auth/users/me/", access).json().get("email")

    before = shown()
    asked = site.post("/api/me/email/", bearer=access,
                      new_email="al2@example.com", current_password=PASSWORD)
    ticket = ticket_of(site.letter("al2@example.com"))
    unproved = shown()
    done = site.post("/api/me/email/confirm/", uid=ticket[0], token=ticket[1])
    return first((before, "alice@example.com"), (asked.status, 204),
                 (unproved, "alice@example.com"), (done.status, 204),
                 (count(story, "email = 'al2@example.com'"), 1))


avoided("register_duplicate_username_othercase", 400,
        '{"username":["A user with that username already exists."]}',
        "nobody can pass for somebody by the case of letters",
        check=one_of_each_name)
avoided("register_duplicate_email", 201,
        '{"email":"alice@example.com","username":"alice3",'
        '"id":"{{subject}}"}',
        "the answer tells nobody who is here, and one account has the "
        "address in the end",
        letters=("alice@example.com",), check=says_account_of_one_alone)
avoided("register_password_4097", 400,
        '{"password":["Ensure this field has no more than 1024 bytes."]}',
        "a password has an end", check=no_such_account("longpw2"))
avoided("register_no_slash", 201,
        '{"email":"alice@example.com","username":"noslash",'
        '"id":"{{subject}}"}',
        "both forms of a path answer alike, and no body is lost",
        letters=("alice@example.com",), check=is_made_once)
avoided("activation_unknown_uid", 400, BAD_TICKET,
        "ids cannot be tried out", check=uid_is_as_bad_as_the_token)
avoided("reset_email_othercase", 204, "",
        "the letter goes to the stored address of the account",
        letters=("bob@example.com",))
avoided("reset_host_header_poisoned", 204, "",
        "links lead to public_url, whatever Host says",
        letters=("bob@example.com",), check=link_is_ours)
avoided("reset_confirm_similar_to_username", 400,
        '{"new_password":["The password is too similar to the username."]}',
        "the same rules hold when a password is reset",
        check=password_stays("zoeuser99", PASSWORD, "zoeuser99"))
avoided("hello_old_access_after_reset", 401,
        '{"detail":"The user\'s password has been changed.",'
        '"code":"password_changed"}',
        "who had got in is out")
# A login could end the tickets as well. But then who has stolen a password
# could undo each letter with which its owner wants to be rid of him.
avoided("reset_confirm_after_login", 204, "",
        "a login ends no ticket, but the ticket has an hour and one use, and "
        "ends what was logged in",
        letters=("carol@example.com",), check=sessions_are_over)
avoided("refresh_inactive_user", 401,
        '{"detail":"No active account found for the given token."}',
        "who is banned is out")
avoided("banned_user_reactivates_himself", 400, BAD_TICKET,
        "a ban is not \"unverified\": no letter lifts it", check=ban_holds)
avoided("reset_confirm_of_deactivated_user", 400, BAD_TICKET,
        "a ban ends the tickets", check=may_not_choose_a_password)
avoided("jwt_create_with_suffix", 404, '{"detail":"Not found."}',
        "a path is the whole path")
avoided("show_not_found_reset_unknown", 204, "",
        "there is no such option: known and unknown addresses are answered "
        "alike", check=is_as_of_a_known_address)
avoided("email_register_duplicate_local_case", 400,
        '{"username":["This field is required."]}',
        "an address is the same in every case of its letters, here as soon "
        "as the name that our accounts have as well is sent",
        check=address_in_other_case_is_taken)
avoided("email_set_email_url", 405,
        '{"detail":"Method \\"POST\\" not allowed."}',
        "an address is not changed before it is proved",
        check=address_is_proved_first)
