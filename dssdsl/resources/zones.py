"""Zones of the Flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field

from dssdsl.dss.documents import DocumentProvider
from dssdsl.dss.session import Session
from dssdsl.lang.fields import at, form, keyed, laid_over, resets_to, unordered
from dssdsl.lang.model import OneOrMany, pattern
from dssdsl.lang.project_resource import ProjectResource, existing
from dssdsl.lang.provider import Renames, provides
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document, Initial, Output, Ref

COLOR = "#2ab1ac"


class FlowZone(ProjectResource):
    """
    A zone of the Flow.

    Resources that are declared inside ``with FlowZone("Sales"):`` are members of it.
    """

    kind = "zone"
    section = "zones"
    order = 4
    family = "The Flow"
    id_is_made_up = True
    dated = False
    holds_members = True
    renamable = True
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        "items": (keyed("objectType", "objectId"), unordered, laid_over),
    }

    name: Annotated[str, at("name")] = Field(kw_only=False)
    """Its name. DSS generates an id for it."""

    color: Annotated[
        str | None,
        at("color"),
        resets_to(COLOR),
        pattern(r"#[0-9A-Fa-f]{6}", "is not a color", 'write it as "#2ab1ac"'),
    ] = None
    """Its color, such as ``#2ab1ac``, which is the default for a new zone."""

    tags: Annotated[
        OneOrMany[str] | None, at("tags"), unordered, resets_to([]), form("strings")
    ] = None
    """Tags, which DSS sorts."""

    @classmethod
    def existing(cls, name: str, *, project: Any = None) -> Self:
        """Refer to a zone, by its name, that the program uses and does not manage."""
        found: Self = existing(cls, name, project)
        return found

    @property
    def id(self) -> Output:
        """The id, which DSS generates."""
        return Output(self, "id")

    def __enter__(self) -> Self:
        self._program.zones.append(self)
        return self

    def __exit__(self, *error: object) -> None:
        self._program.zones.pop()

    def document(self) -> Document:
        out = super().document()
        out.setdefault("color", Initial(COLOR))
        # A program that puts nothing into a zone leaves its members alone; an empty list would remove them.
        if members := [self._item(member) for member in self.members()]:
            out["items"] = members
        return out

    def members(self) -> Iterator[Resource]:
        """Yield the resources that the program puts into it, sorted by key."""
        mine = [r for r in self._program.resources if getattr(r, "zone", None) is self]
        yield from sorted(mine, key=lambda resource: resource.key)

    def _item(self, member: Resource) -> Document:
        return {"objectId": Ref(member, self, smart=False), "objectType": member.object_type}


@provides("zone")
class ZoneProvider(DocumentProvider, Renames):
    """Zones. Members have requests of their own."""

    path = "flow/zones"
    id_field = "id"
    rewritten = ("items", "shared")
    """DSS fills these when it writes members; requests of dssdsl only add and remove."""

    def url(self, project: str, id: str = "") -> str:
        """The path of all zones, or of one."""
        return super().url(project, id).rstrip("/")

    def create(self, dss: Session, project: str, want: Document, resource: Resource) -> str:
        """Create the zone; the update that follows adds its members."""
        body = {"name": resource.identity, "color": want.get("color") or COLOR}
        made: str = dss.json("POST", self.url(project), body)["id"]
        return made

    def update(
        self, dss: Session, project: str, id: str, before: Document, after: Document, resource: Any
    ) -> None:
        """Save name, color and tags if they differ, then add and remove members."""
        old, new = _by_identity(before), _by_identity(after)
        held = {"items": before.get("items") or []}
        if {**after, **held} != {**before, **held}:
            super().update(dss, project, id, before, {**after, **held}, resource)
        for zone, items in (
            (id, [item for key, item in new.items() if key not in old]),
            ("default", [item for key, item in old.items() if key not in new]),
        ):
            if items:
                dss.json("POST", f"{self.url(project, zone)}/add-items", items)

    def rename(self, dss: Session, project: str, id: str, new: str) -> None:
        """Rename the zone; its id stays."""
        zone = dss.json("GET", self.url(project, id))
        dss.send("PUT", self.url(project, id), {**zone, "name": new})


def _by_identity(document: Document) -> dict[tuple[Any, ...], Document]:
    return {
        (item.get("projectKey"), item["objectType"], item["objectId"]): item
        for item in document.get("items") or []
    }
