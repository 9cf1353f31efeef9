"""The part of the architecture's page that comes from the code: packages, modules, what may import what."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import Any

from . import NOTE, cell
from .classes import plain
from .parts import replaced

TOP = Path(__file__).parents[2]
LIBRARIES = (
    "dataikuapi",
    "requests",
    "git",
    "ruamel",
    "tomllib",
    "fsspec",
    "deepdiff",
    "pydantic",
    "click",
    "rich",
    "waitress",
)


def contracts() -> list[dict[str, Any]]:
    """The contracts that import-linter checks."""
    settings = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = settings["tool"]["importlinter"]["contracts"]
    return found


def layers(contract: dict[str, Any]) -> list[list[str]]:
    """The floors of a contract, each with its modules; the highest one first."""
    return [layer.replace(":", "|").replace(" ", "").split("|") for layer in contract["layers"]]


def summary(module: str) -> str:
    """The first sentence of a module's docstring, as Markdown."""
    path = TOP / module.replace(".", "/")
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    text = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    return plain(text.partition("\n\n")[0]).removesuffix(".")


def forbidden(module: str) -> set[str]:
    """Packages of dssdsl that a contract forbids to a package, beyond the layers."""
    found = set()
    for contract in contracts():
        if contract["type"] == "forbidden" and module in contract["source_modules"]:
            found |= {m for m in contract["forbidden_modules"] if m.startswith("dssdsl.")}
    return found


def packages() -> list[str]:
    """The table of packages."""
    floors = layers(next(c for c in contracts() if c["name"] == "Arrows point down"))
    lines = ["| package | what it contains | may import |", "| --- | --- | --- |"]
    for number, floor in enumerate(floors):
        below = [name for lower in floors[number + 1 :] for name in lower]
        for name in floor:
            module = f"dssdsl.{name}"
            allowed = [f"`{b}`" for b in below if f"dssdsl.{b}" not in forbidden(module)]
            lines.append(f"| `{name}` | {cell(summary(module))} | {', '.join(allowed) or '–'} |")
    return lines


def doors() -> list[str]:
    """The table of libraries, and the packages that import them."""
    found: dict[str, set[str]] = {library: set() for library in LIBRARIES}
    for path in sorted((TOP / "dssdsl").rglob("*.py")):
        package = path.relative_to(TOP / "dssdsl").parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            for library in {name.partition(".")[0] for name in names} & set(LIBRARIES):
                found[library].add(f"`{package}`")
    lines = ["| library | imported in |", "| --- | --- |"]
    return [
        *lines,
        *(f"| `{name}` | {', '.join(sorted(where))} |" for name, where in found.items()),
    ]


def inside(contract: dict[str, Any]) -> list[str]:
    """The table of a package's modules."""
    [container] = contract["containers"]
    lines = [f"### {container.removeprefix('dssdsl.')}", "", f"{summary(container)}.", ""]
    lines += ["| floor | module | what it contains |", "| --- | --- | --- |"]
    for number, floor in enumerate(layers(contract), 1):
        lines += [
            f"| {number} | `{name}` | {cell(summary(f'{container}.{name}'))} |" for name in floor
        ]
    return [*lines, ""]


def page() -> str:
    """The page of the architecture: what is written by hand, and the tables."""
    inner = [c for c in contracts() if c["type"] == "layers" and c["containers"] != ["dssdsl"]]
    text = (TOP / "docs" / "architecture.md").read_text(encoding="utf-8")
    text = replaced(text, "packages", "\n".join([NOTE, "", *packages(), "", *doors()]))
    modules = [line for contract in inner for line in inside(contract)]
    return replaced(text, "modules", "\n".join([NOTE, "", *modules]))
