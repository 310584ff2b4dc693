"""deploy/try.sh: a whole site with one command, and nothing left of it."""

import glob
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
import urllib.parse

import jwt
import pytest

from support.client import LINK, Client
from support.site import BUILD, ROOT, children, free_port, wait_for

SCRIPT = os.path.join(ROOT, "deploy", "try.sh")


class Trial:
    """A folder in which try.sh is started, once or again."""

    def __init__(self):
        self.run = tempfile.mkdtemp(prefix="try-")
        os.chmod(self.run, 0o755)
        self.port = free_port()
        self.process = None

    def start(self, expect_ready=True, **more):
        environment = dict(os.environ, RUN=self.run, PORT=str(self.port),
                           BUILD=BUILD, **more)
        output = tempfile.TemporaryFile("w+")
        # Tests in the background have it ignored, and so would the script.
        process = subprocess.Popen(
            ["sh", SCRIPT], stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, env=environment,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))

        def said():
            output.seek(0)
            return output.read()

        ready = f"\nPostern is ready at http://127.0.0.1:{self.port}/\n"
        wait_for("try.sh is ready or ends", lambda: ready in said() or
                 process.poll() is not None, 120)
        if expect_ready:
            self.process, self.said = process, said
            assert process.poll() is None, said()
        else:
            process.wait(20)
        return process.returncode, said()

    def stop(self, number=signal.SIGTERM):
        """Ends it as a person does; returns the exit status."""
        self.process.send_signal(number)
        return self.process.wait(30)

    def path(self, name):
        return os.path.join(self.run, name)

    def home(self):
        """Where data and sockets lie."""
        if not os.path.exists(self.path("elsewhere")):
            return self.run
        with open(self.path("elsewhere")) as file:
            return file.read().strip()

    def letters(self):
        return sorted(glob.glob(self.path("mail/*.eml")))

    def left(self):
        """Processes that know the folder by name."""
        found = []
        for path in glob.glob("/proc/[0-9]*/cmdline"):
            try:
                with open(path, "rb") as file:
                    if self.run.encode() in file.read():
                        found.append(path)
            except OSError:
                pass
        return found

    def remove(self):
        if self.process and self.process.poll() is None:
            self.stop()
        if self.home() != self.run:
            shutil.rmtree(self.home())
        shutil.rmtree(self.run)


LINES = "one\\n\nPOSTERN_LEEWAY=1s\n'two' $(three)\n"


@pytest.fixture(scope="module")
def trial():
    trial = Trial()
    try:
        trial.start(POSTERN_ACCESS_TOKEN_LIFETIME="7m",
                    POSTERN_SITE_NAME="O'Neil's $HOME",
                    POSTERN_SMTP_USER=LINES)
        yield trial
    finally:
        trial.remove()


@pytest.fixture
def site(trial):
    return Client(trial.port)


@pytest.fixture
def fresh():
    trial = Trial()
    try:
        yield trial
    finally:
        trial.remove()


def postern(trial, *arguments, stdin=""):
    """The wrapper that try.sh leaves in its folder."""
    return subprocess.run([trial.path("postern"), *arguments], text=True,
                          capture_output=True, timeout=30, check=True,
                          input=stdin).stdout


def test_a_person_signs_up_by_letter_and_says_hello(trial, site):
    before = len(trial.letters())
    answer = site.post("/api/register/", username="ada",
                       email="ada@example.org", password="lovelace-1843")
    assert answer.status == 201
    wait_for("a letter", lambda: len(trial.letters()) > before)
    with open(trial.letters()[-1], newline="") as file:
        letter = file.read()
    assert "O'Neil's $HOME" in letter
    link = re.search(r"http://\S+", letter).group()
    assert link.startswith(
        f"http://127.0.0.1:{trial.port}/activate.html#uid=")
    uid, token = LINK.search(link).groups()
    assert site.post("/api/activate/", uid=uid, token=token).status == 204
    tokens = site.post("/api/token/", username="ada",
                       password="lovelace-1843").json()
    hello = site.get("/api/hello/", bearer=tokens["access"])
    assert hello.json() == {"message": "Hello, World!"}


def test_settings_of_the_environment_reach_the_programs(trial):
    programs = [pid for pid in children(trial.process.pid)
                for pid in children(pid)]
    found = set()
    for pid in programs:
        with open(f"/proc/{pid}/environ", "rb") as file:
            if b"POSTERN_ACCESS_TOKEN_LIFETIME=7m\0" in file.read():
                with open(f"/proc/{pid}/cmdline", "rb") as line:
                    found.add(os.path.basename(line.read().split(b"\0")[0]))
    programs = glob.glob("*.c", root_dir=os.path.join(ROOT, "cgi-bin"))
    # What has no path of its own is for sites that have something else.
    assert found >= {os.path.splitext(name)[0].encode() for name in programs
                     if name != "authorize.c"}


PAGES = glob.glob("*.html", root_dir=os.path.join(ROOT, "deploy", "www"))


@pytest.mark.parametrize("page", ["/", "/api/"] + sorted(
    f"/{name}" for name in PAGES if name != "api.html"))
def test_pages_are_closed_to_foreign_scripts(site, page):
    answer = site.get(page)
    assert answer.status == 200
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "server" not in answer.headers
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=",
                         answer.text)
    for name in re.findall(r'(?:src|href)="([\w./]+)"', answer.text):
        assert site.get(urllib.parse.urljoin(page, name)).status == 200


PATHS = [
    "/api/token", "/api/token/refresh", "/api/token/verify",
    "/api/token/blacklist", "/api/register", "/api/activate",
    "/api/activate/resend", "/api/reset", "/api/reset/confirm",
    "/auth/jwt/create", "/auth/jwt/refresh", "/auth/jwt/verify",
    "/auth/jwt/blacklist", "/auth/users/activation",
    "/auth/users/resend_activation", "/auth/users/reset_password",
    "/auth/users/reset_password_confirm", "/api/reset/username",
    "/api/reset/username/confirm", "/auth/users/reset_username",
    "/auth/users/reset_username_confirm",
]
PROTECTED = [
    "/api/me", "/api/me/password", "/api/me/username", "/api/me/sessions",
    "/api/me/sessions/x", "/api/users", "/api/users/x", "/auth/users",
    "/auth/users/x", "/auth/users/me", "/auth/users/set_password",
    "/auth/users/set_username",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("slash", ["", "/"])
def test_both_sets_of_paths_lead_to_their_program(site, path, slash):
    answer = site.request("PUT", path + slash)
    assert answer.status == 405
    assert "POST" in answer.headers["allow"]


@pytest.mark.parametrize("path", PROTECTED)
@pytest.mark.parametrize("slash", ["", "/"])
def test_protected_paths_ask_for_a_token_first(site, path, slash):
    answer = site.request("PUT", path + slash)
    assert answer.status == 401
    assert answer.json() == {
        "detail": "Authentication credentials were not provided."}


@pytest.mark.parametrize("path", ["/api", "/api/tokens/",
                                  "/api/token/x/", "/auth/users/me/x",
                                  "/api/hello/x", "/auth/"])
def test_what_is_below_and_no_endpoint_is_404_in_json(site, path):
    answer = site.get(path)
    assert (answer.status, answer.json()) == (404, {"detail": "Not found."})


@pytest.mark.parametrize("size", [(64 << 10) + 1, 3 << 20])
def test_a_body_too_large_is_413_in_json(site, size):
    answer = site.request("POST", "/api/token/", b" " * size,
                          {"Content-Type": "application/json"})
    assert answer.status == 413
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"detail": "Request body is too large."}


UNREADABLE = [
    # rule, request line and headers, status
    ("a header without a name", "GET /api/hello/ HTTP/1.1", ": x", 400),
    ("a blank in a name", "GET /api/hello/ HTTP/1.1", "Bad Header: x", 400),
    ("two lengths", "POST /api/token/ HTTP/1.1",
     "Content-Length: 1\r\nContent-Length: 2", 400),
    ("NUL in the path", "GET /api/hello/%00 HTTP/1.1", "Accept: */*", 400),
    ("no length", "POST /api/token/ HTTP/1.1", "Accept: */*", 411),
    ("a header too long", "GET /api/hello/ HTTP/1.1", "X: " + "x" * 9000, 431),
    ("a path too long", f"GET /api/hello/?{'x' * 9000} HTTP/1.1",
     "Accept: */*", 431),
    ("an unknown method", "FLY /api/hello/ HTTP/1.1", "Accept: */*", 501),
    ("an unknown encoding", "POST /api/token/ HTTP/1.1",
     "Transfer-Encoding: gzip", 501),
    ("an unknown version", "GET /api/hello/ HTTP/2.7", "Accept: */*", 505),
]


@pytest.mark.parametrize("rule, line, header, status", UNREADABLE,
                         ids=[row[0] for row in UNREADABLE])
def test_what_the_server_refuses_itself_is_told_in_json(
        site, rule, line, header, status):
    request = f"{line}\r\nHost: x\r\nConnection: close\r\n{header}\r\n\r\n"
    head, _, body = site.raw(request.encode()).partition(b"\r\n\r\n")
    assert int(head.split()[1]) == status
    assert b"\r\nContent-Type: application/json\r\n" in head
    assert list(json.loads(body)) == ["detail"]


def test_a_page_that_is_not_there_is_no_json(site):
    answer = site.get("/nothing.html")
    assert answer.status == 404
    assert answer.headers["content-type"].startswith("text/html")


def test_the_key_and_the_letters_are_not_for_others(trial):
    for name in ("keys", "mail", "log"):
        mode = os.stat(trial.path(name)).st_mode
        assert stat.S_IMODE(mode) == 0o700, name


def test_the_wrapper_is_its_owners_and_takes_any_setting(trial, tmp_path):
    wrapper = trial.path("postern")
    assert stat.S_IMODE(os.stat(wrapper).st_mode) == 0o700
    with open(wrapper) as file:
        text = file.read()
    assert text.endswith('exec "$@"\n')
    script = tmp_path / "script"
    script.write_text(text.replace(
        'exec "$@"', 'printf %s "$POSTERN_SMTP_USER${POSTERN_LEEWAY-}"'))
    done = subprocess.run(["sh", script], stdout=subprocess.PIPE, check=True)
    assert done.stdout == LINES.encode()


def test_the_same_folder_is_not_used_twice(trial):
    status, said = trial.start(expect_ready=False)
    assert status == 1
    assert f"a site runs in {trial.run} already" in said


def test_a_taken_port_is_told_with_what_to_do(fresh):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", fresh.port))
        taken.listen()
        status, said = fresh.start(expect_ready=False)
    assert status == 1
    assert f"port {fresh.port}: Address already in use" in said
    assert "PORT=" in said


@pytest.mark.parametrize("port", ["0", "70000", "http", "-1"])
def test_a_port_that_is_none_is_refused(fresh, port):
    fresh.port = port
    status, said = fresh.start(expect_ready=False)
    assert (status, "PORT is a number up to" in said) == (1, True)


def key_files(trial):
    """{name: bytes} of the keys of a trial."""
    found = {}
    for path in glob.glob(trial.path("keys/*")):
        with open(path, "rb") as file:
            found[os.path.basename(path)] = file.read()
    return found


def test_a_new_key_is_published_and_signs(trial, site):
    """A rotation as the page about keys has it, to RS256."""
    answer = site.get("/.well-known/jwks.json")
    assert (answer.status, answer.json()) == (200, {"keys": []})
    assert answer.headers["content-type"] == "application/jwk-set+json"
    kid = json.loads(postern(trial, "key", "new", "--algorithm", "RS256",
                             "--json"))["kid"]
    [jwk] = wait_for("the new set", lambda: site.get(
        "/.well-known/jwks.json").json()["keys"])
    assert (jwk["kid"], jwk["alg"]) == (kid, "RS256")
    postern(trial, "key", "use", kid)
    postern(trial, "user", "add", "rotated", "--email", "r@example.org",
            "--force", stdin="lovelace-1843\n")

    def signed():
        access = site.post("/api/token/", username="rotated",
                           password="lovelace-1843").json()["access"]
        return jwt.get_unverified_header(access)["kid"] == kid and access

    access = wait_for("a token of the new key", signed, 5, 0.2)
    [key] = jwt.PyJWKSet.from_json(
        site.get("/.well-known/jwks.json").text).keys
    assert jwt.decode(access, key.key, algorithms=["RS256"])["user_id"]
    assert site.get("/api/hello/", access).status == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_all_and_finds_the_data_again(fresh, number):
    fresh.start()
    added = subprocess.run(
        [fresh.path("postern"), "user", "add", "ada", "--email",
         "ada@example.org"], input="lovelace-1843\n", text=True,
        capture_output=True, timeout=30)
    assert added.returncode == 0, added.stderr
    assert fresh.stop(number) == 0
    assert fresh.left() == []
    keys = key_files(fresh)
    assert len(keys) == 2
    totp = fresh.path("secrets/totp.key")
    assert stat.S_IMODE(os.stat(totp).st_mode) == 0o600
    with open(totp, "rb") as file:
        totp_key = file.read()
    fresh.port = free_port()
    fresh.start()
    assert "ada@example.org" in postern(fresh, "user", "list")
    with open(fresh.path("postern.conf")) as file:
        assert f"public_url = http://127.0.0.1:{fresh.port}\n" in file.read()
    assert key_files(fresh) == keys
    with open(totp, "rb") as file:
        assert file.read() == totp_key
    # Where there is no totp_key this is 404.
    assert Client(fresh.port).get("/api/me/totp/").status == 401
    assert fresh.stop() == 0


def test_a_trial_with_one_key_goes_on(fresh):
    """As it was made before there were key rings."""
    with open(fresh.path("postern.conf"), "w") as file:
        file.write("""\
signing_key = keys/signing.key
site_name = Mine
mail_from = Postern <postern@localhost>
mail_transport = folder
mail_folder = mail
""")
    os.mkdir(fresh.path("keys"))
    fresh.start()
    assert list(key_files(fresh)) == ["signing.key"]
    keys = key_files(fresh)
    assert fresh.stop() == 0
    fresh.start()
    assert key_files(fresh) == keys
    with open(fresh.path("postern.conf")) as file:
        assert file.read().startswith("signing_key = keys/signing.key\n")
    assert Client(fresh.port).get("/.well-known/jwks.json").json() == {
        "keys": []}
    assert fresh.stop() == 0


@pytest.mark.parametrize("name, sentence", [
    ("lighttpd", "lighttpd has ended"),
    ("postern", "the mail worker has ended"),
])
def test_when_one_part_dies_all_end_with_1(fresh, name, sentence):
    fresh.start()
    for pid in children(fresh.process.pid):
        with open(f"/proc/{pid}/comm") as file:
            if file.read().strip() == name:
                os.kill(pid, signal.SIGKILL)
    assert fresh.process.wait(30) == 1
    assert sentence in fresh.said()
    wait_for("all have ended", lambda: fresh.left() == [])


@pytest.mark.parametrize("who", ["somebody", "nobody"])
def test_the_database_may_go_and_come_back(fresh, who):
    """503 meanwhile; whoever starts it again, the site goes on, and ends all."""
    fresh.start()
    client = Client(fresh.port)
    home = fresh.home()
    with open(os.path.join(home, "data/main/postmaster.pid")) as file:
        postmaster = int(file.readline())
    owner = os.stat(os.path.join(home, "data/main"))
    os.kill(postmaster, signal.SIGINT)
    wait_for("it is away",
             lambda: client.get("/api/health/").status == 503)
    if who == "somebody":
        wait_for("it has ended", lambda: not os.path.exists(
            os.path.join(home, "data/main/postmaster.pid")))
        binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        subprocess.run(
            [f"{binaries}/pg_ctl", "-D", os.path.join(home, "data/main"),
             "-l", os.path.join(home, "data/again.log"), "-w", "start"],
            check=True, stdout=subprocess.DEVNULL, cwd="/",
            user=owner.st_uid, group=owner.st_gid)
    wait_for("it is back",
             lambda: client.get("/api/health/").status == 200, 40)
    assert "PostgreSQL has ended" in fresh.said() or who == "somebody"
    time.sleep(2)
    assert fresh.stop() == 0
    wait_for("all have ended", lambda: fresh.left() == [])
    assert not os.path.exists(os.path.join(home, "data/main/postmaster.pid"))


def test_killed_it_takes_its_parts_along(fresh):
    fresh.start()
    fresh.process.kill()
    fresh.process.wait(10)
    wait_for("all have ended", lambda: fresh.left() == [], 20)


def test_a_folder_with_a_long_name_works(fresh):
    outer = fresh.run
    fresh.run = os.path.join(outer, "long " + "x" * 90)
    try:
        fresh.start()
        assert Client(fresh.port).get("/api/health/").status == 200
        assert fresh.stop() == 0
    finally:
        fresh.remove()
        fresh.run = outer
