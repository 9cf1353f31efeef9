"""Any sequence of changes to a Flow leaves a complete project, which loads again unchanged."""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from typing import Any

from dataikuapi import DSSClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
)

from dssdsl.emulator import Emulator, InProcess

from .everything import parts
from .test_history import git

NAMES = [f"d{number}" for number in range(8)]
NAME = st.sampled_from(NAMES)
TAGS = st.lists(st.sampled_from(["x", "y", "z"]), max_size=3)
PICK = st.integers(min_value=0, max_value=1000)


def connect(dss: Emulator) -> DSSClient:
    client = DSSClient("http://dss", "emulator")
    client._session.mount("http://dss", InProcess(dss))
    return client


def shown(project: Any) -> dict[str, Any]:
    """Return all that the client reads of a project's objects."""
    found = {part.file: part.shown for part in parts(project)}
    found["variables"] = project.get_variables()
    found["metadata"] = project.get_metadata()
    found["default zone"] = project.get_flow().get_default_zone()._raw
    payloads = {each["name"]: project.get_recipe(each["name"]) for each in project.list_recipes()}
    found |= {name: each.get_settings().get_payload() for name, each in payloads.items()}
    return found


class Flow(RuleBasedStateMachine):
    """
    One project that is changed in every way, beside a model that says what has to be there.

    Revisions hold the model at each commit that somebody may go back to. Undoing one commit in the
    middle is not among the changes: as in DSS it can leave what names nothing.
    """

    revisions = Bundle("revisions")

    def __init__(self) -> None:
        super().__init__()
        self.dss = Emulator()
        self.client = connect(self.dss)
        self.project = self.client.create_project("P", "P", "admin")
        self.datasets: set[str] = set()
        self.recipes: dict[str, tuple[list[str], list[str]]] = {}
        self.folders: set[str] = set()
        self.zones: set[str] = set()
        self.scenarios: set[str] = set()
        self.count = 0

    def teardown(self) -> None:
        self.loads_again()
        self.dss.close()

    def _pick(self, found: Any, number: int) -> str:
        names = sorted(found)
        return str(names[number % len(names)])

    def _forget(self, ref: str) -> None:
        """Remove the recipes from the model that are deleted with a dataset or folder."""
        self.recipes = {
            name: sides
            for name, sides in self.recipes.items()
            if ref not in sides[0] and ref not in sides[1]
        }

    # -- create ----------------------------------------------------------------------------------

    @initialize()
    def begin(self) -> None:
        for name in NAMES[:3]:
            self.create_dataset(name)

    @rule(name=NAME)
    def create_dataset(self, name: str) -> None:
        if name in self.datasets:
            return
        self.project.new_managed_dataset(name).with_store_into("filesystem_managed").create()
        self.datasets.add(name)

    @rule(reads=st.lists(PICK, max_size=2), writes=st.lists(PICK, min_size=1, max_size=2))
    def create_recipe(self, reads: list[int], writes: list[int]) -> None:
        written = {ref for _, outs in self.recipes.values() for ref in outs}
        refs = self.datasets | self.folders
        free = refs - written
        if not free:
            return
        ins = [self._pick(refs, each) for each in reads]
        outs = [*dict.fromkeys(self._pick(free, each) for each in writes)]
        self.count += 1
        name = f"r{self.count}"
        code = "".join(f"dataiku.Dataset('{ref}')\n" for ref in ins)
        self.project.create_recipe(
            {
                "type": "python",
                "name": name,
                "inputs": {"main": {"items": [{"ref": ref} for ref in ins]}},
                "outputs": {"main": {"items": [{"ref": ref} for ref in outs]}},
            },
            {"rawCreation": True, "rawPayload": code},
        )
        self.recipes[name] = (ins, outs)

    @rule()
    def create_folder(self) -> None:
        self.folders.add(self.project.create_managed_folder("files").id)

    @rule(name=NAME)
    def create_zone(self, name: str) -> None:
        self.zones.add(self.project.get_flow().create_zone(name).id)

    @precondition(lambda self: self.datasets)
    @rule(number=PICK)
    def create_scenario(self, number: int) -> None:
        self.count += 1
        item = {"type": "DATASET", "itemId": self._pick(self.datasets, number)}
        steps = [{"id": "b", "type": "build_flowitem", "params": {"builds": [item]}}]
        name = f"s{self.count}"
        self.project.create_scenario(name, "step_based", {"params": {"steps": steps}})
        self.scenarios.add(name)

    # -- update ----------------------------------------------------------------------------------

    @precondition(lambda self: self.datasets)
    @rule(number=PICK, tags=TAGS)
    def update_dataset(self, number: int, tags: list[str]) -> None:
        current = self.project.get_dataset(self._pick(self.datasets, number)).get_settings()
        current.get_raw()["tags"] = tags
        current.save()

    @precondition(lambda self: self.recipes)
    @rule(number=PICK, other=PICK)
    def update_recipe(self, number: int, other: int) -> None:
        name = self._pick(self.recipes, number)
        refs = self.datasets | self.folders
        current = self.project.get_recipe(name).get_settings()
        ins = [self._pick(refs, other)] if refs else []
        items = [{"ref": ref} for ref in ins]
        current.get_recipe_raw_definition()["inputs"] = {"main": {"items": items}}
        current.save()
        self.recipes[name] = (ins, self.recipes[name][1])

    @rule(value=PICK)
    def update_variables(self, value: int) -> None:
        self.project.set_variables({"standard": {"v": value}, "local": {}})

    @precondition(lambda self: self.scenarios)
    @rule(number=PICK, active=st.booleans())
    def update_scenario(self, number: int, active: bool) -> None:
        current = self.project.get_scenario(self._pick(self.scenarios, number)).get_settings()
        current.active = active
        current.save()

    # -- rename, move ----------------------------------------------------------------------------

    @precondition(lambda self: self.datasets)
    @rule(number=PICK, new=NAME)
    def rename_dataset(self, number: int, new: str) -> None:
        old = self._pick(self.datasets, number)
        if new in self.datasets:
            return
        self.project.get_dataset(old).rename(new)
        self.datasets = (self.datasets - {old}) | {new}
        self.recipes = {
            name: tuple([new if ref == old else ref for ref in side] for side in sides)  # type: ignore[misc]
            for name, sides in self.recipes.items()
        }

    @precondition(lambda self: self.recipes)
    @rule(number=PICK)
    def rename_recipe(self, number: int) -> None:
        old = self._pick(self.recipes, number)
        self.count += 1
        self.project.get_recipe(old).rename(f"r{self.count}")
        self.recipes[f"r{self.count}"] = self.recipes.pop(old)

    @precondition(lambda self: self.folders)
    @rule(number=PICK, name=NAME)
    def rename_folder(self, number: int, name: str) -> None:
        self.project.get_managed_folder(self._pick(self.folders, number)).rename(name)

    @rule(number=PICK, zone=PICK)
    def move(self, number: int, zone: int) -> None:
        things = [
            *(self.project.get_dataset(name) for name in sorted(self.datasets)),
            *(self.project.get_recipe(name) for name in sorted(self.recipes)),
            *(self.project.get_managed_folder(name) for name in sorted(self.folders)),
        ]
        if things:
            target = self._pick(self.zones | {"default"}, zone)
            things[number % len(things)].move_to_zone(target)

    # -- delete ----------------------------------------------------------------------------------

    @precondition(lambda self: self.datasets)
    @rule(number=PICK)
    def delete_dataset(self, number: int) -> None:
        name = self._pick(self.datasets, number)
        self.project.get_dataset(name).delete()
        self.datasets.discard(name)
        self._forget(name)

    @precondition(lambda self: self.recipes)
    @rule(number=PICK)
    def delete_recipe(self, number: int) -> None:
        name = self._pick(self.recipes, number)
        self.project.get_recipe(name).delete()
        del self.recipes[name]

    @precondition(lambda self: self.folders)
    @rule(number=PICK)
    def delete_folder(self, number: int) -> None:
        name = self._pick(self.folders, number)
        self.project.get_managed_folder(name).delete()
        self.folders.discard(name)
        self._forget(name)

    @precondition(lambda self: self.zones)
    @rule(number=PICK)
    def delete_zone(self, number: int) -> None:
        name = self._pick(self.zones, number)
        self.project.get_flow().get_zone(name).delete()
        self.zones.discard(name)

    @precondition(lambda self: self.scenarios)
    @rule(number=PICK)
    def delete_scenario(self, number: int) -> None:
        name = self._pick(self.scenarios, number)
        self.project.get_scenario(name).delete()
        self.scenarios.discard(name)

    # -- past ------------------------------------------------------------------------------------

    @rule(target=revisions)
    def look_at_git(self) -> tuple[str, Any]:
        head = self.project.get_project_git().log(count=1)["entries"][0]["commitId"]
        return head, copy.deepcopy(self._model())

    @rule(revision=consumes(revisions))
    def revert(self, revision: tuple[str, Any]) -> None:
        commit, model = revision
        assert self.project.get_project_git().revert_to_revision(commit)["success"]
        self.datasets, self.recipes, self.folders, self.zones, self.scenarios = model

    def _model(self) -> tuple[Any, ...]:
        return self.datasets, self.recipes, self.folders, self.zones, self.scenarios

    # -- what holds ------------------------------------------------------------------------------

    @invariant()
    def everything_is_there(self) -> None:
        project = self.project
        assert {each["name"] for each in project.list_datasets()} == self.datasets
        recipes = {
            each["name"]: tuple(
                [item["ref"] for role in each[side].values() for item in role["items"]]
                for side in ("inputs", "outputs")
            )
            for each in project.list_recipes()
        }
        assert recipes == {name: tuple(sides) for name, sides in self.recipes.items()}
        assert {each["id"] for each in project.list_managed_folders()} == self.folders
        assert {each["id"] for each in project.list_scenarios()} == self.scenarios

    @invariant()
    def nothing_names_what_is_not_there(self) -> None:
        zones = self.project.get_flow().list_zones()
        assert {zone.id for zone in zones} == self.zones | {"default"}
        things = {("DATASET", name) for name in self.datasets}
        things |= {("RECIPE", name) for name in self.recipes}
        things |= {("MANAGED_FOLDER", name) for name in self.folders}
        place = {}
        for zone in zones:
            for item in zone._raw["items"]:
                key = item["objectType"], item["objectId"]
                assert key in things
                assert key not in place
                assert zone.id != "default"
                place[key] = zone.id
        for name, (ins, outs) in self.recipes.items():
            assert {*ins, *outs} <= self.datasets | self.folders
            for ref in outs:
                kind = "DATASET" if ref in self.datasets else "MANAGED_FOLDER"
                assert place.get((kind, ref)) == place.get(("RECIPE", name))
        for name in self.scenarios:
            for step in self.project.get_scenario(name).get_settings().raw_steps:
                assert {item["itemId"] for item in step["params"]["builds"]} <= self.datasets

    @rule()
    def loads_again(self) -> None:
        folder = self.dss.project_folder("P")
        assert git(folder, "status", "--porcelain") == ""
        with tempfile.TemporaryDirectory() as root, Emulator(Path(root)) as other:
            other.load(folder, "P")
            again = shown(connect(other).get_project("P"))
        assert json.dumps(again, sort_keys=True) == json.dumps(shown(self.project), sort_keys=True)


Flow.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestFlow = Flow.TestCase
