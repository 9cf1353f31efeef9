"""
The names of the classes that a program can use: where each is defined, and the stub for type checkers.

Python must know them before it loads the modules, so that `dssdsl --version` is quick.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Any

import dssdsl
import dssdsl.resources
from dssdsl.lang.declared import FACTS
from dssdsl.lang.provider import PROVIDERS
from dssdsl.lang.resource import Part, Resource

NOTE = "Written by docs/generate.py from the classes; run `make docs` to add one."
ROOT = "dssdsl.resources."
OTHERS = {
    "errors": "Cancelled Denied DssError DssdslError Locked ProgramError ProgramErrors Refused StepsFailed",
    "lang.functions": "after before config export file files policy stack",
    "lang.hooks": "refuse warn",
    "lang.values": "Code File Output Secret",
    "plan.options": "Options",
    "plan.steps": "Plan",
    "resources.datasets.base": "AnyDataset",
    "resources.datasets.columns": "Columns",
    "resources.recipes": "prepare",
    "resources.recipes.base": "FlowRef",
    "workspace": "Workspace",
}
"""What programs use beside classes of resources and parts, by module below `dssdsl`."""
PREPARE = f"{ROOT}recipes.prepare"


@cache
def classes() -> list[type[Any]]:
    """Every class of resources and parts that a program can use, by name."""
    for module in pkgutil.walk_packages(dssdsl.resources.__path__, ROOT):
        importlib.import_module(module.name)
    found = {c for base in (Part, Resource) for c in _below(base)}
    return sorted((c for c in found if _is_public(c)), key=lambda c: c.__name__)


def _is_public(cls: type[Any]) -> bool:
    return (
        cls.__module__.startswith(ROOT)
        and not cls.__name__.startswith(("Any", "_"))
        and not (issubclass(cls, Resource) and not cls.kind)
    )


def _below(cls: type[Any]) -> Iterator[type[Any]]:
    for below in cls.__subclasses__():
        yield below
        yield from _below(below)


def is_step(cls: type[Any]) -> bool:
    """Whether it is a step of a prepare recipe, which `dssdsl.prepare` exports."""
    return cls.__module__.startswith(PREPARE) and issubclass(cls, Part)


def homes() -> dict[str, str]:
    """The module of each public name, below `dssdsl`."""
    others = [(name, module) for module, names in OTHERS.items() for name in names.split()]
    mine = [(c.__name__, _below_dssdsl(c.__module__)) for c in classes() if not is_step(c)]
    return dict(sorted([*others, *mine], key=lambda pair: (pair[1], pair[0])))


def kinds() -> dict[str, tuple[str, ...]]:
    """The modules that reading and writing each kind needs: the class with its facts, its provider, and classes that say what its documents are."""
    out = {}
    ours = {k: p for k, p in PROVIDERS.items() if type(p).__module__.startswith("dssdsl.")}
    for kind, provider in sorted(ours.items(), key=lambda item: (FACTS[item[0]].order, item[0])):
        mine = [c for c in classes() if issubclass(c, Resource) and c.kind == kind]
        needed = sorted((c.__name__ != "Dataset", c.__module__) for c in mine if c.read_with_kind)
        modules = dict.fromkeys(
            [FACTS[kind].__module__, type(provider).__module__, *(module for _, module in needed)]
        )
        out[kind] = tuple(map(_below_dssdsl, modules))
    return out


def _below_dssdsl(module: str) -> str:
    return module.removeprefix("dssdsl.")


def public() -> str:
    """`dssdsl/public.py`."""
    names = "\n".join(f'    "{name}": "{module}",' for name, module in homes().items())
    modules = "\n".join(f'    "{kind}": {needs!r},' for kind, needs in kinds().items())
    return (
        f'"""\nThe modules of all public names and kinds, which are loaded when they are first used.\n\n{NOTE}\n"""\n\n'
        f'HOME = {{\n{names}\n}}\n"""The module of each name that programs import from dssdsl."""\n'
        f'KINDS = {{\n{modules}\n}}\n"""The modules that reading and writing a kind needs, the one with its facts first; in the order in which YAML declares them."""\n'
    )


def stub() -> str:
    """`dssdsl/__init__.pyi`: the names of the package, for type checkers and editors."""
    lines = [f"from .{module} import {name} as {name}" for name, module in homes().items()]
    return "\n".join([f"# {NOTE}", "", *lines, "", "__version__: str", ""])


def prepare() -> str:
    """`dssdsl/resources/recipes/prepare/__init__.py`: the steps, under one name."""
    names = {c.__name__: c.__module__.removeprefix(f"{PREPARE}.") for c in classes() if c.__module__.startswith(PREPARE)}  # fmt: skip
    lines = [
        f'"""\n{inspect.cleandoc(dssdsl.prepare.__doc__ or "").partition(chr(10) * 2 + "Written")[0]}\n\n{NOTE}\n"""',
        "",
        *(f"from .{module} import {name}" for name, module in sorted(names.items())),
        "",
        f"__all__ = {sorted(names)!r}",
        "",
    ]
    return "\n".join(lines)


def files() -> dict[str, str]:
    """Every generated file of the package, by its path from the top of the repository."""
    return {
        "dssdsl/__init__.pyi": stub(),
        "dssdsl/public.py": public(),
        "dssdsl/resources/recipes/prepare/__init__.py": prepare(),
    }
