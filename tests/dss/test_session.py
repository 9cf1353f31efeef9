"""What becomes of DSS's answers, and of none."""

from __future__ import annotations

import io
import socket
import threading

import pytest
import requests

from dssdsl.dss.session import Session
from dssdsl.emulator import Emulator, InProcess, User, serve
from dssdsl.emulator.instance import futures
from dssdsl.errors import Denied, DssError, NotFound, TimedOut, Unreachable


@pytest.fixture(name="dss")
def _dss():
    with Emulator(
        keys={
            "admin-key": User("admin"),
            "closed-key": User("eve", admin=False, projects=frozenset()),
        }
    ) as dss:
        yield dss


@pytest.fixture(name="session")
def _session(dss):
    return Session("http://dss.test", "admin-key", adapter=InProcess(dss))


def test_an_unknown_key_is_denied(dss):
    """
    401 says that the key is wrong, never that something is missing.
    """
    session = Session("http://dss.test", "wrong", adapter=InProcess(dss))

    with pytest.raises(Denied, match="does not know the API key"):
        session.json("GET", "/projects/")


def test_a_closed_project_is_denied_and_not_absent(dss, session):
    """
    A project that the key may not see is answered like one that is not there; only the list tells.
    """
    session.send("POST", "/projects/", {"projectKey": "P", "name": "P", "owner": "admin"})
    eve = Session("http://dss.test", "closed-key", adapter=InProcess(dss))

    with pytest.raises(Denied):
        eve.json("GET", "/projects/P/metadata")
    assert frozenset() == eve.project_keys
    assert {"P"} == session.project_keys


def test_a_missing_object_is_not_found(session):
    """
    404 is an answer of its own.
    """
    session.send("POST", "/projects/", {"projectKey": "P", "name": "P", "owner": "admin"})

    with pytest.raises(NotFound, match=r"dataset does not exist: P\.x"):
        session.json("GET", "/projects/P/datasets/x")


def test_a_refusal_is_reported_in_the_words_of_dss(dss, session):
    """
    Status 500 keeps DSS's own text, without its stack trace.
    """
    dss.refuse(
        "GET /projects",
        status=500,
        error_type="java.lang.NullPointerException",
        message="boom\n\tat com.dataiku",
    )

    with pytest.raises(
        DssError, match=r"DSS refused GET /projects/: boom \(NullPointerException\)"
    ) as refused:
        session.json("GET", "/projects/")
    assert "com.dataiku" not in str(refused.value)


@pytest.mark.parametrize("status", [200, 502])
def test_a_page_is_no_answer(dss, session, status):
    """
    A proxy's HTML page says that the host is wrong.
    """
    dss.answer(
        "GET /projects",
        status=status,
        content_type="text/html",
        body="<html><body>login</body></html>",
    )

    with pytest.raises(DssError, match=r"HTML|not JSON") as refused:
        session.json("GET", "/projects/")
    assert "host" in refused.value.fix


def test_a_cut_connection_is_unreachable(dss, session):
    """
    No answer is no answer: it may have landed.
    """
    dss.cut("POST /projects", after=True)

    with pytest.raises(Unreachable):
        session.send("POST", "/projects/", {"projectKey": "P", "name": "P", "owner": "admin"})
    assert {"P"} == session.project_keys


def test_a_server_that_never_answers_times_out(dss):
    """
    Each request has a time-out; dataikuapi has none of its own.
    """
    dss.latency = 5.0
    server = serve(dss)
    try:
        with pytest.raises(Unreachable, match=r"did not answer GET /projects/ within 0.2 s"):
            Session(server.url, "admin-key", timeout=0.2).json("GET", "/projects/")
    finally:
        dss.latency = 0.0
        server.close()


def test_a_wrong_host_is_unreachable():
    """
    A refused connection names the host.
    """
    with pytest.raises(Unreachable, match=r"cannot reach http://127\.0\.0\.1:9"):
        Session("http://127.0.0.1:9", "key").json("GET", "/projects/")


def test_reads_are_repeated_and_writes_are_not(dss):
    """
    A read that a proxy refused is tried again; a write may have landed, so it is not.
    """
    server = serve(dss)
    try:
        session = Session(server.url, "admin-key")
        dss.refuse("GET /projects", status=503, times=1)
        assert [] == session.json("GET", "/projects/")

        dss.refuse("POST /projects", status=503, times=1)
        with pytest.raises(DssError):
            session.send("POST", "/projects/", {"projectKey": "P", "name": "P", "owner": "admin"})
        assert frozenset() == session.project_keys
    finally:
        server.close()


def test_a_client_for_each_worker(session):
    """
    Threads do not share a client.
    """
    clients = [session.client]
    thread = threading.Thread(target=lambda: clients.append(session.client))
    thread.start()
    thread.join()

    assert clients[0] is not clients[1]
    assert clients[0] is session.client


def test_the_key_is_never_shown(session):
    """
    What is printed of a session has no key in it.
    """
    assert "admin-key" not in repr(session)
    assert isinstance(session.adapter, requests.adapters.BaseAdapter)


def test_background_tasks_of_dss_are_awaited(dss, session):
    """
    A task that runs for a while is asked for until it has its result.
    """
    dss.future_polls = 3
    session.json("POST", "/projects/", {"projectKey": "P", "name": "P", "owner": "admin"})

    session.wait(session.json("DELETE", "/projects/P", wait=True))

    assert sum("/futures/" in r.path for r in dss.requests) >= 3


def test_a_task_that_never_ends_is_given_up(dss):
    """
    Nobody waits for ever: it is said that DSS may still be at it, and the exit code is 9.
    """
    dss.future_polls = futures.NEVER
    session = Session("http://dss.test", "admin-key", adapter=InProcess(dss), patience=0.3)
    session.json("POST", "/projects/", {"projectKey": "P", "name": "P", "owner": "admin"})

    with pytest.raises(TimedOut, match=r"still at it after 0\.3 s") as error:
        session.wait(session.json("DELETE", "/projects/P", wait=True))

    assert error.value.exit_code == 9


def test_an_upload_has_its_timeout_too():
    """
    A server that takes a file and says nothing is given up like any other.
    """
    with socket.create_server(("127.0.0.1", 0)) as silent:
        session = Session(f"http://127.0.0.1:{silent.getsockname()[1]}", "key", timeout=0.3)

        for ask in (
            lambda: session.upload("/projects/P/datasets/D/uploaded/files", "a.csv", io.BytesIO(b"1")),
            lambda: session.send("PUT", "/projects/P/x", {}),
        ):  # fmt: skip
            with pytest.raises(Unreachable, match=r"within 0\.3 s"):
                ask()
