"""
What DSS rewrites when it renames a dataset, as the engine expects it and as the emulator does it.

They share no code. Observed on real servers: inputs and outputs of recipes, origins in the payloads of
joins, items of steps, triggers and zones, and ``dataiku.Dataset("old")`` in code. Other texts that
equal the name are neither observed nor ruled out, so a plan has to hold in both cases.
"""

from __future__ import annotations

from itertools import product

import pytest

from dssdsl.emulator import Assumptions
from dssdsl.engine.renames import Rename, as_renamed
from dssdsl.errors import ProgramErrors
from tests.support.effort import some
from tests.support.world import World, emulator

RENAME = (Rename("SALES", "dataset", "OLD", "NEW"),)
PROGRAM = """
from dssdsl import *
Project("SALES")
{old}
out = Dataset("OUT", connection="filesystem_managed")
other = Dataset("OTHER", connection="filesystem_managed")
{rest}
"""
OLD = 'old = Dataset("OLD", connection="filesystem_managed")'
NEW = 'old = Dataset("NEW", connection="filesystem_managed", renamed_from="OLD")'
REFERENCES = {
    "Dataset, double quotes": 'x = dataiku.Dataset("OLD")',
    "Dataset, single quotes": "x = dataiku.Dataset('OLD')",
    "Dataset, with its project": "x = dataiku.Dataset('SALES.OLD')",
    "Dataset, imported": 'from dataiku import Dataset\nx = Dataset( "OLD" )\n',
    "Dataset, by keyword": 'x = dataiku.Dataset(name="OLD")\n',
    "the API": 'project.get_dataset("OLD").get_schema()\n',
    "two in a line": 'x, y = dataiku.Dataset("OLD"), dataiku.Dataset("OLD")',
}
OTHERS = {
    "a column": 'df["OLD"] = 1\n',
    "a column, single quotes": "df['OLD'] = 1\n",
    "a column of one line": 'df["OLD"] = 1',
    "a text that formats": "x = f'{OLD}'\n",
    "a name": "OLD = 1\n",
    "a longer name": 'x = dataiku.Dataset("OLDER" + "S")\n',
    "a comment": "# OLD is old\nx = 1\n",
    "a text with its project": "x = 'SALES.OLD'\n",
    "a list": 'for name in ["OLD", "OTHER"]:\n    pass\n',
}
USES = {
    "python": "PythonRecipe('r', inputs=old, outputs=out, code={code!r})",
    "scenario": "Scenario('S', code={code!r})",
    "step": "Scenario('S', steps=[ExecutePython({code!r})])",
    "library": "LibraryFile('python/x.py', content={code!r})",
}
DOCUMENTS = {
    "join": "JoinRecipe('r', inputs=[old, other], outputs=out, joins=Join('id'))",
    "sync": "SyncRecipe('r', inputs=old, outputs=out)",
    "output": "SyncRecipe('r', inputs=other, outputs=old)",
    "stack": "StackRecipe('r', inputs=[old, other], outputs=out)",
    "build": "Scenario('S', steps=[Build([old, out])], triggers=[OnDatasetChange(old)])",
    "zone": "zone = FlowZone('Z')\nDataset('INSIDE', connection='filesystem_managed', zone=zone)",
    "recipe of its name": "SyncRecipe('OLD', inputs=old, outputs=out)",
    "variables": "ProjectVariables(standard={'OLD': 'OLD'})",
    "tags": "SyncRecipe('r', inputs=old, outputs=out, tags=['OLD'], short_desc='OLD')",
    "sql": "SQLQueryRecipe('r', inputs=SQLDataset('T', connection='pg', table='OLD', columns={'id': 'bigint'}), outputs=SQLDataset('U', connection='pg', table='u', columns={'id': 'bigint'}), code='select \"OLD\" from t')",
}
FORMS = {**REFERENCES, **OTHERS}
REWRITTEN = [use for use in USES if use != "library"]
ASSUMPTIONS = [Assumptions(), Assumptions(renames_rewrite_references_only=False)]
BOTH = pytest.mark.parametrize("assumptions", ASSUMPTIONS, ids=["references", "any text"])


def world_of(folder, rest, assumptions):
    dss = emulator(assumptions=assumptions)
    world = World(folder, dss)
    world.write(PROGRAM.format(old=OLD, rest=rest))
    world.up()
    return world


def documents(world):
    """All recipes and scenarios, as the providers read them, without what every save rewrites."""
    live = world.workspace().prepare().reading.observed.live
    return {k: live[k].document for k in sorted(live) if k.kind in ("recipe", "scenario")}


@pytest.mark.proof
@pytest.mark.parametrize(
    ("form", "use", "assumptions"), some([*product(FORMS, USES, ASSUMPTIONS)], 16, "rewrites")
)
def test_after_a_rename_nothing_is_left_to_do(tmp_path, use, form, assumptions):
    """
    Code that refers to the dataset follows; all else stays as the program has it.
    """
    code = FORMS[form]
    rest = USES[use]
    world = world_of(tmp_path, rest.format(code=code), assumptions)
    followed = code.replace("OLD", "NEW") if form in REFERENCES else code
    world.write(PROGRAM.format(old=NEW, rest=rest.format(code=followed)))

    world.up()

    assert not world.preview()
    files = world.dss.project_folder("SALES").rglob("*")
    texts = [p.read_text() for p in files if p.suffix in (".py", ".json") and ".git" not in p.parts]
    assert any(
        followed in t or followed.replace("\n", "\\n").replace('"', '\\"') in t for t in texts
    )
    world.dss.close()


@pytest.mark.parametrize("form", REFERENCES)
def test_code_that_refers_to_the_former_name_is_refused(tmp_path, form):
    rest = USES["python"].format(code=REFERENCES[form])
    world = world_of(tmp_path, rest, Assumptions())
    world.write(PROGRAM.format(old=NEW, rest=rest))

    with pytest.raises(ProgramErrors, match='its code names "OLD"'):
        world.preview()
    world.dss.close()


@BOTH
@pytest.mark.parametrize("what", DOCUMENTS)
def test_after_a_rename_no_document_is_left_to_write(tmp_path, what, assumptions):
    """
    What DSS rewrites by itself takes no step of its own, and what it does not rewrite stays.
    """
    world = world_of(tmp_path, DOCUMENTS[what], assumptions)
    world.write(PROGRAM.format(old=NEW, rest=DOCUMENTS[what]))

    plan = world.preview()
    world.up()

    extra = {"update recipe r"} if what == "sql" else set()
    assert {"rename dataset NEW"} <= {f"{s.action} {s.label}" for s in plan.steps} <= {"rename dataset NEW"} | extra  # fmt: skip
    assert not world.preview()
    world.dss.close()


@pytest.mark.proof
@pytest.mark.parametrize(("form", "use"), some([*product(FORMS, REWRITTEN)], 16, "expected"))
def test_the_engine_expects_what_the_emulator_does(tmp_path, use, form):
    """
    Of what was observed, and of what follows from it.
    """
    code = FORMS[form]
    world = world_of(tmp_path, USES[use].format(code=code), Assumptions())
    session = world.workspace().session
    path = "/projects/SALES/recipes/r" if use == "python" else "/projects/SALES/scenarios/S"
    before = session.json("GET", path)
    session.send("POST", "/projects/SALES/actions/renameDataset", {"oldName": "OLD", "newName": "NEW"})  # fmt: skip

    after = session.json("GET", path)

    expected = as_renamed(before, RENAME)
    assert bare(expected) == bare(after)
    world.dss.close()


def bare(document):
    """A document without the tags of its saves."""
    if isinstance(document, dict):
        return {k: bare(v) for k, v in document.items() if k not in ("versionTag", "creationTag")}
    return [bare(each) for each in document] if isinstance(document, list) else document
