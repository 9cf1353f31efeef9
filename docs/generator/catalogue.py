"""What a program can use, and the page that describes it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import dssdsl
from dssdsl.lang.resource import Part, Resource
from examples import EXAMPLES

from . import registry

PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "columns": ("Columns and partitions", ("Column", "TimeDimension", "ValueDimension")),
    "formats": ("File formats", ("CSV", "Parquet", "JSON", "Excel", "Format")),
    "prepare": ("Steps of a prepare recipe", ()),
    "recipe_parts": (
        "Parts of recipes",
        ("RecipeInput", "RecipeOutput", "Dependency", "Agg", "WindowAgg", "Custom", "Computed", "Desc", "Window", "JoinInput", "Join", "On", "StackInput"),
    ),
    "filters": ("Filters and samples of recipes", ("Rule", "Rules", "Col", "SQL", "Sample", "Latest")),
    "splits": ("Ways to split rows", ("ByFilters", "ByValues", "ByRanges", "ByRandom", "ByCentiles")),
    "steps": (
        "Steps of a scenario",
        ("Build", "Check", "ComputeMetrics", "RunScenario", "ExecutePython", "SetProjectVariables", "DefineVariables", "SendMessage", "Step"),
    ),
    "triggers": (
        "Triggers of a scenario",
        ("Daily", "Weekly", "Monthly", "Hourly", "Minutely", "OnDatasetChange", "AfterScenario", "SQLTrigger", "PythonTrigger", "Trigger"),
    ),
    "messages": ("Reporters and messages", ("Reporter", "Mail", "Attachment", "Slack", "Teams", "Message")),
    "grants": ("Grants", ("Grant",)),
}  # fmt: skip
"""Pages of parts: name, title, classes; the page of prepare steps has all that the module exports, in the order of the examples."""
FUNCTIONS = {
    "config": "functions.md#config",
    "stack": "functions.md#stack",
    "file": "functions.md#file",
    "files": "functions.md#files",
    "export": "functions.md#export",
    "Secret": "functions.md#secret",
    "Workspace": "functions.md#workspace",
    "Options": "functions.md#options",
    "Plan": "functions.md#plan",
    "ProgramErrors": "functions.md#programerrors",
    "policy": "../hooks.md#policies",
    "before": "../hooks.md#hooks",
    "after": "../hooks.md#hooks",
}
"""Everything else that a program imports, and where it is described."""


@cache
def resources() -> dict[str, type[Resource]]:
    """Every class of resources that a program can use."""
    return {c.__name__: c for c in registry.classes() if issubclass(c, Resource)}


@cache
def parts() -> dict[str, tuple[str, list[type[Part]]]]:
    """Every part that a program can use, by page."""
    order = list(EXAMPLES)
    steps = [c for c in registry.classes() if registry.is_step(c)]
    steps.sort(key=lambda c: order.index(f"prepare.{c.__name__}"))
    return {
        page: (title, [getattr(dssdsl, n) for n in names] if names else steps)
        for page, (title, names) in PAGES.items()
    }


@cache
def homes() -> dict[type[Any], str]:
    """Where each class is described, from the folder of the reference."""
    out: dict[type[Any], str] = {cls: f"{name}.md" for name, cls in resources().items()}
    for page, (_, classes) in parts().items():
        out |= {cls: f"{page}.md#{cls.__name__.lower()}" for cls in classes}
    return out


@cache
def _names() -> dict[str, str]:
    found = {cls.__name__: home for cls, home in homes().items() if not home.startswith("prepare")}
    return {**found, **FUNCTIONS}


def link(text: str, home: str, page: str) -> str:
    """*text* as a link to *home*; on that page itself, to the place on it."""
    path, hash_, anchor = home.partition("#")
    if path == page:
        return f"[{text}]({hash_}{anchor})" if anchor else text
    return f"[{text}]({home})"


MENTION = re.compile(
    r"`(?P<quoted>\w+)(?:\([^`]*\))?`"  # `Name` or `Name(…)`
    r"|`[^`]*`"  # other code stays as it is
    r"|(?<![\w.`\"])(?P<called>\w+)\((?:[^()]|\([^()]*\))*\)"  # Name(…)
    r"|(?<![\w.`\"])(?P<plain>[A-Z]\w*[a-z][A-Z]\w*)(?![\w`(]|\.\w)"  # a name of several words
    r"|(?<=\ba )(?P<after_a>[A-Z]\w+)(?![\w`(])"  # a Name
)
LINK = re.compile(r"(\[[^\]]*\]\([^)]*\))")
KINDS = {
    "datasets": "README.md#datasets",
    "a dataset": "README.md#datasets",
    "folders": "ManagedFolder.md",
    "models": "SavedModel.md",
}
"""Words for kinds of resources in what a field takes."""


def linked(text: str, page: str) -> str:
    """*text* in Markdown, in which every mention of a class or function links to its page."""

    def replace(match: re.Match[str]) -> str:
        name = next(filter(None, match.groups()), "")
        home = _names().get(name)
        if match["after_a"] and name not in resources():
            home = None  # such as a SQL connection
        if home is None or (page == "functions.md" and home.startswith(page)):
            return match[0]
        return link(f"`{match[0].strip('`')}`", home, page)

    pieces = LINK.split(text)  # what is a link already stays as it is
    return "".join(p if n % 2 else MENTION.sub(replace, p) for n, p in enumerate(pieces))


def linked_kinds(text: str, page: str) -> str:
    """What a field takes, in which also words such as *datasets* link to the reference."""
    words = re.compile(rf"\b({'|'.join(KINDS)})\b")
    pieces = LINK.split(linked(text, page))
    return "".join(
        p if n % 2 else words.sub(lambda m: link(m[1], KINDS[m[1]], page), p)
        for n, p in enumerate(pieces)
    )
