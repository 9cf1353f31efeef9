"""Branches, and a remote that is a bare repository in a folder."""

from __future__ import annotations

import pytest
from dataikuapi.utils import DataikuException

from dssdsl.emulator import Emulator
from dssdsl.emulator.git.command import git


@pytest.fixture
def bare(tmp_path):
    path = tmp_path / "remote.git"
    path.mkdir()
    git(path, "init", "--quiet", "--bare", "--initial-branch=master")
    return path


@pytest.fixture
def linked(project, bare):
    """Set a remote of the project."""
    project.get_project_git().set_remote(str(bare))
    return project.get_project_git()


@pytest.fixture
def colleague(tmp_path, bare):
    """Return a function that pushes another user's commit to the remote."""
    clone = tmp_path / "clone"

    def push(path: str, text: str) -> None:
        if not clone.exists():
            git(tmp_path, "clone", "--quiet", str(bare), str(clone))
        git(clone, "pull", "--quiet")
        (clone / path).parent.mkdir(parents=True, exist_ok=True)
        (clone / path).write_text(text)
        git(clone, "add", "-A")
        git(clone, "commit", "--quiet", "-m", "Theirs")
        git(clone, "push", "--quiet")

    return push


def test_a_remote_is_set_changed_and_removed(project, bare):
    repo = project.get_project_git()
    assert repo.get_remote() is None
    repo.set_remote("git@example.com:a.git")
    repo.set_remote(str(bare))
    assert repo.get_remote() == str(bare)
    assert repo.get_status()["remotes"] == [{"name": "origin", "url": str(bare)}]
    repo.remove_remote()
    repo.remove_remote()
    assert repo.get_remote() is None


def test_a_push_sends_every_commit(linked, project, bare):
    project.set_variables({"standard": {"a": 1}, "local": {}})
    assert linked.push()["success"]
    head = linked.log(count=1)["entries"][0]["commitId"]
    assert git(bare, "rev-parse", "master").strip() == head
    assert linked.list_branches(remote=True) == ["origin/master"]
    assert linked.get_status()["trackingCount"] == {"ahead": 0, "behind": 0}
    project.set_variables({"standard": {"a": 2}, "local": {}})
    assert linked.get_status()["trackingCount"] == {"ahead": 1, "behind": 0}


def test_a_pull_rebases_the_projects_commits(linked, project, colleague):
    project.set_variables({"standard": {"a": 1}, "local": {}})
    linked.push()
    colleague("lib/python/x.py", "a = 1\n")
    project.get_library().add_file("mine.txt")
    refused = linked.push()
    assert not refused["success"]
    assert "rejected" in refused["output"]
    assert linked.fetch()["success"]
    assert linked.get_status()["trackingCount"] == {"ahead": 1, "behind": 1}
    assert linked.pull()["success"]
    assert project.get_library().get_file("/python/x.py").read() == "a = 1\n"
    assert [each["message"] for each in linked.log(count=2)["entries"]] == [
        'Created Library file "mine.txt"',
        "Theirs",
    ]
    assert linked.push()["success"]


def test_a_conflicting_pull_changes_nothing(linked, project, colleague):
    project.set_variables({"standard": {"a": 1}, "local": {}})
    linked.push()
    colleague("variables.json", '{\n  "a": 2\n}')
    project.set_variables({"standard": {"a": 3}, "local": {}})
    assert not linked.pull()["success"]
    assert project.get_variables()["standard"] == {"a": 3}
    assert linked.get_status()["clean"]
    assert linked.get_current_branch() == "master"
    linked.reset_to_upstream()
    assert project.get_variables()["standard"] == {"a": 2}


def test_a_remote_on_another_machine_is_not_reached(linked):
    for place in ("ext::sh -c touch% /tmp/x", "git@example.com:a.git", "/nowhere"):
        linked.set_remote(place)
        done = linked.push()
        assert not done["success"]
        assert "only reaches remotes that are local folders" in done["output"]
    with pytest.raises(DataikuException, match="Invalid name"):
        linked.set_remote("--upload-pack=x")
    linked.remove_remote()
    assert linked.fetch()["output"] == "There is no remote"


def test_branches(project, messages):
    repo = project.get_project_git()
    project.set_variables({"standard": {"a": 1}, "local": {}})
    head = repo.log(count=1)["entries"][0]["commitId"]
    repo.create_branch("b", commit=head)
    assert sorted(repo.list_branches()) == ["b", "master"]
    assert repo.get_current_branch() == "b"
    project.set_variables({"standard": {"a": 2}, "local": {}})
    metadata = project.get_metadata()
    project.set_metadata({**metadata, "tags": ["b"], "shortDesc": "On b"})
    repo.switch("master")
    assert project.get_variables()["standard"] == {"a": 1}
    assert project.get_metadata()["shortDesc"] == "On b"
    assert messages()[0] == (
        "Updated invariant properties of project SALES after git switch operation."
    )
    assert not repo.switch("nowhere")["success"]
    with pytest.raises(DataikuException, match="not fully merged"):
        repo.delete_branch("b")
    repo.delete_branch("b", force_delete=True)
    assert repo.list_branches() == ["master"]
    with pytest.raises(DataikuException, match="Invalid name"):
        repo.create_branch("--force", commit=head)
    for call in (repo.switch, repo.push, repo.pull):
        with pytest.raises(DataikuException, match="Invalid name"):
            call("--force")


def test_a_branch_of_the_remote(linked, project, bare):
    head = linked.log(count=1)["entries"][0]["commitId"]
    linked.create_branch("b", commit=head)
    linked.push("b")
    linked.switch("master")
    linked.delete_branch("b", force_delete=True)
    assert linked.list_branches(remote=True) == ["origin/b"]
    linked.switch("b")
    assert linked.get_current_branch() == "b"
    linked.switch("master")
    linked.delete_branch("origin/b", remote=True, delete_remotely=True)
    assert linked.list_branches(remote=True) == []
    assert git(bare, "branch").strip() == ""


def test_a_branch_in_a_duplicate(project, client):
    project.set_variables({"standard": {"a": 1}, "local": {}})
    repo = project.get_project_git()
    head = repo.log(count=1)["entries"][0]["commitId"]
    project.set_variables({"standard": {"a": 2}, "local": {}})
    repo.create_branch("b", commit=head, duplicate_project=True, target_project_key="SALES_B")
    other = client.get_project("SALES_B")
    assert other.get_variables()["standard"] == {"a": 1}
    assert other.get_project_git().get_current_branch() == "b"
    assert project.get_variables()["standard"] == {"a": 2}
    assert repo.get_current_branch() == "master"
    with pytest.raises(DataikuException, match="already used"):
        repo.create_branch("c", head, duplicate_project=True, target_project_key="SALES_B")


def test_the_history_can_be_dropped(project, messages):
    project.set_variables({"standard": {"a": 1}, "local": {}})
    project.get_project_git().drop_and_rebuild(i_know_what_i_am_doing=True)
    assert messages() == ["Rebuilt git repository of project SALES"]
    project.set_variables({"standard": {"a": 2}, "local": {}})
    assert messages()[1:] == ["Rebuilt git repository of project SALES"]
    assert project.get_project_git().get_status()["clean"]


def test_explicit_commits_and_remotes(linked, project, bare):
    settings = project.get_settings()
    settings.get_raw()["settings"]["gitCommitMode"] = "EXPLICIT"
    settings.save()
    project.set_variables({"standard": {"a": 1}, "local": {}})
    assert not linked.get_status()["clean"]
    assert not linked.pull()["success"]
    linked.commit("By hand")
    assert linked.push()["success"]
    assert git(bare, "log", "-1", "--format=%s", "master").strip() == "By hand"


def test_a_remote_survives_a_restart(tmp_path, bare, connect):
    with Emulator(tmp_path / "dss") as first:
        project = connect(first).create_project("P", "P", "admin")
        project.get_project_git().set_remote(str(bare))
        project.get_project_git().push()
    with Emulator(tmp_path / "dss") as second:
        repo = connect(second).get_project("P").get_project_git()
        assert repo.get_remote() == str(bare)
        assert repo.push()["success"]
