"""One deployment of every class of resource at once, in Python and in YAML."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

from dssdsl.resources.projects import Project
from dssdsl.workspace import Workspace
from tests import resources
from tests.support import as_yaml
from tests.support.contract import ResourceContract
from tests.support.effort import some
from tests.support.everything import classes, everything, prepare
from tests.support.world import Declared


def contracts() -> list[type[ResourceContract]]:
    """The contracts of all classes."""
    for module in pkgutil.walk_packages(resources.__path__, f"{resources.__name__}."):
        importlib.import_module(module.name)
    found, queue = [], [ResourceContract]
    while queue:
        below = queue.pop(0).__subclasses__()
        queue += below
        found += [each for each in below if each.cls is not None]
    return found


@pytest.fixture(name="folder")
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return prepare(tmp_path)


def test_every_class_is_declared_and_has_a_contract(dss, folder):
    """
    No class that can be imported is missing from the proofs.
    """
    made = Declared(everything, dss, folder).loaded[0].resources

    assert classes() == {type(resource) for resource in made}
    assert classes() == {contract.cls for contract in contracts()}


@pytest.mark.proof
def test_minimal_and_full_of_every_class_in_one_deployment(dss, folder):
    """
    A program of many projects, each with one class as its contract declares it, is deployed once.
    """
    chosen = some(contracts(), 5, "everything")

    def program() -> None:
        for n, cls in enumerate(chosen):
            for fields in ("minimal", "full"):
                contract = cls()
                if cls.cls is Project:
                    Project(f"P{n}_{fields}", naming="any", **getattr(contract, fields)())
                    continue
                with Project(f"P{n}_{fields}", naming="any"):
                    contract.around()
                    contract.make(getattr(contract, fields)())

    first = Declared(program, dss, folder).up()
    dss.clear_requests()

    assert 2 * len(chosen) == sum(step.kind == "project" for step in first.plan.steps)
    assert [] == [step.label for step in Declared(program, dss, folder).up().plan.steps]
    assert [] == dss.writes()
    Declared(program, dss, folder).destroy()
    assert [] == dss.projects()


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_everything_in_yaml_is_the_same_deployment(dss, folder, suffix):
    """
    What was deployed from YAML is what Python declares: neither has anything to do after the other.
    """
    path = folder / f"project.{suffix}"
    as_yaml.write(Declared(everything, dss, folder).loaded[0].resources, path)
    Workspace(path, emulator=dss).up()
    dss.clear_requests()

    for _ in range(2):
        assert [] == [step.label for step in Workspace(path, emulator=dss).up().plan.steps]
    assert [] == [step.label for step in Declared(everything, dss, folder).up().plan.steps]
    assert [] == dss.writes()
