"""
http_table.py TALLY SERVER...: reads the lines of tests/check.sh's tally, prints
how many cases of each file of tests/http passed behind the usual web server and
these, and adds a line for each cell, which is a failure where it is empty.
"""

import glob
import os
import sys

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, TESTS)

from support.servers import USUAL  # noqa: E402


def groups():
    found = glob.glob(f"{TESTS}/http/**/test_*.py", recursive=True)
    return sorted(os.path.relpath(path, TESTS)[:-len(".py")].replace("/", ".")
                  for path in found)


def column_of(line, servers):
    """The server of a line, or None: passed STEP MODULE: NAME."""
    for server in servers:
        if line.startswith(f"passed http behind {server} "):
            return server
    if line.startswith(("passed http tests.", "passed processes tests.")):
        return USUAL
    return None


def counted(tally, servers):
    counts = {}
    with open(tally) as file:
        for line in file:
            if server := column_of(line, servers):
                module = line.split(": ")[0].rpartition(" ")[2]
                cell = server, module.removeprefix("tests.")
                counts[cell] = counts.get(cell, 0) + 1
    return counts


def main(tally, *others):
    servers = USUAL, *others
    counts = counted(tally, servers)
    row = ("{:<40}" + " {:>16}" * len(servers)).format
    print(row("cases passed", *servers))
    for group in groups():
        print(row(group, *(counts.get((server, group), 0)
                           for server in servers)))
    with open(tally, "a") as file:
        for server in servers:
            for group in groups():
                word = "passed" if counts.get((server, group)) else "failed"
                file.write(f"{word} cell {server} {group}\n")


main(*sys.argv[1:])
