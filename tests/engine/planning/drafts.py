"""Drafts of plans without any DSS: what one program deployed, and what another one declares now."""

from __future__ import annotations

import textwrap

import dssdsl
from dssdsl.engine.entries import entry_of
from dssdsl.engine.matching import match
from dssdsl.engine.observed import Observed
from dssdsl.engine.planning import PASSES, Draft
from dssdsl.lang import graph, kinds
from dssdsl.lang.live import Live
from dssdsl.lang.program import Program
from dssdsl.lang.resolver import Resolver
from dssdsl.lang.values import settled
from dssdsl.plan.options import Options
from dssdsl.state.snapshot import Snapshot


def declared(text):
    """The program that *text* declares, after ``Project("P")``, and its graph."""
    program = Program(position="project.py:1")
    with program.active():
        names = {name: getattr(dssdsl, name) for name in dssdsl.__all__}
        exec(f'Project("P")\n{textwrap.dedent(text)}', names)
        found = graph.build(program)
    assert not program.errors, program.errors
    return program, found


def draft(before, now, *, edits=(), origin="created", recorded=None, **options):
    """
    A draft with nothing decided.

    Args:
        before: The program that was deployed; None if nothing was, not even the project.
        now: The program that is declared.
        edits: (key, document) of what DSS holds instead; None for what it does not have.
        origin: Of all that was deployed.
        recorded: Changes the entries of the state.
        options: Of the plan.
    """
    snapshot, listed = Snapshot(project_key="P", serial=1), {}
    program, found = declared(before or "")
    ids = {
        key: f"id-{key.name}" if kinds.facts(key.kind).id_is_made_up else key.name
        for key in found.resources
    }
    changed = dict(edits)
    for number, (key, resource) in enumerate(found.resources.items() if before is not None else ()):
        want = Resolver(program, ids).resolve(resource.wanted())
        document = changed.get(str(key), settled(want))
        one = Live(key.name, ids[key], document, 1, created_at=float(number), head=document)
        snapshot.entries[key.local] = entry_of(
            resource, want, snapshot.lineage, one, None,
            origin=origin, normalized={}, needs=found.needs(key),
        )  # fmt: skip
        if document is not None:
            listed.setdefault(key.kind, []).append(one)
    if recorded is not None:
        recorded(snapshot.entries)
    program, found = declared(now)
    there = {"P": {kind: tuple(ones) for kind, ones in listed.items()}}
    matched = match({} if options.get("destroy") else found.resources, {"P": snapshot}, there)
    live = matched.live
    resolver = Resolver(program, {key: one.id for key, one in live.items()})
    wants = {r.key: resolver.resolve(r.wanted()) for r in program.resources}
    shapes = {key: r.shape() for key, r in found.resources.items()}
    shapes |= {key.kind: kinds.shape(key.kind) for key in [*live, *found.resources]}
    observed = Observed(live=live, matched=matched, listed=there, projects=frozenset({"P"}))
    return Draft(found, wants, {"P": snapshot}, observed, shapes, Options(**options))


def passed(found, *until):
    """*found* after all passes up to the one named last."""
    for each in PASSES:
        each(found)
        if each.__name__ in until:
            break
    return found


def steps(found):
    """What a draft plans: label → (action, cause)."""
    return {s.label: (s.action.value, s.cause.value) for s in found.steps.values()}
