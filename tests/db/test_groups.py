"""postern group: who is in which group."""

import json

import pytest

PASSWORD = "Corr3ct-horse\n"


@pytest.fixture
def people(home):
    for name, subject in (("ada", "1"), ("bob", "2")):
        home.postern("user", "add", name, "--email", f"{name}@example.org",
                     "--subject", subject, stdin=PASSWORD)
    return home


def groups(home, *arguments):
    rows = json.loads(home.postern(
        "group", "list", *arguments, "--json").stdout)
    return [(row["group"], row["username"]) for row in rows]


def test_in_and_out(people):
    done = people.postern("group", "add", "editors", "ada")
    assert done.stdout == "is in the group now\n"
    done = people.postern("group", "add", "editors", "ADA")
    assert done.stdout == "is in the group already\n"
    done = people.postern("group", "add", "editors", "id:2", "--json")
    assert json.loads(done.stdout) == {"done": True, "changed": True}
    people.postern("group", "add", "staff of the house", "ada")
    assert groups(people) == [("editors", "ada"), ("editors", "bob"),
                              ("staff of the house", "ada")]
    assert groups(people, "editors") == [("editors", "ada"),
                                         ("editors", "bob")]
    assert groups(people, "--user", "ada") == [
        ("editors", "ada"), ("staff of the house", "ada")]
    assert groups(people, "nobody's") == []
    shown = json.loads(people.postern("user", "show", "ada", "--json").stdout)
    assert shown["groups"] == "editors, staff of the house"
    done = people.postern("group", "remove", "editors", "ada")
    assert done.stdout == "is in the group no more\n"
    done = people.postern("group", "remove", "editors", "ada")
    assert done.stdout == "is not in the group\n"
    assert groups(people, "editors") == [("editors", "bob")]


@pytest.mark.parametrize("arguments,said", [
    (("add", "editors", "eve"), 'no account has the name "eve"'),
    (("remove", "editors", "id:7"), 'no account has the name "id:7"'),
    (("list", "--user", "eve"), 'no account has the name "eve"'),
    (("add", "a,b", "ada"), "a group has"),
    (("add", "", "ada"), "a group has"),
    (("add", " a", "ada"), "a group has"),
    (("add", "a ", "ada"), "a group has"),
    (("add", "a\nb", "ada"), "a group has"),
    (("add", "ü", "ada"), "a group has"),
    (("add", "x" * 151, "ada"), "a group has"),
])
def test_what_is_refused(people, arguments, said):
    done = people.postern("group", *arguments, check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert said in done.stderr
    assert groups(people) == []


def test_the_longest_name(people):
    people.postern("group", "add", "x" * 150, "ada")
    assert groups(people) == [("x" * 150, "ada")]


@pytest.mark.parametrize("arguments", [
    ("add", "editors"), ("add",), ("remove", "a", "b", "c"),
    ("list", "a", "b"), ("list", "--limit", "0")])
def test_usage(people, arguments):
    assert people.postern("group", *arguments, check=False).returncode == 2


def test_a_deleted_account_is_in_no_group(people):
    people.postern("group", "add", "editors", "ada")
    people.postern("user", "delete", "ada", "--yes")
    assert groups(people) == []
