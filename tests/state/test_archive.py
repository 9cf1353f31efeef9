"""How the history stores deployments: little for what changes little, and with few reads."""

from __future__ import annotations

import json

import pytest

from dssdsl.state import archive
from dssdsl.state.snapshot import Entry, Snapshot, SnapshotError


def snapshot(serial, text="", base=None):
    """A snapshot of a program with much code."""
    code = "\n".join(f"x{n} = {n}" for n in range(3000))
    return Snapshot(
        project_key="P",
        serial=serial,
        base=base,
        lineage="a",
        entries={
            "recipe/big": Entry(id="big", recorded={"payload": f"{code}\n{text}"}),
            "dataset/a": Entry(id="a", recorded={"shortDesc": text}),
        },
    )


def stored(count, files):
    """Store deployments that each change a little; gives them."""
    found, base = [], None
    for serial in range(1, count + 1):
        one = snapshot(serial, f"v{serial}", base)
        files.update(archive.files(one, files.get))
        base = one.base
        found.append(one)
    return found


def read(files, serial, seen=None):
    """Read a deployment; *seen* gets the names of the files that this takes."""

    def text_of(name):
        if seen is not None:
            seen.append(name)
        return files.get(name)

    return archive.unpacked(text_of(archive.file_of(serial)), "here", text_of)


def test_each_deployment_is_read_back_as_it_was_stored():
    files = {}
    for one in stored(30, files):
        assert one == read(files, one.serial).model_copy(update={"resources": {}})
        head = archive.head(files[archive.file_of(one.serial)], "here")
        assert (one.serial, one.lineage) == (head.serial, head.lineage)


def test_two_hundred_deployments_take_less_than_three_times_the_room_of_one():
    one, many = {}, {}
    stored(1, one)
    stored(200, many)

    size = len(snapshot(1).dumps())  # the current state, which is stored beside the history
    assert sum(map(len, many.values())) + size < 3 * (sum(map(len, one.values())) + size)


def test_any_deployment_takes_two_reads():
    files, seen = {}, []
    stored(100, files)

    read(files, 97, seen)

    assert 2 == len(seen)


def test_a_new_base_is_stored_where_much_has_changed():
    files = {}
    first, *_ = stored(3, files)
    other = snapshot(4, base=first.base)
    other.entries["recipe/big"].recorded["payload"] = "\n".join(f"y{n}" for n in range(9000))

    files |= archive.files(other, files.get)

    assert 4 == other.base
    assert {"base-1.json", "base-4.json"} <= set(files)
    assert "v2" in str(read(files, 2).entries)


def test_a_base_that_is_missing_or_damaged_is_an_error_and_the_next_deployment_has_its_own():
    files = {}
    *_, last = stored(3, files)
    for text in (None, "{", "[]", '{"entries": {}}'):
        broken = {**files, "base-1.json": text}
        with pytest.raises(SnapshotError, match="damaged"):
            read(broken, 2)
        if text != '{"entries": {}}':
            assert "base-4.json" in archive.files(snapshot(4, base=last.base), broken.get)


def test_a_whole_snapshot_of_an_older_version_is_read():
    one = snapshot(7)

    assert one.entries == archive.unpacked(one.dumps(), "here", {}.get).entries
    assert 7 == archive.head(one.dumps(), "here").serial


def test_unused_files_are_found():
    files = {}
    stored(5, files)
    oldest = archive.head(files["4.json"], "here")

    assert {"1.json", "2.json", "3.json"} == set(archive.unused([*files, "notes.txt"], oldest))
    moved = oldest.model_copy(update={"base": 4})
    assert "base-1.json" in archive.unused(list(files), moved)


def test_the_files_are_json():
    files = {}
    stored(2, files)

    assert all(isinstance(json.loads(text), dict) for text in files.values())
