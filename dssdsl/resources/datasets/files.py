"""Files in a connection, and uploaded files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import InstanceOf

from dssdsl.errors import ProgramError
from dssdsl.lang.fields import (
    Blank,
    at,
    checked_as,
    closed,
    create_only,
    form,
    moves_data,
    resets_to,
    write_only,
)
from dssdsl.lang.functions import caller_folder, file_in
from dssdsl.lang.model import OneOrMany, many
from dssdsl.lang.program import Program
from dssdsl.lang.values import Document

from .base import AnyDataset
from .formats import FORMAT, AnyFormat


class AnyFileDataset(AnyDataset):
    """Common to datasets of files in a connection."""

    wire: ClassVar[str] = ""
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        "params.filesSelectionRules.mode": (resets_to("ALL"),),
        "params.filesSelectionRules.includeRules": (resets_to([]),),
    }

    connection: Annotated[str, at("params.connection"), checked_as("connection"), moves_data]
    """The connection."""

    path: Annotated[str, at("params.path"), moves_data, Blank.IF_ADOPTED]
    """The folder, relative to the connection's root."""

    format: Annotated[InstanceOf[AnyFormat] | None, at("formatType", "formatParams"), FORMAT] = None
    """The format of the files."""

    managed: Annotated[bool, at("managed"), create_only] = False
    """Whether DSS writes the files, and may delete them."""

    partition_pattern: Annotated[str | None, at("partitioning.filePathPattern"), resets_to("")] = (
        None
    )
    """The dimensions in the paths of the files: ``/%Y/%M/%D/.*`` or ``/%{country}/.*``."""

    include: Annotated[
        OneOrMany[str] | None,
        at("params.filesSelectionRules.mode", "params.filesSelectionRules.includeRules"),
        form("globs such as *.csv"),
    ] = None
    """Globs of the files to read. By default all."""

    def document(self) -> Document:
        out = super().document()
        out["type"] = self.wire
        out["managed"] = self.managed
        if self.format is not None:
            out.update(self.format.document(self))
        if self.include is not None:
            out["params"]["filesSelectionRules"] = {
                "mode": "RULES_INCLUDED_ONLY",
                "includeRules": [
                    {"mode": "GLOB", "matchingMode": "FULL_PATH", "expr": g}
                    for g in many(self.include)
                ],
            }
        return out


class FilesystemDataset(AnyFileDataset):
    """Files on the disk of the DSS server."""

    wire = "Filesystem"


class S3Dataset(AnyFileDataset):
    """Files in an S3 bucket."""

    wire = "S3"
    bucket: Annotated[str | None, at("params.bucket"), moves_data] = None
    """The bucket. By default the connection's."""


class GCSDataset(AnyFileDataset):
    """Files in a Google Cloud Storage bucket."""

    wire = "GCS"
    bucket: Annotated[str | None, at("params.bucket"), moves_data] = None
    """The bucket. By default the connection's."""


class AzureDataset(AnyFileDataset):
    """Files in an Azure Blob container."""

    wire = "Azure"
    container: Annotated[str | None, at("params.container"), moves_data] = None
    """The container. By default the connection's."""


class UploadedFilesDataset(AnyDataset):
    """
    Files that dssdsl uploads from the program's folder.

    DSS can add uploaded files, but not replace or remove them: a changed or removed file replaces the dataset.
    """

    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        "uploads.*.sha256": (write_only, create_only),
        "uploads.*.length": (create_only,),
    }

    files: Annotated[
        OneOrMany[str],
        at("uploads"),
        closed,
        create_only,
        form("paths relative to the program's file"),
    ] = ()
    """All of its files, by their paths relative to the file that declares them."""

    connection: Annotated[
        str | None, at("params.uploadConnection"), create_only, checked_as("connection")
    ] = None
    """The connection that stores the files. By default the data directory of DSS."""

    format: Annotated[InstanceOf[AnyFormat] | None, at("formatType", "formatParams"), FORMAT] = None
    """The format of the files."""

    _files: Any = None

    def _settle(self, program: Program) -> None:
        super()._settle(program)
        root = caller_folder() if program.position is None else program.folder
        self._files = [file_in(root, path) for path in many(self.files) if isinstance(path, str)]

    def document(self) -> Document:
        out = super().document()
        out["type"] = "UploadedFiles"
        if many(self.files):
            out["uploads"] = {}
            for upload in self._files:
                content = upload.path.read_bytes() if upload.path.is_file() else b""
                out["uploads"][upload.path.name] = {
                    "length": len(content), "sha256": hashlib.sha256(content).hexdigest(),
                }  # fmt: skip
        else:
            out.pop("uploads", None)
        if self.format is not None:
            out.update(self.format.document(self))
        return out

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        names = [f.path.name for f in self._files or ()]
        for name in {n for n in names if names.count(n) > 1}:
            yield self.error(
                f'two files are called "{name}"', "rename one: DSS stores uploads by name"
            )
        if not names and not self.adopted:
            yield self.error("it needs files", 'name them: files=["data/orders.csv"]')
