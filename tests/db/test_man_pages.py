"""The manual pages, as make install installs them, and as they are read."""

import os
import re
import subprocess

import pytest

from support.servers import ROOT
from support.site import BUILD

POSTERN = os.path.join(BUILD, "postern")


def said(*arguments):
    return subprocess.run([POSTERN, *arguments], capture_output=True,
                          text=True, check=True).stdout


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """{name: what a terminal shows, in one long line a paragraph}"""
    folder = tmp_path_factory.mktemp("man")
    subprocess.run(["sh", f"{ROOT}/deploy/man/write.sh", POSTERN,
                    f"{ROOT}/deploy/postern.conf.example", folder],
                   check=True)
    shown = {}
    for name in os.listdir(folder):
        done = subprocess.run(
            ["groff", "-man", "-ww", "-Tascii", "-P-c", "-rLL=500n",
             folder / name], capture_output=True, text=True, check=True)
        assert done.stderr == "", done.stderr
        shown[name] = re.sub(".\b", "", done.stdout)
    assert sorted(shown) == ["postern.1", "postern.conf.5"]
    return shown


def is_tag(page, text):
    """Whether a paragraph has it beside or above, once."""
    return len(re.findall(rf"^ +{re.escape(text)}(?:$|  )", page, re.M)) == 1


def test_each_command_is_there_as_it_is_called(pages):
    usages = re.findall(r"^  (\S.*(?:\n      \[.*)*)", said("--help").split(
        "Options of every")[0], re.M)
    assert len(usages) > 30
    for usage in usages:
        assert is_tag(pages["postern.1"], " ".join(usage.split())), usage


def test_each_option_of_every_command_is_there(pages):
    for option in re.findall(r"^  (--\S+)", said("--help"), re.M):
        assert option in pages["postern.1"].partition("OPTIONS")[2]


def test_each_setting_is_there_with_its_default(pages):
    lines = re.findall(r"^([a-z_.]\S* =.*)", said("settings"), re.M)
    assert len(lines) > 80
    for line in lines:
        assert is_tag(pages["postern.conf.5"], line.strip()), line


def test_nothing_is_left_of_the_templates(pages):
    for text in pages.values():
        assert "@" not in text.replace("GROUP@", "")
        assert "postern 0.1" in text
