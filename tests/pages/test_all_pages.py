"""What holds for every page: size, languages, screens, accessibility."""

import glob
import html.parser
import os
import re

import pytest

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from steps import ADDRESS, PASSWORD, looked_at, sign_in, violations
from support.site import ROOT

PAGES = os.path.join(ROOT, "deploy", "www")
NAMES = sorted(os.path.basename(path) for path in glob.glob(
    os.path.join(PAGES, "*.html")) if os.path.basename(path) != "api.html")
FRAGMENTS = {"register.html": "#email=ada%40example.org&token=x"}
LINK = "#uid=1&token=x"


def read(name):
    with open(os.path.join(PAGES, name), encoding="utf-8") as file:
        return file.read()


def variants(name):
    """A page as it is and, where links of letters lead to it, behind one."""
    yield name
    if "confirm" in read(name):
        yield name + LINK
    if name in FRAGMENTS:
        yield name + FRAGMENTS[name]


VARIANTS = [variant for name in NAMES for variant in variants(name)]


def test_all_of_it_is_small():
    sizes = {name: os.path.getsize(os.path.join(PAGES, name))
             for name in os.listdir(PAGES)
             if not name.startswith(("api", "openapi"))}
    assert sum(sizes.values()) < 100 * 1024, sizes


def test_the_first_view_takes_few_requests(browser):
    browser.open("about:blank")
    browser.requests()
    browser.open(browser.home + "signin.html")
    browser.sees("#signin")
    asked = browser.requests()
    assert browser.home + "signin.html" in asked
    assert len(asked) < 10, asked


class Tags(html.parser.HTMLParser):
    """The tags of a page, and what nobody may need: inline code and styles."""

    def __init__(self):
        super().__init__()
        self.inline = []
        self.addresses = []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag in ("style", "iframe", "object", "embed"):
            self.inline.append(tag)
        if tag == "script" and "src" not in values:
            self.inline.append(tag)
        self.inline += [name for name in values
                        if name == "style" or name.startswith("on")]
        self.addresses += [values[name] for name in ("href", "src", "action")
                           if name in values]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_inline_and_nothing_from_elsewhere(name):
    tags = Tags()
    tags.feed(read(name))
    assert tags.inline == []
    for address in tags.addresses:
        assert not re.match("[a-z]+:|//|/", address), address
        path = os.path.join(PAGES, address)
        assert os.path.exists(path) or address in ("./", "api/")


# Languages

@pytest.fixture(scope="module")
def german(own_site):
    with looked_at(own_site, language="de-AT") as browser:
        yield browser


def sentences_of(browser):
    """Each text of the page, hidden ones too."""
    return browser.script("""
        const texts = [document.title];
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


# They are called so in both.
SAME = {"Postern", "API", "Name", "curl -d"}


@pytest.mark.parametrize("name", NAMES)
def test_no_sentence_stays_english(site, browser, german, name):
    browser.open(browser.home + name)
    browser.until("the page", lambda: browser.find("footer button"))
    english = set(sentences_of(browser))
    german.open(german.home + name)
    german.until("the page", lambda: german.find("footer button"))
    assert german.script("return document.documentElement.lang") == "de"
    assert english & set(sentences_of(german)) <= SAME
    assert len(english) > 5


def test_every_sentence_of_the_scripts_has_a_german_one():
    """t("..."), data-done="..." and the messages that forms make."""
    known = set(re.findall(r'^\t"((?:[^"\\]|\\.)*)":', read("de.js"), re.M))
    wanted = set()
    for path in glob.glob(os.path.join(PAGES, "*.js")):
        name = os.path.basename(path)
        if name in ("de.js", "en.js") or name.startswith("api"):
            continue
        text = re.sub(r'" \+\s*"', "", read(name))
        wanted |= set(re.findall(r'\bt\(\s*"([^"]+)"', text))
        wanted |= set(re.findall(r'[?:=]\s*\[?"([A-Z][^"]*[.])"', text))
        wanted |= set(re.findall(r'\?\? "([A-Z][^"]*)"', text))
    for name in NAMES:
        wanted |= set(re.findall(r'data-done="([^"]*)"', read(name)))
    assert len(wanted) > 30
    assert wanted - known == set()
    # And none is left over from a page that said something else.
    everything = " ".join(re.sub(r'" \+\s*"', "", read(name)) for name in
                          os.listdir(PAGES) if name != "de.js" and
                          name.endswith((".html", ".js")))
    everything = re.sub(r"\s+", " ", everything)
    said_here = re.split("// What the programs say", read("de.js"))[0]
    for sentence in re.findall(r'^\t"((?:[^"\\]|\\.)*)":', said_here, re.M):
        assert sentence in everything, sentence


def test_the_reader_chooses_the_language(site, german):
    german.open(german.home + "signin.html")
    german.reads("Anmelden", "h1")
    german.shoot("german")
    german.find("footer button[lang=en]").click()
    german.reads("Sign in", "h1")
    german.open(german.home + "register.html")
    german.reads("Sign up", "h1")
    german.find("footer button[lang=de]").click()
    german.reads("Registrieren", "h1")
    german.press("#signup", username="ada", email="nein", password=PASSWORD)
    german.reads("Das ist keine E-Mail-Adresse.", "#signup")
    german.script("localStorage.clear()")


# Screens

def test_without_scripts_each_page_says_so(site):
    with looked_at(site, script=False) as browser:
        for name in NAMES:
            browser.open(browser.home + name)
            assert "JavaScript" in browser.text("main"), name


@pytest.fixture(scope="module")
def small(own_site):
    with looked_at(own_site, width=320, height=640, dark=True) as browser:
        yield browser


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_narrow_screen_needs_no_scrolling_aside(site, small, variant):
    small.open("about:blank").open(small.home + variant)
    small.until("the page", lambda: small.find("footer button"))
    assert small.script("return innerWidth") == 320
    assert small.script(
        "return document.documentElement.scrollWidth") <= 320
    small.shoot("narrow-" + re.sub(r"\.html.*", "", variant) + (
        "-link" if "#" in variant else ""))


def test_the_account_on_a_narrow_screen(site, small):
    site.add_user("ada", PASSWORD, "a" * 60 + "@" + "long-" * 10 + "example.org")
    sign_in(small)
    small.open(small.home + "account.html")
    small.sees("#account")
    small.script("for (const d of document.querySelectorAll('details')) "
                 "d.open = true")
    small.press("#totp-begin", current_password=PASSWORD)
    small.sees("#qr svg")
    assert small.script("return document.documentElement.scrollWidth") <= 320
    small.shoot("narrow-account")
    small.script("localStorage.clear()")


# Keyboard and screen reader

@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_axe_finds_nothing(site, browser, variant, scheme):
    browser.scheme(scheme)
    browser.open("about:blank").open(browser.home + variant)
    browser.until("the page", lambda: browser.find("footer button"))
    try:
        assert violations(browser) == []
        # With all messages, too.
        for form in browser.script("return [...document.forms].filter("
                                   "f => f.checkVisibility()).map(f => f.id)"):
            browser.find(f"#{form} button").click()
        assert violations(browser) == []
    finally:
        browser.scheme("light")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_account(site, browser, scheme):
    site.add_user("ada", PASSWORD, ADDRESS)
    sign_in(browser)
    browser.scheme(scheme)
    assert violations(browser) == []
    browser.open(browser.home + "account.html")
    browser.sees("#account")
    browser.script("for (const d of document.querySelectorAll('details')) "
                   "d.open = true")
    browser.press("#totp-begin", current_password=PASSWORD)
    browser.sees("#qr svg")
    browser.find("#delete button").click()
    assert violations(browser) == []
    browser.scheme("light")


def test_the_keyboard_does_all(site, browser):
    """Tab to each field, Enter to send; the focus is to be seen."""
    def press(*keys):
        ActionChains(browser.driver).send_keys(*keys).perform()

    site.add_user("ada", PASSWORD, ADDRESS)
    browser.open(browser.home + "signin.html")
    browser.sees("#signin")
    for _ in range(20):
        press(Keys.TAB)
        if browser.focus() == "username":
            break
    assert browser.script("return getComputedStyle(document.activeElement)"
                          ".outlineStyle") == "solid"
    press("ada", Keys.TAB, PASSWORD, Keys.ENTER)
    browser.goes_to("")
    browser.reads("You are signed in as ada.")
