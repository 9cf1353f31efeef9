"""Managed datasets, and datasets of any type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from dssdsl.errors import ProgramError
from dssdsl.lang.fields import at, checked_as, create_only, form, moves_data, write_only
from dssdsl.lang.model import token
from dssdsl.lang.program import Program
from dssdsl.lang.values import Document

from .base import AnyDataset
from .types import TYPE


class Dataset(AnyDataset):
    """
    A managed dataset: DSS chooses type, path or table, and format from the connection.

    With ``type`` and ``params`` it is a dataset of any type of DSS.
    """

    hints: ClassVar[Mapping[str, str]] = {
        "schema": "DSS chooses the table of a managed dataset; for columns write columns={…}, for a given table SQLDataset",
        "table": "DSS chooses the table of a managed dataset; for a given table write SQLDataset(…, managed=True)",
    }

    connection: Annotated[
        str | None, at("params.connection"), checked_as("connection"), moves_data
    ] = None
    """The connection that stores the data; needed unless ``type`` is set."""

    format: Annotated[
        Literal["CSV_ESCAPING_NOGZIP_FORHIVE", "CSV_EXCEL_GZIP", "CSV_UNIX_GZIP", "PARQUET_HIVE", "AVRO", "ORC"] | str | None,
        token("CSV_ESCAPING_NOGZIP_FORHIVE", "CSV_EXCEL_GZIP", "CSV_UNIX_GZIP", "PARQUET_HIVE", "AVRO", "ORC"),
        at("creation.formatOptionId"), create_only, write_only,
    ] = None  # fmt: skip
    """How DSS stores the data on a file connection. Fixed at creation; DSS never returns it."""

    type: Annotated[str | None, TYPE, at("type"), create_only] = None
    """DSS's type, for a dataset that has no class of its own here. By default DSS chooses it."""

    params: Annotated[Mapping[str, Any] | None, at("params"), form("DSS's own params")] = None
    """DSS's parameters, with ``type``."""

    managed: Annotated[bool | None, at("managed"), create_only] = None
    """With ``type``: whether DSS creates, writes and may delete the data."""

    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {"params.*": ()}

    def document(self) -> Document:
        out = super().document()
        if self.type is None:
            out["managed"] = True
        else:
            out["managed"] = bool(self.managed)
            where = {"connection": self.connection} if self.connection is not None else {}
            out["params"] = {**(self.params or {}), **where}
        return out

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        if self.type is None and self.connection is None and not self.adopted:
            yield self.error(
                "it needs a connection",
                'add connection="filesystem_managed", or another that allows managed datasets',
            )
        if self.type is None and (self.params is not None or self.managed is not None):
            yield self.error(
                "params and managed need type", "add type=; or remove them, and DSS chooses"
            )
        if self.type is not None and self.format is not None:
            yield self.error(
                "format does not go with type",
                "write formatType and formatParams in raw=",
            )
