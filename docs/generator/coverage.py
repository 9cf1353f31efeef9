"""The part of the emulator's page that lists the calls of DSS's API which it serves."""

from __future__ import annotations

from pathlib import Path

from . import NOTE
from .parts import replaced

HERE = Path(__file__).parents[1]


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
            sum(route is not None and not route.approximate for *_, route in each),
            sum(route is not None and bool(route.approximate) for *_, route in each),
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
                    told[2 if route is None else bool(route.approximate)].append(method)
                    reasons += (
                        [route.approximate] if route is not None and route.approximate else []
                    )
            cells = [" ".join(methods) for methods in told]
            why = "; ".join(dict.fromkeys(reasons))
            lines.append(f"| `{path}` | {' | '.join(cells)} | {why} |")
        lines += ["", "</details>", ""]
    none = [resource for resource in counts if resource not in some]
    return "\n".join([*lines, f"Not served: {', '.join(none)}.", ""])


def emulator_page() -> str:
    """The page of the emulator: what is written by hand, and the calls that it serves."""
    text = (HERE / "emulator.md").read_text(encoding="utf-8")
    return replaced(text, "calls", f"{NOTE}\n\n{coverage()}")
