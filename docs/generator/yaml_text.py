"""Plain values as YAML that people read: in one line what fits into one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

WIDTH = 96
PLAIN = re.compile(r"[A-Za-z_/][\w./@+ -]*(?<! )")
WORDS = re.compile(r"(y|n|yes|no|on|off|true|false|null)", re.IGNORECASE)


def dump(document: Mapping[str, Any]) -> str:
    """A program as YAML, with an empty line between its sections."""
    out = []
    for section, value in document.items():
        text = "\n".join(_block({section: value}, ""))
        gap = "\n" if out and ("\n" in text or "\n" in out[-1]) else ""
        out.append(gap + text)
    return "\n".join(out) + "\n"


def _block(value: Any, indent: str) -> Iterator[str]:
    """Lines of a mapping or list, each in one line where it fits."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _entry(f"{indent}{_scalar(name)}:", inner, indent, top=not indent)
    else:
        for inner in value:
            if not isinstance(inner, (Mapping, list)) or _fits(f"{indent}- {_flow(inner)}", inner):
                yield from _entry(f"{indent}-", inner, indent)
            else:
                first, *rest = _block(inner, f"{indent}  ")
                yield f"{indent}- {first.lstrip()}"
                yield from rest


def _entry(head: str, value: Any, indent: str, *, top: bool = False) -> Iterator[str]:
    if isinstance(value, str) and "\n" in value:
        yield f"{head} |{'' if value.endswith(chr(10)) else '-'}"
        yield from (f"{indent}  {line}".rstrip() for line in value.rstrip("\n").split("\n"))
        return
    line = f"{head} {_flow(value)}"
    nested = isinstance(value, (Mapping, list)) and bool(value)
    sections = top and isinstance(value, list) and any(isinstance(v, Mapping) for v in value)
    if not nested or (_fits(line, value) and not sections):
        yield line
    else:
        yield head
        yield from _block(value, f"{indent}  ")


def _fits(line: str, value: Any) -> bool:
    return len(line) <= WIDTH and "\\n" not in line and _depth(value) <= 3  # noqa: PLR2004


def _depth(value: Any) -> int:
    inner = (
        value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    )
    return 1 + max(map(_depth, inner), default=0) if isinstance(value, (Mapping, list)) else 0


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, str) and PLAIN.fullmatch(value) and not WORDS.fullmatch(value):
        return value
    if isinstance(value, str) and '"' in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False)
