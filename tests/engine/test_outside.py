"""What a program names and DSS does not have: an error, a warning or «not checked», before the first write."""

from __future__ import annotations

import pytest
from dataikuapi import DSSClient

from dssdsl.emulator import InProcess, User
from dssdsl.errors import ProgramErrors
from tests.support.world import World, emulator

HEAD = "from dssdsl import *\nProject('SALES')\n"
SCENARIO = "Scenario({id!r}, steps=[ExecutePython('1'){steps}], triggers=[{triggers}])\n"


@pytest.fixture
def world(tmp_path):
    with emulator(keys={"emulator": User("admin"), "bob": User("bob")}) as dss:
        yield World(tmp_path, dss)


def client(world: World) -> DSSClient:
    found = DSSClient("http://dss", "emulator")
    found._session.mount("http://dss", InProcess(world.dss))
    return found


def faults(world: World) -> list[tuple[str, str | None]]:
    with pytest.raises(ProgramErrors) as caught:
        world.preview()
    assert not world.dss.writes()
    return [(error.problem, error.fix) for error in caught.value.each()]


def notes(world: World) -> list[str]:
    return [remark.names[0] for remark in world.preview().remarks]


def scenario(id: str, *, steps: str = "", triggers: str = "") -> str:
    return SCENARIO.format(id=id, steps=steps and f", {steps}", triggers=triggers)


@pytest.mark.parametrize(
    "said", [{"triggers": "AfterScenario('NIGTHLY')"}, {"steps": "RunScenario('NIGTHLY')"}]
)
def test_a_scenario_that_nobody_has_is_an_error_with_the_nearest_name(world, said):
    world.write(HEAD + scenario("NIGHTLY") + scenario("REPORT", **said))

    assert faults(world) == [
        (
            'scenario REPORT refers to scenario "NIGTHLY", which neither the program nor DSS has',
            'did you mean "NIGHTLY"?',
        )
    ]


def test_a_scenario_of_dss_is_found(world):
    world.write(HEAD)
    world.up()
    client(world).get_project("SALES").create_scenario("MONTHLY", "step_based")
    world.write(HEAD + scenario("REPORT", triggers="AfterScenario('MONTHLY')"))

    assert [step.key.name for step in world.preview().steps] == ["REPORT"]

    world.write(HEAD + scenario("REPORT", triggers="AfterScenario('OTHER.MONTHLY')"))
    world.dss.clear_requests()
    [(problem, _)] = faults(world)
    assert problem.startswith(
        "scenario REPORT refers to OTHER.MONTHLY, and DSS has no project OTHER"
    )


def test_scenarios_are_written_after_those_that_they_name(world):
    world.write(
        HEAD
        + scenario("A", triggers="AfterScenario('B')")
        + scenario("B", steps="RunScenario('C')")
        + scenario("C")
    )
    graph = world.workspace().graph

    names = [key.name for key in graph.order() if key.kind == "scenario"]
    assert names == ["C", "B", "A"]


def test_two_scenarios_may_start_each_other(world):
    world.write(
        HEAD
        + scenario("A", triggers="AfterScenario('B')")
        + scenario("B", triggers="AfterScenario('A')", steps="RunScenario('B')")
    )

    world.up()

    assert not world.preview()


@pytest.mark.parametrize(
    ("declared", "what"),
    [
        ("ProjectPermissions(grants=Grant(group='readrs', admin=True))", 'group "readrs"'),
        ("ProjectPermissions(grants=Grant(user='bobb', admin=True))", 'user "bobb"'),
        ("ProjectPermissions(dashboard_users=['bob', 'bobb'])", 'user "bobb"'),
        (scenario("A")[:-2] + ", run_as='bobb')", 'user "bobb"'),
    ],
)
def test_a_misspelt_group_or_user_is_an_error(world, declared, what):
    world.write(HEAD + declared + "\n")

    [(problem, fix)] = faults(world)

    assert problem.endswith(f"names {what}, which DSS does not have")
    assert fix in ('did you mean "readers"?', 'did you mean "bob"?')


def test_groups_users_and_channels_that_a_directory_may_add_are_a_note(world):
    world.write(
        HEAD
        + "ProjectPermissions(grants=Grant(group='planets', admin=True), dashboard_users='zoe')\n"
        + scenario("A", steps="SendMessage(Mail('a@b.c', channel='smtp'))")
    )

    assert notes(world) == [
        'permissions names user "zoe", which DSS does not have (project.py:3)',
        'permissions names group "planets", which DSS does not have (project.py:3)',
        'scenario A names messaging channel "smtp", which DSS does not have (project.py:4)',
    ]


def test_objects_that_the_key_may_not_list_are_not_checked(world):
    world.write(HEAD + "ProjectPermissions(grants=Grant(group='planets', admin=True))\n")
    world.dss.refuse(
        "GET .*/groups",
        status=403,
        error_type="com.dataiku.dip.exceptions.UnauthorizedException",
        times=9,
    )

    assert world.preview().not_checked == ('group "planets" of permissions',)


BROKEN = """
SQLDataset("ORDERS", connection="warehouse", table="ORDERS", columns={"ID": "bigint"})
clean = Dataset("CLEAN", connection="warehouse", columns={"ID": "bigint"})
PythonRecipe("clean", inputs=["ORDERS", "GONE"], outputs=clean, code="1")
"""


def test_an_object_that_is_broken_in_dss_is_adopted_with_a_note(world):
    """
    A new reference to nothing is an error all the same.
    """
    world.write(HEAD + BROKEN.replace(', "GONE"', ""))
    world.up()
    project = client(world).get_project("SALES")
    settings = project.get_recipe("clean").get_settings()
    settings.get_recipe_raw_definition()["inputs"]["main"]["items"].append({"ref": "GONE"})
    settings.save()
    world.write(HEAD + BROKEN)

    assert notes(world) == [
        'recipe clean refers to "GONE", which neither the program nor DSS has: it stays as it is (project.py:6)'
    ]
    world.up()
    assert not world.preview()

    world.write(HEAD + BROKEN.replace("GONE", "LOST"))
    world.dss.clear_requests()
    assert faults(world)[0][0].startswith('recipe clean refers to "LOST"')


def test_recipes_read_and_write_knowledge_banks_and_streaming_endpoints_by_name(world):
    """
    No kind of resource stands for them; DSS refers to a knowledge bank by its id.
    """
    world.write(HEAD)
    world.up()
    project = "/projects/SALES"
    perform = client(world)._perform_json
    bank = perform(
        "POST", f"{project}/knowledge-banks", body={"name": "manuals", "vectorStoreType": "CHROMA"}
    )
    perform(
        "POST",
        f"{project}/streamingendpoints",
        body={"id": "CLICKS", "type": "kafka", "params": {}},
    )
    world.write(
        HEAD
        + """
orders = SQLDataset("ORDERS", connection="warehouse", table="ORDERS", columns={"ID": "bigint"})
Recipe("embed", type="nlp_llm_rag_embedding", inputs=orders, outputs={"knowledge_bank": "manuals"})
Recipe("stream", type="csync", inputs="CLICKS", outputs=Dataset("OUT", connection="warehouse", columns={"ID": "bigint"}))
"""
    )

    world.up()

    outputs = perform("GET", f"{project}/recipes/embed")["recipe"]["outputs"]
    assert outputs["knowledge_bank"]["items"][0]["ref"] == bank["id"]
    inputs = perform("GET", f"{project}/recipes/stream")["recipe"]["inputs"]
    assert inputs["main"]["items"][0]["ref"] == "CLICKS"
    assert not world.preview()

    world.write(HEAD + 'Recipe("embed", type="embed_documents", inputs="manuels", outputs="X")\n')
    world.dss.clear_requests()
    assert any('refers to "manuels"' in problem for problem, _ in faults(world))
