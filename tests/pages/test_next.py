"""After signing in one is where one wanted to be, on this site."""

from urllib.parse import quote

import pytest

from steps import PASSWORD
from support.site import wait_for

GOOD = {"/account.html": "account.html",
        "/account.html?x=//evil.example": "account.html?x=//evil.example"}
EVIL = ["//evil.example/", "/\\evil.example/", "\\\\evil.example",
        "https://evil.example/", "javascript:alert(1)", "evil.html", "", "/a\\b", "/ /evil.example"]


def come_in(browser, site, target):
    site.add_user("ada", PASSWORD)
    browser.script("sessionStorage.clear()")
    browser.open(f"{browser.home}signin.html?next={quote(target, safe='')}")
    browser.press("#signin", username="ada", password=PASSWORD)
    return wait_for("another page", lambda: browser.script(
        "return location.pathname.includes('signin') ? '' : location.href"))


@pytest.mark.parametrize("target", GOOD)
def test_where_one_wanted_to_be(site, browser, target):
    assert come_in(browser, site, target) == browser.home + GOOD[target]


@pytest.mark.parametrize("target", EVIL, ids=ascii)
def test_on_this_site_alone(site, browser, target):
    assert come_in(browser, site, target) == browser.home


def test_not_in_circles(site, browser):
    """Whoever is sent back at once is not sent there again."""
    assert come_in(browser, site, "/account.html").endswith("account.html")
    browser.open(f"{browser.home}signin.html?next=/account.html")
    assert wait_for("another page", lambda: browser.script(
        "return location.pathname.includes('signin') ? '' : location.href")
    ) == browser.home
