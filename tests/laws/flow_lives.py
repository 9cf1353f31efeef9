"""Lives of a program on the emulator, and what must hold all along: `replay` runs one."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve

from dssdsl import errors
from dssdsl.deployment.prepare import Prepared
from dssdsl.emulator import Cut, Emulator, Fault, Refused
from dssdsl.engine.execute import WORKER
from dssdsl.errors import DssdslError, ProgramErrors, StepsFailed
from dssdsl.plan.causes import FollowUp
from dssdsl.plan.options import Options
from dssdsl.plan.steps import Action, Plan
from dssdsl.state.lock import unlock
from dssdsl.state.stores.dss import DssStore
from tests.laws.flows import Duplicate, Edit, Lose, New, Remove, Up
from tests.laws.toy_lives import MEMORY
from tests.laws.toy_room import Killed
from tests.support.world import Declared, emulator

WRITES = (Action.CREATE, Action.UPDATE, Action.REPLACE, Action.RENAME, Action.MOVE, Action.DELETE)
STATE = "lib/.dataiku_framework/"
COUNTED = ("params.json", "version-tags.json", "tags.json", ".gitignore", "variables.json")
"""Files that DSS touches whatever is saved, or that hold what the project's own steps are about."""
UI = "ui_"
"""What the names of things begin with that people make in the UI."""


def replay(events: Sequence[Any], *, existing: bool = False) -> None:
    """
    Live a life, check it all along, and end it with a destroy.

    Args:
        events: What happens.
        existing: Whether the project is there before the program, with things of others in it.
    """
    with emulator() as dss, tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        life = Life(dss, Path(folder), existing=existing)
        for event in events:
            life.live(event)
        life.end()


class Nth:
    """Matches the n-th write, and is the end of the process if that is what shall happen."""

    def __init__(self, n: int, *, kill: bool, after: bool) -> None:
        self.left, self.kill, self.after = n, kill, after
        self.hit = self.dead = False

    def search(self, line: str) -> bool:
        """Whether ``METHOD /path`` is it."""
        if self.dead:
            raise Killed
        if line.startswith(("GET ", "HEAD ")):
            return False
        self.left -= 1
        if self.left != -1:
            return False
        self.hit = True
        self.dead = self.kill
        if self.kill and not self.after:
            raise Killed
        return True


class Life:
    """An emulator, two folders with the program, and the checks."""

    def __init__(self, dss: Emulator, folder: Path, *, existing: bool) -> None:
        self.dss, self.folder, self.existing = dss, folder, existing
        self.made = 0
        self.theirs: dict[str, bytes] = {}
        """Files of what people made."""
        self.copies: dict[str, dict[str, bytes]] = {}
        """Files of the duplicates."""
        self.forgotten = False
        """Whether a state was lost: what it had is nobody's."""
        self.last = Up()
        self.claims = 0
        self.session = self.workspace(self.last).session
        self.session.json(
            "POST", "/projects/", {"projectKey": "OTHER", "name": "O", "owner": "admin"}
        )
        if existing:
            self.session.json(
                "POST", "/projects/", {"projectKey": "P", "name": "P", "owner": "admin"}
            )
            for what in ("dataset", "recipe", "scenario", "folder", "library"):
                self.new(what)
        self.copies["OTHER"] = self.files("OTHER")

    # -- what happens --------------------------------------------------------------------------

    def live(self, event: Any) -> None:
        """Let something happen."""
        there = "P" in self.dss.projects()
        if isinstance(event, Up):
            self.up(event)
        elif not there:
            return
        elif isinstance(event, New):
            self.new(event.what)
        elif isinstance(event, Lose):
            self.lose(event.back)
        elif isinstance(event, Duplicate):
            key = f"COPY{len(self.copies)}"
            self.dss_duplicate(key)
            self.copies[key] = self.files(key)
        else:
            paths = [
                p for p in self.files() if p.startswith(("datasets/", "recipes/", "scenarios/"))
            ]
            paths = [p for p in paths if p.endswith(".json") and UI not in p]
            if paths:
                self.touch(event, paths[event.pick % len(paths)])
        self.holds()

    def new(self, what: str) -> None:
        """Make something as people do in the UI."""
        self.made += 1
        name, before = f"{UI}{self.made}", self.files()
        base = "/projects/P"
        if what in ("dataset", "recipe"):
            for each in (name,) if what == "dataset" else (name, f"{name}_out"):
                params = {"connection": "pg", "table": each, "mode": "table"}
                head = {"name": each, "projectKey": "P", "type": "PostgreSQL", "managed": False}
                self.session.json("POST", f"{base}/datasets/", {**head, "params": params})
        if what == "recipe":
            sides = {
                side: {"main": {"items": [{"ref": ref, "deps": []}]}}
                for side, ref in (("inputs", name), ("outputs", f"{name}_out"))
            }
            recipe = {"type": "python", "name": name, "projectKey": "P", **sides}
            settings = {"rawCreation": True, "rawPayload": "x = 1\n"}
            self.session.json(
                "POST",
                f"{base}/recipes/",
                {"recipePrototype": recipe, "creationSettings": settings},
            )
        elif what == "scenario":
            body = {"type": "step_based", "name": name, "params": {}}
            self.session.json("POST", f"{base}/scenarios/", body)
        elif what == "folder":
            self.session.json("POST", f"{base}/managedfolders/", {"name": name, "params": {}})
        elif what == "library":
            self.session.send("POST", f"{base}/libraries/contents/{name}.py", raw=b"x = 1\n")
        self.theirs |= {p: t for p, t in self.files().items() if p not in before and self.own(p)}

    def own(self, path: str) -> bool:
        """Whether a file is of one thing alone."""
        return path not in COUNTED and not path.startswith((STATE, "zones/"))

    def lose(self, back: int) -> None:
        """Delete the state, or put an older one back."""
        self.forgotten = True
        files = f"{'/projects/P/libraries/contents/.dataiku_framework'}"
        store = DssStore(self.session)
        serials = store.serials("P")
        if not back or len(serials) <= back:
            if any(p.startswith(STATE) for p in self.files()):
                self.session.send("DELETE", files)
            return
        text = store.past("P", serials[-1 - back]).dumps()
        self.session.send("POST", f"{files}/state.json", raw=text.encode())

    def dss_duplicate(self, key: str) -> None:
        """Duplicate the project as people do in the UI."""
        body = {"targetProjectKey": key, "targetProjectName": key, "duplicationMode": "MINIMAL"}
        self.session.json("POST", "/projects/P/duplicate/", body)
        self.session.forget_projects()

    def touch(self, event: Edit | Remove, path: str) -> None:
        """Edit or delete what lies at *path*."""
        if isinstance(event, Remove):
            self.session.json("DELETE", f"/projects/P/{path.removesuffix('.json')}")
        else:
            self.dss.edit("P", path, lambda document: document.update(event.change))

    def workspace(self, up: Up) -> Declared:
        """A new process on one of the machines."""
        folder = self.folder / str(up.machine) / "program"
        folder.mkdir(parents=True, exist_ok=True)
        flow = up.flow
        if self.existing and not up.destroy:
            flow = evolve(flow, project={**flow.project, "adopt": True})
        return Declared(flow.declare, self.dss, folder, up.parallel)

    def up(self, up: Up) -> bool:
        """Deploy, and check all that must hold; whether it went well."""
        self.last = up
        workspace = self.workspace(up)
        options = Options(
            adopt=up.adopt, destroy=up.destroy, continue_on_error=up.go_on, moves=("*",),
            replaces=("*",), delete_unmanaged=not self.existing,
        )  # fmt: skip
        before, claimed = self.files(), self.claims
        try:
            prepared = self.prepared(workspace, options)
        except ProgramErrors as refusal:
            self.refused(refusal, up)
            assert claimed < self.claims or not (written := self.changed(before)), written
            return False
        assert claimed < self.claims or not (written := self.changed(before)), written
        for event in up.meanwhile:
            self.live(event)
        self.last = up
        before, plans = self.files(), [prepared.plan]
        nth = self.fault(up, prepared.plan)
        error: BaseException | None = None
        try:
            workspace.run(prepared, agree=lambda plan: bool(plans.append(plan)) or True)
        except (DssdslError, Killed) as raised:
            error = raised
        finally:
            for thread in threading.enumerate():
                if thread.name.startswith(WORKER):
                    thread.join()
            self.dss.faults.clear()
            if isinstance(error, Killed) or (nth is not None and nth.hit):
                self.break_locks(workspace)  # the command is over, and its process gone
        self.session.forget_projects()
        self.only_what_was_shown(plans[-1], before)
        if error is None:
            if not up.meanwhile:
                self.converged(up)
        elif not up.meanwhile:
            assert nth is not None, error
            assert nth.hit, error
            assert isinstance(error, (StepsFailed, Killed)) or nth.kill or "refused by the test" in str(error) or "cannot reach" in str(error) or "lock" in str(error), error  # fmt: skip
        return error is None

    def prepared(self, workspace: Declared, options: Options) -> Prepared:
        """The plan; a program that shares nothing with what another machine deployed claims it first."""
        before = self.files()
        try:
            return workspace.prepare(options)
        except (errors.Refused, errors.PlanRefused) as refusal:
            known = ("begin a new state", "declares none of the resources")
            if not any(said in str(refusal) for said in known):
                raise
            stranger = refusal
        if "begin a new state" in str(stranger):  # the state was lost
            return self.prepared(workspace, evolve(options, adopt=True))
        assert not (written := self.changed(before)), written
        workspace.state.claim()
        self.claims += 1
        return workspace.prepare(options)

    def break_locks(self, workspace: Declared) -> None:
        """Break the locks of a run that was killed, as the next process does when it finds the holder dead."""
        workspace.session.forget_projects()
        if "P" in self.dss.projects():
            unlock(workspace.store.lock_records("P"))

    def fault(self, up: Up, plan: Plan) -> Nth | None:
        """Set the fault, at one of the writes that the plan may take."""
        if up.fault is None or not plan:
            return None
        at, how, after = up.fault
        # Besides its steps a run writes what it is about to make, what it made, and its tag.
        nth = Nth(at % (len(plan.steps) + 8), kill=how == "kill", after=after)
        outcome = Cut() if how != "refuse" else Refused(500, "java.lang.X", "refused by the test")
        self.dss.faults.pending.append(Fault(nth, outcome, 1, after))  # type: ignore[arg-type]
        if how == "kill":
            # Whatever a dead process would still ask is the end of it, once more.
            self.dss.faults.pending.append(Fault(Dead(nth), outcome, 10**6))  # type: ignore[arg-type]
        return nth

    def end(self) -> None:
        """Whatever happened, a deployment on each machine puts it right, and a destroy takes it all away."""
        calm = evolve(self.last, fault=None, meanwhile=(), adopt=True, parallel=4)
        for machine in (calm.machine, 1 - calm.machine):
            went = self.up(evolve(calm, machine=machine))
        self.holds()
        if not went or not self.up(Up(destroy=True, machine=calm.machine)):
            return
        self.holds()
        # What was made before the state was lost is nobody's, the project too.
        if not self.forgotten:
            kept = {"P"} if self.existing else set()
            assert {*self.copies, *kept} == set(self.dss.projects())
        if self.existing and not self.forgotten:
            left = {p for p in self.files() if self.own(p)} - set(self.theirs)
            assert all(p.startswith(("dashboards/", "lib/external-libraries")) for p in left), left

    # -- what must hold ------------------------------------------------------------------------

    def files(self, key: str = "P") -> dict[str, bytes]:
        """All files of a project, its Git left out."""
        root = self.dss.root / "projects" / key
        found = {}
        for folder, folders, names in os.walk(root):
            folders[:] = [each for each in folders if each != ".git"]
            for name in names:
                path = Path(folder, name)
                found[path.relative_to(root).as_posix()] = path.read_bytes()
        return dict(sorted(found.items()))

    def changed(self, before: dict[str, bytes]) -> set[str]:
        """The files that are not as they were."""
        now = self.files()
        # The numbers of saves reach the disk some time after what was saved.
        paths = {*before, *now} - {"version-tags.json"}
        return {path for path in paths if before.get(path) != now.get(path)}

    def holds(self) -> None:
        """What others have is what it was, to the byte; and the state can be read everywhere."""
        for key, files in self.copies.items():
            assert self.files(key) == files, f"project {key} was written to"
        now = self.files()
        if now:
            for path, text in self.theirs.items():
                assert now.get(path) == text, f"{path} was written to"
            for machine in (0, 1):
                self.workspace(evolve(self.last, machine=machine)).snapshots(["P"])
        else:
            self.theirs.clear()

    def files_of(self, plan: Plan) -> Iterator[str]:
        """What the files of a plan's steps begin with."""
        folders = {"dataset": "datasets", "recipe": "recipes", "scenario": "scenarios"}
        for step in plan.steps:
            if step.action not in WRITES and not step.changes:
                continue
            if step.kind in folders:
                yield f"{folders[step.kind]}/{step.name}."
                if step.old:
                    yield f"{folders[step.kind]}/{step.old}."
            elif step.kind == "library_file":
                yield f"lib/{step.name}"
            elif step.kind == "managed_folder":
                yield f"managed_folders/{step.live.id if step.live else ''}"
            elif step.kind == "project" and step.action in (Action.CREATE, Action.DELETE):
                yield ""
            if FollowUp.COMPUTE_SCHEMAS in step.then:
                yield "datasets/c."

    def only_what_was_shown(self, plan: Plan, before: dict[str, bytes]) -> None:
        """Nothing is written that the plan did not show."""
        may = tuple(self.files_of(plan))
        # A zone is written when what is in it comes, goes or is renamed.
        zoned = ("zones/",) if plan else ()
        for path in self.changed(before):
            if path in COUNTED or path.startswith(STATE):
                continue
            assert path.startswith((*may, *zoned)), (
                f"{path} was written, which the plan did not show"
            )

    def converged(self, up: Up) -> None:
        """Nothing is left to do, whoever looks; and DSS has what the program says."""
        for machine in (0, 1):
            if up.destroy and not self.existing:
                break
            options = Options(destroy=up.destroy, adopt=up.destroy)  # its state may be lost
            plan = self.workspace(evolve(up, machine=machine)).preview(options)
            assert not plan, plan.summary()
        if up.destroy:
            return
        now = self.files()
        for name, fields in up.flow.datasets.items():
            document = json.loads(now[f"datasets/{name}.json"])
            assert document.get("shortDesc", "") == fields.get(
                "short_desc", document.get("shortDesc", "")
            )
            assert set(fields.get("tags", document["tags"])) == set(document["tags"])
        if up.flow.library is not None:
            assert up.flow.library.encode() == now["lib/python/p.py"]
        if (
            "recipes/make_b.py" in now
            and up.flow.code is not None
            and {"a", "b"} <= up.flow.datasets.keys()
        ):
            assert up.flow.code.encode() == now["recipes/make_b.py"]
        for name in {"a", "b", "c", "d"} - up.flow.datasets.keys():
            assert f"datasets/{name}.json" not in now or self.lost(name)

    def lost(self, name: str) -> bool:
        """Whether the state does not know of a dataset: then it is nobody's."""
        snapshot = self.workspace(Up()).store.read("P")
        return snapshot is None or f"dataset/{name}" not in snapshot.entries

    def refused(self, refusal: ProgramErrors, up: Up) -> None:
        """A plan is refused for what the rules say, and for nothing else."""
        for error in refusal.each():
            assert any(
                said in error.problem
                for said in (
                    "is protected", "exists in DSS already and differs", "which dssdsl does not manage",
                    "cannot change together with the name", "was not deployed by this program", "DSS has both",
                    "it existed before dssdsl managed it",
                )
            ), error  # fmt: skip
            if "is protected" in error.problem:
                assert up.destroy or not any(f.get("protect") for f in up.flow.datasets.values())


class Dead:
    """Matches all that comes after the process died."""

    def __init__(self, nth: Nth) -> None:
        self.nth = nth

    def search(self, line: str) -> bool:
        """End it once more."""
        if self.nth.dead:
            raise Killed
        return False
