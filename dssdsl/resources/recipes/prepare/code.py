"""Steps of code."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dssdsl.lang.fields import form
from dssdsl.lang.model import token
from dssdsl.lang.resource import text_of
from dssdsl.lang.values import Code, Document, Initial

from .step import AnyStep


class PythonFunction(AnyStep):
    """Call a Python function ``process`` for each cell, each row, or many rows at once."""

    wire = "PythonUDF"

    code: Annotated[
        Code, form('code, or file("recipes/…")', yaml="code, or code_file: recipes/…")
    ] = Field(kw_only=False)
    """The code, or a file with it: ``file("steps/process.py")``."""

    mode: Annotated[
        Literal["CELL", "ROW", "MULTI_ROWS"] | str, token("CELL", "ROW", "MULTI_ROWS")
    ] = Field(default="CELL", kw_only=False)
    """Whether the function returns a cell, a row, or many rows."""

    column: str | None = None
    """The column to write, with ``CELL``."""

    stop_on_error: bool = True
    """Whether an error in the code fails the run."""

    def params(self) -> Document:
        out: Document = {
            "mode": self.mode,
            "pythonSourceCode": text_of(self.code),
            "stopOnError": self.stop_on_error,
            "usePythonUnicode": Initial(value=True),
        }
        return out if self.column is None else {**out, "column": self.column}
