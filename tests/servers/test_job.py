"""The main job, from the first letter to the logout, under both names."""

import pytest

PASSWORD = "lovelace-1843"
NEW = "analytical-1837"

API = {
    "register": "/api/register/", "activate": "/api/activate/",
    "login": "/api/token/", "refresh": "/api/token/refresh/",
    "verify": "/api/token/verify/", "me": "/api/me/",
    "reset": "/api/reset/", "confirm": "/api/reset/confirm/",
    "logout": "/api/token/blacklist/",
}
AUTH = {
    "register": "/auth/users/", "activate": "/auth/users/activation/",
    "login": "/auth/jwt/create/", "refresh": "/auth/jwt/refresh/",
    "verify": "/auth/jwt/verify/", "me": "/auth/users/me/",
    "reset": "/auth/users/reset_password/",
    "confirm": "/auth/users/reset_password_confirm/",
    "logout": "/auth/jwt/blacklist/",
}


def login(web, path, password):
    return web.post(path, username="ada", password=password)


@pytest.mark.parametrize("slash", ["/", ""], ids=["slash", "no slash"])
@pytest.mark.parametrize("paths", [API, AUTH], ids=["api", "auth"])
def test_main_job(web, paths, slash):
    at = {name: path.rstrip("/") + slash for name, path in paths.items()}
    address = "ada@example.org"
    answer = web.post(at["register"], username="ada", email=address,
                      password=PASSWORD)
    assert answer.status == 201, answer
    assert login(web, at["login"], PASSWORD).status == 401
    uid, token = web.ticket(address)
    assert web.post(at["activate"], uid=uid, token=token).status == 204
    tokens = login(web, at["login"], PASSWORD).json()
    answer = web.post(at["refresh"], refresh=tokens["refresh"])
    assert answer.status == 200
    access = answer.json()["access"]
    answer = web.post(at["verify"], token=access)
    assert (answer.status, answer.json()) == (200, {})
    assert web.get(at["me"], access).json()["username"] == "ada"
    answer = web.get("/api/hello" + slash, access)
    assert answer.json() == {"message": "Hello, World!"}

    assert web.post(at["reset"], email=address).status == 204
    uid, token = web.ticket(address, 2)
    assert web.post(at["confirm"], uid=uid, token=token,
                    new_password=NEW).status == 204
    assert login(web, at["login"], PASSWORD).status == 401
    tokens = login(web, at["login"], NEW).json()

    assert web.post(at["logout"], refresh=tokens["refresh"]).status == 200
    answer = web.post(at["refresh"], refresh=tokens["refresh"])
    assert (answer.status, answer.json()["code"]) == (401, "token_not_valid")
