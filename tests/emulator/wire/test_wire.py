"""
The genuine client's usual operations, one after the other, against one emulator.

Their requests were recorded from dataikuapi 15.2: 79 operations, 141 requests.
"""

from __future__ import annotations

import pytest

from dssdsl.emulator import Emulator
from dssdsl.emulator.git.command import git

from . import content, datasets, flow, projects, recipes
from .operations import OPERATIONS, World

FAMILIES = (content, datasets, flow, projects, recipes)  # importing one registers its operations


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Create the objects once, as that takes 40 requests."""
    from dataikuapi import DSSClient

    from dssdsl.emulator import InProcess

    remote = tmp_path_factory.mktemp("remote")
    git(remote, "init", "--quiet", "--bare")
    with Emulator(connections={"c": "Filesystem", "pg": "PostgreSQL"}) as dss:
        client = DSSClient("http://dss", "emulator")
        client._session.mount("http://dss", InProcess(dss))
        yield dss, client, remote


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_of_the_client(name, template):
    dss, client, remote = template
    dss.reset()
    world = World(client, remote)
    dss.clear_requests()

    OPERATIONS[name](world)

    assert 501 not in {request.status for request in dss.requests}


def test_every_operation_is_tested():
    assert len(OPERATIONS) == 79
