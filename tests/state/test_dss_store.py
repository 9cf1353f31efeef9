"""What a store in the project's own library does beyond the others."""

from __future__ import annotations

import contextlib

import pytest

from dssdsl.dss.session import Session
from dssdsl.emulator import InProcess, User
from dssdsl.errors import Denied, DssdslError, DssError, Locked
from dssdsl.state.stores.dss import LOCK, DssStore
from tests.state.places import HOST, lock, snapshot
from tests.support.world import emulator, refuse_write


@pytest.fixture(name="dss")
def _dss():
    """A DSS with a project P."""
    with emulator() as dss:
        opened(dss).dss.send(
            "POST", "/projects/", {"projectKey": "P", "name": "P", "owner": "admin"}
        )
        yield dss


def opened(dss, key="emulator"):
    """A store in it, as a new process opens it."""
    return DssStore(Session(HOST, key, adapter=InProcess(dss)))


def requests(dss):
    """What was asked since the last time, without what all of it begins with."""
    asked = [f"{r.method} {r.path.partition('/projects/P')[2]}" for r in dss.requests]
    dss.clear_requests()
    return asked


def test_what_it_takes(dss):
    """
    A later deployment costs its difference from the base and the state, each after a look at what is there.
    """
    store = opened(dss)
    store.write("P", snapshot(1), over=0)
    found = store.read("P")
    dss.clear_requests()

    found.serial += 1
    store.write("P", found, over=found.serial - 1)

    folder = "/libraries/contents/.dataiku_framework"
    assert [
        f"GET {folder}/state.json",
        f"GET {folder}/history/base-1.json",
        f"POST {folder}/history/2.json",
        f"GET {folder}/state.json",
        f"POST {folder}/state.json",
    ] == requests(dss)


def test_a_lock_leaves_no_commit(dss):
    """
    The log of a project tells what was done, and not that somebody locked it.
    """
    store = opened(dss)
    log = store.dss.json("GET", "/projects/P/git/actions/log", count=5)
    mine = lock(store.lock_records("P"))
    mine.acquire()
    mine.renew()

    tags = [tag["shortName"] for tag in store.dss.json("GET", "/projects/P/git/tags")]
    assert [f"{LOCK}2"] == tags
    assert log == store.dss.json("GET", "/projects/P/git/actions/log", count=5)
    mine.release()
    assert [] == store.dss.json("GET", "/projects/P/git/tags")


def test_other_tags_are_nobodys_lock(dss):
    """
    Deployments have tags as well, and people have theirs.
    """
    store = opened(dss)
    for name in ("dssdsl/7", "release", "dssdsl/lock/mine", "dssdsl/lockout/3"):
        body = {"name": name, "reference": "HEAD", "message": "a tag"}
        store.dss.send("POST", "/projects/P/git/tags/", body)

    assert {} == store.lock_records("P").read()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("nth", range(4))
def test_a_write_that_is_cut_anywhere_can_be_done_again(dss, nth, after):
    """
    Each of its requests may fail, or only its answer get lost: what is there is whole, and goes on.
    """
    store = opened(dss)
    refuse_write(dss, nth, after=after)
    with contextlib.suppress(DssError):
        store.write("P", snapshot(1, by="first"), over=0)

    found = opened(dss).read("P")
    assert found is None or "first" == found.by
    opened(dss).write("P", snapshot(1 + bool(found)), over=1 if found else 0)
    assert 1 + bool(found) == opened(dss).read("P").serial


def test_a_writer_that_was_stopped_after_the_history_looks_again(dss):
    """
    Somebody took over and deployed while it was stopped: their state stays.
    """
    opened(dss).write("P", snapshot(1), over=0)

    class Stopped(InProcess):
        """Lets somebody else deploy once the history is written."""

        def send(self, request, *args, **kwargs):
            answer = super().send(request, *args, **kwargs)
            if request.method == "POST" and request.url.endswith("/history/2.json"):
                opened(dss).write("P", snapshot(2, by="anna@build-3"), over=1)
            return answer

    late = DssStore(Session(HOST, "emulator", adapter=Stopped(dss)))

    with pytest.raises(Locked, match="deployed by anna@build-3 meanwhile"):
        late.write("P", snapshot(2, by="late"), over=1)

    assert "anna@build-3" == opened(dss).read("P").by


def test_a_failed_read_is_not_no_state(dss):
    """
    A state that DSS does not hand out is neither none nor overwritten.
    """
    store = opened(dss)
    store.write("P", snapshot(1), over=0)
    for _ in range(3):
        dss.refuse(r"GET .*/state\.json", status=500)
        with pytest.raises(DssdslError):
            store.read("P")
    dss.refuse(r"GET .*/state\.json", status=500)
    with pytest.raises(DssdslError):
        store.write("P", snapshot(2), over=1)

    assert 1 == store.read("P").serial


def test_a_removed_state_is_reported(dss):
    """
    A file that was there when it was read, and is not any more.
    """
    store = opened(dss)
    store.write("P", snapshot(1), over=0)
    opened(dss).forget("P")

    with pytest.raises(Locked, match="somebody deleted the state"):
        store.write("P", snapshot(2), over=1)


def test_the_error_of_a_read_only_key_says_what_to_do(dss):
    """
    It can read the state; where it would write or lock, it is told where else state may be kept.
    """
    opened(dss).write("P", snapshot(1), over=0)
    dss.keys["reader"] = User("carol", read_only=True)
    store = opened(dss, "reader")

    assert 1 == store.read("P").serial
    for attempt in (
        lambda: store.write("P", snapshot(2), over=1),
        lambda: lock(store.lock_records("P")).acquire(),
    ):
        with pytest.raises(Denied) as denied:
            attempt()
        assert 3 == denied.value.exit_code
        assert 'store = "git", or "local"' in str(denied.value)


def test_a_project_that_is_gone_has_no_lock(dss):
    """
    The lock of a project that was destroyed went with it; to give it back is no error.
    """
    store = opened(dss)
    mine = lock(store.lock_records("P"))
    mine.acquire()
    store.dss.send("DELETE", "/projects/P")

    mine.release()
    assert {} == store.lock_records("P").read()
    store.dss.forget_projects()
    store.forget("P")
    assert None is store.read("P")
    assert [] == store.serials("P")


def test_a_lock_without_an_owner_is_reported(dss):
    """
    Where tags come without their message nobody can tell his own.
    """
    store = opened(dss)
    dss.answer("GET .*/git/tags", 200, "application/json", b'[{"name": "refs/tags/dssdsl/lock/3"}]')

    with pytest.raises(DssError, match=r"returns tag dssdsl/lock/3 .* without its message"):
        store.lock_records("P").read()
