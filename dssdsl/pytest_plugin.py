"""Fixtures for tests that need a DSS: ``dss`` in this process, ``dss_server`` on a socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dataikuapi import DSSClient

    from .emulator import Emulator, Server


@pytest.fixture(scope="session")
def dss_options() -> dict[str, Any]:
    """Arguments of every emulator; override the fixture to change them."""
    return {}


@pytest.fixture
def dss(dss_options: dict[str, Any]) -> Iterator[Emulator]:
    """An emulator without projects, in this process; the test's end deletes it."""
    from .emulator import Emulator

    with Emulator(**dss_options) as emulator:
        yield emulator


@pytest.fixture
def dss_connect() -> Callable[..., DSSClient]:
    """A function that returns a client of an emulator, without a socket."""
    from dataikuapi import DSSClient

    from .emulator import InProcess

    def connect(dss: Emulator, key: str = "emulator") -> DSSClient:
        client = DSSClient("http://dss.emulator", key)
        client._session.mount(
            "http://dss.emulator", InProcess(dss)
        )  # the client offers no other way
        return client

    return connect


@pytest.fixture
def dss_client(dss: Emulator, dss_connect: Callable[..., DSSClient]) -> DSSClient:
    """An administrator's client of ``dss``, without a socket."""
    return dss_connect(dss)


@pytest.fixture
def dss_server(dss: Emulator) -> Iterator[Server]:
    """The emulator ``dss`` on a free port of this machine; ``dss_server.url`` is its address."""
    from .emulator import serve

    with serve(dss) as server:
        yield server
