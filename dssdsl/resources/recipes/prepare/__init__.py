"""
Steps of a prepare recipe, by the names that they have in DSS's menu.

``Step`` takes any other by DSS's own type. A single column's name means that column; a list means
several, as in the UI.

Written by docs/generate.py from the classes; run `make docs` to add one.
"""

from .arrays import ConcatArrays, ExtractFromArray, FoldArray, NestColumns, SortArray, SplitAndFold
from .cells import FillEmpty, FindReplace, Round, TransformString
from .code import PythonFunction
from .columns import (
    ConcatColumns,
    CopyColumn,
    FlattenJSON,
    Formula,
    KeepColumns,
    MoveColumns,
    RemoveColumns,
    RenameColumns,
    SplitColumn,
    Unfold,
)
from .context import AddBuildDate, AddPartition, JoinColumns, JoinColumnsFuzzy
from .dates import (
    DateDifference,
    ExtractDateComponents,
    FlagHolidays,
    FormatDate,
    ParseDate,
    ParseUnixTimestamp,
)
from .flags import FlagRows, FlagRowsOnFormula
from .geo import CreateGeoPoint, ExtractFromGeoPoint, GeoDistance, ResolveIP, ReverseGeocode
from .numbers import Bin, CombineNumbers, Discretize, LimitValues
from .recipe import PrepareRecipe
from .reshape import FillWithNeighbor, FoldColumns, Pivot, RepeatRows
from .rows import (
    FilterRows,
    FilterRowsOnDate,
    FilterRowsOnFormula,
    FilterRowsOnMeaning,
    FilterRowsOnRange,
    RemoveRowsOnEmpty,
)
from .step import AllColumns, Group, Step
from .text import (
    ClassifyUserAgent,
    CountMatches,
    ExtractNumbers,
    ExtractWithRegex,
    SimplifyText,
    SplitEmail,
    SplitIntoChunks,
    TranslateMeaning,
)

__all__ = [
    "AddBuildDate",
    "AddPartition",
    "AllColumns",
    "Bin",
    "ClassifyUserAgent",
    "CombineNumbers",
    "ConcatArrays",
    "ConcatColumns",
    "CopyColumn",
    "CountMatches",
    "CreateGeoPoint",
    "DateDifference",
    "Discretize",
    "ExtractDateComponents",
    "ExtractFromArray",
    "ExtractFromGeoPoint",
    "ExtractNumbers",
    "ExtractWithRegex",
    "FillEmpty",
    "FillWithNeighbor",
    "FilterRows",
    "FilterRowsOnDate",
    "FilterRowsOnFormula",
    "FilterRowsOnMeaning",
    "FilterRowsOnRange",
    "FindReplace",
    "FlagHolidays",
    "FlagRows",
    "FlagRowsOnFormula",
    "FlattenJSON",
    "FoldArray",
    "FoldColumns",
    "FormatDate",
    "Formula",
    "GeoDistance",
    "Group",
    "JoinColumns",
    "JoinColumnsFuzzy",
    "KeepColumns",
    "LimitValues",
    "MoveColumns",
    "NestColumns",
    "ParseDate",
    "ParseUnixTimestamp",
    "Pivot",
    "PrepareRecipe",
    "PythonFunction",
    "RemoveColumns",
    "RemoveRowsOnEmpty",
    "RenameColumns",
    "RepeatRows",
    "ResolveIP",
    "ReverseGeocode",
    "Round",
    "SimplifyText",
    "SortArray",
    "SplitAndFold",
    "SplitColumn",
    "SplitEmail",
    "SplitIntoChunks",
    "Step",
    "TransformString",
    "TranslateMeaning",
    "Unfold",
]
