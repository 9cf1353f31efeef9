"""What a store in a folder does beyond the others."""

from __future__ import annotations

import pytest

from dssdsl.errors import ProgramError
from dssdsl.state.stores.local import LocalStore
from tests.state.places import lock, snapshot


def test_an_unusable_folder_is_an_error(tmp_path):
    """
    As the user's to mend, and not as a bug; here a file is in its way.
    """
    (tmp_path / "state").write_text("", encoding="utf-8")
    store = LocalStore(tmp_path / "state")

    for attempt in (
        lambda: store.read("P"),
        lambda: store.write("P", snapshot(1), over=0),
        lambda: store.serials("P"),
        lambda: store.forget("P"),
        lambda: lock(store.lock_records("P")).acquire(),
    ):
        with pytest.raises(ProgramError, match=f"state cannot be kept in {tmp_path}/state"):
            attempt()


def test_leftovers_of_a_killed_writer_block_nobody(tmp_path):
    """
    A file that was not finished is neither state, nor history, nor a note of the lock.
    """
    store = LocalStore(tmp_path)
    store.write("P", snapshot(1), over=0)
    (tmp_path / "P" / "lock").mkdir()
    for name in ("P.12-34.tmp", "P/history/2.12-34.tmp", "P/lock/3.12-34.tmp"):
        (tmp_path / name).write_text("{", encoding="utf-8")

    assert 1 == store.read("P").serial
    assert [1] == store.serials("P")
    assert {} == store.lock_records("P").read()


def test_a_deployment_that_is_a_folder_is_an_error(tmp_path):
    """
    In the history, and where the current state should be: never a traceback.
    """
    store = LocalStore(tmp_path)
    store.write("P", snapshot(1), over=0)
    (tmp_path / "P" / "history" / "2.json").mkdir()

    with pytest.raises(ProgramError, match="state cannot be kept in"):
        store.past("P", 2)
    assert 1 == store.past("P", 1).serial
