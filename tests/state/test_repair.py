"""What is left where the current snapshot is damaged or gone."""

from __future__ import annotations

import pytest

from dssdsl.state.repair import examine
from dssdsl.state.snapshot import SnapshotError
from dssdsl.state.stores.local import LocalStore
from tests.state.places import snapshot


@pytest.fixture(name="store")
def _store(tmp_path):
    """Three deployments."""
    store = LocalStore(tmp_path)
    for serial in (1, 2, 3):
        store.write("P", snapshot(serial), over=serial - 1)
    return store


def damage(store, *serials):
    """Spoil the current snapshot, and these of the history."""
    (store.folder / "P.json").write_bytes(b'{"version": "1.1", "proj\xff')
    for serial in serials:
        (store.folder / "P" / "history" / f"{serial}.json").write_text("{", encoding="utf-8")


def test_a_good_state_is_the_last_good_one(store):
    found = examine(store, "P")

    assert None is found.damage
    assert 3 == found.good.serial == examine(store, "P").good.serial
    assert "nothing" in found.lost


@pytest.mark.parametrize(
    ("spoilt", "good", "lost"),
    [
        ((), 3, "the changes after deployment 3"),
        ((3,), 2, "the changes after deployment 2, and of deployments 3"),
        ((2, 3), 1, "the changes after deployment 1, and of deployments 2, 3"),
    ],
)
def test_the_last_good_one_of_the_history_is_found(store, spoilt, good, lost):
    damage(store, *spoilt)

    found = examine(store, "P")

    assert "is damaged: no UTF-8 at character 24" in found.damage
    assert (good, spoilt, lost) == (found.good.serial, found.skipped, found.lost)


def test_a_missing_state_is_restored_from_the_history(store):
    store.forget("P")

    found = examine(store, "P")

    assert "there is no state" in found.damage
    assert 3 == found.good.serial


def test_improvements_are_not_printed(store):
    damage(store, 1, 2, 3)

    assert None is examine(store, "P").good
    assert "everything" in examine(store, "P").lost
    assert None is examine(store, "OTHER").good


def test_a_newer_state_is_not_damaged(store):
    (store.folder / "P.json").write_text('{"version": "9.0", "project_key": "P"}', encoding="utf-8")

    with pytest.raises(SnapshotError, match="upgrade dssdsl"):
        examine(store, "P")


def test_a_copied_state_is_no_repair(store):
    other = snapshot(4).model_copy(update={"project_key": "ORIGINAL"})
    (store.folder / "P" / "history" / "4.json").write_text(other.dumps(), encoding="utf-8")
    damage(store)

    assert 3 == examine(store, "P").good.serial
