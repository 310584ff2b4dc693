"""Accounts: the own one to everybody, all of them to staff."""

import os
import re
import urllib.parse

import pytest

from support.parallel import at_once, at_once_behind, statuses
from support.servers import USUAL, chosen
from support.site import ROOT, Program
from test_fields import VALUES

PASSWORD = "Corr3ct-horse"
SETTINGS = {"worker": False}
NOT_FOUND = {"detail": "Not found."}
STATE = ["is_active", "is_banned", "is_staff", "groups", "created",
         "last_login"]
OWN = ["email", "id", "username", "first_name", "last_name"]
LINK = re.compile(r'<(\?[^>]*)>; rel="(next|prev)"')


@pytest.fixture
def people(site):
    """Tokens of alice and of sam, who is staff; bob has none."""
    site.add_user("alice", PASSWORD, None, "--subject", "1")
    site.add_user("bob", PASSWORD, None, "--subject", "2", "--first-name",
                  "Rob", "--last-name", "Łuk")
    site.add_user("sam", PASSWORD, None, "--subject", "3", "--staff")
    return {name: site.login(name)["access"] for name in ("alice", "sam")}


def seen(site, bearer, number="2"):
    answer = site.get(f"/api/users/{number}/", bearer)
    assert answer.status == 200, answer
    return answer.json()


def change(site, bearer, number="2", method="PATCH", **fields):
    return site.send(method, f"/api/users/{number}/", bearer, value=fields)


def audit(site):
    """(what, whom, who) of all that was done through these endpoints."""
    return site.sql(
        "select what, u.subject, a.subject from postern.audit "
        "left join postern.users u on u.id = user_id "
        "left join postern.users a on a.id = actor_id "
        "where what not in ('login', 'user_added') "
        "order by postern.audit.id")


# What is seen

@pytest.mark.parametrize("path", ["/api/users/", "/api/users",
                                  "/auth/users/", "/auth/users"])
def test_others_see_themselves_alone(site, people, path):
    answer = site.get(path, people["alice"])
    assert (answer.status, answer.text) == (
        200, '[{"email":"alice@example.com","id":"1","username":"alice",'
        '"first_name":"","last_name":""}]')
    for number in ("2", "3", "4", "x" * 64, "x" * 65, "%2e", "a%20b", "10",
                   "%zz", "%C3%A9", "-1"):
        answer = site.get(f"{path.rstrip('/')}/{number}", people["alice"])
        # Apache and nginx refuse what is no escape themselves.
        if number == "%zz" and chosen() != USUAL and answer.status == 400:
            assert site.web_server.IS_SHARED or answer.json() == {
                "detail": "Malformed request."}
            continue
        assert (answer.status, answer.json()) == (404, NOT_FOUND), number
    assert seen(site, people["alice"], "1") == answer_of(
        "alice@example.com", "1", "alice")
    assert list(seen(site, people["alice"], "%31")) == OWN


def answer_of(email, number, username, first="", last=""):
    return {"email": email, "id": number, "username": username,
            "first_name": first, "last_name": last}


def test_staff_see_everybody_and_how_they_stand(site, people):
    site.postern("group", "add", "editors", "bob")
    found = site.get("/auth/users/", people["sam"])
    assert [user["username"] for user in found.json()] == [
        "alice", "bob", "sam"]
    assert found.headers["x-total-count"] == "3"
    assert "link" not in found.headers
    assert found.json()[1] == seen(site, people["sam"])
    assert list(found.json()[1]) == OWN + STATE
    bob = seen(site, people["sam"])
    created = bob.pop("created")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", created)
    assert bob == dict(
        answer_of("bob@example.com", "2", "bob", "Rob", "Łuk"),
        is_active=True, is_banned=False, is_staff=False, groups=["editors"],
        last_login=None)
    for bearer in (None, "x.y.z"):
        for path in ("/api/users/", "/api/users/2/", "/auth/users/2/"):
            assert site.get(path, bearer).status == 401


def test_no_longer_staff(site, people):
    site.sql("update postern.users set is_staff = false where subject = '3'")
    assert site.get("/api/users/2/", people["sam"]).status == 404
    assert len(site.get("/api/users/", people["sam"]).json()) == 1
    assert change(site, people["sam"], is_banned=True).status == 404


def test_an_id_with_characters_that_clients_escape(site, people):
    site.add_user("zoe", PASSWORD, None, "--subject", "zoe+1@example.org")
    for name in ("zoe+1@example.org", "zoe%2B1%40example.org"):
        assert seen(site, people["sam"], name)["username"] == "zoe"


# Pages

def many(site, count, pattern="user{:03}"):
    site.sql("insert into postern.users (username, username_canonical, email, "
             "email_canonical, password, verified_at) select n, n, "
             "n || '@example.net', n || '@example.net', '!', case when "
             "i % 2 = 0 then now() end from unnest(%s::text[]) with ordinality"
             " as made (n, i)".replace("% 2", "%% 2"),
             [pattern.format(number) for number in range(count)])


def walk(site, bearer, path, relation="next"):
    """Follows the links; returns the pages, each a list of usernames."""
    pages = []
    while path is not None:
        answer = site.get(path, bearer)
        assert answer.status == 200, answer
        pages.append([user["username"] for user in answer.json()])
        links = {rel: target for target, rel in
                 LINK.findall(answer.headers.get("link", ""))}
        path = urllib.parse.urljoin(path, links[relation]) if (
            relation in links) else None
        assert len(pages) < 9
    return pages


def test_pages(site, people):
    many(site, 118)
    first = site.get("/api/users/", people["sam"])
    assert first.headers["x-total-count"] == "121"
    assert first.headers["link"] == '<?page=2>; rel="next"'
    middle = site.get("/api/users/?page=2", people["sam"])
    assert middle.headers["link"] == (
        '<?page=3>; rel="next", <?page=1>; rel="prev"')
    for path in ("/api/users/", "/auth/users"):
        pages = walk(site, people["sam"], path)
        assert [len(page) for page in pages] == [50, 50, 21]
        assert sum(pages, []) == ["alice", "bob", "sam"] + [
            f"user{n:03}" for n in range(118)]
        assert walk(site, people["sam"], path + "?page=3", "prev") == (
            pages[::-1])


def test_beyond_the_last_page(site, people):
    answer = site.get("/api/users/?page=999999", people["sam"])
    assert (answer.status, answer.json()) == (200, [])
    assert answer.headers["x-total-count"] == "3"
    assert answer.headers["link"] == '<?page=1>; rel="prev"'
    answer = site.get("/api/users/?search=nobody", people["sam"])
    assert (answer.json(), answer.headers["x-total-count"]) == ([], "0")
    assert "link" not in answer.headers


@pytest.mark.parametrize("page", ["0", "-1", "%2B1", "x", "1.0", "1e3",
                                  "1000000", "%C2%B2", "1,2", "'", "9" * 400])
def test_a_page_is_a_number(site, people, page):
    for bearer in people.values():
        answer = site.get(f"/api/users/?page={page}", bearer)
        assert (answer.status, answer.json()) == (400, {
            "page": ["A valid page number is required."]})


def search(site, bearer, text):
    path = "/api/users/?search=" + urllib.parse.quote(text, safe="")
    return sum(walk(site, bearer, path), [])


def test_search(site, people):
    site.add_user("Zoë", PASSWORD, "Other.Person@Example.ORG", "--unverified",
                  "--first-name", "Bob Ross", "--last-name", "von Łuk")
    sam = people["sam"]
    for text, found in (
            ("b", ["bob", "Zoë"]), ("BOB", ["bob", "Zoë"]), ("bobby", []),
            ("zoë", ["Zoë"]), ("ＺＯＥ\u0308", ["Zoë"]),
            ("other.person@", ["Zoë"]), ("OTHER.", ["Zoë"]),
            ("alice@example.com", ["alice"]), ("rob", ["bob"]),
            ("łuk", ["bob"]), ("ŁUK", ["bob"]), ("von Ł", ["Zoë"]),
            ("example", []), ("lice", []), ("%", []), ("_", []), ("a_", []),
            ("a%", []), ("'", []), ("\\", []), ("*", []), ("$1", []),
            (" bob ", ["bob", "Zoë"]), ("", ["alice", "bob", "sam", "Zoë"])):
        assert search(site, sam, text) == found, text
    # it is nobody else's
    assert search(site, people["alice"], "bob") == ["alice"]
    many(site, 60, "find&me+{:02}".replace("&", "."))
    pages = walk(site, sam, "/api/users/?search=find.me%2B")
    assert [len(page) for page in pages] == [50, 10]


def test_the_link_holds_the_search_and_nothing_of_the_client(site, people):
    site.sql("insert into postern.users (username, username_canonical, email, "
             "email_canonical, first_name, password) select n, n, 'x@y.org', "
             "'x@y.org', 'é>; rel=\"a\"&b', '!' from "
             "(select 'n' || i as n from generate_series(1, 51) i) as names")
    text = "é>; rel=\"a\"&b"
    answer = site.get("/api/users/?x=1&search=" + urllib.parse.quote(text),
                      people["sam"])
    assert answer.headers["x-total-count"] == "51"
    assert answer.headers["link"] == (
        '<?page=2&search=%C3%A9%3E%3B%20rel%3D%22a%22%26b>; rel="next"')
    assert walk(site, people["sam"], "/api/users/?search="
                + urllib.parse.quote(text))[1] == ["n51"]


# lighttpd refuses the first ones itself; other servers may not.
@pytest.mark.parametrize("text,sentence", [
    ("x%0d%0aSet-Cookie:%20a=b", "Control characters are not allowed."),
    ("%ff", "Control characters are not allowed."),
    ("%00", "Null characters are not allowed."),
    ("a%E2%80%AEb", "Control characters are not allowed."),
    ("%ED%A0%80", "Surrogate characters are not allowed: U+D800."),
    ("x" * 151, "Ensure this field has no more than 150 characters."),
])
def test_bad_searches(site, people, text, sentence):
    with Program(site, "users") as program:
        answer = program.call(
            "GET", f"/api/users/?search={text}",
            QUERY_STRING=f"search={text}",
            HTTP_AUTHORIZATION=f"Bearer {people['sam']}")
    assert answer.status == 400
    assert sentence in answer.json()["search"]
    assert "set-cookie" not in answer.headers


def test_the_search_reads_indexes(site, people):
    """Of the plan that every value has: no table is read as a whole."""
    many(site, 2000)
    text = open_query("users_search")
    site.sql("analyze postern.users; set plan_cache_mode = "
             "force_generic_plan; prepare asked as " + text)
    plan = "\n".join(line for line, in site.sql(
        "explain execute asked (0, 50, 'user19', 'user19', 'user19')"))
    site.sql("deallocate asked; reset plan_cache_mode")
    assert plan.count("Index Cond") >= 5, plan
    assert "Seq Scan" not in plan.split("CTE page")[0], plan


def open_query(name):
    with open(os.path.join(ROOT, "sql/queries", name + ".sql")) as file:
        return "".join(line for line in file if not line.startswith("--"))


def test_headers_that_pages_of_other_origins_may_read(new_site):
    with new_site(cors_allowed_origins="https://app.example",
                  worker=False) as site:
        site.add_user("sam", PASSWORD, None, "--staff")
        answer = site.get("/api/users/", site.login("sam")["access"],
                          {"Origin": "https://app.example"})
        assert {"Link", "X-Total-Count"} <= set(
            answer.headers["access-control-expose-headers"].split(", "))


# Changes by the owner

def test_the_owner_names_the_person(site, people):
    for method in ("PATCH", "PUT"):
        answer = change(site, people["alice"], "1", method,
                        first_name=f"Ada {method}")
        assert answer.status == 200
        assert answer.json() == answer_of(
            "alice@example.com", "1", "alice", f"Ada {method}")
    assert audit(site) == [("profile_changed", "1", None)] * 2
    for number in ("2", "3", "x"):
        answer = change(site, people["alice"], number, first_name="x")
        assert (answer.status, answer.json()) == (404, NOT_FOUND)
    assert audit(site) == [("profile_changed", "1", None)] * 2


def test_of_the_own_account_staff_change_no_more(site, people):
    before = site.sql("select * from postern.users order by id")
    answer = change(site, people["sam"], "3", is_staff=False, is_banned=True,
                    is_active=False, groups=["a"])
    assert answer.status == 200
    assert (answer.json()["is_staff"], answer.json()["is_banned"],
            answer.json()["groups"]) == (True, False, [])
    assert site.sql("select * from postern.users order by id") == before
    assert site.value("select count(*) from postern.groups") == 0


# Changes by staff

def test_a_ban_ends_everything_at_once(site, people):
    bob = site.login("bob")
    answer = change(site, people["sam"], is_banned=True)
    assert answer.status == 200 and answer.json()["is_banned"] is True
    assert site.get("/api/hello/", bob["access"]).json()["code"] == (
        "user_inactive")
    assert site.post("/api/token/refresh/",
                     refresh=bob["refresh"]).status == 401
    assert site.post("/api/token/", username="bob",
                     password=PASSWORD).status == 401
    # a second time nothing happens
    epoch = site.value("select epoch from postern.users where subject = '2'")
    at = site.value("select banned_at from postern.users where subject = '2'")
    assert change(site, people["sam"], is_banned="yes").status == 200
    assert (epoch, at) == site.sql("select epoch, banned_at from "
                                   "postern.users where subject = '2'")[0]
    assert change(site, people["sam"], is_banned=False).json()[
        "is_banned"] is False
    site.login("bob")
    # what it ended stays ended
    assert site.get("/api/hello/", bob["access"]).json()["code"] == (
        "password_changed")
    assert audit(site) == [("user_banned", "2", "3"),
                           ("user_unbanned", "2", "3")]


def test_activation_by_staff(site, people):
    site.add_user("una", PASSWORD, "una@example.com", "--subject", "9",
                  "--unverified")
    site.sql(
        "insert into postern.users (subject, username, username_canonical, "
        "email, email_canonical, password) values ('10', 'late', 'late', "
        "'bob@example.com', 'bob@example.com', '!')")
    assert seen(site, people["sam"], "9")["is_active"] is False
    # nothing changes
    assert change(site, people["sam"], "9", is_active=False).status == 200
    assert change(site, people["sam"], "9", is_active=True).json()[
        "is_active"] is True
    site.login("una")
    answer = change(site, people["sam"], "9", is_active=False)
    assert (answer.status, answer.json()) == (400, {
        "is_active": ["An account is not deactivated, but banned."]})
    answer = change(site, people["sam"], "10", is_active=True, is_staff=True)
    assert (answer.status, answer.json()) == (400, {
        "email": ["user with this email already exists."]})
    assert seen(site, people["sam"], "10")["is_staff"] is False
    assert audit(site) == [("user_verified", "9", "3")]


def test_staff_and_groups(site, people):
    answer = change(site, people["sam"], is_staff=True,
                    groups=["writers", "editors", "a b", "editors"])
    assert answer.json()["is_staff"] is True
    assert answer.json()["groups"] == ["a b", "editors", "writers"]
    answer = change(site, people["sam"], groups=["editors", "new"],
                    first_name="B")
    assert answer.json()["groups"] == ["editors", "new"]
    assert answer.json()["first_name"] == "B"
    assert change(site, people["sam"], last_name="x").json()["groups"] == [
        "editors", "new"]
    answer = site.request(
        "PATCH", "/api/users/2/", b"groups=x&groups=y+z&is_staff=off",
        {"Content-Type": "application/x-www-form-urlencoded",
         "Authorization": f"Bearer {people['sam']}"})
    assert answer.json()["groups"] == ["x", "y z"]
    assert answer.json()["is_staff"] is False
    assert change(site, people["sam"], groups=[]).json()["groups"] == []
    counts = {}
    for what, whom, who in audit(site):
        assert (whom, who) == ("2", "3")
        counts[what] = counts.get(what, 0) + 1
    assert counts == {"staff_added": 1, "staff_removed": 1, "group_added": 6,
                      "group_removed": 6, "profile_changed": 2}
    assert site.value("select count(*) from postern.groups") == 0


def test_all_at_once_or_nothing(site, people):
    answer = change(site, people["sam"], is_banned=True, is_staff="maybe",
                    groups=["ok", " no"], first_name="a\nb", page="x")
    assert (answer.status, answer.json()) == (400, {
        "first_name": ["Control characters are not allowed."],
        "is_staff": ["Must be a valid boolean."],
        "groups": ["A group has 1 to 150 letters, digits, blanks and "
                   "@/./+/-/_ characters."]})
    assert audit(site) == []


SWITCHES = ("is_active", "is_banned", "is_staff")
BAD = [(field, value) for field in SWITCHES
       for name, value, _ in VALUES if name not in ("missing", "bool", "blank")] + [
    ("groups", value) for name, value, _ in VALUES
    if name not in ("missing", "list", "empty list")] + [
    ("groups", [value]) for name, value, _ in VALUES
    if name != "missing"] + [("groups", ["x" * 151]),
                             ("groups", ["g"] * 4097)]


def test_bad_values_change_nothing(site, people):
    before = site.sql("select * from postern.users order by id")
    for field, value in BAD:
        answer = change(site, people["sam"], **{field: value})
        assert answer.status == 400, (field, value, answer)
        assert list(answer.json()) == [field], (field, value)
    assert site.sql("select * from postern.users order by id") == before
    assert audit(site) == []


def test_a_switch_without_a_word_says_nothing(site, people):
    """What clears a form must not lift a ban."""
    change(site, people["sam"], is_banned=True, is_staff=True)
    answer = change(site, people["sam"], is_banned="", is_staff=" ")
    assert answer.status == 200
    assert answer.json()["is_banned"] and answer.json()["is_staff"]


def test_parallel_changes_of_groups(new_site):
    with new_site(processes=4, worker=False) as site:
        site.add_user("sam", PASSWORD, None, "--staff")
        site.add_user("bob", PASSWORD, None, "--subject", "2")
        sam = site.login("sam")["access"]
        answers = at_once(20, lambda n: change(site, sam, groups=[
            f"own{n}", "all"], is_banned=n % 2 == 0))
        assert statuses(answers) == {200: 20}
        assert "all" in seen(site, sam)["groups"]


# The end

def test_the_end_of_an_account_by_staff(site, people):
    bob = site.login("bob")
    path = "/auth/users/2/"
    assert site.send("DELETE", path, people["sam"]).json() == {
        "current_password": ["This field is required."]}
    answer = site.send("DELETE", path, people["sam"], current_password="bad")
    assert (answer.status, answer.json()) == (400, {
        "current_password": ["Invalid password."]})
    answer = site.send("DELETE", path, people["sam"],
                       current_password=PASSWORD)
    assert (answer.status, answer.body) == (204, b"")
    assert site.get("/api/hello/", bob["access"]).json()["code"] == (
        "user_not_found")
    assert site.send("DELETE", path, people["sam"],
                     current_password=PASSWORD).status == 404
    assert audit(site)[-1] == ("user_deleted", None, "3")
    assert site.get("/api/users/", people["sam"]).headers[
        "x-total-count"] == "2"


def test_the_end_of_the_own_account(site, people):
    for number in ("2", "3", "x"):
        answer = site.send("DELETE", f"/api/users/{number}/", people["alice"],
                           current_password=PASSWORD)
        assert (answer.status, answer.json()) == (404, NOT_FOUND)
    # nothing was asked of the password
    assert site.value("select count(*) from postern.audit "
                      "where what = 'password_check'") == 0
    assert site.send("DELETE", "/api/users/1/", people["alice"],
                     current_password=PASSWORD).status == 204
    assert site.get("/api/users/", people["alice"]).status == 401
    assert audit(site) == [("user_deleted", None, None)]


# One path, two programs

def test_the_method_chooses_the_program(site, people):
    answer = site.post("/auth/users/", username="new", password=PASSWORD,
                       email="new@example.com")
    assert (answer.status, answer.json()["username"]) == (201, "new")
    assert site.post("/auth/users", username="new2", password=PASSWORD,
                     email="new2@example.com").status == 201
    assert site.get("/auth/users/").status == 401
    for method in ("PUT", "PATCH", "DELETE"):
        answer = site.request(method, "/auth/users/")
        assert answer.status == 401
        answer = site.send(method, "/auth/users/", people["sam"], value={})
        assert answer.status == 405
        assert answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    answer = site.request("OPTIONS", "/auth/users/")
    assert (answer.status, answer.headers["allow"]) == (
        204, "GET, HEAD, POST, OPTIONS")
    answer = site.send("POST", "/api/users/", people["sam"], value={})
    assert (answer.status, answer.headers["allow"]) == (
        405, "GET, HEAD, OPTIONS")
    # the names of other endpoints are no ids
    for name in ("activation", "reset_password", "set_password",
                 "reset_username_confirm"):
        assert "POST" in site.send("PUT", f"/auth/users/{name}/",
                                   people["sam"], value={}).headers["allow"]


def test_groups_set_at_once_are_those_of_one(new_site):
    """All have read before the first one can write."""
    with new_site(processes=4, worker=False) as site:
        site.add_user("alice", PASSWORD, None, "--subject", "1")
        site.add_user("sam", PASSWORD, None, "--subject", "3", "--staff")
        bearer = site.login("sam")["access"]
        lists = (["a", "b"], [], ["c"], ["d", "e"])
        answers = at_once_behind(
            site, "select id from postern.users where subject = '1' "
            "for no key update", len(lists),
            lambda n: change(site, bearer, "1", groups=lists[n]))
        assert statuses(answers) == {200: len(lists)}
        assert site.value(
            "select coalesce(array_agg(name order by name), '{}') "
            "from postern.groups") in lists


def test_an_old_access_token_is_stale_where_the_session_stays(new_site):
    with new_site(processes=1, worker=False, access_check="session",
                  logout_on_password_change="no") as site:
        site.add_user("alice", PASSWORD)
        pair = site.login("alice")
        assert site.post("/api/me/password/", current_password=PASSWORD,
                         new_password="An0ther-horse",
                         bearer=pair["access"]).status == 204
        answer = site.get("/api/hello/", pair["access"])
        assert answer.json()["code"] == "password_changed"
        again = site.post("/api/token/refresh/", refresh=pair["refresh"])
        assert again.status == 200
        assert site.get("/api/hello/", again.json()["access"]).status == 200
        assert site.post("/api/token/verify/",
                         token=pair["refresh"]).status == 200
