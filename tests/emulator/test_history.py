"""A project's Git: queued commits, log, differences, reverts."""

from __future__ import annotations

import json
import subprocess

import pytest
from dataikuapi.utils import DataikuException

from dssdsl.emulator import Emulator, User

from .test_datasets import managed


def git(folder, *args):
    done = subprocess.run(["git", *args], cwd=folder, capture_output=True, check=True, text=True)
    return done.stdout


def test_the_repository_is_a_real_clean_one(project, dss):
    managed(project, "a")
    project.get_dataset("a").set_schema({"columns": []})
    folder = dss.project_folder("SALES")
    assert git(folder, "status", "--porcelain") == ""
    assert git(folder, "log", "--format=%an|%s").splitlines() == [
        "admin|Saved dataset schema for 'SALES.a",
        "admin|Created managed dataset: SALES.a",
        "admin|Initialize gitignore",
        "admin|Created a new project: SALES (SALES)",
    ]
    assert git(folder, "fsck").strip() == ""


def test_nothing_queued_is_lost_when_the_process_dies(tmp_path, connect):
    dying = Emulator(tmp_path)
    project = connect(dying).create_project("P", "P", "admin")
    managed(project, "a")
    project.get_dataset("a").set_schema({"columns": []})
    dying._release()
    (tmp_path / "projects/P/datasets/a.json").write_text("")  # died before the file was written
    journal = tmp_path / "journals/P.jsonl"
    with journal.open("a") as file:
        file.write('{"message": "half a li')

    with Emulator(tmp_path) as dss:
        project = connect(dss).get_project("P")
        log = project.get_project_git().log()["entries"]
        assert len(log) == 4
        definition = project.get_dataset("a").get_settings().get_raw()
        assert definition["versionTag"]["versionNumber"] == 1
        assert not journal.exists()


def test_a_written_journal_is_not_written_again(tmp_path, connect):
    dying = Emulator(tmp_path)
    connect(dying).create_project("P", "P", "admin")
    journal = tmp_path / "journals/P.jsonl"
    kept = journal.read_bytes()
    dying.settle()
    journal.write_bytes(kept)
    dying._release()
    with Emulator(tmp_path) as dss:
        log = connect(dss).get_project("P").get_project_git().log()["entries"]
        assert len(log) == 2


def test_the_author_is_the_user_of_the_key(connect, dss, project):
    dss.keys["bobs"] = User("bob")
    managed(connect(dss, "bobs").get_project("SALES"), "a")
    entry = project.get_project_git().log(count=1)["entries"][0]
    assert entry["author"] == "bob"
    assert entry["commitId"]


def test_the_log_of_one_file_and_in_pages(project):
    for name in "abc":
        managed(project, name)
    history = project.get_project_git()
    assert len(history.log(path="datasets/b.json")["entries"]) == 1
    page = history.log(count=2)
    assert len(page["entries"]) == 2
    rest = history.log(start_commit=page["nextCommit"])
    assert len(rest["entries"]) == 3
    assert "nextCommit" not in rest


def test_tags(project):
    history = project.get_project_git()
    history.create_tag("v1", message="the first")
    (tag,) = history.list_tags()
    assert (tag["shortName"], tag["name"]) == ("v1", "refs/tags/v1")
    assert tag["commit"] == history.log(count=1)["entries"][0]["commitId"]
    with pytest.raises(DataikuException, match="already exists"):
        history.create_tag("v1")
    history.delete_tag("v1")
    assert history.list_tags() == []


def test_differences(project):
    history = project.get_project_git()
    start = history.log(count=1)["entries"][0]["commitId"]
    managed(project, "a")
    managed(project, "b")
    end = history.log(count=1)["entries"][0]["commitId"]
    between = history.diff(start, end)
    assert [each["path"] for each in between["entries"]] == ["datasets/a.json", "datasets/b.json"]
    assert between["changedFiles"] == 2
    assert [each["path"] for each in history.diff(end)["entries"]] == ["datasets/b.json"]
    assert history.diff()["entries"] == []


def test_reverting_to_a_commit(project, messages):
    managed(project, "a")
    history = project.get_project_git()
    target = history.log(count=1)["entries"][0]["commitId"]
    managed(project, "b")
    project.set_metadata({**project.get_metadata(), "tags": ["kept"]})
    project.set_variables({"standard": {"x": 1}, "local": {}})
    assert history.revert_to_revision(target)["success"]

    assert [each["name"] for each in project.list_datasets()] == ["a"]
    assert project.get_variables()["standard"] == {}
    assert project.get_metadata()["tags"] == ["kept"]
    assert messages()[:2] == [
        "Updated invariant properties of project SALES after git revert operation.",
        f"Reverted project SALES to {target}",
    ]
    managed(project, "c")
    assert history.get_status()["clean"]


def test_reverting_one_commit(project):
    managed(project, "a")
    history = project.get_project_git()
    target = history.log(count=1)["entries"][0]["commitId"]
    managed(project, "b")
    assert history.revert_commit(target)["success"]
    assert [each["name"] for each in project.list_datasets()] == ["b"]


def test_explicit_commits(project, messages):
    settings = project.get_settings()
    settings.get_raw()["settings"]["gitCommitMode"] = "EXPLICIT"
    settings.save()
    managed(project, "a")
    history = project.get_project_git()
    status = history.get_status()
    assert status["hasUncommittedChanges"]
    assert not status["clean"]
    history.commit("two things")
    assert history.get_status()["clean"]
    assert messages()[:2] == ["two things", "Updated settings of project SALES"]
    managed(project, "b")
    history.reset_to_head()
    assert [each["name"] for each in project.list_datasets()] == ["a"]


def test_branches(project):
    history = project.get_project_git()
    assert history.get_current_branch() == "master"
    history.create_branch("dev")
    assert history.get_current_branch() == "dev", "DSS switches to a branch that it creates"
    managed(project, "a")
    assert history.list_branches() == ["dev", "master"]
    history.switch("master")
    assert project.list_datasets() == []
    managed(project, "b")
    history.switch("dev")
    assert [each["name"] for each in project.list_datasets()] == ["a"]


def test_edits_as_in_the_ui(project, dss):
    managed(project, "a")

    def describe(document):
        document["description"] = "by hand"

    dss.edit("SALES", "datasets/a.json", describe, login="carol")
    dss.edit("SALES", "variables.json", lambda values: values.update(x=1))
    document = project.get_dataset("a").get_settings().get_raw()
    assert document["description"] == "by hand"
    assert document["versionTag"]["versionNumber"] == 1
    assert document["versionTag"]["lastModifiedBy"] == {"login": "carol"}
    entries = project.get_project_git().log(count=2)["entries"]
    assert [each["author"] for each in entries] == ["alice", "carol"]


def test_load_and_save(project, dss, client, tmp_path):
    managed(project, "a")
    dss.save("SALES", tmp_path / "copy")
    dss.load(tmp_path / "copy", "CLONE")
    clone = client.get_project("CLONE")
    assert len(clone.get_project_git().log()["entries"]) == 3
    assert clone.get_dataset("a").get_settings().get_raw()["projectKey"] == "CLONE"
    export = tmp_path / "export"
    (tmp_path / "copy/.git").rename(tmp_path / "gone")
    export.mkdir()
    (tmp_path / "copy").rename(export / "project_config")
    dss.load(export, "IMPORT")
    imported = client.get_project("IMPORT")
    assert len(imported.get_project_git().log()["entries"]) == 1
    assert imported.get_project_git().get_status()["clean"]
    with pytest.raises(FileNotFoundError, match=r"params\.json"):
        dss.load(tmp_path, "NOTHING")


def test_old_projects_keep_their_versions_in_their_files(dss, client, tmp_path):
    (tmp_path / "datasets").mkdir()
    (tmp_path / "params.json").write_text('{"name": "Old", "permissions": []}')
    tag = {"versionNumber": 4, "lastModifiedBy": {"login": "bob"}, "lastModifiedOn": 1}
    document = {"type": "Inline", "managed": False, "versionTag": tag, "params": {}, "tags": []}
    (tmp_path / "datasets/a.json").write_text(json.dumps(document))
    dss.load(tmp_path, "OLD")
    dataset = client.get_project("OLD").get_dataset("a")
    assert dataset.get_settings().get_raw()["versionTag"] == tag
    dataset.get_settings().save()
    assert dataset.get_settings().get_raw()["versionTag"]["versionNumber"] == 5
    stored = json.loads((dss.project_folder("OLD") / "datasets/a.json").read_text())
    assert stored["versionTag"]["versionNumber"] == 5
    assert "metrics" not in stored
