"""Parts that these tests share."""

from __future__ import annotations

from tests.emulator.test_datasets import managed

COLUMNS = [{"name": "k", "type": "string"}, {"name": "v", "type": "double"}]


def filled(project, *names):
    for name in names:
        managed(project, name).set_schema({"columns": COLUMNS, "userModified": True})
    return project


def commits(project):
    return len(project.get_project_git().log(count=1000)["entries"])
