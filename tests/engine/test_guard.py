"""Who watches over a run: asked before each write, and told of each project that is made."""

from __future__ import annotations

from dssdsl.engine.execute import Executor
from dssdsl.engine.guard import Guard
from dssdsl.engine.ledger import Ledger
from dssdsl.engine.write import Writer
from dssdsl.lang.provider import PROVIDERS
from dssdsl.plan.options import Options
from dssdsl.state.journal import Journal
from tests.support.world import World, emulator

PROGRAM = """
from dssdsl import *
Project("SALES", tags=["finance"])
Project("OTHER")
raw = FilesystemDataset("RAW", connection="filesystem_managed", path="/raw")
out = Dataset("OUT", connection="filesystem_managed")
GroupingRecipe("count", inputs=raw, outputs=out, keys="day", count=True)
ProjectVariables(standard={"a": 1})
LibraryFile("python/x.py", content="")
"""


class Noting(Guard):
    """A guard that notes, for each project, what was written when it was told."""

    def __init__(self, dss):
        self.dss, self.checks, self.first = dss, [], {}

    def check(self, project):
        self.checks.append(project)

    def created(self, project):
        mine = [f"{r.method} {r.path}" for r in self.dss.writes() if f"/{project}/" in r.path]
        self.first[project] = mine


def run(world, guard, **options):
    """Run a plan under *guard*."""
    workspace = world.workspace()
    prepared = workspace.prepare(Options(**options))
    journal = Journal(world.folder / "journal.jsonl")
    writer = Writer(
        prepared.graph, prepared.reading.resolver, prepared.snapshots, workspace.session, PROVIDERS,
        Ledger(journal), guard,
    )  # fmt: skip
    return Executor(prepared.plan, prepared.graph, writer, lambda event: None).run()


def test_a_created_project_is_reported_before_its_first_write(tmp_path):
    """
    Right after its creation, before its own settings: there is where a lock can be kept from then on.
    """
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write(PROGRAM)
        guard = Noting(dss)

        result = run(world, guard)

        assert not result.failed
        assert {"SALES": [], "OTHER": []} == guard.first


def test_there_is_no_write_without_a_check(tmp_path):
    """
    Creations, updates, detections and deletes are each asked for.
    """
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write(PROGRAM)
        world.up()
        for text, options in ((PROGRAM.replace("finance", "sales"), {}), ("from dssdsl import *\nProject('SALES')\nProject('OTHER')", {}), (PROGRAM, {"destroy": True})):  # fmt: skip
            world.write(text)
            dss.clear_requests()
            guard = Noting(dss)

            run(world, guard, **options)

            assert len(guard.checks) >= len(dss.writes()) > 0
