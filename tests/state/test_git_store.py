"""What a store in a Git repository does beyond the others."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from git import Repo

from dssdsl.errors import Denied, DssdslError, Locked, ProgramError, Unreachable
from dssdsl.state import repository as repositories
from dssdsl.state.repository import Repository, is_url
from dssdsl.state.snapshot import Attempt
from dssdsl.state.stores.git import GitStore
from tests.state.places import FOLDER, lock, repository, snapshot


@pytest.fixture(name="repo")
def _repo(tmp_path):
    """A repository with work that is not committed: some in the index, some not."""
    repo = repository(tmp_path / "repo")
    (tmp_path / "repo" / "staged.py").write_text("1", encoding="utf-8")
    repo.git.add("staged.py")
    (tmp_path / "repo" / "project.py").write_text("# changed\n", encoding="utf-8")
    (tmp_path / "repo" / "new.py").write_text("1", encoding="utf-8")
    return repo


@pytest.fixture(name="shared")
def _shared(tmp_path):
    """A repository that others share."""
    return repository(tmp_path / "shared.git", bare=True)


def store(place, tmp_path, folder=FOLDER):
    """A store in it."""
    return GitStore(Repository(str(place), tmp_path / "cache"), folder)


@pytest.mark.parametrize("remote", [False, True])
def test_nobodys_work_is_touched(repo, shared, tmp_path, remote):
    """
    Branch, index and files are what they were; what is deployed stands on a branch of its own.
    """
    if remote:
        repo.create_remote("origin", shared.git_dir)
    folder = tmp_path / "repo"
    before = (repo.git.status("--porcelain"), repo.head.commit, repo.git.diff("--cached"))

    one = store(folder, tmp_path)
    mine = lock(one.lock_records("P"))
    mine.acquire()
    one.write("P", snapshot(1), over=0)
    mine.release()

    assert before == (repo.git.status("--porcelain"), repo.head.commit, repo.git.diff("--cached"))
    assert "main" == repo.active_branch.name
    there = shared if remote else repo
    files = there.git.ls_tree("-r", "--name-only", "dssdsl-state").split()
    names = ("history/1.json", "history/base-1.json", "state.json")
    assert [f"{FOLDER}/P/{name}" for name in names] == files
    assert "" == there.git.tag()
    if remote:
        assert ["refs/heads/main"] == [str(ref.path) for ref in repo.refs if "heads" in ref.path]


def test_each_deployment_is_a_commit(repo, tmp_path):
    """
    It says which, in the name of whoever Git knows.
    """
    one = store(tmp_path / "repo", tmp_path)
    one.write("P", snapshot(0, pending={"dataset/a": Attempt()}), over=0, keep=False)
    one.write("P", snapshot(1), over=0)
    one.forget("P")
    one.forget("P")

    log = repo.git.log("--format=%an: %s", "dssdsl-state").splitlines()
    assert [
        f"Anna: dssdsl: P on {FOLDER}: deleted",
        f"Anna: dssdsl: P on {FOLDER}: deployment 1",
        f"Anna: dssdsl: P on {FOLDER}: starting a deployment",
    ] == log


def test_a_machine_without_a_name_can_deploy(tmp_path, monkeypatch):
    """
    A machine that builds often has no user.name.
    """
    for name, value in {
        "HOME": str(tmp_path),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "user.useConfigOnly",
        "GIT_CONFIG_VALUE_0": "true",
    }.items():
        monkeypatch.setenv(name, value)
    repo = Repo.init(tmp_path / "repo")

    store(tmp_path / "repo", tmp_path).write("P", snapshot(1), over=0)

    assert "dssdsl" == repo.git.log("--format=%an", "dssdsl-state")


def test_a_url_needs_no_repository_here(shared, tmp_path):
    """
    What is fetched from it is kept beside the program; two machines see the same.
    """
    url = f"file://{shared.git_dir}"
    here, there = (GitStore(Repository(url, tmp_path / name), FOLDER) for name in "ab")

    here.write("P", snapshot(1), over=0)
    there.write("P", snapshot(2), over=1)

    assert 2 == here.read("P").serial
    with pytest.raises(Locked, match="deployment 2"):
        here.write("P", snapshot(2), over=1)


def test_a_remote_that_is_added_later_gets_the_state(repo, shared, tmp_path):
    """
    State that was kept here only goes to the remote with the next deployment.
    """
    store(tmp_path / "repo", tmp_path).write("P", snapshot(1), over=0)
    repo.create_remote("origin", shared.git_dir)
    one = store(tmp_path / "repo", tmp_path)

    assert 1 == one.read("P").serial
    one.write("P", snapshot(2), over=1)

    assert "2" == shared.git.rev_list("--count", "dssdsl-state")
    assert [1, 2] == one.serials("P")


def test_projects_that_share_a_branch_are_not_in_each_others_way(shared, tmp_path):
    """
    Deployments of several projects at the same time are all kept: only one's own state is compared.
    """
    url, failed = f"file://{shared.git_dir}", []

    def work(name):
        one = GitStore(Repository(url, tmp_path / name), f"dss_test/{name}")
        try:
            for serial in (1, 2):
                one.write("P", snapshot(serial), over=serial - 1)
        except DssdslError as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == failed
    assert "6" == shared.git.rev_list("--count", "dssdsl-state")


def test_a_missing_repository_is_reported(tmp_path):
    """
    With what to do about it.
    """
    with pytest.raises(ProgramError, match="is in no Git repository"):
        store(tmp_path, tmp_path).read("P")


def test_an_unreachable_remote_is_an_error(repo, tmp_path):
    """
    Its state is not taken for none, and a password in its URL is not shown.
    """
    repo.create_remote("origin", "http://anna:hunter2@127.0.0.1:9/repo.git")

    with pytest.raises(Unreachable) as error:
        store(tmp_path / "repo", tmp_path).read("P")

    assert "hunter2" not in str(error.value)


def test_a_remote_that_refuses_is_an_error(repo, shared, tmp_path):
    """
    As something that is not allowed, and not as somebody who was faster.
    """
    from pathlib import Path

    hook = Path(shared.git_dir) / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'you are not allowed to push' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    repo.create_remote("origin", shared.git_dir)
    one = store(tmp_path / "repo", tmp_path)

    with pytest.raises(Denied, match="not allowed"):
        one.write("P", snapshot(1), over=0)
    with pytest.raises(Denied, match="not allowed"):
        lock(one.lock_records("P")).acquire()


def test_a_run_inside_a_hook_finds_its_repository(repo, tmp_path, monkeypatch):
    """
    Git tells hooks where its things are; the state goes where it always goes.
    """
    other = repository(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", other.git_dir)
    monkeypatch.setenv("GIT_INDEX_FILE", f"{other.git_dir}/index")
    one = store(tmp_path / "repo", tmp_path)
    one.write("P", snapshot(1), over=0)
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_INDEX_FILE")

    assert "dssdsl-state" in repo.git.branch()
    assert "dssdsl-state" not in other.git.branch()


def test_a_linked_worktree_has_the_state_of_its_repository(repo, tmp_path):
    """
    Wherever the program is checked out.
    """
    repo.git.worktree("add", str(tmp_path / "linked"), "-b", "feature")
    store(tmp_path / "repo", tmp_path).write("P", snapshot(1), over=0)

    assert 1 == store(tmp_path / "linked", tmp_path).read("P").serial


@pytest.mark.parametrize(
    ("place", "there"),
    [
        ("https://git.example.com/team/state.git", True),
        ("git@git.example.com:team/state.git", True),
        ("ssh://git@git.example.com/state", True),
        (".", False),
        ("../state", False),
        ("C:/data/state", False),
    ],
)
def test_what_is_a_url(place, there):
    """
    Everything else is a folder here.
    """
    assert there == is_url(place)


def test_git_that_hangs_is_ended(repo, tmp_path, monkeypatch):
    """
    A command that waits for something that never comes has its time.
    """
    monkeypatch.setattr(repositories, "TIMEOUT", 0.3)
    monkeypatch.setenv("GIT_SSH_COMMAND", "sleep 20 #")
    repo.create_remote("origin", "ssh://git@127.0.0.1/state")

    with pytest.raises(DssdslError):
        store(tmp_path / "repo", tmp_path).read("P")


def test_git_is_loaded_where_it_is_used():
    """
    Those who keep state elsewhere do not pay for it.
    """
    code = "import sys, dssdsl.state.stores.git; assert 'git' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)


def test_many_may_open_a_repository_by_its_url_at_once(tmp_path, shared):
    """
    None finds the copy half made, and a lock file that Git left there is an error with its place.
    """
    url, failed = f"file://{shared.common_dir}", []

    def work():
        try:
            GitStore(Repository(url, tmp_path / "cache"), FOLDER).read("P")
        except Exception as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == failed
    (copy,) = (tmp_path / "cache").glob("*.git")
    (copy / "config.lock").touch()
    with pytest.raises(DssdslError, match="git cannot prepare"):
        GitStore(Repository(url, tmp_path / "cache"), FOLDER).read("P")
