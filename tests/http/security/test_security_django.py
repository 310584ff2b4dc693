"""
3: the rules for passwords and Django's own validators, which clients of djoser
know, agree over thousands of people and passwords.
"""

import json
import os
import random
import subprocess
import sys

import pytest

from support.servers import USUAL, chosen
from support.site import ROOT, Program

# No web server has a part in it.
PAIRS = 3000 if chosen() == USUAL else 1000
# In a process of its own: what Django says of each line.
DJANGO = """
import json, sys
import django
from django.conf import settings
settings.configure(USE_I18N=False, INSTALLED_APPS=[
    "django.contrib.auth", "django.contrib.contenttypes"])
django.setup()
from django.contrib.auth import password_validation as rules
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
validators = [rules.UserAttributeSimilarityValidator(),
              rules.MinimumLengthValidator(),
              rules.CommonPasswordValidator(),
              rules.NumericPasswordValidator()]
json.dump(sorted(validators[2].passwords), sys.stdout)
print()
for line in sys.stdin:
    fields = json.loads(line)
    password, faults = fields.pop("password"), []
    for validator in validators:
        try:
            validator.validate(password, User(**fields))
        except ValidationError as error:
            faults += error.messages
    print(json.dumps(faults))
"""
FIELDS = ("username", "first_name", "last_name", "email")
WORDS = ["ada", "lovelace", "montgomery", "wonderling", "jean-luc", "o'neill",
         "van der berg", "müller", "björk", "françois", "Ελένη", "Σίσυφος",
         "джулия", "李小龍", "İstanbul", "straße", "ǅungla", "ﬁona",
         "e\u0301lise", "x", "zo", "anna_maria", "7of9", "a.b.c", "Ⅷhenry",
         "½half", "٣digits", "ｗｉｄｅ", "👩‍🚀crew", "tab\u00a0bed", "ß"]
NAMES = ["ada", "lovelace", "montgomery", "wonderling", "bobby.user",
         "anna_maria", "seven-of-nine", "jean+luc", "müller", "джулия",
         "julian1984", "x-ray.tango", "qwertyuiop", "samantha"]
DOMAINS = ["example.com", "mail.example.org", "wonderling.example",
           "x-ray.example.net"]
COMMON = ["password123", "iloveyou", "qwerty123", "12345678", "letmein1",
          "trustno1", "superman", "87654321"]
ALPHABET = ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
            "_-.!? äßéΣςİ½٣")


def person(draw):
    return {
        "username": draw.choice(NAMES) + draw.choice(
            ["", "", "1", "77", "-7", "_8"]),
        "first_name": draw.choice(WORDS + [""]),
        "last_name": " ".join(draw.sample(WORDS, draw.choice([0, 1, 2]))),
        "email": (draw.choice(["ada", "lovelace", "bob.mail77",
                               "wonder-ling", "julian_1984"])
                  + draw.choice(["", "+tag", ".x"]) + "@"
                  + draw.choice(DOMAINS)),
    }


def mutated(draw, text):
    """The text with some of it changed: near the bound of similarity."""
    letters = list(text)
    for _ in range(draw.randrange(1 + len(letters) // 2)):
        what, where = draw.randrange(4), draw.randrange(len(letters) + 1)
        if what == 0:
            letters.insert(where, draw.choice(ALPHABET))
        elif what == 1 and letters:
            letters.pop(where % len(letters))
        elif what == 2 and letters:
            letters[where % len(letters)] = draw.choice(ALPHABET)
        else:
            draw.shuffle(letters)
    return draw.choice([str, str.upper, str.lower, str.swapcase])(
        "".join(letters))


def password_for(draw, fields):
    kind = draw.randrange(10)
    if kind == 0:
        return mutated(draw, draw.choice(COMMON))
    if kind == 1:
        return "".join(draw.choice("0123456789٣²½")
                       for _ in range(draw.randrange(1, 14)))
    if kind == 2:
        return "".join(draw.choice(ALPHABET)
                       for _ in range(draw.randrange(1, 24)))
    source = fields[draw.choice(FIELDS)] or "nobody at all"
    if kind == 3:
        source = draw.choice(source.replace("@", " ").split() or ["x"])
    return mutated(draw, source)


def sample():
    """With a fixed seed: the same ones each time."""
    draw = random.Random(20)
    found = []
    while len(found) < PAIRS:
        fields = person(draw)
        fields["password"] = password_for(draw, fields)
        # blanks alone are no password at all, and told otherwise
        if fields["password"].strip():
            found.append(fields)
    return found


@pytest.fixture(scope="module")
def django():
    """(its common passwords, what it says of each of the sample)"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DJANGO], text=True,
        input="".join(json.dumps(case) + "\n" for case in sample()),
        stdout=subprocess.PIPE, check=True)
    common, *answers = done.stdout.splitlines()
    return set(json.loads(common)), [json.loads(line) for line in answers]


@pytest.fixture(scope="module")
def ours():
    with open(os.path.join(ROOT, "lib/common_passwords.txt")) as file:
        return set(file.read().splitlines())


def test_the_list_has_all_that_django_has(django, ours):
    assert len(django[0]) > 10000 and django[0] <= ours
    assert len([word for word in ours if len(word) >= 8]) >= 10000


TAKEN = {"username": ["A user with that username already exists."]}


def faults_of(program, case):
    """What is wrong with the password; the name may be taken by then."""
    answer = program.call("POST", "/api/register/", json.dumps(case).encode())
    assert answer.status in (201, 400), (case, answer)
    said = answer.json() if answer.status == 400 else {"password": []}
    assert list(said) == ["password"] or said == TAKEN, (case, answer)
    return said.get("password", [])


COMMON_FAULT = "This password is too common."


def test_the_rules_are_those_of_django(home, django, ours):
    similar = good = 0
    with Program(home, "register") as program:
        for case, wanted in zip(sample(), django[1]):
            said = faults_of(program, case)
            if case["password"].lower().strip() in ours - django[0]:
                # ours alone
                assert said.count(COMMON_FAULT) == 1
                said.remove(COMMON_FAULT)
            assert said == wanted, case
            similar += any("similar" in fault for fault in said)
            good += not said
    # The sample has enough on both sides.
    assert similar > PAIRS / 5 and good > PAIRS / 5, (similar, good)
