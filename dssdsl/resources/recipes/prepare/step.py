"""Common to all steps; a step of any type; groups of steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import Field, InstanceOf

from dssdsl.lang.fields import form, may_be_empty, may_have_no_items
from dssdsl.lang.model import OneOrMany, many, token
from dssdsl.lang.resource import Part
from dssdsl.lang.values import Document, Initial


class AllColumns(Part):
    """All columns of the dataset, or those whose names match a pattern: instead of the names of columns."""

    pattern: str | None = Field(default=None, kw_only=False)
    """The regular expression of Java that whole names match. By default all columns."""


Columns: TypeAlias = Annotated[
    OneOrMany[str] | InstanceOf[AllColumns],
    form(
        'a column, a list of columns, or prepare.AllColumns("pattern")',
        yaml="a column, a list of columns, or {pattern: …}",
    ),
]

Action: TypeAlias = Annotated[
    Literal["KEEP_ROW", "REMOVE_ROW", "CLEAR_CELL", "DONTCLEAR_CELL"] | str,
    token("KEEP_ROW", "REMOVE_ROW", "CLEAR_CELL", "DONTCLEAR_CELL"),
]

Matching: TypeAlias = Annotated[
    Literal["FULL_STRING", "SUBSTRING", "PATTERN"] | str,
    token("FULL_STRING", "SUBSTRING", "PATTERN"),
]

Normalization: TypeAlias = Annotated[
    Literal["EXACT", "LOWERCASE", "NORMALIZED"] | str, token("EXACT", "LOWERCASE", "NORMALIZED")
]


def applies(columns: Any, output: str = "") -> Document:
    if isinstance(columns, AllColumns):
        if columns.pattern is None:
            return {"appliesTo": "ALL", "columns": Initial([])}
        return {
            "appliesTo": "PATTERN",
            "appliesToPattern": columns.pattern,
            "columns": Initial([]),
        }
    # DSS writes to another column only if there is a single one.
    single = isinstance(columns, str) or (output != "" and len(columns) == 1)
    return {"appliesTo": "SINGLE_COLUMN" if single else "COLUMNS", "columns": many(columns)}


class AnyStep(Part):
    """Common to all steps."""

    wire: ClassVar[str] = ""
    """DSS's type of the step."""

    comment: Annotated[str | None, may_be_empty] = None
    """A comment, which DSS shows with the step."""

    disabled: bool = False
    """Whether to skip the step."""

    def params(self) -> Document:
        """DSS's ``params``."""
        return {}

    def formulas(self) -> Iterator[str]:
        """Yield the DSS formulas in it."""
        yield from ()

    def lookups(self) -> list[Any]:
        """The other datasets that it reads."""
        return []

    def document(self, owner: Any) -> Document:
        return {
            "metaType": "PROCESSOR",
            "type": self.wire,
            "params": self.params(),
            "disabled": self.disabled,
            "comment": self.comment,
            "preview": Initial(value=False),
        }


PROCESSORS = (
    "CreateColumnWithGREL", "ColumnsSelector", "FindReplace", "FillEmptyWithValue", "ColumnRenamer", "ColumnReorder",
    "DateParser", "Unfold", "JSONFlattener", "ColumnSplitter", "RoundProcessor", "FilterOnValue", "TextSimplifierProcessor",
    "PythonUDF", "DateComponentsExtractor", "StringTransformer", "DateDifference", "ColumnCopier", "RemoveRowsOnEmpty",
    "ArraySortProcessor", "GeoPointCreator", "GeoPointExtractor", "ColumnsConcat", "FilterOnBadType",
    "FilterOnNumericalRange", "FilterOnDate", "FilterOnCustomFormula", "FlagOnValue", "FlagOnBadType",
    "FlagOnNumericalRange", "FlagOnDate", "FlagOnCustomFormula", "GeoIPResolver", "DateFormatter", "ArrayFold",
    "GeoDistanceProcessor", "BinnerProcessor", "MemoryEquiJoiner", "MemoryEquiJoinerFuzzy", "UNIXTimestampParser", "Pivot",
    "VisualIfRule", "RegexpExtractor", "NumericalCombinator", "SplitIntoChunks", "GenerateBigData",
    "CityLevelReverseGeocoder", "UserAgentClassifier", "MinMaxProcessor", "MultiColumnByPrefixFold", "ExtractNumbers",
    "ArrayExtractProcessor", "EnrichWithRecordContextProcessor", "EnrichWithBuildContextProcessor", "ConcatArrays",
    "NestProcessor", "HolidaysComputer", "EmailSplitter", "MatchCounter", "UpDownFiller", "SplitFold", "MeaningTranslate",
    "JSONPathExtractor",
)  # fmt: skip
"""DSS's types of steps, as far as they are known."""


class Step(AnyStep):
    """A step of any type, by DSS's type and ``params``. Params that the program does not set stay as they are."""

    type: Annotated[str, token(*PROCESSORS, slip=0.88)] = Field(kw_only=False)
    """DSS's type, such as ``EmailSplitter``."""

    args: Annotated[Mapping[str, Any], form("DSS's params")] = Field(
        default={}, kw_only=False, alias="params"
    )
    """DSS's ``params``."""

    def params(self) -> Document:
        return dict(self.args)

    def document(self, owner: Any) -> Document:
        return {**super().document(owner), "type": self.type}


class Group(AnyStep):
    """Steps under a heading."""

    name: Annotated[str, may_be_empty] = Field(kw_only=False)
    """The heading."""

    steps: Annotated[Sequence[InstanceOf[AnyStep]], form("a list of steps"), may_have_no_items] = (
        Field(kw_only=False)
    )
    """The steps."""

    main_color: str | None = None
    """The color of the group in the user interface, such as ``#30c2ff``."""

    secondary_color: str | None = None
    """The color of its steps in the user interface."""

    def lookups(self) -> list[Any]:
        return [each for step in self.steps for each in step.lookups()]

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
            **({} if self.main_color is None else {"mainColor": self.main_color}),
            **({} if self.secondary_color is None else {"secondaryColor": self.secondary_color}),
        }
