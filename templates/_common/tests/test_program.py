"""Deploys the program to an empty emulator of DSS. Your own stacks and their state stay untouched."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dssdsl import Workspace

FOLDER = Path(__file__).parents[1]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    ignored = shutil.ignore_patterns(".*", "__pycache__", "tests")
    copy = shutil.copytree(FOLDER, tmp_path / FOLDER.name, ignore=ignored)
    with Workspace(copy, stack="local") as workspace:
        yield workspace


def test_a_second_deployment_changes_nothing(workspace: Workspace) -> None:
    workspace.up()

    assert not workspace.preview()


def test_destroy_deletes_everything(workspace: Workspace) -> None:
    workspace.up()
    workspace.destroy()

    assert workspace.session.json("GET", "/projects/") == []
