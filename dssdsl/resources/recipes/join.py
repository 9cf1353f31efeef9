"""The join recipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import Field, InstanceOf

from dssdsl.errors import ProgramError
from dssdsl.lang.constrained import Positive
from dssdsl.lang.fields import at, form, keyed, listed, may_have_no_items, unordered
from dssdsl.lang.model import OneOrMany, camel, many, token
from dssdsl.lang.program import Program
from dssdsl.lang.resource import Part
from dssdsl.lang.values import Document, Initial, Ref

from .base import NOT_A_ZONE, Dependency, FlowRef, RecipeInput, of, of_name
from .expressions import COMPUTED, FILTER, Computed, Filter, filter_document
from .payload import AUTO, INPUT
from .rules import filter_places
from .visual import AnyVisualRecipe, DatasetRef


class JoinInput(Part):
    """
    One input of a join, and the columns to keep of it.

    By default those are all whose names no earlier input has.
    """

    of: Annotated[DatasetRef, form("a dataset, or its name")] = Field(kw_only=False)
    """The dataset."""

    select: Annotated[
        Sequence[str] | Mapping[str, str] | None, form('["column"], or {"column": "new name"}')
    ] = None
    """The columns to keep; ``{column: new name}`` renames."""

    prefix: str | None = None
    """Prefix of the names of its columns in the output; an underscore follows it."""

    pre_filter: Annotated[Filter | None, FILTER] = None
    """Keeps only the rows of this input that match."""

    computed_columns: Annotated[OneOrMany[InstanceOf[Computed]], COMPUTED] = ()
    """Columns to compute before joining."""

    deps: Annotated[
        OneOrMany[InstanceOf[Dependency]] | None, form('Dependency("equals", dimension="day")')
    ] = None
    """A dependency for each dimension of the input."""

    def selected(self) -> list[tuple[str, str]] | None:
        """The columns to keep, each with its name in the output."""
        if self.select is None:
            return None
        renamed = isinstance(self.select, Mapping)
        pairs = self.select.items() if renamed else ((c, c) for c in self.select)  # type: ignore[union-attr]
        return list(pairs)


class On(Part):
    """A join condition: compares a column of the left input with one of the right."""

    left: str = Field(kw_only=False)
    """The column of the left input."""

    right: str = Field(kw_only=False)
    """The column of the right input."""

    type: Annotated[
        Literal[
            "EQ", "LT", "LTE", "GT", "GTE", "NE", "CONTAINS", "STARTS_WITH", "WITHIN_RANGE", "K_NEAREST",
            "K_NEAREST_INFERIOR",
        ]
        | str,
        token(
            "EQ", "LT", "LTE", "GT", "GTE", "NE", "CONTAINS", "STARTS_WITH", "WITHIN_RANGE", "K_NEAREST",
            "K_NEAREST_INFERIOR",
        ),
    ] = Field(default="EQ", kw_only=False)  # fmt: skip
    """The comparison, by its name in DSS."""

    case_insensitive: bool = False
    """Whether to ignore case."""

    normalize: Annotated[bool, at("normalizeText")] = False
    """Whether to ignore case and accents."""

    max_distance: float | None = None
    """How far values may differ, with ``K_NEAREST`` and ``K_NEAREST_INFERIOR``. By default as DSS has it."""

    max_matches: Positive | None = None
    """How many rows to match, with ``K_NEAREST`` and ``K_NEAREST_INFERIOR``. By default as DSS has it."""

    strict: bool = False
    """Whether equal values do not match, with ``K_NEAREST_INFERIOR``."""

    unit: Annotated[str | None, at("dateDiffUnit")] = None
    """The unit of distances of dates, such as ``DAY``. By default as DSS has it."""

    window_from: float | None = None
    """The start of the range around the left value, with ``WITHIN_RANGE``."""

    window_to: float | None = None
    """The end of the range around the left value, with ``WITHIN_RANGE``."""

    def document(self, owner: Any) -> Document:
        settings = ("max_distance", "max_matches", "unit", "window_from", "window_to")
        given = super().document(owner)
        return {
            "type": self.type,
            "caseInsensitive": self.case_insensitive,
            "normalizeText": self.normalize,
            "strict": self.strict,
            **{k: given[k] for k in map(_key, settings) if given.get(k) is not None},
        }


def _key(name: str) -> str:
    """DSS's name of a field of a condition."""
    return "dateDiffUnit" if name == "unit" else camel(name)


JoinSide: TypeAlias = DatasetRef | InstanceOf[JoinInput]


class Join(Part):
    """
    Joins one input to an earlier one.

    By default the first join of a recipe joins the second input to the first, the next join the
    third input to the first, and so on; ``left`` and ``right`` choose other inputs.
    """

    hints: ClassVar[Mapping[str, str]] = {
        "left_on": 'write on={"left column": "right column"}',
        "right_on": 'write on={"left column": "right column"}',
        "keys": 'did you mean "on"?',
        "conditions": 'did you mean "on"?',
    }

    on: Annotated[
        str | Sequence[str | InstanceOf[On]] | InstanceOf[On] | Mapping[str, str],
        form('"id", ["id", "day"], {"left column": "right column"}, or [On("a", "b", "LTE")]'),
    ] = Field(default=(), kw_only=False)
    """A column of both inputs, several, or ``{left column: right column}``; none for ``CROSS``."""

    type: Annotated[
        Literal["LEFT", "INNER", "RIGHT", "FULL", "CROSS", "LEFT_ANTI", "RIGHT_ANTI", "ADVANCED"]
        | str,
        token("LEFT", "INNER", "RIGHT", "FULL", "CROSS", "LEFT_ANTI", "RIGHT_ANTI", "ADVANCED"),
    ] = "LEFT"
    """The type of join, by its name in DSS."""

    left: Annotated[JoinSide | None, form("one of the inputs")] = None
    """The input to join to. By default the first."""

    right: Annotated[JoinSide | None, form("one of the inputs")] = None
    """The input to join. By default the next."""

    conditions_mode: Annotated[
        Literal["AND", "OR", "NATURAL", "CUSTOM"] | str, token("AND", "OR", "NATURAL", "CUSTOM")
    ] = "AND"
    """``AND``: all conditions must match. ``OR``: one is enough. ``NATURAL``: all columns of the same name. ``CUSTOM``: ``sql``."""

    sql: str | None = None
    """The condition in SQL, with ``conditions_mode="CUSTOM"``."""

    def conditions(self) -> list[On]:
        """The conditions."""
        if isinstance(self.on, Mapping):
            return [On(left=a, right=b) for a, b in self.on.items()]
        return [o if isinstance(o, On) else On(left=o, right=o) for o in many(self.on)]


class JoinRecipe(AnyVisualRecipe):
    """
    Join two or more datasets.

    Without ``select``, the output has the columns of all inputs, except those whose names an earlier
    input has. If the program does not declare the columns of an input, DSS selects them by the same rule.
    """

    wire = "join"
    hints: ClassVar[Mapping[str, str]] = {
        "on": 'set it in each join: joins=[Join("id")]',
        "type": 'set it in each join: joins=[Join("id", type="LEFT")]',
        "how": 'set it in each join: joins=[Join("id", type="LEFT")]',
        "left": "inputs=[left, right]",
        "right": "inputs=[left, right]",
        "select": "set it in each input: inputs=[a, JoinInput(b, select=[…])]",
        "columns": "set it in each input: inputs=[a, JoinInput(b, select=[…])]",
        "pre_filter": 'set it in each input: inputs=[JoinInput(a, pre_filter="…"), b]',
    }
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        **AnyVisualRecipe.places,
        "inputs.main.items": (keyed("ref"), unordered),
        "payload.virtualInputs.computedColumns": (keyed("name"),),
        **filter_places("payload.virtualInputs.preFilter"),
        "payload.joins": (keyed("table1", "table2"),),
        "payload.joins.on": (keyed("column1.name", "column2.name"),),
        "payload.selectedColumns": (keyed("table", "name", "alias"), unordered),
        "outputs.unmatchedLeft.items": (keyed("ref"),),
        "outputs.unmatchedRight.items": (keyed("ref"),),
    }

    inputs: Annotated[  # type: ignore[assignment]
        Sequence[FlowRef | InstanceOf[JoinInput] | InstanceOf[RecipeInput]],
        at("inputs", "payload.virtualInputs", "payload.selectedColumns"),
        NOT_A_ZONE,
        form("a list of datasets or JoinInput"),
    ]
    """The datasets, in order."""

    joins: Annotated[
        OneOrMany[InstanceOf[Join]],
        at("payload.joins"),
        may_have_no_items,
        form('Join("id"), or a list of them'),
    ]
    """The joins, one for each input after the first."""

    computed_columns: Annotated[
        OneOrMany[InstanceOf[Computed]], at("payload.computedColumns"), listed, COMPUTED
    ] = ()
    """Columns to compute from the joined rows."""

    post_filter: Annotated[Filter | None, at("payload.postFilter"), FILTER] = None
    """Keeps only the result rows that match."""

    unmatched_left: Annotated[
        DatasetRef | None,
        at("outputs.unmatchedLeft", "outputs.unmatchedLeft.items"),
        form("a dataset, or its name"),
    ] = None
    """A dataset for the unmatched rows of the left input."""

    unmatched_right: Annotated[
        DatasetRef | None,
        at("outputs.unmatchedRight", "outputs.unmatchedRight.items"),
        form("a dataset, or its name"),
    ] = None
    """A dataset for the unmatched rows of the right input."""

    def roles(self, side: Literal["inputs", "outputs"]) -> dict[str, list[Any]]:
        out = super().roles(side)
        if side == "inputs" and "main" in out:
            # DSS lists a dataset once, however often it is joined.
            once: list[Any] = []
            for item in out["main"]:
                if not any(self.is_same(item, other) for other in once):
                    once.append(item)
            out["main"] = once
        if side == "outputs":
            for role, given in (
                ("unmatchedLeft", self.unmatched_left),
                ("unmatchedRight", self.unmatched_right),
            ):
                if given is not None:
                    out[role] = [given]
        return out

    def payload(self) -> Document:
        return {
            "virtualInputs": [self._virtual(i, item) for i, item in enumerate(self.inputs)],
            "joins": [self._join(n, join) for n, join in enumerate(many(self.joins))],
            "computedColumns": [c.document(self) for c in many(self.computed_columns)],
            "postFilter": filter_document(self.post_filter),
            **self._selected(),
            **super().payload(),
        }

    def _virtual(self, index: int, item: Any) -> Document:
        given = item if isinstance(item, JoinInput) else None
        selects = given is not None and given.select is not None
        return {
            "index": Initial(index),
            INPUT: Ref(of(item), self),
            "originLabel": Initial(Ref(of(item), self)),
            "outputColumnsSelectionMode": "MANUAL" if selects else "AUTO_NON_CONFLICTING",
            "prefix": given.prefix if given is not None else None,
            "preFilter": filter_document(given.pre_filter if given is not None else None),
            "computedColumns": [
                c.document(self) for c in many(given.computed_columns if given is not None else ())
            ],
        }

    def _join(self, position: int, join: Join) -> Document:
        left, right = self._sides(position, join)
        return {
            "table1": left,
            "table2": right,
            "type": join.type,
            "conditionsMode": join.conditions_mode,
            **({} if join.sql is None else {"customSQLCondition": join.sql}),
            "outerJoinOnTheLeft": Initial(value=True),
            "on": [
                {
                    "column1": {"name": on.left, "table": left},
                    "column2": {"name": on.right, "table": right},
                    **on.document(self),
                }
                for on in join.conditions()
            ],
        }

    def _sides(self, position: int, join: Join) -> tuple[int | None, int | None]:
        left = 0 if join.left is None else self._index(join.left)
        right = position + 1 if join.right is None else self._index(join.right)
        return left, right

    def _index(self, side: Any) -> int | None:
        for index, item in enumerate(self.inputs):
            if item is side:
                return index
        found = [i for i, item in enumerate(self.inputs) if self.is_same(item, side)]
        return found[0] if len(found) == 1 else None

    def _known(self, item: Any) -> list[str] | None:
        columns = self.declared_columns_of(item)
        if columns is None:
            return None
        return columns + [c.name for c in many(getattr(item, "computed_columns", None))]

    def _selected(self) -> Document:
        """The selected columns: of inputs with ``select`` as it says, of others as DSS does in AUTO_NON_CONFLICTING."""
        chosen: list[Document] = []
        others: list[Any] = []
        taken: set[str] = set()
        unknown = False
        for table, item in enumerate(self.inputs):
            prefix = getattr(item, "prefix", None)
            pairs = item.selected() if isinstance(item, JoinInput) else None
            manual = pairs is not None
            if pairs is None:
                known = self._known(item)
                unknown = unknown or known is None
                named = [(c, f"{prefix}_{c}" if prefix else c) for c in known or ()]
                pairs = [(c, c) for c, name in named if name not in taken]
            taken |= {f"{prefix}_{name}" if prefix else name for _, name in pairs}
            for c, name in pairs:
                entry = {"name": c, "table": table, "alias": name if name != c else None}
                if manual:
                    chosen.append(entry)
                else:
                    others.append([len(chosen) + len(others), entry])
        # DSS works out the columns of other inputs again whenever they change.
        return {"selectedColumns": chosen, **({} if unknown else {AUTO: Initial(others)})}

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        joins = many(self.joins)
        if len(self.inputs) < 2:  # noqa: PLR2004
            yield self.error("it needs two inputs or more", "inputs=[left, right]")
            return
        if len(joins) != len(self.inputs) - 1:
            needed = len(self.inputs) - 1
            yield self.error(
                f"{len(self.inputs)} inputs need {needed} join{'s' * (needed > 1)}, "
                f"and there {'is' if len(joins) == 1 else 'are'} {len(joins)}",
                'joins=[Join("column")], one for each input after the first',
            )
            return
        joined = {0}
        for position, join in enumerate(joins):
            yield from self._check_join(program, position, join, joined)
        names: list[str] = []
        for item in self.inputs:
            pairs = item.selected() if isinstance(item, JoinInput) else None
            prefix = getattr(item, "prefix", None)
            names += [f"{prefix}_{n}" if prefix else n for _, n in pairs or ()]
        for name in sorted({n for n in names if names.count(n) > 1}):
            yield self.error(
                f'two columns of the output have the name "{name}"',
                f'rename one: JoinInput(…, select={{"{name}": "…"}})',
            )

    def formulas(self) -> Iterator[tuple[str, Filter, Mapping[str, str] | None]]:
        yield from super().formulas()
        for item in self.inputs:
            if isinstance(item, JoinInput):
                if item.pre_filter is not None:
                    types = self.types_of(item)
                    computed = {c.name: c.type for c in many(item.computed_columns)}
                    known = None if types is None else {**types, **computed}
                    yield f"pre_filter of {of_name(item)}", item.pre_filter, known
                for c in many(item.computed_columns):
                    yield f'the computed column "{c.name}"', c.expression, None

    def _check_join(
        self, program: Program, position: int, join: Join, joined: set[int]
    ) -> Iterator[ProgramError]:
        left, right = self._sides(position, join)
        for name, side, index in (("left", join.left, left), ("right", join.right, right)):
            if index is None:
                twice = sum(self.is_same(item, side) for item in self.inputs) > 1
                yield self.error(
                    f"{name} of join {position + 1} is {of_name(side)}, which is "
                    + ("among the inputs twice" if twice else "not among its inputs"),
                    "name the JoinInput that stands in inputs="
                    if twice
                    else f"inputs are {', '.join(of_name(i) for i in self.inputs)}",
                )
        if left is None or right is None:
            return
        if left not in joined or right in joined:
            yield self.error(
                f"join {position + 1} joins {of_name(self.inputs[right])} to "
                f"{of_name(self.inputs[left])}"
                + (", which is not joined yet" if left not in joined else " a second time"),
                "left is an input that is joined already, right one that is not",
            )
        joined.add(right)
        conditions = join.conditions()
        if (
            not conditions
            and join.type not in ("CROSS", "ADVANCED")
            and join.conditions_mode in ("AND", "OR")
        ):
            yield from self.incomplete(
                program,
                f"join {position + 1} has no condition",
                'write Join("id"), or type="CROSS"',
            )
