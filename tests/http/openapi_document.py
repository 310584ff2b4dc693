"""The description of the API, deploy/www/openapi.json, as tests read it."""

import copy
import json
import os
import re

import jsonschema

from support.site import ROOT

FILE = os.path.join(ROOT, "deploy/www/openapi.json")
with open(FILE, encoding="utf-8") as file:
    DOCUMENT = json.load(file)
METHODS = ("get", "put", "post", "delete", "patch")
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def pointed_at(reference):
    node = DOCUMENT
    assert reference.startswith("#/"), reference
    for step in reference[2:].split("/"):
        node = node[step]
    return node


def resolved(node):
    """The node without $ref at its top; what stands beside it counts too."""
    while "$ref" in node:
        beside = {k: v for k, v in node.items() if k != "$ref"}
        node = {**pointed_at(node["$ref"]), **beside}
    return node


def operations():
    """{(METHOD, path): operation}"""
    return {(method.upper(), path): item[method]
            for path, item in DOCUMENT["paths"].items()
            for method in METHODS if method in item}


OPERATIONS = operations()
# The operation of each request that is described, djoser's names too.
NAMES = {**{key: key for key in OPERATIONS},
         **{tuple(name.split()): key for key, operation in OPERATIONS.items()
            for name in operation.get("x-also", ())}}


def responses(key):
    """{status: response} of an operation."""
    return {int(status): resolved(response) for status, response in
            OPERATIONS[key]["responses"].items()}


def body_schema(key):
    """The schema of the body that an operation takes, or None."""
    body = OPERATIONS[key].get("requestBody")
    return body and resolved(body)["content"][JSON]["schema"]


def parameters(key, where):
    return {p["name"]: p for p in map(
        resolved, OPERATIONS[key].get("parameters", ())) if p["in"] == where}


def _close(node):
    """An object has no other members than those that are described."""
    if isinstance(node, list):
        return [_close(child) for child in node]
    if not isinstance(node, dict):
        return node
    node = {name: _close(child) for name, child in node.items()}
    if node.get("type") == "object" and "properties" in node:
        node.setdefault("additionalProperties", False)
    return node


CLOSED = copy.deepcopy(DOCUMENT)
CLOSED["components"]["schemas"] = _close(DOCUMENT["components"]["schemas"])


def faults(schema, value, is_closed=False):
    """What is wrong with a value, as sentences."""
    resolver = jsonschema.RefResolver("", CLOSED if is_closed else DOCUMENT)
    validator = jsonschema.Draft202012Validator(
        _close(schema) if is_closed else schema, resolver=resolver,
        format_checker=jsonschema.FormatChecker())
    return [f"{error.json_path}: {error.message}"
            for error in validator.iter_errors(value)]


def examples_in(node, where=""):
    """(where, schema, value) of each example of the document."""
    if isinstance(node, list):
        for number, child in enumerate(node):
            yield from examples_in(child, f"{where}/{number}")
    elif isinstance(node, dict):
        schema = node.get("schema")
        if schema is not None and "example" in node:
            yield where, schema, node["example"]
        if schema is not None:
            for name, example in node.get("examples", {}).items():
                yield f"{where}/{name}", schema, example["value"]
        elif isinstance(node.get("examples"), list):
            for value in node["examples"]:
                yield where, {k: v for k, v in node.items()
                              if k != "examples"}, value
        for name, child in node.items():
            if name not in ("example", "examples"):
                yield from examples_in(child, f"{where}/{name}")


def properties_of(schema):
    """The names of all members that an answer can have, nested ones too."""
    schema = resolved(schema)
    names = set()
    for name, child in schema.get("properties", {}).items():
        names |= {name} | {f"{name}.{n}" for n in properties_of(child)}
    if "items" in schema:
        names |= properties_of(schema["items"])
    return names


def members_of(value):
    """The same of a value."""
    names = set()
    if isinstance(value, list):
        for child in value:
            names |= members_of(child)
    elif isinstance(value, dict):
        for name, child in value.items():
            names |= {name} | {f"{name}.{n}" for n in members_of(child)}
    return names


def operation_of(method, target):
    """The key of the operation that a request means."""
    path = target.partition("?")[0]
    path += "" if path.endswith(("/", ".json")) else "/"
    if (method, path) in NAMES:
        return NAMES[method, path]
    return NAMES[method, re.sub(r"[^/]+/$", "{id}/", path)]
