"""What every kind of store does."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from dssdsl.errors import Locked, NotFound
from dssdsl.state.lock import holder, unlock
from dssdsl.state.repair import examine
from dssdsl.state.snapshot import Attempt, Entry, Snapshot, SnapshotError
from tests.state.places import lock, snapshot


def process(at, *words):
    """Another process on the same state."""
    if at.spec is None:
        pytest.skip("nobody else can open it")
    what, *rest = words
    return subprocess.Popen(
        [sys.executable, "-m", "tests.state.places", what, json.dumps(at.spec), *map(str, rest)],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_new_store_is_empty(store):
    """
    A store that nobody has written has no state, no history, and nobody holds its lock.
    """
    assert None is store.read("P")
    assert None is store.text("P")
    assert [] == store.serials("P")
    assert None is holder(store.lock_records("P"))
    with pytest.raises(NotFound, match="no deployment 3"):
        store.past("P", 3)
    store.forget("P")
    assert None is store.read("P")


def test_a_snapshot_is_read_byte_for_byte(at, store):
    """
    The text comes back as it was, for whoever opens the store next; other projects have none.
    """
    one = snapshot(1)
    store.write("P", one, over=0)

    assert one.dumps() == store.text("P") == at.open().text("P")
    assert one == at.open().read("P").model_copy(update={"resources": {}})
    assert None is at.open().read("OTHER")
    assert "P" in store.where("P")


def test_each_deployment_stays_in_the_history(at, store):
    """
    The history has every one, in the order of numbers, and says what it has when asked for another.
    """
    for serial in range(1, 12):
        store.write("P", snapshot(serial, operation=f"up {serial}"), over=serial - 1)

    assert list(range(1, 12)) == at.open().serials("P")
    assert "up 2" == at.open().past("P", 2).operation
    with pytest.raises(NotFound) as missing:
        store.past("P", 12)
    assert "10, 11" in str(missing.value)


def test_a_pending_deployment_is_not_in_the_history(store):
    """
    A snapshot that only says what is pending replaces the current one, and is not in the history.
    """
    store.write("P", snapshot(1), over=0)
    store.write("P", snapshot(1, pending={"dataset/b": Attempt()}), over=1, keep=False)

    assert {"dataset/b": Attempt()} == store.read("P").pending
    assert [1] == store.serials("P")
    assert {} == store.past("P", 1).pending
    store.write("P", snapshot(2), over=1)
    assert [1, 2] == store.serials("P")


def test_a_first_deployment_stores_its_pending_steps(store):
    """
    So does one that has nothing to replace; then only its own lineage goes on from there.
    """
    store.write("P", snapshot(0, pending={"dataset/b": Attempt()}), over=0, keep=False)

    assert [] == store.serials("P")
    with pytest.raises(Locked):
        store.write("P", snapshot(1, "two"), over=0)
    store.write("P", snapshot(1), over=0)
    assert 1 == store.read("P").serial


@pytest.mark.parametrize("over", [0, 6, 8, 70])
def test_a_writer_that_did_not_read_the_last_snapshot_is_refused(store, over):
    """
    A writer that is late is refused, and told who was there; nothing is changed.
    """
    store.write("P", snapshot(7, by="anna@build-3"), over=0)

    with pytest.raises(Locked, match=r"deployed by anna@build-3 meanwhile \(deployment 7\)"):
        store.write("P", snapshot(over + 1), over=over)

    assert 7 == store.read("P").serial
    assert [7] == store.serials("P")


def test_a_writer_that_starts_over_is_refused(store):
    """
    The same number of another lineage is another state.
    """
    store.write("P", snapshot(1), over=0)

    with pytest.raises(Locked, match="on top of another state"):
        store.write("P", snapshot(2, "two"), over=1)

    assert "one" == store.read("P").lineage


def test_a_deleted_snapshot_is_not_written_again_unread(store):
    """
    A writer that has read a state which is gone since is refused.
    """
    with pytest.raises(Locked, match="somebody deleted the state"):
        store.write("P", snapshot(4), over=3)

    assert None is store.read("P")


@pytest.mark.parametrize("came", [{"project_key": "ORIGINAL"}, {"host": "http://elsewhere"}])
def test_a_copied_state_does_not_count(at, store, came):
    """
    The state of another project or host, as duplicates and bundles bring it, is in nobody's way.
    """
    store.write("P", snapshot(9, "theirs"), over=0)
    at.damage(snapshot(9, "theirs").model_copy(update=came).dumps())

    store.write("P", snapshot(1), over=0)

    assert "one" == store.read("P").lineage


def test_a_deleted_project_is_forgotten(store):
    """
    Its state is removed; its history stays, and it may come again.
    """
    store.write("P", snapshot(1), over=0)
    store.forget("P")

    assert None is store.read("P")
    assert [1] == store.serials("P")
    store.write("P", snapshot(2, "two"), over=0)
    assert 2 == store.read("P").serial


DAMAGED = {
    "cut": (snapshot(2).dumps()[:200], "damaged"),
    "empty": ("", "damaged"),
    "a wrong type": (
        json.dumps({"version": "1.1", "project_key": "P", "entries": {"dataset/a": {"id": 3}}}),
        "entries/dataset/a/id",
    ),
    "newer": ('{"version": "1.10", "project_key": "P"}', "upgrade dssdsl"),
}


@pytest.mark.parametrize("how", DAMAGED)
def test_an_unreadable_state_is_not_overwritten(at, store, how):
    """
    A damaged or newer state is neither taken for none nor overwritten; it says where and what to do.
    """
    text, says = DAMAGED[how]
    store.write("P", snapshot(1), over=0)
    at.damage(text)

    for attempt in (
        lambda: store.read("P"),
        lambda: store.write("P", snapshot(2), over=1),
        lambda: store.write("P", snapshot(1), over=0),
    ):
        with pytest.raises(SnapshotError) as refused:
            attempt()
        assert says in str(refused.value)
        assert refused.value.at == store.where("P")
    assert text == store.text("P")
    assert 5 == SnapshotError.exit_code


def test_a_damaged_state_is_repaired_from_its_history(at, store):
    """
    The last good one can be put where the damaged one is.
    """
    for serial in (1, 2):
        store.write("P", snapshot(serial), over=serial - 1)
    at.damage("{")

    good = examine(store, "P").good
    store.forget("P")
    store.write("P", good, over=0)

    assert 2 == store.read("P").serial
    assert snapshot().entries == store.read("P").entries


def test_a_damaged_state_is_replaced_in_one_write(at, store):
    """
    There is no moment without a state: a repair that is cut off can be run again.
    """
    store.write("P", snapshot(3), over=0)
    at.damage("{")

    store.write("P", snapshot(3), over=None, keep=False)

    assert 3 == at.open().read("P").serial


def test_one_process_holds_the_lock(at, store):
    """
    A lock that is held is refused to others, who are told by whom; given back, it is free.
    """
    mine, other = lock(store.lock_records("P")), lock(at.open().lock_records("P"))
    told = []
    mine.acquire()
    mine.check()

    with pytest.raises(Locked) as refused:
        other.acquire(1, told.append)

    assert mine.me == holder(store.lock_records("P")) == told[0]
    for word in (
        mine.me.user,
        mine.me.machine,
        mine.me.since,
        "up",
        "sales",
        "--lock-timeout",
        "dssdsl state unlock",
    ):
        assert word in str(refused.value)
    mine.renew()
    mine.check()
    mine.release()
    other.acquire()
    other.release()
    assert {} == store.lock_records("P").read()


def test_a_lost_lock_is_detected(at, store):
    """
    `state unlock` names who held it, and that one does not write any more.
    """
    mine = lock(store.lock_records("P"))
    mine.acquire()

    assert mine.me == unlock(at.open().lock_records("P"))

    with pytest.raises(Locked, match="somebody unlocked it"):
        mine.check()
    mine.release()
    assert None is unlock(store.lock_records("P"))


def test_a_record_is_created_once(store):
    """
    The number of a note that is there is not given again, until it is taken down.
    """
    records = store.lock_records("P")

    assert records.create(3, '{"a": 1}')
    records.create(12, "x")
    assert not records.create(3, '{"b": 2}')
    assert {3: '{"a": 1}', 12: "x"} == records.read()
    records.delete(3)
    records.delete(3)
    assert records.create(3, '{"b": 2}')
    assert {} == store.lock_records("OTHER_PROJECT").read()


def test_the_lock_of_a_dead_process_is_replaced_at_once(at, store):
    """
    The lock of a process that was killed on this machine is taken over at once; of one that lives, not.
    """
    dead = process(at, "hold", 60, "x")
    dead.stdout.readline()
    mine = lock(store.lock_records("P"))
    with pytest.raises(Locked):
        mine.acquire()

    dead.kill()
    dead.wait()
    dead.stdout.close()

    mine.acquire()
    mine.check()
    mine.release()
    assert {} == store.lock_records("P").read()


def test_entries_keep_their_fields(store):
    """
    A snapshot with everything in it comes back as it was.
    """
    full = snapshot(
        1,
        counts={"create": 2},
        operation="up",
        by="anna@build-3",
        pending={"dataset/b": Attempt(before=("x",), by="me", since=1.5, until=2.5)},
        entries={
            "recipe/r": Entry(
                id="r", normalized={"/a": None}, version=3, created_at=1.5, protected_in_state=True
            )
        },
    )
    store.write("P", full, over=0)

    assert isinstance(store.read("P"), Snapshot)
    assert full.entries == store.read("P").entries
    assert full.pending == store.read("P").pending
