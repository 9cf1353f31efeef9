"""File formats: CSV, Parquet, JSON, Excel, and any other by DSS's own type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from dssdsl.lang.constrained import Count
from dssdsl.lang.fields import at, form, may_be_empty, may_be_spaces
from dssdsl.lang.model import token
from dssdsl.lang.resource import Part, Resource
from dssdsl.lang.values import Document, Initial


class AnyFormat(Part):
    """A format of files."""

    wire: ClassVar[str] = ""
    defaults: ClassVar[Mapping[str, Any]] = {}

    def document(self, owner: Resource) -> Document:
        """The format as DSS has it: its type and the parameters that are set. Defaults are sent at creation only."""
        params = super().document(owner)
        return {
            "formatType": self.wire,
            "formatParams": {
                **{k: Initial(v) for k, v in self.defaults.items() if k not in params},
                **params,
            },
        }


class CSV(AnyFormat):
    """Delimited text. A new dataset has commas, a header line and quotes as in Excel, unless fields say otherwise."""

    wire = "csv"
    defaults: ClassVar[Mapping[str, Any]] = {
        "separator": ",", "parseHeaderRow": True, "quoteChar": '"', "escapeChar": "\\", "style": "excel", "charset": "utf8", "compress": "",
    }  # fmt: skip

    separator: Annotated[str, may_be_spaces] = ","
    """The character between values."""

    header: Annotated[bool, at("parseHeaderRow")] = True
    """Whether the first line has the names of the columns."""

    quote: Annotated[str, at("quoteChar"), may_be_empty] = '"'
    """The character around values that contain separators."""

    style: Annotated[
        Literal["excel", "unix", "escape_only_no_quote", "no_escape_no_quote"] | str,
        token("excel", "unix", "escape_only_no_quote", "no_escape_no_quote"),
    ] = "excel"
    """The style of quotes and escapes."""

    charset: str = "utf8"
    """The encoding."""

    compress: Annotated[Literal["", "gz"] | str, token("", "gz")] = ""
    """``gz`` for compressed files; empty for plain ones."""

    skip_rows_before_header: Count = 0
    """How many lines to skip before the header."""


class Parquet(AnyFormat):
    """Parquet files."""

    wire = "parquet"
    compression: Annotated[
        Literal["SNAPPY", "GZIP", "NONE"] | str,
        token("SNAPPY", "GZIP", "NONE"),
        at("parquetCompressionMethod"),
    ] = "SNAPPY"
    """The compression of the columns."""


class JSON(AnyFormat):
    """One JSON object per line, or one array of objects."""

    wire = "json"


class Excel(AnyFormat):
    """Excel workbooks."""

    wire = "excel"
    sheets: str = "*Sheet1"
    """The sheets to read, as DSS writes them: ``*`` and the name of the sheet."""

    header: Annotated[bool, at("parseHeaderRow")] = True
    """Whether the first row has the names of the columns."""

    defaults: ClassVar[Mapping[str, Any]] = {"sheets": "*Sheet1", "parseHeaderRow": True}


class Format(AnyFormat):
    """Any file format, by DSS's ``formatType`` and ``formatParams``."""

    type: Annotated[
        str,
        token(
            "csv",
            "json",
            "parquet",
            "avro",
            "excel",
            "orcfile",
            "line",
            "xml",
            "fixed",
            "text",
            prefixes=("format_", "jformat_"),
        ),
    ] = Field(kw_only=False)
    """DSS's ``formatType``, such as ``avro``."""

    params: Mapping[str, Any] = {}
    """DSS's ``formatParams``."""

    def document(self, owner: Resource) -> Document:
        return {"formatType": self.type, "formatParams": dict(self.params)}


FORMAT = form('a format such as CSV(separator=";") or Parquet()')
