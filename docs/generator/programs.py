"""The examples as whole programs: in Python, in YAML, and what DSS gets."""

from __future__ import annotations

import ast
import inspect
import json
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import dssdsl
from dssdsl import frontends
from dssdsl.lang.program import Program, Target
from dssdsl.lang.resource import Part, Resource
from dssdsl.lang.values import File, Initial, Ref, Secret, Text
from examples import CONFIG, CONTEXTS, EXAMPLES, FILES
from tests.support import as_yaml

from . import yaml_text
from .classes import fields

WIDTH = 92
PATHS: dict[str, tuple[str | int, ...]] = {
    "prepare": ("recipes", 0, "steps", 0),
    "steps": ("scenarios", 0, "steps", 0),
    "triggers": ("scenarios", 0, "triggers", 0),
    "messages": ("scenarios", 0, "reporters", 0, "message"),
    "formats": ("datasets", 0, "format"),
}
"""Where a part stands in the YAML of its page's context."""


def imports(text: str) -> str:
    """The import line that a piece of program needs."""
    used = {n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)}
    names = sorted(used & set(dssdsl.HOME), key=lambda n: (not n.isupper(), n[0].islower(), n))
    line = f"from dssdsl import {', '.join(names)}"
    if len(line) <= 100:  # noqa: PLR2004
        return line
    return "from dssdsl import (\n" + "".join(f"    {n},\n" for n in names) + ")"


def python(name: str, page: str | None = None) -> str:
    """The whole program of an example."""
    text = (EXAMPLES.get(name) or name).strip("\n")
    context = CONTEXTS.get(page or "", "@")
    if not is_expression(text):
        context = "@"
    body = context.strip("\n").replace("@", text)
    if not body.startswith("Project("):
        body = f'Project("SALES")\n\n{body}'
    return f"{imports(body)}\n\n{body}\n"


def is_expression(text: str) -> bool:
    """Whether an example is only a part, which needs a program around it."""
    tree = ast.parse(text).body
    called = tree[0].value if len(tree) == 1 and isinstance(tree[0], ast.Expr) else None
    called = called.elts[0] if isinstance(called, ast.Tuple) else called
    name = called.func if isinstance(called, ast.Call) else None
    cls = getattr(dssdsl, name.id) if isinstance(name, ast.Name) else None
    return isinstance(name, ast.Attribute) or (inspect.isclass(cls) and issubclass(cls, Part))


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """A folder with the files that the examples name; it goes with this process."""
    folder = tempfile.TemporaryDirectory()
    for path, content in FILES.items():
        file = Path(folder.name) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return folder


@cache
def loaded(text: str) -> Program:
    """What a program declares."""
    file = Path(_folder().name) / "project.py"
    file.write_text(text, encoding="utf-8")
    return frontends.load(file, Target(config=CONFIG))[0]


def document(text: str) -> dict[str, Any]:
    """The same program as YAML has it, as plain values."""
    program = loaded(text)
    found = as_yaml.document(r for r in program.resources if not r.exists)
    out: dict[str, Any] = {}
    for section, value in found.items():
        if isinstance(value, list):
            mine = [r for r in program.resources if r.section == section and not r.exists]
            out[section] = [_ordered(e, r) for e, r in zip(value, mine, strict=True)]
        else:
            out[section] = value
    return out


def _ordered(entry: dict[str, Any], resource: Resource) -> Any:
    """An entry in the order of the reference, its name and type first, with code in files as files."""
    cls = type(resource)
    identity = next(iter(cls.positional()), "name")
    order = [identity, "type", *(name for name, _, _ in fields(cls))]
    files = {
        n: v for n, a in cls.public_names().items() if isinstance(v := getattr(resource, a), File)
    }
    out = {
        f"{n}_file" if n in files else n: files[n].relative if n in files else entry[n]
        for n in dict.fromkeys([*order, *entry])
        if n in entry
    }
    return entry[identity] if list(entry) == [identity] else out


def yaml(text: str) -> str:
    """The same program in YAML."""
    return yaml_text.dump(document(text))


def yaml_part(text: str, page: str) -> str:
    """What a part is in YAML, in the context of its page."""
    found: Any = document(text)
    for step in PATHS[page]:
        found = found[step]
    return "\n".join(yaml_text._block([found], ""))


# --- what DSS gets


def in_dss(text: str) -> str:
    """What DSS gets for the part that *text* makes, as JSON."""
    with Program(position="docs").active():
        names = {n: getattr(dssdsl, n) for n in dssdsl.HOME}
        owner = dssdsl.Project("SALES")
        names["orders"] = dssdsl.Dataset("ORDERS", connection="warehouse", project=owner)
        scenario = dssdsl.Scenario("NIGHTLY", steps=[], project=owner)
        made = eval(text, names)  # noqa: S307 - our own examples
        found = _json(made.document(scenario))
    return "\n".join(_lines(found))


def _lines(value: Any, indent: str = "", key: str = "") -> Iterator[str]:
    """JSON in few lines: what fits into one stands in one."""
    whole = json.dumps(value, ensure_ascii=False)
    if (
        len(indent) + len(key) + len(whole) <= WIDTH
        or not value
        or not isinstance(value, (dict, list))
    ):
        yield f"{indent}{key}{whole}"
        return
    pairs = (
        [(f"{json.dumps(k)}: ", v) for k, v in value.items()]
        if isinstance(value, dict)
        else [("", v) for v in value]
    )
    yield indent + key + ("{" if isinstance(value, dict) else "[")
    for number, (name, inner) in enumerate(pairs, 1):
        *lines, last = _lines(inner, f"{indent}  ", name)
        yield from lines
        yield last + ("," if number < len(pairs) else "")
    yield indent + ("}" if isinstance(value, dict) else "]")


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _json(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_json(v) for v in value]
    if isinstance(value, Initial):
        return _json(value.value)
    if isinstance(value, Text):
        return value.text
    if isinstance(value, Ref):
        return value.target.identity if isinstance(value.target, Resource) else value.target
    return "[secret]" if isinstance(value, Secret) else value
