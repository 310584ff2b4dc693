"""Letters by SMTP under TLS: the server's certificate is verified, or the
letter waits and nothing is sent in the clear."""

import contextlib

import pytest

from support.certificates import Authority
from support.mailroom import Sink


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(str(tmp_path_factory.mktemp("authority")))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    return Authority(str(tmp_path_factory.mktemp("stranger")))


@contextlib.contextmanager
def sink_of(scheme, context):
    """A server that speaks TLS from the first byte, or after STARTTLS."""
    if scheme == "smtps":
        with Sink(ssl_context=context) as sink:
            yield sink
    else:
        with Sink(tls_context=context, require_starttls=True) as sink:
            yield sink


def equip(new_office, scheme, sink):
    office = new_office(mail_transport="smtp",
                        smtp_url=f"{scheme}://127.0.0.1:{sink.port}",
                        smtp_user="site")
    office.write("smtp", "pass word\n", 0o600)
    office.configure(smtp_password=office.path("smtp"))
    return office


def run(office, authority):
    return office.postern("mail", "run", "--once", check=False,
                          SSL_CERT_FILE=authority.file)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_whose_certificate_verifies(new_office, authority, scheme):
    with sink_of(scheme, authority.context()) as sink:
        office = equip(new_office, scheme, sink)
        number = office.order("reset", "ann@example.net")
        office.user("ann")
        run(office, authority)
        assert office.row(number)[:3] == ("sent", 1, None)
        assert sink.logins == [(b"site", b"pass word")]
        assert sink.to("ann@example.net")[0]["Subject"] == \
            "Choose a new password for Example"


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize("fault", ["of a stranger", "for another name"])
def test_a_server_whose_certificate_does_not(new_office, authority, stranger,
                                             scheme, fault):
    context = (stranger.context() if fault == "of a stranger"
               else authority.context("DNS:mail.example.org"))
    with sink_of(scheme, context) as sink:
        office = equip(new_office, scheme, sink)
        number = office.order("reset", "ann@example.net")
        office.user("ann")
        run(office, authority)
        ended, attempts, problem, _ = office.row(number)
        assert (ended, attempts) == (None, 1)
        assert problem.startswith("smtp: SSL")
        assert (sink.received, sink.logins) == ([], [])
        # mended, it leaves
    with sink_of(scheme, authority.context()) as sink:
        office.configure(smtp_url=f"{scheme}://127.0.0.1:{sink.port}")
        office.make_due()
        run(office, authority)
        assert office.ended(number) == "sent"


def test_a_server_without_starttls_gets_nothing(new_office, authority):
    with Sink() as sink:
        office = equip(new_office, "smtp", sink)
        number = office.order("reset", "ann@example.net")
        office.user("ann")
        run(office, authority)
        assert office.ended(number) is None
        assert (sink.received, sink.logins) == ([], [])
