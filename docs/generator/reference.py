"""The reference: a page for each class of resources, for each family of parts, for options and functions."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import dssdsl
from dssdsl.deployment.state_commands import StateCommands
from dssdsl.frontends.yaml import families
from dssdsl.lang import kinds
from dssdsl.lang.project_resource import Taggable
from dssdsl.lang.resource import Options, Resource
from examples import CONTEXTS, EXAMPLES, FUNCTIONS

from . import NOTE, cell, code, programs
from .catalogue import homes, link, linked, parts, resources
from .classes import class_doc, details, field_doc, fields, plain, table

OPTIONS = {
    "depends_on": ("resources", "`()`"),
    "protect": ("True or False", "`False`"),
    "retain_on_delete": ("True or False", "`False`"),
    "ignore_changes": ("names of fields", "`()`"),
    "exclusive": ("names of fields", "`()`"),
    "renamed_from": ("a name, or a list of names", "–"),
    "adopt": ("True, False, or an id in DSS", "–"),
    "raw": ("values by path", "`{}`"),
}
"""What each option takes, and its default."""


def resource_page(cls: type[Any]) -> str:
    """The page of a class of resources."""
    page = f"{cls.__name__}.md"
    section = cls.section
    key = f"`PROJECT/{cls.kind}/NAME`" if cls.kind != "project" else "`PROJECT/project/PROJECT`"
    if cls.always_there:
        key = f"`PROJECT/{cls.kind}/`"
    said = [f"Key: {key}.", f"In YAML: {_in_yaml(cls, section)}."]
    if wire := getattr(cls, "wire", None):
        said.append(f"DSS's type: `{wire}`.")
    text = programs.python(cls.__name__)
    more = f"It also takes the {link('options of every resource', 'options.md', page)}."
    if issubclass(cls, Taggable) and hasattr(cls, "existing"):
        more += (
            f' `{cls.__name__}.existing("NAME")` refers to one that the program does not manage.'
        )
    return "\n".join(
        [
            *(NOTE, "", f"# {cls.__name__}", "", linked(class_doc(cls), page), ""),
            *(" ".join(said), "", "In Python:", ""),
            *code("python", text),
            *("In YAML:", ""),
            *code("yaml", programs.yaml(text)),
            *("## Fields", "", *table(cls, page), "", *details(cls, page), "", more, ""),
        ]
    )


def _in_yaml(cls: type[Any], section: str) -> str:
    if cls.always_there or not cls.contained:
        return f"the section `{section}:`"
    entry = f"an entry of `{section}:`"
    if cls is dssdsl.Recipe:
        return f"{entry} with DSS's own `type:`"
    if cls is dssdsl.Dataset:
        return f"{entry} without `type:`, or with DSS's own `type:` and `params:`"
    if cls is dssdsl.EvaluationStore:
        return f"{entry} with `type: evaluation_store`"
    return f"{entry} with `type: {families.shown(cls)}`" if section in ("datasets", "recipes") else entry  # fmt: skip


def parts_page(name: str, title: str, classes: list[type[Any]]) -> str:
    """A page of parts."""
    page = f"{name}.md"
    lines = [NOTE, "", f"# {title}", ""]
    prefix = "prepare." if name == "prepare" else ""
    lines += [" · ".join(f"[{c.__name__}](#{c.__name__.lower()})" for c in classes), ""]
    if users := ", ".join(_users(classes)):
        lines += [f"Used in {users}.", ""]
    first = prefix + classes[0].__name__
    if name in CONTEXTS and programs.is_expression(EXAMPLES[first].strip("\n")):
        text = programs.python(first, name)
        lines += [f"The first one, {classes[0].__name__}, in a whole program:", ""]
        lines += [*code("python", text), "In YAML:", "", *code("yaml", programs.yaml(text))]
    common = _common(classes)
    if common:
        lines += ["All of them have:", ""]
        lines += [*(f"- **{n}**: {linked(d, page)}" for n, d in common.items()), ""]
    for cls in classes:
        lines += _part(cls, name, prefix, common)
    return "\n".join(lines)


def _part(cls: type[Any], name: str, prefix: str, common: dict[str, str]) -> Iterator[str]:
    page, example = f"{name}.md", EXAMPLES[prefix + cls.__name__].strip("\n")
    yield from (f"## {cls.__name__}", "", linked(class_doc(cls), page), "")
    own = [r for r in table(cls, page) if not any(r.startswith(f"| `{n}=`") for n in common)]
    yield from own if len(own) != 2 else ["It has no fields of its own."]  # noqa: PLR2004 - the head alone
    yield ""
    said = [d for d in details(cls, page) if not any(d.startswith(f"- **{n}**") for n in common)]
    yield from [*said, ""] if said else []
    if programs.is_expression(example):
        whole = programs.python(prefix + cls.__name__, name)
        yield from code("python", example)
        yield from ("In YAML:", "", *code("yaml", programs.yaml_part(whole, name)))
        yield from ("DSS gets:", "", *code("json", programs.in_dss(example)))
    else:
        text = programs.python(cls.__name__)
        yield from (*code("python", text), "In YAML:", "", *code("yaml", programs.yaml(text)))


def _users(classes: list[type[Any]]) -> Iterator[str]:
    """Fields of resources that take a part of these classes."""
    from dssdsl.frontends.yaml.takes import takes, takes_any

    found: dict[str, list[str]] = {}
    for name, cls in resources().items():
        for field, attribute in cls.public_names().items():
            of = takes(cls, attribute)
            if set(classes) & {*of.parts, *takes_any(of.items).parts, *takes_any(of.values).parts}:
                found.setdefault(field, []).append(f"[{name}]({name}.md)")
    for field, names in found.items():
        yield f"`{field}` of {_listed(names)}"


def _listed(names: list[str]) -> str:
    several = 4
    if len(names) > several:
        names = [*names[: several - 1], f"{len(names) - several + 1} others"]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _common(classes: list[type[Any]]) -> dict[str, str]:
    """The fields that all of several classes have, which the page describes once."""
    if len(classes) < 4:  # noqa: PLR2004
        return {}
    shared = set.intersection(
        *({n for n, _, _ in fields(c)} - set(c.positional()) for c in classes)
    )
    return {n: field_doc(classes[0], a) for n, a, _ in fields(classes[0]) if n in shared}


def options_page() -> str:
    """The page of the options that every resource takes."""
    text = programs.python("options")
    return "\n".join(
        [
            *(NOTE, "", "# Options of every resource", ""),
            "They tell dssdsl what to do with the resource and are not sent to DSS. An option that can't apply is an error.",
            *("", "| option | takes | default |", "| --- | --- | --- |"),
            *(f"| `{n}=` | {cell(OPTIONS[n][0])} | {OPTIONS[n][1]} |" for n in Options),
            *("", *(f"- **{n}**: {field_doc(Resource, n)}" for n in Options), ""),
            *code("python", text),
            *("In YAML:", ""),
            *code("yaml", programs.yaml(text)),
        ]
    )


def functions_page() -> str:
    """The page of what a program imports beside classes of resources and parts."""
    page = "functions.md"
    lines = [NOTE, "", "# Functions of a program", ""]
    lines += [" · ".join(f"[{name}](#{name.lower()})" for name in FUNCTIONS), ""]
    lines += ["Policies and hooks have [a page of their own](../hooks.md).", ""]
    for name, example in FUNCTIONS.items():
        thing = getattr(dssdsl, name)
        summary, *rest = _docstring(thing)
        lines += [f"## {name}", "", linked(summary, page), ""]
        if inspect.isfunction(thing):
            lines += [*code("python", f"{name}{_signature(thing)}")]
        lines += [*rest, ""] if rest else []
        lines += code("python", example.python)
        if example.yaml:
            lines += ["In YAML:", "", *code("yaml", example.yaml)]
        if example.after:
            lines += [example.after, ""]
        if name == "Workspace":
            lines += _table(thing)
            lines += ["The recorded state, `workspace.state`, has these methods:", ""]
            lines += _table(StateCommands)
    return "\n".join(lines)


def _docstring(thing: Any) -> list[str]:
    """A docstring in Markdown: its summary, then its arguments as a list."""
    text = inspect.cleandoc((thing if callable(thing) else type(thing)).__doc__ or "")
    before, _, arguments = text.replace("Attributes:\n", "Args:\n").partition("Args:\n")
    arguments, _, raises = arguments.partition("Raises:\n")
    out = [plain(before.partition("Raises:\n")[0]).strip()]
    for argument, said in re.findall(r"^ {4}(\w+): (.*(?:\n {8,}.*)*)", arguments, re.MULTILINE):
        out.append(f"- **{argument}**: {plain(' '.join(said.split()))}")
    for error, said in re.findall(r"^ {4}(\w+): (.*(?:\n {8,}.*)*)", raises, re.MULTILINE):
        out.append(f"- Raises `{error}`: {plain(' '.join(said.split()))}")
    return out


def _signature(function: Any) -> str:
    shown = []
    for parameter in inspect.signature(function).parameters.values():
        star = "*" not in "".join(shown) and parameter.kind is parameter.KEYWORD_ONLY
        shown += ["*"] if star else []
        optional = parameter.default is not parameter.empty
        shown.append(f"{parameter.name}=…" if optional else parameter.name)
    return f"({', '.join(shown)})"


def _table(cls: type[Any]) -> list[str]:
    """The table of a class's methods."""
    rows = [f"| `{n}` | {cell(' '.join(d.split()))} |" for n, d in _methods(cls)]
    return ["| method | |", "| --- | --- |", *rows, ""]


def _methods(cls: type[Any]) -> Iterator[tuple[str, str]]:
    """The public methods of a class, with the first sentence of each."""
    for name, method in vars(cls).items():
        if isinstance(method, property) and not name.startswith("_"):
            yield name, plain(inspect.cleandoc(method.__doc__ or "").partition("\n\n")[0])
        if not name.startswith("_") and inspect.isfunction(method):
            yield f"{name}{_signature(method).replace('(self, ', '(').replace('(self)', '()')}", plain(
                inspect.cleandoc(method.__doc__ or "").partition("\n\n")[0]
            )  # fmt: skip


def index() -> str:
    """The page that lists all others."""
    lines = [NOTE, "", "# What a program can declare", ""]
    by_family: dict[str, list[type[Resource]]] = {}
    for cls in resources().values():
        by_family.setdefault(cls.family, []).append(cls)
    for family in dict.fromkeys(kinds.table("family").values()):
        lines += [f"## {family}", ""]
        for cls in sorted(by_family[family], key=lambda c: (c is not dssdsl.Project, c.__name__)):
            first = class_doc(cls).partition("\n")[0]
            lines.append(f"- [{cls.__name__}]({cls.__name__}.md): {first}")
        lines.append("")
    lines += [
        *("## For every resource", "", "- [Options](options.md): `protect`, `adopt`, `renamed_from` and others"),
        f"- [Functions](functions.md): {', '.join(f'`{name}`' for name in FUNCTIONS)}",
        "- [Policies and hooks](../hooks.md): `policy`, `before`, `after`",
        *("", "## Parts", ""),
    ]  # fmt: skip
    for page, (title, classes) in parts().items():
        names = ", ".join(f"[{c.__name__}]({homes()[c]})" for c in classes)
        lines.append(f"- [{title}]({page}.md): {names}")
    return "\n".join([*lines, ""])


def pages() -> Iterator[tuple[str, str]]:
    """Every page of the reference, by its path below the docs."""
    yield "resources/README.md", index()
    yield "resources/options.md", options_page()
    yield "resources/functions.md", functions_page()
    for name, cls in resources().items():
        yield f"resources/{name}.md", resource_page(cls)
    for page, (title, classes) in parts().items():
        yield f"resources/{page}.md", parts_page(page, title, classes)
