"""login_notice: a letter tells of a login from where the account has not been."""

from support.client import ticket_of

SETTINGS = {"login_notice": "yes", "throttle": "yes",
            "trusted_proxies": "127.0.0.1"}
PASSWORD = "Corr3ct-horse"
AGENT = "Mozilla/5.0 (X11; see http://evil.example/)"


def login(site, peer, status=200, password=PASSWORD, path="/api/token/"):
    answer = site.post(path, username="alice", password=password, headers={
        "X-Forwarded-For": peer, "User-Agent": AGENT})
    assert answer.status == status, answer


def notices(site):
    site.settle()
    return site.letters("alice@example.com")


def test_once_for_each_place(site):
    site.add_user("alice")
    login(site, "192.0.2.1")
    login(site, "192.0.2.1")
    login(site, "198.51.100.7")
    login(site, "2001:db8:1:2::1")
    login(site, "2001:db8:1:2::ffff")
    letters = notices(site)
    texts = [letter.get_body(("plain",)).get_content() for letter in letters]
    assert len(letters) == 3
    assert [letter["Subject"] for letter in letters] == [
        "New login at Example"] * 3
    # what a client says of itself is no link
    for text, place in zip(texts, ("192.0.2.1", "198.51.100.7",
                                   "2001:db8:1:2::/64")):
        assert f"From: {place}\n" in text
        assert "With: Mozilla/5.0 (X11; see http: evil.example/)\n" in text
        assert "evil.example" in text and "://evil" not in text
    assert all(ticket_of(letter) is None for letter in letters)


def test_after_thirty_days_it_is_new_again(site):
    site.add_user("alice")
    login(site, "192.0.2.1")
    for age, count in (("29 days", 1), ("31 days", 2)):
        site.sql("set session_replication_role = replica; "
                 "update postern.audit set at = now() - %s::interval; "
                 "set session_replication_role = origin", age)
        login(site, "192.0.2.1")
        assert len(notices(site)) == count


def test_what_is_no_login_is_not_told(site):
    site.add_user("alice")
    login(site, "192.0.2.1", 401, "Wr0ng-password")
    assert site.value("select count(*) from postern.outbox") == 0


def test_sliding_logins_too(site):
    site.add_user("alice")
    login(site, "192.0.2.1", path="/api/token/sliding/")
    assert len(notices(site)) == 1


def test_an_address_that_was_never_verified_gets_none(new_site):
    with new_site(login_notice="yes", check_user_is_active="no") as site:
        site.add_user("alice", PASSWORD, "alice@example.com", "--unverified")
        site.login("alice")
        assert site.value("select count(*) from postern.outbox") == 0


def test_not_unless_that_is_set(new_site):
    with new_site(worker=False) as site:
        site.add_user("alice")
        site.login("alice")
        assert site.value("select count(*) from postern.outbox") == 0
