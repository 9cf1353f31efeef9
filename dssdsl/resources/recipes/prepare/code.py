"""Steps of code."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dssdsl.lang.constrained import Positive
from dssdsl.lang.fields import form
from dssdsl.lang.model import OneOrMany, many, token
from dssdsl.lang.resource import text_of
from dssdsl.lang.values import Code, Document, Initial
from dssdsl.resources.environments import code_env

from .step import AnyStep

NO_ENV = ("INHERIT", "USE_BUILTIN_MODE")
"""What stands for a code env without its name."""


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

    code_env: str | None = None
    """The code env: a name, ``INHERIT`` or ``USE_BUILTIN_MODE``. By default a new step has the project's."""

    kernel: bool | None = None
    """Whether a Python process runs the code, with its code env, instead of DSS's own Jython. By default as DSS has it."""

    vector_size: Positive | None = None
    """How many rows the function gets at once, with a kernel. By default as DSS has it."""

    source_columns: Annotated[OneOrMany[str] | None, form("names of columns")] = None
    """The columns that the code reads, with a kernel. By default all."""

    def params(self) -> Document:
        out: Document = {
            "mode": self.mode,
            "pythonSourceCode": text_of(self.code),
            "stopOnError": self.stop_on_error,
            "usePythonUnicode": Initial(value=True),
        }
        if self.column is not None:
            out["column"] = self.column
        if self.code_env is not None:
            out["envSelection"] = code_env(self.code_env)
        if self.kernel is not None:
            out["useKernel"] = self.kernel
        if self.vector_size is not None:
            out |= {"vectorize": True, "vectorSize": self.vector_size}
        if self.source_columns is not None:
            out["sourceColumnsList"] = many(self.source_columns)
        return out
