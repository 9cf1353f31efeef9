"""What a store in a bucket does beyond the others."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dssdsl.errors import Denied, Locked, NotFound, ProgramError, Unreachable
from dssdsl.state.stores.remote import Bucket, RemoteStore
from tests.state.places import FOLDER, lock, snapshot


def test_what_lies_where(bucket):
    """
    Folders tell stacks and projects apart, so that one bucket does for many.
    """
    import fsspec

    store = RemoteStore(Bucket(f"{bucket}/team/x"), FOLDER)
    store.write("P", snapshot(1), over=0)
    mine = lock(store.lock_records("P"))
    mine.acquire()

    base = f"{bucket.removeprefix('s3://')}/team/x/{FOLDER}/P"
    found = fsspec.filesystem("s3", use_listings_cache=False).find(bucket)
    names = ("history/1.json", "history/base-1.json", "lock/1", "state.json")
    assert [f"{base}/{name}" for name in names] == found
    assert f"s3://{base}/state.json" == store.where("P")
    mine.release()


def test_writes_of_others_are_visible_at_once(bucket):
    """
    Lists are not remembered.
    """
    one, other = (RemoteStore(Bucket(bucket), FOLDER) for _ in range(2))
    assert [] == one.serials("P")
    assert {} == one.lock_records("P").read()

    other.write("P", snapshot(1), over=0)
    other.lock_records("P").create(1, "x")

    assert [1] == one.serials("P")
    assert {1: "x"} == one.lock_records("P").read()


def test_a_missing_bucket_is_not_an_empty_one(bucket):
    """
    A name with a slip in it would read as if nothing had been deployed.
    """
    store = RemoteStore(Bucket("s3://no-such-bucket-here"), FOLDER)

    for attempt in (
        lambda: store.read("P"),
        lambda: store.serials("P"),
        lambda: store.write("P", snapshot(1), over=0),
        lambda: lock(store.lock_records("P")).acquire(),
    ):
        with pytest.raises(NotFound, match='there is no bucket "no-such-bucket-here"'):
            attempt()


def test_an_address_where_nobody_listens(bucket, monkeypatch):
    """
    What the library raises becomes an error that says where and what.
    """
    import fsspec

    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    fsspec.filesystem("s3").clear_instance_cache()

    with pytest.raises(Unreachable, match="s3://x"):
        RemoteStore(Bucket("s3://x"), FOLDER).read("P")
    fsspec.filesystem("s3").clear_instance_cache()


def test_no_credentials(bucket, monkeypatch):
    """
    Who has none is not let in.
    """
    import fsspec

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "nowhere")
    fsspec.filesystem("s3").clear_instance_cache()

    with pytest.raises(Denied, match=r"access to .* is denied"):
        RemoteStore(Bucket(bucket), FOLDER).read("P")
    fsspec.filesystem("s3").clear_instance_cache()


@pytest.mark.parametrize(
    ("url", "package"), [("gs://bucket", "dssdsl[gs]"), ("az://box/x", "dssdsl[az]")]
)
def test_missing_packages_are_named(url, package):
    """
    With the extra that brings it.
    """
    pytest.importorskip("fsspec")
    with pytest.raises(ProgramError) as missing:
        RemoteStore(Bucket(url), FOLDER).read("P")

    assert package in str(missing.value)


def test_nothing_is_loaded_before_it_is_used():
    """
    Those who keep state elsewhere do not pay for it, and need nothing installed.
    """
    code = "import sys, dssdsl.state.stores.remote; assert 'fsspec' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)


class Stopped(Bucket):
    """A bucket whose user is stopped at a write, while somebody else deploys."""

    def __init__(self, url, at):
        super().__init__(url)
        self.at = at

    def meanwhile(self, name):
        if self.at and name.endswith(self.at):
            self.at = None
            other = RemoteStore(Bucket(self.url), FOLDER)
            other.write("P", snapshot(2, by="anna@build-3"), over=1)

    def make(self, name, content):
        self.meanwhile(name)
        return super().make(name, content)

    def replace(self, name, content, version):
        self.meanwhile(name)
        return super().replace(name, content, version)

    def put(self, name, content):
        done = super().put(name, content)
        if "/history/" in name:
            self.meanwhile(name)
        return done


@pytest.mark.parametrize("at", ["history/2.json", "state.json"])
@pytest.mark.parametrize("kind", ["s3", "memory"])
def test_a_resumed_writer_does_not_replace_a_snapshot_that_it_has_not_read(request, kind, at):
    """
    Before the history, or between it and the state: somebody else's state stays, and on S3 their history.
    """
    if kind == "memory" and at == "state.json":
        pytest.skip("it has no conditional writes")
    url = request.getfixturevalue("bucket") if kind == "s3" else f"memory://stopped-{at}"
    RemoteStore(Bucket(url), FOLDER).write("P", snapshot(1), over=0)
    late = RemoteStore(Stopped(url, at), FOLDER)

    with pytest.raises(Locked, match="deployed by anna@build-3 meanwhile"):
        late.write("P", snapshot(2, by="late"), over=1)

    now = RemoteStore(Bucket(url), FOLDER)
    assert "anna@build-3" == now.read("P").by
    if at == "history/2.json":
        assert "anna@build-3" == now.past("P", 2).by


def test_the_history_of_a_write_that_was_cut_off_is_replaced(bucket):
    """
    Nobody read that: the next deployment has the number.
    """
    store = RemoteStore(Bucket(bucket), FOLDER)
    store.write("P", snapshot(1), over=0)
    store.bucket.put(f"{FOLDER}/P/history/2.json", b"{")

    store.write("P", snapshot(2), over=1)

    assert 2 == store.past("P", 2).serial


def test_a_large_state_is_replaced_in_one_request(bucket):
    """
    A write that depends on a version is one request, however large: S3 forgets the condition of an upload in parts.
    """
    remote = Bucket(f"{bucket}/state")
    remote.put("state.json", b"old")

    assert not remote.replace("state.json", bytes(101 * 2**20), '"another version"')
    assert remote.get("state.json") == b"old"
