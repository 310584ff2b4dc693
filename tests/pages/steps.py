"""What people do on the pages, step by step."""

import contextlib
import functools
import os
import re
import time

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
        is_clean(made)
    finally:
        made.close()


def is_clean(browser):
    """Asserts that since the last look there was no error, nobody else asked."""
    errors = browser.errors()
    assert errors == [], errors
    for url in browser.requests():
        assert url.startswith(browser.home), url


@contextlib.contextmanager
def moved(browser, site, host="127.0.0.1"):
    """The same browser at another site, for a block."""
    is_clean(browser)
    home = browser.home
    browser.home = f"http://{host}:{site.port}/"
    try:
        yield browser
        is_clean(browser)
    finally:
        browser.open("about:blank")
        browser.home = home


def configure(site, **settings):
    """Returns when all programs have read them: they look once a second."""
    site.configure(**settings)
    time.sleep(1.1)


@contextlib.contextmanager
def configured(site, **settings):
    """The settings for a block; afterwards there are none of these names."""
    configure(site, **settings)
    try:
        yield
    finally:
        configure(site, **dict.fromkeys(settings))


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


def sentences_of(browser):
    """Each text of the page in its language, hidden ones too."""
    return browser.script("""
        const title = document.querySelector("title");
        const texts = ["", document.documentElement.lang].includes(title.lang)
            ? [title.text] : [];
        const walker = document.createTreeWalker(document.body,
            NodeFilter.SHOW_TEXT, (node) => node.parentElement.closest(
                "script, noscript, code, [lang]:not(html)")
                ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
        while (walker.nextNode())
            texts.push(walker.currentNode.data);
        for (const name of ["aria-label", "placeholder", "title"])
            for (const element of document.querySelectorAll(`[${name}]`))
                texts.push(element.getAttribute(name));
        return texts.map((t) => t.trim().replaceAll(/\\s+/g, " "))
            .filter(Boolean);""")


def overhang(browser):
    """By how much the page is wider than its window."""
    return browser.script("const page = document.documentElement; "
                          "return page.scrollWidth - page.clientWidth")


@functools.lru_cache()
def axe():
    path = os.path.join(install(os.path.dirname(os.path.abspath(__file__)),
                                "pages"), "axe-core", "axe.min.js")
    with open(path, encoding="utf-8") as file:
        return file.read()


def violations(browser):
    """What axe finds, by rule; fails when it has not looked at anything."""
    if not browser.script("return 'axe' in window"):
        browser.script(axe())
    found = browser.driver.execute_async_script("""
        const done = arguments[arguments.length - 1];
        axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a",
            "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
            .then(({ passes, violations }) => done({
                passes: passes.length, violations: violations.map((v) =>
                    [v.id, v.nodes.map((n) => n.html.slice(0, 150))]) }),
                (error) => done({ error: String(error) }));""")
    assert found.get("passes"), found
    return found["violations"]


def violations_by_scheme(browser):
    """What axe finds in the dark, and what in the light."""
    found = []
    for scheme in ("dark", "light"):
        browser.scheme(scheme)
        found += [(scheme, *one) for one in violations(browser)]
    return found
