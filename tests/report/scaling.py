"""
How many requests a second one machine answers, web server, database and the
client together on it: deploy/postern/SCALING.md. Figures, no verdict.

    POSTERN_BUILD=build /usr/bin/python3 -B tests/report/scaling.py

as root, with wrk and pgbouncer. PostgreSQL writes to disk here, in TMPDIR.
"""

import contextlib
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                ".."))

from support.cluster import Cluster  # noqa: E402

SECONDS = 8
DURABLE = {"fsync": "on", "full_page_writes": "on", "log_statement": "none",
           "log_connections": "off", "shared_buffers": "128MB"}
SHIPPED = {"password_memory": None, "password_passes": None}

HEADERS = 'wrk.headers["Content-Type"] = "application/json"\n'
HELLO = 'wrk.headers["Authorization"] = "Bearer {access}"\n'
LOGIN = HEADERS + """wrk.method = "POST"
wrk.body = '{{"username": "ada", "password": "Corr3ct-horse"}}'
"""
# One session a thread, and one connection: each answer has the next token.
REFRESH = HEADERS + """wrk.method = "POST"
local tokens, count = {{ {refreshes} }}, 0
function setup(thread)
   count = count + 1
   thread:set("token", tokens[count])
end
function request()
   return wrk.format(nil, nil, nil, '{{"refresh": "' .. token .. '"}}')
end
function response(status, headers, body)
   token = body:match('"refresh": *"([^"]+)"') or token
end
"""


def wrk(site, path, script, connections=8):
    """Answers a second; those that are not 2xx end the report."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        said = site.machine.call(subprocess.run, [
            "wrk", f"-t{connections}", f"-c{connections}", f"-d{SECONDS}s",
            "-s", file.name, f"http://127.0.0.1:{site.port}{path}"],
            stdout=subprocess.PIPE, text=True, check=True).stdout
    assert "Non-2xx" not in said and "Socket errors" not in said, said
    return float(re.search(r"^Requests/sec: *([\d.]+)$", said, re.M)[1])


def measure(title, way, asked, synchronous="", **settings):
    with contextlib.ExitStack() as stack:
        cluster = Cluster(stack, DURABLE, way, nodes=1, processes=4,
                          rotate_refresh_tokens="yes", **settings)
        cluster.set_primary(synchronous_standby_names=synchronous)
        site = cluster.nodes[0]
        call = site.machine.call
        call(site.add_user, "ada")
        tokens = [call(site.login, "ada") for _ in range(8)]
        for name, path, script in asked:
            rate = wrk(site, path, script.format(
                access=tokens[0]["access"], refreshes=", ".join(
                    f'"{token["refresh"]}"' for token in tokens)))
            print(f"{title:<34} {name:<9} {rate:9.0f} /s", flush=True)


def main():
    hello = ("hello", "/api/hello/", HELLO)
    refresh = ("refresh", "/api/token/refresh/", REFRESH)
    login = ("login", "/api/token/", LOGIN)
    measure("one machine", "direct", [hello, refresh])
    measure("one machine, access_check=stateless", "direct", [hello],
            access_check="stateless")
    measure("one machine, passwords as shipped", "direct", [login], **SHIPPED)
    measure("PgBouncer between", "pooler", [hello, refresh])
    measure("a synchronous standby as well", "direct", [refresh],
            synchronous="standby")


if __name__ == "__main__":
    main()
