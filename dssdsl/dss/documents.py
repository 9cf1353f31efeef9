"""Base classes for providers of DSS objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dssdsl.lang.live import Live
from dssdsl.lang.provider import Creates, Provider
from dssdsl.lang.values import Document

from .session import Session, at


def live(name: str, id: str, document: Document | None, head: Mapping[str, Any]) -> Live:
    """Describe an object by what its versionTag and creationTag say."""
    version = head.get("versionTag") or {}
    creation = head.get("creationTag") or {}
    made = creation.get("lastModifiedOn")
    return Live(
        name=name,
        id=id,
        document=document,
        version=version.get("versionNumber"),
        saved_by=(version.get("lastModifiedBy") or {}).get("login"),
        saved_at=version["lastModifiedOn"] / 1000 if "lastModifiedOn" in version else None,
        created_at=made / 1000 if made else None,
        created_by=(creation.get("lastModifiedBy") or {}).get("login"),
        head=dict(head),
    )


class DocumentProvider(Provider, Creates):
    """
    Reads and writes objects that DSS keeps as one JSON document under one path.

    Attributes:
        path: Below the project, such as ``datasets``.
        id_field: The document's field that names it in its own path.
        name_field: The document's field by which programs call it.
        listed_whole: Whether the list carries whole documents.
        whole_by: A key that tells a whole document in a list, where not every DSS lists them whole.
    """

    path: str
    id_field = "name"
    name_field = "name"
    listed_whole = True
    whole_by = ""

    def url(self, project: str, id: str = "") -> str:
        """The path of the collection, or of one object in it."""
        return f"/projects/{at(project)}/{self.path}/{at(id)}"

    def list(self, dss: Session, project: str) -> Iterable[Live]:
        """All objects of the kind in the project."""
        for head in dss.json("GET", self.url(project)):
            whole = head if self.is_whole(head) else None
            yield live(head[self.name_field], head[self.id_field], whole, head)

    def is_whole(self, head: Document) -> bool:
        """Whether a listed document is complete, so that the object need not be read."""
        return self.listed_whole and (not self.whole_by or self.whole_by in head)

    def read(self, dss: Session, project: str, id: str) -> Live | None:
        """One object whole, or None if DSS does not have it."""
        from dssdsl.errors import NotFound

        try:
            document = dss.json("GET", self.url(project, id))
        except NotFound:
            return None
        return live(document[self.name_field], id, document, document)

    def update(
        self, dss: Session, project: str, id: str, before: Document, after: Document, resource: Any
    ) -> None:
        """Save the whole document, so that what the program leaves out survives."""
        dss.send("PUT", self.url(project, id), after)

    def delete(self, dss: Session, project: str, id: str, *, drop_data: bool) -> None:
        """Delete the object."""
        dss.send("DELETE", self.url(project, id))


class SharedProvider(Provider):
    """
    Reads and writes a document that every project has, and in which others write too.

    Attributes:
        path: Below the project, such as ``permissions``.
    """

    path: str

    def url(self, project: str) -> str:
        """The path of the document."""
        return f"/projects/{at(project)}/{self.path}"

    def list(self, dss: Session, project: str) -> Iterable[Live]:
        """The document, as the one object of its kind."""
        found = self.read(dss, project, "")
        if found is not None:
            yield found

    def read(self, dss: Session, project: str, id: str) -> Live | None:
        """The document, or None without the project."""
        from dssdsl.errors import NotFound

        try:
            return Live("", id, dss.json("GET", self.url(project)))
        except NotFound:
            return None

    def update(
        self, dss: Session, project: str, id: str, before: Document, after: Document, resource: Any
    ) -> None:
        """Save the whole document; DSS takes no part of it."""
        dss.send("PUT", self.url(project), after)
