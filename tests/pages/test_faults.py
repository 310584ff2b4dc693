"""What goes wrong in front of people: links, passwords, tabs, the site away."""

import json
import re

import pytest

from steps import (ADDRESS, PASSWORD, account, configure, configured, link_of,
                   moved, sign_in, sign_up)

NO_LINK = "This link is no good"


# Links

@pytest.fixture
def letter(site, browser):
    """The activation link of a new account."""
    sign_up(browser)
    return link_of(site.letter(ADDRESS))


def test_a_used_link(site, browser, letter):
    browser.open(letter)
    browser.press("#confirm")
    browser.says("#confirm", "Your account is active.")
    browser.open("about:blank").open(letter)
    browser.press("#confirm")
    browser.says("#confirm", "This account is active already.")
    assert not browser.all("#confirm button") and not browser.all("#other")


def test_an_expired_link(site, browser, letter):
    site.sql("update postern.tickets set expires = now()")
    browser.open(letter)
    browser.press("#confirm")
    browser.reads(NO_LINK, "#confirm")
    browser.sees("#other")
    browser.shoot("expired-link")
    # The same page helps on, and the new link works in it.
    site.sql("delete from postern.throttle")
    browser.press("#ask", email=ADDRESS)
    browser.says("#ask", "a letter is on its way")
    browser.open(link_of(site.letter(ADDRESS, 2)))
    browser.press("#confirm")
    browser.says("#confirm", "Your account is active.")


@pytest.mark.parametrize("damage", [
    lambda link: link[:-1], lambda link: re.sub("uid=[^&]*", "uid=x", link),
    lambda link: re.sub("uid=[^&]*", "uid=%00", link),
    lambda link: link + "%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E"],
    ids=["cut off", "of nobody", "NUL", "markup"])
def test_a_damaged_link(site, browser, letter, damage):
    browser.open(damage(letter))
    browser.press("#confirm")
    browser.until("a refusal", lambda: NO_LINK in browser.text("#confirm") or
                  "Null characters" in browser.text("#confirm"))
    browser.sees("#other")
    assert browser.find("img") is None
    assert site.value("select verified_at is null from postern.users")


@pytest.mark.parametrize("page,other", [
    ("activate.html", "#other"), ("email.html", "#other"),
    ("undo.html", "#other"), ("reset.html", "#ask"), ("username.html", "#ask")])
@pytest.mark.parametrize("fragment", ["", "#uid=1", "#token=x", "#", "#%"])
def test_no_link(browser, page, other, fragment):
    browser.open("about:blank").open(browser.home + page + fragment)
    browser.sees(other)
    assert not browser.find("#confirm").is_displayed()


def test_a_link_opened_over_another(site, browser, letter):
    """In the tab where the page is open already, with other values."""
    browser.open(browser.home + "activate.html#uid=1&token=x")
    browser.press("#confirm")
    browser.reads(NO_LINK, "#confirm")
    browser.script("location.hash = arguments[0]", letter.split("#")[1])
    browser.until("the secret to leave the address bar",
                  lambda: "#" not in browser.url)
    browser.press("#confirm")
    browser.says("#confirm", "Your account is active.")


# Fields

def test_every_field_has_its_own_message(site, browser):
    site.add_user("bob", PASSWORD, "bob@example.org")
    browser.open(browser.home + "register.html")
    browser.press("#signup")
    browser.until("messages", lambda: browser.faults("#signup") == {
        name: "This field is required."
        for name in ("username", "email", "password")})
    assert browser.focus() == "username"
    browser.press("#signup", username="bob", email="no address",
                  password="12345")
    browser.until("messages", lambda: "email" in browser.faults("#signup"))
    said = browser.faults("#signup")
    assert said["email"] == "Enter a valid email address."
    browser.fill("#signup", email="bob@example.net")
    browser.find("#signup button").click()
    browser.until("messages", lambda: "email" not in browser.faults("#signup"))
    browser.until("messages", lambda: browser.faults("#signup"))
    # What was typed is there, and the first fault has the keyboard.
    assert browser.script(
        "return [...document.querySelectorAll('#signup input')]"
        ".map(i => i.value)") == ["bob", "bob@example.net", "12345"]
    first = next(iter(browser.faults("#signup")))
    assert browser.focus() == first
    field = browser.find(f"#signup [name={first}]")
    assert field.get_attribute("aria-invalid") == "true"
    described = field.get_attribute("aria-describedby").split()
    assert browser.find(f"#{described[-1]}").text == browser.faults(
        "#signup")[first]
    browser.shoot("faults")


def test_two_passwords_that_differ(site, browser):
    site.add_user("ada", PASSWORD, ADDRESS)
    browser.open(browser.home + "reset.html")
    browser.press("#ask", email=ADDRESS)
    browser.says("#ask", "a letter is on its way")
    browser.open(link_of(site.letter(ADDRESS)))
    browser.press("#confirm", new_password="engine-of-1843", again="other")
    browser.until("the message", lambda: browser.faults("#confirm") == {
        "again": "The two passwords differ."})
    assert browser.focus() == "again"
    browser.press("#confirm", again="engine-of-1843")
    browser.says("#confirm", "Your password is set.")


def test_the_rules_are_marked_while_typing(browser):
    def kept():
        return [item.text for item in browser.all(".rules .kept")]

    browser.open(browser.home + "register.html")
    browser.fill("#signup", username="lovelace", password="1234567")
    assert kept() == []
    browser.fill("#signup", password="12345678")
    assert kept() == ["At least 8 characters: done"]
    browser.fill("#signup", password="Lovelace-1843")
    assert kept() == ["At least 8 characters: done",
                      "Not of digits alone: done"]
    browser.fill("#signup", password="engine-1843")
    # By names and by lists the site judges, when it is asked.
    assert len(kept()) == 2
    assert "Not like your name or address" in browser.text(".rules")
    browser.shoot("rules")


def test_a_button_pressed_twice_sends_once(site, browser):
    browser.open(browser.home + "register.html")
    browser.fill("#signup", username="ada", email=ADDRESS, password=PASSWORD)
    browser.script("const b = document.querySelector('#signup button');"
                   "b.click(); b.click()")
    browser.says("#signup", ADDRESS)
    assert [url for url in browser.requests() if "/api/" in url] == [
        browser.home + "api/register/"]


# Sites that are configured otherwise

@pytest.mark.parametrize("settings", [
    {"user_create_password_retype": "yes"},
    {"login_field": "either"},
    {"login_field": "email"},
    {"registration": "invitation"},
    {"send_activation_email": "no", "registration_conflict": "reveal"}],
    ids=str)
def test_sites_that_are_configured_otherwise(browser, new_site, settings):
    with new_site(public_url="http://127.0.0.1:{port}", **settings) as site, \
            moved(browser, site):
        browser.open(browser.home + "register.html")
        if "send_activation_email" in settings:
            # What the site's owner writes into the page.
            browser.script("document.forms.signup.dataset.active = ''")
        browser.press("#signup", username="ada", email=ADDRESS,
                      password=PASSWORD)
        if settings.get("registration") == "invitation":
            browser.says("#signup", "Signing up is by invitation")
            return
        if "send_activation_email" in settings:
            browser.says("#signup", "Your account is ready.")
        else:
            browser.says("#signup", ADDRESS)
            browser.open(link_of(site.letter(ADDRESS)))
            browser.press("#confirm")
            browser.says("#confirm", "Your account is active.")
        by_address = settings.get("login_field") in ("email", "either")
        browser.open(browser.home + "signin.html")
        browser.press("#signin", username=ADDRESS if by_address else "ada",
                      password=PASSWORD)
        browser.goes_to("")
        browser.reads("You are signed in as ada.")


# Passwords

def test_a_wrong_password(site, browser):
    site.add_user("ada", PASSWORD, ADDRESS)
    browser.open(browser.home + "signin.html")
    browser.press("#signin", username="ada", password="wrong")
    browser.says("#signin", "There is no active account with this username "
                 "and password.")
    assert browser.page == "signin.html"
    sign_in(browser)
    account(browser)
    browser.press("#delete", current_password="wrong")
    browser.until("the message", lambda: browser.faults("#delete") == {
        "current_password": "The password is wrong."})
    assert browser.focus() == "current_password"
    assert site.value("select count(*) from postern.users") == 1


def test_a_wait_is_said(browser, new_site):
    with new_site(throttle="on", login_failures="2", login_wait="1h",
                  login_wait_max="1h") as site, moved(browser, site):
        site.add_user("ada", PASSWORD, ADDRESS)
        browser.open(browser.home + "signin.html")
        for said in ("There is no active account", "There is no active account",
                     "Too many attempts. Try again in 60 minutes."):
            browser.press("#signin", username="ada", password="wrong")
            browser.says("#signin", said)
        browser.shoot("wait")


# Sessions

def test_an_expired_access_token_is_renewed(site, browser):
    with configured(site, access_token_lifetime="2s"):
        site.add_user("ada", PASSWORD, ADDRESS)
        sign_in(browser)
        browser.reads("The access token has expired", "#left")
        browser.requests()
        browser.press("#hello")
        browser.says("#hello", "Hello, World!")
        assert [url.removeprefix(browser.home) for url in browser.requests()
                if "/api/" in url] == [
                    "api/hello/", "api/token/refresh/", "api/hello/"]


def test_two_tabs_renew_one_at_a_time(site, browser):
    """Each refresh token is good once: two at once would end the session."""
    with configured(site, rotation_grace="0"):
        site.add_user("ada", PASSWORD, ADDRESS)
        sign_in(browser)
        first = browser.driver.current_window_handle
        browser.driver.switch_to.new_window("tab")
        second = browser.driver.current_window_handle
        browser.open(browser.home)
        browser.reads("You are signed in as ada.")
        together = """
            const done = arguments[arguments.length - 1];
            import("./postern.js").then(async ({ request }) => {
                // An access token that is good no more, in all tabs.
                new BroadcastChannel("postern.session").postMessage(
                    { access: "expired" });
                await new Promise((r) => setTimeout(r, arguments[0] - Date.now()));
                const all = await Promise.all([1, 2, 3].map(
                    () => request("GET", "/api/me/")));
                sessionStorage.statuses = all.map((a) => a.status).join();
            });
            done();"""
        for _ in range(4):
            now = browser.script("return Date.now()")
            for tab in (first, second):
                browser.driver.switch_to.window(tab)
                browser.script("delete sessionStorage.statuses")
                browser.driver.execute_async_script(together, now + 500)
            for tab in (first, second):
                browser.driver.switch_to.window(tab)
                browser.until("answers", lambda: browser.script(
                    "return sessionStorage.statuses"))
                assert browser.script(
                    "return sessionStorage.statuses") == "200,200,200"
        # Each of these times one of them did ask for another token.
        assert len([url for url in browser.requests()
                    if url.endswith("/api/token/refresh/")]) >= 4
        assert site.value("select count(*) from postern.sessions "
                          "where ended_at is null") == 1
        assert site.value("select count(*) from postern.audit "
                          "where what = 'reuse'") == 0

        # Signed out in one, signed out in both.
        browser.driver.switch_to.window(second)
        browser.press("#logout")
        browser.sees("#outside")
        browser.driver.switch_to.window(first)
        browser.sees("#outside")


def end_sessions(site):
    site.sql("update postern.sessions set ended_at = now(), "
             "ended_by = 'operator' where ended_at is null")


def test_a_session_that_was_ended_elsewhere(site, browser):
    site.add_user("ada", PASSWORD, ADDRESS)
    sign_in(browser)
    end_sessions(site)
    browser.open(browser.home + "account.html")
    browser.goes_to("signin.html")
    browser.says("#signin", "Please sign in.")
    assert browser.script("return localStorage.length") == 0
    # And on to where one wanted to be.
    browser.press("#signin", username="ada", password=PASSWORD)
    browser.goes_to("account.html")


def test_what_is_typed_outlives_the_session(site, browser):
    site.add_user("ada", PASSWORD, ADDRESS)
    site.add_user("bob", PASSWORD, "bob@example.org")
    sign_in(browser)
    account(browser)
    end_sessions(site)
    browser.script("import('./postern.js').then((p) => p.refresh())")
    browser.sees("#ended")
    browser.press("#names", first_name="Ada", last_name="Lovelace")
    browser.says("#names", "You are not signed in.")
    browser.shoot("signed-out")

    def sign_in_elsewhere(name):
        here = browser.driver.current_window_handle
        browser.driver.switch_to.new_window("tab")
        sign_in(browser, name)
        browser.driver.close()
        browser.driver.switch_to.window(here)

    sign_in_elsewhere("ada")
    browser.until("the sentence to go", lambda: not browser.all("#ended"))
    browser.press("#names")
    browser.says("#names", "Saved.")
    assert site.sql("select first_name, last_name from postern.users "
                    "where username = 'ada'") == [("Ada", "Lovelace")]
    # Somebody else finds nothing of it.
    browser.fill("#names", first_name="Augusta")
    browser.script("import('./postern.js').then((p) => p.forget())")
    browser.sees("#ended")
    sign_in_elsewhere("bob")
    browser.until("bob's page", lambda: browser.text("#is-username") == "bob")
    assert browser.find("#names [name=first_name]").get_attribute(
        "value") == ""
    assert site.value("select first_name from postern.users "
                      "where username = 'bob'") == ""


@pytest.mark.parametrize("kept", [
    "5", '"x"', "{}", "[]", "true", "null", '{"refresh":null}', "x",
    '{"isSent":true}', '{"login":1}', '{"login":1,"refresh":{"a":1}}',
    '{"login":1,"refresh":"x"}'])
def test_a_spoilt_login_is_none(site, browser, kept):
    browser.script("localStorage['postern.session'] = arguments[0]", kept)
    browser.open(browser.home)
    browser.sees("#outside")
    assert not browser.all("#inside")


def test_a_browser_that_keeps_nothing(site, browser):
    """Every page works; who signs in is told that it will not last."""
    site.add_user("ada", PASSWORD, ADDRESS)
    done = browser.driver.execute_cdp_cmd(
        "Page.addScriptToEvaluateOnNewDocument", {"source": """
            for (const name of ["localStorage", "sessionStorage"])
                Object.defineProperty(window, name, { get() {
                    throw new DOMException("no", "SecurityError"); } });"""})
    try:
        browser.open(browser.home + "activate.html#uid=1&token=x")
        browser.sees("#confirm")
        assert browser.url == browser.home + "activate.html"
        browser.open(browser.home + "signin.html")
        browser.press("#signin", username="ada", password=PASSWORD)
        browser.says("#signin", "This browser keeps nothing for this site")
    finally:
        browser.driver.execute_cdp_cmd(
            "Page.removeScriptToEvaluateOnNewDocument",
            {"identifier": done["identifier"]})


@pytest.mark.parametrize("file", ["en.js", "de.js", "forms.js", "ticket.js"])
def test_a_secret_leaves_the_address_bar_whatever_is_missing(site, browser,
                                                             file):
    browser.driver.execute_cdp_cmd("Network.enable", {})
    browser.driver.execute_cdp_cmd("Network.setBlockedURLs",
                                   {"urls": [f"*/{file}"]})
    try:
        browser.open(browser.home + "activate.html#uid=1&token=SECRET")
        browser.until("the address", lambda: browser.url ==
                      browser.home + "activate.html")
        if file in ("en.js", "de.js"):
            browser.sees("#confirm")
    finally:
        browser.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
        browser.log()  # what could not be loaded


def test_after_a_reload_the_login_is_still_there(site, browser):
    site.add_user("ada", PASSWORD, ADDRESS)
    sign_in(browser)
    browser.open(browser.home)
    browser.reads("You are signed in as ada.")
    stored = browser.script("return JSON.stringify(localStorage)")
    # The access token is in memory alone, and what is stored is a refresh token.
    assert "refresh" in stored and "access" not in stored
    browser.open(browser.home + "signin.html")
    browser.goes_to("")


@pytest.mark.parametrize("access_cookie", ["no", "yes"])
def test_tokens_in_cookies(browser, new_site, access_cookie):
    with new_site(token_transport="cookie", access_cookie=access_cookie,
                  rotate_refresh_tokens="yes",
                  public_url="http://localhost:{port}") as site:
        site.add_user("ada", PASSWORD, ADDRESS)
        with moved(browser, site, "localhost"):
            sign_in(browser)
            assert browser.script("return localStorage.length") == 1
            kept = json.loads(browser.script(
                "return localStorage['postern.session']"))
            assert kept.keys() == {"login", "isSent"}
            assert kept["isSent"] == (access_cookie == "yes")
            if access_cookie == "yes":
                browser.reads("in a cookie that no script can read", "#left")
            browser.requests()
            browser.open(browser.home)
            browser.reads("You are signed in as ada.")
            # What the browser sends by itself is not asked for again.
            asked = [url.removeprefix(browser.home)
                     for url in browser.requests() if "/api/" in url]
            assert asked == (["api/me/"] if access_cookie == "yes" else
                             ["api/token/refresh/", "api/me/"])
            account(browser)
            browser.press("#names", first_name="Ada", last_name="Lovelace")
            browser.says("#names", "Saved.")
            browser.open(browser.home)
            browser.press("#logout")
            browser.sees("#outside")
            assert site.value("select count(*) from postern.sessions "
                              "where ended_at is null") == 0


# The site

def test_the_site_away_and_back(site, browser):
    site.add_user("ada", PASSWORD, ADDRESS)
    sign_in(browser)
    site.web.terminate()
    site.web.wait(20)
    browser.press("#hello")
    browser.says("#hello", "The site does not answer.")
    browser.shoot("away")
    site._start_web()
    browser.press("#hello")
    browser.says("#hello", "Hello, World!")


def test_the_database_away_and_back(browser, new_site):
    with new_site() as site, moved(browser, site):
        site.add_user("ada", PASSWORD, ADDRESS)
        sign_in(browser)
        good = site.settings["database"]
        configure(site, database="host=/nowhere dbname=x")
        browser.press("#hello")
        browser.says("#hello", "Service temporarily unavailable")
        browser.open(browser.home + "account.html")
        browser.shoot("no-database")
        browser.reads("Service temporarily unavailable")
        assert browser.script("return localStorage.length") == 1
        configure(site, database=good)
        account(browser)
