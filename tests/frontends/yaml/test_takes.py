from __future__ import annotations

from dssdsl.frontends.yaml import takes

from .programs import load


def test_yaml_has_a_section_for_every_class(write):
    load(write("project: {key: SALES}\n"))
    from dssdsl.lang.declared import KINDS
    from dssdsl.resources.datasets.base import AnyDataset
    from dssdsl.resources.recipes.base import AnyRecipe

    sections = {
        "Project",
        "ProjectVariables",
        "ProjectPermissions",
        "FlowZone",
        "ManagedFolder",
        "SavedModel",
    }
    sections |= {"EvaluationStore", "Scenario", "LibraryFile"}
    sections |= {c.__name__ for base in (AnyDataset, AnyRecipe) for c in takes.concrete(base)}

    ours = {name for name, cls in KINDS.items() if cls.__module__.startswith("dssdsl.")}
    assert ours == sections
