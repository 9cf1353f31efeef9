"""What a class says of itself: its docstrings, what its fields take, and facts about them."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import InstanceOf

import dssdsl
from dssdsl.lang import signature
from dssdsl.lang.fields import LEAVE, REMOVE, Fact, at, checked_as, form, keyed, resets_to
from dssdsl.lang.model import camel
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import File, Output, Secret

from . import cell
from .catalogue import homes, link, linked, linked_kinds

FACTS = {
    Fact.CREATE_ONLY: "Fixed at creation: a change replaces the resource.",
    Fact.MOVES_DATA: "A change moves the resource; existing data is not moved. Needs `--move`.",
    Fact.UNORDERED: "The order doesn't matter.",
    Fact.WHOLE: "Compared as one value.",
    Fact.OPEN: "Merged with what DSS has: entries of others stay.",
    Fact.SET_BY_RUNS: "Runs change it: a difference made by DSS is not written back unless the program changes.",
    Fact.ELSEWHERE: "DSS stores it in another object.",
    Fact.WRITE_ONLY: "DSS never returns this value, so changes made in DSS can't be detected.",
    Fact.CLOSED: "Compared as a whole: names that the program doesn't set are differences.",
}


def field_doc(cls: type[Any], attribute: str) -> str:
    """The docstring of a field, as Markdown."""
    return plain(signature.field_doc(cls, attribute))


def plain(text: str) -> str:
    """A docstring as Markdown, paragraphs kept."""
    return re.sub(r"``(.+?)``", r"`\1`", re.sub(r"(?<!\n)\n(?!\n)", " ", text), flags=re.DOTALL)


def class_doc(cls: type[Any]) -> str:
    """The docstring of a class."""
    return plain(signature.own_doc(cls))


# --- what a field takes

WORDS = {str: "text", int: "a whole number", float: "a number", bool: "True or False"}
SPECIAL = {
    File: ("`file(…)`", "functions.md#file"),
    Secret: ('`Secret.env("NAME")`', "functions.md#secret"),
    Output: ("an output", "functions.md#export"),
    Resource: ("a resource", "README.md"),
}
GROUPS = {
    "AnyFlowItem": ("a dataset, folder, model or store", "README.md#datasets"),
    "AnyDataset": ("a dataset", "README.md#datasets"),
    "AnyScenario": ("a scenario", "Scenario.md"),
    "AnyMessage": ("a message", "messages.md"),
    "AnyFormat": ("a format", "formats.md"),
    "AnyTrigger": ("a trigger", "triggers.md"),
    "AnyStep": ("a step", "steps.md"),
}


def takes(annotation: Any, metadata: list[Any], page: str) -> str:
    """What a field takes, in words, as Markdown with links."""
    said = next((linked_kinds(plain(m.text), page) for m in metadata if isinstance(m, form)), None)
    direct = [t for m in _members(annotation) if get_origin(m) is Literal for t in get_args(m)]
    tokens = direct if said is not None else _tokens(annotation)
    new = [t for t in dict.fromkeys(tokens) if said is None or json.dumps(t) not in said]
    listed = ", ".join(f"`{json.dumps(t)}`" for t in new)
    words = [said] if said is not None else _words(annotation, page)
    return "; ".join(filter(None, [" or ".join(dict.fromkeys(filter(None, words))), listed]))


def _members(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Annotated:
        inner, *facts = get_args(annotation)
        if any(type(f).__name__ == "InstanceOf" or f is InstanceOf for f in facts):
            yield inner
        else:
            yield from _members(inner)
    elif get_origin(annotation) in (Union, UnionType):
        for each in get_args(annotation):
            yield from _members(each)
    else:
        yield annotation


def _tokens(annotation: Any) -> list[Any]:
    found: list[Any] = []
    for member in _members(annotation):
        if get_origin(member) is Literal:
            found += get_args(member)
        elif get_origin(member) is not None:
            found += [t for inner in get_args(member) for t in _tokens(inner)]
    return found


def _words(annotation: Any, page: str) -> list[str]:
    out: list[str] = []
    members = list(_members(annotation))
    several = [m for m in members if _is_list(m)]
    inside = {w for m in several for a in get_args(m) for w in _words(a, page)}
    for member in members:
        origin = get_origin(member)
        if member in (type(None), Any) or origin is Literal:
            continue
        if member is str and any(get_origin(m) is Literal for m in members):
            continue  # DSS may know more tokens than we do
        if _is_list(member):
            one = " or ".join(_words(get_args(member)[0], page)) or "values"
            out.append("a list of them" if set(out) & inside else f"a list: {one}")
        elif inspect.isclass(origin) and issubclass(origin, Mapping):
            key, value = ([" or ".join(_words(a, page)) for a in get_args(member)] + ["", ""])[:2]
            out.append(f"{value or 'values'} by name" if key == "text" else "a mapping")
        elif member in WORDS:
            out.append(WORDS[member])
        elif inspect.isclass(member):
            out.append(_named(member, page))
    return out


def _is_list(annotation: Any) -> bool:
    origin = get_origin(annotation)
    return (inspect.isclass(origin) and issubclass(origin, (list, tuple))) or getattr(
        origin, "__name__", ""
    ) == "Sequence"


def _named(cls: type[Any], page: str) -> str:
    text, home = (
        SPECIAL.get(cls) or GROUPS.get(cls.__name__) or (f"`{cls.__name__}`", homes().get(cls))
    )
    return link(text, home, page) if home else text


def default(info: Any) -> str:
    """The value of a field that the program doesn't set."""
    if info.is_required():
        return "**required**"
    value = info.get_default(call_default_factory=True)
    return "–" if value is None else f"`{value!r}`".replace("'", '"')


def facts(metadata: list[Any]) -> Iterator[str]:
    """What is true of a field, in sentences."""
    for item in metadata:
        if isinstance(item, Fact) and item in FACTS:
            yield FACTS[item]
        elif isinstance(item, keyed):
            yield f"Items are identified by {' and '.join(f'`{k}`' for k in item.by)}."
        elif isinstance(item, checked_as):
            yield f"The {item.what.replace('_', ' ')} must exist in DSS."
    for item in metadata:
        if isinstance(item, resets_to) and item.value is not LEAVE:
            gone = (
                "is removed" if item.value is REMOVE else f"goes back to `{json.dumps(item.value)}`"
            )
            yield f"When the program drops it, it {gone}."


# --- tables


def fields(cls: type[Any]) -> list[tuple[str, str, Any]]:
    """Name, attribute and description of each field, in the order of its signature, without options."""
    names = cls.public_names()
    order = [n for n in signature.ordered(cls) if n not in cls._options]
    return [(n, names[n], cls.model_fields[names[n]]) for n in order]


def place(cls: type[Any], attribute: str, info: Any) -> str:
    """Where DSS keeps a field."""
    format_ = dssdsl.Format
    is_format = issubclass(cls, format_.__mro__[1])
    paths = next((m.paths for m in info.metadata if isinstance(m, at)), ())
    if not paths and (
        issubclass(cls, (dssdsl.Column, dssdsl.Grant)) or (is_format and cls is not format_)
    ):
        paths = (camel(info.alias or attribute),)
    if is_format:
        paths = tuple(f"formatParams.{path}" for path in paths)
    return "<br>".join(f"`{p}`" for p in paths)


def table(cls: type[Any], page: str) -> Iterator[str]:
    """The table of a class's fields."""
    rows = [
        (
            n,
            takes(i.annotation, i.metadata, page),
            default(i),
            place(cls, a, i),
            n in cls.positional(),
        )
        for n, a, i in fields(cls)
    ]
    if not rows:
        yield "It has no fields."
        return
    placed = any(row[3] for row in rows)
    yield "| field | takes | default |" + (" in DSS |" if placed else "")
    yield "| --- | --- | --- |" + (" --- |" if placed else "")
    for name, what, value, where, positional in rows:
        shown = f"`{name}`" if positional else f"`{name}=`"
        yield f"| {shown} | {cell(what)} | {cell(value)} |" + (f" {where} |" if placed else "")


def details(cls: type[Any], page: str) -> Iterator[str]:
    """What there is to say about each field."""
    for name, attribute, info in fields(cls):
        said = [field_doc(cls, attribute), *facts(info.metadata)]
        if text := " ".join(s for s in said if s):
            yield f"- **{name}**: {linked(text, page)}"
