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
        "params": {"schemaMode": "STRICT_SYNC", "engineParams": ENGINE_PARAMS},
        "payload": {},
    }
    edits = EDITS

    def minimal(self):
        return self.flow()

    def full(self):
        return self.common()
