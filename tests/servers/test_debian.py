"""
The Debian package: made by `make deb`, installed on a machine of its own, put in
front of users as README.Debian says, by each web server; upgraded, removed and
purged. In the order of the file, on one machine.
"""

import glob
import json
import os
import re
import shlex
import subprocess

import pytest

from support import apparmor, machine
from support.site import ROOT, wait_for

MISSING = machine.why_not()
pytestmark = pytest.mark.skipif(MISSING is not None, reason=str(MISSING))

SITE = "http://127.0.0.1:8080"
SERVERS = {
    "apache": ("a2enmod headers rewrite macro deflate filter proxy_fcgi\n"
               "a2enconf postern", "apache2ctl configtest",
               "apache2ctl start", "apache2ctl stop"),
    "lighttpd": ("lighty-enable-mod postern || [ $? = 2 ]",
                 "lighttpd -tt -f /etc/lighttpd/lighttpd.conf",
                 "lighttpd -f /etc/lighttpd/lighttpd.conf",
                 "kill $(cat /run/lighttpd.pid)"),
    "nginx": ("ln -s ../sites-available/postern /etc/nginx/sites-enabled/",
              "nginx -t", "nginx", "nginx -s stop"),
}


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    build = tmp_path_factory.mktemp("package")
    done = subprocess.run(
        ["make", "-s", "deb", f"BUILD={build}"], cwd=ROOT, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
        env={name: value for name, value in os.environ.items()
             if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")})
    assert done.returncode == 0, done.stdout
    built = glob.glob(f"{build}/*.deb")
    assert len(built) == 1
    assert f"Built: {built[0]}" in done.stdout
    return built[0]


@pytest.fixture(scope="module")
def host(package):
    """A machine that never had Postern."""
    with machine.Machine() as machine_:
        machine_.run("""
            rm -rf /etc/postern /var/log/postern /etc/*/conf-enabled/*postern*
            rm -f /etc/nginx/sites-enabled/* /etc/apache2/sites-enabled/*
            rm -rf /etc/postgresql/* /var/lib/postgresql/*
            ! id postern 2>/dev/null || userdel postern
            mkdir -p /var/log/apache2 /var/log/lighttpd /var/log/nginx
            install -d -o postgres -g postgres /run/postgresql""")
        machine_.give(package, "/tmp/postern.deb")
        machine_.found = files(machine_)
        yield machine_


def files(host):
    """What is in folders that packages write to, and not of dpkg itself."""
    said = host.run("find /etc /usr /var /run -xdev"
                    " -path /usr/local -prune -o"
                    " -path /var/lib/dpkg -prune -o"
                    " -path /var/cache -prune -o"
                    " -path /var/lib/postgresql -prune -o"
                    " -print").stdout
    return set(said.splitlines())


def ask(host, method, path, token="", **fields):
    words = ["curl", "-s", "-X", method, "-w", "\\n%{http_code}", SITE + path]
    if token:
        words += ["-H", f"Authorization: Bearer {token}"]
    if fields:
        words += ["-H", "Content-Type: application/json",
                  "-d", json.dumps(fields)]
    said = host.run(shlex.join(words)).stdout
    body, _, status = said.rpartition("\n")
    return int(status), json.loads(body)


def state(host):
    return host.run("dpkg-query -W -f '${db:Status-Abbrev}' postern 2>&1",
                    check=False).stdout


def unit(host, name):
    """Whether a unit is enabled, as systemctl says without a systemd."""
    return host.run(f"systemctl --root=/ is-enabled {name}",
                    check=False).stdout.strip()


def test_lintian_has_no_errors(package):
    done = subprocess.run(["lintian", "--allow-root", "--fail-on",
                           "error,warning", package], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)
    assert done.returncode == 0, done.stdout


def test_its_version_is_the_commands(host, package):
    host.run("dpkg -i /tmp/postern.deb")
    assert state(host) == "ii "
    version = host.run("dpkg-query -W -f '${Version}' postern").stdout
    assert host.run("/usr/bin/postern --version").stdout == \
        f"postern {version.rpartition('-')[0]}\n"
    assert os.path.basename(package).startswith(f"postern_{version}_")


def test_nothing_runs_before_it_is_configured(host):
    assert host.run("stat -c '%a %U:%G' /etc/postern/postern.conf").stdout \
        == "640 root:postern\n"
    for name in ("postern.target", "postern-mail.service",
                 "postern-hook.service", "postern-clean.timer"):
        assert unit(host, name) == "disabled"
    assert "postern" not in host.run("ps -eo user:20,args").stdout
    assert host.run("ls /etc/apache2/conf-enabled /etc/lighttpd/conf-enabled"
                    " /etc/nginx/sites-enabled").stdout.count("postern") == 0
    for check in ("apache2ctl configtest", "nginx -t",
                  "lighttpd -tt -f /etc/lighttpd/lighttpd.conf"):
        host.run(check)


def test_it_works_as_readme_debian_says(host):
    cluster = "$(ls /usr/lib/postgresql | sort -n | tail -n 1) main"
    host.run(f"""
        pg_createcluster --start {cluster}
        runuser -u postgres -- createuser postern
        runuser -u postgres -- createdb -O postern -E UTF8 -T template0 postern
        sed -i -e 's|^site_name =.*|site_name = Example|' \
            -e 's|^#log = .*|log = /var/log/postern/postern.log|' \
            /etc/postern/postern.conf
        /usr/bin/postern key new --group postern
        runuser -u postern -- /usr/bin/postern migrate
        echo 'correct horse battery' | runuser -u postern -- \
            /usr/bin/postern user add ada --email ada@example.org
        # what postern.target does where there is a systemd
        mkdir /tmp/traces
        strace -ff -qq -o /tmp/traces/of -e trace={apparmor.TRACE} \
            sh /usr/share/postern/spawn-fcgi/pools.sh >/tmp/pools 2>&1 &""")
    wait_for("the pools", lambda: len(host.run(
        "ls /run/postern").stdout.split()) == len(host.run(
            "ls /usr/lib/postern").stdout.split()))
    check = host.run("runuser -u postern -- /usr/bin/postern check",
                     check=False).stdout
    assert "postern migrate" not in check and "key new" not in check, check


@pytest.mark.parametrize("name", SERVERS)
def test_a_site_behind(host, name):
    enable, check, start, stop = SERVERS[name]
    host.run(enable)
    host.run(check)
    host.run(f"{start} >/tmp/said 2>&1")
    wait_for("it answers", lambda: host.run(
        f"curl -s {SITE}/", check=False).returncode == 0)
    status, health = ask(host, "GET", "/api/health/")
    assert (status, health["status"]) == (200, "ok")
    status, tokens = ask(host, "POST", "/api/token/", username="ada",
                         password="correct horse battery")
    assert status == 200
    assert ask(host, "GET", "/api/hello/", tokens["access"])[0] == 200
    assert ask(host, "GET", "/api/hello/", "nonsense")[0] == 401
    assert ask(host, "POST", "/auth/users/", username=name,
               email=f"{name}@example.org", password="a rare password")[0] \
        == 201
    assert ask(host, "GET", "/api/nothing/")[0] == 404
    assert "<html" in host.run(f"curl -s {SITE}/").stdout
    assert "<html" in host.run(f"curl -s {SITE}/api/").stdout
    host.run(stop)
    wait_for("it has ended", lambda: host.run(
        f"curl -s {SITE}/", check=False).returncode == 7)


def test_the_apparmor_profile_admits_what_programs_do(host, tmp_path):
    """As far as the sites above had them do it; and not much more."""
    text = host.run("cat /usr/share/postern/apparmor/postern").stdout
    (tmp_path / "postern").write_text(text)
    profile = apparmor.Profile(str(tmp_path / "postern"))
    programs = {f"/usr/lib/postern/{name}" for name in host.run(
        "ls /usr/lib/postern").stdout.split()}
    done = set().union(*(
        apparmor.deeds(host.run(f"cat /tmp/traces/{name}").stdout, programs)
        for name in host.run("ls /tmp/traces").stdout.split()))
    assert ("/etc/postern/postern.conf", "r") in done
    assert ("/var/log/postern/postern.log", "w") in done
    assert ("/run/postgresql/.s.PGSQL.5432", "w") in done
    assert [deed for deed in sorted(done) if not profile.admits(*deed)] == []
    for path, may in (
            ("/etc/shadow", "r"), ("/root/.ssh/id_rsa", "r"),
            ("/home/ada/.pgpass", "r"), ("/var/lib/postgresql/15/main", "r"),
            ("/bin/sh", "x"), ("/usr/bin/php", "x"),
            ("/etc/postern/postern.conf", "w"), ("/etc/postern/keys/a", "w"),
            ("/usr/lib/postern/hello", "w"), ("/usr/share/postern/www/x", "w"),
            ("/tmp/x", "w"), ("/run/docker.sock", "w")):
        assert not profile.admits(path, may), (path, may)


def newer(host):
    """The same package under a higher version."""
    host.run("""
        rm -rf /tmp/newer && dpkg-deb -R /tmp/postern.deb /tmp/newer
        sed -i 's/^Version: .*/Version: 999-1/' /tmp/newer/DEBIAN/control
        echo '# another default' >>/tmp/newer/usr/share/postern/postern.conf.example
        dpkg-deb --root-owner-group -b /tmp/newer /tmp/newer.deb""")


def test_an_upgrade_keeps_what_is_there(host):
    before = host.run("cat /etc/postern/postern.conf; ls -lR /etc/postern"
                      " /etc/apache2/conf-enabled").stdout
    newer(host)
    said = host.run("dpkg -i /tmp/newer.deb").stdout
    assert "nothing to do" in said, said  # the migration
    assert state(host) == "ii "
    assert host.run("cat /etc/postern/postern.conf; ls -lR /etc/postern"
                    " /etc/apache2/conf-enabled").stdout == before


def test_an_upgrade_without_its_database_says_what_is_left(host):
    cluster = "$(ls /etc/postgresql) main"
    host.run(f"pg_ctlcluster {cluster} stop -m fast")
    newer(host)
    said = host.run("dpkg -i /tmp/newer.deb").stdout
    assert state(host) == "ii "
    assert "sudo -u postern postern migrate" in said
    host.run(f"pg_ctlcluster {cluster} start")


def test_removed_it_leaves_servers_that_start_and_its_configuration(host):
    host.run("dpkg -r postern")
    assert state(host) == "rc "
    for _, check, _, _ in SERVERS.values():
        host.run(check)
    assert not [path for path in files(host)
                if re.search(r"^/etc/.*-enabled/.*postern", path)]
    host.run("test -e /etc/postern/postern.conf && test -d /etc/postern/keys")
    assert host.run("id postern").returncode == 0


def test_it_comes_back_with_its_configuration(host):
    host.run("dpkg -i /tmp/postern.deb")
    assert "site_name = Example" in host.run(
        "cat /etc/postern/postern.conf").stdout
    assert json.loads(host.run("runuser -u postern -- /usr/bin/postern user "
                               "list --json").stdout)


def test_a_user_of_its_name_may_be_there(host):
    host.run("""
        dpkg --purge postern && userdel --force postern
        useradd --create-home --gid users postern
        dpkg -i /tmp/postern.deb""")
    assert state(host) == "ii "
    assert host.run("stat -c %U:%G /var/log/postern").stdout == \
        "postern:users\n"


def test_purged_it_leaves_nothing_but_its_user(host):
    host.run("dpkg --purge postern")
    assert state(host) in ("un ", "dpkg-query: no packages found matching "
                           "postern\n")
    assert not {path for path in files(host) - host.found
                if "postern" in path}
