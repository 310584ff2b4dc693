"""Fixtures of the gate's tests."""

import pytest

from gatehouse import Gatehouse
from support.site import Program


@pytest.fixture(scope="session")
def new_house(server, new_database):
    """new_house(setting=value, ...): files and accounts of their own."""
    houses = []

    def make(rules=None, **settings):
        more = {} if rules is None else {"rules": rules}
        house = Gatehouse(server.dsn(new_database()), settings, **more)
        houses.append(house)
        return house

    yield make
    reports = "".join(house.sanitizer_reports() for house in houses)
    for house in houses:
        house.remove()
    assert not reports, reports


@pytest.fixture(scope="module")
def house(new_house):
    """A house with alice, in no group, and sam of the staff."""
    made = new_house()
    made.add_user("alice")
    made.add_user("sam")
    made.postern("group", "add", "staff", "sam")
    made.postern("group", "add", "night shift", "sam")
    return made


@pytest.fixture(scope="module")
def alice(house):
    return house.login("alice")


@pytest.fixture(scope="module")
def sam(house):
    return house.login("sam")


@pytest.fixture(scope="module")
def authorize(house):
    """The program alone."""
    with Program(house, "authorize") as program:
        yield program
        assert program.stop() == 0
