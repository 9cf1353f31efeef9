"""Spells what hints write in Python as YAML: ``naming="any"`` is ``naming: any``, ``Mail("a@b.c")`` is ``{type: mail, to: a@b.c}``."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

import dssdsl
from dssdsl import public
from dssdsl.lang.words import SYNONYMS

from .families import shown

_START = re.compile(
    r"(?<![\w=<>!?&.-])(?:(?P<name>[a-z_]\w*)=(?!=)|(?P<call>(?:prepare\.)?[A-Z]\w*(?:\.\w+)?|file)\(|(?P<word>True|False)\b)"
)
"""Where a keyword or a call may begin."""
_NO_KEYWORD = re.compile(r"(--config|export) $")
"""What stands before a word and ``=`` that are no field: a command line's."""
_PLAIN = re.compile(r"[A-Za-z_][\w./@-]*( [\w./@-]+)*")
_OURS = frozenset(SYNONYMS.values())
"""What stands in quotes and is Python: suggestions of fields."""
_MORE = "_MORE_"
"""Stands for … where Python is parsed."""
_NO_TYPE = (
    "Column",
    "Agg",
    "WindowAgg",
    "Join",
    "JoinInput",
    "On",
    "Grant",
    "Reporter",
    "RecipeInput",
    "RecipeOutput",
)
_BY_NAME = ("SQL", "Desc")
"""Classes that YAML writes as one key: ``{sql: …}``."""
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def spelled(text: str) -> str:
    """*text* with its Python spelled as YAML; what stands in double quotes, and what is no Python, stays."""
    out, position = "", 0
    while position < len(text):
        if text[position] == '"':
            end = text.find('"', position + 1) + 1 or len(text)
            inner = text[position + 1 : end - 1]
            out += f'"{spelled(inner)}"' if inner in _OURS else text[position:end]
            position = end
            continue
        found = _START.match(text, position)
        piece = _piece(text, found) if found else None
        if found is None or piece is None or _NO_KEYWORD.search(text[:position]):
            out, position = out + text[position], position + 1
            continue
        source, end = piece
        out, position = out + source, end
    return out


def _piece(text: str, found: re.Match[str]) -> tuple[str, int] | None:
    """The keyword or call that begins at a match, as YAML, and where it ends; None if it is no Python."""
    if found["word"]:
        return found["word"].lower(), found.end()
    name = found["name"]
    start = found.end() if name else found.start()
    end = _end(text, start)
    if end == start:
        return (f"{name}:", end) if name else None
    try:
        source = re.sub(r"(?<=[^(\[{]), …(?=[)\]}])", "", text[start:end])
        node = ast.parse(source.replace("…", _MORE).replace("...", _MORE), mode="eval").body
        if name and isinstance(node, ast.Call) and _called(node) == "file":
            return f"{name}_file: {_value(node.args[0])}", end
        return (f"{name}: {_value(node)}" if name else _value(node)), end
    except (SyntaxError, LookupError, AttributeError, TypeError):
        return None


def _end(text: str, start: int) -> int:
    """Where the expression that begins at *start* ends."""
    depth: list[str] = []
    position = start
    while position < len(text):
        letter = text[position]
        if letter == '"':
            position = text.find('"', position + 1)
            if position < 0:
                return start
        elif letter in _CLOSING:
            depth.append(_CLOSING[letter])
        elif depth and letter == depth[-1]:
            depth.pop()
        elif not depth and not (letter.isalnum() or letter in "_.…#-"):
            break
        position += 1
    end = min(position, len(text))
    return start if depth else len(text[:end].rstrip(".")) if end > start else start


def _called(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return f"{function.value.id}.{function.attr}"
    return function.id if isinstance(function, ast.Name) else ""


def _value(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        plain = isinstance(node.value, str) and _PLAIN.fullmatch(node.value.replace(_MORE, "x"))
        text = node.value if plain else json.dumps(node.value, ensure_ascii=False)
        return str(text).replace(_MORE, "…")
    if isinstance(node, ast.Name):
        return "…" if node.id == _MORE else node.id
    if isinstance(node, (ast.List, ast.Tuple)):
        return f"[{', '.join(map(_value, node.elts))}]"
    if isinstance(node, ast.Set):
        return f"{{{', '.join(map(_value, node.elts))}}}"
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return f"{{{', '.join(f'{_value(k)}: {_value(v)}' for k, v in pairs if k)}}}"
    if isinstance(node, ast.Call):
        return _call(node)
    raise TypeError(type(node).__name__)


def _call(node: ast.Call) -> str:
    name = _called(node)
    cls, _, method = name.removeprefix("prepare.").partition(".")
    if name == "file":
        return _value(node.args[0])
    if name == "Secret.env":
        return f"{{env: {_value(node.args[0])}}}"
    if method == "existing":
        return f"{{name: {_value(node.args[0])}, existing: true}}"
    if method:
        raise LookupError(name)
    own = cls in public.HOME and not name.startswith("prepare.")
    found = getattr(dssdsl if own else dssdsl.prepare, cls)
    return f"{{{', '.join(_entries(node, found))}}}"


def _entries(node: ast.Call, cls: Any) -> Iterator[str]:
    names = cls.positional()
    if cls.__name__ in _BY_NAME:
        yield f"{cls.__name__.lower()}: {_value(node.args[0])}"
        return
    if cls.__name__ not in _NO_TYPE and getattr(cls, "wire", None) and "type" not in names:
        yield f"type: {shown(cls)}"
    for position, argument in enumerate(node.args):
        text = _value(argument)
        yield text if text == "…" else f"{names[position]}: {text}"
    for keyword in node.keywords:
        if isinstance(keyword.value, ast.Call) and _called(keyword.value) == "file":
            yield f"{keyword.arg}_file: {_value(keyword.value.args[0])}"
        else:
            yield f"{keyword.arg}: {_value(keyword.value)}"
