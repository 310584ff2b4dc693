"""The API console, in a real browser, against a running site."""

import base64
import glob
import json
import os
import re
import subprocess
from datetime import datetime, timezone

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from console import Console
from console_document import operations
from steps import moved, overhang, violations, violations_by_scheme
from support.site import ROOT, wait_for

FILES = sorted(glob.glob(os.path.join(ROOT, "deploy/www/api*")))
GERMAN = os.path.join(ROOT, "deploy/www/de_api.js")
OPERATIONS = operations()
ID = {name: one.id for name, one in OPERATIONS.items()}
LOGIN = ID["POST /api/token/"]
# A shell, a form and JSON each have something to say about these.
NASTY = """O'Hara "$HOME" `id` \\ $(id) ü€ñ 100% +&=;#@!*[a-c]{1,2}"""


@pytest.fixture
def console(site, browser):
    """The console, just opened, in a wide and light window."""
    return Console(browser, site.port).open()


def logged_in(console, site, name="ada", *options):
    site.add_user(name, "Corr3ct-horse", None, *options)
    console.go(LOGIN)
    status, text = console.send(username=name, password="Corr3ct-horse")
    assert status == 200, text
    return json.loads(text)


def claims_of(token):
    middle = token.split(".")[1]
    middle += "=" * (-len(middle) % 4)
    return json.loads(base64.urlsafe_b64decode(middle))


# Serving


def test_the_page_is_served_as_the_other_pages_are(site):
    page, front = site.get("/api/"), site.get("/")
    assert page.status == 200
    assert page.body == open(os.path.join(ROOT, "deploy/www/api.html"),
                             "rb").read()
    own = {"date", "etag", "last-modified", "content-length"}
    assert ({k: v for k, v in page.headers.items() if k not in own} ==
            {k: v for k, v in front.headers.items() if k not in own})
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert site.get("/api/?next=1").body == page.body
    head = site.request("HEAD", "/api/")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(page.body))


@pytest.mark.parametrize("method,path", [
    ("GET", "/api"), ("GET", "/api/api.html"), ("GET", "/api/index.html"),
    ("GET", "/api/x"), ("GET", "/api/api.js"), ("HEAD", "/api/openapi.json"),
    ("GET", "/auth/"), ("POST", "/api/"),
    ("PUT", "/api/"), ("DELETE", "/api/"), ("OPTIONS", "/api/")])
def test_all_else_stays_as_it_was(site, method, path):
    answer = site.request(method, path, None if method in ("GET", "HEAD")
                          else b"")
    assert answer.status == 404
    assert answer.headers["content-type"] == "application/json"
    assert "content-security-policy" not in answer.headers
    if method != "HEAD":
        assert answer.json() == {"detail": "Not found."}


def test_it_is_small_and_names_no_endpoint():
    assert sum(os.path.getsize(path) for path in FILES) < 30 * 1024
    for path in [*FILES, GERMAN]:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        assert "/api/" not in text and "/auth/" not in text, path
        for pattern in (r"https?:", "innerHTML", r"\bstyle=", r"\bon\w+=",
                        "localStorage", "sessionStorage", r"\.cookie"):
            assert not re.search(pattern, text), (path, pattern)


# What it shows


def test_every_operation_is_listed_and_its_form_has_each_field(console):
    assert len(OPERATIONS) > 30
    links = console.all("nav li a")
    assert all(link.is_displayed() for link in links)
    listed = [link.get_attribute("href").split("#")[1] for link in links]
    assert sorted(listed) == sorted(ID.values())
    for operation in OPERATIONS.values():
        console.visit(operation.id)
        shown = console.browser.script(SHOWN)
        assert shown["url"].endswith(f"/api/#{operation.id}")
        assert shown["summary"] == operation.given["summary"]
        assert shown["method"] == operation.method
        assert shown["path"] == operation.path
        assert shown["names"] == ", ".join(operation.given.get("x-also", []))
        assert shown["isProtected"] == operation.is_protected
        names = [name for name, *_ in shown["fields"]]
        assert sorted(names) == sorted(operation.fields), operation.id
        for name, *looks in shown["fields"]:
            check_field(name, looks, *operation.fields[name])


# What is to be seen of an endpoint; of each field its name, type, facts, labels.
SHOWN = """
    const seen = (selector) => [...document.querySelectorAll(
        `article:not([hidden]) ${selector}`)]
        .filter((one) => one.checkVisibility());
    const texts = (selector) => seen(selector).map((one) => one.innerText);
    const part = (name) => texts(`[data-part=${name}]`).join();
    return {
        url: location.href, summary: part("summary"), path: part("path"),
        method: part("method"), names: part("names"),
        isProtected: part("protected") !== "",
        fields: seen("form [name]").map((field) => [field.name, field.type,
            texts(`[id='${field.id}-hint'] .fact`),
            texts(`label[for='${field.id}']`)]) };"""


def check_field(name, looks, place, schema, is_required):
    is_of, facts, labels = looks
    kind = schema.get("type", "string")
    assert facts[0] == {"string": "text", "boolean": "yes or no",
                        "integer": "whole number",
                        "array": "list, one a line"}[kind]
    assert ("required" in facts) == is_required
    assert ("in the path" in facts) == (place == "path")
    assert ("in the query" in facts) == (place == "query")
    if "maxLength" in schema:
        assert f"at most {schema['maxLength']} characters" in facts
    expected = {"boolean": "checkbox", "array": "textarea"}.get(
        kind, "password" if schema.get("format") == "password" else "text")
    assert is_of == expected
    assert labels == [name]


def test_every_possible_answer_is_listed(console):
    for operation in OPERATIONS.values():
        console.visit(operation.id)
        statuses = console.browser.script("""
            return [...document.querySelectorAll(
                'article:not([hidden]) [data-part="possible"] strong')]
                .filter((one) => one.checkVisibility())
                .map((one) => one.innerText);""")
        assert statuses == list(operation.given["responses"])


def test_an_address_opens_its_endpoint(console):
    console.open(ID["GET /api/hello/"])
    assert console.text("path") == "/api/hello/"
    assert console.driver.title == console.text("summary")
    current, = console.all("nav [aria-current=page]")
    assert console.browser.script(
        "const box = arguments[0].getBoundingClientRect(); "
        "return box.top > -1 && box.bottom < innerHeight + 1", current)
    assert "/api/hello/" in current.text
    console.go(LOGIN)
    console.driver.back()
    wait_for("the way back", lambda: console.text("path") == "/api/hello/")
    console.open("unknown")
    assert console.one("#overview").is_displayed()


DOCUMENT = {
    "openapi": "3.1.0", "info": {"title": "Other", "version": "1"},
    "servers": [{"url": "/v2/"}], "security": [{"key": []}],
    "paths": {"/things/{name}": {
        "parameters": [{"$ref": "#/components/parameters/name"}],
        "post": {"operationId": "make", "tags": ["new"], "requestBody": {
            "content": {"application/json": {"schema": {"allOf": [
                {"$ref": "#/components/schemas/a~1b"},
                {"properties": {"kind": {"enum": ["x", "y"]}},
                 "required": ["kind"]}]}}}}},
        "get": {"operationId": "see", "security": []}}},
    "components": {
        "parameters": {"name": {"name": "name", "in": "path",
                                "required": True,
                                "schema": {"type": "string"}}},
        "schemas": {
            "a/b": {"type": "object", "required": ["count"], "properties": {
                "count": {"type": ["integer", "null"]},
                "loop": {"$ref": "#/components/schemas/loop"},
                "either": {"anyOf": [{"type": "number"},
                                     {"type": "null"}]}}},
            "loop": {"$ref": "#/components/schemas/loop"}}}}


def test_other_documents_are_read_too(console):
    said = console.driver.execute_async_script("""
        const [given, done] = arguments;
        import("/api_schema.js").then(({ read }) => {
            const { base, groups } = read(JSON.parse(given));
            done({ base, groups: [...groups] });
        });""", json.dumps(DOCUMENT))
    assert said["base"] == "/v2"
    groups = dict(said["groups"])
    make, = groups["new"]
    see, = groups[""]
    assert (make["isProtected"], see["isProtected"]) == (True, False)
    assert [(f["name"], f["place"], f["type"], f["isRequired"])
            for f in make["fields"]] == [
        ("name", "path", "string", True), ("count", "body", "integer", True),
        ("loop", "body", "string", False), ("either", "body", "number", False),
        ("kind", "body", "string", True)]
    assert make["fields"][4]["choices"] == ["x", "y"]
    assert [f["name"] for f in see["fields"]] == ["name"]
    assert not see["hasBody"]


# What it does


@pytest.mark.parametrize("encoding", ["JSON", "Form fields"])
def test_from_signing_up_to_hello(console, site, encoding):
    def choose():
        console.part("encoding").find_element(By.TAG_NAME, "select").send_keys(
            encoding)

    console.go(ID["POST /api/register/"])
    choose()
    status, text = console.send(username="ada", email="ada@example.com",
                                password="lovelace-1843")
    assert status == 201, text
    assert json.loads(text)["username"] == "ada"

    uid, token = site.ticket("ada@example.com")
    console.go(ID["POST /api/activate/"])
    choose()
    assert console.send(uid=uid, token=token) == (204, "")

    console.go(ID["GET /api/hello/"])
    assert console.send()[0] == 401

    console.go(LOGIN)
    choose()
    status, text = console.send(username="ada", password="lovelace-1843")
    assert status == 200, text
    tokens = json.loads(text)
    assert console.token() == tokens["access"]
    assert set(console.all('[data-part="text"]')[0].text.split()) > {"{", "}"}
    assert re.fullmatch(r"200 OK in \d+ ms", console.text("status"))
    assert "content-type: application/json" in console.text("headers")

    console.go(ID["GET /api/hello/"])
    console.browser.requests()
    assert json.loads(console.send()[1]) == {"message": "Hello, World!"}
    assert console.browser.requests() == [f"{console.origin}/api/hello/"]

    # The refresh token is where it is asked for; logging out takes it.
    console.go(ID["POST /api/token/blacklist/"])
    assert console.send() == (200, "{}")
    assert site.post("/api/token/refresh/",
                     refresh=tokens["refresh"]).status == 401

    console.one("#forget").click()
    console.go(ID["GET /api/hello/"])
    assert console.send()[0] == 401


def test_tokens_of_an_answer_are_decoded_beside_it(console, site):
    console.browser.requests()
    tokens = logged_in(console, site)
    assert console.browser.requests() == [f"{console.origin}/api/token/"]
    shown = console.all('article:not([hidden]) [data-part="tokens"] > div')
    assert len(shown) == 2
    for element, name in zip(shown, ("refresh", "access")):
        claims = claims_of(tokens[name])
        assert element.find_element(By.CSS_SELECTOR, "h4 code").text == name
        said = {}
        for child in element.find_elements(By.CSS_SELECTOR, "dl > *"):
            if child.tag_name == "dt":
                said[child.text] = lines = []
            else:
                lines.append(child.text)
        assert {k: json.loads(v[0]) for k, v in said.items()} == claims
        times = [datetime.fromisoformat(
            one.get_attribute("datetime").replace("Z", "+00:00"))
            for one in element.find_elements(By.TAG_NAME, "time")]
        assert times == [datetime.fromtimestamp(claims[k], timezone.utc)
                         for k in claims if k in ("exp", "iat")]
        assert said["exp"][1] == "When it expires:"
        assert said["exp"][3] == {"refresh": "in 24 hours",
                                  "access": "in 5 minutes"}[name]
        assert len(said["jti"]) == 1
        # Beside the body, not below it.
        assert element.rect["x"] > console.part("body").rect["x"] + 100
    state = console.one("#token-state").text
    assert state == f"It expires on {said['exp'][2]}."


def test_claims_that_are_not_ascii(console):
    token = ".".join(base64.urlsafe_b64encode(json.dumps(
        part, ensure_ascii=False).encode()).decode().rstrip("=")
        for part in ({"alg": "none"}, {"name": "ü€😀", "exp": 1e9}))
    found = console.driver.execute_async_script("""
        const [text, done] = arguments;
        import("/api_token.js").then(({ find }) => done(
            find([{ deep: `${text}.x` }, null, "a.b.c", 5, "x..y"])));""",
        token)
    assert [(one["name"], one["claims"]["name"]) for one in found] == [
        ("deep", "ü€😀")]


def test_what_is_wrong_with_a_field_stands_beside_it(console, site):
    console.go(ID["POST /api/register/"])
    status, text = console.send(username="!!", email="nowhere",
                                password="lovelace-1843")
    assert status == 400
    errors = json.loads(text)
    assert set(errors) == {"username", "email"}
    for name, sentences in errors.items():
        field = console.input(name)
        assert field.get_attribute("aria-invalid") == "true"
        fault = console.one(f"[id='{field.get_attribute('id')}-fault']")
        assert fault.text == " ".join(sentences)
        assert fault.get_attribute("id") in field.get_attribute(
            "aria-describedby").split()
        assert 0 <= fault.rect["y"] - field.rect["y"] < 80
    first = min(errors, key=lambda name: console.input(name).rect["y"])
    assert console.driver.switch_to.active_element == console.input(first)
    assert not console.input("password").get_attribute("aria-invalid")

    assert console.send(username="ada", email="ada@example.com")[0] == 201
    assert not console.all(".fault") and not console.all("[aria-invalid]")


def test_what_may_be_left_out_is_sent_when_it_is_chosen(console, site):
    logged_in(console, site)
    console.go(ID["PATCH /api/me/"])
    assert console.send(first_name="Ada")[0] == 200
    assert "last_name" not in console.text("curl")
    console.fill(first_name="")
    status, text = console.send()
    assert json.loads(text)["first_name"] == ""
    site.sql("update postern.users set first_name = 'Kept'")
    box = console.one("input[aria-labelledby~='%s-label']"
                      % console.input("first_name").get_attribute("id"))
    box.click()
    status, text = console.send()
    assert json.loads(text)["first_name"] == "Kept"


@pytest.mark.parametrize("encoding", ["JSON", "Form fields"])
def test_switches_lists_and_values_in_path_and_query(console, site, encoding):
    logged_in(console, site, "ada")
    site.add_user("bob")
    site.postern("group", "add", "editors", "ada")
    site.sql("update postern.users set is_staff = true where username = 'ada'")
    console.go(ID["GET /api/users/"])
    status, text = console.send(search="bob")
    found, = json.loads(text)
    console.go(ID["PATCH /api/users/{id}/"])
    console.part("encoding").find_element(By.TAG_NAME, "select").send_keys(
        encoding)
    status, text = console.send(id=found["id"], is_banned=True,
                                groups="editors\nwriters\n\n")
    assert status == 200, text
    said = json.loads(text)
    assert (said["is_banned"], said["groups"]) == (
        True, ["editors", "writers"])
    assert said["is_staff"] is False
    status, text = console.send(id="../../hello/")
    assert status == 404


def shell(command):
    done = subprocess.run(
        ["sh", "-c", re.sub("^curl ", "curl -s --noproxy '*' ", command)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
    assert done.returncode == 0, done
    return done.stdout.decode()


@pytest.mark.parametrize("encoding", ["JSON", "Form fields"])
def test_the_command_does_the_same(console, site, encoding):
    logged_in(console, site)
    console.go(ID["PATCH /api/me/"])
    console.part("encoding").find_element(By.TAG_NAME, "select").send_keys(
        encoding)
    status, text = console.send(first_name=NASTY, last_name="''")
    assert status == 200, text
    assert json.loads(text)["first_name"] == NASTY
    assert console.token() not in console.text("curl")
    console.part("secrets").click()
    site.sql("update postern.users set first_name = '', last_name = ''")
    assert json.loads(shell(console.text("curl"))) == json.loads(text)

    console.go(ID["GET /api/users/"])
    status, text = console.send(search=NASTY[:3])
    console.part("secrets").click()
    assert len(json.loads(text)) == 1
    assert json.loads(shell(console.text("curl"))) == json.loads(text)


@pytest.mark.parametrize("encoding", ["json", "form"])
def test_a_password_with_a_newline_in_the_command(console, site, encoding):
    password = NASTY + "\n\t'\\''\n😀\\n end\n"
    command = console.driver.execute_async_script("""
        const [path, isForm, values, done] = arguments;
        import("/api_request.js").then(({ compose, toCurl }) => done(toCurl(
            compose({ method: "POST", path, hasBody: true }, "", values,
                isForm, ""))));""",
        "/api/register/", encoding == "form",
        [{"name": name, "place": "body", "value": value} for name, value in (
            ("username", "ada"), ("email", "ada@example.com"),
            ("password", password))])
    assert json.loads(shell(command))["username"] == "ada"
    site.postern("user", "verify", "ada")
    assert site.login("ada", password)["access"]


def test_secrets_are_hidden_until_they_are_asked_for(console, site):
    console.go(LOGIN)
    console.fill(username="ada", password="it's a secret")
    assert "secret" not in console.text("curl")
    assert '"password":"••••••"' in console.text("curl")
    console.part("secrets").click()
    assert "\"password\":\"it'\\''s a secret\"" in console.text("curl")
    console.part("secrets").click()
    assert "a secret" not in console.text("curl")
    console.browser.command(
        "Browser.grantPermissions", origin=console.origin,
        permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    console.part("copy").click()
    wait_for("copied", lambda: console.text("copied"))
    assert console.text("copied") == "The command is copied."
    assert "it'\\''s a secret" in console.driver.execute_async_script(
        "navigator.clipboard.readText().then(arguments[0])")


def test_a_site_that_is_away_is_said_in_words(browser, new_site):
    with new_site(worker=False) as site, moved(browser, site):
        console = Console(browser, site.port).open(ID["GET /api/health/"])
        assert console.send()[0] == 200
        site.web.terminate()
        site.web.wait(20)
        status = console.send()[0]
        assert status == 0
        assert console.text("status") == (
            "The site does not answer. Is the network there?")
        assert not console.all('[data-part="answer"]')[0].is_displayed()


def test_a_description_that_does_not_come_is_said_in_words(console):
    console.browser.command("Network.enable")
    console.browser.command("Network.setBlockedURLs",
                            urls=["*/openapi.json"])
    try:
        console.driver.refresh()
        wait_for("the sentence", lambda: console.one("#problem").text)
        assert "cannot be loaded" in console.one("#problem").text
    finally:
        console.browser.command("Network.setBlockedURLs", urls=[])


def test_without_scripts_there_is_a_sentence(console):
    driver = console.driver
    console.browser.command("Emulation.setScriptExecutionDisabled",
                            value=True)
    try:
        driver.refresh()
        assert "needs JavaScript" in driver.find_element(
            By.TAG_NAME, "header").text
    finally:
        console.browser.command("Emulation.setScriptExecutionDisabled",
                                value=False)


# What it leaves alone


def test_nothing_leaves_and_nothing_stays(console, site):
    tokens = logged_in(console, site)
    for name in ("GET /api/hello/", "GET /api/me/", "GET /api/me/sessions/",
                 "POST /api/token/refresh/"):
        console.go(ID[name])
        assert console.send()[0] == 200
    driver = console.driver
    log = console.browser.log()
    assert log == [], log
    addresses = console.browser.requests()
    assert len(addresses) > 10
    assert [one for one in addresses
            if not one.startswith(f"{console.origin}/")] == []
    kept = driver.execute_async_script("""
        const done = arguments[0];
        indexedDB.databases().then((databases) => done([
            localStorage.length, sessionStorage.length, document.cookie,
            databases.length, JSON.stringify(history.state)]));""")
    assert kept == [0, 0, "", 0, "null"]
    assert tokens["access"] not in driver.current_url
    driver.refresh()
    wait_for("the list", lambda: console.all("nav li"))
    assert console.token() == ""


def test_what_breaks_the_policy_would_be_seen(console):
    console.browser.script(
        "document.body.append(Object.assign(document.createElement('img'), "
        "{ src: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=' }))")
    wait_for("the log", lambda: any(
        "Content Security Policy" in message
        for message in console.browser.log()))
    assert [url for url in console.browser.requests()
            if url.startswith("data:")]


# For everybody


def test_a_narrow_screen_does_not_scroll_sideways(console, site):
    console.browser.view(320)
    console.open()
    logged_in(console, site)
    assert overhang(console.browser) == 0
    for one in console.all('article:not([hidden]) [data-part="possible"] '
                           'summary'):
        one.click()
    assert overhang(console.browser) == 0
    for operation in OPERATIONS.values():
        console.visit(operation.id)
        assert not console.all("#menu[open]")
        assert overhang(console.browser) == 0, operation.id
    console.one("#menu summary").click()
    assert overhang(console.browser) == 0


FOCUSABLE = """
    return [...document.querySelectorAll(
        "a[href], button, input, select, textarea, summary")]
        .filter((one) => one.checkVisibility());"""


@pytest.mark.parametrize("width", [1280, 320])
def test_the_keyboard_reaches_everything(console, site, width):
    driver = console.driver
    console.browser.view(width)
    console.open(ID["PATCH /api/users/{id}/"])
    wanted = console.browser.script(FOCUSABLE)
    console.browser.script("document.activeElement.blur(); "
                          "getSelection().removeAllRanges()")
    reached = []
    for _ in range(len(wanted)):
        driver.switch_to.active_element.send_keys(Keys.TAB)
        reached.append(driver.switch_to.active_element)
        style = console.browser.script(
            "const style = getComputedStyle(document.activeElement); "
            "return [style.outlineStyle, style.outlineWidth]")
        assert style == ["solid", "3px"], reached[-1].get_attribute(
            "outerHTML")[:200]
    assert reached == wanted


def test_the_keyboard_alone_logs_in(console, site):
    driver = console.driver
    site.add_user("ada")
    console.browser.script("document.getElementById('skip').focus()")
    assert console.one("#skip").rect["y"] >= 0
    console.one(f'nav a[href="#{LOGIN}"]').send_keys(Keys.ENTER)
    wait_for("the heading", lambda: driver.switch_to.active_element.text ==
             console.text("summary"))
    while driver.switch_to.active_element != console.input("username"):
        driver.switch_to.active_element.send_keys(Keys.TAB)
    driver.switch_to.active_element.send_keys("ada")
    while driver.switch_to.active_element != console.input("password"):
        driver.switch_to.active_element.send_keys(Keys.TAB)
    driver.switch_to.active_element.send_keys("Corr3ct-horse", Keys.ENTER)
    wait_for("an answer", lambda: console.text("status").startswith("200"))
    status = console.part("status")
    assert status.get_attribute("role") == "status"
    wait_for("the answer in view", lambda: console.browser.script(
        "const box = arguments[0].getBoundingClientRect(); "
        "return box.top >= 0 && box.bottom <= innerHeight", status))
    skip, = console.all("#skip")
    console.browser.script("arguments[0].focus()", skip)
    skip.send_keys(Keys.ENTER)
    assert driver.switch_to.active_element.text == console.text("summary")
    assert driver.current_url.endswith(f"#{LOGIN}")


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing(console, site, width):
    console.browser.view(width)
    console.open()
    assert violations_by_scheme(console.browser) == []
    logged_in(console, site)
    assert violations_by_scheme(console.browser) == []
    console.go(ID["POST /api/register/"])
    assert console.send()[0] == 400
    assert violations_by_scheme(console.browser) == []
    for name in ("PATCH /api/users/{id}/", "GET /api/users/"):
        console.go(ID[name])
        for one in console.all("article:not([hidden]) section summary"):
            one.click()
        assert violations_by_scheme(console.browser) == [], name


def test_axe_would_find_something(console):
    console.go(LOGIN)
    console.browser.script(
        "document.querySelector('article:not([hidden]) .name label').remove()")
    assert "label" in [name for name, _ in violations(console.browser)]
