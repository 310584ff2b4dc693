"""Another username: with the password, and by letter."""

import pytest

from support.client import ticket_of
from support.mailroom import part
from support.parallel import at_once, at_once_behind, statuses
from support.site import wait_for

PASSWORD = "Corr3ct-horse"
SETTINGS = {}
TAKEN = {"new_username": ["A user with that username already exists."]}
INVALID = {"token": ["Invalid token for given user."]}
BAD_FORM = {"new_username": [
    "Enter a valid username. This value may contain only letters, numbers, "
    "and @/./+/-/_ characters."]}


@pytest.fixture
def alice(site):
    site.add_user("alice", PASSWORD, None, "--subject", "seven")
    return site.login("alice")["access"]


def rename(site, bearer, name, current=PASSWORD):
    return site.post("/api/me/username/", bearer=bearer, new_username=name,
                     current_password=current)


def ask(site, path="/api/reset/username/", address="alice@example.com"):
    """A new letter's (uid, token)."""
    number = len(site.letters(address)) + 1
    answer = site.post(path, email=address)
    assert (answer.status, answer.body) == (204, b"")
    return site.ticket(address, number)


def confirm(site, ticket, name):
    return site.post("/api/reset/username/confirm/", uid=ticket[0],
                     token=ticket[1], new_username=name)


def names(site):
    return [name for name, in site.sql(
        "select username from postern.users order by id")]


@pytest.mark.parametrize("path", ["/api/me/username/",
                                  "/auth/users/set_username/"])
def test_a_new_username(site, alice, path):
    answer = site.post(path, bearer=alice, current_password=PASSWORD,
                       new_username=" Ａlícia ")
    assert (answer.status, answer.body) == (204, b"")
    # in NFKC, compared without case
    assert names(site) == ["Alícia"]
    site.login("ALÍCIA")
    assert site.post("/api/token/", username="alice",
                     password=PASSWORD).status == 401
    # sessions go on
    assert site.get("/api/me/", alice).json()["username"] == "Alícia"
    assert site.sql("select what, user_id is not null from postern.audit "
                    "where what = 'username_changed'") == [
        ("username_changed", True)]


def test_rules(site, alice):
    site.add_user("Bob")
    for name, said in (
            ("BOB", TAKEN), ("ｂｏｂ", TAKEN), ("a b", BAD_FORM),
            ("а" + "lice", BAD_FORM), ("...", BAD_FORM),
            ("admin", {"new_username": ["This username is not available."]}),
            ("ROOT", {"new_username": ["This username is not available."]}),
            ("x" * 151, {"new_username": [
                "Ensure this field has no more than 150 characters."]})):
        answer = rename(site, alice, name)
        assert (answer.status, answer.json()) == (400, said), name
    assert rename(site, alice, "bad", "wrong").json() == {
        "current_password": ["Invalid password."]}
    assert names(site) == ["alice", "Bob"]
    # the own name in another case is nobody else's
    assert rename(site, alice, "ALICE").status == 204
    assert rename(site, alice, "ALICE").status == 204
    assert names(site) == ["ALICE", "Bob"]


def test_a_name_with_an_at_sign_is_the_own_address(new_site):
    said = {"new_username": [
        "A username with @ in it must be the own email address."]}
    with new_site(login_field="either") as site:
        site.add_user("alice", PASSWORD, None, "--subject", "seven")
        site.add_user("bob")
        alice = site.login("alice")["access"]
        assert rename(site, alice, "bob@example.com").json() == said
        ticket = ask(site)
        assert confirm(site, ticket, "bob@example.com").json() == said
        assert confirm(site, ticket, "Alice@example.com").status == 204
        assert rename(site, alice, "al").status == 204
        assert rename(site, alice, "alice@example.com").status == 204


def test_of_parallel_changes_to_one_name_one_takes_effect(new_site):
    with new_site(processes=4, worker=False) as site:
        bearers = []
        for number in range(10):
            site.add_user(f"user{number}")
            bearers.append(site.login(f"user{number}")["access"])
        answers = at_once(20, lambda n: rename(
            site, bearers[n % 10], ["wanted", "WANTED", "Wanted"][n % 3]))
        # who has it may have it once more
        winners = {n % 10 for n, a in enumerate(answers) if a.status == 204}
        assert len(winners) == 1
        for answer in answers:
            assert answer.status == 204 or answer.json() == TAKEN
        assert site.value("select count(*) from postern.users where "
                          "username_canonical = 'wanted'") == 1


def test_a_change_of_password_wins_over_a_new_username(new_site):
    """What was read before it is no longer enough to do anything."""
    with new_site(processes=4, worker=False) as site:
        site.add_user("alice")
        alice = site.login("alice")["access"]
        answers = at_once_behind(
            site, "update postern.users set epoch = epoch + 1, "
            "password = '!'", 4, lambda n: rename(site, alice, f"al{n}"))
        for answer in answers:
            assert answer.json().get("code") == "password_changed" or (
                answer.json() == {"current_password": ["Invalid password."]})
        assert names(site) == ["alice"]


@pytest.mark.parametrize("path", ["/api/reset/username/",
                                  "/auth/users/reset_username/"])
def test_by_letter(site, alice, path):
    ticket = ask(site, path)
    letter = site.letters("alice@example.com")[-1]
    assert "username" in letter["Subject"]
    text = part(letter, "plain")
    assert "\nalice\n" in text
    assert f"http://site.example/username.html#uid={ticket[0]}&token=" in text
    assert ticket[0] == "seven" and len(ticket[1]) == 43
    answer = site.post(path.replace("username/", "username/confirm/")
                       if "api" in path else
                       "/auth/users/reset_username_confirm/",
                       uid=ticket[0], token=ticket[1], new_username="alicia")
    assert (answer.status, answer.body) == (204, b"")
    assert names(site) == ["alicia"]
    assert site.get("/api/me/", alice).json()["username"] == "alicia"
    # once
    answer = confirm(site, ticket, "dave4")
    assert (answer.status, answer.json()) == (400, INVALID)


def test_the_ticket_stays_good_while_the_name_is_not(site, alice):
    site.add_user("bob")
    ticket = ask(site)
    assert confirm(site, ticket, "BOB").json() == TAKEN
    assert confirm(site, ticket, "a b").json() == BAD_FORM
    assert confirm(site, ("x" * 65, ticket[1]), "al").json() == {
        "uid": ["Invalid user id or user doesn't exist."]}
    for wrong in (("seven", "a-b"), ("seven", ticket[1][:-1]),
                  ("other", ticket[1])):
        assert confirm(site, wrong, "al").json() == INVALID
    assert confirm(site, ticket, "al").status == 204
    assert names(site) == ["al", "bob"]


def test_a_ticket_is_for_its_purpose_alone(site, alice):
    username = ask(site)
    reset = ask(site, "/api/reset/")
    assert confirm(site, reset, "al").json() == INVALID
    answer = site.post("/api/reset/confirm/", uid=username[0],
                       token=username[1], new_password="An0ther-pass-1")
    assert (answer.status, answer.json()) == (400, INVALID)
    assert site.post("/api/activate/", uid=username[0],
                     token=username[1]).status == 400


@pytest.mark.parametrize("what", [
    "update postern.tickets set expires = now()",
    "update postern.users set epoch = epoch + 1",
    "update postern.users set email_canonical = 'new@example.com'",
    "update postern.users set banned_at = now()",
])
def test_what_ends_a_ticket(site, alice, what):
    ticket = ask(site)
    site.sql(what)
    assert confirm(site, ticket, "al").json() == INVALID
    assert names(site) == ["alice"]


def test_older_letters_end_with_its_use(site, alice):
    tickets = [ask(site) for _ in range(2)]
    assert confirm(site, tickets[1], "al").status == 204
    assert confirm(site, tickets[0], "al2").json() == INVALID


def test_of_parallel_uses_one_takes_effect(new_site):
    with new_site(processes=4) as site:
        site.add_user("alice")
        ticket = ask(site)
        answers = at_once_behind(
            site, "select from postern.users for no key update", 20,
            lambda n: confirm(site, ticket, f"al{n}"))
        assert statuses(answers) == {204: 1, 400: 19}
        winner = [n for n, a in enumerate(answers) if a.status == 204][0]
        assert names(site) == [f"al{winner}"]


def test_nobody_learns_who_has_an_account(site, alice):
    site.add_user("una", PASSWORD, None, "--unverified")
    site.add_user("eve")
    site.postern("user", "ban", "eve")
    for name in ("nobody", "una", "eve"):
        answer = site.post("/api/reset/username/",
                           email=f"{name}@example.com")
        assert (answer.status, answer.body) == (204, b"")
    site.settle()
    assert site.letters() == []
    outcomes = site.sql("select user_id is null, name_hash is null, outcome "
                        "from postern.audit where what = 'username' "
                        "order by id")
    assert outcomes == [(True, False, "asked"), (True, False, "asked"),
                        (False, True, "asked")]


def test_letters_are_limited_apart_from_others(new_site):
    with new_site(shipped=True) as site:
        site.add_user("alice")
        for path in ("/api/reset/username/", "/api/reset/username/",
                     "/api/reset/"):
            assert site.post(path, email="alice@example.com").status == 204
        site.settle()
        subjects = sorted(letter["Subject"] for letter in site.letters())
        assert subjects == ["Choose a new password for Example",
                            "Your username at Example"]


def test_a_letter_that_waits_says_the_name_of_its_hour(new_site):
    """The worker finds out what the account is called when it writes."""
    with new_site(worker=False) as site:
        site.add_user("alice")
        alice = site.login("alice")["access"]
        assert site.post("/api/reset/username/",
                         email="alice@example.com").status == 204
        assert rename(site, alice, "renamed").status == 204
        site.start_worker()
        wait_for("the letter", site.letters)
        assert "\nrenamed\n" in part(site.letters()[0], "plain")
        assert confirm(site, ticket_of(site.letters()[0]), "al").status == 204


RESERVED = "This username is not available."


def test_names_of_the_setting_are_nobodys(new_site):
    """Wherever a name is chosen, in any case and spelling."""
    setting = "Kings, \u00e9lan, \uff33\uff49\uff52"
    with new_site(reserved_usernames=setting) as site:
        site.add_user("alice", PASSWORD, None, "--subject", "seven")
        alice = site.login("alice")["access"]
        ticket = ask(site)

        def register(name):
            return site.post("/api/register/", username=name,
                             email="new@example.com", password=PASSWORD)

        for name in ("kings", "Kings", "KINGS",
                     "\uff4b\uff49\uff4e\uff47\uff53", "\uff2bings",
                     "\u00e9lan", "\u00c9LAN", "e\u0301lan", "sir", "SIR",
                     "\uff53\uff49\uff52", "ADMIN", "\uff41dmin"):
            answer = register(name)
            assert (answer.status, answer.json()) == (
                400, {"username": [RESERVED]}), name
            for answer in (rename(site, alice, name),
                           confirm(site, ticket, name)):
                assert (answer.status, answer.json()) == (
                    400, {"new_username": [RESERVED]}), name
        assert names(site) == ["alice"]
        # others are like any other, those that look much like it too
        assert register("king").status == 201
        assert rename(site, alice, "kingsley").status == 204
        assert confirm(site, ticket, "elan").status == 204
        assert names(site) == ["elan", "king"]


def test_without_the_setting_they_are_like_any_other(site, alice):
    assert rename(site, alice, "kings").status == 204
    assert confirm(site, ask(site), "sir").status == 204
    assert site.post("/api/register/", username="KINGS", password=PASSWORD,
                     email="new@example.com").status == 201
