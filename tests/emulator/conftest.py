"""An emulator, and the genuine client on it."""

from __future__ import annotations

import json

import pytest
from dataikuapi import DSSClient

from dssdsl.emulator import Emulator, InProcess


@pytest.fixture(scope="session")
def connect():
    """Return a client on an emulator, without a socket."""

    def connect(dss: Emulator, key: str = "emulator") -> DSSClient:
        client = DSSClient("http://dss", key)
        client._session.trust_env = False  # to look for proxies is half the work of a request
        client._session.mount("http://dss", InProcess(dss))
        return client

    return connect


@pytest.fixture
def dss():
    connections = {"warehouse": "Snowflake", "postgres": "PostgreSQL", "lake": "EC2"}
    with Emulator(connections=connections, code_envs=["py311"]) as emulator:
        yield emulator


@pytest.fixture
def client(dss, connect):
    return connect(dss)


@pytest.fixture
def project(client):
    return client.create_project("SALES", "Sales", "admin")


@pytest.fixture
def folder(dss):
    """Return a function that reads a file of the project from disk."""

    def read(path: str) -> str:
        return (dss.project_folder("SALES") / path).read_bytes().decode()

    return read


@pytest.fixture
def messages(project):
    """Return a function that returns the messages of the project's commits, newest first."""
    return lambda: [entry["message"] for entry in project.get_project_git().log()["entries"]]


@pytest.fixture
def send_to():
    """Return a function that sends an emulator one request unchanged, and returns the response."""

    def send(
        dss: Emulator,
        method: str,
        path: str,
        body=None,
        content_type: str = "application/json",
        authorization: str = "Bearer emulator",
    ):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        content = b"" if body is None else content
        options = {"authorization": authorization, "content_type": content_type}
        return dss.serve(method, path, "", content, **options)

    return send


@pytest.fixture
def send(dss, send_to):
    """Return a function that sends one request to the emulator that the other fixtures use."""
    return lambda *sent: send_to(dss, *sent)
