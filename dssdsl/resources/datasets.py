"""Datasets: tables and files that flow."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import Field, InstanceOf

from dssdsl.dss.documents import DocumentProvider, live
from dssdsl.dss.session import Session
from dssdsl.dss.session import at as quoted
from dssdsl.errors import DssError, ProgramError, Unreachable
from dssdsl.lang.fields import (
    at,
    checked_as,
    closed,
    create_only,
    form,
    keyed,
    listed,
    moves_data,
    resets_to,
    set_by_runs,
    write_only,
)
from dssdsl.lang.model import OneOrMany, many, token
from dssdsl.lang.program import Program, caller_folder, file_in
from dssdsl.lang.provider import Live, provides
from dssdsl.lang.resource import Part, Resource
from dssdsl.lang.values import Document, Initial

from .flow import Referable

ColumnType: TypeAlias = Literal[
    "string", "int", "bigint", "smallint", "tinyint", "float", "double", "boolean", "date", "dateonly", "datetimenotz",
    "geopoint", "geometry", "array", "map", "object",
]  # fmt: skip


class Column(Part):
    """A column of a dataset's schema."""

    name: str = Field(kw_only=False)
    type: ColumnType = Field(kw_only=False)
    comment: str | None = None
    meaning: str | None = None
    max_length: int | None = None


Columns: TypeAlias = Mapping[str, ColumnType] | Sequence[Column]
"""``{"id": "bigint"}``, or a list of Column."""


class TimeDimension(Part):
    """A partitioning dimension of time."""

    name: str = Field(kw_only=False)
    period: Annotated[Literal["YEAR", "MONTH", "DAY", "HOUR"], at("params.period")] = Field(
        default="DAY", kw_only=False
    )

    def document(self, owner: Resource) -> Document:
        return {"name": self.name, "type": "time", "params": {"period": self.period}}


class ValueDimension(Part):
    """A partitioning dimension of discrete values."""

    name: str = Field(kw_only=False)

    def document(self, owner: Resource) -> Document:
        return {"name": self.name, "type": "value"}


Dimension: TypeAlias = InstanceOf[TimeDimension] | InstanceOf[ValueDimension]


class AnyFormat(Part):
    """How files hold rows."""

    wire: ClassVar[str] = ""
    defaults: ClassVar[Mapping[str, Any]] = {}

    def document(self, owner: Resource) -> Document:
        """What DSS has: the type, and what is set; the rest of what this class means is sent at creation only."""
        params = super().document(owner)
        return {
            "formatType": self.wire,
            "formatParams": {
                **{k: Initial(v) for k, v in self.defaults.items() if k not in params},
                **params,
            },
        }


class CSV(AnyFormat):
    """Delimited text; what is left out is a comma, a header line and quotes as in Excel, in a new dataset."""

    wire = "csv"
    defaults: ClassVar[Mapping[str, Any]] = {
        "separator": ",", "parseHeaderRow": True, "quoteChar": '"', "escapeChar": "\\", "style": "excel", "charset": "utf8", "compress": "",
    }  # fmt: skip

    separator: str = ","
    header: Annotated[bool, at("parseHeaderRow")] = True
    quote: Annotated[str, at("quoteChar")] = '"'
    style: Annotated[
        Literal["excel", "unix", "escape_only_no_quote", "no_escape_no_quote"] | str,
        token("excel", "unix", "escape_only_no_quote", "no_escape_no_quote"),
    ] = "excel"
    charset: str = "utf8"
    compress: Annotated[Literal["", "gz"] | str, token("", "gz")] = ""
    skip_rows_before_header: int = 0


class Parquet(AnyFormat):
    """Parquet files."""

    wire = "parquet"
    compression: Annotated[
        Literal["SNAPPY", "GZIP", "NONE"] | str,
        token("SNAPPY", "GZIP", "NONE"),
        at("parquetCompressionMethod"),
    ] = "SNAPPY"


class JSON(AnyFormat):
    """One JSON document a line, or one array."""

    wire = "json"


class Excel(AnyFormat):
    """A workbook."""

    wire = "excel"
    sheets: str = "*Sheet1"
    header: Annotated[bool, at("parseHeaderRow")] = True
    defaults: ClassVar[Mapping[str, Any]] = {"sheets": "*Sheet1", "parseHeaderRow": True}


class Format(AnyFormat):
    """Any file format, by DSS's own formatType and formatParams."""

    type: str = Field(kw_only=False)
    params: Mapping[str, Any] = {}

    def document(self, owner: Resource) -> Document:
        return {"formatType": self.type, "formatParams": dict(self.params)}


FORMAT = form('a format such as CSV(separator=";") or Parquet()')
COLUMNS = form(
    '{"name": "type"} or a list of Column("name", "type"), with DSS’s types: string, bigint, double, date, …'
)


class AnyDataset(Referable):
    """What all datasets have."""

    kind = "dataset"
    object_type = "DATASET"
    renamable = True
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {"formatType": (), "formatParams": ()}

    name: str = Field(kw_only=False)
    """Its name; upper case by the rule of the house."""

    columns: Annotated[
        Columns | None, at("schema.columns"), keyed("name"), set_by_runs, COLUMNS
    ] = None
    """Columns in order. Left out on a source: detected once, when it is created. Left out on an output: follows the recipe."""

    partitioning: Annotated[
        OneOrMany[Dimension] | None, at("partitioning.dimensions"), keyed("name"), listed, resets_to([]),
        form('TimeDimension("day") or ValueDimension("country"), or a list of them'),
    ] = None  # fmt: skip
    """The dimensions of its partitions."""

    rebuild: Annotated[
        Literal["NORMAL", "EXPLICIT", "WRITE_PROTECT"] | str | None, token("NORMAL", "EXPLICIT", "WRITE_PROTECT"),
        at("flowOptions.rebuildBehavior"), resets_to("NORMAL"),
    ] = None  # fmt: skip
    """When recursive builds rebuild it."""

    def document(self) -> Document:
        out = super().document()
        if self.columns is not None:
            columns = self.columns
            out["schema"]["columns"] = (
                [{"name": n, "type": t} for n, t in columns.items()]
                if isinstance(columns, Mapping)
                else [c.document(self) for c in many(columns)]
            )
        return out

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        naming = getattr(self.project, "naming", "any")
        adopted = bool(self.adopt) or bool(getattr(self.project, "adopt", None))
        if not re.fullmatch(r"[A-Za-z0-9_]+", self.name) and not adopted:
            yield self.fault(
                "its name has characters that DSS does not take",
                f'call it "{_upper(self.name)}", or another of letters, digits and underscores',
            )
        elif naming == "upper" and not adopted and not re.fullmatch(r"[A-Z_][A-Z0-9_]*", self.name):
            yield self.fault(
                "its name begins with a digit"
                if self.name[:1].isdigit() and self.name.isupper()
                else "its name is not upper case",
                f'call it "{_upper(self.name)}"; say adopt=True if it exists already, '
                'or naming="any" on the project',
            )
        names = [c if isinstance(c, str) else c.name for c in (self.columns or ())]
        for name in {n for n in names if names.count(n) > 1}:
            yield self.fault(f'column "{name}" is there twice')
        pattern = getattr(self, "partition_pattern", None)
        if pattern:
            yield from self._check_pattern(pattern)

    def _check_pattern(self, pattern: str) -> Iterator[ProgramError]:
        for found in re.findall(r"%(\{[^}]*\}|.)", pattern):
            if not found.startswith("{") and found not in "YMDH":
                yield self.fault(
                    f'partition_pattern has "%{found}", which DSS does not know',
                    "DSS’s own are %Y, %M, %D, %H for time and %{name} for a value",
                )
        names = {d.name for d in many(self.partitioning)}
        for name in re.findall(r"%\{([^}]*)\}", pattern):
            if name not in names:
                yield self.fault(
                    f'partition_pattern names "{name}", which is no dimension',
                    "declare it in partitioning=",
                )


def _upper(name: str) -> str:
    """*name* as the house writes it: ``ordersClean 2`` is ``ORDERS_CLEAN_2``."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    proposed = re.sub(r"[^A-Z0-9_]+", "_", words.upper()).strip("_") or "NAME"
    return f"_{proposed}" if proposed[0].isdigit() else proposed


class Dataset(AnyDataset):
    """
    A managed dataset: DSS chooses type, path or table, and format from the connection.

    With ``type`` and ``params`` it is any DSS dataset, written as given.
    """

    hints: ClassVar[Mapping[str, str]] = {
        "schema": "a managed dataset's table is DSS's choice; for columns write columns={…}, for a table of your own SQLDataset",
        "table": "a managed dataset's table is DSS's choice; for a table of your own write SQLDataset(…, managed=True)",
    }

    connection: Annotated[
        str | None, at("params.connection"), checked_as("connection"), moves_data
    ] = None
    """Where DSS stores it."""

    format: Annotated[
        Literal["CSV_ESCAPING_NOGZIP_FORHIVE", "CSV_EXCEL_GZIP", "CSV_UNIX_GZIP", "PARQUET_HIVE", "AVRO", "ORC"] | str | None,
        token("CSV_ESCAPING_NOGZIP_FORHIVE", "CSV_EXCEL_GZIP", "CSV_UNIX_GZIP", "PARQUET_HIVE", "AVRO", "ORC"),
        at("creation.formatOptionId"), create_only, write_only,
    ] = None  # fmt: skip
    """How DSS shall store it on a file connection: one of its format options."""

    type: Annotated[str | None, at("type"), create_only] = None
    """DSS's own type, for a dataset of a type that has no class here."""

    params: Annotated[Mapping[str, Any] | None, at("params"), form("DSS's own params")] = None
    """DSS's own params, with ``type``."""

    managed: Annotated[bool | None, at("managed"), create_only] = None
    """With ``type``: whether DSS may create and drop its data."""

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
        if self.type is None and self.connection is None and not self.adopt:
            yield self.fault(
                "it needs a connection",
                'add connection="filesystem_managed", or another that DSS may write to',
            )
        if self.type is None and (self.params is not None or self.managed is not None):
            yield self.fault(
                "params and managed go with type", "add type=, or leave them out: DSS chooses"
            )
        if self.type is not None and self.format is not None:
            yield self.fault(
                "format is DSS's choice for managed data",
                "with type=, write formatType and formatParams in raw=",
            )


class SQLDataset(AnyDataset):
    """A table or a query in a SQL connection; the concrete type (Snowflake, …) is the connection's."""

    hints: ClassVar[Mapping[str, str]] = {"database": 'did you mean "catalog"?'}
    wire: ClassVar[str | None] = None

    connection: Annotated[str, at("params.connection"), checked_as("connection"), moves_data]
    """The SQL connection."""

    table: Annotated[str | None, at("params.table"), moves_data] = None
    """The table; or write ``query``."""

    schema_: Annotated[str | None, at("params.schema"), moves_data] = Field(
        default=None, alias="schema"
    )
    """The table's schema."""

    catalog: Annotated[str | None, at("params.catalog"), moves_data] = None
    """The table's catalog; Snowflake calls it database, BigQuery project."""

    query: Annotated[str | None, at("params.query")] = None
    """A SELECT, instead of a table."""

    managed: Annotated[bool, at("managed"), create_only] = False
    """True: DSS creates, writes and may drop the table."""

    type: Annotated[str | None, at("type"), create_only] = None
    """DSS's own type; left out, the connection's."""

    def document(self) -> Document:
        out = super().document()
        out["managed"] = self.managed
        out["params"]["mode"] = "query" if self.query is not None else "table"
        if self.wire:
            out["type"] = self.wire
        return out

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        if (self.table is None) == (self.query is None) and not (self.adopt and self.query is None):
            both = "not both" if self.table is not None else "one of them"
            yield self.fault(
                f"it needs table or query, {both}", 'write table="ORDERS", or query="SELECT …"'
            )
        if self.managed and self.query is not None:
            yield self.fault("a query cannot be managed", "leave managed out, or write table=")


class PostgreSQLDataset(SQLDataset):
    """A table or query in PostgreSQL."""

    wire = "PostgreSQL"


class SnowflakeDataset(SQLDataset):
    """A table or query in Snowflake; ``catalog`` is the database."""

    wire = "Snowflake"


class BigQueryDataset(SQLDataset):
    """A table or query in BigQuery; ``catalog`` is the project, ``schema`` the dataset."""

    wire = "BigQuery"


class RedshiftDataset(SQLDataset):
    """A table or query in Redshift."""

    wire = "Redshift"


class MySQLDataset(SQLDataset):
    """A table or query in MySQL."""

    wire = "MySQL"


class SQLServerDataset(SQLDataset):
    """A table or query in SQL Server."""

    wire = "SQLServer"


class OracleDataset(SQLDataset):
    """A table or query in Oracle."""

    wire = "Oracle"


class DatabricksDataset(SQLDataset):
    """A table or query in Databricks."""

    wire = "Databricks"


class AnyFileDataset(AnyDataset):
    """What datasets of files in a connection have."""

    wire: ClassVar[str] = ""
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        "params.filesSelectionRules.mode": (resets_to("ALL"),),
        "params.filesSelectionRules.includeRules": (resets_to([]),),
    }

    connection: Annotated[str, at("params.connection"), checked_as("connection"), moves_data]
    """The connection."""

    path: Annotated[str, at("params.path"), moves_data]
    """The folder, below the connection's root."""

    format: Annotated[InstanceOf[AnyFormat] | None, at("formatType", "formatParams"), FORMAT] = None
    """How the files hold rows."""

    managed: Annotated[bool, at("managed"), create_only] = False
    """True: DSS writes the files, and may delete them."""

    partition_pattern: Annotated[str | None, at("partitioning.filePathPattern"), resets_to("")] = (
        None
    )
    """Where the dimensions stand in a file's path: ``/%Y/%M/%D/.*`` or ``/%{country}/.*``."""

    include: Annotated[
        OneOrMany[str] | None,
        at("params.filesSelectionRules.mode", "params.filesSelectionRules.includeRules"),
        form("globs such as *.csv"),
    ] = None
    """Globs of the files that belong to it; left out, all."""

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
    """Files on the DSS server's own disk."""

    wire = "Filesystem"


class S3Dataset(AnyFileDataset):
    """Files in an S3 bucket."""

    wire = "S3"
    bucket: Annotated[str | None, at("params.bucket"), moves_data] = None
    """The bucket; left out, the connection's."""


class GCSDataset(AnyFileDataset):
    """Files in a Google Cloud Storage bucket."""

    wire = "GCS"
    bucket: Annotated[str | None, at("params.bucket"), moves_data] = None
    """The bucket; left out, the connection's."""


class AzureDataset(AnyFileDataset):
    """Files in an Azure Blob container."""

    wire = "Azure"
    container: Annotated[str | None, at("params.container"), moves_data] = None
    """The container; left out, the connection's."""


class UploadedFilesDataset(AnyDataset):
    """
    Files of the program's folder, uploaded; the program names every file that shall be in it.

    DSS can add files and not replace or remove them, so a changed file means a new dataset.
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
    """Paths of the files, relative to the file that declares them."""

    connection: Annotated[
        str | None, at("params.uploadConnection"), create_only, checked_as("connection")
    ] = None
    """Where DSS stores uploads; left out, its own data directory."""

    format: Annotated[InstanceOf[AnyFormat] | None, at("formatType", "formatParams"), FORMAT] = None
    """How the files hold rows."""

    _files: Any = None

    def _settle(self, program: Program) -> None:
        super()._settle(program)
        root = caller_folder() if program.position is None else program.folder
        self._files = [file_in(root, path) for path in many(self.files)]

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
            yield self.fault(
                f'two files are called "{name}"', "DSS keeps uploads by name; rename one"
            )
        if not names and not self.adopt:
            yield self.fault("it needs files", 'name them: files=["data/orders.csv"]')


@provides("dataset")
class DatasetProvider(DocumentProvider):
    """Most DSS list datasets whole; uploaded files are asked for one by one."""

    kind = "dataset"
    path = "datasets"
    whole_by = "readWriteOptions"

    def list(self, dss: Session, project: str) -> Iterable[Live]:
        """All datasets of the project."""
        for head in dss.json("GET", self.url(project)):
            # What was uploaded is told by another call only, and no version tells of it.
            uploads = head["type"] == "UploadedFiles"
            whole = head if self.is_whole(head) and not uploads else None
            found = live(head["name"], head["name"], whole, head)
            yield (
                Live(
                    found.name,
                    found.id,
                    None,
                    None,
                    found.saved_by,
                    found.saved_at,
                    found.created_at,
                )
                if uploads
                else found
            )

    def read(self, dss: Session, project: str, id: str) -> Live | None:
        """One dataset, with what was uploaded to it."""
        found = super().read(dss, project, id)
        if (
            found is not None
            and found.document is not None
            and found.document["type"] == "UploadedFiles"
        ):
            files = dss.json("GET", f"{self.url(project, id)}/uploaded/files")
            found.document["uploads"] = {
                f["path"].lstrip("/"): {"length": f.get("length")} for f in files
            }
        return found

    def create(self, dss: Session, project: str, want: Document, resource: Resource) -> str:
        """Make the dataset: managed ones as DSS chooses, others as a whole document."""
        name = resource.identity
        want = dict(want)
        creation, uploads = want.pop("creation", {}), want.pop("uploads", {})
        params = want.get("params", {})
        if "type" not in want and want.get("managed") and set(params) <= {"connection"}:
            specific = (
                {"formatOptionId": creation["formatOptionId"]}
                if "formatOptionId" in creation
                else {}
            )
            dss.json(
                "POST",
                self.url(project) + "managed",
                {
                    "name": name,
                    "creationSettings": {
                        "connectionId": params["connection"],
                        "specificSettings": specific,
                    },
                },
            )
            return name
        want.setdefault(
            "type",
            dss.connection_type(params["connection"], project) if "connection" in params else None,
        )
        if want.get("schema"):
            want["schema"] = {"userModified": True, **want["schema"]}
        dss.json("POST", self.url(project), {"name": name, "projectKey": project, **want})
        if uploads:
            self._upload(dss, project, name, uploads, resource)
        return name

    def update(
        self,
        dss: Session,
        project: str,
        id: str,
        before: Document,
        after: Document,
        resource: Resource | None,
    ) -> None:
        """Upload what is new, then save the document if it differs."""
        after = {n: v for n, v in after.items() if n != "creation"}
        before = dict(before)
        old, new = before.pop("uploads", {}), after.pop("uploads", {})
        if added := {name: what for name, what in new.items() if name not in old}:
            self._upload(dss, project, id, added, resource)
        if after != before:
            super().update(dss, project, id, before, after, resource)

    def _upload(
        self, dss: Session, project: str, id: str, names: Iterable[str], resource: Any
    ) -> None:
        there = {
            f["path"].lstrip("/")
            for f in dss.json("GET", f"{self.url(project, id)}/uploaded/files")
        }
        for upload in resource._files:
            if upload.path.name in names and upload.path.name not in there:
                with upload.path.open("rb") as content:
                    dss.upload(f"{self.url(project, id)}/uploaded/files", upload.path.name, content)

    def delete(self, dss: Session, project: str, id: str, *, drop_data: bool) -> None:
        """Delete the dataset's definition; DSS takes along the recipes that use it."""
        dss.send("DELETE", self.url(project, id), dropData=drop_data)

    def rename(self, dss: Session, project: str, id: str, new: str) -> None:
        """Rename the dataset; DSS rewrites all that refers to it, and leaves the data where it is."""
        dss.send(
            "POST",
            f"/projects/{quoted(project)}/actions/renameDataset",
            {"oldName": id, "newName": new},
        )

    def detect(self, dss: Session, project: str, id: str) -> Document | None:
        """
        Ask DSS for the columns of a source.

        Returns:
            The schema, or None where DSS cannot tell (no file there yet, an unreachable table).
        """
        document = dss.json("GET", self.url(project, id))
        sql = "mode" in document.get("params", {})
        action = "externalSQL" if sql else "fsLike"
        body = {} if sql else {"detectPossibleFormats": True, "inferStorageTypes": True}
        where = f"{self.url(project, id)}/actions/testAndDetectSettings/{action}"
        try:
            found = dss.wait(dss.json("POST", where, body))
        except Unreachable:
            raise
        except DssError:
            try:  # a source that is not there fails again; nobody asks later
                found = dss.wait(dss.json("POST", where, body))
            except DssError:
                return None
        schema = (found or {}).get("schemaDetection", {}).get("newSchema")
        if schema is None:
            detected = (found or {}).get("format", {})
            schema = (
                (detected.get("schemaDetection") or {}).get("newSchema")
                if detected.get("ok")
                else None
            )
        return schema if schema and schema.get("columns") else None

    def set_schema(self, dss: Session, project: str, id: str, schema: Document) -> None:
        """Save a dataset's columns."""
        dss.json(
            "PUT",
            f"/projects/{quoted(project)}/datasets/{quoted(id)}/schema",
            {**schema, "userModified": True},
        )
