from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dssdsl.errors import ProgramError
from dssdsl.state.journal import Journal
from dssdsl.state.migrations import VERSION
from dssdsl.state.snapshot import Entry, Snapshot, SnapshotError
from tests.support.strategies import documents


def snapshot(**fields):
    """A snapshot with a dataset."""
    fields.setdefault("lineage", "one")
    return Snapshot(
        project_key="P", entries={"dataset/a": Entry(id="a", recorded={"type": "S3"})}, **fields
    )


@given(documents(), st.text(max_size=5), st.integers(0, 9))
def test_a_written_value_is_read(recorded, name, serial):
    """
    A snapshot reads back as it was written, and the same one gives the same text.
    """
    one = Snapshot(
        project_key="P",
        serial=serial,
        entries={f"dataset/{name}": Entry(id=name, recorded=recorded, normalized={"/a": 1})},
    )

    text = one.dumps()

    again = Snapshot.loads(text, "here")
    assert one.entries == again.entries
    assert text == again.dumps()


def test_names_by_kind_stand_beside_the_entries():
    """
    People and other tools find the names without knowing our entries.
    """
    text = json.loads(snapshot().dumps())

    assert {"datasets": ["a"], "recipes": [], "scenarios": []} == text["resources"]
    assert VERSION == text["version"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "damaged"),
        ("[]", "no JSON object"),
        ('{"version": "9.0", "project_key": "P"}', "this dssdsl knows"),
        (
            '{"version": "1.0", "project_key": "P", "entries": {"dataset/a": {"id": 3}}}',
            "entries/dataset/a/id",
        ),
        ('{"version": "1.0", "project_key": "P", "surprise": 1}', "surprise"),
    ],
)
def test_a_damaged_or_newer_state_is_refused_with_its_place(text, says):
    """
    State that cannot be read is never taken for no state.
    """
    with pytest.raises(SnapshotError, match=says) as refused:
        Snapshot.loads(text, "state.json")
    assert "state.json" in str(refused.value)


def journal(tmp_path, *notes):
    """A journal that a deployment left."""
    one = Journal(tmp_path / "journal.jsonl")
    one.begin({"P": 3}, {"P": "one"})
    for what, said in notes:
        one.note(what, **said)
    one.close()
    return Journal(tmp_path / "journal.jsonl")


def test_a_journal_lists_finished_and_begun_writes(tmp_path):
    """
    What ended is an entry, what was begun is pending, what was deleted is gone.
    """
    found = {"P": snapshot(serial=3)}
    left = journal(
        tmp_path,
        ("creating", {"key": "P/dataset/b"}),
        ("done", {"key": "P/dataset/b", "entry": {"id": "b"}}),
        ("creating", {"key": "P/dataset/c"}),
        ("deleted", {"key": "P/dataset/a"}),
        ("done", {"key": "P", "entry": {"id": "P"}}),
    )

    assert left.replay(found)

    assert {"dataset/b", "project/P"} == set(found["P"].entries)
    assert "dataset/c" in found["P"].pending


@given(st.integers(0, 400))
def test_a_journal_that_was_cut_anywhere_replays(cut):
    """
    Every prefix of a journal, byte by byte, replays without an error.
    """
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        left = journal(Path(folder), *[("creating", {"key": f"P/dataset/é{i}"}) for i in range(4)])
        whole = left.path.read_bytes()
        left.path.write_bytes(whole[:cut])

        found = {"P": snapshot(serial=3)}
        left.replay(found)

        assert {"dataset/a"} == set(found["P"].entries)


def test_a_journal_of_an_older_snapshot_is_set_aside(tmp_path):
    """
    Somebody else finished meanwhile: the store's snapshot counts.
    """
    found = {"P": snapshot(serial=4)}

    assert not journal(tmp_path, ("deleted", {"key": "P/dataset/a"})).replay(found)
    assert {"dataset/a"} == set(found["P"].entries)


def test_a_journal_of_another_lineage_is_set_aside(tmp_path):
    """
    Somebody destroyed the project and deployed it again: the serial may be the same, the objects are not.
    """
    found = {"P": snapshot(serial=3, lineage="two")}

    assert not journal(tmp_path, ("deleted", {"key": "P/dataset/a"})).replay(found)
    assert {"dataset/a"} == set(found["P"].entries)


def test_a_finished_journal_is_gone(tmp_path):
    """
    Once the snapshots are stored nothing is left to replay.
    """
    one = Journal(tmp_path / "journal.jsonl")
    one.begin({}, {})
    one.end()

    assert not (tmp_path / "journal.jsonl").exists()
    assert not one.replay({})


def test_a_journal_that_is_a_folder_is_an_error(tmp_path):
    """
    Reading and beginning it say where, and what to do.
    """
    one = Journal(tmp_path / "journal.jsonl")
    one.path.mkdir()

    for use in (lambda: one.replay({}), lambda: one.begin({}, {})):
        with pytest.raises(ProgramError, match="the journal cannot be kept in"):
            use()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_an_error(tmp_path):
    """
    At a line, and at the end, where what did not fit is tried again.
    """
    one = Journal(tmp_path / "journal.jsonl")
    one._file = Path("/dev/full").open("w", encoding="utf-8")  # noqa: SIM115

    for use in (lambda: one.note("creating", key="P/dataset/a"), one.close):
        with pytest.raises(ProgramError, match="No space left on device"):
            use()


@pytest.mark.parametrize("place", ["entries", "pending"])
def test_a_kind_of_a_newer_version_is_said(place):
    """
    It is no damage: the file stays as it is, and the way out is an upgrade.
    """
    document = json.loads(snapshot().dumps())
    document[place]["teleporter/x"] = {"id": "x"} if place == "entries" else {}

    with pytest.raises(SnapshotError, match=r'kind "teleporter".*newer dssdsl') as raised:
        Snapshot.loads(json.dumps(document), "here")

    assert (True, 5) == (raised.value.newer, raised.value.exit_code)


@pytest.mark.parametrize("key", ["", "dataset", "/", "/P", "//x"])
def test_what_is_no_key_is_damage(key):
    document = json.loads(snapshot().dumps())
    document["entries"][key] = {"id": "x"}

    with pytest.raises(SnapshotError, match="damaged"):
        Snapshot.loads(json.dumps(document), "here")
