"""What `inspect.signature`, `help()` and notebooks show of a class: its fields, computed when they ask."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from inspect import Parameter, Signature
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from attrs import frozen

EARLY = ("inputs", "outputs", "connection")
"""Fields that come before the other keywords of a class."""
LATE = ("zone", "tags", "short_desc", "description", "project")
"""General fields of resources, which come after those of a class."""
WIDTH = 96
"""The width of a docstring."""
TOKENS = 8
"""How many tokens of DSS an annotation lists."""


@frozen
class Words:
    """An annotation in the words of a program, which tools print as they are."""

    text: str

    def __repr__(self) -> str:
        return self.text


def ordered(cls: Any) -> list[str]:
    """The fields of a class: positional ones, its own, general ones, and last the options of every resource."""
    names = cls.public_names()
    late = [n for n in (*LATE, *cls._options) if n in names] if cls._options else []
    own = [
        name
        for base in cls.__mro__
        for name, attribute in names.items()
        if attribute in vars(base).get("__annotations__", {}) and name not in late
    ]
    early = [n for n in EARLY if n in names]
    return list(dict.fromkeys([*cls.positional(), *early, *own, *late]))


@cache
def signature(cls: Any) -> Signature:
    """The signature of the constructor."""
    names, positional = cls.public_names(), cls.positional()
    parameters = []
    for name in ordered(cls):
        info = cls.model_fields[names[name]]
        default = Parameter.empty
        if not info.is_required():
            default = info.get_default(call_default_factory=True)
        kind = Parameter.POSITIONAL_OR_KEYWORD if name in positional else Parameter.KEYWORD_ONLY
        takes = Words(" | ".join(words_of(info.annotation)) or "Any")
        parameters.append(Parameter(name, kind, default=default, annotation=takes))
    return Signature(parameters)


@cache
def doc(cls: Any) -> str:
    """The docstring of the class, and one line for each of its fields."""
    names = cls.public_names()
    shown = [n for n in ordered(cls) if n not in cls._options]
    lines = []
    for name in shown:
        text = field_doc(cls, names[name]).partition("\n\n")[0]
        head = f"    {name}: " if text else f"    {name}"
        lines += textwrap.wrap(
            " ".join(text.split()), WIDTH, initial_indent=head, subsequent_indent=" " * 8
        ) or [head]
    parts = [own_doc(cls)]
    if lines:
        parts.append("\n".join(["Args:", *lines]))
    if cls._options:
        text = f"It also takes the options of every resource: {', '.join(cls._options)}."
        parts.append(textwrap.fill(text, WIDTH))
    return "\n\n".join(parts)


def own_doc(cls: type[Any]) -> str:
    """The docstring of the class, as its module has it."""
    return inspect.cleandoc(vars(cls).get("__doc__") or "")


def field_doc(cls: type[Any], attribute: str) -> str:
    """The docstring of a field, from the class that declares it; empty if there is none, or no source."""
    for base in cls.__mro__:
        found = _docs(base.__module__).get(base.__name__, {}).get(attribute)
        if found:
            return found
    return ""


@cache
def _docs(module: str) -> dict[str, dict[str, str]]:
    """The docstrings of the fields of each class of a module; Python drops them when it loads the module."""
    if not module.startswith("dssdsl."):
        return {}
    try:
        source = Path(inspect.getfile(sys.modules[module])).read_text(encoding="utf-8")
    except (OSError, TypeError):
        return {}
    return {
        node.name: dict(_fields_of(node))
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef)
    }


def _fields_of(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, after in zip(node.body, node.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            text = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else None  # fmt: skip
            if isinstance(text, str):
                yield field.target.id, inspect.cleandoc(text)


def words_of(annotation: Any) -> list[str]:
    """The types that an annotation accepts, as a program writes them."""
    return list(dict.fromkeys(_words(annotation)))


def _words(annotation: Any) -> Iterator[str]:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _words(inner[0])
    elif origin in (Union, UnionType):
        tokens = any(get_origin(_bare(each)) is Literal for each in inner)
        for each in inner:
            if not (tokens and each is str):  # newer versions of DSS may have more tokens
                yield from _words(each)
    elif origin is Literal:
        yield from (repr(token) for token in inner[:TOKENS])
        if len(inner) > TOKENS:
            yield "…"
    elif inspect.isclass(origin) and issubclass(origin, Mapping):
        yield f"dict[{', '.join(' | '.join(words_of(each)) for each in inner)}]"
    elif inspect.isclass(origin) and issubclass(origin, Sequence):
        yield f"list[{' | '.join(words_of(inner[0]))}]"
    elif annotation is NoneType:
        yield "None"
    elif inspect.isclass(annotation):
        yield re.sub(r"^Any(?=[A-Z])", "", annotation.__name__)


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
