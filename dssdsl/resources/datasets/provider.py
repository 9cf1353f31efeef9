"""Reads and writes datasets of every type."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from attrs import evolve

from dssdsl.dss.documents import DocumentProvider, live
from dssdsl.dss.session import Session
from dssdsl.dss.session import at as quoted
from dssdsl.errors import DssError, Unreachable
from dssdsl.lang.live import Live
from dssdsl.lang.provider import Detects, KeepsData, Renames, provides
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document


@provides("dataset")
class DatasetProvider(DocumentProvider, Renames, Detects, KeepsData):
    """Datasets of every type. Uploaded files take one more request for each dataset."""

    path = "datasets"
    whole_by = "readWriteOptions"

    def list(self, dss: Session, project: str) -> Iterable[Live]:
        """All datasets of the project."""
        for head in dss.json("GET", self.url(project)):
            # The list lacks uploaded files, and an upload does not change the version.
            uploads = head["type"] == "UploadedFiles"
            whole = head if self.is_whole(head) and not uploads else None
            found = live(head["name"], head["name"], whole, head)
            yield evolve(found, version=None, head=None) if uploads else found

    def read(self, dss: Session, project: str, id: str) -> Live | None:
        """One dataset, with its uploaded files."""
        found = super().read(dss, project, id)
        if (
            found is not None
            and found.document is not None
            and found.document["type"] == "UploadedFiles"
        ):
            files = dss.json("GET", f"{self.url(project, id)}/uploaded/files")
            found.document["uploads"] = {
                f["path"].lstrip("/"): {"length": f.get("length")} for f in files
            }
        return found

    def create(self, dss: Session, project: str, want: Document, resource: Resource) -> str:
        """Create a managed dataset by its connection, any other by its whole document; the update that follows uploads files."""
        name = resource.identity
        want = dict(want)
        creation = want.pop("creation", {})
        want.pop("uploads", None)
        params = want.get("params", {})
        if "type" not in want and want.get("managed") and set(params) <= {"connection"}:
            specific = (
                {"formatOptionId": creation["formatOptionId"]}
                if "formatOptionId" in creation
                else {}
            )
            dss.json(
                "POST",
                self.url(project) + "managed",
                {
                    "name": name,
                    "creationSettings": {
                        "connectionId": params["connection"],
                        "specificSettings": specific,
                    },
                },
            )
            return name
        want.setdefault(
            "type",
            dss.connection_type(params["connection"], project) if "connection" in params else None,
        )
        if want.get("schema"):
            want["schema"] = {"userModified": True, **want["schema"]}
        dss.json("POST", self.url(project), {"name": name, "projectKey": project, **want})
        return name

    def update(
        self,
        dss: Session,
        project: str,
        id: str,
        before: Document,
        after: Document,
        resource: Resource | None,
    ) -> None:
        """Upload new files, then save the document if it differs."""
        after = {n: v for n, v in after.items() if n != "creation"}
        before = dict(before)
        old, new = before.pop("uploads", {}), after.pop("uploads", {})
        if added := {name: what for name, what in new.items() if name not in old}:
            self._upload(dss, project, id, added, resource)
        if after != before:
            super().update(dss, project, id, before, after, resource)

    def _upload(
        self, dss: Session, project: str, id: str, names: Iterable[str], resource: Any
    ) -> None:
        there = {
            f["path"].lstrip("/")
            for f in dss.json("GET", f"{self.url(project, id)}/uploaded/files")
        }
        for upload in resource._files:
            if upload.path.name in names and upload.path.name not in there:
                with upload.path.open("rb") as content:
                    dss.upload(f"{self.url(project, id)}/uploaded/files", upload.path.name, content)

    def delete(self, dss: Session, project: str, id: str, *, drop_data: bool) -> None:
        """Delete the dataset, and its data if *drop_data*. DSS also deletes the recipes that read or write it."""
        dss.send("DELETE", self.url(project, id), dropData=drop_data)

    def rename(self, dss: Session, project: str, id: str, new: str) -> None:
        """Rename the dataset. DSS rewrites everything that refers to it, and does not move the data."""
        dss.send(
            "POST",
            f"/projects/{quoted(project)}/actions/renameDataset",
            {"oldName": id, "newName": new},
        )

    def place(self, project: str, document: Document) -> Hashable:
        """Connection and path, or connection and table."""
        params = document.get("params") or {}
        names = ("path",) if params.get("path") else ("catalog", "schema", "table")
        where = [str(params.get(name) or "").replace("${projectKey}", project) for name in names]
        return (
            (params.get("connection"), *(each.strip("/") for each in where)) if where[-1] else None
        )

    def elsewhere(self, document: Document, number: int) -> Document:
        """The dataset with a number at the end of its path or table."""
        params = document["params"]
        name = "path" if params.get("path") else "table"
        return {**document, "params": {**params, name: f"{params[name]}_{number}"}}

    def detect(self, dss: Session, project: str, id: str) -> Document | None:
        """
        Ask DSS for the columns of a source.

        Returns:
            The schema, or None where DSS finds none: no file exists yet, or the table cannot be reached.
        """
        document = dss.json("GET", self.url(project, id))
        sql = "mode" in document.get("params", {})
        action = "externalSQL" if sql else "fsLike"
        body = {} if sql else {"detectPossibleFormats": True, "inferStorageTypes": True}
        where = f"{self.url(project, id)}/actions/testAndDetectSettings/{action}"
        try:
            found = dss.wait(dss.json("POST", where, body))
        except Unreachable:
            raise
        except DssError:
            try:  # a source that does not exist fails again; no later run detects it
                found = dss.wait(dss.json("POST", where, body))
            except DssError:
                return None
        schema = (found or {}).get("schemaDetection", {}).get("newSchema")
        if schema is None:
            detected = (found or {}).get("format", {})
            schema = (
                (detected.get("schemaDetection") or {}).get("newSchema")
                if detected.get("ok")
                else None
            )
        return schema if schema and schema.get("columns") else None

    def set_schema(self, dss: Session, project: str, id: str, schema: Document) -> None:
        """Save a dataset's columns."""
        dss.json(
            "PUT",
            f"/projects/{quoted(project)}/datasets/{quoted(id)}/schema",
            {**schema, "userModified": True},
        )
