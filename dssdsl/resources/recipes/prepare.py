"""
Steps of a prepare recipe, by the names that they have in DSS's menu.

``Step`` takes any other by DSS's own type. A single column's name means that column; a list means
several, as in the UI.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import Field, InstanceOf

from dssdsl.lang.fields import at, form, keyed, listed
from dssdsl.lang.model import OneOrMany, many, token
from dssdsl.lang.resource import Part
from dssdsl.lang.values import Code, Document, File, Initial

from .base import AnyRecipe, FlowRef, sql_in, text_document
from .visual import ENGINE, Engine

if TYPE_CHECKING:
    from dssdsl.errors import ProgramError
    from dssdsl.lang.program import Program

__all__ = [
    "ConcatColumns", "CopyColumn", "DateDifference", "ExtractDateComponents", "FillEmpty",
    "FilterRows", "FilterRowsOnFormula", "FilterRowsOnRange", "FindReplace", "FlattenJSON",
    "FormatDate", "Formula", "Group", "KeepColumns", "MoveColumns", "ParseDate", "PrepareRecipe",
    "PythonFunction", "RemoveColumns", "RemoveRowsOnEmpty", "RenameColumns", "Round",
    "SplitColumn", "Step", "TransformString", "Unfold",
]  # fmt: skip

_Columns: TypeAlias = Annotated[OneOrMany[str], form("a column, or a list of columns")]
_Action: TypeAlias = Annotated[
    Literal["KEEP_ROW", "REMOVE_ROW", "CLEAR_CELL", "DONTCLEAR_CELL"] | str,
    token("KEEP_ROW", "REMOVE_ROW", "CLEAR_CELL", "DONTCLEAR_CELL"),
]
_Matching: TypeAlias = Annotated[
    Literal["FULL_STRING", "SUBSTRING", "PATTERN"] | str,
    token("FULL_STRING", "SUBSTRING", "PATTERN"),
]
_Normalization: TypeAlias = Annotated[
    Literal["EXACT", "LOWERCASE", "NORMALIZED"] | str, token("EXACT", "LOWERCASE", "NORMALIZED")
]


def _applies(columns: Any, output: str = "") -> Document:
    # Only with a single column does DSS write to another one.
    single = isinstance(columns, str) or (output != "" and len(columns) == 1)
    return {"appliesTo": "SINGLE_COLUMN" if single else "COLUMNS", "columns": many(columns)}


class AnyStep(Part):
    """What all steps have."""

    wire: ClassVar[str] = ""
    """DSS's own type."""

    comment: str | None = None
    """Shown with the step."""

    disabled: bool = False
    """Whether the step is skipped."""

    def params(self) -> Document:
        """DSS's own params."""
        return {}

    def formulas(self) -> Iterator[str]:
        """Yield the DSS formulas in it."""
        yield from ()

    def document(self, owner: Any) -> Document:
        return {
            "metaType": "PROCESSOR",
            "type": self.wire,
            "params": self.params(),
            "disabled": self.disabled,
            "comment": self.comment,
            "preview": Initial(value=False),
        }


class Formula(AnyStep):
    """Put the result of a DSS formula into a column, new or old."""

    wire = "CreateColumnWithGREL"

    column: str = Field(kw_only=False)
    """The column."""

    expression: str = Field(kw_only=False)
    """The formula, such as ``QUANTITY * UNIT_PRICE``."""

    def params(self) -> Document:
        return {"column": self.column, "expression": self.expression}

    def formulas(self) -> Iterator[str]:
        yield self.expression


class RenameColumns(AnyStep):
    """Give columns other names."""

    wire = "ColumnRenamer"

    names: Annotated[Mapping[str, str], form('{"old": "new"}')] = Field(kw_only=False)
    """``{old: new}``"""

    def params(self) -> Document:
        return {"renamings": [{"from": a, "to": b} for a, b in self.names.items()]}


class KeepColumns(AnyStep):
    """Keep these columns only."""

    wire = "ColumnsSelector"

    columns: _Columns = Field(kw_only=False)
    """The columns."""

    def params(self) -> Document:
        return {"keep": True, **_applies(self.columns)}


class RemoveColumns(AnyStep):
    """Remove columns."""

    wire = "ColumnsSelector"

    columns: _Columns = Field(kw_only=False)
    """The columns."""

    def params(self) -> Document:
        return {"keep": False, **_applies(self.columns)}


class MoveColumns(AnyStep):
    """Move columns to another place."""

    wire = "ColumnReorder"

    columns: _Columns = Field(kw_only=False)
    """The columns."""

    action: Annotated[
        Literal["AT_START", "AT_END", "BEFORE_COLUMN", "AFTER_COLUMN"] | str,
        token("AT_START", "AT_END", "BEFORE_COLUMN", "AFTER_COLUMN"),
    ] = Field(default="AT_START", kw_only=False)
    """Where they go."""

    reference: str | None = Field(default=None, kw_only=False)
    """The column that they go before or after."""

    def params(self) -> Document:
        out = {"reorderAction": self.action, **_applies(self.columns)}
        return out if self.reference is None else {**out, "referenceColumn": self.reference}


class ParseDate(AnyStep):
    """Make dates of text."""

    wire = "DateParser"

    columns: _Columns = Field(kw_only=False)
    """The columns."""

    formats: Annotated[OneOrMany[str], form("Java patterns such as yyyy-MM-dd")] = Field(
        kw_only=False
    )
    """Java's patterns, such as ``yyyy-MM-dd``."""

    output: str = ""
    """A new column for the date; left out, in place."""

    timezone: str = "UTC"
    """Where times without a zone are."""

    lang: str = "auto"
    """The language of names of months and days."""

    output_type: Literal["dateonly", "datetimetz", "datetimenotz"] | str | None = None
    """The type of the result; left out, DSS's choice."""

    def params(self) -> Document:
        out: Document = {
            **_applies(self.columns, self.output),
            "formats": many(self.formats),
            # Without the key DSS writes nothing at all.
            "outCol": self.output,
            "timezone_id": self.timezone,
            "lang": self.lang,
        }
        return out if self.output_type is None else {**out, "outType": {"type": self.output_type}}


class FormatDate(AnyStep):
    """Make text of dates."""

    wire = "DateFormatter"

    column: str = Field(kw_only=False)
    """The column with the date."""

    format: str = Field(kw_only=False)
    """Java's pattern, such as ``yyyy-MM-dd``."""

    output: str = ""
    """A new column for the text; left out, in place."""

    timezone: str = "UTC"
    """The zone in which it is written."""

    lang: str = "auto"
    """The language of names of months and days."""

    def params(self) -> Document:
        return {
            "inCol": self.column,
            "outCol": self.output,
            "format": self.format,
            "lang": self.lang,
            "timezone_id": self.timezone,
        }


class ExtractDateComponents(AnyStep):
    """Put parts of a date into columns of their own; a part without a column is left out."""

    wire = "DateComponentsExtractor"

    column: str = Field(kw_only=False)
    """The column with the date."""

    year: str = ""
    month: str = ""
    day: str = ""
    day_of_week: str = ""
    week_of_year: str = ""
    hour: str = ""

    timezone: str = "UTC"
    """The zone in which the parts are told."""

    def params(self) -> Document:
        return {
            "column": self.column,
            "outYearColumn": self.year,
            "outMonthColumn": self.month,
            "outDayColumn": self.day,
            "outDayOfWeekColumn": self.day_of_week,
            "outWeekOfYearColumn": self.week_of_year,
            "outHourColumn": self.hour,
            "timezone_id": self.timezone,
        }


class DateDifference(AnyStep):
    """The time between two dates."""

    wire = "DateDifference"

    column: str = Field(kw_only=False)
    """The column with the first date."""

    other: str | None = Field(default=None, kw_only=False)
    """The column with the second; left out, now."""

    output: str
    """The new column."""

    unit: Annotated[
        Literal["YEARS", "MONTHS", "WEEKS", "DAYS", "HOURS", "MINUTES", "SECONDS"] | str,
        token("YEARS", "MONTHS", "WEEKS", "DAYS", "HOURS", "MINUTES", "SECONDS"),
    ] = "DAYS"
    """In what it is counted."""

    reverse: bool = False
    """Whether the sign is turned round."""

    def params(self) -> Document:
        out: Document = {
            "input1": self.column,
            "compareTo": "NOW" if self.other is None else "COLUMN",
            "output": self.output,
            "outputUnit": self.unit,
            "reverse": self.reverse,
        }
        return out if self.other is None else {**out, "input2": self.other}


class FindReplace(AnyStep):
    """Replace values."""

    wire = "FindReplace"

    columns: _Columns = Field(kw_only=False)
    """The columns."""

    mapping: Annotated[Mapping[str, str], form('{"from": "to"}')] = Field(kw_only=False)
    """``{from: to}``"""

    matching: _Matching = "FULL_STRING"
    """What of a cell must match."""

    normalization: _Normalization = "EXACT"
    """Whether case and accents count."""

    output: str = ""
    """A new column; left out, in place."""

    stop_after_first_match: bool = False
    """Whether the first replacement that fits is the last."""

    def params(self) -> Document:
        return {
            **_applies(self.columns, self.output),
            "mapping": [{"from": a, "to": b} for a, b in self.mapping.items()],
            "matching": self.matching,
            "normalization": self.normalization,
            "output": self.output,
            "stopAfterFirstMatch": self.stop_after_first_match,
        }


class FillEmpty(AnyStep):
    """Put a value into empty cells."""

    wire = "FillEmptyWithValue"

    columns: _Columns = Field(kw_only=False)
    """The columns."""

    value: str = Field(kw_only=False)
    """The value, as text."""

    def params(self) -> Document:
        return {**_applies(self.columns), "value": self.value}


class RemoveRowsOnEmpty(AnyStep):
    """Remove the rows in which a cell is empty."""

    wire = "RemoveRowsOnEmpty"

    columns: _Columns = Field(kw_only=False)
    """The columns."""

    keep: bool = False
    """True: keep these rows, and remove the others."""

    def params(self) -> Document:
        return {**_applies(self.columns), "keep": self.keep}


class FilterRows(AnyStep):
    """Keep or remove rows by the value of a column."""

    wire = "FilterOnValue"

    columns: _Columns = Field(kw_only=False)
    """The columns."""

    values: Annotated[OneOrMany[str], form("a value, or a list of values, as text")] = Field(
        kw_only=False
    )
    """The values, as text."""

    action: _Action = Field(default="KEEP_ROW", kw_only=False)
    """What happens to the rows that match."""

    matching: _Matching = "FULL_STRING"
    """What of a cell must match."""

    normalization: _Normalization = "EXACT"
    """Whether case and accents count."""

    boolean_mode: Annotated[Literal["AND", "OR"] | str, token("AND", "OR")] = "AND"
    """Whether all columns must match, or one."""

    def params(self) -> Document:
        return {
            "action": self.action,
            **_applies(self.columns),
            "values": many(self.values),
            "matchingMode": self.matching,
            "normalizationMode": self.normalization,
            "booleanMode": self.boolean_mode,
        }


class FilterRowsOnFormula(AnyStep):
    """Keep or remove the rows for which a DSS formula is true."""

    wire = "FilterOnCustomFormula"

    expression: str = Field(kw_only=False)
    """The formula, such as ``amount > 0``."""

    action: _Action = Field(default="KEEP_ROW", kw_only=False)
    """What happens to the rows that match."""

    def params(self) -> Document:
        return {"action": self.action, "expression": self.expression}

    def formulas(self) -> Iterator[str]:
        yield self.expression


class FilterRowsOnRange(AnyStep):
    """Keep or remove rows by a range of numbers."""

    wire = "FilterOnNumericalRange"

    columns: _Columns = Field(kw_only=False)
    """The columns."""

    min: float | None = Field(default=None, kw_only=False)
    """The least number that matches; left out, any."""

    max: float | None = Field(default=None, kw_only=False)
    """The greatest number that matches; left out, any."""

    action: _Action = "KEEP_ROW"
    """What happens to the rows that match."""

    boolean_mode: Annotated[Literal["AND", "OR"] | str, token("AND", "OR")] = "AND"
    """Whether all columns must match, or one."""

    def params(self) -> Document:
        return {
            "action": self.action,
            **_applies(self.columns),
            "min": self.min,
            "max": self.max,
            "booleanMode": self.boolean_mode,
        }


class SplitColumn(AnyStep):
    """Split a column at a separator into several."""

    wire = "ColumnSplitter"

    column: str = Field(kw_only=False)
    """The column."""

    separator: str = Field(kw_only=False)
    """Where to split."""

    prefix: str = Field(kw_only=False)
    """What the names of the new columns begin with."""

    limit: int | None = None
    """How many columns to make at most; left out, as many as it takes."""

    keep_empty_chunks: bool = False
    """Whether an empty piece makes a column."""

    def params(self) -> Document:
        return {
            "inCol": self.column,
            "separator": self.separator,
            "outColPrefix": self.prefix,
            "target": "COLUMNS",
            "limitOutput": self.limit is not None,
            "limit": self.limit or 0,
            "keepEmptyChunks": self.keep_empty_chunks,
        }


class ConcatColumns(AnyStep):
    """Put the text of several columns together."""

    wire = "ColumnsConcat"

    columns: Annotated[Sequence[str], form("a list of columns")] = Field(kw_only=False)
    """The columns, in order."""

    output: str = Field(kw_only=False)
    """The new column."""

    separator: str = Field(default="", kw_only=False)
    """What stands between them."""

    def params(self) -> Document:
        return {
            "columns": list(self.columns),
            "outputColumn": self.output,
            "join": self.separator,
        }


class CopyColumn(AnyStep):
    """Copy a column."""

    wire = "ColumnCopier"

    column: str = Field(kw_only=False)
    """The column."""

    output: str = Field(kw_only=False)
    """The new column."""

    def params(self) -> Document:
        return {"inputColumn": self.column, "outputColumn": self.output}


class TransformString(AnyStep):
    """Change the case of text, or trim it."""

    wire = "StringTransformer"

    columns: _Columns = Field(kw_only=False)
    """The columns."""

    mode: Annotated[
        Literal[
            "TO_UPPER", "TO_LOWER", "CAPITALIZE", "CAPITALIZE_FULLY", "TRIM", "NORMALIZE", "TRUNCATE"
        ]
        | str,
        token(
            "TO_UPPER", "TO_LOWER", "CAPITALIZE", "CAPITALIZE_FULLY", "TRIM", "NORMALIZE", "TRUNCATE"
        ),
    ] = Field(kw_only=False)  # fmt: skip
    """What to do, by DSS's own name."""

    limit: Annotated[int | None, at("truncate_limit")] = None
    """How many characters to keep, with ``TRUNCATE``."""

    def params(self) -> Document:
        return {
            **_applies(self.columns),
            "mode": self.mode,
            "truncate_limit": self.limit or 0,
        }


class Round(AnyStep):
    """Round numbers."""

    wire = "RoundProcessor"

    columns: _Columns = Field(kw_only=False)
    """The columns."""

    places: int = Field(default=0, kw_only=False)
    """How many decimal places to keep."""

    mode: Annotated[Literal["ROUND", "FLOOR", "CEIL"] | str, token("ROUND", "FLOOR", "CEIL")] = (
        "ROUND"
    )
    """Whether to the nearest, down, or up."""

    def params(self) -> Document:
        return {**_applies(self.columns), "mode": self.mode, "places": self.places, "precision": 0}


class FlattenJSON(AnyStep):
    """Make columns of the fields of JSON objects."""

    wire = "JSONFlattener"

    column: str = Field(kw_only=False)
    """The column with the objects."""

    max_depth: int = 1
    """How deep to look into objects in objects."""

    separator: str = "_"
    """What stands between the names of nested fields."""

    flatten_arrays: bool = False
    """Whether arrays make columns, too."""

    null_as_empty: bool = True
    """Whether a null makes an empty cell."""

    prefix_outputs: bool = True
    """Whether the new columns' names begin with the name of the column."""

    def params(self) -> Document:
        return {
            "inCol": self.column,
            "maxDepth": self.max_depth,
            "separator": self.separator,
            "flattenArrays": self.flatten_arrays,
            "nullAsEmpty": self.null_as_empty,
            "prefixOutputs": self.prefix_outputs,
        }


class Unfold(AnyStep):
    """Make a column of each value of a column, with 1 in the rows that have it."""

    wire = "Unfold"

    column: str = Field(kw_only=False)
    """The column."""

    prefix: bool | str = True
    """Whether the new columns' names begin with the column's; or what they begin with."""

    limit: int = 100
    """How many columns to make at most."""

    overflow_action: str = "ERROR"
    """What happens when there are more values, by DSS's own name."""

    def params(self) -> Document:
        return {
            "column": self.column,
            "prefix": self.prefix,
            "limit": self.limit,
            "overflowAction": self.overflow_action,
        }


class PythonFunction(AnyStep):
    """A Python function ``process``, called for cells, rows, or many rows at once."""

    wire = "PythonUDF"

    code: Annotated[
        Code, form('code, or file("recipes/…")', yaml="code, or code_file: recipes/…")
    ] = Field(kw_only=False)
    """The code, or ``file("steps/process.py")``."""

    mode: Annotated[
        Literal["CELL", "ROW", "MULTI_ROWS"] | str, token("CELL", "ROW", "MULTI_ROWS")
    ] = Field(default="CELL", kw_only=False)
    """Whether it returns a cell, a row, or many rows."""

    column: str | None = None
    """The column to fill, with ``CELL``."""

    stop_on_error: bool = True
    """Whether an error in the code ends the run."""

    def params(self) -> Document:
        out: Document = {
            "mode": self.mode,
            "pythonSourceCode": text_document(self.code),
            "stopOnError": self.stop_on_error,
            "usePythonUnicode": Initial(value=True),
        }
        return out if self.column is None else {**out, "column": self.column}


class Step(AnyStep):
    """Any step, by DSS's own type and params; of the params only what is given is managed."""

    type: str = Field(kw_only=False)
    """DSS's own type, such as ``EmailSplitter``."""

    args: Annotated[Mapping[str, Any], form("DSS's own params")] = Field(
        default={}, kw_only=False, alias="params"
    )
    """DSS's own params."""

    def params(self) -> Document:
        return dict(self.args)

    def document(self, owner: Any) -> Document:
        return {**super().document(owner), "type": self.type}


class Group(AnyStep):
    """Steps under one heading."""

    name: str = Field(kw_only=False)
    """The heading."""

    steps: Annotated[Sequence[InstanceOf[AnyStep]], form("a list of steps")] = Field(kw_only=False)
    """The steps."""

    def formulas(self) -> Iterator[str]:
        for step in self.steps:
            yield from step.formulas()

    def document(self, owner: Any) -> Document:
        return {
            "metaType": "GROUP",
            "name": self.name,
            "steps": [step.document(owner) for step in self.steps],
            "disabled": self.disabled,
            "comment": self.comment,
            "preview": Initial(value=False),
        }


_STEP = keyed("type", "name", "params.column", "params.columns", "params.inCol")


class PrepareRecipe(AnyRecipe):
    """
    Steps that clean a dataset, row by row; ``from dssdsl import prepare`` has them.

    The list counts whole: a step that is not in it leaves the recipe.
    """

    wire = "shaker"
    computes_schema: ClassVar[bool] = True
    one_input = True
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        **AnyRecipe.places,
        "payload.steps.steps": (_STEP,),
        "payload.steps.params.renamings": (keyed("from"),),
        "payload.steps.params.mapping": (keyed("from"),),
        "inputs.scriptDeps.items": (keyed("ref"),),
    }

    steps: Annotated[
        OneOrMany[InstanceOf[AnyStep]],
        at("payload.steps"),
        _STEP,
        listed,
        form(
            'steps of prepare (from dssdsl import prepare): prepare.RenameColumns({"a": "b"}), …, '
            'or prepare.Step("WireType", {…}) for any other'
        ),
    ]
    """What is done, in order."""

    engine: Annotated[Engine | None, ENGINE, at("params.engineType")] = None
    """What runs it; left out, DSS chooses."""

    lookups: Annotated[
        OneOrMany[FlowRef],
        at("inputs.scriptDeps", "inputs.scriptDeps.items"),
        form("datasets that steps look into"),
    ] = ()
    """The datasets that its steps join or look into."""

    def roles(self, side: Literal["inputs", "outputs"]) -> dict[str, list[Any]]:
        out = super().roles(side)
        if side == "inputs" and many(self.lookups):
            out["scriptDeps"] = many(self.lookups)
        return out

    def payload(self) -> Document:
        return {"steps": [step.document(self) for step in many(self.steps)]}

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        for step in many(self.steps):
            for formula in step.formulas():
                if instead := sql_in(formula):
                    yield self.fault(
                        f'"{formula}" is a DSS formula, and has words of SQL', f"write {instead}"
                    )
        yield from self._check_code(many(self.steps))

    def _check_code(self, steps: Sequence[AnyStep]) -> Iterator[ProgramError]:
        for step in steps:
            if isinstance(step, Group):
                yield from self._check_code(step.steps)
            elif isinstance(step, PythonFunction):
                text = step.code.text if isinstance(step.code, File) else step.code
                try:
                    ast.parse(text)
                except SyntaxError as error:
                    yield self.fault(f"line {error.lineno} of a PythonFunction: {error.msg}")
