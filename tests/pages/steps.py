"""What people do on the pages, step by step."""

import contextlib
import os
import re

from browser import Browser
from support.npm import install
from support.site import wait_for

PASSWORD = "Corr3ct-horse"
ADDRESS = "ada@example.org"


@contextlib.contextmanager
def looked_at(site, host="127.0.0.1", **options):
    """A browser that has seen no error and asked nobody else in the end."""
    made = Browser(**options)
    try:
        made.home = f"http://{host}:{site.port}/"
        made.open(made.home)
        yield made
        assert made.errors() == []
        for url in made.requests():
            assert url.startswith(made.home), url
    finally:
        made.close()


def link_of(letter):
    """The link of a letter, as somebody would click it."""
    text = letter.get_body(("plain",)).get_content()
    return re.search(r"https?://\S+#\S+", text).group()


def letters_with(site, address, words):
    """The letters to an address that have the words, once there is one."""
    return wait_for(f"a letter with {words}", lambda: [
        letter for letter in site.letters(address)
        if words in letter.as_string()])


def sign_up(browser, name="ada", address=ADDRESS, password=PASSWORD):
    browser.open(browser.home + "register.html")
    browser.press("#signup", username=name, email=address, password=password)
    browser.says("#signup", address)


def sign_in(browser, name="ada", password=PASSWORD, **more):
    browser.open(browser.home + "signin.html")
    browser.press("#signin", username=name, password=password)
    for field, value in more.items():
        browser.sees(f"#signin [name={field}]")
        browser.press("#signin", **{field: value})
    browser.goes_to("")
    browser.reads(f"You are signed in as {name}.")


def account(browser):
    browser.open(browser.home + "account.html")
    browser.sees("#account")


def violations(browser):
    """What axe finds, by rule."""
    axe = os.path.join(install(os.path.dirname(__file__), "pages"),
                       "axe-core", "axe.min.js")
    with open(axe, encoding="utf-8") as file:
        browser.script(file.read())
    found = browser.driver.execute_async_script("""
        const done = arguments[arguments.length - 1];
        axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a",
            "wcag21aa", "wcag22aa", "best-practice"] })
            .then((r) => done(r.violations.map((v) =>
                [v.id, v.nodes.map((n) => n.html)])));""")
    return found
