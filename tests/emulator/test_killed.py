"""A process that is killed during an operation leaves the state before it, or the one after it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dssdsl.emulator import Emulator
from tests.support.effort import examples

from .killing import OPERATIONS
from .test_datasets import managed
from .test_history import git
from .test_recipes import raw

TRIES = examples(2, 30)
EXPLICIT = {"reset", "commit"}
WHOLE_PROJECTS = {"create", "delete", "duplicate", "branch in a duplicate", "import", "empty"}


@pytest.fixture
def template(tmp_path, connect):
    """Return a function that makes a folder with a project to operate on."""

    def make(operation):
        bare, clone, root = (tmp_path / name for name in ("remote.git", "clone", "root"))
        bare.mkdir()
        git(bare, "init", "--quiet", "--bare", "--initial-branch=master")
        with Emulator(root) as dss:
            client = connect(dss)
            if operation in WHOLE_PROJECTS:
                client.create_project("OLD", "Old", "admin")
            project = client.create_project("P", "P", "admin")
            repo = project.get_project_git()
            managed(project, "a")
            repo.create_branch("dev")
            repo.switch("master")
            managed(project, "b")
            raw(project, "r", "python", ["b"], ["b"], "code")
            project.set_variables({"standard": {"n": 1}, "local": {"l": 1}})
            project.set_metadata({**project.get_metadata(), "tags": ["kept"]})
            repo.set_remote(str(bare))
            repo.push()
            if operation in ("pull", "reset to remote"):
                git(tmp_path, "clone", "--quiet", str(bare), str(clone))
                (clone / "lib" / "theirs.py").write_text("x = 1\n")
                git(clone, "add", "-A")
                who = ("-c", "user.name=x", "-c", "user.email=x@x")
                git(clone, *who, "commit", "--quiet", "-m", "Theirs")
                git(clone, "push", "--quiet")
                repo.fetch()
                project.set_variables({"standard": {"n": 2}, "local": {}})
            if operation in EXPLICIT | {"switch"}:
                settings = project.get_settings()
                settings.get_raw()["settings"]["gitCommitMode"] = "EXPLICIT"
                settings.save()
            if operation == "switch":
                repo.delete_branch("dev")
                repo.create_branch("dev")
                repo.switch("master")
                managed(project, "c")
                repo.commit("c")
                project.get_library().add_file("new.py")
            if operation in EXPLICIT:
                managed(project, "c")
                project.set_variables({"standard": {"n": 3}, "local": {}})
        return root

    return make


def files(folder):
    """Return the content of a project's files, except those outside its Git."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and ".git" not in path.relative_to(folder).parts
        and path.name != "version-tags.json"
    }


def state(root, connect):
    """Return the state of a folder, and check that its projects are complete."""
    found = {}
    with Emulator(root) as dss:
        client = connect(dss)
        for key in client.list_project_keys():
            project, folder = client.get_project(key), dss.project_folder(key)
            repo = project.get_project_git()
            held = files(folder)
            names = {each["name"] for each in project.list_datasets()}
            assert names == {
                path[len("datasets/") : -len(".json")] for path in held if "datasets/" in path
            }
            assert {"params.json", ".gitignore", "lib/external-libraries.json"} <= {*held}
            status = repo.get_status()
            assert status["clean"] or dss.project(key).explicit
            assert git(folder, "fsck", "--no-dangling") == ""
            assert not [*(folder / ".git").glob("*.lock"), *(folder / ".git").glob("rebase*")]
            found[key] = {
                "files": held,
                "branch": repo.get_current_branch(),
                "branches": repo.list_branches(),
                "commits": git(folder, "log", "--format=%s").splitlines(),
                "dirty": git(folder, "status", "--porcelain"),
                "variables": project.get_variables(),
                "scenarios": project.list_scenarios(),
            }
    left = [path.name for path in (root / "journals").glob("*")]
    left += [path.name for path in (root / "unfinished").glob("*")]
    assert left == []
    return found


@pytest.mark.proof
@pytest.mark.parametrize("operation", OPERATIONS)
def test_killed_at_any_moment(template, connect, operation):
    root = template(operation)
    done = subprocess.run(
        [sys.executable, "-m", "tests.emulator.killing", str(root), operation, str(TRIES)],
        check=True,
        timeout=500,
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
    )
    copy = f"{root}-before"
    shutil.copytree(root, copy)
    before, after = state(Path(copy), connect), state(Path(f"{root}-done"), connect)
    assert before != after

    for number in range(int(done.stdout)):
        found = state(Path(f"{root}-{number}"), connect)
        if operation in WHOLE_PROJECTS - {"empty"}:  # what is made has ids that are made up
            assert found.keys() in (before.keys(), after.keys())
            assert found["P"] == before["P"]
        elif operation == "empty":
            assert found.keys() <= before.keys()
            assert all(before[key] == each for key, each in found.items())
        else:
            assert found in (before, after)


def test_half_a_record_of_the_state_is_ignored(tmp_path, connect):
    """
    A process that dies while it writes the record has not begun yet; the next one deletes it.
    """
    with Emulator(tmp_path) as dss:
        connect(dss).create_project("P", "P", "admin")
    half = tmp_path / "journals" / "P.tmp"
    half.write_text('{"head": "re')
    with Emulator(tmp_path) as dss:
        assert connect(dss).get_project("P").get_project_git().get_status()["clean"]
    assert not half.exists()
