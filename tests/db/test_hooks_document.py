"""Hooks: the programs of HOOKS.md that verify them do what they say."""

import base64
import hashlib
import hmac
import json
import os
import subprocess
import time

import pytest

from support.hookroom import KEY, SECRET
from support.site import ROOT

DOCUMENT = os.path.join(ROOT, "deploy/postern/HOOKS.md")

# What calls verify() for each case of a list and prints what it says.
LANGUAGES = {
    "python": (["/usr/bin/python3"], "{}\n"
               "import json, sys\n"
               "print(json.dumps([verify(c['key'], c['headers'], "
               "c['body'].encode()) for c in json.load(sys.stdin)]))\n"),
    "php": (["php"], "<?php\n{}\n"
            "$cases = json_decode(stream_get_contents(STDIN), true);\n"
            "echo json_encode(array_map(fn($c) => verify($c['key'], "
            "$c['headers'], $c['body']), $cases));\n"),
    "js": (["node"], "{}\n"
           "const cases = JSON.parse(require('fs').readFileSync(0));\n"
           "console.log(JSON.stringify(cases.map((c) => verify(c.key, "
           "c.headers, Buffer.from(c.body)))));\n"),
}


def program(language):
    with open(DOCUMENT, encoding="utf-8") as file:
        blocks = file.read().split("```")[1::2]
    code, = [block.split("\n", 1)[1] for block in blocks
             if block.startswith(language + "\n")]
    return LANGUAGES[language][1].replace("{}", code, 1)


def signed(seconds, body, key=KEY):
    content = f"an-id.{seconds}.{body}".encode()
    mac = hmac.new(key, content, hashlib.sha256).digest()
    return {"webhook-id": "an-id", "webhook-timestamp": str(seconds),
            "webhook-signature": "v1," + base64.b64encode(mac).decode()}


def cases_of(told):
    """(rule, key, headers, body, whether it is to be accepted)"""
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    headers = {name: told.headers[name] for name in names}
    body = told.body.decode()
    now = int(time.time())
    other = "whsec_" + base64.b64encode(b"x" * 32).decode()
    signature = headers["webhook-signature"]
    yield "as it came", SECRET, headers, body, True
    yield "beyond ASCII", SECRET, signed(now, "\u00e9"), "\u00e9", True
    yield "four minutes old", SECRET, signed(now - 240, "{}"), "{}", True
    yield "the second of two", SECRET, dict(headers, **{
        "webhook-signature": "v1,AAAA " + signature}), body, True
    yield "the first of two", SECRET, dict(headers, **{
        "webhook-signature": signature + " v1a,AAAA"}), body, True
    yield "six minutes old", SECRET, signed(now - 360, "{}"), "{}", False
    yield "six minutes ahead", SECRET, signed(now + 360, "{}"), "{}", False
    yield "no number", SECRET, signed("now", "{}"), "{}", False
    yield "another key", other, headers, body, False
    yield "another body", SECRET, headers, body + " ", False
    yield "another id", SECRET, dict(headers, **{
        "webhook-id": "other"}), body, False
    yield "another time", SECRET, dict(headers, **{
        "webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}
        ), body, False
    yield "another version", SECRET, dict(headers, **{
        "webhook-signature": "v2" + signature[2:]}), body, False
    yield "half a signature", SECRET, dict(headers, **{
        "webhook-signature": signature[:-8]}), body, False
    yield "no ASCII", SECRET, dict(headers, **{
        "webhook-signature": "v1,\u00e9"}), body, False
    for name in names:
        yield f"no {name}", SECRET, {
            n: v for n, v in headers.items() if n != name}, body, False


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_verifies(room, listener, language):
    room.happen()
    room.once()
    cases = list(cases_of(listener.told[0]))
    path = room.path("verify.cjs")
    room.write("verify.cjs", program(language))
    done = subprocess.run(
        LANGUAGES[language][0] + [path], text=True, check=True,
        stdout=subprocess.PIPE, input=json.dumps([
            {"key": key, "headers": headers, "body": body}
            for _, key, headers, body, _ in cases]))
    said = dict(zip([case[0] for case in cases], json.loads(done.stdout)))
    assert said == {case[0]: case[4] for case in cases}
