"""The API console in German: nothing of its own stays English."""

import base64
import json

from console import Console
from console_document import METHODS, operations
from steps import overhang, sentences_of, violations
from support.site import wait_for

ID = {name: one.id for name, one in operations().items()}
LOGIN = ID["POST /api/token/"]
# They are called so in both.
SAME = {"API", "JSON", "Token", *(name.upper() for name in METHODS)}
CLOSED = "window.fetch = () => Promise.reject()"
SLOW = "window.fetch = () => new Promise(() => {})"
LOCKED = "navigator.clipboard.writeText = () => Promise.reject()"


def token_of(**claims):
    return ".".join([*(base64.urlsafe_b64encode(json.dumps(one).encode())
                       .decode().rstrip("=") for one in (
                           {"alg": "none"}, claims)), "x"])


def seen_of(console, site):
    """All sentences that somebody may see who uses the console."""
    seen = set()

    def look():
        seen.update(sentences_of(console.browser))

    def wait(name, kind):
        wait_for(name, lambda: console.part(name).get_attribute("class") ==
                 f"message {kind}" and console.text(name))

    site.add_user("ada")
    console.open()
    look()
    for token in ("none", token_of(exp=1e9)):
        console.one("#token").send_keys(token)
        look()
        console.one("#forget").click()
    for name in ID.values():
        console.visit(name)
    look()

    console.go(LOGIN)
    assert console.send(username="ada", password="Corr3ct-horse")[0] == 200
    look()
    console.browser.command(
        "Browser.grantPermissions", origin=console.origin,
        permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    console.part("copy").click()
    wait("copied", "good")
    look()
    console.browser.script(LOCKED)
    console.part("copy").click()
    wait("copied", "")
    look()
    console.go(ID["POST /api/register/"])
    assert console.send(username="!!", email="nowhere",
                        password="lovelace-1843")[0] == 400
    assert len(console.all(".fault")) == 2
    look()
    console.browser.script(CLOSED)
    assert console.send()[0] == 0
    look()
    console.browser.script(SLOW)
    console.one("article:not([hidden]) form button").click()
    look()

    console.browser.command("Network.enable")
    console.browser.command("Network.setBlockedURLs", urls=["*/openapi.json"])
    try:
        console.driver.refresh()
        wait_for("the sentence", lambda: console.one("#problem").text)
        look()
    finally:
        console.browser.command("Network.setBlockedURLs", urls=[])
    return {sentence for sentence in seen if any(map(str.isalpha, sentence))}


def test_no_sentence_of_the_console_stays_english(site, browser, german):
    english = seen_of(Console(browser, site.port), site)
    for sentence in ("API console", "Try it", "required", "One moment …",
                     "This is no token that expires.",
                     "When it was issued:", "The command is copied.",
                     "The site does not answer. Is the network there?"):
        assert sentence in english
    for beginning in ("It expires on ", "It has expired on ", "at most ",
                      "This browser does not let the page copy.",
                      "The description of the API cannot be loaded."):
        assert [one for one in english if one.startswith(beginning)], beginning
    site.forget()
    both = english & seen_of(Console(german, site.port), site)
    assert {one for one in both if not one.endswith(" ms")} <= SAME
    assert len(english) > 70


def test_what_the_description_says_is_marked_as_english(site, german):
    console = Console(german, site.port).open(LOGIN)
    assert german.script("return document.documentElement.lang") == "de"
    english = {one.text for one in console.all("[lang=en]")}
    operation = operations()["POST /api/token/"]
    assert operation.given["summary"] in english
    assert "Tokens" in english  # above a part of the list
    assert set(operation.fields) <= english
    assert german.script("return document.querySelector('title').lang") == "en"
    for answer in operation.given["responses"].values():
        said = operation.resolved(answer)["description"]
        assert said.replace("`", "") in english, said
    console.open()
    assert german.driver.title == "API-Konsole"
    assert german.script("return document.querySelector('title').lang") == "de"


def test_only_the_console_loads_its_sentences(german):
    german.open(german.home + "signin.html")
    german.reads("Anmelden", "h1")
    assert not [url for url in german.requests() if "de_api.js" in url]
    german.open(german.home + "api/")
    german.reads("API-Konsole", "h1")
    asked = german.requests()
    assert german.home + "de_api.js" in asked and german.home + "de.js" in asked


def test_german_is_longer(site, german):
    """Still it neither scrolls sideways nor breaks what axe looks at."""
    site.add_user("ada")
    german.view(320)
    console = Console(german, site.port)
    for name in ("", LOGIN, ID["PATCH /api/users/{id}/"]):
        console.open(name)
        assert overhang(german) == 0
        assert violations(german) == []
    console.open(LOGIN)
    assert console.send(username="ada", password="Corr3ct-horse")[0] == 200
    assert overhang(german) == 0
    german.shoot("console-german-narrow")


def test_the_reader_of_the_console_chooses_the_language(site, german):
    console = Console(german, site.port).open(LOGIN)
    german.reads("API-Konsole", "h1")
    console.one("footer button[lang=en]").click()
    german.reads("API console", "h1")
    wait_for("the same endpoint", lambda: console.text("path") == "/api/token/")
    console.one("footer button[lang=de]").click()
    german.reads("API-Konsole", "h1")
