"""Filters of rules, as DSS's user interface writes them: columns, operators and values instead of a formula."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, TypeAlias

from pydantic import Field, InstanceOf

from dssdsl.lang.fields import form, keyed, unordered
from dssdsl.lang.model import many, short
from dssdsl.lang.near import nearest
from dssdsl.lang.program import current
from dssdsl.lang.resource import Part
from dssdsl.lang.values import Document
from dssdsl.lang.words import SLIP

OPERATORS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("== [string]", "!= [string]", "== [string]i"), ("string",)),
    **dict.fromkeys(("contains", "not contains", "contains [string]i"), ("string",)),
    **dict.fromkeys(("not contains [string]i", "regex", "starts with", "ends with"), ("string",)),
    **dict.fromkeys(("array contains", "array not contains"), ("string",)),
    **dict.fromkeys(("geoWithin", "geoContains"), ("string",)),
    **dict.fromkeys(
        ("== [number]", "!= [number]", ">  [number]", "<  [number]", ">= [number]", "<= [number]"),
        ("num",),
    ),
    **dict.fromkeys((">< [number]", "<> [number]"), ("num", "num2")),
    **dict.fromkeys((">  [date]", "<  [date]", ">= [date]", "<= [date]"), ("date",)),
    "== [date]": ("date", "unit"),
    ">< [date]": ("date", "date2"),
    **dict.fromkeys(
        (
            *("== [column]", "!= [column]", ">  [column]", "<  [column]", ">= [column]"),
            *("<= [column]", "== [NaNcolumn]", "!= [NaNcolumn]"),
        ),
        ("col",),
    ),
    **dict.fromkeys(
        (
            *("in [string]", "not in [string]", "in [number]", "not in [number]", "in [date]"),
            *("not in [date]", "in [enum]", "not in [enum]", "array contains any [enum]"),
            *("array contains none [enum]", "array contains all [enum]"),
        ),
        ("items",),
    ),
    **dict.fromkeys(("true", "false", "not empty string", "empty string", "not empty"), ()),
    **dict.fromkeys(("is empty", "not empty array", "empty array"), ()),
}
"""DSS's operators, each with the keys of a condition that it reads."""

DEFINED = {"is defined": "not empty string", "is not defined": "empty string"}
"""What the user interface calls these two operators."""

WORDS = {
    "=": "==", "equals": "==", "equal": "==", "eq": "==", "is": "==", "===": "==",
    "not equals": "!=", "ne": "!=", "is not": "!=", "not": "!=", "gt": ">", "lt": "<", "ge": ">=",
    "gte": ">=", "le": "<=", "lte": "<=", "between": "><", "isin": "in", "is in": "in", "notin": "not in",
    "like": "contains", "ilike": "contains [string]i", "matches": "regex", "rlike": "regex", "~": "regex",
    "startswith": "starts with", "endswith": "ends with", "istrue": "true", "is true": "true",
    "isfalse": "false", "is false": "false", "null": "is not defined", "is null": "is not defined",
    "isnull": "is not defined", "isempty": "is not defined", "isblank": "is not defined",
    "not null": "is defined", "is not null": "is defined", "notnull": "is defined", "notempty": "is defined",
    "is not empty": "is defined", "isnotempty": "is defined", "isnonblank": "is defined", "exists": "is defined",
}  # fmt: skip
"""Operators of other tools, with the one of DSS."""

BOTH = {"and": "Rules(a, b)", "&&": "Rules(a, b)", "&": "Rules(a, b)"}
EITHER = dict.fromkeys(("or", "||", "|"), "Rules(a, b, any=True)")

ENDS = {"string": "text", "number": "numbers", "date": "dates", "column": 'Col("…")'}
"""The values that an operator compares with, by its ending."""
NUMBERS = ("tinyint", "smallint", "int", "bigint", "float", "double")
DATES = ("date", "dateonly", "datetimenotz")
ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?)?")
DEPTH = 5
"""Levels of groups that are compared as sets."""


def squeezed(operator: str) -> str:
    """An operator without case and double spaces."""
    return " ".join(operator.split()).casefold()


TOKENS = {squeezed(token): token for token in (*OPERATORS, *DEFINED)}


class Col(Part):
    """Another column, as the value of a rule."""

    column: str = Field(kw_only=False)
    """The column."""


Value: TypeAlias = str | bool | int | float | datetime | date
OPERATOR = form(
    'an operator such as "==", ">=", "contains", "in", "is defined", "><" (between), or one of DSS: "== [string]i"'
)


class AnyRule(Part):
    """Common to rules and groups of rules."""

    def every(self) -> Iterator[Rule]:
        """Yield every rule, those of groups too."""
        yield from ()


class Rule(AnyRule):
    """
    Compares a column with a value, as a row of DSS's filter editor does.

    The operator is DSS's own. Its type follows from the value: ``"=="`` with text is DSS's
    ``== [string]``, with a number ``== [number]``, with a date ``== [date]``, with `Col` ``== [column]``.
    ``"in"`` and ``"not in"`` take a list, ``"><"`` (between) takes *value* and *to*.
    """

    column: str = Field(kw_only=False)
    """The column."""

    operator: Annotated[str, OPERATOR] = Field(kw_only=False)
    """``==``, ``!=``, ``>``, ``>=``, ``<``, ``<=``, ``><``, ``in``, ``not in``, ``contains``, ``regex``, ``is defined``, ``is not defined``, ``true``, ``false``, …"""

    value: Annotated[
        Value | InstanceOf[Col] | Sequence[Value] | None,
        form('text, a number, a date, a list, or Col("other_column")'),
    ] = Field(default=None, kw_only=False)
    """The value. Dates are dates of Python, or text such as ``2024-01-31`` or ``2024-01-31T08:30``."""

    to: Annotated[Value | None, form("a number or a date")] = Field(default=None, kw_only=False)
    """The end of the range, with ``><``: numbers include it, dates do not."""

    unit: str | None = None
    """With ``==`` and a date: how far both are rounded down: ``YEAR``, ``MONTH``, ``WEEK``, ``DAY``, ``HOUR``, ``MINUTE`` or ``SECOND``."""

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        if not self._spoilt and (fault := self._fault()):
            problem, field, fix = fault
            current().error(f'Rule "{self.column}": {problem}', fix=fix, field=field)
            object.__setattr__(self, "_spoilt", True)

    @property
    def token(self) -> str:
        """DSS's operator."""
        return self._token() or self.operator

    def _token(self) -> str | None:
        word = squeezed(self.operator)
        if word in TOKENS:
            return DEFINED.get(TOKENS[word], TOKENS[word])
        return next(
            (
                TOKENS[full]
                for suffix in self._suffixes(word)
                if (full := f"{word} {suffix}") in TOKENS
            ),
            None,
        )

    def _suffixes(self, word: str) -> tuple[str, ...]:
        """The types of operators that fit the value, as DSS's operators end."""
        first: Any = many(self.value)[0] if many(self.value) else None
        if isinstance(first, bool):
            return ()
        if isinstance(first, (int, float)):
            return ("[number]",)
        if isinstance(first, date):
            return ("[date]",)
        if isinstance(first, Col):
            return ("[column]",)
        if isinstance(first, str) and word in (">", ">=", "<", "<=", "><"):
            return ("[date]",)
        return ("[string]", "[enum]")

    def _fault(self) -> tuple[str, str, str | None] | None:
        """What is wrong with it, in which field, and what to do."""
        word, token = squeezed(self.operator), self._token()
        if combine := {**BOTH, **EITHER}.get(word):
            return f'operator cannot be "{self.operator}"', "operator", f"write {combine}"
        if isinstance(self.value, bool) and word in ("==", "!=", "=", "is", "equals"):
            kept = "true" if self.value == (word != "!=") else "false"
            return f"{short(self.value)} is no value of a rule", "value", f'write Rule("{self.column}", "{kept}")'  # fmt: skip
        if token is None:
            return self._unknown(word)
        return self._misfit(token, OPERATORS[token])

    def _unknown(self, word: str) -> tuple[str, str, str | None] | None:
        """What is wrong with an operator that is not DSS's, or not with this value."""
        problem = f'operator cannot be "{self.operator}"'
        if instead := WORDS.get(word):
            return problem, "operator", f'write "{instead}"'
        suffix = word.partition(" [")[2]
        bases = {full.partition(" [")[0] for full in TOKENS}
        if word in bases:
            kinds = [full.partition("[")[2] for full in TOKENS if full.startswith(f"{word} [")]
            names = [
                name for end, name in ENDS.items() if any(kind.startswith(end) for kind in kinds)
            ]
            many_ = "a list of " if word.endswith("in") else ""
            return (
                f'"{self.operator}" cannot have the value {short(self.value)}',
                "value",
                f"it takes {many_}{' or '.join(names)}",
            )
        alike = [t for t in (*TOKENS, *bases, *WORDS) if t.partition(" [")[2] == suffix]
        if near := nearest(word, alike, SLIP):
            return problem, "operator", f'did you mean "{WORDS.get(near, near)}"?'
        if suffix:
            current().warn(f'"{self.operator}" is not an operator that dssdsl knows')
            return None
        return problem, "operator", f"operator takes {OPERATOR.text}"

    def _misfit(self, token: str, keys: Sequence[str]) -> tuple[str, str, str | None] | None:
        """What is wrong with the values of a known operator."""
        given: Any = self.value
        shown = f'"{self.operator}"'
        if not keys:
            return None if given is None else (f"{shown} takes no value", "value", "leave it out")
        if given is None:
            return f"{shown} needs a value", "value", f'write Rule("{self.column}", {shown}, …)'
        if (keys[-1] in ("num2", "date2")) != (self.to is not None):
            return (
                (f"{shown} has no end", "to", "write the end of the range: to=…")
                if self.to is None
                else (f"{shown} takes no to", "to", 'a range is "><"')
            )
        if self.unit is not None and "unit" not in keys:
            return f"{shown} takes no unit", "unit", 'unit goes with "==" and a date'
        if keys == ("items",):
            if not isinstance(given, (list, tuple)):
                return f"{shown} needs a list", "value", f"write [{short(given)}]"
            return None if given else ("its list is empty", "value", "name the values")
        if isinstance(given, (list, tuple)):
            return f"{shown} takes one value", "value", 'a list goes with "in" or "not in"'
        if isinstance(given, Col) != (keys == ("col",)):
            return f"{shown} cannot compare with {short(given)}", "value", 'a column is Col("name")'
        return self._wrong_kind(token, keys)

    def _wrong_kind(self, token: str, keys: Sequence[str]) -> tuple[str, str, str | None] | None:
        for field, each in (("value", self.value), ("to", self.to)):
            if each is None or isinstance(each, Col):
                continue
            if keys[0] == "num" and (isinstance(each, bool) or not isinstance(each, (int, float))):
                return f'"{token}" compares with a number, not {short(each)}', field, "write it without quotes" if isinstance(each, str) else None  # fmt: skip
            if keys[0] == "date" and not (isinstance(each, date) or ISO.fullmatch(str(each))):
                return f"{short(each)} is no date", field, "write YYYY-MM-DD, or YYYY-MM-DDTHH:MM"
            if keys[0] == "string" and not isinstance(each, str):
                return f'"{token}" compares with text, not {short(each)}', field, f'write "{each}"'
        return None

    def document(self, owner: Any) -> Document:
        token = self.token
        keys = OPERATORS.get(token) or self._newer_keys()
        out: Document = {"input": self.column, "operator": token}
        for key in keys:
            if key in ("date", "date2"):
                number = key.removeprefix("date")
                day, time = _moment(self.to if number else self.value)
                out |= {key: day, f"time{number}": time}
            elif key == "unit":
                out |= {} if self.unit is None else {"unit": self.unit}
            elif key == "items":
                out["items"] = [_item(each) for each in many(self.value)]
            elif key == "col":
                out["col"] = getattr(self.value, "column", self.value)
            else:
                out[key] = self.to if key == "num2" else self.value
        return out

    def _newer_keys(self) -> tuple[str, ...]:
        """The keys of an operator that dssdsl does not know, by its value."""
        if self.value is None or self.token in OPERATORS:
            return ()
        suffix = self._suffixes("")[0] if not isinstance(self.value, (list, tuple)) else ""
        return ({"[number]": "num", "[date]": "date", "[column]": "col", "": "items"}.get(suffix, "string"),)  # fmt: skip

    def every(self) -> Iterator[Rule]:
        yield self

    def columns(self) -> Iterator[str]:
        """Yield the columns that it names."""
        yield self.column
        if isinstance(self.value, Col):
            yield self.value.column

    def mismatch(self, types: Mapping[str, str]) -> tuple[str, str | None] | None:
        """The error and the hint if the operator does not fit the column's type."""
        kind, token = types.get(self.column, ""), self.token
        if token in ("true", "false") and kind and kind != "boolean":
            return (
                f'the column "{self.column}" is a {kind}, and "{token}" is for booleans',
                'write "==" and the value',
            )
        wanted = token.rpartition("[")[2].rstrip("]i") if "[" in token else ""
        if kind and (
            (wanted in ("number", "column") and kind not in (*NUMBERS, *DATES))
            or (wanted == "number" and kind in DATES)
            or (wanted == "date" and kind not in DATES)
            or (wanted == "string" and kind in (*NUMBERS, *DATES, "boolean"))
        ):
            what = {"number": "numbers", "date": "dates", "column": "numbers"}.get(wanted, "text")
            return (
                f'the column "{self.column}" is a {kind}, and "{token}" compares {what}',
                'write "== [NaNcolumn]"' if wanted == "column" else _value_of(kind, self.value),
            )
        return None


def _value_of(kind: str, value: Any) -> str | None:
    """How a rule compares a column of type *kind*."""
    if kind in NUMBERS:
        plain = isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value)
        return f"write {value}, without quotes" if plain else "compare it with a number"
    if kind in DATES:
        return "compare it with a date: date(2024, 1, 31)"
    if kind == "boolean":
        return 'write "true" or "false" as the operator'
    return f'write "{value}", in quotes' if isinstance(value, (int, float)) else None


def _item(value: Value) -> Document:
    if isinstance(value, date):
        return {"date": _moment(value)[0]}
    return {"num": value} if isinstance(value, (int, float)) else {"string": value}


def _moment(value: Any) -> tuple[str, str]:
    """A date and a time of day, as a condition has them."""
    if isinstance(value, datetime):
        return value.date().isoformat(), value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat(), "00:00"
    text = str(value)
    return text[:10], text[11:16] or "00:00"


class Rules(AnyRule):
    """
    Rules that a row must match: all of them, or with ``any=True`` one of them. A rule can be a group of rules.

    DSS shows them in its filter editor; a formula is shown as code.
    """

    rules: Annotated[
        Sequence[InstanceOf[AnyRule]], form('rules such as Rule("country", "==", "FR")')
    ] = Field(default=(), kw_only=False)
    """The rules: ``Rules(Rule(…), Rule(…))``. In YAML a list."""

    any: bool = False
    """Whether one matching rule is enough."""

    distinct: bool = False
    """Whether to keep only one of equal rows."""

    def __init__(self, *rules: Any, **fields: Any) -> None:
        given = [each for one in rules for each in many(one)]
        super().__init__(**({"rules": given} if given else {}), **fields)

    def document(self, owner: Any) -> Document:
        return {
            "mode": "||" if self.any else "&&",
            "conditions": [
                {"subCondition": {"enabled": True, "uiData": each.document(owner)}}
                if isinstance(each, Rules)
                else each.document(owner)
                for each in many(self.rules)
            ],
        }

    def every(self) -> Iterator[Rule]:
        for each in many(self.rules):
            if isinstance(each, AnyRule):  # a wrong one has been reported already
                yield from each.every()


_CONDITION = keyed(
    *("input", "operator", "string", "num", "num2", "date", "time", "date2", "time2", "col"),
    "subCondition.uiData.mode",
)


def filter_places(path: str) -> dict[str, tuple[Any, ...]]:
    """What is known of a filter at *path*: the order of its conditions has no meaning."""
    out: dict[str, tuple[Any, ...]] = {}
    here = f"{path}.uiData.conditions"
    for _ in range(DEPTH):
        out[here] = (_CONDITION, unordered)
        out[f"{here}.items"] = (keyed("string", "num", "date"), unordered)
        here += ".subCondition.uiData.conditions"
    return out


def with_times(value: Any) -> Any:
    """A payload whose conditions on dates all have a time of day, which DSS takes as midnight otherwise."""
    if isinstance(value, list):
        return [with_times(each) for each in value]
    if not isinstance(value, dict):
        return value
    out = {name: with_times(each) for name, each in value.items()}
    if "operator" in out and "input" in out:
        for number in ("", "2"):
            if out.get(f"date{number}"):
                out[f"time{number}"] = out.get(f"time{number}") or "00:00"
    return out
