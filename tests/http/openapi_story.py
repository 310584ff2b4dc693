"""
What clients ask a site, so that each operation of its description is answered
in each way that is described.
"""

import json
import time
import urllib.parse
from collections import namedtuple

from openapi_document import FORM, JSON, operation_of
from support import totp
from support.declared import declared
from support.site import wait_for

SETTINGS = {"processes": 1, "signing_key": "keys/", "algorithm": "ES256",
            "jwks_file": "jwks.json", "totp_key": "totp.key",
            "rotate_refresh_tokens": "yes", "update_last_login": "yes",
            "email_undo_lifetime": "1h", "access_token_lifetime": "1h",
            "obtain_response": "id, username, email, first_name, last_name, "
                               "groups, is_staff"}
PASSWORD = "Corr3ct-horse"
OURS, OTHERS = "http://site.example", "https://elsewhere.example"
ACCESS = "__Host-access_token"

Exchange = namedtuple("Exchange", "key method target value answer")


class Asker:
    """Sends requests and keeps what came back."""

    def __init__(self, site):
        self.site = site
        self.exchanges = []

    def __call__(self, method, target, bearer=None, form=False, body=None,
                 headers=(), **fields):
        headers = dict(headers)
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        if fields or body == {}:
            headers["Content-Type"] = FORM if form else JSON
            body = (urllib.parse.urlencode(fields, doseq=True) if form
                    else json.dumps(fields)).encode()
        if method == "POST" and body is None:
            body = b""  # RFC 9110 section 8.6: it has a length
        answer = self.site.request(method, target, body, headers)
        self.exchanges.append(Exchange(operation_of(method, target), method,
                                       target, fields or None, answer))
        return answer

    def good(self, method, target, *arguments, **fields):
        answer = self(method, target, *arguments, **fields)
        assert answer.status < 300, (method, target, answer)
        return answer.json() if answer.body else None


def reconfigure(site, **settings):
    site.configure(**settings)
    # a program looks at its files once a second
    time.sleep(1.2)


def key_is_there(ask):
    """Before there is a key there are no public ones either."""
    site = ask.site
    with site.web_server.without_keys():
        ask("GET", "/.well-known/jwks.json")
    site.write("totp.key", "totp-0123456789abcdefghijklmnopqrstuvwxyz\n",
               0o600)
    site.postern("key", "new", "--algorithm", "ES256")
    wait_for("the public keys", lambda: ask(
        "GET", "/.well-known/jwks.json").status == 200, interval=0.3)
    reconfigure(site)


def accounts(ask):
    """Registration and the letters, to an account that can log in."""
    post = lambda *a, **k: ask("POST", *a, **k)
    good = lambda *a, **k: ask.good("POST", *a, **k)
    good("/api/register/", username="ada", email="ada@example.org",
         password=PASSWORD, first_name="Ada", last_name="Lovelace")
    good("/auth/users/", form=True, username="bob", email="bob@example.org",
         password=PASSWORD)
    post("/api/register/", username="Ada", email="x@example.org",
         password=PASSWORD)
    post("/api/register/", username="12345", email="x@example",
         password="12345")
    uid, token = ask.site.ticket("ada@example.org")
    post("/api/activate/", uid=uid, token="x")
    post("/api/activate/", uid="\N{BULLET}", token=token)
    good("/api/activate/", uid=uid, token=token)
    post("/api/activate/", uid=uid, token=token)
    good("/api/activate/resend/", email="bob@example.org")
    # the second: else it is not written any more
    uid, token = ask.site.ticket("bob@example.org", 2)
    good("/auth/users/activation/", form=True, uid=uid, token=token)

    for number, (order, confirm, names) in enumerate((
            ("reset", "reset/confirm", {"new_password": PASSWORD}),
            ("reset/username", "reset/username/confirm",
             {"new_username": "robert"}))):
        good(f"/api/{order}/", email="bob@example.org")
        post(f"/api/{order}/", email="bob")
        uid, token = ask.site.ticket("bob@example.org", 3 + 2 * number)
        post(f"/api/{confirm}/", uid=uid, token="x", **names)
        post(f"/api/{confirm}/", uid="\N{BULLET}", token="x", **names)
        post(f"/api/{confirm}/", uid=uid, token=token,
             **dict.fromkeys(names, "ada"))
        good(f"/api/{confirm}/", uid=uid, token=token, **names)
        # the letter of the changed password
        wait_for("letters", lambda: len(ask.site.letters(
            "bob@example.org")) == 4 + number)


def tokens(ask):
    login = {"username": "ada", "password": PASSWORD}
    good = lambda *a, **k: ask.good("POST", *a, **k)
    for path in ("/api/token/", "/auth/jwt/create/", "/api/token/sliding/"):
        ask("POST", path, **dict(login, password="wrong"))
        ask("POST", path, username="ada")
    pair = good("/api/token/", **login, remember=True)
    pair = good("/api/token/refresh/", refresh=pair["refresh"])
    good("/api/token/verify/", token=pair["access"])
    good("/auth/jwt/verify/", form=True, token=pair["refresh"])
    good("/api/token/blacklist/", refresh=pair["refresh"])
    sliding = good("/api/token/sliding/", form=True, **login)["token"]
    good("/api/token/sliding/refresh/", token=sliding)
    for path, name in (("/api/token/refresh/", "refresh"),
                       ("/api/token/blacklist/", "refresh"),
                       ("/api/token/verify/", "token"),
                       ("/api/token/sliding/refresh/", "token")):
        for bad in (pair["refresh"], pair["access"], "a.b.c"):
            ask("POST", path, **{name: bad})


def own(ask):
    """What is the account's own; its end comes last."""
    site = ask.site
    access = site.login("ada", PASSWORD)["access"]
    for path in ("/api/me/", "/auth/users/me/"):
        ask.good("GET", path, access)
        ask.good("PUT", path, access, first_name="Augusta Ada")
        ask.good("PATCH", path, access, form=True, last_name="King")
        ask("PATCH", path, access, first_name="\N{RIGHT-TO-LEFT OVERRIDE}")
        ask("DELETE", path, access, current_password="wrong")
    ask("GET", "/api/me/", "a.b.c")
    ask("GET", "/api/me/", headers={"Authorization": "Bearer"})
    ask.good("GET", "/api/hello/", access)
    ask("POST", "/api/me/password/", access, current_password=PASSWORD,
        new_password="123")
    ask("POST", "/api/me/username/", access, current_password=PASSWORD,
        new_username="robert")
    ask.good("POST", "/api/me/username/", access, current_password=PASSWORD,
             new_username="augusta")
    ask("POST", "/api/me/email/", access, current_password=PASSWORD,
        new_email="nowhere")
    ask.good("POST", "/api/me/email/", access, current_password=PASSWORD,
             new_email="augusta@example.org")
    addresses(ask)
    ask("GET", "/api/me/", access)
    access = site.login("augusta", PASSWORD)["access"]
    second = site.login("augusta", PASSWORD)["access"]
    sessions = ask.good("GET", "/api/me/sessions/", access)
    other = next(s["id"] for s in sessions if not s["current"])
    ask.good("DELETE", f"/api/me/sessions/{other}/", access)
    ask("DELETE", f"/api/me/sessions/{other}/", access)
    ask.good("DELETE", "/api/me/sessions/", access)
    ask("GET", "/api/me/sessions/", second)
    access = site.login("augusta", PASSWORD)["access"]
    ask.good("POST", "/api/me/password/", access, current_password=PASSWORD,
             new_password=PASSWORD + "2")
    access = site.login("augusta", PASSWORD + "2")["access"]
    ask.good("DELETE", "/api/me/", access, current_password=PASSWORD + "2")
    ask("GET", "/api/me/", access)


def addresses(ask):
    """A new address, and back; the password is nobody's then."""
    site = ask.site
    for path, address, number in (
            ("/api/me/email/confirm/", "augusta@example.org", 1),
            ("/api/me/email/undo/", "ada@example.org", 2)):
        uid, token = site.ticket(address, number)
        ask("POST", path, uid=uid, token="x")
        ask("POST", path, uid="\N{BULLET}", token=token)
        ask.good("POST", path, uid=uid, token=token)
    site.postern("user", "password", "augusta", "--force",
                 stdin=PASSWORD + "\n")


def two_step(ask):
    site = ask.site
    access = site.login("robert", PASSWORD)["access"]
    post = lambda path, **fields: ask("POST", f"/api/me/totp/{path}", access,
                                      **fields)
    end = lambda **fields: ask("DELETE", "/api/me/totp/", access, **fields)
    right = {"current_password": PASSWORD}
    ask.good("GET", "/api/me/totp/", access)
    post("confirm/", otp="123456")
    post("recovery/", **right, otp="123456")
    end(**right, otp="123456")
    post("", current_password="wrong")
    secret = ask.good("POST", "/api/me/totp/", access, **right)["secret"]
    post("confirm/", otp="x")
    step = totp.current_step()
    codes = ask.good("POST", "/api/me/totp/confirm/", access,
                     otp=totp.code(secret, step))["recovery_codes"]
    post("", **right)
    for path in ("/api/token/", "/api/token/sliding/"):
        ask("POST", path, username="robert", **{"password": PASSWORD})
        ask("POST", path, username="robert", password=PASSWORD, otp="x")
        ask.good("POST", path, username="robert", password=PASSWORD,
                 otp=codes.pop())
    ask("DELETE", "/api/me/", access, **right)
    ask("DELETE", "/api/me/", access, **right, otp="x")
    post("recovery/", **right, otp="x")
    codes = ask.good("POST", "/api/me/totp/recovery/", access, **right,
                     otp=codes.pop())["recovery_codes"]
    end(**right, otp="x")
    assert end(**right, otp=codes.pop()).status == 204


def staff(ask):
    site = ask.site
    for name in ("sam", "eve", "joe"):
        site.add_user(name, PASSWORD, None, "--subject", name,
                      *(["--staff"] if name == "sam" else []))
    ids = dict(site.sql("select username, subject from postern.users"))
    sam, eve = (site.login(name, PASSWORD)["access"]
                for name in ("sam", "eve"))
    for root in ("/api/users/", "/auth/users/"):
        ask.good("GET", root, eve)
        ask.good("GET", f"{root}?page=1&search=E", sam)
        ask("GET", f"{root}?page=0", sam)
        ask.good("GET", f"{root}{ids['eve']}/", eve)
        ask.good("GET", f"{root}{ids['eve']}/", sam)
        ask("GET", f"{root}{ids['sam']}/", eve)
        path = f"{root}{ids['eve']}/"
        ask.good("PUT", path, sam, form=True, first_name="Eve")
        ask.good("PATCH", path, sam, is_banned=False, is_active=True,
                 is_staff=False, groups=["editors"])
        ask("PATCH", path, sam, is_active=False)
        ask("PUT", path, sam, groups="editors")
        ask("DELETE", path, sam, current_password="wrong")
        for method in ("PUT", "PATCH", "DELETE"):
            ask(method, f"{root}nobody/", sam, first_name="x",
                current_password=PASSWORD)
    ask.good("DELETE", f"/api/users/{ids['joe']}/", sam,
             current_password=PASSWORD)
    site.sql("insert into postern.users (username, username_canonical, email, "
             "email_canonical, password, verified_at) select 'u' || n, "
             "'u' || n, n || '@u.example', n || '@u.example', 'x', now() "
             "from generate_series(1, 150) n")
    ask.good("GET", "/api/users/?page=2", sam)


def of_each():
    """(method, target, protected?, names of fields) that are declared."""
    for (method, path), routes in sorted(declared().items()):
        # POST /auth/users/ is declared once more, for Allow alone
        route = max(routes, key=lambda route: len(route.fields))
        yield (method, path.replace("{id}", "eve"), route.is_protected,
               {field.name for field in route.fields})


def refusals(ask):
    """What every program refuses alike, asked of each."""
    access = ask.site.login("sam", PASSWORD)["access"]
    text = {"Content-Type": "text/plain"}
    for method, target, protected, fields in of_each():
        bearer = access if protected else None
        ask(method, target, bearer, headers={"Accept": "text/html"})
        if protected:
            ask(method, target)
            ask(method, target, "a.b.c")
        if method == "GET" or not fields:
            continue
        ask(method, target, bearer, body=b"x", headers=text)
        ask(method, target, bearer, headers={"Content-Type": JSON},
            body=b'{"x":"' + b"x" * 70000 + b'"}')
        for body in (b"{", b"[]", b"null", b'{"x":1,}'):
            ask(method, target, bearer, body=body,
                headers={"Content-Type": JSON})
        if method not in ("PUT", "PATCH"):
            ask(method, target, bearer, body={})


def other_settings(ask):
    """What the configuration refuses."""
    site = ask.site
    ask("GET", "/api/health/")
    access = site.login("sam", PASSWORD)["access"]
    reconfigure(site, registration="closed", require_group="editors",
                totp_key=None)
    ask("POST", "/api/register/", username="new", email="new@example.org",
        password=PASSWORD)
    ask("GET", "/api/hello/", access)
    for method, target, _, _ in of_each():
        if "/totp/" in target:
            ask(method, target, access)
    reconfigure(site, registration="invitation", require_group=None,
                totp_key="totp.key", user_create_password_retype="yes")
    ask("POST", "/api/register/", username="new", email="new@example.org",
        password=PASSWORD, re_password="other-" + PASSWORD, invitation="x")
    ask("POST", "/api/register/", username="new", email="new@example.org",
        password=PASSWORD, re_password=PASSWORD, invitation="x")
    reconfigure(site, registration="open", user_create_password_retype="no")


def cookies(ask):
    """Tokens in cookies, and the pages of other sites."""
    site = ask.site
    login = {"username": "sam", "password": PASSWORD}
    ours, others = {"Origin": OURS}, {"Origin": OTHERS}
    reconfigure(site, token_transport="cookie", access_cookie="yes",
                login_field="email")
    login = {"email": "sam@example.com", "password": PASSWORD}
    answer = ask("POST", "/api/token/", headers=ours, **login)
    assert answer.status == 200 and "set-cookie" in answer.headers
    access, refresh = (next(
        value.partition(";")[0] for name, value in answer.raw_headers
        if value.startswith(cookie)) for cookie in (ACCESS, "__Secure"))
    ask.good("GET", "/api/me/", headers={"Cookie": access})
    for method, target, protected, fields in of_each():
        if protected and method != "GET":
            ask(method, target, headers={**others, "Cookie": access})
        elif "/token/" in target or "/jwt/" in target:
            values = dict(login, refresh="a.b.c", token="a.b.c")
            ask(method, target, headers=others,
                **{name: values[name] for name in fields & set(values)})
    for path in ("/api/token/refresh/", "/api/token/blacklist/"):
        answer = ask("POST", path, headers={**ours, "Cookie": refresh},
                     body={})
        assert answer.status == 200, answer
        refresh = next((value.partition(";")[0] for _, value in
                        answer.raw_headers if value.startswith("__Secure")))
    for path in ("/api/token/sliding/", "/api/token/sliding/refresh/"):
        answer = ask("POST", path, headers={**ours, "Cookie": access},
                     **(login if path.endswith("sliding/") else {"token": ""}))
        assert answer.status == 200, answer
        access = next(value.partition(";")[0] for _, value in
                      answer.raw_headers if value.startswith(ACCESS))
    reconfigure(site, token_transport="body", access_cookie="no",
                login_field="username")


def too_many(ask):
    """What takes a password or a code is not asked without end."""
    site = ask.site
    access = site.login("sam", PASSWORD)["access"]
    reconfigure(site, throttle="on", peer_attempts="1")
    values = {"username": "new", "email": "new@example.org",
              "new_username": "new", "new_email": "new@example.org",
              "first_name": "", "last_name": ""}
    for method, target, protected, fields in of_each():
        if not fields & {"password", "current_password"} and not (
                protected and "otp" in fields):
            continue
        site.sql("delete from postern.throttle")
        if "username" in fields and "email" in fields and "otp" in fields:
            fields = fields - {"email"}  # that of another login_field
        sent = {name: values.get(name, "Wr0ng-passw0rd-x")
                for name in fields - {"remember"}}
        for _ in range(2):
            answer = ask(method, target, access if protected else None, **sent)
        assert answer.status == 429, (method, target, answer)
    reconfigure(site, throttle="no", peer_attempts=None)


def unavailable(ask):
    """A mistake in the configuration is told to nobody but the log."""
    reconfigure(ask.site, access_token_lifetime="soon")
    for method, target, _, _ in of_each():
        ask(method, target)
    reconfigure(ask.site, access_token_lifetime="1h")


def tell(site):
    """Returns all exchanges."""
    ask = Asker(site)
    for story in (key_is_there, accounts, tokens, own, two_step, staff,
                  refusals, other_settings, cookies, too_many, unavailable):
        story(ask)
    return ask.exchanges


