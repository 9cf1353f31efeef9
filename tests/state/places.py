"""Every kind of store, as several processes see it: what the tests of stores run on."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import define, field, frozen
from git import Repo

from dssdsl.dss.session import Session
from dssdsl.emulator import Loopback
from dssdsl.state.holder import Holder
from dssdsl.state.lock import Lock
from dssdsl.state.repository import Repository
from dssdsl.state.snapshot import Entry, Snapshot
from dssdsl.state.stores.dss import STATE, DssStore
from dssdsl.state.stores.git import GitStore
from dssdsl.state.stores.local import LocalStore
from dssdsl.state.stores.remote import Bucket, RemoteStore

FOLDER = "dss_test/dev"
HOST = "http://dss.test"


@frozen
class Place:
    """
    Where state is kept.

    Args:
        open: Gives a store, as a new process would open it.
        damage: Replaces the current snapshot of P by a text.
        spec: What `opened` needs to open it in another process; None where no other can.
    """

    open: Callable[[], Any]
    damage: Callable[[str], None]
    spec: list[str] | None = None


def opened(kind: str, *where: str) -> Any:
    """A store of that kind."""
    if kind == "local":
        return LocalStore(Path(where[0]))
    if kind == "git":
        return GitStore(Repository(where[0], Path(where[1])), FOLDER)
    if kind == "dss":
        return DssStore(Session(where[0], "emulator", adapter=Loopback()))
    return RemoteStore(Bucket(where[0]), FOLDER)


def place(kind: str, *where: str) -> Place:
    """A place of that kind, and how to damage what is in it."""

    def damage(text: str) -> None:
        store = opened(kind, *where)
        data = text.encode("utf-8", errors="surrogateescape")
        if kind == "local":
            Path(store.where("P")).write_bytes(data)
        elif kind == "git":
            tip = store._tip()
            commit = store.repository.commit(tip, {f"{FOLDER}/P/state.json": data}, "damage")
            store.repository.swap(store._ref, tip, commit)
        elif kind == "dss":
            store.dss.send("POST", f"/projects/P/libraries/contents/{STATE}", raw=data)
        else:
            store.bucket.put(f"{FOLDER}/P/state.json", data)

    shared = None if where[0].startswith("memory:") else [kind, *where]
    return Place(lambda: opened(kind, *where), damage, shared)


def repository(folder: Path, *, bare: bool = False) -> Repo:
    """A new repository with a commit, unless it is bare."""
    repo = Repo.init(folder, bare=bare, initial_branch="main")
    with repo.config_writer() as config:
        config.set_value("user", "name", "Anna")
        config.set_value("user", "email", "anna@example.com")
    if not bare:
        (folder / "project.py").write_text("# a program\n", encoding="utf-8")
        repo.git.add("project.py")
        repo.git.commit("-m", "begin")
    return repo


def snapshot(serial: int = 1, lineage: str = "one", **fields: Any) -> Snapshot:
    """A snapshot of P with a dataset."""
    fields.setdefault("entries", {"dataset/a": Entry(id="a", recorded={"type": "S3", "é": "→"})})
    return Snapshot(project_key="P", host=HOST, serial=serial, lineage=lineage, **fields)


def lock(records: Any, **options: Any) -> Lock:
    """A lock of P that looks often."""
    options.setdefault("poll", (0.001, 0.05))
    lease = options.pop("lease", 60.0)
    return Lock(records, Holder.here("up", "sales", lease), "project P", **options)


def add(store: Any, name: str) -> None:
    """Deploy one dataset more, under lock, as two deployments at once would."""
    mine = lock(store.lock_records("P"))
    mine.acquire(120)
    try:
        found = store.read("P") or snapshot(0)
        over = found.serial
        found.entries[f"dataset/{name}"] = Entry(id=name)
        found.serial = over + 1
        mine.check()
        store.write("P", found, over=over)
    finally:
        mine.release()


@define
class MemoryRecords:
    """A store in memory; an honest one, or one that lets notes be overwritten and says nothing."""

    honest: bool = True
    pinned: dict[int, str] = field(factory=dict)
    fails: Exception | None = None
    asked: int = 0
    guard: Any = field(factory=threading.Lock)

    def read(self) -> dict[int, str]:
        self.asked += 1
        if self.fails:
            raise self.fails
        with self.guard:
            return dict(self.pinned)

    def create(self, number: int, text: str) -> bool:
        if self.fails:
            raise self.fails
        with self.guard:
            if self.honest and number in self.pinned:
                return False
            self.pinned[number] = text
            return True

    def delete(self, number: int) -> None:
        with self.guard:
            self.pinned.pop(number, None)


def main() -> None:
    """Add datasets to a store, or write it without end, as a process of its own."""
    what, spec, count, name = sys.argv[1:]
    store = opened(*json.loads(spec))
    if what == "add":
        for i in range(int(count)):
            add(store, f"{name}{i}")
    elif what == "hold":
        lock(store.lock_records("P")).acquire(10)
        print("holding", flush=True)  # noqa: T201 - whoever started it waits for this
        time.sleep(float(count))
    else:
        current = store.read("P")
        padding = {f"dataset/{i}": Entry(id="x" * 1000) for i in range(int(count))}
        print("writing", flush=True)  # noqa: T201 - whoever started it waits for this
        while True:
            serial = current.serial
            current.serial, current.entries = serial + 1, padding
            store.write("P", current, over=serial)


if __name__ == "__main__":
    main()
