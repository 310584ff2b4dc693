"""
The exchanges recorded from djoser, each profile in its order on its own site.

Cases of verdict `contract` agree, or excuses.py says why not; those of verdict
`avoid` are answered as djoser_avoided.py says.
"""

import contextlib

import pytest

from djoser_avoided import AVOIDED
from djoser_steps import BEARERS, PREPARE, TICKETS
from djoser_story import CASES, LIFETIMES, PROFILES, Story
from excuses import EXCUSES
from support.replay import body_faults, now
from support.site import KEY

NAMES = {case["name"] for case in CASES}
CONTRACT = [case for case in CASES if case["verdict"] == "contract"]
AVOID = [case for case in CASES if case["verdict"] == "avoid"]


@pytest.fixture(scope="module")
def story(new_site):
    """story(profile): the site of a profile, made when it is first asked."""
    stories = {}
    with contextlib.ExitStack() as sites:

        def get(profile):
            if profile not in stories:
                settings = dict(LIFETIMES, **PROFILES[profile])
                site = sites.enter_context(new_site(processes=1, **settings))
                stories[profile] = Story(site, profile)
            return stories[profile]

        yield get


def letters_of(case):
    """The letters recorded; djoser's own confirmations are an option."""
    return [mail["to"] for mail in case["mail"] or []
            if "created and activated" not in mail["subject"]]


def letter_faults(letters, wanted):
    got = [letter["To"] for letter in letters]
    if len(got) == len(wanted) and all(
            address in to for address, to in zip(wanted, got)):
        return []
    return [f"letters to {got} not {list(wanted)}"]


def note(request, case, result):
    area = case["profile"] + " " + case["name"].split("_")[0]
    request.config.replay_rows.append(("djoser", area, result))


def named(cases):
    return pytest.mark.parametrize("case", cases,
                                   ids=[case["name"] for case in cases])


@named(CONTRACT)
def test_case(story, case, request):
    told = story(case["profile"])
    answer, letters, before, subject, _ = told.result(case)
    recorded = "" if case["status"] == 204 else case["response_template"]
    faults = [] if answer.status == case["status"] else [
        f"status {answer.status} not {case['status']}: {answer.text[:200]}"]
    faults += body_faults(answer, recorded, None, KEY, before, now())
    faults += letter_faults(letters, letters_of(case))
    excused = EXCUSES.get(("djoser", case["name"]))
    note(request, case, "agreed" if not faults else
         "excused" if excused else "disagreed")
    if not excused:
        assert not faults, "\n".join(faults)
        return
    assert faults, "the case agrees: its excuse is not needed"
    assert answer.status == excused.status, answer
    body = excused.body
    if callable(body):
        body = body(told.site)
    assert not body_faults(answer, body.replace("{{subject}}", subject or ""))
    assert not letter_faults(letters, letters_of(case)
                             if excused.letters is None else excused.letters)


@named(AVOID)
def test_a_better_answer(story, case, request):
    answer, letters, _, subject, worse = story(case["profile"]).result(case)
    better = AVOIDED[case["name"]]
    note(request, case, "excused")
    assert answer.status == better.status, answer
    assert answer.text == better.body.replace("{{subject}}", subject or "")
    assert not letter_faults(letters, better.letters)
    assert worse is None, f"{better.why}: {worse}"


def test_no_case_is_forgotten():
    assert len(CASES) == len(NAMES) == 114
    assert {case["profile"] for case in CASES} == set(PROFILES)
    assert {case["name"] for case in AVOID} == set(AVOIDED)
    assert len(AVOIDED) == 17 and all(row.why for row in AVOIDED.values())
    assert len(CONTRACT) + len(AVOID) == len(CASES)
    assert {name for recording, name in EXCUSES if recording == "djoser"} <= {
        case["name"] for case in CONTRACT}


@pytest.mark.parametrize("table", [PREPARE, BEARERS, TICKETS])
def test_every_row_of_a_table_has_its_case(table):
    for prefix in table:
        assert any(name.startswith(prefix) for name in NAMES), prefix
