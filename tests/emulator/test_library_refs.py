"""References of a project's library to other repositories."""

from __future__ import annotations

import pytest
from dataikuapi.utils import DataikuException

from .test_history import git


@pytest.fixture
def elsewhere(tmp_path):
    """Create a repository with a folder of code, and return its path."""
    work, bare = tmp_path / "work", tmp_path / "elsewhere.git"
    (work / "src/pkg").mkdir(parents=True)
    (work / "src/pkg/a.py").write_text("A = 1\n")
    (work / "README").write_text("Not code\n")
    git(work, "init", "--quiet", "--initial-branch=main")
    git(work, "add", "-A")
    commit(work, "First")
    git(tmp_path, "clone", "--quiet", "--bare", str(work), str(bare))
    git(work, "remote", "add", "origin", str(bare))
    return bare


def commit(work, message):
    identity = ("-c", "user.name=ann", "-c", "user.email=ann@x.org")
    git(work, *identity, "commit", "--quiet", "-m", message)


@pytest.fixture
def repo(project, elsewhere):
    """Return the project's Git, with a library folder from another repository."""
    found = project.get_project_git()
    done = found.add_library(str(elsewhere), "shared", "main", "src", as_type="object")
    assert done.get_result()["success"]
    return found


def test_a_library_from_another_repository(project, repo, folder, elsewhere):
    assert folder("lib/shared/pkg/a.py") == "A = 1\n"
    libraries = repo.list_libraries()
    assert libraries["pythonPath"] == ["python", "shared"]
    (reference,) = libraries["gitReferences"].items()
    last = git(elsewhere, "rev-parse", "main").strip()
    assert reference == (
        "shared",
        {
            "remote": str(elsewhere),
            "checkout": "main",
            "remotePath": "src",
            "lastHash": last,
            "conflictingFiles": [],
            "resolvedFiles": [],
            "faultyHash": "",
            "isDirty": False,
        },
    )
    assert repo.get_status()["clean"]
    with pytest.raises(DataikuException, match="already exists"):
        repo.add_library(str(elsewhere), "/shared", "main")


def test_a_reset_takes_changes_of_the_repository(project, repo, folder, elsewhere, tmp_path):
    work = tmp_path / "work"
    (work / "src/pkg/a.py").unlink()
    (work / "src/b.py").write_text("B = 2\n")
    git(work, "add", "-A")
    commit(work, "Second")
    git(work, "push", "--quiet", "origin", "main")
    project.get_library().get_file("shared/pkg/a.py").write("A = 'mine'\n")

    assert repo.reset_library("shared").get_result()["success"]

    assert folder("lib/shared/b.py") == "B = 2\n"
    with pytest.raises(FileNotFoundError):
        folder("lib/shared/pkg/a.py")
    assert repo.reset_all_libraries().get_result()["success"]


def test_a_push_sends_changes_to_the_repository(project, repo, elsewhere):
    project.get_library().get_file("shared/pkg/a.py").write("A = 'mine'\n")

    assert repo.push_library("shared", "Mine").get_result()["success"]

    assert git(elsewhere, "log", "--format=%an %s", "-1", "main").strip() == "admin Mine"
    assert git(elsewhere, "show", "main:src/pkg/a.py") == "A = 'mine'\n"
    assert git(elsewhere, "show", "main:README") == "Not code\n"
    assert repo.push_all_libraries("Nothing new").get_result()["success"]
    assert git(elsewhere, "rev-list", "--count", "main").strip() == "2"


def test_references_are_edited_and_removed(project, repo, folder, elsewhere):
    assert repo.set_library("shared", str(elsewhere), "", "main") == "shared"
    assert repo.list_libraries()["gitReferences"]["shared"]["remotePath"] == ""
    repo.reset_library("shared").get_result()
    assert folder("lib/shared/README") == "Not code\n"
    repo.remove_library("shared", delete_directory=False)
    assert repo.list_libraries()["gitReferences"] == {}
    assert folder("lib/shared/README") == "Not code\n"
    repo.add_library(str(elsewhere), "shared", "main", "src")
    repo.remove_library("shared", delete_directory=True)
    assert repo.list_libraries()["pythonPath"] == ["python"]
    with pytest.raises(FileNotFoundError):
        folder("lib/shared/README")
    with pytest.raises(DataikuException, match="Git reference does not exist"):
        repo.remove_library("shared", delete_directory=True)


@pytest.mark.parametrize(
    ("repository", "target", "checkout", "path", "error"),
    [
        ("https://example.org/x.git", "x", "main", "", "reaches no repository but folders"),
        ("{}", "../../x", "main", "", "Invalid path"),
        ("{}", "x", "nothing", "", "pathspec"),
        ("{}", "x", "main", "../..", "Path not found in the repository"),
        ("{}", "x", "main", "none", "Path not found in the repository"),
    ],
)
def test_a_refused_request_changes_nothing(
    project, elsewhere, repository, target, checkout, path, error
):
    repo = project.get_project_git()
    with pytest.raises(DataikuException, match=error):
        repo.add_library(repository.format(elsewhere), target, checkout, path)

    assert repo.list_libraries()["gitReferences"] == {}
    assert repo.get_status()["clean"]
