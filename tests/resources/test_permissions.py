from __future__ import annotations

from typing import Any

from dssdsl.emulator import Emulator
from dssdsl.lang.canonical import view
from dssdsl.lang.overlay import overlay
from dssdsl.resources.permissions import Grant, ProjectPermissions
from tests.support.contract import ResourceContract

from .deploying import Deployed, faults, program

FLAGS = (
    "admin",
    "readProjectContent",
    "writeProjectContent",
    "exportDatasetsData",
    "readDashboards",
    "writeDashboards",
    "moderateDashboards",
    "runScenarios",
    "manageDashboardAuthorizations",
    "manageExposedElements",
    "manageAdditionalDashboardUsers",
    "publishToDataCollections",
    "shareToWorkspaces",
    "executeApp",
)


def item(**flags: Any) -> dict[str, Any]:
    return {**dict.fromkeys(FLAGS, False), **flags}


class TestProjectPermissions(ResourceContract):
    cls = ProjectPermissions
    raw = {}
    name = None
    document = {
        "owner": "alice",
        "permissions": [
            {"group": "others", **item(admin=True)},
            {"group": "analysts", **item(readProjectContent=True, runScenarios=True)},
            {"user": "bob", **item(writeProjectContent=True)},
        ],
        "additionalDashboardUsers": {"users": [{"login": "carol"}, {"login": "dave"}]},
    }
    edits = [
        ("grants", Grant(group="analysts", read_project_content=False), "update"),
        ("dashboard_users", ["erin"], "update"),
    ]

    def full(self) -> dict[str, Any]:
        return {
            "grants": [
                Grant(group="analysts", read_project_content=True, run_scenarios=True),
                Grant(user="bob", write_project_content=True),
            ],
            "dashboard_users": ["carol"],
        }


def test_every_flag_has_its_name_in_dss():
    flags = [n for n in Grant.model_fields if n not in ("group", "user")]
    with program():
        permissions = ProjectPermissions(grants=Grant(group="g", **dict.fromkeys(flags, True)))

    assert permissions.document()["permissions"] == [{"group": "g", **dict.fromkeys(FLAGS, True)}]


def test_a_grant_is_for_one_group_or_user():
    with program() as made:
        Grant(admin=True)
        Grant(group="g", user="u")

    assert len(made.errors) == 2
    assert "group or a user" in str(made.errors[0])


def test_two_grants_for_one_group_are_refused():
    with program() as made:
        ProjectPermissions(grants=[Grant(group="g", admin=True), Grant(group="g")])

        assert any('two grants for group "g"' in fault for fault in faults(made))


def test_others_grants_stay():
    shape = ProjectPermissions.shape()
    live = {
        "owner": "alice",
        "permissions": [{"user": "g", **item(admin=True)}, {"group": "g", **item(newFlag=True)}],
        "additionalDashboardUsers": {"users": [{"login": "x"}]},
    }
    with program():
        wanted = ProjectPermissions(
            grants=Grant(group="g", run_scenarios=True), dashboard_users="y"
        ).document()

    after = overlay(live, wanted, shape)

    assert after["owner"] == "alice"
    assert after["permissions"][0] == live["permissions"][0]
    assert after["permissions"][1] == {"group": "g", **item(newFlag=True, runScenarios=True)}
    assert after["additionalDashboardUsers"]["users"] == [{"login": "x"}, {"login": "y"}]
    assert view(after, wanted, shape) == view(wanted, wanted, shape)


def test_named_users_are_checked():
    with program():
        permissions = ProjectPermissions(
            grants=[Grant(group="g"), Grant(user="bob")], dashboard_users="carol"
        )

    assert {*permissions.uses()} == {("group", "g"), ("user", "bob"), ("user", "carol")}


def test_they_are_merged_into_the_document():
    with Emulator() as emulator, program() as made:
        mine = ProjectPermissions(
            grants=[Grant(group="g", run_scenarios=True), Grant(user="u", admin=True)],
            dashboard_users=["x"],
        )
        deployed = Deployed(made, emulator)
        deployed.up()
        deployed.writes()
        deployed.up()

        assert not deployed.writes()
        found = deployed.read(mine).document
        assert found["owner"]
        assert [i.get("group") or i.get("user") for i in found["permissions"]] == ["g", "u"]
