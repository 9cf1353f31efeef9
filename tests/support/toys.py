"""A resource type that lives in memory, for tests of the engine without any DSS."""

from __future__ import annotations

import threading
from typing import Annotated, Any

from pydantic import Field

from dssdsl.errors import DssError
from dssdsl.lang.fields import at, create_only, form, resets_to, unordered
from dssdsl.lang.keys import Key
from dssdsl.lang.live import Live
from dssdsl.lang.model import OneOrMany, many
from dssdsl.lang.provider import Creates, Provider
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document


class Toy(Resource):
    """Nothing much: a title, tags, and a kind that is fixed at creation."""

    kind = "toy"
    name: str = Field(kw_only=False)
    title: Annotated[str | None, at("title"), resets_to("")] = None
    tags: Annotated[
        OneOrMany[str] | None, at("tags"), unordered, resets_to([]), form("strings")
    ] = None
    made_of: Annotated[str | None, at("madeOf"), create_only] = None

    @property
    def key(self) -> Key:
        return Key("P", "toy", self.name)

    def needs(self) -> Any:
        yield from many(self.depends_on)


class ToyBox(Provider, Creates):
    """Where toys live: a provider that notes what it is asked to do, and fails when told to."""

    kind = "toy"

    def __init__(self) -> None:
        self.toys: dict[str, Document] = {}
        self.log: list[tuple[str, str]] = []
        self.fails: set[str] = set()
        self.lock = threading.Lock()
        self.project_keys = frozenset({"P"})
        self.login = "me"
        self.time = 0.0
        self.made: dict[str, float] = {}
        self.versions: dict[str, int] = {}

    def _note(self, what: str, name: str) -> None:
        with self.lock:
            self.log.append((what, name))
        if name in self.fails:
            raise DssError(f"{name} cannot be had")

    def _live(self, name: str) -> Live:
        document, version = dict(self.toys[name]), self.versions.get(name, 0)
        made = self.made.get(name)
        return Live(name, name, document, version, created_at=made, created_by=self.login)

    def list(self, dss: Any, project: str) -> Any:
        return [self._live(name) for name in sorted(self.toys)]

    def read(self, dss: Any, project: str, id: str) -> Live | None:
        return self._live(id) if id in self.toys else None

    def create(self, dss: Any, project: str, want: Document, resource: Resource) -> str:
        self._note("create", resource.identity)
        self.time += 1
        self.made[resource.identity] = self.time
        self.toys[resource.identity] = dict(want)
        return resource.identity

    def update(
        self, dss: Any, project: str, id: str, before: Document, after: Document, resource: Any
    ) -> None:
        self._note("update", id)
        self.toys[id] = dict(after)
        self.versions[id] = self.versions.get(id, 0) + 1

    def delete(self, dss: Any, project: str, id: str, *, drop_data: bool) -> None:
        self._note("delete", id)
        del self.toys[id]
