"""Projects that real DSS instances wrote are served, and saved, as they are."""

from __future__ import annotations

import json

import pytest

from dssdsl.emulator import gson
from dssdsl.emulator.app import Emulator

from .conftest import CORPUS

if not CORPUS.is_dir():
    pytest.skip("the corpus of real projects is not here", allow_module_level=True)

PROJECTS = sorted(path.name for path in CORPUS.iterdir() if (path / "params.json").exists())
KINDS = (
    *("datasets", "managedfolders", "savedmodels", "evaluationstores", "scenarios"),
    *("dashboards", "webapps", "sql-notebooks", "streamingendpoints", "knowledge-banks"),
)


def without_version(text: str) -> str:
    document = json.loads(text)
    document.pop("versionTag", None)
    return json.dumps(document)


def snapshot(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.parts and path.name != "version-tags.json"
    }


@pytest.mark.parametrize("name", PROJECTS)
def test_saving_what_was_read_changes_nothing(name, connect):
    """
    Every object of every project keeps its bytes when it is saved unchanged.
    """
    with Emulator() as dss:
        dss.load(CORPUS / name, "REAL")
        client = connect(dss)
        before = snapshot(dss.root / "projects" / "REAL")
        base = "/projects/REAL"

        for kind in KINDS:
            for item in client._perform_json("GET", f"{base}/{kind}/"):
                key = item["name"] if kind == "datasets" else item["id"]
                path = f"{base}/{kind}/{key.replace(' ', '%20')}"
                client._perform_empty("PUT", path, body=client._perform_json("GET", path))
        for item in client._perform_json("GET", f"{base}/recipes/"):
            path = f"{base}/recipes/{item['name'].replace(' ', '%20')}"
            client._perform_empty("PUT", path, body=client._perform_json("GET", path))
        for item in client._perform_json("GET", f"{base}/insights/"):
            path = f"{base}/insights/{item['id']}/"
            insight = client._perform_json("GET", path)
            client._perform_json("POST", path, body={"insight": insight})
        for service in client._perform_json("GET", f"{base}/apiservices/"):
            path = f"{base}/apiservices/{service['id']}/settings"
            client._perform_empty("PUT", path, body=client._perform_json("GET", path))
        for analysis in client._perform_json("GET", f"{base}/lab/"):
            path = f"{base}/lab/{analysis['analysisId']}/"
            client._perform_empty("PUT", path, body=client._perform_json("GET", path))
        for article in client.get_project("REAL").get_wiki().list_articles():
            article.get_data().save()
        client.get_project("REAL").get_wiki().get_settings().save()
        for zone in client._perform_json("GET", f"{base}/flow/zones"):
            path = f"{base}/flow/zones/{zone['id']}"
            if zone["id"] != "default":
                client._perform_empty("PUT", path, body=zone)
        for part in ("metadata", "settings", "permissions", "tags", "variables"):
            path = f"{base}/{part}"
            client._perform_empty("PUT", path, body=client._perform_json("GET", path))

        after = snapshot(dss.root / "projects" / "REAL")
        changed = [
            path
            for path, content in before.items()
            if after[path] != content
            and without_version(after[path].decode()) != without_version(content.decode())
        ]
        assert changed == []
        added = {path for path in after if path not in before and not path.endswith(".py")}
        assert added <= {"tags.json", "wiki/taxonomy.json"}


@pytest.mark.parametrize("name", PROJECTS[:6])
def test_the_graph_of_a_real_flow(name, connect):
    with Emulator() as dss:
        dss.load(CORPUS / name, "REAL")
        project = connect(dss).get_project("REAL")
        nodes = project.get_flow().get_graph().nodes

        assert {item["name"] for item in project.list_datasets()} <= set(nodes)


def test_files_are_written_as_dss_writes_them():
    """
    Of the documents that DSS wrote itself, the writer gives back each byte.
    """
    same = different = 0
    for path in CORPUS.glob("*/*/*.json"):
        if path.parent.name not in ("datasets", "recipes", "scenarios", "zones", "managed_folders"):
            continue
        text = path.read_bytes().decode()
        document = json.loads(text)
        again = {gson.dumps(document), gson.dumps(document, compact_columns=True)}
        same, different = same + (text in again), different + (text not in again)

    assert different < 0.03 * same
