from __future__ import annotations

from dssdsl.resources.recipes.sync import SyncRecipe
from tests.resources.recipes.visual import VisualContract

from .corpus import (
    EDITS,
    ENGINE_PARAMS,
    HEAD,
)


class TestSyncRecipe(VisualContract):
    cls = SyncRecipe
    document = {
        **HEAD,
        "type": "sync",
        "name": "make_result",
        "params": {
            "schemaMode": "FREE_SCHEMA_NAME_BASED",
            "engineType": "DSS",
            "engineParams": ENGINE_PARAMS,
        },
        "payload": {},
    }
    edits = [
        *EDITS,
        ("schema_mode", "STRICT_SYNC", "update"),
        ("engine", "SQL", "update"),
        ("engine", None, "update"),
    ]

    def minimal(self):
        return self.flow()

    def full(self):
        return {**self.common(), "schema_mode": "FREE_SCHEMA_NAME_BASED", "engine": "DSS"}
