"""What a forgery is, and how the endpoints of a site answer to one."""

from collections import namedtuple

from excuses import HELLO, bearer_refused, token_refused
from support.forge import Draft, claim, untouched
from support.keys import pair
from support.replay import now
from support.site import KEY

OTHER = "another-site-0123456789abcdefghijklmnopqrstuvwxyz"
PASSWORD = "Corr3ct-horse"
INVALID, EXPIRED = "Token is invalid", "Token is expired"
NO_USER = '{"detail":"No active account found for the given token."}'

Endpoint = namedtuple("Endpoint", "path kind field")
ENDPOINTS = {
    "hello": Endpoint("/api/hello/", "access", None),
    "verify access": Endpoint("/api/token/verify/", "access", "token"),
    "verify refresh": Endpoint("/api/token/verify/", "refresh", "token"),
    "refresh": Endpoint("/api/token/refresh/", "refresh", "refresh"),
    # The last: its twin ends the session.
    "blacklist": Endpoint("/api/token/blacklist/", "refresh", "refresh"),
    "hello sliding": Endpoint("/api/hello/", "token", None),
    "verify sliding": Endpoint("/api/token/verify/", "token", "token"),
    "slide": Endpoint("/api/token/sliding/refresh/", "token", "token"),
}
EVERYWHERE = tuple(ENDPOINTS)[:5]
BODIES = EVERYWHERE[1:]
SLIDING = tuple(ENDPOINTS)[5:]


class Forgery:
    """
    A rule; the change that breaks it and the one that keeps it; what is said:
    a message, or a body for each endpoint where it is sent.
    """

    def __init__(self, rule, forged, twin=untouched, says=INVALID,
                 where=EVERYWHERE):
        self.rule = rule
        self.forged = forged
        self.twin = twin
        self.says = says
        self.where = where
        self.bodies = says if isinstance(says, dict) else {
            name: refused(name, says) for name in where}


def refused(where, message):
    """What an endpoint answers to a bad token."""
    if where == "hello sliding":
        return bearer_refused(message).replace(
            "AccessToken", "SlidingToken").replace('"access"', '"sliding"')
    return (bearer_refused if where == "hello" else token_refused)(message)


def times(name, rows):
    return [Forgery(f"{name}: {rule}", claim(name, forged), claim(name, twin),
                    *says) for rule, forged, twin, *says in rows]


def ahead(seconds, form="{}"):
    return lambda draft: form.format(draft.now + seconds)


def nested(levels):
    return "[" * levels + "]" * levels


ATTACKER = "attacker-0123456789abcdefghijklmnopqrstuvwxyz"
KEYS = {name: text.encode() for name, text in {
    "right": KEY, "other": OTHER, "attacker": ATTACKER, "empty": "",
    "rsa": pair("RS256").private, "ec": pair("ES256").private,
    "rsa public": pair("RS256").public,
    "rsa public, no newline": pair("RS256").public.rstrip("\n"),
    "ec public": pair("ES256").public,
    "attacker's rsa": pair("RS256", 1).private,
    "attacker's ec": pair("ES256", 1).private,
}.items()}


def send(site, endpoint, token):
    if endpoint.field is None:
        return site.get(endpoint.path, token)
    return site.post(endpoint.path, {endpoint.field: token})


def is_taken(name, answer):
    """Whether the answer is the one that a good token gets."""
    if answer.status == 200 and name in ("refresh", "slide"):
        return set(answer.json()) == {"access" if name == "refresh"
                                      else "token"}
    return answer.status == 200 and answer.text == (
        HELLO if name.startswith("hello") else "{}")


def drafts_of(site, signer):
    """Real tokens, as text and taken apart."""
    if site.settings.get("auth_token_classes") == "sliding":
        tokens = site.post("/api/token/sliding/", username="alice",
                           password=PASSWORD).json()
    else:
        tokens = site.login("alice", PASSWORD)
    return tokens, {kind: Draft(token, KEYS, signer, now())
                    for kind, token in tokens.items()}
