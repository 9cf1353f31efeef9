"""Code recipes: Python and SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from dssdsl.errors import ProgramError
from dssdsl.lang.fields import REMOVE, at, checked_as, form, may_be_empty_if_adopted, resets_to
from dssdsl.lang.functions import NoFile
from dssdsl.lang.graph import flow_name, target_of
from dssdsl.lang.program import Program
from dssdsl.lang.resource import text_of
from dssdsl.lang.values import Code, Document, File, Initial
from dssdsl.resources.datasets.base import AnyDataset
from dssdsl.resources.environments import code_env, container
from dssdsl.resources.python_code import check_python
from dssdsl.resources.recipes.base import AnyRecipe

CODE = form('code, or file("recipes/…")', yaml="code, or code_file: recipes/…")


class AnyCodeRecipe(AnyRecipe):
    """Common to code recipes."""

    suffix: ClassVar[str] = ""

    code: Annotated[
        Code,
        at("payload"),
        CODE,
        may_be_empty_if_adopted,
    ]
    """The code, or a file with it: ``file("recipes/clean.py")``."""

    def payload(self) -> Any:
        return text_of(self.code)

    @property
    def text(self) -> str:
        """The code."""
        return self.code.text if isinstance(self.code, File) else self.code

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        if isinstance(self.code, NoFile):
            return
        if not self.text.strip():
            if isinstance(self.code, File):
                yield from self.incomplete(program, "its code is empty", "write the code")
        elif re.fullmatch(r"[\w .~/\\-]+\.(py|sql|r|R|ipynb|txt)", self.text.strip()):
            path = self.text.strip()
            yield self.error(f'code is the path "{path}", not code', f'write code=file("{path}")')
        else:
            yield from self._check_code(program)

    def _check_code(self, program: Program) -> Iterator[ProgramError]:
        yield from ()


class AnyEnvRecipe(AnyCodeRecipe):
    """Common to code recipes that run in a code env and a container."""

    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        **AnyRecipe.places,
        "params.envSelection.envMode": (resets_to("INHERIT"),),
        "params.envSelection.envName": (resets_to(REMOVE),),
        "params.containerSelection.containerMode": (resets_to("INHERIT"),),
        "params.containerSelection.containerConf": (resets_to(REMOVE),),
    }

    code_env: Annotated[
        str | None,
        at("params.envSelection.envMode", "params.envSelection.envName"),
        checked_as("code_env"),
    ] = None
    """The code env: a name, ``INHERIT`` or ``USE_BUILTIN_MODE``."""

    container: Annotated[
        str | None,
        at("params.containerSelection.containerMode", "params.containerSelection.containerConf"),
        checked_as("container"),
    ] = None
    """The container configuration: a name, ``INHERIT`` or ``NONE``."""

    def document(self) -> Document:
        out = super().document()
        # DSS does not complete the params of a recipe that is created with all settings.
        inherit = {"envMode": "INHERIT"}, {"containerMode": "INHERIT"}
        out["params"] = {
            "envSelection": code_env(self.code_env) if self.code_env else Initial(inherit[0]),
            "containerSelection": (
                container(self.container) if self.container else Initial(inherit[1])
            ),
        }
        return out


class PythonRecipe(AnyEnvRecipe):
    """A recipe of Python code."""

    wire = "python"

    def _check_code(self, program: Program) -> Iterator[ProgramError]:
        yield from check_python(self.code, self, program)


class RRecipe(AnyEnvRecipe):
    """A recipe of R code."""

    wire = "r"


class AnySQLRecipe(AnyCodeRecipe):
    """Common to SQL recipes."""

    def _check_code(self, program: Program) -> Iterator[ProgramError]:
        refs = [*self.refs("inputs"), *self.refs("outputs")]
        names = {flow_name(ref, program) for ref in refs}
        locals_ = {name.rpartition(".")[2] for name in names}
        for name in dict.fromkeys(re.findall(r"\$\{tbl:([^}]+)\}", self.text)):
            if name not in names | locals_:
                yield self.error(
                    f"its code names ${{tbl:{name}}}, which is neither an input nor an output",
                    f"add it to inputs=; it has {', '.join(sorted(names))}",
                )
        if "params.allowMultipleConnections" in self.raw:
            return
        connections: dict[str, str] = {}
        for ref in refs:
            target = target_of(ref, program)
            connection = getattr(target, "connection", None)
            if isinstance(target, AnyDataset) and isinstance(connection, str):
                connections.setdefault(connection, target.identity)
        if len(connections) > 1:
            where = ", ".join(f'{name} on "{c}"' for c, name in connections.items())
            program.warn(
                f"{self.label}: its datasets are on different connections ({where}); it runs only if one "
                "database reaches all of them and the recipe has "
                'raw={"params.allowMultipleConnections": True}; otherwise copy them to one with a SyncRecipe',
                at=self.source,
            )


class SQLQueryRecipe(AnySQLRecipe):
    """One SELECT that the database of its datasets runs. ``${tbl:NAME}`` is the table of a dataset."""

    wire = "sql_query"


class SQLScriptRecipe(AnySQLRecipe):
    """SQL statements that write the outputs. ``${tbl:NAME}`` is the table of a dataset."""

    wire = "sql_script"
