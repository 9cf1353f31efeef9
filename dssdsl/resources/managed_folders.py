"""Managed folders: files that a connection stores, and that recipes read and write."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dssdsl.dss.documents import DocumentProvider
from dssdsl.dss.session import Session
from dssdsl.dss.session import at as quoted
from dssdsl.lang.fields import at, checked_as, form, keyed, listed, moves_data, resets_to
from dssdsl.lang.model import OneOrMany
from dssdsl.lang.provider import Renames, provides
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document, Initial, Output

from .datasets.columns import Dimension
from .flow import Referable

CONNECTION, PATH = "filesystem_folders", "/${projectKey}/${odbId}"


class ManagedFolder(Referable):
    """A folder of files; DSS makes up its id, so code names it by its name."""

    kind = "managed_folder"
    section = "folders"
    order = 5
    family = "The Flow"
    id_is_made_up = True
    holds_data = True
    renamable = True
    object_type = "MANAGED_FOLDER"

    name: Annotated[str, at("name")] = Field(kw_only=False)
    """Its name; the program and the project's code know it by that."""

    connection: Annotated[
        str | None, at("params.connection"), checked_as("connection"), moves_data
    ] = None
    """Where the files live; a new folder without one: ``filesystem_folders``."""

    path: Annotated[str | None, at("params.path"), moves_data] = None
    """The folder below the connection's root; a new one: ``/${projectKey}/${odbId}``."""

    partitioning: Annotated[
        OneOrMany[Dimension] | None,
        at("partitioning.dimensions"),
        keyed("name"),
        listed,
        resets_to([]),
        form('TimeDimension("day") or ValueDimension("country"), or a list of them'),
    ] = None
    """The dimensions of its partitions."""

    @property
    def id(self) -> Output:
        """The id that DSS makes up."""
        return Output(self, "id")

    def document(self) -> Document:
        out = super().document()
        params = out.setdefault("params", {})
        params.setdefault("connection", Initial(CONNECTION))
        params.setdefault("path", Initial(PATH))
        return out


@provides("managed_folder")
class ManagedFolderProvider(DocumentProvider, Renames):
    """Reads and writes managed folders."""

    path = "managedfolders"
    whole_by = "params"
    id_field = "id"

    def create(self, dss: Session, project: str, want: Document, resource: Resource) -> str:
        """Make the folder; its type is the connection's."""
        params = want.get("params", {})
        body = {
            "name": resource.identity,
            "projectKey": project,
            "type": None,
            "params": {
                "connection": params.get("connection") or CONNECTION,
                "path": params.get("path") or PATH,
            },
        }
        made: str = dss.json("POST", self.url(project), body)["id"]
        return made

    def delete(self, dss: Session, project: str, id: str, *, drop_data: bool) -> None:
        """Delete the folder's definition, and its files if *drop_data*."""
        dss.json("DELETE", self.url(project, id), dropData=drop_data)

    def rename(self, dss: Session, project: str, id: str, new: str) -> None:
        """Rename the folder; its id, and so all that refers to it, stays."""
        dss.send(
            "POST",
            f"/projects/{quoted(project)}/actions/renameManagedFolder",
            {"id": id, "newName": new},
        )
