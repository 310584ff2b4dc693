"""Fixtures of the tests that look at the pages with a real browser."""

import pytest

from steps import looked_at

SETTINGS = {"totp_key": "totp.key", "rotate_refresh_tokens": "yes"}


@pytest.fixture(scope="module")
def own_site(new_site):
    with new_site(**SETTINGS) as site:
        site.write("totp.key", "totp-of-the-pages-0123456789abcdefghijk\n",
                   0o600)
        site.configure(public_url=f"http://127.0.0.1:{site.port}")
        yield site


@pytest.fixture
def site(own_site):
    own_site.forget()
    return own_site


@pytest.fixture(scope="module")
def own_browser(own_site):
    with looked_at(own_site) as made:
        yield made


@pytest.fixture
def browser(site, own_browser):
    """On the front page, with nobody logged in."""
    own_browser.open(own_browser.home)
    own_browser.script("localStorage.clear()")
    own_browser.open(own_browser.home)
    own_browser.requests()
    yield own_browser
    assert own_browser.errors() == []
