"""Which store a stack gets, from what its toml says."""

from __future__ import annotations

from pathlib import Path

import pytest

from dssdsl import settings
from dssdsl.errors import ProgramErrors
from dssdsl.state.opening import open_store, path_part
from dssdsl.state.stores.dss import DssStore
from dssdsl.state.stores.git import GitStore
from dssdsl.state.stores.local import LocalStore
from dssdsl.state.stores.remote import RemoteStore

HOST = "https://dss.example.com:11200"
PLACE = "dss.example.com_11200/dev_eu"


def store(folder, said):
    """The store of a stack whose toml says so."""
    text = f'[stacks."dev eu"]\nhost = "{HOST}"\n' + (f"store = {said}\n" if said else "")
    (folder / "dssdsl.toml").write_text(text, encoding="utf-8")
    return open_store(settings.load(folder, "dev eu"), lambda: None)


def test_the_default_store_is_the_project(tmp_path):
    assert isinstance(store(tmp_path, ""), DssStore)
    assert isinstance(store(tmp_path, '"dss"'), DssStore)


def test_local_state_lies_beside_the_toml(tmp_path):
    assert LocalStore(tmp_path / ".dssdsl" / "state" / "dev eu") == store(tmp_path, '"local"')


@pytest.mark.parametrize(
    ("said", "place", "branch"),
    [
        ('"git"', ".", "dssdsl-state"),
        ('{ git = "../infra" }', "../infra", "dssdsl-state"),
        ('{ git = "git@x.com:a/b.git", branch = "state/dev" }', "git@x.com:a/b.git", "state/dev"),
    ],
)
def test_state_in_git(tmp_path, said, place, branch):
    """
    A path is relative to the toml; host and stack are folders of the branch.
    """
    found = store(tmp_path, said)

    assert isinstance(found, GitStore)
    assert (PLACE, branch) == (found.folder, found.branch)
    here = str(tmp_path / place) if "@" not in place else place
    assert here == found.repository.place


@pytest.mark.parametrize("url", ["s3://bucket", "gs://b/team/x", "az://box", "memory://x"])
def test_state_in_a_bucket(tmp_path, url):
    found = store(tmp_path, f'"{url}"')

    assert isinstance(found, RemoteStore)
    assert (url, PLACE) == (found.bucket.url, found.folder)


def test_state_in_a_folder_that_others_share(tmp_path):
    found = store(tmp_path, f'"{(tmp_path / "a share").as_uri()}"')

    assert LocalStore(Path(tmp_path / "a share" / PLACE)) == found


@pytest.mark.parametrize(
    "said",
    [
        '"s3"', '"s3://"', '"ftp://x/y"', '"s3://b?x=1"', '"file://relative"', "3", '""', "{}", '{ git = "" }',
        '{ branch = "x" }', '{ git = ".", brunch = "x" }', '{ git = ".", branch = "a b" }', '{ git = ".", branch = "../x" }',
    ],
)  # fmt: skip
def test_the_error_of_an_unknown_store_lists_the_stores(tmp_path, said):
    with pytest.raises(ProgramErrors) as wrong:
        store(tmp_path, said)

    assert "dssdsl.toml:3" in str(wrong.value)
    assert '"s3://BUCKET/PREFIX"' in str(wrong.value)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("dss.example.com:11200/dss/", "dss.example.com_11200_dss"),
        ("..", "_"),
        (".hidden", "_hidden"),
        ("a..b", "a_b"),
        ("x.lock", "x_"),
        ("über", "_ber"),
        ("", "_"),
    ],
)
def test_a_name_becomes_part_of_a_path_and_of_a_ref(name, part):
    assert part == path_part(name)
