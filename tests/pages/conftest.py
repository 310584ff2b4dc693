"""Fixtures of the tests that look at the pages with a real browser."""

import pytest

from steps import is_clean, looked_at

SETTINGS = {"totp_key": "totp.key", "rotate_refresh_tokens": "yes"}


# One site and a browser for each kind of reader, for all tests here: what a test
# has done to them is undone before the next.

@pytest.fixture(scope="session")
def own_site(new_site):
    with new_site(processes=2, public_url="http://127.0.0.1:{port}",
                  **SETTINGS) as site:
        site.write("totp.key", "totp-of-the-pages-0123456789abcdefghijk\n",
                   0o600)
        yield site


@pytest.fixture
def site(own_site):
    own_site.forget()
    return own_site


@pytest.fixture(scope="session")
def own_browser(own_site):
    with looked_at(own_site) as made:
        yield made


@pytest.fixture(scope="session")
def own_german(own_site):
    with looked_at(own_site, language="de-AT") as made:
        yield made


@pytest.fixture(scope="session")
def own_small(own_site):
    with looked_at(own_site, width=320, height=640, dark=True) as made:
        yield made


def cleared(browser):
    """In one tab, on an empty page of the site, with nobody logged in."""
    browser.one_tab()
    browser.open(browser.home + "icon.svg")
    browser.script("localStorage.clear()")
    browser.requests()
    yield browser
    # Whoever looks at the errors or requests before has to judge them.
    is_clean(browser)


@pytest.fixture
def browser(site, own_browser):
    """Of a reader of English, on a wide screen."""
    own_browser.view()
    yield from cleared(own_browser)


@pytest.fixture
def german(site, own_german):
    own_german.view()
    yield from cleared(own_german)


@pytest.fixture
def small(site, own_small):
    """Of a telephone, dark."""
    own_small.view(320, 640, True)
    yield from cleared(own_small)
