"""Deploys one program to an emulator by its providers alone, as the engine does in the large."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, ClassVar

from dssdsl.dss.session import Session
from dssdsl.emulator import Emulator, InProcess
from dssdsl.lang.canonical import view
from dssdsl.lang.checks import check
from dssdsl.lang.graph import build
from dssdsl.lang.overlay import overlay, plain
from dssdsl.lang.program import Program
from dssdsl.lang.provider import PROVIDERS
from dssdsl.lang.resolver import Resolver
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Unknown, leaves
from dssdsl.resources import load_all
from dssdsl.resources.projects import Project

load_all()  # a test may name a provider whose class it does not import


@contextlib.contextmanager
def program(key: str = "P") -> Iterator[Program]:
    """A program with one project."""
    with Program().active() as made:
        Project(key, naming="any")
        yield made


def faults(made: Program) -> list[str]:
    """What is wrong with a program, whole."""
    check(made, build(made))
    return [str(error) for error in made.errors]


class Deployed:
    """A program in an emulator."""

    def __init__(self, made: Program, emulator: Emulator) -> None:
        self.program = made
        self.emulator = emulator
        self.dss = Session(host="http://dss.test", api_key="emulator", adapter=InProcess(emulator))
        self.ids: dict[str, str] = {}

    def up(self) -> None:
        """Make what is missing and change what differs; all of it must be there afterwards."""
        graph = build(self.program)
        check(self.program, graph)
        assert not self.program.errors, [str(fault) for fault in self.program.errors]
        for key in graph.order():
            self.save(graph.resources[key])

    def want(self, resource: Resource) -> Any:
        return Resolver(self.program, self.ids).resolve(resource.wanted())

    def differences(self, resource: Resource, document: Any) -> dict[str, Any]:
        want, shape = self.want(resource), type(resource).shape()
        wanted, live = view(want, want, shape), view(document, want, shape)
        return {place: (live.get(place), v) for place, v in wanted.items() if live.get(place) != v}

    def save(self, resource: Resource) -> None:
        provider, project = PROVIDERS[resource.kind], resource.key.split("/")[0]
        want = self.want(resource)
        assert not any(isinstance(leaf, Unknown) for leaf in leaves(want))
        found = self.read(resource)
        if found is None:
            made = provider.create(self.dss, project, plain(want), resource)
            self.ids[resource.key] = made
            found = provider.read(self.dss, project, made)
        if self.differences(resource, found.document):
            after = overlay(found.document, want, type(resource).shape())
            provider.update(self.dss, project, found.id, found.document, after, resource)
            found = provider.read(self.dss, project, found.id)
        left = self.differences(resource, found.document)
        assert set(left) <= self.write_only, left

    write_only: ClassVar[set[str]] = {"/predictionType"}

    def read(self, resource: Resource) -> Any:
        """What DSS holds of a resource, found as the engine finds it: by name in the list."""
        provider, project = PROVIDERS[resource.kind], resource.key.split("/")[0]
        for live in provider.list(self.dss, project):
            if live.name == resource.identity or resource.kind == "project":
                self.ids[resource.key] = live.id
                return provider.read(self.dss, project, live.id)
        return None

    def writes(self) -> list[str]:
        """The requests that changed something since the last time."""
        found = [f"{w.method} {w.path}" for w in self.emulator.writes()]
        self.emulator.clear_requests()
        return found
