"""Reads and writes recipes of every type."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from dssdsl.dss.documents import DocumentProvider, live
from dssdsl.dss.session import Session, at
from dssdsl.errors import DssError, NotComputed, NotFound, Unreachable
from dssdsl.lang.live import Live
from dssdsl.lang.provider import Propagates, Renames, provides
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document

from .payload import TEXT_TYPES, closed_again, opened


@provides("recipe")
class RecipeProvider(DocumentProvider, Renames, Propagates):
    """Recipes of every type. DSS lists them without their payloads."""

    path = "recipes"
    listed_whole = False

    def read(self, dss: Session, project: str, id: str) -> Live | None:
        """One recipe: its head, and its payload as text or as an object."""
        try:
            answer = dss.json("GET", self.url(project, id))
        except NotFound:
            return None
        head = (answer or {}).get("recipe")
        if not head:
            return None
        document = dict(head)
        for side in ("inputs", "outputs"):
            roles = (head.get(side) or {}).items()
            document[side] = {role: what for role, what in roles if what.get("items")}
        if answer.get("payload") is not None:
            document["payload"] = opened(document, answer["payload"])
        return live(head["name"], id, document, head)

    def create(self, dss: Session, project: str, want: Document, resource: Resource) -> str:
        """Create the recipe with all settings, in one request; DSS does not validate them."""
        head, payload = closed_again(want, {})
        body = {
            "recipePrototype": {**head, "name": resource.identity, "projectKey": project},
            "creationSettings": {"rawCreation": True, "rawPayload": payload or ""},
        }
        if want["type"] in TEXT_TYPES:
            body["creationSettings"]["script"] = None
        answer = dss.json("POST", self.url(project), body)
        return str((answer or {}).get("name") or resource.identity)

    def update(
        self,
        dss: Session,
        project: str,
        id: str,
        before: Document,
        after: Document,
        resource: Resource | None,
    ) -> None:
        """Save head and payload."""
        head, payload = closed_again(after, before)
        body = {"recipe": head} if payload is None else {"recipe": head, "payload": payload}
        dss.json("PUT", self.url(project, id), body)

    def rename(self, dss: Session, project: str, id: str, new: str) -> None:
        """Rename the recipe."""
        url = self.url(project).removesuffix(f"{self.path}/")
        dss.send("POST", f"{url}actions/renameRecipe", {"oldName": id, "newName": new})

    def propagate(
        self,
        dss: Session,
        project: str,
        id: str,
        declared: Collection[str] = (),
        recreate: Callable[[str], bool] = lambda _: False,
    ) -> list[str]:
        """
        Set the columns of the outputs of a visual recipe that differ from those that DSS computes.

        Args:
            dss: The session.
            project: The key of the project.
            id: The recipe.
            declared: Outputs whose columns the program declares, which are left alone.
            recreate: Whether DSS may drop and create again the table of an output, by its name.

        Returns:
            The outputs whose columns were set.
        """
        try:
            found = dss.json("GET", f"{self.url(project, id)}/schema-update") or {}
        except (NotFound, Unreachable):
            raise
        except DssError as error:
            raise NotComputed(error.problem) from error
        done = []
        for computable in found.get("computables") or ():
            output = computable.get("datasetName") or computable.get("id")
            if output in declared or not _differs(dss, project, computable, output):
                continue
            dss.json(
                "POST",
                f"{self.url(project, id)}/actions/updateOutputSchema",
                {
                    "computableType": computable["type"],
                    "computableId": output,
                    "newSchema": computable["newSchema"],
                    "dropAndRecreate": recreate(str(output)),
                    "synchronizeMetastore": True,
                },
            )
            done.append(str(output))
        return done


def _differs(dss: Session, project: str, computable: Document, output: Any) -> bool:
    """Whether an output has other columns than DSS computes for it."""
    if computable["type"] != "DATASET":
        return True
    found = dss.json("GET", f"/projects/{at(project)}/datasets/{at(str(output))}")
    return _columns(found.get("schema")) != _columns(computable["newSchema"])


def _columns(schema: Document | None) -> list[tuple[Any, ...]]:
    """Names and types of columns, in order."""
    columns = (schema or {}).get("columns") or []
    return [(c["name"], c.get("type"), max(c.get("maxLength") or -1, -1)) for c in columns]
