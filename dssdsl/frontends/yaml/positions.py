"""Reads YAML and JSON into plain values that know their lines."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from attrs import define, field

from dssdsl.errors import DssdslError, ProgramError

if TYPE_CHECKING:
    from pathlib import Path

TAG = "tag:yaml.org,2002:"


class Map(dict[str, Any]):
    """A mapping, with the line of each of its keys."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}

    @classmethod
    def of(cls, key: str, value: Any, line: int) -> Map:
        """A mapping of one key."""
        out = cls(line)
        out[key], out.lines[key] = value, line
        return out

    def without(self, *keys: str) -> Map:
        """A copy that lacks *keys*."""
        out = Map(self.line)
        for name, value in self.items():
            if name not in keys:
                out[name], out.lines[name] = value, self.lines[name]
        return out


class Seq(list[Any]):
    """A list, with the line of each of its items."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


def read(path: Path, shown: str) -> tuple[Any, list[DssdslError]]:
    """
    Read a YAML 1.2 or JSON file.

    Args:
        path: The file; one that ends in ``.json`` must be JSON.
        shown: Its name in messages.

    Returns:
        The document, made of Map, Seq and plain values, and what is wrong with it.

    Raises:
        ProgramError: The file is not YAML or JSON.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ProgramError("not UTF-8 text", at=shown, fix="save it as UTF-8") from None
    is_json = path.suffix == ".json"
    if is_json:
        try:
            json.loads(text)
        except json.JSONDecodeError as error:
            raise ProgramError(
                f"{error.msg[:1].lower()}{error.msg[1:]}",
                at=f"{shown}:{error.lineno}",
                fix="correct the JSON syntax",
            ) from None
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ProgramError(
            _problem(error.problem or str(error), error.context),
            at=f"{shown}:{line}",
            fix=_hint(text, line, error),
        ) from None
    except YAMLError as error:
        raise ProgramError(str(error).splitlines()[0], at=shown) from None
    builder = _Builder(shown, is_json)
    return (builder.build(node) if node is not None else None), builder.errors


def _problem(problem: str, context: str | None) -> str:
    return f"{problem}, {context}" if context else problem


def _hint(text: str, line: int, error: Any) -> str | None:
    lines = text.splitlines()
    here = lines[line - 1] if 0 < line <= len(lines) else ""
    if "\t" in here:
        return "indent with spaces: YAML allows no tabs"
    if error.context and error.context_mark and "flow" in error.context:
        bracket = "{" if "mapping" in error.context else "["
        return f"is the {bracket} of line {error.context_mark.line + 1} closed?"
    return f"look at: {here.strip()}" if here.strip() else None


@define
class _Builder:
    shown: str
    is_json: bool
    errors: list[DssdslError] = field(factory=list)
    _open: set[int] = field(factory=set)

    def build(self, node: Any) -> Any:
        if id(node) in self._open:
            self._fault("a YAML alias refers to the anchor around it", node, "write the value out")
            return None
        if node.id == "scalar":
            return self._scalar(node)
        self._open.add(id(node))
        try:
            return self._map(node) if node.id == "mapping" else self._seq(node)
        finally:
            self._open.discard(id(node))

    def _seq(self, node: Any) -> Seq:
        self._refuse_tag(node, "seq")
        out = Seq(node.start_mark.line + 1)
        for item in node.value:
            out.append(self.build(item))
            out.lines.append(item.start_mark.line + 1)
        return out

    def _map(self, node: Any) -> Map:
        self._refuse_tag(node, "map")
        out = Map(node.start_mark.line + 1)
        merged: list[Any] = []
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.id != "scalar":
                self._fault(
                    "a key cannot be a list or a mapping",
                    key,
                    "write a plain word before the colon",
                )
                continue
            if key.tag == f"{TAG}merge":
                merged += value.value if value.id == "sequence" else [value]
                continue
            name = self._text(key)
            if name in out.lines:
                self._fault(
                    f'"{name}" occurs twice, at line {out.lines[name]} and at line {line}',
                    key,
                    "keep one of them",
                )
                continue
            out[name] = self.build(value)
            out.lines[name] = line
        for each in merged:
            below = self.build(each)
            if not isinstance(below, Map):
                self._fault("<< takes a mapping", each, "put the anchor on a mapping")
                continue
            for name, value in below.items():
                if name not in out:
                    out[name], out.lines[name] = value, below.lines[name]
        return out

    def _scalar(self, node: Any) -> Any:
        kind = str(node.tag or "").removeprefix(TAG)
        text = self._text(node)
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        if kind == "int":
            return _whole(text)
        if kind == "float":
            return _number(text)
        # A date stays text: DSS's own dates are strings.
        if kind not in ("str", "timestamp", "value", "!"):
            self._fault(f"unknown YAML tag {node.tag}", node, "write the value without a tag")
        return text

    def _text(self, node: Any) -> str:
        text = str(node.value)
        # JSON writes a character beyond 16 bits as two escapes, which YAML does not join.
        return (
            text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            if self.is_json
            else text
        )

    def _refuse_tag(self, node: Any, plain: str) -> None:
        if str(node.tag or "").removeprefix(TAG) not in (plain, "!"):
            self._fault(f"unknown YAML tag {node.tag}", node, "write the value without a tag")

    def _fault(self, problem: str, node: Any, fix: str) -> None:
        at = f"{self.shown}:{node.start_mark.line + 1}"
        self.errors.append(ProgramError(problem, at=at, fix=fix))


def scalar(text: str) -> Any:
    """The value of *text* as YAML reads it without quotes; with quotes, the text between them."""
    if text in ("", "null", "~", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return text.lower() == "true"
    if re.fullmatch(r"[-+]?\d+", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\d+\.\d*|\.\d+)([eE][-+]?\d+)?", text):
        return float(text)
    return text.strip("\"'") if text[:1] in "\"'" else text


def _whole(text: str) -> int:
    bare = text.replace("_", "").lower()
    for prefix, base in (("0x", 16), ("0o", 8), ("0b", 2)):
        if bare.lstrip("+-").startswith(prefix):
            return int(bare.replace(prefix, "", 1), base)
    return int(bare)


def _number(text: str) -> float:
    bare = text.replace("_", "").lower()
    if bare.endswith(".inf"):
        return -math.inf if bare.startswith("-") else math.inf
    return math.nan if bare == ".nan" else float(bare)
