"""Snapshots of every version that ever was, and the schema of today's."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from dssdsl.state import schema
from dssdsl.state.migrations import MIGRATIONS, VERSION, entry_fields, migrate, numbered
from dssdsl.state.snapshot import Attempt, Entry, Snapshot, SnapshotError
from tests.support.strategies import documents

FIXTURES = Path(__file__).parent / "fixtures"
STORED = ["seed", "1.0", "1.1", "1.2", "1.3", "1.4"]
"""Never changed, and never taken away: they lie in somebody's project."""


def stored(name):
    """A snapshot as it was written once."""
    return (FIXTURES / f"{name}.json").read_text(encoding="utf-8")


def valid(text):
    """Whether the schema agrees with what is written."""
    Draft202012Validator(schema.schema()).validate(json.loads(text))
    return True


@pytest.mark.parametrize("name", STORED)
def test_every_version_that_was_can_be_read(name):
    """
    It becomes one of today's, with nothing lost, and is written as such.
    """
    before = entry_fields(json.loads(stored(name)))

    found = Snapshot.loads(stored(name), "here")

    after = json.loads(found.dumps())
    assert VERSION == after["version"]
    assert valid(found.dumps())
    for key in before.keys() - {"version", "pending", "resources"}:
        assert before[key] == after[key]
    assert set(before.get("pending", [])) == set(after["pending"])


def test_the_last_version_has_a_fixture_and_migrations_go_one_by_one():
    """
    A new version brings a function, and what it wrote first.
    """
    assert VERSION == json.loads(stored(STORED[-1]))["version"]
    made = [version for version, _ in MIGRATIONS]
    assert made == sorted(made, key=numbered)
    assert VERSION == made[-1]
    assert stored(STORED[-1]) == Snapshot.loads(stored(STORED[-1]), "here").dumps()


def test_a_rollback_of_an_older_version_is_known_by_its_operation():
    """
    Before 1.2 only the text said which deployment it restored.
    """
    old = {**json.loads(stored("1.1")), "operation": "rollback to 3 by Git"}

    assert 3 == Snapshot.loads(json.dumps(old), "here").restores
    assert None is Snapshot.loads(json.dumps({**old, "operation": "up"}), "here").restores


def test_a_pending_step_proves_nothing():
    """
    Before version 1.3 nothing says who created what, and when.
    """
    assert {"dataset/ORDERS_CLEAN": Attempt()} == Snapshot.loads(stored("1.0"), "here").pending


def test_entries_of_1_1_keep_their_fields():
    """
    Each of their old names has a new one.
    """
    old = json.loads(stored("1.1"))["entries"]

    entries = Snapshot.loads(stored("1.1"), "here").entries

    assert old["dataset/RAW_ORDERS"]["held"] is True
    assert entries["dataset/RAW_ORDERS"].protected_in_state
    assert old["project/SALES"]["echo"] == entries["project/SALES"].normalized
    assert old["project/SALES"]["made"] == entries["project/SALES"].created_at


def test_versions_are_numbers():
    """
    1.10 is newer than 1.9, and older ones are migrated, not newer ones.
    """
    assert numbered("1.9") < numbered("1.10") < numbered("2.0")
    assert {"version": "1.10", "pending": ["a"]} == migrate({"version": "1.10", "pending": ["a"]})
    with pytest.raises(SnapshotError, match=r"of version 1\.10; this dssdsl knows") as newer:
        Snapshot.loads('{"version": "1.10", "project_key": "P"}', "here")
    assert newer.value.newer


@pytest.mark.parametrize("version", [None, 1, 1.1, "", "one", "1", "1.x", "-1.0", ["1.0"], "1.٣"])
def test_a_state_without_a_version_is_damaged(version):
    """
    Nobody guesses how to read it.
    """
    with pytest.raises(SnapshotError, match="is no version"):
        Snapshot.loads(json.dumps({"version": version, "project_key": "P"}), "here")


@pytest.mark.parametrize("name", STORED)
@settings(max_examples=40)
@given(st.data())
def test_a_damaged_snapshot_is_an_error_and_never_a_crash(name, data):
    """
    Cut anywhere, or with anything in the place of anything, it is read or refused.
    """
    text = stored(name)
    if data.draw(st.booleans()):
        text = text[: data.draw(st.integers(0, len(text) - 2))]
    else:
        document = json.loads(text)
        key = data.draw(st.sampled_from(sorted(document)))
        text = json.dumps({**document, key: data.draw(documents() | st.text() | st.integers())})
    with contextlib.suppress(SnapshotError):
        assert valid(Snapshot.loads(text, "here").dumps())


@pytest.mark.parametrize("text", ['{"version": "1.1", "project_key": "\udcff"}', "[" * 100_000])
def test_a_file_that_is_not_text_or_json_is_damaged(text):
    """
    Bytes that are no UTF-8, and nesting without end.
    """
    with pytest.raises(SnapshotError, match="damaged"):
        Snapshot.loads(text, "here")


def test_the_schema_is_up_to_date():
    """
    It is made from the model.
    """
    assert schema.text() == schema.PATH.read_text(encoding="utf-8"), f"run {schema.COMMAND}"


@settings(max_examples=40)
@given(documents(), st.text(max_size=5), st.integers(0, 9), st.booleans())
def test_a_written_snapshot_fits_the_schema(recorded, name, serial, held):
    """
    Whatever the entries hold.
    """
    entry = Entry(id=name, recorded=recorded, normalized={"/a": None}, protected_in_state=held)
    one = Snapshot(project_key="P", serial=serial, entries={f"dataset/{name}": entry})

    assert valid(one.dumps())


def test_the_schema_refuses_other_documents():
    """
    It says something.
    """
    validator = Draft202012Validator(schema.schema())
    good = json.loads(stored(STORED[-1]))

    assert validator.is_valid(good)
    assert not validator.is_valid({**good, "surprise": 1})
    assert not validator.is_valid({**good, "serial": "7"})
    assert not validator.is_valid({k: v for k, v in good.items() if k != "lineage"})
