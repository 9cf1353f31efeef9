"""Words of other tools and common slips, with what they mean here: for the hints of error messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, get_args, get_origin

from . import near

SYNONYMS = {
    "database": "catalog",
    "input": "inputs",
    "output": "outputs",
    "source": "inputs",
    "target": "outputs",
    "group_by": "keys",
    "by": "keys",
    "how": "type",
    "aggs": "aggregations",
    "code_file": "code=file(...)",
    "script": "code",
    "env": "code_env",
    "cron": "triggers=[Daily(...)]",
    "schedule": "triggers=[Daily(...)]",
    "label": "name",
    "title": "name",
    "display_name": "name",
    "file_path": "path",
    "partition_by": "partitioning",
    "partitioned_by": "partitioning",
    "hour": "at",
    "time": "at",
    "mode": "job_type",
    "fields": "columns",
    "schema": "columns",
}
CREDENTIALS = (
    "password",
    "user",
    "username",
    "token",
    "secret",
    "api_key",
    "access_key",
    "host",
    "port",
)


def wrong_words(value: Any, tokens: Sequence[str]) -> list[tuple[str, str]]:
    """The words in *value* that are not among *tokens*, each with its place; empty if *value* contains none."""
    if isinstance(value, Mapping):
        words = {f' "{key}"': word for key, word in value.items()}
    elif isinstance(value, (list, tuple)):
        words = {f" {n + 1}" if len(value) > 1 else "": word for n, word in enumerate(value)}
    else:
        words = {"": value}
    if not tokens or not all(isinstance(word, str) for word in words.values()):
        return []
    if isinstance(value, (list, tuple)) and not any(
        nearest_token(word, tokens) for word in words.values()
    ):
        return []
    return [(place, word) for place, word in words.items() if word not in tokens]


def snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def tokens_of(annotation: Any) -> list[str]:
    if get_origin(annotation) is Literal:
        return [a for a in get_args(annotation) if isinstance(a, str)]
    return [
        token
        for inner in get_args(annotation)
        if inner is not annotation
        for token in tokens_of(inner)
    ]


def words_of(annotation: Any) -> str | None:
    if tokens := tokens_of(annotation):
        return " or ".join(f'"{t}"' for t in dict.fromkeys(tokens[:8]))
    plain = {str: "a string", int: "a whole number", bool: "True or False", float: "a number"}
    found = [plain[a] for a in (annotation, *get_args(annotation)) if a in plain]
    return " or ".join(dict.fromkeys(found)) or None


LINE = 70
"""Letters of a wrong value that a message shows."""
CHECKED = {
    "connection": "the name of a connection of DSS", "code_env": "the name of a code env of DSS",
    "container": "the name of a container configuration of DSS", "user": "a login", "group": "the name of a group of DSS", "channel": "the id of a messaging channel of DSS",
}  # fmt: skip
SHORT = {
    "varchar": "string",
    "text": "string",
    "str": "string",
    "char": "string",
    "integer": "int",
    "long": "bigint",
    "number": "double",
    "numeric": "double",
    "decimal": "double",
    "bool": "boolean",
    "timestamp": "date",
    "datetime": "date",
    "float8": "double",
    "float4": "float",
    "float64": "double",
    "float32": "float",
    "real": "float",
    "int8": "bigint",
    "int4": "int",
    "int2": "smallint",
    "int64": "bigint",
    "int32": "int",
    "int16": "smallint",
    "nvarchar": "string",
    "varchar2": "string",
    "timestamp_ntz": "datetimenotz",
    "timestamptz": "date",
    "json": "object",
    "variant": "object",
    "uuid": "string",
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
    "outer": "FULL",
}


SLIP = 0.75
"""How near a token must be for a word to be a mistake: DSS may have newer tokens that are alike."""


def nearest_token(word: str, tokens: Iterable[str], slip: float = SLIP) -> str | None:
    """The token that *word* was meant to be, if one is near; knows the short words of other tools."""
    known = list(tokens)
    if (short := SHORT.get(word.lower())) in known:
        return short
    found = near.nearest(word, known, slip)
    return found if found != word else None


SHOWN = 60
"""Letters of a value that a sentence shows."""


def quoted(value: Any) -> str:
    """A value as a sentence can hold it: texts in quotes, long ones cut, None as ``nothing``."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if isinstance(value, str) else repr(value)
    short = text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}…"
    return f'"{short}"' if isinstance(value, str) else short
