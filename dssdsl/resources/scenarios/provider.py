"""Reads and writes scenarios."""

from __future__ import annotations

from typing import Any

from dssdsl.dss.documents import DocumentProvider
from dssdsl.dss.session import Session
from dssdsl.lang.live import Live
from dssdsl.lang.provider import provides
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document


@provides("scenario")
class ScenarioProvider(DocumentProvider):
    """Scenarios. DSS keeps the script of a Python scenario apart from its document."""

    path = "scenarios"
    id_field = name_field = "id"
    listed_whole = False

    def read(self, dss: Session, project: str, id: str) -> Live | None:
        """One scenario, with its script."""
        found = super().read(dss, project, id)
        if found is None or found.document is None:
            return None
        # DSS returns the params twice; the second copy would be outdated after a change.
        found.document.pop("rawParams", None)
        if found.document.get("type") == "custom_python":
            payload = dss.json("GET", f"{self.url(project, id)}/payload")
            found.document["script"] = payload.get("script")
        return found

    def create(self, dss: Session, project: str, want: Document, resource: Resource) -> str:
        """Create the scenario with its whole document; the update that follows writes its script."""
        body = {
            "type": "step_based",
            "params": {},
            **{key: value for key, value in want.items() if key != "script"},
            "id": resource.identity,
        }
        made: str = dss.json("POST", self.url(project), body)["id"]
        return made

    def update(
        self, dss: Session, project: str, id: str, before: Document, after: Document, resource: Any
    ) -> None:
        """Save the document if it differs, then the script if it does."""
        old, new = dict(before), dict(after)
        old_script, new_script = old.pop("script", None), new.pop("script", None)
        if new != old:
            super().update(dss, project, id, old, new, resource)
        if new_script is not None and new_script != old_script:
            dss.send("PUT", f"{self.url(project, id)}/payload", {"script": new_script})
