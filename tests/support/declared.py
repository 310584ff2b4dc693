"""What the programs say that they answer: build/cgi-bin/NAME introduce."""

import functools
import glob
import os
import re
import subprocess
from collections import namedtuple

from .site import BUILD

# Its marks: ? optional, $ secret, ! switch, * list, ~ as configured.
Field = namedtuple("Field", "name max marks")
Route = namedtuple("Route", "program is_protected fields")

FIELD = re.compile(r"(\w+)(?:\((\d+)\))?([?$!*~]*)")


def field_of(word):
    name, most, marks = FIELD.fullmatch(word).groups()
    return Field(name, int(most or 0), frozenset(marks))


@functools.lru_cache(maxsize=None)
def declared():
    """{(method, path): [Route]}; a list, since two may name the same."""
    found = {}
    for path in sorted(glob.glob(os.path.join(BUILD, "cgi-bin", "*"))):
        if "." in os.path.basename(path):
            continue
        said = subprocess.run([path, "introduce"], check=True, text=True,
                              stdout=subprocess.PIPE, timeout=30).stdout
        for line in said.splitlines():
            if not line.startswith("  "):
                continue
            method, path_, *words = line.split()
            is_protected = words[:1] == ["(bearer)"]
            found.setdefault((method, path_), []).append(Route(
                os.path.basename(path), is_protected,
                [field_of(word) for word in words[is_protected:]]))
    return found
