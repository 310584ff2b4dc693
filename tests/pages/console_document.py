"""What openapi.json says, read for the tests of the console."""

import json
import os

from support.site import ROOT

PATH = os.path.join(ROOT, "deploy/www/openapi.json")
METHODS = ("get", "post", "put", "patch", "delete")


class Operation:
    """One operation; fields: {name: (place, schema, is required)}."""

    def __init__(self, document, path, method):
        self.document = document
        self.path = path
        self.method = method.upper()
        self.given = document["paths"][path][method]
        self.id = self.given["operationId"]
        self.is_protected = bool(self.given.get("security"))
        self.fields = {}
        for parameter in self.given.get("parameters", []):
            parameter = self.resolved(parameter)
            self.fields[parameter["name"]] = (
                parameter["in"], self.resolved(parameter["schema"]),
                parameter.get("required", False))
        if "requestBody" in self.given:
            body = self.resolved(self.given["requestBody"])
            schema = self.resolved(
                body["content"]["application/json"]["schema"])
            for name, field in schema.get("properties", {}).items():
                self.fields[name] = ("body", self.resolved(field),
                                     name in schema.get("required", []))

    def resolved(self, value):
        while "$ref" in value:
            target = self.document
            for name in value["$ref"].split("/")[1:]:
                target = target[name]
            value = {**target,
                     **{k: v for k, v in value.items() if k != "$ref"}}
        return value


def operations():
    """All operations, by "METHOD /path/"."""
    with open(PATH, encoding="utf-8") as file:
        document = json.load(file)
    found = [Operation(document, path, method)
             for path, item in document["paths"].items()
             for method in item if method in METHODS]
    return {f"{one.method} {one.path}": one for one in found}
