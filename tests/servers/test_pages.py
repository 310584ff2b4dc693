"""Pages, the console and the public keys, beside the programs."""

import glob
import gzip
import os
import re
import urllib.parse

import pytest

from support.servers import ROOT

PAGES = sorted(os.path.basename(path)
               for path in glob.glob(f"{ROOT}/deploy/www/*.html"))
HEADERS = {
    "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self'; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}


def is_closed(answer):
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert not re.search(r"[0-9/]", answer.headers.get("server", ""))


@pytest.mark.parametrize("page", ["/", "/api/"] + [
    f"/{name}" for name in PAGES])
def test_pages_are_there_with_all_that_they_name(web, page):
    answer = web.get(page)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    is_closed(answer)
    if page == "/api.html":
        page = "/api/"  # whose names it has
    named = re.findall(r'(?:src|href)="([\w./]+)"', answer.text)
    for name in named:
        part = web.get(urllib.parse.urljoin(page, name))
        assert part.status == 200, name
        is_closed(part)


@pytest.mark.parametrize("name, kind", [
    ("postern.css", "text/css; charset=utf-8"),
    ("postern.js", "text/javascript; charset=utf-8"),
    ("icon.svg", "image/svg+xml"),
    ("openapi.json", "application/json"),
])
def test_files_have_their_type(web, name, kind):
    answer = web.get(f"/{name}")
    assert (answer.status, answer.headers["content-type"]) == (200, kind)
    with open(f"{ROOT}/deploy/www/{name}", "rb") as file:
        assert answer.body == file.read()


def test_pages_are_sent_compressed_to_who_takes_it(web):
    """All of them, and what machines read, in less than 64 kB."""
    total = 0
    for name in os.listdir(f"{ROOT}/deploy/www"):
        with open(f"{ROOT}/deploy/www/{name}", "rb") as file:
            content = file.read()
        answer = web.get(f"/{name}", headers={"Accept-Encoding": "gzip"})
        assert answer.status == 200
        is_closed(answer)
        if len(content) > 1000:
            assert answer.headers["content-encoding"] == "gzip", name
            assert "accept-encoding" in answer.headers["vary"].lower()
        total += len(answer.body)
        sent = answer.body
        if answer.headers.get("content-encoding") == "gzip":
            sent = gzip.decompress(sent)
        assert sent == content, name
    assert total < 64_000


def test_the_console_is_read_only_and_there_alone(web):
    head = web.send("HEAD", "/api/")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-type"] == "text/html; charset=utf-8"
    is_closed(head)
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        answer = web.request(method, "/api/", b"{}",
                             {"Content-Type": "application/json"})
        assert answer.status == 404, (method, answer)
        assert answer.json() == {"detail": "Not found."}
    assert web.get("/api").status == 404
    assert web.get("/auth/").json() == {"detail": "Not found."}


def test_public_keys_and_nothing_beside_them(web):
    path = "/.well-known/jwks.json"
    with web.web_server.without_keys():
        assert web.get(path).status == 404
    web.write("jwks.json", '{"keys":[]}', 0o644)
    try:
        answer = web.get(path)
        assert (answer.status, answer.json()) == (200, {"keys": []})
        assert answer.headers["content-type"] == "application/jwk-set+json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        for near in ("/.well-known/key", "/.well-known/postern.conf",
                     "/.well-known/jwks.json/../key",
                     "/.well-known/jwks.json/../postern.conf",
                     "/.well-known/jwks.json%2f..%2fkey",
                     "/.well-known/jwks.jsonx", "/postern.conf", "/key",
                     "/../postern.conf", "/%2e%2e/postern.conf",
                     "/errors/../../key", "/errors..%2f..%2fkey",
                     "/errors../key"):
            answer = web.get(near)
            assert answer.status in (400, 403, 404), near
            assert web.key not in answer.text
    finally:
        os.unlink(web.path("jwks.json"))


def test_a_page_that_is_not_there_is_no_json(web):
    for path in ("/nothing.html", "/nothing/", "/apix", "/authx/"):
        answer = web.get(path)
        assert answer.status == 404
        assert answer.headers["content-type"].startswith("text/html")
        assert not re.search(r"(Apache|nginx|lighttpd)/[0-9]", answer.text)


def test_no_folder_is_listed(web):
    for path in ("/errors/", "/.well-known/", "/apache/", "/nginx/",
                 "/postern/", "/.htaccess", "/postern/.htaccess"):
        answer = web.get(path)
        assert answer.status in (403, 404), path
