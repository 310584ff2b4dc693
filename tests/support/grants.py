"""Which rights in the database each statement, and so each program, needs."""

import glob
import os
import re
import subprocess

import psycopg2

from .servers import ROOT

PROBE = "postern_probe"
COLUMNS = ("select", "insert", "update")

# A row can be locked with the right to update any one of its columns: the one
# of which the least can be made is tried last, and so stays.
HARMLESS = ("id", "key", "is_only", "user_id", "hash")


def statements():
    """{name: text} of sql/queries."""
    found = {}
    for path in glob.glob(f"{ROOT}/sql/queries/*.sql"):
        with open(path) as file:
            found[os.path.basename(path)[:-4]] = file.read()
    return found


def programs(build):
    """{program: names of the statements that are in it}."""
    found = {}
    for path in glob.glob(f"{build}/cgi-bin/*"):
        if path.endswith((".o", ".d")):
            continue
        symbols = subprocess.run(["nm", path], check=True, text=True,
                                 stdout=subprocess.PIPE).stdout
        found[os.path.basename(path)] = sorted(
            set(re.findall(r" query_(\w+)$", symbols, re.MULTILINE)))
    return found


class Rights:
    """
    Finds out by trying: grants all that there is to a role, and takes back
    what the server does not miss. `connection` is a superuser's, in a database
    with the schema; nothing of it stays.

    A right is (privilege, object, column or None).
    """

    def __init__(self, connection):
        connection.autocommit = False
        self.cursor = connection.cursor()
        self.found = {}
        self.cursor.execute("set plan_cache_mode = force_generic_plan")
        self.cursor.execute(f"create role {PROBE}")
        self.cursor.execute(f"grant usage on schema postern to {PROBE}")

    def _objects(self):
        """{table: columns}, functions that not everybody may execute."""
        self.cursor.execute("""
            select c.oid::regclass::text, array_agg(a.attname::text
                order by a.attname = any (%s), a.attnum)
            from pg_class c join pg_attribute a on a.attrelid = c.oid
            where c.relnamespace = 'postern'::regnamespace
                and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
            group by c.oid order by 1""", (list(HARMLESS),))
        tables = dict(self.cursor.fetchall())
        self.cursor.execute("""
            select oid::regprocedure::text from pg_proc
            where pronamespace = 'postern'::regnamespace
                and prorettype <> 'trigger'::regtype
                and not has_function_privilege(%s, oid, 'execute')
            order by 1""", (PROBE,))
        return tables, [name for name, in self.cursor.fetchall()]

    def _may_run(self, execute):
        self.cursor.execute(f"savepoint tried; set local role {PROBE}")
        try:
            self.cursor.execute(execute)
        except psycopg2.errors.InsufficientPrivilege:
            return False
        finally:
            self.cursor.execute("rollback to savepoint tried; reset role")
        return True

    def _without(self, execute, clause):
        """Takes a right back, if the statement runs without it."""
        self.cursor.execute(f"savepoint taken; revoke {clause} from {PROBE}")
        missed = not self._may_run(execute)
        if missed:
            self.cursor.execute("rollback to savepoint taken")
        return missed

    def of(self, name, text):
        """The set of rights that a statement needs, no one to spare."""
        if name in self.found:
            return self.found[name]
        count = max([0, *map(int, re.findall(r"\$(\d+)", text))])
        nulls = f"({', '.join(['null'] * count)})" if count else ""
        text = text.strip().removesuffix(";")
        self.cursor.execute("savepoint statement")
        self.cursor.execute(f"prepare tried as {text}")
        execute = f"explain execute tried{nulls}"
        tables, functions = self._objects()
        for table in tables:
            self.cursor.execute(f"grant delete on {table} to {PROBE}")
            for privilege in COLUMNS:
                self.cursor.execute(f"grant {privilege}"
                                    f" ({', '.join(tables[table])})"
                                    f" on {table} to {PROBE}")
        for function in functions:
            self.cursor.execute(
                f"grant execute on function {function} to {PROBE}")
        assert self._may_run(execute), name
        needed = set()
        for table, columns in tables.items():
            if self._without(execute, f"delete on {table}"):
                needed.add(("delete", table, None))
            for privilege in COLUMNS:
                if not self._without(
                        execute,
                        f"{privilege} ({', '.join(columns)}) on {table}"):
                    continue
                for column in columns:
                    if self._without(execute,
                                     f"{privilege} ({column}) on {table}"):
                        needed.add((privilege, table, column))
        for function in functions:
            if self._without(execute, f"execute on function {function}"):
                needed.add(("execute", function, None))
        assert self._may_run(execute), name
        self.cursor.execute("rollback to savepoint statement")
        self.cursor.execute("deallocate tried")
        self.found[name] = needed
        return needed

    def of_program(self, names):
        texts = statements()
        return set().union(*(self.of(name, texts[name]) for name in names))


HEADER = """\
-- roles.sql - what each program's role may do in the database: what its
-- statements need, column by column, found out by trying (make roles). Which
-- rows is not restricted.
"""


def as_sql(rights, role):
    """The statements that give a role these rights, sorted."""
    objects = {}
    for privilege, name, column in rights:
        objects.setdefault((name, privilege), []).append(column)
    lines = [f"grant usage on schema postern to {role};"] if rights else []
    for (name, privilege), columns in sorted(objects.items()):
        what = privilege
        if columns != [None]:
            what += f" ({', '.join(sorted(columns))})"
        kind = "function " if privilege == "execute" else ""
        lines.append(f"grant {what} on {kind}{name} to {role};")
    return "".join(line + "\n" for line in lines)


def as_file(rights, found):
    """The text of sql/roles.sql for {program: names of statements}."""
    return HEADER + "".join(
        f"\n-- postern_{program}\n"
        + as_sql(rights.of_program(names), f"postern_{program}")
        for program, names in sorted(found.items()))
