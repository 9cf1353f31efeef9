from __future__ import annotations

from .parts import commits, filled


def test_the_document_of_a_new_zone(project, client):
    made = client._perform_json("POST", "/projects/SALES/flow/zones", body={"name": "z"})
    del made["id"]
    assert made == {
        "name": "z",
        "color": "#2ab1ac",
        "items": [],
        "shared": [],
        "position": {},
        "tags": [],
        "customFields": {},
        "checklists": {"checklists": []},
    }


def test_moving_is_one_commit_over_both_zones(project):
    filled(project, "b", "a")
    one, two = project.get_flow().create_zone("1"), project.get_flow().create_zone("2")
    for name in "ba":
        project.get_dataset(name).move_to_zone(one.id)
    items = project.get_flow().get_zone(one.id)._raw["items"]
    assert [each["objectId"] for each in items] == ["b", "a"]
    before = commits(project)
    project.get_dataset("b").move_to_zone(two.id)
    git = project.get_project_git()
    changed = git.diff(git.log(count=1)["entries"][0]["commitId"])["entries"]
    assert commits(project) == before + 1
    assert {each["path"] for each in changed} == {f"zones/{one.id}.json", f"zones/{two.id}.json"}


def test_the_default_zone_loses_its_name_with_the_last_other_zone(project, messages):
    zone = project.get_flow().create_zone("z")
    settings = project.get_flow().get_default_zone().get_settings()
    settings.name, settings.color = "Rest", "#000000"
    settings.save()
    assert messages()[0] == "Edited zone:default"
    assert project.get_flow().get_default_zone().name == "Rest"
    zone.delete()
    default = project.get_flow().get_default_zone()
    assert (default.name, default.color) == ("Default", "#D1D8DA")
