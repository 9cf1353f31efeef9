"""What the program leaves alone: ignore_changes, lists that are shared, items without names, what a refresh records."""

from __future__ import annotations

import pytest

from dssdsl.errors import DssdslError


def program(*lines):
    return "\n".join(
        [
            "from dssdsl import *",
            'Project("SALES", naming="any")',
            "C = 'filesystem_managed'",
            *lines,
        ]
    )


IGNORED = (
    ('Dataset("A", connection=C, tags=["gold"]{})', ["tags"]),
    ('Dataset("A", connection=C, columns={{"a": "string", "b": "int"}}{})', ["columns[a].type"]),
    ('Dataset("A", connection=C, columns={{"a": "string", "b": "int"}}{})', ["columns[0].type"]),
    ('ProjectVariables(standard={{"run": 1, "limit": 2}}{})', ["standard.run"]),
    ('ProjectVariables(standard={{"run": 1, "limit": 2}}{})', ["standard"]),
    ('ProjectPermissions(grants=[Grant(group="x", run_scenarios=True)]{})', ["grants"]),
    ('ProjectPermissions(grants=[Grant(group="x", run_scenarios=True)]{})', ["grants[x].runScenarios"]),
    ('Dataset("A", connection=C, raw={{"customFields.ward": "north"}}{})', ["customFields.ward"]),
    ('Dataset("A", connection=C, raw={{"metrics.displayedState.columns": ["a"]}}{})', ["metrics.displayedState"]),
    ('Scenario("S", steps=[ExecutePython("x = 1", name="one"), ExecutePython("y = 1", name="two")]{})', ["steps[one].params.script"]),
    ('Scenario("S", steps=[ExecutePython("x = 1")], triggers=[Daily("02:00")]{})', ["triggers"]),
)  # fmt: skip


@pytest.mark.parametrize(("line", "ignored"), IGNORED, ids=lambda v: str(v)[:60])
def test_a_field_that_is_ignored_later_is_left_alone_from_then_on(world, dss, line, ignored):
    """
    Nothing is written as it begins, and what somebody changes there afterwards stays, also as the rest is written.
    """
    world.write(program(line.format("")))
    world.up()
    later = program(line.format(f", ignore_changes={ignored!r}"))
    world.write(later)
    dss.clear_requests()

    assert not world.preview()
    world.up()
    assert not [r for r in dss.writes() if "/git/" not in r.path and ".dataiku" not in r.path]
    assert not world.preview()
    assert not world.workspace().verify()


def test_ignored_fields_stay_when_others_are_written(world, dss):
    """
    One column's comment is the UI's, the other ones are the program's.
    """
    line = 'SQLDataset("A", connection="warehouse", table="T", columns=[Column("a", "string", comment="ours"), Column("b", "string", comment="ours")]{}, ignore_changes=["columns[a].comment"])'  # fmt: skip
    world.write(program(line.format("")))
    world.up()

    def edit(document):
        for column in document["schema"]["columns"]:
            column["comment"] = "theirs"

    dss.edit("SALES", "datasets/A.json", edit)
    world.write(program(line.format(', short_desc="new"')))
    (step,) = world.preview().steps

    assert {"/shortDesc", "/schema/columns/[b]/comment"} == {c.pointer for c in step.changes}
    world.up()
    columns = world.workspace().session.json("GET", "/projects/SALES/datasets/A")["schema"]
    assert ["theirs", "ours"] == [c["comment"] for c in columns["columns"]]
    world.workspace().rollback()
    assert not world.workspace().verify()


def test_a_recipe_that_ignores_its_inputs_is_rolled_back(world):
    lines = (
        'a = Dataset("A", connection=C)',
        'b = Dataset("B", connection=C, short_desc="one")',
        'PythonRecipe("r", inputs=a, outputs=b, code="x = 1", ignore_changes=["inputs"])',
    )
    world.write(program(*lines))
    world.up()
    world.write(program(*lines).replace("one", "two"))
    world.up()

    world.workspace().rollback()

    assert not world.workspace().verify()


@pytest.mark.parametrize("path", ["colums[a].comment", "typo", "typo.x"])
def test_a_path_that_names_nothing_is_an_error(world, path):
    world.write(program(f'Dataset("A", connection=C, columns={{"a": "int"}}, ignore_changes=["{path}"])'))  # fmt: skip

    with pytest.raises(DssdslError, match="ignore_changes names"):
        world.preview()


@pytest.mark.parametrize(
    ("line", "fix"),
    [
        ('ProjectVariables(standard={"limit": 1}, ignore_changes=["standard.limits"])', '"limit"'),
        ('ProjectVariables(standard={"limit": 1}, ignore_changes=["standard[limit]"])', 'mean "limit"'),
        ('ProjectVariables(local={"l": {"x": 1}}, ignore_changes=["local.l.x"])', "as a whole"),
        ('Scenario("S", steps=[ExecutePython("x = 1", name="one")], ignore_changes=["steps[on].params"])', "one"),
        ('Scenario("S", steps=[ExecutePython("x = 1", name="one")], ignore_changes=["steps[one].parms"])', '"params"'),
    ],
)  # fmt: skip
def test_a_path_into_a_value_that_leads_nowhere_names_the_nearest(world, line, fix):
    world.write(program(line))

    with pytest.raises(DssdslError, match="ignore_changes names") as refused:
        world.preview()

    assert fix in str(refused.value)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ({"metrics.probes.x": 1}, "metrics.probes is a list in DSS, not a map"),
        ({"metrics.probes[99].enabled": True}, "metrics.probes has no item 99 in DSS"),
        ({"checklists": []}, "checklists is a map in DSS, not a list"),
        ({"shortDesc.x": 1}, "shortDesc is a text"),
        ({"flowOptions": {"rebuildBehavior": "EXPLICIT"}}, 'which is the field "rebuild"'),
    ],
)
def test_a_raw_path_that_does_not_fit_is_refused_before_the_first_write(world, dss, raw, problem):
    line = 'Dataset("A", connection=C, short_desc="x"{})'
    world.write(program(line.format("")))
    world.up()
    world.write(program(line.format(f", raw={raw!r}")))
    dss.clear_requests()

    with pytest.raises(DssdslError) as refused:
        world.up()

    assert problem in str(refused.value)
    assert not dss.writes()


def test_raw_changes_one_item_of_a_list(world, dss):
    """
    By its position or by what identifies it; the others stay, and it is compared.
    """
    line = 'Dataset("A", connection=C{})'
    world.write(program(line.format("")))
    world.up()
    session = world.workspace().session
    before = session.json("GET", "/projects/SALES/datasets/A")["metrics"]["probes"]
    assert len(before) > 1

    world.write(program(line.format(', raw={"metrics.probes[1].enabled": False, "metrics.probes[0].meta.mine": 7}')))  # fmt: skip
    world.up()

    after = session.json("GET", "/projects/SALES/datasets/A")["metrics"]["probes"]
    assert len(before) == len(after)
    assert after[1]["enabled"] is False
    assert not world.preview()
    dss.edit("SALES", "datasets/A.json", lambda d: d["metrics"]["probes"][1].update(enabled=True))
    (step,) = world.preview().steps
    assert {"/metrics/probes/[1]/enabled"} == {c.pointer for c in step.changes}


GRANTS = "ProjectPermissions(grants=[{}], dashboard_users=[]{})"


def test_an_empty_list_of_a_shared_collection_owns_nothing(world):
    """
    What others granted stays; ``exclusive`` says that the list is the program's alone.
    """
    world.write(program(GRANTS.format("", "")))
    world.up()
    session = world.workspace().session
    path = "/projects/SALES/permissions"
    theirs = session.json("GET", path) | {"permissions": [{"group": "theirs", "runScenarios": True}], "additionalDashboardUsers": {"users": [{"login": "x"}]}}  # fmt: skip
    session.send("PUT", path, theirs)

    assert not world.preview()
    assert not world.workspace().drift()
    world.write(program(GRANTS.format("", "") + "\n" + 'ProjectVariables(standard={"a": 1})'))
    world.up()
    assert ["theirs"] == [each["group"] for each in session.json("GET", path)["permissions"]]
    world.write(program(GRANTS.format("", ', exclusive=["grants", "dashboard_users"]')))
    world.up()
    after = session.json("GET", path)
    assert [[], []] == [after["permissions"], after["additionalDashboardUsers"]["users"]]
    assert not world.preview()


def test_the_programs_last_grant_is_removed_and_others_stay(world):
    world.write(program(GRANTS.format('Grant(group="ours", run_scenarios=True)', "")))
    world.up()
    session, path = world.workspace().session, "/projects/SALES/permissions"
    now = session.json("GET", path)
    session.send("PUT", path, now | {"permissions": [*now["permissions"], {"group": "theirs", "admin": True}]})  # fmt: skip
    world.write(program(GRANTS.format("", "")))
    world.up()

    assert ["theirs"] == [each["group"] for each in session.json("GET", path)["permissions"]]


def test_items_without_names_keep_what_the_ui_set(world, dss):
    """
    A step and a trigger are put in front; those that somebody switched off stay the ones that are off.
    """
    line = 'Scenario("S", steps=[{}ExecutePython("load"), ExecutePython("purge")], triggers=[{}Daily("02:00"), Daily("14:00")])'  # fmt: skip
    world.write(program(line.format("", "")))
    world.up()

    def edit(document):
        document["triggers"][1]["active"] = False
        document["params"]["steps"][1]["runConditionType"] = "DISABLED"

    dss.edit("SALES", "scenarios/S.json", edit)
    world.write(program(line.format('ExecutePython("check"), ', 'Daily("01:00"), ')))
    (step,) = world.preview().steps
    assert {"/params/steps/[]", "/triggers/[]"} == {c.pointer for c in step.changes}
    world.up()

    found = world.workspace().session.json("GET", "/projects/SALES/scenarios/S")
    assert [(1, True), (2, True), (14, False)] == [(t["params"]["hour"], t["active"]) for t in found["triggers"]]  # fmt: skip
    assert ["check", "load", "purge"] == [s["params"]["script"] for s in found["params"]["steps"]]
    assert [False, False, True] == [s["runConditionType"] == "DISABLED" for s in found["params"]["steps"]]  # fmt: skip
    assert not world.preview()


def test_a_refresh_records_only_what_the_program_manages(world, dss):
    """
    Others' grants, members and settings stay theirs: the next deployment does not take them away.
    """
    text = program(
        'with FlowZone("Work"):',
        '    a = Dataset("A", connection=C)',
        '    b = Dataset("B", connection=C)',
        'ProjectPermissions(grants=[Grant(group="x", run_scenarios=True), Grant(group="y", run_scenarios=True)])',
        'Scenario("S", steps=[Build(a)])',
    )
    world.write(text)
    world.up()
    session, path = world.workspace().session, "/projects/SALES/permissions"
    now = session.json("GET", path)
    theirs = [each for each in now["permissions"] if each.get("group") != "x"]
    session.send("PUT", path, now | {"permissions": [*theirs, {"group": "theirs", "readProjectContent": True}]})  # fmt: skip
    session.json("POST", "/projects/SALES/datasets/", {"name": "THEIRS", "projectKey": "SALES", "type": "Filesystem", "managed": False, "params": {"connection": "filesystem_managed", "path": "x"}})  # fmt: skip
    (zone,) = [z for z in session.json("GET", "/projects/SALES/flow/zones") if z["name"] == "Work"]
    where = "/projects/SALES/flow/zones/{}/add-items"
    session.json(
        "POST", where.format(zone["id"]), [{"objectId": "THEIRS", "objectType": "DATASET"}]
    )
    session.json("POST", where.format("default"), [{"objectId": "A", "objectType": "DATASET"}])

    def edit(document):
        first = document["params"]["steps"][0]
        second = {**first, "params": {**first["params"], "builds": [{**first["params"]["builds"][0], "itemId": "B"}]}}  # fmt: skip
        document["params"]["steps"] = [first | {"maxRetriesOnFail": 5}, second | {"maxRetriesOnFail": 7}]  # fmt: skip

    dss.edit("SALES", "scenarios/S.json", edit)

    assert world.workspace().drift()
    assert world.workspace().refresh()
    assert not world.workspace().refresh()
    assert not world.workspace().drift()
    world.write(text.replace("Build(a)", "Build(a), Build(b)"))
    world.up()

    assert {"x", "y", "theirs"} == {each["group"] for each in session.json("GET", path)["permissions"]}  # fmt: skip
    (zone,) = [z for z in session.json("GET", "/projects/SALES/flow/zones") if z["name"] == "Work"]
    assert {"A", "B", "THEIRS"} == {each["objectId"] for each in zone["items"]}
    steps = session.json("GET", "/projects/SALES/scenarios/S")["params"]["steps"]
    assert [5, 7] == [each["maxRetriesOnFail"] for each in steps]
    assert not world.preview()


def test_a_replaced_recipe_keeps_its_descriptions(world, dss):
    """
    Its type is fixed at creation: it is created again, with its description, tags and custom fields.
    """
    lines = (
        'a = Dataset("A", connection=C)',
        'b = Dataset("B", connection=C)',
    )
    world.write(program(*lines, 'PythonRecipe("r", inputs=a, outputs=b, code="x = 1")'))
    world.up()
    told = {"description": "runbook", "tags": ["oncall"], "customFields": {"owner": "me"}}
    dss.edit("SALES", "recipes/r.json", lambda d: d.update(told))
    world.write(program(*lines, 'Recipe("r", inputs=a, outputs=b, type="r", payload="1", short_desc="ours")'))  # fmt: skip
    world.up()

    found = world.workspace().session.json("GET", "/projects/SALES/recipes/r")["recipe"]
    assert ("r", "ours") == (found["type"], found["shortDesc"])
    assert told == {name: found[name] for name in told}
    assert not world.preview()
