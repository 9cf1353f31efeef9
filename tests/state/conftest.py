"""Every kind of store, in turn."""

from __future__ import annotations

import contextlib
import json
import uuid

import pytest
from jsonschema import Draft202012Validator

from dssdsl.dss.session import Session
from dssdsl.emulator import InProcess, serve
from dssdsl.state.schema import schema
from dssdsl.state.snapshot import SnapshotError
from tests.state.places import place, repository
from tests.support.world import emulator


@pytest.fixture(scope="session", name="s3")
def _s3():
    """The address of an S3 server that runs in this process."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(name="bucket")
def _bucket(s3, monkeypatch):
    """The URL of a new bucket of it."""
    import fsspec

    for name, value in {
        "AWS_ENDPOINT_URL": s3,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    name = f"state-{uuid.uuid4().hex[:12]}"
    fsspec.filesystem("s3").mkdir(name)
    return f"s3://{name}"


@pytest.fixture(name="dss")
def _dss():
    """A DSS with a project P, on a socket: its address."""
    with emulator() as dss, serve(dss) as server:
        session = Session("http://dss.test", "emulator", adapter=InProcess(dss))
        session.send("POST", "/projects/", {"projectKey": "P", "name": "P", "owner": "admin"})
        yield server.url


KINDS = ("local", "git", "git with a remote", "dss", "memory", "s3")


@pytest.fixture(params=KINDS, name="at")
def _at(request, tmp_path):
    """A place for state; what is left there at the end fits the schema."""
    found = _place(request, tmp_path)
    yield found
    store, validator = found.open(), Draft202012Validator(schema())
    for serial in store.serials("P"):
        validator.validate(json.loads(store.past("P", serial).dumps()))
    with contextlib.suppress(SnapshotError):  # what the test damaged
        if current := store.read("P"):
            assert current.dumps() == store.text("P")
            validator.validate(json.loads(current.dumps()))


def _place(request, tmp_path):
    kind = request.param
    if kind == "local":
        return place("local", str(tmp_path / "state"))
    if kind == "git":
        repository(tmp_path / "repo")
        return place("git", str(tmp_path / "repo"), str(tmp_path / "cache"))
    if kind == "git with a remote":
        repository(tmp_path / "shared.git", bare=True)
        repo = repository(tmp_path / "repo")
        repo.create_remote("origin", str(tmp_path / "shared.git"))
        return place("git", str(tmp_path / "repo"), str(tmp_path / "cache"))
    if kind == "dss":
        return place("dss", request.getfixturevalue("dss"))
    if kind == "memory":
        return place("memory", f"memory://{tmp_path.name}-{uuid.uuid4().hex}")
    return place("s3", f"{request.getfixturevalue('bucket')}/team")


@pytest.fixture(name="store")
def _store(at):
    """A store there."""
    return at.open()
