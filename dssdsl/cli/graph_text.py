"""The graph of a program: as a list, for Graphviz, for Mermaid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dssdsl.lang.keys import PROJECT, Key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dssdsl.lang.graph import Graph


def plain(graph: Graph) -> dict[str, Any]:
    """The graph as plain values."""
    return {
        "resources": {
            key: {
                "kind": r.kind,
                "name": r.identity,
                "at": r.source,
                "needs": sorted(graph.needs(key)),
            }
            for key, r in graph.resources.items()
        }
    }


def text(graph: Graph) -> Iterator[str]:
    """Each resource, and below it what it needs."""
    for key in graph.order():
        resource = graph.resources[key]
        yield f"{resource.label}  ({resource.source})"
        for need in _own(graph, key):
            yield f"  needs {graph.resources[need].label}"


def dot(graph: Graph) -> Iterator[str]:
    """For Graphviz."""
    yield "digraph program {"
    yield "  rankdir=LR; node [shape=box];"
    for key, resource in graph.resources.items():
        yield f"  {_quoted(key)} [label={_quoted(resource.label)}];"
    for key in graph.resources:
        for need in _own(graph, key):
            yield f"  {_quoted(need)} -> {_quoted(key)};"
    yield "}"


def mermaid(graph: Graph) -> Iterator[str]:
    """For Mermaid."""
    names = {key: f"r{n}" for n, key in enumerate(graph.resources)}
    yield "flowchart LR"
    for key, resource in graph.resources.items():
        label = resource.label.replace('"', "#quot;")
        yield f'  {names[key]}["{label}"]'
    for key in graph.resources:
        for need in _own(graph, key):
            yield f"  {names[need]} --> {names[key]}"


def _own(graph: Graph, key: Key) -> list[Key]:
    """What *key* needs, the project that it is in left out: everything needs that."""
    return sorted(need for need in graph.needs(key) if need.kind != PROJECT)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
