"""Letters in each language: the same placeholders, whole, and readable."""

import glob
import html.parser
import os
import re
import shutil
import urllib.parse

import pytest

from support.mailroom import part
from support.site import ROOT

FOLDER = os.path.join(ROOT, "deploy", "mail")
LANGUAGES = ["", *sorted(
    os.path.basename(os.path.dirname(path))
    for path in glob.glob(FOLDER + "/*/units"))]
NAMES = sorted(os.path.basename(path)[:-4]
               for path in glob.glob(FOLDER + "/*.txt"))
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
WORDS = {
    # language: greeting, an hour, words of the first letter's subject
    "": ("Hello ann,", "1 hour", {
        "activation": "Activate your account at Bücher & Söhne"}),
    "de": ("Guten Tag ann,", "1 Stunde", {
        "activation": "Ihr Konto bei Bücher & Söhne freischalten",
        "reset": "Neues Passwort für Bücher & Söhne",
        "email_changed": "Ihre Adresse bei Bücher & Söhne wurde geändert"}),
}
LINKS = {"activation": "activate.html", "reset": "reset.html",
         "username": "username.html",
         "email_change": "email.html", "email_changed": "undo.html",
         "invitation": "register.html"}


def read(language, name):
    with open(os.path.join(FOLDER, language, name), encoding="utf-8") as file:
        return file.read()


def test_there_is_a_translation():
    assert "de" in LANGUAGES
    assert set(LINKS) < set(NAMES)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_all_letters_are_there(language):
    files = sorted(os.listdir(os.path.join(FOLDER, language)))
    assert files == sorted([f"{name}.{kind}" for name in NAMES
                            for kind in ("txt", "html")] + ["units"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_same_placeholders_in_all_languages(language, name):
    for kind in ("txt", "html"):
        assert set(PLACEHOLDER.findall(read(language, f"{name}.{kind}"))) \
            == set(PLACEHOLDER.findall(read("", f"{name}.{kind}"))), kind


class Page(html.parser.HTMLParser):
    """What a reader sees, the language, and that each tag is closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.links, self.language = [], "", [], None
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "html":
            self.language = attributes["lang"]
        if tag == "a":
            self.links.append(attributes["href"])
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "title" not in self.open:
            self.seen += data


def order(office, name):
    """Orders the letter; returns the address that it goes to."""
    user = office.user("ann", verified=name != "activation")
    purpose, to = {"exists": "email_change"}.get(name, name), user
    office.sql("insert into postern.invitations (email, email_canonical, "
               "expires) values ('new@example.net', 'new@example.net', "
               "now() + interval '1 d')")
    sid = office.value(
        "insert into postern.sessions (id, user_id, epoch, current_jti, "
        "rotated_at, lifetime, idle_expires, expires, address, agent, "
        "created_at) values (gen_random_uuid(), %s, 0, gen_random_uuid(), "
        "now(), '1 h', now(), now(), '192.0.2.0/24', "
        "'<b>http://evil.example', '2026-01-31 23:59Z') returning id", user)
    if name == "exists":
        to = office.user("bob")
    if name in ("reset", "username"):
        office.sql("insert into postern.outbox (purpose, email_canonical) "
                   "values (%s, 'ann@example.net')", name)
        return "ann@example.net"
    if name == "invitation":
        office.sql("insert into postern.outbox (purpose, email_canonical, "
                   "target, invitation_id) select 'invitation', "
                   "email_canonical, email, id from postern.invitations")
        return "new@example.net"
    target = {"email_change": "new@example.net",
              "exists": "ann@example.net",
              "email_changed": "old@example.net"}.get(name)
    office.sql("insert into postern.outbox (purpose, user_id, epoch, target, "
               "session) values (%s, %s, 0, %s, %s)", purpose, to, target,
               sid if name == "new_login" else None)
    return target or "ann@example.net"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_letter_is_whole(new_office, language, name):
    office = new_office(site_name="Bücher & Söhne", reset_lifetime="1h",
                        mail_language=language or None)
    to = order(office, name)
    assert office.once().stdout.startswith("1 sent, ")
    letter, = office.letters()
    greeting, hour, subjects = WORDS[language]
    assert letter["To"] == to
    assert "Bücher & Söhne" in letter["Subject"]
    assert letter["Subject"] == subjects.get(name, letter["Subject"])
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] is None
    assert letter["Message-ID"] == "<%s@site.example>" % office.value(
        "select message_id from postern.outbox")
    for kind in letter.iter_parts():
        assert kind.get_content_charset() == "utf-8"
    assert letter.as_bytes().isascii()
    text = part(letter, "plain")
    page = Page(part(letter, "html"))
    assert page.language == (language or "en")
    for seen in (text, page.seen):
        assert "{" not in seen and "}" not in seen
        if name != "invitation":
            assert greeting in seen
        if name == "reset":
            assert hour in seen
        if name == "new_login":
            for word in ("2026-01-31 23:59 UTC", "192.0.2.0/24",
                         "<b>http: evil.example"):
                assert word in seen
    links = {link for link in page.links if "#" in link}
    if name not in LINKS:
        assert links == set() and "#" not in text
        return
    link, = links
    assert text.count(link) == 1
    where, fragment = link.split("#")
    assert where == "https://site.example/app/" + LINKS[name]
    values = dict(urllib.parse.parse_qsl(fragment, strict_parsing=True))
    assert re.fullmatch(r"[\w-]{43}", values["token"])
    if name == "invitation":
        assert values["email"] == to
    else:
        assert values["uid"] == office.value(
            "select subject from postern.users where username = 'ann'")


def test_a_file_that_is_missing_is_named(new_office):
    office = new_office(mail_language="de")
    shutil.copytree(FOLDER, office.path("templates"))
    office.configure(mail_templates=office.path("templates"))
    assert "all letters can be written" in office.postern(
        "check", check=False).stdout
    for name, letter in (("reset.html", "reset"), ("units", "activation")):
        path = office.path(f"templates/de/{name}")
        os.rename(path, path + ".away")
        checked = office.postern("check", check=False)
        assert checked.returncode == 1
        assert f"{path}: cannot be read: No such file" in checked.stdout
        order(office, letter)
        office.once()
        ended, _, problem, _ = office.row(office.value(
            "select id from postern.outbox"))
        assert ended is None
        assert problem == f"{path}: cannot be read: No such file or directory"
        os.rename(path + ".away", path)
        office.sql("delete from postern.users; "
                   "delete from postern.outbox; "
                   "delete from postern.invitations")


def test_a_language_that_is_not_there(new_office):
    office = new_office(mail_language="xx")
    assert "/xx/" in office.postern("check", check=False).stdout
    office.configure(mail_language="../de")
    assert "mail_language: allowed: the name of a folder" in office.postern(
        "check", check=False).stdout
