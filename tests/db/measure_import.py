"""
How long an import takes: measure_import.py [ROWS]; a million unless told.

Makes a file of accounts with hashes of Django and a server with PostgreSQL's
own settings (durable), imports twice (the second time nothing is new), exports,
tries an import that changes nothing on an empty database,
and prints for each the seconds and those of the processor, which do not depend
on what else the machine does, and the most memory that a process took.
"""

import os
import resource
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

from support.postgres import Postgres  # noqa: E402
from support.site import Home, children  # noqa: E402

DURABLE = {
    "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
    "shared_buffers": "128MB", "log_statement": "none",
    "autovacuum_naptime": "1min",
}
HASH = ("pbkdf2_sha256$260000$9TtEAfLhTqISH91rmBjJcE$"
        "oROXo0ah1p/rSHzT479NwSVoaVxERuHPdfyJWsOm+Ww=")


def write_accounts(path, count):
    """Names in no order, as those of people are; one in ten in a group."""
    with open(path, "w", encoding="utf-8") as file:
        file.write("id,password,last_login,is_superuser,username,first_name,"
                   "last_name,email,is_staff,is_active,date_joined,groups\n")
        for number in range(count):
            name = f"user{number * 7919 % count:07d}"
            file.write(
                f"{number + 1},{HASH},2024-05-06 07:08:09.123456+00,f,{name},"
                f"Ada,Lovelace,{name}@example.org,f,t,2020-01-02 03:04:05+00,"
                f"{'editors' if number % 10 == 0 else ''}\n")


def ticks_of(pid, fields):
    try:
        with open(f"/proc/{pid}/stat") as file:
            values = file.read().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return sum(int(values[field]) for field in fields)


def processor(server):
    """Seconds of the command and of the server, with children that are gone."""
    pid = server.process.pid
    ticks = ticks_of(pid, (11, 12, 13, 14)) + sum(
        ticks_of(child, (11, 12)) for child in children(pid))
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (ticks / os.sysconf("SC_CLK_TCK") + usage.ru_utime
            + usage.ru_stime)


def timed(server, home, what, *arguments):
    begin, used = time.monotonic(), processor(server)
    done = home.postern(*arguments, timeout=7200)
    print(f"{what}: {time.monotonic() - begin:.1f} s, "
          f"{processor(server) - used:.1f} s of the processor; "
          f"{done.stdout.strip()}", flush=True)


def main(count):
    with Postgres(DURABLE) as server:
        home = Home(server.create_database("measure"), {})
        home.postern("migrate")
        accounts = home.path("accounts.csv")
        write_accounts(accounts, count)
        command = ("import", "django", "--csv", accounts)
        timed(server, home, "import", *command)
        timed(server, home, "again", *command)
        timed(server, home, "export", "export", "--output",
              home.path("export.csv"))
        with server.connect("measure") as connection:
            connection.cursor().execute("truncate postern.users cascade")
        timed(server, home, "dry run", *command, "--dry-run")
        home.remove()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"most memory of a process: {peak // 1024} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000000)
