"""What reaches the programs: each header once, under no name but its own."""

import os
import shutil
import subprocess

import pytest

from support.declared import declared
from support.servers import SERVERS
from support.site import BUILD

HERE = os.path.dirname(os.path.abspath(__file__))
PATH = "/api/hello/"


@pytest.fixture(scope="session")
def probes(tmp_path_factory):
    """A build whose programs all say what they are given."""
    folder = tmp_path_factory.mktemp("probes")
    os.symlink(os.path.join(BUILD, "postern"), folder / "postern")
    os.chmod(folder, 0o755)
    for above in (folder.parent, folder.parent.parent):
        os.chmod(above, os.stat(above).st_mode | 0o011)
    programs = folder / "cgi-bin"
    programs.mkdir(mode=0o755)
    subprocess.run(["cc", "-o", folder / "probe", f"{HERE}/probe.c", "-lfcgi"],
                   check=True)
    for name in {route.program for routes in declared().values()
                 for route in routes}:
        shutil.copy(folder / "probe", programs / name)
    return str(folder)


@pytest.fixture(scope="session", params=list(SERVERS))
def probed(request, new_site, probes):
    with new_site(web_server=request.param, worker=False, build=probes,
                  processes=1) as site:
        yield site


def seen(site, headers=(), path=PATH, method="GET"):
    """[(name, value)] of what a program was given."""
    body = None if method in ("GET", "OPTIONS") else b""
    answer = site.request(method, path, body, headers)
    assert answer.status == 200, answer
    return [tuple(line.split("=", 1)) for line in answer.text.splitlines()
            if "=" in line]


def values(site, name, headers=(), **more):
    return [value for found, value in seen(site, headers, **more)
            if found == name]


def test_a_header_proxy_is_nobodys(probed):
    for name in ("Proxy", "PROXY", "proxy"):
        assert set(values(probed, "HTTP_PROXY", {
            name: "http://evil.example"})) <= {""}
    assert set(values(probed, "HTTP_PROXY", {"http_proxy": "x"})) <= {""}


def test_authorization_arrives_once(probed):
    assert values(probed, "HTTP_AUTHORIZATION", {
        "Authorization": "Bearer a.b.c"}) == ["Bearer a.b.c"]


def test_two_authorizations_are_no_good_one(probed):
    two = [("Authorization", "Bearer a.b.c"), ("Authorization", "Bearer d.e.f")]
    if probed.request("GET", PATH, None, two).status == 400:
        return
    found = values(probed, "HTTP_AUTHORIZATION", two)
    # Both, which the program refuses, or both in one, which is no token.
    assert len(found) != 1 or found[0].count("Bearer") != 1


@pytest.mark.parametrize("name", ["Authorization", "X-Forwarded-For",
                                  "User-Agent", "Cookie", "Origin"])
def test_another_spelling_does_not_take_its_place(probed, name):
    parameter = "HTTP_" + name.upper().replace("-", "_")
    spelt = name.replace("-", "_") if "-" in name else f"{name}_"
    found = values(probed, parameter, [(spelt, "forged"), (name, "right")])
    assert "right" in found
    # Two of one name are none to the programs.
    assert found == ["right"] or len(found) == 2


@pytest.mark.parametrize("name", ["Remote-Addr", "Remote_Addr", "Https",
                                  "Script-Name", "Postern-Config",
                                  "Content_Length", "Request_Uri"])
def test_no_header_sets_what_the_server_says(probed, name):
    forged = dict(seen(probed, {name: "forged"}))
    plain = dict(seen(probed))
    for parameter in ("REMOTE_ADDR", "HTTPS", "SCRIPT_NAME", "POSTERN_CONFIG",
                      "CONTENT_LENGTH", "REQUEST_URI", "REQUEST_METHOD"):
        assert forged.get(parameter) == plain.get(parameter), parameter


def test_the_address_is_the_clients(probed):
    assert values(probed, "REMOTE_ADDR", {
        "X-Forwarded-For": "198.51.100.7"}) == ["127.0.0.1"]


@pytest.mark.parametrize("path", [
    PATH, "/api/hello", "/api/hello/?a=%20b&c",
    pytest.param("/api/users/a%2Fb/", marks=pytest.mark.configured),
    "/api/%68ello/", "/api//hello/", "/api/./hello/"])
def test_the_path_arrives_as_it_was_sent(probed, path):
    assert values(probed, "REQUEST_URI", path=path) == [path]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE",
                                    "OPTIONS", "PROPFIND"])
def test_the_method_arrives(probed, method):
    assert values(probed, "REQUEST_METHOD", method=method) == [method]
