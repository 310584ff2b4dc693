"""Writes sql/roles.sql: make roles."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from support.grants import Rights, as_file, programs
from support.postgres import Postgres
from support.servers import ROOT
from support.site import BUILD, QUICK, Home


def main():
    with Postgres() as server:
        home = Home(server.create_database(), QUICK)
        home.postern("migrate")
        home.remove()
        text = as_file(Rights(server.connect("postern")), programs(BUILD))
    path = f"{ROOT}/sql/roles.sql"
    with open(path + ".new", "w") as file:
        file.write(text)
    os.rename(path + ".new", path)
    print(f"{path}: {len(programs(BUILD))} roles")


main()
