from __future__ import annotations

from typing import Any

import pytest

from dssdsl.emulator import Emulator
from dssdsl.errors import ProgramError
from dssdsl.lang.provider import PROVIDERS
from dssdsl.lang.values import Initial
from dssdsl.resources.datasets.columns import TimeDimension
from dssdsl.resources.managed_folders import ManagedFolder
from dssdsl.resources.zones import FlowZone
from tests.support.contract import ResourceContract

from .deploying import Deployed, faults, program


class TestManagedFolder(ResourceContract):
    cls = ManagedFolder
    name = "reports"
    document = {
        "id": "0h9QUF1p",
        "projectKey": "P",
        "name": "reports",
        "type": "S3",
        "params": {
            "connection": "lake",
            "path": "/out/reports",
            "notReadyIfEmpty": False,
            "filesSelectionRules": {"mode": "ALL", "excludeRules": [], "includeRules": []},
        },
        "partitioning": {
            "dimensions": [{"name": "day", "type": "time", "params": {"period": "DAY"}}],
            "ignoreNonMatchingFile": False,
            "considerMissingRequestedPartitionsAsEmpty": False,
        },
        "flowOptions": {
            "virtualizable": False,
            "rebuildBehavior": "NORMAL",
            "crossProjectBuildBehavior": "DEFAULT",
        },
        "shortDesc": "PDFs",
        "description": "One a week.",
        "tags": ["elt", "finance"],
        "customFields": {},
        "checklists": {"checklists": []},
        "versionTag": {"versionNumber": 3, "lastModifiedBy": {"login": "admin"}},
    }
    edits = [
        ("tags", ["elt"], "update"),
        ("short_desc", "More PDFs", "update"),
        ("partitioning", [], "update"),
        ("connection", "lake2", "move"),
        ("path", "/elsewhere", "move"),
    ]

    def full(self) -> dict[str, Any]:
        return {
            "connection": "lake",
            "path": "/out/reports",
            "partitioning": TimeDimension("day"),
            "short_desc": "PDFs",
            "description": "One a week.",
            "tags": ["finance", "elt"],
            "zone": FlowZone("Reports"),
        }


def test_a_new_one_is_made_where_dss_makes_them():
    with program():
        assert ManagedFolder("reports").document() == {
            "name": "reports",
            "params": {
                "connection": Initial("filesystem_folders"),
                "path": Initial("/${projectKey}/${odbId}"),
            },
        }


def test_its_id_cannot_be_looked_at():
    with program():
        folder = ManagedFolder("reports")
        with pytest.raises(ProgramError, match="not known before"):
            str(folder.id)


def test_an_existing_one_is_only_referred_to():
    with program() as made:
        folder = ManagedFolder.existing("reports", project="OTHER")

        assert folder.exists
        assert folder.project.identity == "OTHER"
        assert folder not in made.resources
        assert not faults(made)


def test_it_is_made_once():
    with Emulator(connections={"lake": "EC2"}) as emulator, program() as made:
        folder = ManagedFolder("reports", connection="lake", path="/out", tags=["b", "a"])
        plain = ManagedFolder("plain")
        deployed = Deployed(made, emulator)
        deployed.up()
        deployed.writes()
        deployed.up()

        assert not deployed.writes()
        assert deployed.read(folder).document["type"] == "S3"
        assert deployed.read(folder).document["tags"] == ["a", "b"]
        found = deployed.read(plain).document
        assert found["params"]["path"] == "/${projectKey}/${odbId}"
        PROVIDERS["managed_folder"].delete(deployed.dss, "P", found["id"], drop_data=True)
        assert deployed.read(plain) is None
