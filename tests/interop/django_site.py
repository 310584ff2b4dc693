"""
A Django with REST framework and Simple JWT as its documentation sets it up,
in one file. The environment has SIMPLE_JWT and USERS in JSON; the port is the
first line of the standard output.
"""

import json
import os
import secrets
import sys
from datetime import timedelta
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

APPS = ["django.contrib.auth", "django.contrib.contenttypes",
        "rest_framework", "rest_framework_simplejwt",
        "rest_framework_simplejwt.token_blacklist"]


def configure():
    """Durations are seconds in the environment."""
    simple_jwt = json.loads(os.environ["SIMPLE_JWT"])
    for name in simple_jwt:
        if name.endswith("_LIFETIME"):
            simple_jwt[name] = timedelta(seconds=simple_jwt[name])
    settings.configure(
        SECRET_KEY=secrets.token_hex(32),
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=APPS,
        # Tables come from the models, without a history of theirs.
        MIGRATION_MODULES={app.rpartition(".")[2]: None for app in APPS},
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3",
                               "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        USE_TZ=True,
        REST_FRAMEWORK={"DEFAULT_RENDERER_CLASSES": [
            "rest_framework.renderers.JSONRenderer"]},
        SIMPLE_JWT=simple_jwt,
    )
    django.setup()


def fill():
    from django.contrib.auth.models import User

    call_command("migrate", run_syncdb=True, verbosity=0)
    for user in json.loads(os.environ["USERS"]):
        User.objects.create_user(**user)


def make_urls():
    from django.urls import path
    from rest_framework.decorators import (
        api_view, authentication_classes, permission_classes)
    from rest_framework.permissions import IsAuthenticated
    from rest_framework.response import Response
    from rest_framework_simplejwt import authentication, views

    def protected(how, answer):
        @api_view(["GET"])
        @authentication_classes([how])
        @permission_classes([IsAuthenticated])
        def view(request):
            return Response(answer(request.user))

        return view

    def hello(_):
        return {"message": "Hello, World!"}

    def who(user):
        return {"class": type(user).__name__, "id": str(user.id)}

    by_user = authentication.JWTAuthentication
    stateless = authentication.JWTStatelessUserAuthentication
    return [
        path("api/hello/", protected(by_user, hello)),
        path("api/who/", protected(by_user, who)),
        path("api/who/stateless/", protected(stateless, who)),
        path("api/token/", views.TokenObtainPairView.as_view()),
        path("api/token/refresh/", views.TokenRefreshView.as_view()),
        path("api/token/verify/", views.TokenVerifyView.as_view()),
        path("api/token/blacklist/", views.TokenBlacklistView.as_view()),
    ]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


configure()
fill()
urlpatterns = make_urls()
with make_server("127.0.0.1", 0, get_wsgi_application(),
                 handler_class=Quiet) as server:
    print(server.server_port, flush=True)
    sys.stdout.close()
    server.serve_forever()
