"""
Writes ``cli.md``, ``resources/`` and a part of ``emulator.md``: what the code says of itself, in Markdown.

Run it with ``make docs``. A test fails where what it would write is not what is there.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import click
from pydantic import InstanceOf

import dssdsl
from dssdsl.cli.help import COMMON, OUTPUT, SAFETY
from dssdsl.frontends.yaml import families
from dssdsl.lang.fields import LEAVE, REMOVE, Fact, at, checked_as, form, keyed, resets_to
from dssdsl.lang.model import camel
from dssdsl.lang.program import Program
from dssdsl.lang.resource import Options, Part, ProjectResource, Resource, Taggable
from dssdsl.lang.values import File, Initial, Output, Ref, Secret, Text
from dssdsl.resources import scenario_triggers
from dssdsl.resources.datasets import AnyFormat, Column, Format
from dssdsl.resources.permissions import Grant

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from examples import CONTEXTS, EXAMPLES  # noqa: E402 - beside this file

PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "columns": ("Columns and partitions", ("Column", "TimeDimension", "ValueDimension")),
    "formats": ("File formats", ("CSV", "Parquet", "JSON", "Excel", "Format")),
    "prepare": ("Steps of a prepare recipe", ()),
    "recipe_parts": (
        "Parts of recipes",
        ("RecipeInput", "RecipeOutput", "Dependency", "Agg", "WindowAgg", "Custom", "Computed", "SQL", "Desc", "JoinInput", "Join", "On"),
    ),
    "steps": (
        "Steps of a scenario",
        ("Build", "Check", "ComputeMetrics", "RunScenario", "ExecutePython", "SetProjectVariables", "DefineVariables", "SendMessage", "Step"),
    ),
    "triggers": (
        "Triggers of a scenario",
        ("Daily", "Weekly", "Monthly", "Hourly", "Minutely", "OnDatasetChange", "AfterScenario", "SQLTrigger", "PythonTrigger", "Trigger"),
    ),
    "messages": ("Reporters and messages", ("Reporter", "Mail", "Slack", "Teams", "Message")),
    "grants": ("Grants", ("Grant",)),
}  # fmt: skip
"""Pages of parts: name, title, classes; the steps of prepare are all that its module has."""

FAMILIES = {
    "project": "The project",
    "variables": "The project",
    "permissions": "The project",
    "library_file": "The project",
    "zone": "The Flow",
    "managed_folder": "The Flow",
    "saved_model": "The Flow",
    "evaluation_store": "The Flow",
    "dataset": "Datasets",
    "recipe": "Recipes",
    "scenario": "Scenarios",
}
SECTIONS = {
    "project": "project", "variables": "variables", "permissions": "permissions", "library_file": "library", "zone": "zones",
    "managed_folder": "folders", "saved_model": "models", "evaluation_store": "models", "dataset": "datasets", "recipe": "recipes",
    "scenario": "scenarios",
}  # fmt: skip
"""Where an entry stands in YAML."""

OPTIONS = {
    "depends_on": (
        "resources",
        "`()`",
        "What must be there first, beyond what its fields refer to.",
    ),
    "protect": ("True or False", "`False`", "A plan that would delete or replace it is refused."),
    "retain_on_delete": (
        "True or False",
        "`False`",
        "Dropped from the program, it is forgotten and stays in DSS.",
    ),
    "ignore_changes": ("names of fields", "`()`", "Sent when it is made, then left alone."),
    "exclusive": (
        "names of fields",
        "`()`",
        "A keyed collection, such as tags or grants, loses what the program does not name.",
    ),
    "renamed_from": (
        "a name",
        "–",
        "What it was called before: it is renamed in place, with data and history.",
    ),
    "adopt": (
        "True, False, or an id of DSS's",
        "–",
        (
            "Whether to take what exists already. Not set: if it equals the program. True: also if it "
            "differs. False: never. An id: that one."
        ),
    ),
    "raw": (
        "values by path",
        "`{}`",
        (
            'Any other setting, by its path in DSS\'s JSON: `{"flowOptions.rebuildBehavior": "EXPLICIT"}`. '
            "A field of the class cannot be set that way."
        ),
    ),
}
INHERITED = {
    "project": "The project it is in; left out, that of the `with` around it, else the program's first."
}
"""Docs of fields that say nothing themselves."""

FACTS = {
    Fact.CREATE_ONLY: "Fixed when it is made: a change replaces the resource.",
    Fact.MOVES_DATA: "A change points elsewhere, and the data stays behind: it takes `--move`.",
    Fact.UNORDERED: "A set: the order does not count.",
    Fact.WHOLE: "Compared as one value.",
    Fact.OPEN: "Laid over what is there: entries of others stay.",
    Fact.SET_BY_RUNS: "Runs rewrite it: a difference that DSS made is not written back unless the program changed.",
    Fact.ELSEWHERE: "DSS keeps it in another object.",
    Fact.WRITE_ONLY: "DSS does not tell it back: taken as what was recorded.",
    Fact.CLOSED: "Owned whole: names that the program does not set are differences.",
}


# --- what a class says of itself


@cache
def _tree(module: str) -> dict[str, dict[str, str]]:
    """The docstrings under the fields of each class of a module; Python drops them when it loads one."""
    source = Path(inspect.getfile(sys.modules[module])).read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(source).body:
        if not isinstance(node, ast.ClassDef):
            continue
        mine = found.setdefault(node.name, {})
        for field, after in zip(node.body, [*node.body[1:], None], strict=True):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                text = (
                    after.value.value
                    if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
                    else ""
                )
                mine[field.target.id] = inspect.cleandoc(text) if isinstance(text, str) else ""
    return found


def field_doc(cls: type[Any], attribute: str) -> str:
    """The docstring of a field, from the class that declares it."""
    for base in cls.__mro__:
        mine = (
            _tree(base.__module__).get(base.__name__, {})
            if base.__module__.startswith("dssdsl.")
            else {}
        )
        if mine.get(attribute):
            return plain(mine[attribute])
    return INHERITED.get(attribute, "")


def plain(text: str) -> str:
    """A docstring as Markdown, paragraphs kept."""
    return re.sub(r"``(.+?)``", r"`\1`", re.sub(r"(?<!\n)\n(?!\n)", " ", text), flags=re.DOTALL)


def class_doc(cls: type[Any]) -> str:
    """The docstring of a class."""
    return plain(inspect.cleandoc(cls.__doc__ or ""))


# --- what a field takes


def takes(annotation: Any, metadata: list[Any]) -> str:
    """What a field takes, in words."""
    said = next((plain(m.text) for m in metadata if isinstance(m, form)), None)
    direct = [t for m in _members(annotation) if get_origin(m) is Literal for t in get_args(m)]
    tokens = direct if said is not None else _tokens(annotation)
    listed = ", ".join(f"`{json.dumps(t)}`" for t in dict.fromkeys(tokens))
    words = [said] if said is not None else list(dict.fromkeys(w for w in _words(annotation) if w))
    return "; ".join(filter(None, [" or ".join(words), listed]))


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


def _tokens(annotation: Any) -> Iterator[Any] | list[Any]:
    found: list[Any] = []
    for member in _members(annotation):
        if get_origin(member) is Literal:
            found += get_args(member)
        elif get_origin(member) is not None:
            found += [t for inner in get_args(member) for t in _tokens(inner)]
    return found


WORDS = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "True or False",
    File: "`file(…)`",
}


def _words(annotation: Any) -> list[str]:
    out: list[str] = []
    members = list(_members(annotation))
    several = [m for m in members if _is_list(m)]
    inside = {w for m in several for a in get_args(m) for w in _words(a)}
    for member in members:
        origin = get_origin(member)
        if member in (type(None), Any) or origin is Literal:
            continue
        if member is str and any(get_origin(m) is Literal for m in members):
            continue  # a token that DSS knows and we do not
        if _is_list(member):
            one = " or ".join(_words(get_args(member)[0])) or "values"
            out.append("a list of them" if set(out) & inside else f"a list: {one}")
        elif inspect.isclass(origin) and issubclass(origin, Mapping):
            key, value = ([" or ".join(_words(a)) for a in get_args(member)] + ["", ""])[:2]
            out.append(f"{value or 'values'} by name" if key == "text" else "a mapping")
        elif member in WORDS:
            out.append(WORDS[member])
        elif inspect.isclass(member):
            out.append(_named(member))
    return out


def _is_list(annotation: Any) -> bool:
    origin = get_origin(annotation)
    return (inspect.isclass(origin) and issubclass(origin, (list, tuple))) or getattr(
        origin, "__name__", ""
    ) == "Sequence"


def _named(cls: type[Any]) -> str:
    names = {Secret: '`Secret.env("NAME")`', Output: "an output", Resource: "a resource"}
    if cls in names:
        return names[cls]
    known = {
        "Referable": "a dataset, folder, model or store",
        "AnyDataset": "a dataset",
        "AnyScenario": "a Scenario",
        "AnyMessage": "a message",
    }
    return known.get(cls.__name__, f"`{cls.__name__}`")


def default(info: Any) -> str:
    """What a field is where the program does not say."""
    if info.is_required():
        return "**needed**"
    value = info.get_default(call_default_factory=True)
    return "–" if value is None else f"`{value!r}`".replace("'", '"')


def facts(metadata: list[Any]) -> Iterator[str]:
    """What is true of a field, in sentences."""
    for item in metadata:
        if isinstance(item, Fact) and item in FACTS:
            yield FACTS[item]
        elif isinstance(item, keyed):
            yield f"Items are told apart by {' and '.join(f'`{k}`' for k in item.by)}."
        elif isinstance(item, checked_as):
            yield f"The {item.what.replace('_', ' ')} must exist in DSS."
    for item in metadata:
        if isinstance(item, resets_to) and item.value is not LEAVE:
            gone = (
                "it is removed"
                if item.value is REMOVE
                else f"it goes back to `{json.dumps(item.value)}`"
            )
            yield f"No longer set, {gone}."


# --- pages


EARLY = ("inputs", "outputs", "connection")
LATE = ("zone", "tags", "short_desc", "description", "project")


def fields(cls: type[Any]) -> list[tuple[str, str, Any]]:
    """Name, attribute and description of each field, in the order of interest; options left out."""
    names = {
        n: a
        for n, a in cls.public_names().items()
        if not (issubclass(cls, Resource) and n in Options)
    }
    late = LATE if issubclass(cls, ProjectResource) else ()
    own = [
        name
        for base in cls.__mro__
        for name, attribute in names.items()
        if attribute in vars(base).get("__annotations__", {}) and name not in late
    ]
    order = dict.fromkeys(
        [
            *cls.positional(),
            *(n for n in EARLY if n in names),
            *own,
            *(n for n in late if n in names),
        ]
    )
    return [(n, names[n], cls.model_fields[names[n]]) for n in order]


def place(cls: type[Any], attribute: str, info: Any) -> str:
    """Where DSS keeps a field."""
    paths = next((m.paths for m in info.metadata if isinstance(m, at)), ())
    if not paths and issubclass(cls, (Column, Grant, AnyFormat)) and cls is not Format:
        paths = (camel(info.alias or attribute),)
    if issubclass(cls, AnyFormat):
        paths = tuple(f"formatParams.{path}" for path in paths)
    return "<br>".join(f"`{p}`" for p in paths)


def cell(text: str) -> str:
    """Text that may stand in a table."""
    return text.replace("|", "\\|")


def signature(cls: type[Any]) -> Iterator[str]:
    """The table of a class's fields."""
    rows = [
        (n, takes(i.annotation, i.metadata), default(i), place(cls, a, i), n in cls.positional())
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


def details(cls: type[Any]) -> Iterator[str]:
    """What is to be said of each field."""
    for name, attribute, info in fields(cls):
        said = [field_doc(cls, attribute), *facts(info.metadata)]
        if text := " ".join(s for s in said if s):
            yield f"- **{name}**: {text}"


def imports(text: str) -> str:
    """The import line that a piece of program needs."""
    used = {n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)}
    names = sorted(used & set(dssdsl._HOME), key=lambda n: (not n.isupper(), n[0].islower(), n))
    line = f"from dssdsl import {', '.join(names)}"
    if len(line) <= 100:  # noqa: PLR2004
        return line
    return "from dssdsl import (\n" + "".join(f"    {n},\n" for n in names) + ")"


def program(name: str, page: str | None = None) -> str:
    """The whole program of an example."""
    text = (EXAMPLES.get(name) or name).strip("\n")
    context = CONTEXTS.get(page or "", "@")
    if not _is_expression(text):
        context = "@"
    body = context.strip("\n").replace("@", text)
    if not body.startswith("Project("):
        body = f'Project("SALES")\n\n{body}'
    return f"{imports(body)}\n\n{body}\n"


def _is_expression(text: str) -> bool:
    tree = ast.parse(text).body
    called = tree[0].value if len(tree) == 1 and isinstance(tree[0], ast.Expr) else None
    called = called.elts[0] if isinstance(called, ast.Tuple) else called
    name = called.func if isinstance(called, ast.Call) else None
    cls = (
        dssdsl.__dict__.get(name.id) or getattr(dssdsl, name.id)
        if isinstance(name, ast.Name)
        else None
    )
    return isinstance(name, ast.Attribute) or (inspect.isclass(cls) and issubclass(cls, Part))


def in_dss(text: str) -> str:
    """What DSS gets for the part that *text* makes, as JSON."""
    from dssdsl.resources.recipes import prepare

    with Program(position="docs").active():
        names = {n: getattr(dssdsl, n) for n in dssdsl._HOME} | {"prepare": prepare}
        owner = dssdsl.Project("SALES")
        names["orders"] = dssdsl.Dataset("ORDERS", connection="warehouse", project=owner)
        scenario = dssdsl.Scenario("NIGHTLY", steps=[], project=owner)
        made = eval(text, names)  # noqa: S307 - our own examples
        document = _json(made.document(scenario))
    return "\n".join(_lines(document))


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
    for name, inner in pairs:
        *lines, last = _lines(inner, f"{indent}  ", name)
        yield from lines
        yield last + ("" if inner is pairs[-1][1] and name == pairs[-1][0] else ",")
    yield indent + ("}" if isinstance(value, dict) else "]")


WIDTH = 92


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
    return repr(value) if isinstance(value, Secret) else value


NOTE = "<!-- Written by docs/generate.py from the code; change it there. -->"


def resource_page(cls: type[Any]) -> str:
    """The page of a class of resources."""
    section = SECTIONS[cls.kind]
    tagged = section in ("datasets", "recipes") and cls is not dssdsl.Dataset
    family = families.shown(cls)
    yaml = (
        f"an entry of `{section}:`"
        if section not in ("project", "variables", "permissions")
        else f"`{section}:`"
    )
    if tagged:
        yaml += " with DSS's own `type:`" if cls is dssdsl.Recipe else f" with `type: {family}`"
    elif cls is dssdsl.Dataset:
        yaml += " without `type:`, or with DSS's own `type:` and `params:`"
    elif cls is dssdsl.EvaluationStore:
        yaml += " with `type: evaluation_store`"
    key = f"`PROJECT/{cls.kind}/NAME`" if cls.kind != "project" else "`PROJECT/project/PROJECT`"
    if getattr(cls, "always_there", False):
        key = f"`PROJECT/{cls.kind}/`"
    wire = getattr(cls, "wire", None)
    lines = [NOTE, "", f"# {cls.__name__}", "", class_doc(cls), ""]
    facts_ = [f"Key: {key}.", f"In YAML: {yaml}."]
    if wire:
        facts_.append(f"DSS's type: `{wire}`.")
    lines += [" ".join(facts_), "", "```python", program(cls.__name__).rstrip("\n"), "```", ""]
    lines += ["## Fields", "", *signature(cls), "", *details(cls), ""]
    more = "The [options of every resource](options.md) go with it, too."
    if issubclass(cls, Taggable) and hasattr(cls, "existing"):
        more += (
            f' `{cls.__name__}.existing("NAME")` refers to one that the program does not manage.'
        )
    return "\n".join([*lines, more, ""])


def parts_page(name: str, title: str, classes: list[type[Any]]) -> str:
    """A page of parts."""
    lines = [NOTE, "", f"# {title}", ""]
    prefix = "prepare." if name == "prepare" else ""
    lines += [" · ".join(f"[{c.__name__}](#{c.__name__.lower()})" for c in classes), ""]
    if name in CONTEXTS and _is_expression(EXAMPLES[prefix + classes[0].__name__]):
        context = program(prefix + classes[0].__name__, name)
        lines += [
            "The first one, in a whole program:",
            "",
            "```python",
            context.rstrip("\n"),
            "```",
            "",
        ]
    common = _common(classes)
    if common:
        lines += ["All of them have:", "", *(f"- **{n}**: {d}" for n, d in common.items()), ""]
    for cls in classes:
        example = EXAMPLES[prefix + cls.__name__].strip("\n")
        lines += [f"## {cls.__name__}", "", class_doc(cls), ""]
        own = [
            row for row in signature(cls) if not any(row.startswith(f"| `{n}=`") for n in common)
        ]
        lines += [*(own if len(own) != 2 else ["It has no fields of its own."]), ""]  # noqa: PLR2004 - the head alone
        lines += [d for d in details(cls) if not any(d.startswith(f"- **{n}**") for n in common)]
        if lines[-1]:
            lines.append("")
        if _is_expression(example):
            lines += [
                "```python",
                example,
                "```",
                "",
                "DSS gets:",
                "",
                "```json",
                in_dss(example),
                "```",
                "",
            ]
        else:
            lines += ["```python", program(cls.__name__).rstrip("\n"), "```", ""]
    return "\n".join(lines)


def _common(classes: list[type[Any]]) -> dict[str, str]:
    """The fields that all of several classes have, said once."""
    if len(classes) < 4:  # noqa: PLR2004
        return {}
    shared = set.intersection(
        *({n for n, _, _ in fields(c)} - set(c.positional()) for c in classes)
    )
    return {n: field_doc(classes[0], a) for n, a, _ in fields(classes[0]) if n in shared}


def options_page() -> str:
    """The page of the options that every resource takes."""
    lines = [
        NOTE,
        "",
        "# Options of every resource",
        "",
        "| option | takes | default |",
        "| --- | --- | --- |",
    ]
    lines += [f"| `{n}=` | {cell(OPTIONS[n][0])} | {OPTIONS[n][1]} |" for n in Options]
    lines += ["", *(f"- **{n}**: {OPTIONS[n][2]}" for n in Options), ""]
    lines += [
        "They say what the engine does with the resource, and are not sent to DSS. An option that cannot apply is an error.",
        "",
    ]
    return "\n".join(lines)


def resources() -> dict[str, type[Resource]]:
    """Every class of resources that a program can use."""
    found = {n: getattr(dssdsl, n) for n in dssdsl._HOME}
    return {
        n: c
        for n, c in found.items()
        if inspect.isclass(c) and issubclass(c, Resource) and not n.startswith("Any")
    }


def parts() -> dict[str, tuple[str, list[type[Any]]]]:
    """Every part that a program can use, by page."""
    from dssdsl.resources.recipes import prepare

    steps = [
        c
        for n, c in vars(prepare).items()
        if n in prepare.__all__ and issubclass(c, prepare.AnyStep)
    ]
    return {
        page: (title, [getattr(dssdsl, n) for n in names] if names else steps)
        for page, (title, names) in PAGES.items()
    }


def index() -> str:
    """The page that names all others."""
    lines = [NOTE, "", "# What a program can declare", ""]
    by_family: dict[str, list[type[Resource]]] = {}
    for cls in resources().values():
        by_family.setdefault(FAMILIES[cls.kind], []).append(cls)
    for family in dict.fromkeys(FAMILIES.values()):
        lines += [f"## {family}", ""]
        for cls in by_family[family]:
            lines.append(
                f"- [{cls.__name__}]({cls.__name__}.md): {class_doc(cls).partition(chr(10))[0]}"
            )
        lines.append("")
    lines += ["## Parts", "", "- [The options of every resource](options.md)"]
    lines += [
        f"- [{title}]({page}.md): {', '.join(c.__name__ for c in classes)}"
        for page, (title, classes) in parts().items()
    ]
    return "\n".join([*lines, ""])


# --- the command line


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command, by its whole name, groups before what is in them."""
    from dssdsl.cli import commands as all_
    from dssdsl.cli.main import cli

    all_.add_to(cli)

    def walk(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
        yield name, command
        if isinstance(command, click.Group):
            for below in command.commands:
                yield from walk(f"{name} {below}", command.commands[below])

    yield from walk("dssdsl", cli)


def usage(name: str, command: click.Command) -> str:
    """How a command is called."""
    arguments = [p for p in command.params if isinstance(p, click.Argument)]
    words = [
        (p.name or "").upper() if p.required else f"[{(p.name or '').upper()}]" for p in arguments
    ]
    return " ".join(
        [name, "[OPTIONS]", *(["COMMAND"] if isinstance(command, click.Group) else []), *words]
    )


def parameter_row(option: click.Parameter) -> str:
    """An argument or option of a command, as a row of a table."""
    if isinstance(option, click.Argument):
        return f"| `{option.make_metavar(click.Context(click.Command('x')))}` | {cell(option.help or '')} |"
    assert isinstance(option, click.Option)
    value = ""
    if not option.is_flag:
        value = option.metavar or (
            "|".join(map(str, option.type.choices))
            if isinstance(option.type, click.Choice)
            else option.type.name.upper().partition(" ")[0]
        )
    names = ", ".join(
        f"`{n}{f' {value}' if value and n.startswith('--') else ''}`" for n in option.opts
    )
    return f"| {cell(names)} | {cell(option.help or '')} |"


def cli_page() -> str:
    """The page of the command line."""
    from dssdsl.cli.help import Group, first_sentence
    from dssdsl.cli.main import EXIT_CODES

    found = dict(commands())
    main_ = found.pop("dssdsl")
    assert isinstance(main_, Group)
    lines = [
        *(NOTE, "", "# The command line", ""),
        "`dssdsl COMMAND --help` shows the same in a terminal.",
        *("", "| command | |", "| --- | --- |"),
    ]
    for names in main_.sections.values():
        for name in names:
            alias = [a for a, of in main_.aliases.items() if of == name]
            shown = ", ".join(f"`{n}`" for n in [name, *alias])
            text = first_sentence(main_.commands[name].help or "")
            lines.append(f"| [{shown}](#dssdsl-{name}) | {cell(text)} |")
    lines += [
        *("", "## Output options", "", "Every command takes them.", ""),
        *("| option | |", "| --- | --- |"),
        *(parameter_row(p) for p in found["dssdsl validate"].params if _section(p) == OUTPUT),
        "| `-h`, `--help` | Show the command's help and exit. |",
        *("", "## Exit codes", "", "| code | meaning |", "| --- | --- |"),
        *(f"| {code} | {text} |" for code, text in EXIT_CODES.items()),
        "",
    ]
    shared = {p.name for p in found["dssdsl validate"].params if _section(p) == OUTPUT}
    for name, command in found.items():
        text = plain(inspect.cleandoc(command.help or ""))
        lines += [f"## {name}", "", "```", usage(name, command), "```", "", text, ""]
        rows: dict[str, list[str]] = {title: [] for title in ("Arguments", COMMON, SAFETY, OUTPUT)}
        for param in command.params:
            if param.name not in shared:
                rows[_section(param)].append(parameter_row(param))
        for title, each in rows.items():
            lines += [f"| {title.lower()} | |", "| --- | --- |", *each, ""] if each else []
    return "\n".join(lines)


def _section(param: click.Parameter) -> str:
    return "Arguments" if isinstance(param, click.Argument) else getattr(param, "section", OUTPUT)


# --- the emulator

BEGIN, END = "<!-- calls: written by docs/generate.py -->", "<!-- end of calls -->"


def calls() -> dict[str, list[tuple[str, str]]]:
    """Every call of DSS's public API, method and path, by resource."""
    out: dict[str, list[tuple[str, str]]] = {}
    for text in (HERE / "endpoints.txt").read_text(encoding="utf-8").splitlines():
        if text.startswith("#"):
            found = out[text.removeprefix("# ")] = []
        else:
            method, path = text.split()
            found.append((method, path))
    return out


def coverage() -> str:
    """Which calls the emulator serves, and how exactly, by resource."""
    from dssdsl.emulator import serves

    known = {
        resource: [(method, path, serves(method, path)) for method, path in each]
        for resource, each in calls().items()
    }
    counts = {
        resource: [
            sum(route is not None and not route.near for *_, route in each),
            sum(route is not None and bool(route.near) for *_, route in each),
            sum(route is None for *_, route in each),
        ]
        for resource, each in known.items()
    }
    exact, near, missing = (sum(numbers) for numbers in zip(*counts.values(), strict=True))
    some = [resource for resource, (e, n, _) in counts.items() if e + n]
    head = f"Of {exact + near + missing} calls, {exact} are exact, {near} approximate and {missing} missing"
    lines = [
        f"{head}; {len(some)} of {len(counts)} families are served.",
        "",
        "| family | exact | approximate | missing |",
        "| --- | --- | --- | --- |",
        *(
            f"| {resource} | {' | '.join(str(number or '') for number in counts[resource])} |"
            for resource in sorted(some, key=lambda each: -counts[each][0])
        ),
        "",
    ]
    for resource in some:
        lines += [
            *(f"<details><summary>{resource}</summary>", ""),
            *("| path | exact | approximate | missing | |", "| --- | --- | --- | --- | --- |"),
        ]
        for path in dict.fromkeys(path for _, path, _ in known[resource]):
            told: list[list[str]] = [[], [], []]
            reasons = []
            for method, each, route in known[resource]:
                if each == path:
                    told[2 if route is None else bool(route.near)].append(method)
                    reasons += [route.near] if route is not None and route.near else []
            cells = [" ".join(methods) for methods in told]
            why = "; ".join(dict.fromkeys(reasons))
            lines.append(f"| `{path}` | {' | '.join(cells)} | {why} |")
        lines += ["", "</details>", ""]
    none = [resource for resource in counts if resource not in some]
    return "\n".join([*lines, f"Not served: {', '.join(none)}.", ""])


def emulator_page() -> str:
    """The page of the emulator: what is written by hand, and the calls that it serves."""
    text = (HERE / "emulator.md").read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{NOTE}\n\n{coverage()}\n{END}{after}"


def pages() -> dict[str, str]:
    """Every page, by its path below this folder; the same on any day."""
    now, scenario_triggers.today = scenario_triggers.today, lambda: "2026-01-01"
    try:
        return _pages()
    finally:
        scenario_triggers.today = now


def _pages() -> dict[str, str]:
    out = {
        "cli.md": cli_page(),
        "emulator.md": emulator_page(),
        "resources/README.md": index(),
        "resources/options.md": options_page(),
    }
    for name, cls in resources().items():
        out[f"resources/{name}.md"] = resource_page(cls)
    for page, (title, classes) in parts().items():
        out[f"resources/{page}.md"] = parts_page(page, title, classes)
    return out


def main() -> None:
    """Write all pages; those that are no longer made are deleted."""
    made = pages()
    for path, text in made.items():
        (HERE / path).parent.mkdir(exist_ok=True)
        (HERE / path).write_text(text, encoding="utf-8")
    for old in (HERE / "resources").glob("*.md"):
        if f"resources/{old.name}" not in made:
            old.unlink()
    print(f"{len(made)} pages")


if __name__ == "__main__":
    main()
