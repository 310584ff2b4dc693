"""No server is left out of anything."""

from conftest import GROUPS, PASSED

from support.servers import SERVERS


def test_no_cell_is_empty():
    assert GROUPS
    assert [(server, group) for server in SERVERS for group in GROUPS
            if not PASSED.get((server, group))] == []
