from __future__ import annotations

from dssdsl.resources.projects import Project
from tests.support.contract import ResourceContract


class TestProject(ResourceContract):
    cls = Project
    name = "SALES"
    document = {
        "metadata": {
            "label": "Sales analytics",
            "shortDesc": "orders",
            "description": "# Sales",
            "tags": ["elt", "finance"],
            "checklists": {},
        },
        "settings": {
            "projectStatus": "In progress",
            "settings": {
                "gitCommitMode": "EXPLICIT",
                "disableAutomaticTriggers": True,
                "codeEnvs": {
                    "python": {"mode": "EXPLICIT_ENV", "envName": "py311", "preventOverride": False}
                },
                "container": {"containerMode": "EXPLICIT_CONTAINER", "containerConf": "gpu"},
            },
        },
        "permissions": {"owner": "admin", "permissions": []},
        "creation": {"projectFolderId": "ROOT"},
    }
    edits = [
        ("name", "Sales", "update"),
        ("short_desc", "all orders", "update"),
        ("description", "none", "update"),
        ("tags", ["finance"], "update"),
        ("status", "Done", "update"),
        ("code_env", "INHERIT", "update"),
        ("container", "NONE", "update"),
        ("git_commit_mode", "AUTO", "update"),
        ("disable_triggers", False, "update"),
        ("owner", "alice", "update"),
    ]
    unset = ("naming",)
    raw = {"metadata.customFields.ward": "north"}

    def full(self):
        return {
            "name": "Sales analytics",
            "owner": "admin",
            "short_desc": "orders",
            "description": "# Sales",
            "tags": ["finance", "elt"],
            "status": "In progress",
            "folder": "ROOT",
            "code_env": "py311",
            "container": "gpu",
            "git_commit_mode": "EXPLICIT",
            "disable_triggers": True,
        }
