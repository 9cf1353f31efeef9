"""Snapshots in the project itself, as files of its library: they live in the project's Git."""

from __future__ import annotations

from typing import Any

from attrs import define, field

from dssdsl.dss.session import Session
from dssdsl.dss.session import at as quoted
from dssdsl.errors import DssError
from dssdsl.state.snapshot import Snapshot

FOLDER = ".dataiku_framework"


@define
class DssStore:
    """Keeps snapshots as the library files ``state.json`` and ``history/<serial>.json``."""

    dss: Session
    _folders: dict[str, set[str]] = field(factory=dict, init=False)

    def read(self, project: str) -> Snapshot | None:
        """
        The last snapshot of *project*, or None where it has none.

        That there is none is known from the library's tree, not from a read that failed.
        """
        if project not in self.dss.project_keys:
            return None
        base = f"/projects/{quoted(project)}/libraries/contents"
        tree = {item["name"]: item for item in self.dss.json("GET", base)}
        children: list[Any] = (tree.get(FOLDER) or {}).get("children") or []
        names = {item["name"] for item in children}
        self._folders[project] = ({FOLDER} if FOLDER in tree else set()) | ({f"{FOLDER}/history"} if "history" in names else set())
        if "state.json" not in names:
            return None
        where = f"{FOLDER}/state.json of project {project}"
        answer = self.dss.json("GET", f"{base}/{FOLDER}/state.json")
        return Snapshot.loads(answer["data"], where)

    def write(self, project: str, snapshot: Snapshot) -> None:
        """Keep *snapshot*, the history's copy first."""
        base = f"/projects/{quoted(project)}/libraries"
        for folder in (FOLDER, f"{FOLDER}/history"):
            if folder not in self._folders.setdefault(project, set()):
                try:
                    self.dss.send("POST", f"{base}/folders/{folder}")
                except DssError:
                    # Made meanwhile: then the file can be written, and else that says why not.
                    pass
                self._folders[project].add(folder)
        text = snapshot.dumps().encode()
        self.dss.send("POST", f"{base}/contents/{FOLDER}/history/{snapshot.serial}.json", raw=text)
        self.dss.send("POST", f"{base}/contents/{FOLDER}/state.json", raw=text)

    def forget(self, project: str) -> None:
        """Nothing to do: the snapshot went with the project."""
        self._folders.pop(project, None)
