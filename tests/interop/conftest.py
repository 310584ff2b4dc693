"""Fixtures of the tests beside Django and beside npm's packages."""

import json
import os
import sys

import pytest

from packages import HERE, Node
from started import Started


@pytest.fixture(scope="session")
def new_django():
    """with new_django(users, SETTING=...) as django: Simple JWT's settings."""

    def make(users, **simple_jwt):
        return Started(
            [sys.executable, os.path.join(HERE, "django_site.py")],
            {"PATH": "/usr/bin:/bin", "USERS": json.dumps(users),
             "SIMPLE_JWT": json.dumps(simple_jwt),
             "PYTHONDONTWRITEBYTECODE": "1"})

    return make


@pytest.fixture(scope="session")
def node():
    """Runs the scripts of this folder with npm's packages."""
    return Node()
