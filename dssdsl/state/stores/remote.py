"""Keeps state in a bucket, through fsspec; one bucket can hold many projects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from attrs import define, frozen

from dssdsl.errors import Denied, DssdslError, Locked, NotFound, ProgramError, Unreachable
from dssdsl.state import archive
from dssdsl.state.archive import file_of
from dssdsl.state.lock import LockRecords
from dssdsl.state.snapshot import Head, Snapshot
from dssdsl.state.store import no_such, numbers, refuse_stale

EXTRAS = {"s3": "s3", "gs": "gs", "gcs": "gs", "az": "az", "abfs": "az"}
"""The extra that has to be installed for a scheme: ``dssdsl[s3]`` …"""
SCHEMES = (*EXTRAS, "memory")
LIBRARIES = {"aiobotocore", "aiohttp", "azure", "botocore", "gcsfs", "google", "requests"}
"""The libraries whose exceptions fsspec lets through."""


ONE_REQUEST = 2**32
"""Bytes up to which s3fs sends one request: it forgets the condition of an upload in parts (2026.9)."""
CHANGED = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}
"""What S3 answers to a write whose condition does not hold."""


@define(slots=False)
class Bucket:
    """The objects of a bucket below a prefix, read without a cache."""

    url: str

    @cached_property
    def opened(self) -> tuple[Any, str]:
        """
        The file system, and the prefix in it.

        Raises:
            ProgramError: A library that it needs is not installed.
        """
        scheme = self.url.partition("://")[0]
        try:
            from fsspec.core import url_to_fs

            system, root = url_to_fs(self.url, use_listings_cache=False)
        except ImportError as error:
            package = f"dssdsl[{EXTRAS[scheme]}]" if scheme in EXTRAS else "fsspec"
            raise ProgramError(
                f'store = "{self.url}" needs a library that is not installed: {error}',
                fix=f'pip install "{package}"',
            ) from None
        return system, root.rstrip("/")

    @contextmanager
    def asked(self) -> Iterator[Any]:
        """Give the file system, and turn its exceptions into DssdslErrors."""
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
            f"access to {self.url} is denied: {error}",
            fix="check the credentials in the environment; they need permission to read, write, list and delete there",
        )

    def path(self, name: str) -> str:
        """The path of *name* below the prefix."""
        return f"{self.opened[1]}/{name}"

    def get(self, name: str) -> bytes | None:
        """
        Give the content of an object, or None.

        Raises:
            NotFound: The bucket does not exist.
        """
        with self.asked() as system:
            try:
                return bytes(system.cat_file(self.path(name)))
            except FileNotFoundError:
                self._bucket(system)
                return None

    def _bucket(self, system: Any) -> None:
        """Raise where the bucket itself is missing, which reads like an object that is missing."""
        bucket = self.opened[1].strip("/").partition("/")[0]
        if self.url.startswith("memory:") or system.exists(bucket):
            return
        raise NotFound(f'there is no bucket "{bucket}"', fix="create it, or correct store = …")

    def put(self, name: str, content: bytes) -> None:
        """Write an object: readers see the old content or the new one."""
        with self.asked() as system:
            system.pipe_file(self.path(name), content)

    def make(self, name: str, content: bytes) -> bool:
        """Create an object where there is none, as far as the file system can check that."""
        with self.asked() as system:
            try:
                system.pipe_file(self.path(name), content, mode="create")
            except FileExistsError:
                return False
        return True

    @property
    def conditional(self) -> bool:
        """Whether a write can depend on the version that it replaces: of S3 that is known."""
        return self.url.startswith("s3:")

    def version(self, name: str) -> str | None:
        """Give the version of an object, None where there is none."""
        with self.asked() as system:
            try:
                return str(system.info(self.path(name), refresh=True)["ETag"])
            except FileNotFoundError:
                return None

    def replace(self, name: str, content: bytes, version: str | None) -> bool:
        """Write an object if it still has that version; False where it does not."""
        if version is None:
            return self.make(name, content)
        with self.asked() as system:
            try:
                system.pipe_file(self.path(name), content, IfMatch=version, chunksize=ONE_REQUEST)
            except OSError as error:  # s3fs has no error of its own for it
                answer = getattr(error.__cause__, "response", None) or {}
                if answer.get("Error", {}).get("Code") in CHANGED:
                    return False
                raise
        return True

    def remove(self, name: str) -> None:
        """Delete an object, if it exists."""
        with self.asked() as system:
            try:
                system.rm_file(self.path(name))
            except (FileNotFoundError, KeyError):
                return

    def names(self, folder: str) -> list[str]:
        """List the names in a folder."""
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
        bucket: The bucket.
        folder: The folder of this stack's projects: ``<host>/<stack>``.
    """

    bucket: Bucket
    folder: str

    def read(self, project: str) -> Snapshot | None:
        """Give the current snapshot, or None."""
        text = self.text(project)
        return None if text is None else Snapshot.loads(text, self.where(project))

    def text(self, project: str) -> str | None:
        """Give the content of the object."""
        return self._text(self._place(project))

    def write(
        self, project: str, snapshot: Snapshot, *, over: int | None, keep: bool = True
    ) -> None:
        """Replace the object, after adding it to the history."""
        place = self._place(project)
        version = self._checked(project, snapshot, over)
        added = archive.files(snapshot, self._reader(project)) if keep else {}
        for file, text in added.items():
            name = f"{self._history(project)}/{file}"
            if not self.bucket.make(name, text.encode()):
                # Left by a write that was cut off, or by somebody who deployed meanwhile.
                version = self._checked(project, snapshot, over)
                self.bucket.put(name, text.encode())
        content = snapshot.dumps().encode()
        if not self.bucket.conditional:
            self._checked(project, snapshot, over)
            self.bucket.put(place, content)
        elif not self.bucket.replace(place, content, version):
            self._checked(project, snapshot, over)
            raise Locked(
                f"somebody else is writing the state of project {project}",
                at=self.where(project),
                fix="run it again",
            )

    def _checked(self, project: str, snapshot: Snapshot, over: int | None) -> str | None:
        """Refuse to replace what somebody else wrote; give the version of what may be replaced."""
        place = self._place(project)
        version = self.bucket.version(place) if self.bucket.conditional else None
        refuse_stale(self._text(place), snapshot, over, project, self.where(project))
        return version

    def forget(self, project: str) -> None:
        """Delete the object; the history stays."""
        self.bucket.remove(self._place(project))

    def serials(self, project: str) -> list[int]:
        """List the deployments in the history."""
        return numbers(self.history_files(project), ".json")

    def history_files(self, project: str) -> list[str]:
        """List the files of the history."""
        return self.bucket.names(self._history(project))

    def prune(self, project: str, files: Sequence[str]) -> None:
        """Delete files of the history."""
        for name in files:
            self.bucket.remove(f"{self._history(project)}/{name}")

    def head(self, project: str, serial: int) -> Head:
        """Give what the history lists of a deployment."""
        return archive.head(*self._stored(project, serial))

    def past(self, project: str, serial: int) -> Snapshot:
        """Give the snapshot of a deployment."""
        return archive.unpacked(*self._stored(project, serial), self._reader(project))

    def _stored(self, project: str, serial: int) -> tuple[str, str]:
        """The content and the URL of a deployment's object."""
        name = f"{self._history(project)}/{file_of(serial)}"
        text = self._text(name)
        if text is None:
            raise no_such(project, serial, self.serials(project))
        return text, self._url(name)

    def _reader(self, project: str) -> Callable[[str], str | None]:
        """A function that gives the content of a file of the history."""
        return lambda name: self._text(f"{self._history(project)}/{name}")

    def lock_records(self, project: str) -> LockRecords:
        """Give the objects of the project's lock."""
        return LockObjects(self.bucket, f"{self.folder}/{project}/lock")

    def projects(self) -> list[str]:
        """List the folders that have a state."""
        found = sorted(self.bucket.names(self.folder))
        return [name for name in found if self.bucket.get(self._place(name)) is not None]

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
class LockObjects:
    """Keeps the records of a lock as objects of a bucket."""

    bucket: Bucket
    folder: str

    def read(self) -> dict[int, str]:
        """Read all records."""
        found = {}
        for number in numbers(self.bucket.names(self.folder)):
            content = self.bucket.get(f"{self.folder}/{number}")
            if content is not None:  # else it was deleted since it was listed
                found[number] = content.decode(errors="replace")
        return found

    def create(self, number: int, text: str) -> bool:
        """Create an object where there is none."""
        return self.bucket.make(f"{self.folder}/{number}", text.encode())

    def delete(self, number: int) -> None:
        """Delete an object."""
        self.bucket.remove(f"{self.folder}/{number}")
