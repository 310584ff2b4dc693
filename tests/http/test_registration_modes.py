"""Who may register and what for: the modes, retyping, activation off."""

import pytest

from support.site import wait_for

PASSWORD = "Corr3ct-horse"
FIELDS = {"username": "dora", "email": "dora@example.com",
          "password": PASSWORD}
DIFFER = {"non_field_errors": ["The two password fields didn't match."]}


def register(site, path="/api/register/", **more):
    return site.post(path, dict(FIELDS, **more))


@pytest.mark.parametrize("path", ["/api/register/", "/auth/users/"])
def test_closed(server, new_site, path):
    """Refused before the database is asked for anything."""
    with new_site(registration="closed", worker=False) as site:
        before = len(server.logged())
        answer = register(site, path)
        assert (answer.status, answer.json()) == (
            403, {"detail": "Registration is closed."})
        assert site.post(path, username="dora").status == 400
        assert "register" not in server.logged()[before:]
        assert site.value("select count(*) from postern.users") == 0


def test_open_asks_for_no_invitation_but_looks_at_one(new_site):
    with new_site(worker=False) as site:
        assert register(site, username="dora").status == 201
        assert register(site, username="dora1", invitation="").status == 201
        for value in ("x" * 43, "x", None, {"a": 1}):
            answer = register(site, username="dora2", invitation=value)
            assert answer.status == 400
            assert list(answer.json()) == ["invitation"]


def test_retyped_at_registration(new_site):
    with new_site(user_create_password_retype="yes", worker=False) as site:
        answer = register(site)
        assert (answer.status, answer.json()) == (
            400, {"re_password": ["This field is required."]})
        answer = register(site, re_password=PASSWORD + " ")
        assert (answer.status, answer.json()) == (400, DIFFER)
        answer = register(site, password="12345678", re_password="1")
        assert list(answer.json()) == ["password"]
        assert site.value("select count(*) from postern.users") == 0
        answer = register(site, re_password=PASSWORD)
        assert answer.status == 201
        assert list(answer.json()) == ["email", "username", "id"]


def test_retyped_at_a_reset(new_site):
    with new_site(password_reset_confirm_retype="yes") as site:
        site.add_user("dora")
        assert site.post("/api/reset/", email="dora@example.com").status == 204
        uid, token = site.ticket("dora@example.com")
        new = "N3w-passw0rd-x"

        def confirm(**more):
            return site.post("/api/reset/confirm/", dict(
                more, uid=uid, token=token, new_password=new))

        assert confirm().json() == {
            "re_new_password": ["This field is required."]}
        answer = confirm(re_new_password=new + "x")
        assert (answer.status, answer.json()) == (400, DIFFER)
        # nothing was used up
        assert confirm(re_new_password=new).status == 204
        site.login("dora", new)


def test_not_asked_for_it_is_not_looked_at(new_site):
    with new_site(worker=False) as site:
        assert register(site, re_password="other").status == 201


def test_without_activation(new_site):
    with new_site(send_activation_email="no",
                  registration_conflict="reveal") as site:
        assert register(site).status == 201
        site.login("dora")
        site.settle()
        assert site.letters() == []
        assert site.value("select count(*) from postern.outbox") == 0
        answer = register(site, username="other")
        assert (answer.status, answer.json()) == (
            400, {"email": ["user with this email already exists."]})


def test_without_activation_hiding_is_a_wrong_configuration(new_site):
    with new_site(worker=False) as site:
        site.configure(send_activation_email="no")
        answer = wait_for("the change is seen", lambda: (
            register(site, username="a").status == 503))
        assert answer
        assert "send_activation_email: without activation" in site.logged()
