"""Each path of each program reaches it; nothing else reaches any."""

import pytest

from support.declared import declared

DECLARED = {}
for (method, path), routes in declared().items():
    for route in routes:
        DECLARED.setdefault(route.program, {}).setdefault(
            path, set()).add(method)


def allowed(program, path):
    """What a program's Allow lists at a path."""
    methods = set(DECLARED[program][path]) | {"OPTIONS"}
    return methods | {"HEAD"} if "GET" in methods else methods


@pytest.mark.parametrize("program", sorted(DECLARED))
def test_every_path_reaches_its_program(web, program):
    web.add_user("ada")
    access = web.login("ada")["access"]
    reached = 0
    for path in sorted(DECLARED[program]):
        if (program, path) == ("register", "/auth/users/"):
            continue  # the test below
        for target in (path, path.rstrip("/")):
            answer = web.send("OPTIONS", target.replace("{id}", "17"), access)
            assert answer.status == 204, (target, answer)
            methods = set(answer.headers["allow"].split(", "))
            assert methods == allowed(program, path), target
            reached += 1
    assert reached >= 2


@pytest.mark.parametrize("slash", ["/", ""], ids=["slash", "no slash"])
def test_the_method_chooses_at_the_list_of_accounts(web, slash):
    answer = web.post("/auth/users" + slash, value={})
    required = ["This field is required."]
    assert (answer.status, answer.json()) == (400, {
        name: required for name in ("username", "email", "password")})
    answer = web.get("/auth/users" + slash)
    assert answer.status == 401
    web.add_user("ada")
    access = web.login("ada")["access"]
    answer = web.get("/auth/users" + slash + "?search=ada", access)
    assert [user["username"] for user in answer.json()] == ["ada"]
    own = web.get("/auth/users/me/", access).json()
    answer = web.get(f"/auth/users/{own['id']}" + slash, access)
    assert answer.json() == own


def configured(path):
    """Apache refuses %2F by itself until it is told otherwise."""
    return pytest.param(path, marks=pytest.mark.configured)


NOBODYS = [
    "/api", "/auth", "/auth/", "/api/tokens/", "/api/tokenX", "/api/token/x/",
    "/api/token//", "/api//token/", "/api/./token/", "/api/x/../token/",
    "/api/%74oken/", configured("/api/token%2f"),
    configured("/api/token%2Frefresh/"),
    "/api/users/1/2/", "/auth/users/me/x", "/api/hello/x", "/API/token/x",
    "/api/hello/;x", "/auth/jwt/create.html", "/api/health/health",
]


@pytest.mark.parametrize("path", NOBODYS)
def test_what_is_below_and_nobodys_is_404_in_json(web, path):
    if path.startswith("/API"):
        assert web.post(path, username="x", password="y").status in (404, 405)
        return
    answer = web.post(path, username="x", password="y")
    assert answer.status == 404, answer
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"detail": "Not found."}


@pytest.mark.parametrize("path", ["/cgi-bin/hello", "/health/api/hello/",
                                  "/usr/local/lib/postern/hello", "/hello"])
def test_no_program_answers_under_another_name(web, path):
    answer = web.get(path)
    assert answer.status == 404
    assert "www-authenticate" not in answer.headers
