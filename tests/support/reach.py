"""Counts which parts of real projects have a class, and writes the page that says so."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dssdsl.frontends.yaml.takes import concrete
from dssdsl.resources import load_all
from dssdsl.resources.datasets.base import AnyDataset
from dssdsl.resources.recipes.base import AnyRecipe
from dssdsl.resources.recipes.plugin import PREFIX
from dssdsl.resources.recipes.prepare.step import AnyStep as PrepareStep
from dssdsl.resources.scenarios.messages import AnyMessage
from dssdsl.resources.scenarios.steps import AnyStep
from dssdsl.resources.scenarios.triggers import AnyTrigger

PAGE = Path(__file__).parents[2] / "docs" / "reach.md"
HEAD = """# What real projects need

How many objects of {projects} real projects have a class of their own. Other types can be declared by DSS's own words:
`Recipe`, `prepare.Step`, `Dataset(type=…)`, `Step`, `Trigger` and `Message`. Tests write this page from the projects.

| | objects | with a class | types without a class |
| --- | --- | --- | --- |
"""


def wires(base: Any) -> set[str]:
    """The types of DSS that have a class."""
    return {wire for cls in concrete(base) if (wire := getattr(cls, "wire", None))}


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def prepare_steps(steps: Any) -> Iterator[str]:
    """The types of steps, those of groups too."""
    for step in steps or ():
        if step.get("metaType") == "GROUP":
            yield from prepare_steps(step.get("steps"))
        else:
            yield step["type"]


def page(projects: list[Path]) -> str:
    """The page for these projects."""
    load_all()
    found: dict[str, Counter[str]] = {
        name: Counter()
        for name in ("recipes", "steps of prepare recipes", "datasets", "steps of scenarios", "triggers", "messages")
    }  # fmt: skip
    for folder in projects:
        for path in folder.glob("recipes/*.json"):
            kind = read(path)["type"]
            found["recipes"][PREFIX if kind.startswith(PREFIX) else kind] += 1
        for path in folder.glob("recipes/*.shaker"):
            found["steps of prepare recipes"].update(prepare_steps(read(path).get("steps")))
        found["datasets"].update(read(path)["type"] for path in folder.glob("datasets/*.json"))
        for path in folder.glob("scenarios/*.json"):
            scenario = read(path)
            steps = scenario.get("params", {}).get("steps", [])
            found["steps of scenarios"].update(step["type"] for step in steps)
            found["triggers"].update(trigger["type"] for trigger in scenario["triggers"])
            found["messages"].update(one["messaging"]["type"] for one in scenario["reporters"])
    known = {
        "recipes": {*wires(AnyRecipe), PREFIX},
        "steps of prepare recipes": wires(PrepareStep),
        "datasets": {*wires(AnyDataset), "UploadedFiles"},
        "steps of scenarios": wires(AnyStep),
        "triggers": wires(AnyTrigger),
        "messages": wires(AnyMessage),
    }
    lines = []
    for name, counts in found.items():
        missing = [(kind, n) for kind, n in counts.most_common() if kind not in known[name]]
        total, without = sum(counts.values()), sum(n for _, n in missing)
        share = f"{total - without} ({(total - without) * 100 // total} %)"
        types = ", ".join(
            f"`{kind}` {n}" for kind, n in sorted(missing, key=lambda m: (-m[1], m[0]))
        )
        lines.append(f"| {name} | {total} | {share} | {types or '–'} |")
    return HEAD.format(projects=len(projects)) + "\n".join(lines) + "\n"
