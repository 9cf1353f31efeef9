"""Snapshots in the project itself, as files of its library: they live in the project's Git."""

from __future__ import annotations

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
        found = self._tree(project)
        self._folders[project] = found & {FOLDER, f"{FOLDER}/history"}
        if f"{FOLDER}/state.json" not in found:
            return None
        where = f"{FOLDER}/state.json of project {project}"
        answer = self.dss.json(
            "GET", f"/projects/{quoted(project)}/libraries/contents/{FOLDER}/state.json"
        )
        return Snapshot.loads(answer["data"], where)

    def write(self, project: str, snapshot: Snapshot, *, over: int = 0, keep: bool = True) -> None:
        """Keep *snapshot*, the history's copy first."""
        base = f"/projects/{quoted(project)}/libraries"
        for folder in (FOLDER, f"{FOLDER}/history"):
            if folder not in self._folders.setdefault(project, set()):
                self._make(project, folder)
        text = snapshot.dumps().encode()
        if keep:
            self.dss.send(
                "POST", f"{base}/contents/{FOLDER}/history/{snapshot.serial}.json", raw=text
            )
        self.dss.send("POST", f"{base}/contents/{FOLDER}/state.json", raw=text)

    def _make(self, project: str, folder: str) -> None:
        try:
            self.dss.send("POST", f"/projects/{quoted(project)}/libraries/folders/{folder}")
        except DssError:
            # Another try may have made it: the tree tells.
            if folder not in self._tree(project):
                raise
        self._folders[project].add(folder)

    def _tree(self, project: str) -> set[str]:
        """Our folders and files in the library, by path."""
        found: set[str] = set()
        for item in self.dss.json("GET", f"/projects/{quoted(project)}/libraries/contents"):
            if item["name"] == FOLDER:
                found |= {
                    FOLDER,
                    *(f"{FOLDER}/{child['name']}" for child in item.get("children") or ()),
                }
        return found

    def forget(self, project: str) -> None:
        """Nothing to do: the snapshot went with the project."""
        self._folders.pop(project, None)
