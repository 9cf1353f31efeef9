"""What earlier commands saw of a lock."""

from __future__ import annotations

import pytest

from dssdsl.errors import Locked
from dssdsl.state.holder import LEASE, boot
from dssdsl.state.lock import ALMOST
from dssdsl.state.sightings import SightingFile
from tests.state.places import MemoryRecords, lock

from .clock import Clock, elsewhere


@pytest.fixture(name="clock")
def _clock():
    return Clock()


def test_later_commands_take_over_by_the_sightings_of_the_first_one(clock, tmp_path):
    """
    None of them waits itself; but where the holder renewed the lock meanwhile, it keeps it.
    """
    records, seen = MemoryRecords(), SightingFile(tmp_path / "seen" / "P.json")

    def command():
        return lock(records, clock=clock, pause=clock.pause, first_seen=seen.first_seen)

    silent = elsewhere(lock(records, clock=clock, pause=clock.pause))
    silent.acquire()
    with pytest.raises(Locked):
        command().acquire()
    clock.now += LEASE / 2
    silent.renew()
    for _ in range(2):
        with pytest.raises(Locked):
            command().acquire()
        clock.now += LEASE - ALMOST - 1

    heir = command()
    with pytest.raises(Locked):
        lock(records, clock=clock, pause=clock.pause).acquire()
    clock.now += ALMOST + 1
    heir.acquire()
    heir.release()
    silent.release()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"record": "7 n", "machine": "another", "at": 0}',
        '{"record": "6 n", "machine": "HERE", "at": 0}',
        '{"record": "7 n", "machine": "HERE", "at": 200}',
        '{"record": "7 n", "machine": "HERE", "at": "then"}',
    ],
)
def test_a_sighting_of_another_lock_does_not_count(tmp_path, text):
    """
    Of another machine, another record, before the machine's last start, or damaged.
    """
    path = tmp_path / "seen.json"
    path.write_text(text.replace("HERE", boot()), encoding="utf-8")

    assert 100 == SightingFile(path).first_seen("7 n", 100)
    assert 100 == SightingFile(path).first_seen("7 n", 130)


def test_sightings_need_no_folder(tmp_path):
    """
    Where they cannot be written, each command waits for itself.
    """
    (tmp_path / "file").touch()

    assert 100 == SightingFile(tmp_path / "file" / "seen.json").first_seen("7 n", 100)
