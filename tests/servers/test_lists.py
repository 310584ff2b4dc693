"""The lists of endpoints are what the programs say."""

import filecmp
import os
import subprocess

from support.servers import ROOT
from support.site import BUILD

LISTS = ["apache/endpoints.conf", "lighttpd/endpoints-cgi.conf",
         "lighttpd/endpoints-pools.conf", "lighttpd/endpoints.conf",
         "nginx/endpoints.conf",
         "shared-hosting/endpoints.htaccess",
         "systemd/postern.target"]


def test_make_endpoints_would_change_nothing(tmp_path):
    subprocess.run(["sh", f"{ROOT}/deploy/endpoints.sh", f"{BUILD}/cgi-bin",
                    tmp_path], check=True)
    written = sorted(os.path.relpath(os.path.join(folder, name), tmp_path)
                     for folder, _, names in os.walk(tmp_path)
                     for name in names)
    assert written == LISTS
    for name in LISTS:
        assert filecmp.cmp(tmp_path / name, f"{ROOT}/deploy/{name}",
                           shallow=False), f"{name}: make endpoints"
