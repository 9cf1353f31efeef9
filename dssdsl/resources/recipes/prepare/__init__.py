"""
Steps of a prepare recipe, by the names that they have in DSS's menu.

``Step`` takes any other by DSS's own type. A single column's name means that column; a list means
several, as in the UI.

Written by docs/generate.py from the classes; run `make docs` to add one.
"""

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
from .dates import DateDifference, ExtractDateComponents, FormatDate, ParseDate
from .recipe import PrepareRecipe
from .rows import FilterRows, FilterRowsOnFormula, FilterRowsOnRange, RemoveRowsOnEmpty
from .step import Group, Step

__all__ = [
    "ConcatColumns",
    "CopyColumn",
    "DateDifference",
    "ExtractDateComponents",
    "FillEmpty",
    "FilterRows",
    "FilterRowsOnFormula",
    "FilterRowsOnRange",
    "FindReplace",
    "FlattenJSON",
    "FormatDate",
    "Formula",
    "Group",
    "KeepColumns",
    "MoveColumns",
    "ParseDate",
    "PrepareRecipe",
    "PythonFunction",
    "RemoveColumns",
    "RemoveRowsOnEmpty",
    "RenameColumns",
    "Round",
    "SplitColumn",
    "Step",
    "TransformString",
    "Unfold",
]
