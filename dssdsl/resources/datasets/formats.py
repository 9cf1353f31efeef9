"""File formats: CSV, Parquet, JSON, Excel, and any other by DSS's own type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from dssdsl.lang.fields import at, form
from dssdsl.lang.model import token
from dssdsl.lang.resource import Part, Resource
from dssdsl.lang.values import Document, Initial


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
