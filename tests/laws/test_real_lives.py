"""
Projects live on: a program adopts one whole, then people and programs change it, and the laws hold all along.

The program is a copy of the project's export, declared object by object; a life edits that copy, or DSS behind it.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attrs import define, field

from dssdsl.emulator import Emulator
from dssdsl.errors import DssdslError, ProgramError
from dssdsl.plan.options import Options
from dssdsl.plan.steps import Action, Plan
from tests.laws.test_corpus_adoption import PROJECTS, connections, declare, environments, read
from tests.support.corpus import CLINIC, CORPUS
from tests.support.effort import drawn, some
from tests.support.world import Declared

KEY = "REAL"
REFUSED = (2, 5, 6)
"""Exit codes of a plan that a rule, an error of the program, or an object that is gone stops."""
DESCRIBED = ("datasets", "managed_folders", "recipes", "scenarios")


@define
class Life:
    """One project in a DSS, the program that manages it, and what happens to both."""

    dss: Emulator
    folder: Path
    draw: Random
    renamed: dict[str, str] = field(factory=dict)
    before: dict[str, str] = field(factory=dict)
    theirs: dict[str, str] = field(factory=dict)
    past: list[str] = field(factory=list)
    place: str = "one"

    # -- the program, and DSS ----------------------------------------------------------------

    @property
    def source(self) -> Path:
        """The copy of the export that the program is made of."""
        return self.folder / "source"

    def workspace(self, place: str | None = None) -> Declared:
        """The program as it is now, in the folder that has it."""
        folder = self.folder / (place or self.place)
        folder.mkdir(exist_ok=True)
        return Declared(lambda: declare(self.source, self.renamed), self.dss, folder)

    def documents(self) -> dict[str, bytes]:
        """Every file of the project in DSS but Git's and the state's own."""
        folder = self.dss.project_folder(KEY)
        files = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
        ours = {".git", ".dataiku_framework"}
        return {
            name.as_posix(): path.read_bytes()
            for name, path in files.items()
            if not ours & set(name.parts) and name.name != "version-tags.json"
        }

    def pick(self, *kinds: str) -> Path | None:
        """One of the program's objects."""
        found = [p for kind in kinds for p in sorted((self.source / kind).glob("*.json"))]
        found = [p for p in found if p.stem != "default"]
        return self.draw.choice(found) if found else None

    def rewrite(self, path: Path, change: Callable[[dict[str, Any]], Any]) -> None:
        """Change an object of the program."""
        document = read(path)
        change(document)
        path.write_text(json.dumps(document), encoding="utf-8")

    def edit(self, change: Callable[[dict[str, Any]], Any]) -> str | None:
        """Somebody changes an object in DSS; gives its file."""
        path = self.pick(*DESCRIBED)
        if path is None:
            return None
        file = path.relative_to(self.source).as_posix()
        if file not in self.documents():
            return None
        self.dss.edit(KEY, file, change)
        return file

    # -- the laws ----------------------------------------------------------------------------

    def save(self) -> None:
        """Remember the program, to go back to it if its plan is refused."""
        shutil.rmtree(self.folder / "kept", ignore_errors=True)
        shutil.copytree(self.source, self.folder / "kept")
        self.before = dict(self.renamed)

    def give_up(self) -> None:
        """Go back to the program of the last `save`."""
        shutil.rmtree(self.source)
        shutil.copytree(self.folder / "kept", self.source)
        self.renamed = dict(self.before)

    def up(self, **options: Any) -> None:
        """
        Deploy: what the plan does not name stays byte for byte, and then there is nothing to do.

        A plan that is refused sends no write, and the program goes back to what it was.
        """
        before, sent = self.documents(), len(self.dss.writes())
        asked = Options(adopt=True, **options)
        try:
            plan = self.workspace().preview(asked)
        except DssdslError as error:
            self.refused(error)
            assert sent == len(self.dss.writes()), self.past
            self.give_up()
            return
        self.workspace().up(asked)
        self.untouched(before, plan)
        self.settled()

    def refused(self, error: DssdslError) -> None:
        """Remember what was refused; any other error fails the test."""
        if error.exit_code not in REFUSED:
            raise error
        self.past.append(f"refused: {str(error).splitlines()[0]}")

    def settled(self) -> None:
        """The second plan is empty, and what people set beside the program is still there."""
        again = self.workspace().preview(Options())
        assert not again, (self.past, [(s.label, s.action, s.changes) for s in again.steps])
        now = self.documents()
        for file, owner in self.theirs.items():
            assert file not in now or owner in now[file].decode(), (self.past, file)

    def untouched(self, before: dict[str, bytes], plan: Plan) -> None:
        """
        What no step names is the same.

        A rename and a delete let DSS rewrite those that refer to it; the plan names only the resource itself.
        """
        steps = [s for s in plan.steps if s.action is not Action.ADOPT or s.changes]
        gone = {n for s in steps for n in (s.name, s.old) if n}
        word = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in gone) or r"(?!)")
        now = self.documents()
        for file, text in before.items():
            named = word.search(file) or word.search(text.decode(errors="replace"))
            if not named and file.split("/")[0] in DESCRIBED and file.endswith(".json"):
                assert now.get(file) == text, (self.past, file)


# -- what happens in a life ----------------------------------------------------------------------


def describes(life: Life) -> None:
    """The program describes an object differently."""
    if path := life.pick(*DESCRIBED):
        life.rewrite(path, lambda d: d.update(shortDesc=f"described {len(life.past)}"))
    life.up()


def drops(life: Life) -> None:
    """The program drops an object."""
    if path := life.pick(*DESCRIBED):
        path.unlink()
    life.up()


def deletes(life: Life) -> None:
    """The program drops an object, and DSS is to delete it though dssdsl did not create it."""
    if path := life.pick("recipes", "scenarios", "datasets"):
        path.unlink()
    life.up(delete_adopted=True)


def adds(life: Life) -> None:
    """The program declares a dataset that is new."""
    name = f"added_{len(life.past)}"
    document = {
        "isNew": True,  # not an object of DSS's
        "type": "Filesystem",
        "managed": True,
        "params": {"connection": "filesystem_managed", "path": f"${{projectKey}}/{name}"},
        "formatType": "csv",
        "formatParams": {"separator": ",", "parseHeaderRow": True},
        "schema": {"columns": [{"name": "id", "type": "bigint"}]},
    }
    path = life.source / "datasets" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")
    life.up()


def renames(life: Life) -> None:
    """The program renames a dataset, wherever it refers to it."""
    path = life.pick("datasets")
    if path is None or path.stem in life.renamed:
        return
    old, new = path.stem, f"{path.stem}_{len(life.past)}"
    word = re.compile(rf"\b{re.escape(old)}\b")
    for file in life.source.rglob("*"):
        if file.is_file() and file.parent.name in ("recipes", "scenarios"):
            try:
                text = file.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            file.write_text(word.sub(new, text), encoding="utf-8")
    path.rename(path.with_name(f"{new}.json"))
    life.renamed[new] = old
    life.up()


def edits_beside(life: Life) -> None:
    """Somebody sets in DSS what the program does not."""
    owner = f"owner {len(life.past)}"
    if file := life.edit(
        lambda d: d.setdefault("customMeta", {}).setdefault("kv", {}).update(o=owner)
    ):
        life.theirs[file] = owner
    assert not life.workspace().preview(Options()), life.past
    describes(life)


def edits_ours(life: Life) -> None:
    """Somebody changes in DSS what the program sets: `drift` and `preview` say the same, and `up` sets it back."""
    life.edit(lambda d: d.update(tags=["changed in DSS"]))
    plan, drift = life.workspace().preview(Options()), life.workspace().drift()
    assert [s.label for s in plan.steps] == [s.label for s in drift.steps], life.past
    life.up()


def refreshes(life: Life) -> None:
    """The state takes what DSS has; the next deployment changes nothing that it did not change before."""
    before = life.documents()
    life.edit(lambda d: d.setdefault("customMeta", {}).setdefault("kv", {}).update(r="refreshed"))
    after = life.documents()
    life.workspace().refresh()
    assert after == life.documents(), life.past
    assert before.keys() == after.keys(), life.past
    life.up()


def rolls_back(life: Life) -> None:
    """One deployment back, then the program again."""
    try:
        life.workspace().rollback(1, options=Options(delete_adopted=True))
    except DssdslError as error:
        life.refused(error)
    life.up()


def moves_folder(life: Life) -> None:
    """Another checkout, of another name, claims the project and goes on."""
    place = f"checkout_{len(life.past)}"
    life.workspace(place).state.claim()
    life.place = place
    life.settled()
    describes(life)


def forgets(life: Life) -> None:
    """The state forgets an object; the program adopts it again."""
    names = life.workspace().state.list()[KEY].resources.get("dataset", [])
    if names:
        life.workspace().state.forget(f"dataset/{life.draw.choice(names)}")
    life.up()


def targets(life: Life) -> None:
    """Only a part of the program is deployed, then the rest."""
    if path := life.pick("datasets"):
        life.rewrite(path, lambda d: d.update(shortDesc=f"targeted {len(life.past)}"))
    if other := life.pick("recipes"):
        life.rewrite(other, lambda d: d.update(shortDesc=f"left out {len(life.past)}"))
        before = life.documents()
        try:
            life.workspace().up(Options(adopt=True, targets=("dataset/*",)))
        except ProgramError as error:
            life.refused(error)
        file = other.relative_to(life.source).as_posix()
        assert before.get(file) == life.documents().get(file), life.past
    life.up()


EVENTS = (
    describes, drops, deletes, adds, renames, edits_beside, edits_ours, refreshes, rolls_back, moves_folder,
    forgets, targets,
)  # fmt: skip


def live(folder: Path, place: Path, number: int, events: int) -> None:
    """One life: adopted, then some of all events, in an order that the seed draws."""
    draw = drawn("real lives", folder.name, number)
    shutil.copytree(folder, place / "source", ignore=shutil.ignore_patterns(".git"))
    with Emulator(connections=connections(folder), code_envs=environments(folder)) as dss:
        dss.load(folder, KEY)
        life = Life(dss, place, draw)
        life.save()
        life.up()
        for event in draw.sample(EVENTS, events):
            life.past.append(event.__name__)
            life.save()
            event(life)


def test_our_own_project_lives_on(tmp_path):
    """
    A project that was built in the UI, in full.
    """
    live(CLINIC, tmp_path, 0, len(EVENTS))


LIVES = [f"{project}-{number}" for project in PROJECTS for number in range(12)]


@pytest.mark.proof
@pytest.mark.parametrize("one", some(LIVES, 4, "real lives"))
def test_a_real_project_lives_on(one, tmp_path, monkeypatch):
    """
    Each of the projects at hand, twelve lives of each.
    """
    monkeypatch.setenv("HOOK", "REDACTED")
    project, _, number = one.rpartition("-")
    live(CORPUS / project, tmp_path, int(number), 4)
