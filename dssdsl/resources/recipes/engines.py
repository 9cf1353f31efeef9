"""Recipes of code that another engine runs: Spark, a shell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from dssdsl.errors import ProgramError
from dssdsl.lang.fields import REMOVE, at, checked_as, form, keyed, resets_to
from dssdsl.lang.program import Program
from dssdsl.lang.values import Document, Initial
from dssdsl.resources.environments import code_env
from dssdsl.resources.python_code import check_python
from dssdsl.resources.recipes.base import AnyRecipe

from .code import AnyCodeRecipe
from .visual import DatasetRef

_SPARK: Mapping[str, tuple[Any, ...]] = {
    **AnyRecipe.places,
    "params.sparkConfig.inheritConf": (resets_to("default"),),
    "params.sparkConfig.conf": (keyed("key"),),
}


class AnySparkRecipe(AnyCodeRecipe):
    """Common to recipes that Spark runs."""

    places: ClassVar[Mapping[str, tuple[Any, ...]]] = _SPARK

    spark_config: Annotated[str | None, at("params.sparkConfig.inheritConf")] = None
    """The name of a Spark configuration of the instance. By default ``default``."""

    spark_settings: Annotated[
        Mapping[str, str] | None,
        at("params.sparkConfig.conf"),
        form('settings such as {"spark.executor.memory": "4g"}'),
        resets_to([]),
    ] = None
    """Settings of Spark that replace those of the configuration."""

    def document(self) -> Document:
        out = super().document()
        settings = self.spark_settings
        config = {
            "inheritConf": self.spark_config or Initial("default"),
            "conf": Initial([])
            if settings is None
            else [{"key": name, "value": value} for name, value in settings.items()],
        }
        return {**out, "params": {**out.get("params", {}), "sparkConfig": config}}


class PySparkRecipe(AnySparkRecipe):
    """A recipe of Python code that Spark runs."""

    wire = "pyspark"
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        **_SPARK,
        "params.envSelection.envMode": (resets_to("INHERIT"),),
        "params.envSelection.envName": (resets_to(REMOVE),),
    }

    code_env: Annotated[
        str | None,
        at("params.envSelection.envMode", "params.envSelection.envName"),
        checked_as("code_env"),
    ] = None
    """The code env: a name, ``INHERIT`` or ``USE_BUILTIN_MODE``."""

    def document(self) -> Document:
        out = super().document()
        env = code_env(self.code_env) if self.code_env else Initial({"envMode": "INHERIT"})
        return {**out, "params": {**out["params"], "envSelection": env}}

    def _check_code(self, program: Program) -> Iterator[ProgramError]:
        yield from check_python(self.code, self, program)


class SparkSQLRecipe(AnySparkRecipe):
    """One SELECT that Spark runs. Its datasets are tables by their names."""

    wire = "spark_sql_query"


class ShellRecipe(AnyCodeRecipe):
    """A shell script. It can read a dataset from its standard input, and write one to its standard output."""

    wire = "shell"

    pipe_in: Annotated[
        DatasetRef | None, at("params.pipeIn"), form("one of the inputs"), resets_to(REMOVE)
    ] = None
    """The input whose rows the script reads as CSV."""

    pipe_out: Annotated[
        DatasetRef | None, at("params.pipeOut"), form("one of the outputs"), resets_to(REMOVE)
    ] = None
    """The output that gets what the script writes as CSV."""

    send_headers: Annotated[bool, at("params.sendHeaders")] = False
    """Whether the first line that it reads has the names of the columns."""

    expect_headers: Annotated[bool, at("params.expectHeaders")] = False
    """Whether the first line that it writes has the names of the columns."""

    infer_schema: Annotated[bool, at("params.autoInferSchema")] = False
    """Whether DSS sets the columns of the output from what the script writes."""

    def document(self) -> Document:
        out = super().document()
        params = out.setdefault("params", {})
        for key, value in (
            ("sendHeaders", self.send_headers),
            ("expectHeaders", self.expect_headers),
            ("autoInferSchema", self.infer_schema),
        ):
            params.setdefault(key, value)
        return out

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        for name, given, side in (
            ("pipe_in", self.pipe_in, "inputs"),
            ("pipe_out", self.pipe_out, "outputs"),
        ):
            items = self.roles("inputs" if side == "inputs" else "outputs").get("main", [])
            if given is not None and not any(self.is_same(given, item) for item in items):
                yield self.error(f"{name} is not among its {side}", f"add it to {side}=")
