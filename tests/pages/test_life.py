"""The whole life of an account through the pages, as people live it."""

from steps import (ADDRESS, PASSWORD, account, configured, letters_with,
                   link_of, sign_in, sign_up)
from support import totp


def test_from_sign_up_to_deletion(site, browser):
    sign_up(browser)
    browser.shoot("check-your-mail")
    browser.press("#ask")
    browser.says("#ask", "a letter is on its way")

    # The link: opening uses nothing up, and its secret leaves the address bar.
    link = link_of(site.letter(ADDRESS))
    for _ in range(2):
        browser.open("about:blank").open(link)
        browser.sees("#confirm")
        assert browser.url == browser.home + "activate.html"
    browser.shoot("activate")
    assert site.value("select verified_at is null from postern.users")
    browser.press("#confirm")
    browser.says("#confirm", "Your account is active.")
    assert not site.value("select verified_at is null from postern.users")

    sign_in(browser)
    browser.press("#hello")
    browser.says("#hello", "Hello, World!")
    claims = browser.text("#claims")
    subject = site.value("select subject from postern.users")
    for name, value in (("user_id", subject), ("token_type", "access")):
        assert f"{name}\n{value}" in claims
    browser.reads("The access token expires in 4:5", "#left")
    browser.shoot("home")

    account(browser)
    browser.shoot("account")
    browser.press("#names", first_name="Ada", last_name="Lovelace")
    browser.says("#names", "Saved.")
    assert site.sql("select first_name, last_name from postern.users") == [
        ("Ada", "Lovelace")]

    browser.press("#username", new_username="countess",
                  current_password=PASSWORD)
    browser.says("#username", "Saved.")
    assert browser.text("#is-username") == "countess"

    browser.press("#password", current_password=PASSWORD,
                  new_password="engine-of-1843", again="engine-of-1843")
    browser.says("#password", "Your password is changed.")
    browser.sees("#ended")
    sign_in(browser, "countess", "engine-of-1843")

    account(browser)
    browser.press("#email", new_email="ada@example.net",
                  current_password="engine-of-1843")
    browser.says("#email", "We have written to the new address.")
    browser.open(link_of(site.letter("ada@example.net")))
    browser.press("#confirm")
    browser.says("#confirm", "Your account has this address now.")
    sign_in(browser, "countess", "engine-of-1843")

    # The way back, which takes the password with it; then another one.
    browser.open(link_of(letters_with(site, ADDRESS, "undo.html")[0]))
    browser.press("#confirm")
    browser.says("#confirm", "Your account has its old address again.")
    browser.open(link_of(letters_with(site, ADDRESS, "reset.html")[0]))
    browser.fill("#confirm", new_password="1843", again="1843")
    browser.shoot("reset")
    browser.press("#confirm", new_password="engine-of-1844",
                  again="engine-of-1844")
    browser.says("#confirm", "Your password is set.")
    sign_in(browser, "countess", "engine-of-1844")

    account(browser)
    browser.press("#delete", current_password="engine-of-1844")
    browser.says("#delete", "Your account is deleted.")
    assert site.value("select count(*) from postern.users") == 0
    browser.open(browser.home)
    browser.sees("#outside")


def test_two_step_login(site, browser):
    site.add_user("ada", PASSWORD, ADDRESS)
    sign_in(browser)
    account(browser)
    browser.press("#totp-begin", current_password=PASSWORD)
    secret = browser.until("the secret", lambda: browser.text("#secret"))
    assert browser.sees("#qr svg")
    browser.shoot("two-step")
    browser.press("#totp-confirm", otp="000000")
    browser.reads("The one-time code is not valid.", "#totp-confirm")
    browser.press("#totp-confirm", otp=totp.code(
        secret.replace(" ", ""), totp.current_step()))
    browser.sees("#codes-shown")
    codes = browser.text("#codes").split()
    assert len(set(codes)) == 10
    assert "10 recovery codes are left." in browser.text("#codes-left")
    browser.shoot("recovery-codes")

    browser.press("#everywhere")
    browser.goes_to("signin.html")
    browser.press("#signin", username="ada", password=PASSWORD)
    browser.says("#signin", "Type the code that your app shows")
    assert browser.focus() == "otp" and browser.faults("#signin") == {}
    browser.press("#signin", otp="000000")
    browser.until("the message", lambda: browser.faults("#signin") == {
        "otp": "The one-time code is not valid."})
    browser.shoot("second-step")
    browser.press("#signin", otp=codes[0])
    browser.goes_to("account.html")

    account(browser)
    assert "9 recovery codes are left." in browser.text("#codes-left")
    browser.press("#username", new_username="countess",
                  current_password=PASSWORD)
    browser.reads("A one-time code is required.", "#username")
    browser.press("#username", otp=codes[1], current_password=PASSWORD)
    browser.says("#username", "Saved.")
    browser.press("#totp-end", current_password=PASSWORD, otp=codes[2])
    browser.says("#two-step", "Two-step login is off.")
    assert site.value("select totp_secret is null from postern.users")


def test_sessions(site, browser):
    site.add_user("ada", PASSWORD, ADDRESS)
    other = site.login("ada")
    sign_in(browser)
    account(browser)
    browser.until("two sessions",
                  lambda: len(browser.all("#sessions li")) == 2)
    browser.shoot("sessions")
    ends = [button for button in browser.all("#sessions button")
            if button.text == "End it"]
    assert len(ends) == 1
    ends[0].click()
    browser.until("one session",
                  lambda: len(browser.all("#sessions li")) == 1)
    assert site.post("/api/token/refresh/",
                     refresh=other["refresh"]).status == 401
    browser.all("#sessions button")[0].click()
    browser.goes_to("signin.html")
    assert site.value("select count(*) from postern.sessions "
                      "where ended_at is null") == 0


def test_an_invitation(site, browser):
    with configured(site, registration="invitation"):
        browser.open(browser.home + "register.html")
        browser.press("#signup", username="eve", email="eve@example.org",
                      password=PASSWORD)
        browser.until("a refusal", lambda: browser.all("#signup .bad"))
        site.postern("invite", ADDRESS)
        browser.open(link_of(site.letter(ADDRESS)))
        assert browser.url == browser.home + "register.html"
        browser.sees("#signup")
        field = browser.find("#signup [name=email]")
        assert field.get_attribute("value") == ADDRESS
        assert field.get_attribute("readonly")
        browser.press("#signup", username="ada", password=PASSWORD)
        browser.says("#signup", "Your account is ready.")
    sign_in(browser)


def test_a_forgotten_username(site, browser):
    site.add_user("ada", PASSWORD, ADDRESS)
    browser.open(browser.home + "username.html")
    browser.press("#ask", email=ADDRESS)
    browser.says("#ask", "a letter is on its way")
    browser.open(link_of(site.letter(ADDRESS)))
    browser.press("#confirm", new_username="countess")
    browser.says("#confirm", "Your username is changed.")
    sign_in(browser, "countess")
