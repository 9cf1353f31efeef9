"""Deployments that are cut off at one of their requests, and what one more deployment must make of it."""

from __future__ import annotations

import difflib
import hashlib
import json
import multiprocessing
import os
import re
import shutil
import sys
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from attrs import field, frozen

from dssdsl.emulator import Cut, Emulator, Kill, Refused
from dssdsl.errors import DssdslError
from dssdsl.plan.options import Options
from dssdsl.state.lock import holder
from tests.support.everything import prepare as files_of
from tests.support.world import CODE_ENVS, CONNECTIONS, Declared, emulator

GONE = "gone"
"""The state of a program that is destroyed."""
BACK = "rollback"
"""The state of a program that is rolled back to its first deployment."""
REVERTED = "git rollback"
"""The same, with DSS's own Git."""


@frozen
class Life:
    """
    A program's life up to the deployment that is cut off; all functions are a module's, for other processes.

    Attributes:
        name: What it is called.
        program: Declares the program in one of its states.
        before: The states that were deployed before, in order.
        cut: The state whose deployment is cut off.
        then: The states that may be deployed after that.
        around: Makes what others have, before all that.
        options: What the user agrees to, each time.
        every: Where not all is tried: which part of the requests is.
        keys: The keys of the program's projects.
    """

    name: str
    program: Callable[[str], None]
    before: tuple[str, ...]
    cut: str
    then: tuple[str, ...]
    around: Callable[[Emulator], None]
    options: Options = field(factory=Options)
    every: int = 1
    keys: tuple[str, ...] = ("ALL",)


@frozen
class Case:
    """
    Where and how a deployment is cut off, and what follows.

    Attributes:
        life: The name of the life.
        k: At which request, from 1.
        fault: ``cut``, ``refuse`` or ``kill``.
        after: Whether DSS carries the request out.
        then: The state that is deployed next.
        elsewhere: Whether that is done on another machine, which has no journal.
        workers: How many requests at once.
    """

    life: str
    k: int
    fault: str
    after: bool
    then: str
    elsewhere: bool = False
    workers: int = 1

    def __str__(self) -> str:
        when = "after" if self.after else "before"
        where = "elsewhere" if self.elsewhere else "here"
        return f"{self.life}:{self.k}:{self.fault}:{when}:{self.then}:{where}:{self.workers}"

    @classmethod
    def of(cls, text: str) -> Case:
        """Read what `str` wrote."""
        life, k, fault, when, then, where, workers = text.split(":")
        return cls(life, int(k), fault, when == "after", then, where == "elsewhere", int(workers))


@frozen
class Place:
    """A folder with a DSS's data and a program's folder, which is called the same everywhere."""

    folder: Path

    @property
    def data(self) -> Path:
        """The DSS's data."""
        return self.folder / "dss"

    @property
    def program(self) -> Path:
        """The program's folder."""
        return self.folder / "program"

    def print(self) -> str:
        """What tells it from a folder with other content; Git's objects are named by theirs."""
        found = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                found.update(str(path.relative_to(self.folder)).encode())
                found.update(b"" if ".git/objects" in path.as_posix() else path.read_bytes())
        return found.hexdigest()

    def copy(self, to: Path) -> Place:
        """Copy all of it."""
        shutil.rmtree(to, ignore_errors=True)
        shutil.copytree(self.folder, to, copy_function=copied)
        return Place(to)


def copied(path: str, to: str) -> None:
    """Copy a file; Git never writes to an object that it has, so that one can be shared."""
    (os.link if "/.git/objects/" in path else shutil.copyfile)(path, to)


@frozen
class Base:
    """
    What every case of a life has in common.

    Attributes:
        place: How all is before the deployment that is cut off.
        requests: What that deployment asks when it is not cut off, as ``METHOD /path``.
        theirs: What others have, by file.
        reached: What the projects hold where a state is deployed and nothing is cut off, by state.
    """

    place: Place
    requests: tuple[str, ...]
    theirs: dict[str, bytes]
    reached: dict[str, dict[str, str]]


def declared(life: Life, state: str, place: Place, dss: Emulator, workers: int = 1) -> Declared:
    """A workspace of the program in a state."""
    if state == GONE:
        state = life.before[-1]
    if state in (BACK, REVERTED):
        state = life.before[0]
    return Declared(partial(life.program, state), dss, place.program, parallel=workers)


def deploy(life: Life, state: str, place: Place, dss: Emulator, workers: int = 1) -> Any:
    """Deploy a state of the program, as a new process would."""
    workspace = declared(life, state, place, dss, workers)
    if state == GONE:
        return workspace.destroy(life.options)
    if state == BACK:
        return workspace.rollback(to=1, options=life.options)
    if state == REVERTED:
        found = workspace.prepare_git_rollback(1)
        if found.commits:
            workspace.git_rollback(found)
        return workspace.rollback(to=1, options=life.options)  # there is nothing left to do
    return workspace.up(life.options)


def prepare(life: Life, folder: Path) -> Base:
    """Make what every case of a life has in common."""
    place = Place(folder / "before")
    place.program.mkdir(parents=True)
    files_of(place.program)
    with emulator(root=place.data) as dss:
        life.around(dss)
        theirs = dict(files(place))
        for state in life.before:
            deploy(life, state, place, dss)
    requests: tuple[str, ...] = ()
    reached = {}
    for state in dict.fromkeys((life.cut, *life.then)):
        one = place.copy(folder / "reached")
        with emulator(root=one.data) as dss:
            deploy(life, state, one, dss)
            if state == life.cut:
                requests = tuple(f"{r.method} {r.path}" for r in dss.requests)
        reached[state] = picture(life, one)
        # The rest of it is shared: what we put there is compared as a picture.
        now = dict(files(one))
        theirs = {path: text for path, text in theirs.items() if now.get(path) == text}
    return Base(place, requests, theirs, reached)


# -- one case ------------------------------------------------------------------------------------------


def cut_off(life: Life, case: Case, place: Place) -> None:
    """Deploy with a fault, in a process of its own; write down how it ended, unless it is killed."""
    outcomes = {
        "cut": Cut(),
        "refuse": Refused(500, "java.lang.RuntimeException", "refused by the test"),
        "kill": Kill(os.getpid()),
    }
    with emulator(root=place.data) as dss:
        dss.faults.add("", outcomes[case.fault], skip=case.k - 1, after=case.after)  # type: ignore[arg-type]
        told = ""
        try:
            deploy(life, life.cut, place, dss, case.workers)
        except DssdslError as error:
            told = str(error)
        hit = not dss.faults.count()
    (place.folder / "told.json").write_text(json.dumps([hit, told]), encoding="utf-8")


def in_a_process(life: Life, case: Case, place: Place) -> str:
    """Deploy with a fault, in a process of its own, and return what it said at its end."""
    ended = forked(cut_off, life, case, place)
    if case.fault == "kill":
        assert ended == -9, f"it ended with {ended}"
        return "killed"
    assert ended == 0, f"it ended with {ended}"
    hit, told = json.loads((place.folder / "told.json").read_text(encoding="utf-8"))
    (place.folder / "told.json").unlink()
    assert hit, "the request was not reached"
    return str(told)


def forked(do: Callable[..., None], *args: Any) -> int | None:
    """
    Call a function in a process of its own, and return its exit code.

    The process is forked from one without threads that has all modules, which takes a hundredth of
    the time that a new one takes.
    """
    context = multiprocessing.get_context("forkserver" if sys.platform != "win32" else "spawn")
    if sys.platform != "win32":
        context.set_forkserver_preload(
            ["tests.laws.crash_lives", "dssdsl.workspace", "dssdsl.resources"]
        )  # type: ignore[attr-defined]
    process = context.Process(target=do, args=args)  # type: ignore[attr-defined]
    process.start()
    process.join(60)
    return process.exitcode  # type: ignore[no-any-return]


class Watched(Emulator):
    """A DSS that copies all there is at chosen moments: what is on the disk if the process is killed then."""

    place: Place
    moments: Collection[str]
    to: Path
    nth = 0

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Answer a request, with a copy before or after."""
        self.nth += 1
        k = self.nth
        self.look(f"{k}-before")
        answer = super().__call__(environ, start_response)
        self.look(f"{k}-after")
        return answer

    def look(self, moment: str) -> None:
        """Copy all there is, if this is a chosen moment."""
        if moment in self.moments:
            self.place.copy(self.to / moment)


def watch(life: Life, place: Place, moments: Collection[str], to: Path) -> None:
    """Deploy, and keep what a kill would leave at these moments, such as ``12-before`` the twelfth request."""
    with Watched(root=place.data, connections=CONNECTIONS, code_envs=CODE_ENVS) as dss:
        dss.place, dss.moments, dss.to = place, moments, to
        deploy(life, life.cut, place, dss)


def prove(life: Life, case: Case, base: Base, folder: Path) -> None:
    """
    Cut a deployment off, deploy once more, and look at everything.

    Raises:
        AssertionError: Something is not as it would be if nothing had been cut off.
    """
    place = base.place.copy(folder)
    in_a_process(life, case, place)
    if case.elsewhere:
        shutil.rmtree(place.program / ".dssdsl", ignore_errors=True)
    converges(life, case.then, place, base)


def converges(life: Life, then: str, place: Place, base: Base) -> None:
    """
    Deploy where a deployment was cut off, and look at everything.

    Raises:
        AssertionError: Something is not as it would be if nothing had been cut off.
    """
    with emulator(root=place.data) as dss:
        deploy(life, then, place, dss)
        dss.clear_requests()
        again = deploy(life, then, place, dss)
        left = [f"{s.action.value} {s.label}, {s.cause}" for s in again.plan.steps]
        assert not left, f"left to do: {left}"
        sent = [f"{r.method} {r.path}" for r in dss.writes()]
        assert not sent, f"sent with nothing to do: {sent}"
        for key in life.keys:
            recorded(life, then, key, place, dss)
    left = [p.name for p in place.program.glob(".dssdsl/journal/*.jsonl")]
    assert not left, f"journals left: {left}"
    now = dict(files(place))
    touched = [path for path, text in base.theirs.items() if now.get(path) != text]
    assert not touched, f"others' files touched: {touched}"
    reached, wanted = picture(life, place), base.reached[then]
    less, more = sorted(set(wanted) - set(reached)), sorted(set(reached) - set(wanted))
    assert not less and not more, f"missing: {less}, too much: {more}"  # noqa: PT018
    for path, text in wanted.items():
        told = difflib.unified_diff(text.splitlines(), reached[path].splitlines(), lineterm="", n=1)
        assert text == reached[path], "\n".join((path, *told))


def recorded(life: Life, state: str, key: str, place: Place, dss: Emulator) -> None:
    """Assert that state and Git tell of what the program declares, and of nothing else."""
    workspace = declared(life, state, place, dss)
    mine = {k.local for k in workspace.loaded[1].resources if k.project == key}
    snapshot = workspace.store.read(key)
    wanted, found = set() if state == GONE else mine, set(snapshot.entries if snapshot else ())
    assert wanted == found, f"state lacks {wanted - found}, and has {found - wanted}"
    assert not (snapshot and snapshot.pending), f"pending: {snapshot and snapshot.pending}"
    owed = [k for k, entry in (snapshot.entries if snapshot else {}).items() if entry.incomplete]
    assert not owed, f"owed: {owed}"
    if key in dss.projects():
        # A process that is dead may leave its lock where nothing is left to do: the next one takes it at once.
        lock = holder(workspace.store.lock_records(key))
        assert lock is None or lock.dead, f"locked by {lock}"


# -- what is there -------------------------------------------------------------------------------------

OURS = (".git/", ".dataiku_framework/", "version-tags.json", "ALL/tags.json")
"""What differs between two deployments that do the same: what has happened, when, and which tags there ever were."""
NAMED = ("zones", "managed_folders", "saved_models", "model_evaluation_stores", "dashboards")
"""Folders of objects whose ids DSS makes up."""
VOLATILE = re.compile(
    r'"(lastModifiedOn|createdOn|lastUpdate|stateChangedOn|startingFrom)": ("[^"]*"|\d+)'
)
STEP = re.compile(r'"id": "\w{7,8}"')


def files(place: Place) -> Iterator[tuple[str, bytes]]:
    """Yield what all projects hold, by path."""
    for path in sorted((place.data / "projects").rglob("*")):
        name = path.relative_to(place.data).as_posix()
        if path.is_file() and not any(part in name for part in OURS):
            yield name, path.read_bytes()


def picture(life: Life, place: Place) -> dict[str, str]:
    """What the program's projects hold, with names for the ids that DSS makes up, and without times."""
    found = {
        name: content.decode()
        for name, content in files(place)
        if name.split("/")[1] in life.keys
        and content  # DSS gives a scenario of steps an empty script when it is saved
    }
    called = {}
    for name, text in found.items():
        folder, stem = name.split("/")[-2], Path(name).stem
        if folder in NAMED and name.endswith(".json") and stem != "default":
            called[stem] = f"<{folder} {json.loads(text)['name']}>"
    out: dict[str, str] = {}
    for name, text in found.items():
        if name.split("/")[-2] == "zones":  # items are in the order in which they came in
            zone = json.loads(text)
            zone["items"].sort(key=json.dumps)
            text = json.dumps(zone, indent=1)  # noqa: PLW2901
        for id, told in called.items():
            text = text.replace(id, told)  # noqa: PLW2901
            name = name.replace(id, told)  # noqa: PLW2901
        while name in out:
            name += " once more"  # noqa: PLW2901 - two objects of one name
        out[name] = STEP.sub('"id"', VOLATILE.sub(r'"\1"', text))
    return out
