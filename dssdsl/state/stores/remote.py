"""Snapshots in a bucket, through fsspec: one bucket for many projects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from attrs import define, frozen

from dssdsl.errors import Denied, DssdslError, NotFound, ProgramError, Unreachable
from dssdsl.state.lock import Board
from dssdsl.state.snapshot import Snapshot

from . import no_such, numbers, refuse_stale

EXTRAS = {"s3": "s3", "gs": "gs", "gcs": "gs", "az": "az", "abfs": "az"}
"""What has to be installed for a scheme: ``dssdsl[s3]`` …"""
SCHEMES = (*EXTRAS, "memory")
LIBRARIES = {"aiobotocore", "aiohttp", "azure", "botocore", "gcsfs", "google", "requests"}
"""Whose own exceptions may come through fsspec."""


@define(slots=False)
class Bucket:
    """A file system that fsspec opens, below a prefix; nothing that it lists is remembered."""

    url: str

    @cached_property
    def opened(self) -> tuple[Any, str]:
        """
        The file system, and the prefix in it.

        Raises:
            ProgramError: What it takes is not installed.
        """
        scheme = self.url.partition("://")[0]
        try:
            from fsspec.core import url_to_fs

            system, root = url_to_fs(self.url, use_listings_cache=False)
        except ImportError as error:
            package = f"dssdsl[{EXTRAS[scheme]}]" if scheme in EXTRAS else "fsspec"
            raise ProgramError(
                f'store = "{self.url}" needs what is not installed: {error}',
                fix=f'pip install "{package}"',
            ) from None
        return system, root.rstrip("/")

    @contextmanager
    def asked(self) -> Iterator[Any]:
        """Give the file system, and turn what goes wrong with it into our errors."""
        try:
            yield self.opened[0]
        except DssdslError:
            raise
        except FileNotFoundError as error:
            raise NotFound(f"{self.url}: {error}") from error
        except PermissionError as error:
            raise self._denied(error) from error
        except OSError as error:
            raise Unreachable(
                f"{self.url}: {error}", fix="check the network, and try again"
            ) from error
        except Exception as error:
            # Each kind of bucket comes with the exceptions of its own library.
            library = type(error).__module__.partition(".")[0]
            if library not in LIBRARIES:
                raise
            if "redential" in f"{type(error).__name__} {error}":
                raise self._denied(error) from error
            raise Unreachable(
                f"{self.url}: {error}", fix="check the network, and try again"
            ) from error

    def _denied(self, error: Exception) -> Denied:
        return Denied(
            f"{self.url} does not let us in: {error}",
            fix="check the credentials in the environment, and that they may read, write, list and delete there",
        )

    def path(self, name: str) -> str:
        """The place of *name* below the prefix."""
        return f"{self.opened[1]}/{name}"

    def get(self, name: str) -> bytes | None:
        """
        Give what is stored, or None.

        Raises:
            NotFound: There is no such bucket.
        """
        with self.asked() as system:
            try:
                return bytes(system.cat_file(self.path(name)))
            except FileNotFoundError:
                self._bucket(system)
                return None

    def _bucket(self, system: Any) -> None:
        """A bucket that is not there holds nothing, and that is not what was asked."""
        bucket = self.opened[1].strip("/").partition("/")[0]
        if self.url.startswith("memory:") or system.exists(bucket):
            return
        raise NotFound(f'there is no bucket "{bucket}"', fix="create it, or correct store = …")

    def put(self, name: str, content: bytes) -> None:
        """Store *content*: whole, or not at all."""
        with self.asked() as system:
            system.pipe_file(self.path(name), content)

    def make(self, name: str, content: bytes) -> bool:
        """Store *content* where there is nothing yet, as far as the system can tell."""
        with self.asked() as system:
            try:
                system.pipe_file(self.path(name), content, mode="create")
            except FileExistsError:
                return False
        return True

    def remove(self, name: str) -> None:
        """Remove what is stored, if anything is."""
        with self.asked() as system:
            try:
                system.rm_file(self.path(name))
            except (FileNotFoundError, KeyError):
                return

    def names(self, folder: str) -> list[str]:
        """List what lies in a folder."""
        with self.asked() as system:
            system.invalidate_cache()
            try:
                found = system.ls(self.path(folder), detail=False)
            except FileNotFoundError:
                self._bucket(system)
                return []
        return [str(each).rpartition("/")[2] for each in found]


@frozen
class RemoteStore:
    """
    Keeps snapshots as ``<PROJECT>/state.json`` and ``<PROJECT>/history/<serial>.json`` of a bucket.

    Args:
        bucket: Where.
        folder: What tells this deployment's projects from those of others: ``<host>/<stack>``.
    """

    bucket: Bucket
    folder: str

    def read(self, project: str) -> Snapshot | None:
        """Give the current snapshot, or None."""
        text = self.text(project)
        return None if text is None else Snapshot.loads(text, self.where(project))

    def text(self, project: str) -> str | None:
        """Give the object as it is."""
        return self._text(self._place(project))

    def write(self, project: str, snapshot: Snapshot, *, over: int, keep: bool = True) -> None:
        """Replace the object, the history's copy first."""
        refuse_stale(self.text(project), snapshot, over, project, self.where(project))
        content = snapshot.dumps().encode()
        if keep:
            self.bucket.put(f"{self._history(project)}/{snapshot.serial}.json", content)
        self.bucket.put(self._place(project), content)

    def forget(self, project: str) -> None:
        """Remove the object; the history stays."""
        self.bucket.remove(self._place(project))

    def serials(self, project: str) -> list[int]:
        """List the history."""
        return numbers(self.bucket.names(self._history(project)), ".json")

    def past(self, project: str, serial: int) -> Snapshot:
        """Give one of the history."""
        name = f"{self._history(project)}/{serial}.json"
        text = self._text(name)
        if text is None:
            raise no_such(project, serial, self.serials(project))
        return Snapshot.loads(text, self._url(name))

    def board(self, project: str) -> Board:
        """Give the folder of the lock's notes."""
        return ObjectBoard(self.bucket, f"{self.folder}/{project}/lock")

    def where(self, project: str) -> str:
        """Give the object's URL."""
        return self._url(self._place(project))

    def _text(self, name: str) -> str | None:
        content = self.bucket.get(name)
        return None if content is None else content.decode("utf-8", errors="surrogateescape")

    def _url(self, name: str) -> str:
        return f"{self.bucket.url.rstrip('/')}/{name}"

    def _place(self, project: str) -> str:
        return f"{self.folder}/{project}/state.json"

    def _history(self, project: str) -> str:
        return f"{self.folder}/{project}/history"


@frozen
class ObjectBoard:
    """Lock notes as objects of a bucket."""

    bucket: Bucket
    folder: str

    def notes(self) -> dict[int, str]:
        """Read them all."""
        found = {}
        for number in numbers(self.bucket.names(self.folder)):
            content = self.bucket.get(f"{self.folder}/{number}")
            if content is not None:  # else it was taken down since it was listed
                found[number] = content.decode(errors="replace")
        return found

    def pin(self, number: int, text: str) -> bool:
        """Make an object, where there is none."""
        return self.bucket.make(f"{self.folder}/{number}", text.encode())

    def take_down(self, number: int) -> None:
        """Remove an object."""
        self.bucket.remove(f"{self.folder}/{number}")
