"""
The description of the API is what the programs declare and what they answer.

Routes and fields are compared with the programs' own tables, sentences with
lib/outcome.c, and each way to answer of each operation with an exchange of a
running site (openapi_story.py). tests/interop/ holds OpenAPI's own schema
against it.
"""

import contextlib
import glob
import json
import os
import re

import jsonschema
import pytest

import openapi_story
from field_table import DJOSER
from openapi_document import (DOCUMENT, FILE, FORM, JSON, OPERATIONS,
                              body_schema, examples_in, faults, members_of,
                              parameters, properties_of, resolved, responses)
from support import fastcgi
from support.declared import declared
from support.site import ROOT, Program

SETTINGS = openapi_story.SETTINGS
KEYS = sorted(OPERATIONS)
# A file, which no program answers.
JWKS = ("GET", "/.well-known/jwks.json")
# Everywhere or nowhere: the skeleton's answers, by what a route has.
OF_ALL, OF_BODIES = {406, 503}, {400, 408, 413, 415}
EACH = pytest.mark.parametrize("key", KEYS, ids=" ".join)


@pytest.fixture(scope="module")
def exchanges(module_site):
    return openapi_story.tell(module_site)


def half_sent(program, key, token):
    """A request whose body does not come; returns the open connection."""
    more = {"CONTENT_TYPE": JSON, "CONTENT_LENGTH": "9",
            "HTTP_AUTHORIZATION": f"Bearer {token}"}
    peer = fastcgi.connect(program.socket)
    peer.sendall(fastcgi.begin() + fastcgi.stream(
        fastcgi.PARAMS, fastcgi.pairs(fastcgi.parameters(
            key[0], key[1].replace("{id}", "nobody"), **more))) +
        fastcgi.record(fastcgi.STDIN, b"{"))
    return peer


@pytest.fixture(scope="module")
def too_late(new_site):
    """{operation: what is said to a body that does not come}; all at once."""
    with new_site(time_limit="2s", totp_key="totp.key", worker=False,
                  processes=1) as site, contextlib.ExitStack() as stack:
        site.write("totp.key", "x" * 48 + "\n", 0o600)
        site.add_user("sam", openapi_story.PASSWORD)
        token = site.login("sam", openapi_story.PASSWORD)["access"]
        peers = {}
        for number, key in enumerate(KEYS):
            if OPERATIONS[key].get("requestBody"):
                program = stack.enter_context(Program(
                    site, routes_of("/api/")[key].program,
                    site.path(f"run/{number}")))
                peers[key] = stack.enter_context(
                    half_sent(program, key, token))
        yield {key: fastcgi.answer(fastcgi.receive(peer)[0])
               for key, peer in peers.items()}


def of(exchanges, key):
    return [exchange for exchange in exchanges if exchange.key == key]


# The programs' tables

def routes_of(prefix):
    """{(method, path): route}; POST /auth/users/ is register's alone."""
    return {key: max(routes, key=lambda route: len(route.fields))
            for key, routes in declared().items() if key[1].startswith(prefix)}


def test_every_route_is_described_and_none_else():
    assert set(OPERATIONS) - {JWKS} == set(routes_of("/api/"))


def test_every_other_name_is_there_once():
    """x-also names djoser's routes, which take the same fields."""
    api, also = routes_of("/api/"), routes_of("/auth/")
    named = [(tuple(name.split()), key) for key, operation in
             OPERATIONS.items() for name in operation.get("x-also", ())]
    assert sorted(name for name, _ in named) == sorted(also)
    for name, key in named:
        assert name[0] == key[0]
        if name != ("POST", "/auth/users/"):
            assert DJOSER[name[1]] == key[1]
        assert also[name] == api[key], (name, key)


def described_fields(key):
    """{name: (schema, required?)} of the query or the body."""
    if key[0] == "GET":
        return {name: (resolved(p["schema"]), p.get("required", False))
                for name, p in parameters(key, "query").items()}
    schema = resolved(body_schema(key) or {})
    return {name: (resolved(child), name in schema.get("required", ()))
            for name, child in schema.get("properties", {}).items()}


@EACH
def test_fields_are_those_of_the_program(key):
    route = routes_of("/api/").get(key)
    fields = {field.name: field for field in route.fields} if route else {}
    described = described_fields(key)
    assert set(described) == set(fields)
    for name, (schema, is_required) in described.items():
        marks, most = fields[name].marks, fields[name].max
        assert is_required == (not marks & set("?~")), name
        assert ("x-setting" in schema) == ("~" in marks), name
        assert (schema.get("format") == "password") == ("$" in marks), name
        if "!" in marks:
            assert schema["type"] == "boolean", name
        elif "*" in marks:
            assert schema["type"] == "array", name
            assert f"{most} characters together" in schema["description"]
        elif name == "page":
            # the one number: field_page takes 1 to 999999
            assert (schema["type"], schema["minimum"], schema["maximum"]) == (
                "integer", 1, 999999)
        else:
            assert schema["type"] == "string", name
            assert schema.get("maxLength", 0) == most, name
            # what must be there may not be blank
            assert ("minLength" in schema) == ("?" not in marks), name


@EACH
def test_what_is_needed_beside_the_fields(key):
    route = routes_of("/api/").get(key)
    operation = OPERATIONS[key]
    assert operation.get("security", []) == (
        [{"bearer": []}] if route and route.is_protected else [])
    assert set(parameters(key, "path")) == set(re.findall("{(.*?)}", key[1]))
    assert all(p["required"] for p in parameters(key, "path").values())
    body = operation.get("requestBody")
    assert bool(body) == bool(route and route.fields and key[0] != "GET")
    if body:
        body = resolved(body)
        assert set(body["content"]) == {JSON, FORM}
        assert body["content"][JSON] == body["content"][FORM]
        assert body.get("required", False) == any(
            not field.marks & set("?~") for field in route.fields)


@EACH
def test_what_every_program_can_answer(key):
    """The order of checks in lib/service.c."""
    if key == JWKS:
        return
    route, statuses = routes_of("/api/")[key], set(responses(key))
    assert OF_ALL <= statuses
    assert 405 not in statuses
    assert {400} & statuses == ({400} if route.fields else set())
    if key[0] == "GET" or not route.fields:
        assert not statuses & (OF_BODIES - {400})
    else:
        assert OF_BODIES <= statuses
    if route.is_protected:
        assert 401 in statuses


def test_names_and_tags_are_one_each():
    ids = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(ids)) == len(ids)
    assert {tag for operation in OPERATIONS.values()
            for tag in operation["tags"]} == {
                tag["name"] for tag in DOCUMENT["tags"]}


def everything_in(node):
    yield node
    for child in (node.values() if isinstance(node, dict) else
                  node if isinstance(node, list) else ()):
        yield from everything_in(child)


def test_settings_that_are_named_are_there(module_site):
    there = {row["name"] for row in json.loads(
        module_site.postern("settings", "--json").stdout)}
    named = {node["x-setting"] for node in everything_in(DOCUMENT)
             if isinstance(node, dict) and "x-setting" in node}
    assert named and named <= there


def test_references_lead_somewhere_and_all_is_used():
    named = {node["$ref"] for node in everything_in(DOCUMENT)
             if isinstance(node, dict) and isinstance(node.get("$ref"), str)}
    for reference in named:
        resolved({"$ref": reference})
    there = {f"#/components/{kind}/{name}"
             for kind, children in DOCUMENT["components"].items()
             for name in children if kind != "securitySchemes"}
    assert named == there


def test_schemas_are_schemas():
    """As JSON Schema 2020-12 has them, which is what OpenAPI 3.1 takes."""
    schemas = [node["schema"] for node in everything_in(DOCUMENT)
               if isinstance(node, dict) and "schema" in node]
    for schema in schemas + list(DOCUMENT["components"]["schemas"].values()):
        jsonschema.Draft202012Validator.check_schema(schema)


# Examples and sentences

EXAMPLES = list(examples_in(DOCUMENT))


@pytest.mark.parametrize("where,schema,value", EXAMPLES,
                         ids=[row[0] for row in EXAMPLES])
def test_examples_are_what_they_are_of(where, schema, value):
    assert not faults(schema, value, is_closed="/responses/" in where)


def test_every_answer_has_an_example():
    for key in KEYS:
        for status, response in responses(key).items():
            for kind, media in response.get("content", {}).items():
                assert kind == "text/html" or {"example", "examples"} & set(
                    media), (key, status)


TEXT = r'"((?:[^"\\\n]|\\.)*)"'
ROW = re.compile(r'\[(\w+)\] = \{ "\w+", (\d+),\s*SHAPE_(\w+),\s*'
                 rf'(?:{TEXT}|0),\s*(?:(TOKEN_CODE)|{TEXT}|0) \}}')


def source(name):
    with open(os.path.join(ROOT, "lib", name), encoding="utf-8") as file:
        return file.read()


def table():
    """Rows of lib/outcome.c: (name, status, shape, text, code)."""
    text = source("outcome.c")
    rows = []
    for name, status, shape, said, token, code in ROW.findall(text):
        rows.append((name, int(status), shape, said.replace('\\"', '"'),
                     "token_not_valid" if token else code))
    assert len(rows) == len(re.findall(r"^\t\[\w+\] = ", text, re.MULTILINE))
    return rows


def says(text, sentence):
    """Whether a format of C says a sentence."""
    pattern = re.escape(text)
    for directive in ("%s", "%zu", "%X", "%lld"):
        pattern = pattern.replace(re.escape(directive), ".+")
    return re.fullmatch(pattern, sentence) is not None


def texts():
    """All literals of lib/, those beside each other joined."""
    found = set()
    for path in glob.glob(os.path.join(ROOT, "lib", "*.[ch]")):
        for run in re.finditer(rf"(?:{TEXT}\s*)+",
                               source(os.path.basename(path))):
            found.add("".join(re.findall(TEXT, run.group())).replace(
                '\\"', '"'))
    # what is more than a format of names and numbers
    return {text for text in found if re.search(r"[a-z]{2,} [a-z]{2,}", text)}


def error_examples():
    """(status, value) of each example of an error."""
    for key in KEYS:
        for status, response in responses(key).items():
            if status < 400:
                continue
            for _, _, value in examples_in(response):
                yield status, value


def rows_that_say(status, value):
    """The outcomes that answer so, by their names."""
    found = set()
    for name, code, shape, text, named in table():
        if code != status:
            continue
        if shape == "FIELD":
            is_it = list(value) == [named] and says(text, value[named][0])
        elif "messages" in value:
            is_it = shape == "TOKEN" and all(
                says(text, m["message"]) for m in value["messages"])
        else:
            is_it = "detail" in value and says(text, value["detail"]) and (
                value.get("code", "") == (named or ""))
        if is_it and (name != "BODY_MALFORMED" or value["detail"].startswith(
                "JSON parse error - ")):
            found.add(name)
    return found


def test_examples_of_errors_are_what_can_be_said():
    literals = texts()
    for status, value in error_examples():
        if rows_that_say(status, value):
            continue
        # else it is about fields, in the words of those who check them
        assert status == 400 and "detail" not in value, value
        for sentence in (s for told in value.values() for s in told):
            assert any(says(text, sentence) for text in literals), sentence


def test_every_outcome_has_an_example():
    """All that lib/outcome.c can say; 405 is no operation's."""
    said = set()
    for status, value in error_examples():
        said |= rows_that_say(status, value)
    assert {row[0] for row in table() if row[1] >= 400} - said == {
        "METHOD_NOT_ALLOWED", "FIELDS_INVALID"}


# Exchanges

TOLD = ("retry-after", "www-authenticate", "set-cookie", "x-total-count",
        "link")


def wrong_headers(response, answer):
    described = {name.lower(): resolved(header) for name, header in
                 response.get("headers", {}).items()}
    for name in TOLD:
        if name in answer.headers and name not in described:
            yield f"{name} is not described"
    for name, header in described.items():
        value = answer.headers.get(name)
        if value is None:
            if header.get("required"):
                yield f"{name} is missing"
            continue
        if header["schema"]["type"] == "integer":
            value = int(value)
        yield from faults(header["schema"], value)


def wrong_request(exchange):
    """What was taken is what is described."""
    if exchange.answer.status >= 300 or not exchange.value:
        return
    named = set(described_fields(exchange.key))
    value = {name: value for name, value in exchange.value.items()
             if name in named and value != ""}
    yield from faults(body_schema(exchange.key), value)


def wrong_fields(exchange):
    """400 speaks of fields that the operation has."""
    if exchange.answer.status == 400:
        names = set(exchange.answer.json()) - {"detail", "non_field_errors"}
        if not names <= set(described_fields(exchange.key)):
            yield f"there is no field {names}"


def wrong_with(exchange):
    answer, described = exchange.answer, responses(exchange.key)
    if answer.status not in described:
        return ["its status is not described"]
    response = described[answer.status]
    found = list(wrong_headers(response, answer))
    content = response.get("content", {})
    kind = answer.headers.get("content-type")
    if kind and kind.startswith("text/html;"):
        kind = "text/html"
    if kind not in (content or {None}):
        return found + [f"it is {kind}"]
    if kind is None:
        return found + ["there is a body"] * bool(answer.body)
    if kind != "text/html":
        found += faults(content[kind]["schema"], answer.json(), True)
        found += wrong_fields(exchange)
    return found + list(wrong_request(exchange))


@EACH
def test_exchanges_are_as_described(exchanges, key):
    assert of(exchanges, key)
    found = [f"{exchange.method} {exchange.target} {exchange.value}: "
             f"{exchange.answer}: {fault}" for exchange in of(exchanges, key)
             for fault in wrong_with(exchange)]
    assert not found, "\n".join(found)


@EACH
def test_every_answer_that_is_described_is_given(exchanges, key):
    """408 is for behind other web servers, see below."""
    given = {exchange.answer.status for exchange in of(exchanges, key)}
    assert set(responses(key)) - {408} == given
    for name in OPERATIONS[key].get("x-also", ()):
        assert any(f"{e.method} {e.target}".startswith(
            name.replace("{id}/", "")) for e in of(exchanges, key)), name


@EACH
def test_every_member_that_is_described_is_there(exchanges, key):
    for status, response in responses(key).items():
        for kind, media in response.get("content", {}).items():
            if status >= 300 or kind == "text/html":
                continue
            seen = set()
            for exchange in of(exchanges, key):
                if exchange.answer.status == status:
                    seen |= members_of(exchange.answer.json())
            assert properties_of(media["schema"]) <= seen


def test_a_body_that_does_not_come(too_late):
    """lighttpd waits for a body by itself; other web servers may not."""
    assert set(too_late) == {key for key in KEYS if 408 in responses(key)}
    for key, answer in too_late.items():
        assert answer.status == 408, (key, answer)
        schema = responses(key)[408]["content"][JSON]["schema"]
        assert not faults(schema, answer.json(), True)


def test_it_is_served(module_site):
    answer = module_site.get("/openapi.json")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    with open(FILE, "rb") as file:
        assert answer.body == file.read()
