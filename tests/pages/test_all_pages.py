"""What holds for every page: size, languages, screens, accessibility."""

import glob
import html.parser
import os
import re

import pytest

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from steps import (ADDRESS, PASSWORD, looked_at, sentences_of, sign_in,
                   violations_by_scheme)
from support.site import ROOT

PAGES = os.path.join(ROOT, "deploy", "www")
NAMES = sorted(os.path.basename(path) for path in glob.glob(
    os.path.join(PAGES, "*.html")))
CONSOLE = "api.html"
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


def show(browser, variant):
    """Opens a page, and waits until its scripts have made it."""
    browser.open("about:blank").open(
        browser.home + ("api/" if variant == CONSOLE else variant))
    browser.until("the page", lambda: browser.script(
        "return document.querySelector('footer button') && "
        "(!document.getElementById('groups') || "
        "document.querySelector('#groups a'))"))


VARIANTS = [variant for name in NAMES for variant in variants(name)]


def test_all_of_it_is_small():
    sizes = {name: os.path.getsize(os.path.join(PAGES, name))
             for name in os.listdir(PAGES)
             if name != "openapi.json"}
    assert "api.js" in sizes and "de_api.js" in sizes
    assert sum(sizes.values()) < 100_000, sizes


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
        if name == CONSOLE:
            # It is served one level deeper.
            assert address.startswith(("../", "#")), address
            address = address.removeprefix("../") or "./"
        if address.startswith("#"):
            assert f'id="{address[1:]}"' in read(name)
            continue
        path = os.path.join(PAGES, address)
        assert os.path.exists(path) or address in ("./", "api/")


# Languages

# They are called so in both.
SAME = {"Postern", "API", "Name", "curl -d",
        "GET", "POST", "PUT", "PATCH", "DELETE"}


@pytest.mark.parametrize("name", NAMES)
def test_no_sentence_stays_english(site, browser, german, name):
    show(browser, name)
    english = set(sentences_of(browser))
    show(german, name)
    assert german.script("return document.documentElement.lang") == "de"
    assert english & set(sentences_of(german)) <= SAME
    assert len(english) > 5


def sentences_in(text):
    return set(re.findall(r'^\t"((?:[^"\\]|\\.)*)":', text, re.M))


def known_of(name):
    found = sentences_in(read(name))
    assert len(found) > 40
    return found


def said_by(name):
    """A file as if all its sentences were in one line."""
    return re.sub(r"\s+", " ", re.sub(r'" \+\s*"', "", read(name)))


def test_every_sentence_of_the_scripts_has_a_german_one():
    """t("..."), data-done="..." and the messages that forms make."""
    known = known_of("de.js")
    known_to_the_console = known_of("de_api.js")
    assert known & known_to_the_console == set()
    wanted = {False: set(), True: set()}
    for path in glob.glob(os.path.join(PAGES, "*.js")):
        name = os.path.basename(path)
        if name in ("de.js", "de_api.js", "en.js"):
            continue
        text = re.sub(r'" \+\s*"', "", read(name))
        wanted[name.startswith("api")] |= {
            sentence for pattern in (r'\bt\(\s*"([^"]+)"',
                                     r'[?:=]\s*\[?"([A-Z][^"]*[.])"',
                                     r'\?\? "([A-Z][^"]*)"')
            for sentence in re.findall(pattern, text)}
    for name in NAMES:
        wanted[name == CONSOLE] |= set(
            re.findall(r'data-done="([^"]*)"', read(name)))
    assert len(wanted[False]) > 30 and len(wanted[True]) > 20
    assert wanted[False] - known == set()
    assert wanted[True] - known - known_to_the_console == set()
    # And none is left over from a page that said something else.
    everything = "".join(said_by(name) for name in os.listdir(PAGES)
                         if re.match(r"(?!de\b|de_).*\.(html|js)$", name))
    programs, = re.findall(r"(?s)// What the programs say.*", read("de.js"))
    for sentence in known - sentences_in(programs):
        assert sentence in everything, sentence
    everything = "".join(said_by(name) for name in os.listdir(PAGES)
                         if re.match(r"api.*\.(html|js)$", name))
    for sentence in known_to_the_console:
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
            browser.open(browser.home + (
                "api/" if name == CONSOLE else name))
            place = "header" if name == CONSOLE else "main"
            assert "JavaScript" in browser.text(place), name


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_narrow_screen_needs_no_scrolling_aside(site, small, variant):
    show(small, variant)
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

@pytest.mark.parametrize("variant", VARIANTS)
def test_axe_finds_nothing(site, browser, variant):
    show(browser, variant)
    assert violations_by_scheme(browser) == []
    # With all messages, too.
    for form in browser.script("return [...document.forms].filter("
                               "f => f.checkVisibility()).map(f => f.id)"):
        browser.find(f"#{form} button").click()
    assert violations_by_scheme(browser) == []


def test_axe_finds_nothing_in_the_account(site, browser):
    site.add_user("ada", PASSWORD, ADDRESS)
    sign_in(browser)
    assert violations_by_scheme(browser) == []
    browser.open(browser.home + "account.html")
    browser.sees("#account")
    browser.script("for (const d of document.querySelectorAll('details')) "
                   "d.open = true")
    browser.press("#totp-begin", current_password=PASSWORD)
    browser.sees("#qr svg")
    browser.find("#delete button").click()
    assert violations_by_scheme(browser) == []


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
