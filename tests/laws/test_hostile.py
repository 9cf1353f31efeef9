"""
A thousand malformed or hostile inputs: each ends in a clear error and the right exit code, and nothing is written.

``DSSDSL_EXAMPLES`` multiplies how many. A case that fails is told as a test that can be run by itself.
"""

from __future__ import annotations

import difflib
import json
import os
import random
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field

from dssdsl.dss.session import Session
from dssdsl.emulator import InProcess, User, serve
from tests.laws import hostile
from tests.laws.hostile import Liar, contents, run
from tests.support.effort import EFFORT, examples, extent

ROOT = Path(__file__).parents[2]
KEY = "hostile-key"
STATE = ".dataiku_framework/state.json"
SHARDS = extent(1, 8)
WRITING = ("up", "destroy", "refresh")
"""The commands that do more than look."""
TOML = """\
[defaults]
config = { raw_schema = "RAW", mail_to = "a@example.com", code_env = "py311_sales", warehouse = "warehouse", storage = "lake" }

[stacks.dev]
host = "http://127.0.0.1:PORT"
api_key = { env = "HOSTILE_KEY" }
store = "STORE"
"""
SMALL = """\
from dssdsl import Agg, Build, Daily, Dataset, FlowZone, GroupingRecipe, LibraryFile, ManagedFolder, Project, ProjectPermissions
from dssdsl import Grant, ProjectVariables, PythonRecipe, Scenario, SQLDataset, export

project = Project("SMALL", name="Small", tags=["a"])
ProjectVariables(standard={"first": 1})
ProjectPermissions(grants=Grant(group="readers", read_project_content=True))
LibraryFile("python/dates.py", content="DAYS = 7\\n")
with FlowZone("Raw"):
    raw = SQLDataset("RAW", connection="warehouse", table="orders", columns={"id": "bigint", "day": "date"})
    folder = ManagedFolder("out")
clean = Dataset("CLEAN", connection="lake")
PythonRecipe("clean", inputs=raw, outputs=clean, code="x = 1\\n")
days = Dataset("DAYS", connection="lake")
GroupingRecipe("by_day", inputs=raw, outputs=days, keys="day", aggregations=Agg("id", count=True))
Scenario("NIGHTLY", steps=Build(clean), triggers=Daily("02:00"))
export("folder", folder.id)
"""
CHANGED = (
    SMALL.replace("02:00", "03:00").replace("x = 1", "x = 2").replace('"first": 1', '"first": 2')
    + 'Dataset("MORE", connection="lake", tags="new")\nFlowZone("Late")\nManagedFolder("late")\n'
).replace('LibraryFile("python/dates.py"', 'LibraryFile("python/days.py"')


LOCK = re.compile(r"/git/(tags|actions/deleteTag)$")


@define
class Bench:
    """A folder with a program, and the DSS of its stack."""

    folder: Path
    dss: Liar
    port: int
    failed: list[str] = field(factory=list)
    saved: dict[str, bytes] = field(factory=dict)

    def fill(self, *parts: Path, store: str = "dss") -> None:
        """Empty the folder, and copy *parts* into it."""
        for path in self.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for part in parts:
            shutil.copytree(part, self.folder, dirs_exist_ok=True)
        self.write("dssdsl.toml", TOML.replace("PORT", str(self.port)).replace("STORE", store))

    def write(self, name: str, text: str | bytes) -> None:
        """Write a file."""
        data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
        (self.folder / name).write_bytes(data)

    def refused(
        self, case: str, args: list[str], shown: Callable[[], str], *, changes: bool = False
    ) -> int:
        """Run a command that should find something wrong; gives its exit code."""
        before = contents(self.folder)
        self.dss.clear_requests()
        ended = run(args)
        wrong = ended.wrong
        # Whatever only looks changes nothing, and nor does what is refused; DSS may refuse later.
        if not wrong and (ended.code not in (0, 4) or args[0] not in WRITING):
            now = contents(self.folder)
            # A lock is taken, and given back.
            wrote = [r.path for r in self.dss.writes() if not LOCK.search(r.path)]
            if wrote:
                wrong = f"exit code {ended.code}, and it wrote {wrote[0]}"
            elif now != before:
                names = [n for n in {**now, **before} if now.get(n) != before.get(n)]
                wrong = f"exit code {ended.code}, and it changed {names}"
        if wrong:
            self.failed.append(
                f"# {wrong}\ndef test_{case.replace('-', '_')}(bench):\n    play(bench, {case!r})  # dssdsl {' '.join(args)}\n\n{shown()}\n{ended.said[-1500:]}"
            )
        return ended.code

    def done(self) -> None:
        """Tell of all that failed."""
        failed, self.failed = self.failed, []
        if failed:
            pytest.fail(f"{len(failed)} cases\n\n" + "\n\n".join(failed[:8]), pytrace=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Iterator[Bench]:
    """The bench, before anything is on it."""
    folder = tmp_path_factory.mktemp("hostile") / "small"
    folder.mkdir()
    keys = {KEY: User("admin"), "other": User("alice")}
    connections = {"warehouse": "Snowflake", "lake": "EC2", "reference": "PostgreSQL"}
    with (
        Liar(connections=connections, code_envs=["py311_sales"], keys=keys) as dss,
        serve(dss) as server,
    ):
        yield Bench(folder, dss, int(server.url.rpartition(":")[2]))


@pytest.fixture(name="bench")
def _bench(place, monkeypatch) -> Iterator[Bench]:
    monkeypatch.setenv("HOSTILE_KEY", KEY)
    monkeypatch.chdir(place.folder)
    place.dss.reset()
    place.dss.lie = None
    yield place
    os.chdir(ROOT)


def changes(before: str, after: str | bytes) -> str:
    """What is other than in a good one."""
    text = after if isinstance(after, str) else after.decode("utf-8", "backslashreplace")
    lines = difflib.unified_diff(
        before.splitlines(), text.splitlines(), "good", "bad", n=0, lineterm=""
    )
    return "\n".join(line[:300] for line in list(lines)[:20])


PROGRAMS = {
    "sales": ([ROOT / "examples" / "sales"], "project.py"),
    "regions": ([ROOT / "templates" / "regional"], "project.py"),
    "component": ([ROOT / "templates" / "regional"], "components/regional.py"),
    "yaml": ([ROOT / "examples" / "sales"], "project.yaml"),
}


def play(bench: Bench, case: str) -> None:
    """Play one case again: its kind, and its seed."""
    kind, _, _ = case.partition("-")
    KINDS[kind](bench, case, random.Random(case))


def programs(bench: Bench, case: str, rng: random.Random) -> None:
    """A Python program with something wrong in it."""
    name = rng.choice(("small", "small", "sales", "regions", "component"))
    file = "project.py"
    if name == "small":
        bench.fill()
        good = SMALL
    else:
        parts, file = PROGRAMS[name]
        bench.fill(*parts)
        good = (bench.folder / file).read_text(encoding="utf-8")
    bad = hostile.python(rng, good)
    bench.write(file, bad)
    command(bench, case, rng, "project.py", lambda: changes(good, bad))


def yamls(bench: Bench, case: str, rng: random.Random) -> None:
    """A YAML program with something wrong in it."""
    bench.fill(ROOT / "examples" / "sales")
    (bench.folder / "project.py").unlink()
    good = (bench.folder / "project.yaml").read_text(encoding="utf-8")
    bad = hostile.yaml(rng, good)
    bench.write("project.yaml", bad)
    command(bench, case, rng, "project.yaml", lambda: changes(good, bad))


def command(bench: Bench, case: str, rng: random.Random, program: str, shown: Any) -> None:
    """Have a program looked at; now and then deployed."""
    args = rng.choice(
        (["validate"], ["validate", "--json"], ["graph"], ["preview"], ["up", "--yes"])
    )
    if bench.refused(case, [*args, program], shown) in (0, 4) and bench.dss.writes():
        bench.dss.reset()


def values(bench: Bench, case: str, rng: random.Random) -> None:
    """A value that is none of DSS's, at a place that takes many."""
    bench.fill()
    bad = hostile.PLACES[0] + rng.choice(hostile.PLACES[1:]).replace(
        "VALUE", rng.choice(hostile.VALUES)
    )
    bench.write("project.py", bad + "\n")
    command(bench, case, rng, "project.py", lambda: bad)


def plans(bench: Bench, case: str, rng: random.Random) -> None:
    """A saved plan that is damaged, or somebody else's."""
    bench.fill()
    bench.write("project.py", SMALL)
    good = bench.saved.get("plan")
    if good is None:
        assert run(["preview", "--out", "plan.json", "project.py"]).code == 0
        good = bench.saved["plan"] = (bench.folder / "plan.json").read_bytes()
    bad = hostile.bytes_of(rng, good)
    if rng.random() < 0.7:
        bad = json.dumps(hostile.tree(rng, json.loads(good))).encode()
    bench.write("plan.json", bad)
    args = ["up", "--plan", "plan.json", "--yes", "project.py"]
    if bench.refused(case, args, lambda: changes(good.decode(), bad)) in (0, 4):
        bench.dss.reset()


def tomls(bench: Bench, case: str, rng: random.Random) -> None:
    """A dssdsl.toml with something wrong in it."""
    bench.fill()
    bench.write("project.py", SMALL)
    good = (bench.folder / "dssdsl.toml").read_text(encoding="utf-8")
    if rng.random() < 0.5:
        lines = good.splitlines()
        at = rng.randrange(len(lines))
        head, equals, _ = lines[at].partition("=")
        odd = ("1", "[]", "{}", "nan", '""', "2026-01-01", "true", '"\\u0000"', "[[1]]", '"x"', "'", "{ a = { b = 1 } }", "1e999", '"http://[::1"', '"http://a:b@127.0.0.1:1"')  # fmt: skip
        lines[at] = f"{head}{equals or '='} {rng.choice(odd)}"
        bad: str | bytes = "\n".join(lines)
    else:
        bad = hostile.bytes_of(rng, good.encode())
    bench.write("dssdsl.toml", bad)
    bench.refused(
        case, [*rng.choice((["validate"], ["preview"])), "project.py"], lambda: changes(good, bad)
    )


def states(bench: Bench, case: str, rng: random.Random) -> None:
    """A state that is damaged, newer, or somebody else's."""
    store = rng.choice(("dss", "local"))
    bench.fill(store=store)
    bench.write("project.py", SMALL)
    session = Session("http://emulator", KEY, adapter=InProcess(bench.dss))
    path = f"/projects/SMALL/libraries/contents/{STATE}"
    good = deployed(bench, store)
    bad = damaged(rng, good)
    local = bench.folder / ".dssdsl" / "state" / "dev" / "SMALL.json"
    if store == "local":
        local.parent.mkdir(parents=True)
        local.write_bytes(bad)
    else:
        session.send("POST", path, raw=bad)
    looking = (["preview"], ["drift"], ["state", "list"], ["state", "show", "dataset/RAW", "--program"], ["outputs"], ["destroy"], ["refresh"])  # fmt: skip

    def shown() -> str:
        return changes(good.decode(), bad)

    code = bench.refused(case, [*rng.choice(looking), "project.py"], shown)
    if bench.refused(f"{case}", ["preview", "project.py"], shown) not in (0, 4) and code != 0:
        bench.refused(f"{case}", ["up", "--yes", "project.py"], shown)
    if store == "dss":
        left = session.json("GET", path)["data"]
        assert left.encode() == bad or b"\xff" in bad or "\ufffd" in left, case
        session.send("POST", path, raw=good)


def damaged(rng: random.Random, good: bytes) -> bytes:
    how = rng.random()
    if how < 0.35:
        return hostile.bytes_of(rng, good)
    document = json.loads(good)
    if how < 0.5:
        document[rng.choice(list(document))] = rng.choice(hostile.ODD)
    elif how < 0.55:
        document["version"] = rng.choice(("2.0", "1.10", "99", "", "x", 1.0))
    elif how < 0.6:
        document["project_key"] = rng.choice(("OTHER", "", "../x"))
    else:
        document["entries"] = hostile.tree(rng, document["entries"])
    return json.dumps(document).encode()


def deployed(bench: Bench, store: str) -> bytes:
    """The program is deployed; what its state looks like, of which a local store has nothing left."""
    if "SMALL" not in bench.dss.projects():
        args = ["up", "--yes", "project.py"]
        bench.fill(store="local")
        bench.write("project.py", SMALL)
        assert run(args).code == 0
        saved = (bench.folder / ".dssdsl" / "state" / "dev" / "SMALL.json").read_bytes()
        session = Session("http://emulator", KEY, adapter=InProcess(bench.dss))
        session.send("POST", "/projects/SMALL/libraries/folders/.dataiku_framework")
        session.send("POST", f"/projects/SMALL/libraries/contents/{STATE}", raw=saved)
        bench.saved["state"] = saved
        bench.fill(store=store)
        bench.write("project.py", SMALL)
    return bench.saved["state"]


def journals(bench: Bench, case: str, rng: random.Random) -> None:
    """What a deployment that was cut off left, with something wrong in it."""
    bench.fill()
    bench.write("project.py", SMALL)
    deployed(bench, "dss")
    path = bench.folder / ".dssdsl" / "journal" / f"{bench.folder.name}-dev.jsonl"
    path.parent.mkdir(parents=True)
    snapshot = json.loads(bench.saved["state"])
    lines: list[Any] = [
        {
            "note": "begin",
            "serials": {"SMALL": snapshot["serial"]},
            "lineages": {"SMALL": snapshot["lineage"]},
        },
        {"note": "creating", "key": "SMALL/dataset/CLEAN"},
        {
            "note": "done",
            "key": "SMALL/dataset/CLEAN",
            "entry": snapshot["entries"]["dataset/CLEAN"],
        },
        {"note": "deleted", "key": "SMALL/dataset/GONE"},
    ]
    at = rng.randrange(len(lines))
    lines[at] = hostile.tree(rng, lines[at])
    bad = "\n".join(json.dumps(line) for line in lines).encode()
    if rng.random() < 0.3:
        bad = hostile.bytes_of(rng, bad)
    path.write_bytes(bad)
    bench.refused(
        case,
        [rng.choice(("preview", "drift")), "project.py"],
        lambda: bad.decode(errors="replace")[:1500],
    )


def answers(bench: Bench, case: str, rng: random.Random) -> None:
    """A DSS that says something else than it should, while it is looked at."""
    bench.fill()
    bench.write("project.py", SMALL)
    deployed(bench, "dss")
    bench.write("project.py", rng.choice((SMALL, CHANGED)))
    told: list[str] = []
    lie = hostile.lying(rng)

    def tell(request: str, answer: Any) -> Any:
        said = lie(request, answer)
        told[:] = [request, f"{answer.content!r:.600}", f"{said.status} {said.content!r:.600}"]
        return said

    bench.dss.lie, bench.dss.nth = tell, rng.randrange(24)
    args = rng.choice(
        (["preview"], ["preview"], ["drift"], ["state", "list"], ["outputs", "--json"], ["destroy"])
    )
    code = bench.refused(case, [*args, "project.py"], lambda: "\n".join(told))
    bench.dss.lie = None
    if not bench.failed and code == 0 and args == ["destroy"]:
        bench.dss.reset()


def writes(bench: Bench, case: str, rng: random.Random) -> None:
    """A DSS that says something else than it should, while it is deployed to: the next deployment converges."""
    bench.fill()
    bench.write("project.py", SMALL)
    if "SMALL" not in bench.dss.projects():
        assert run(["up", "--yes", "project.py"]).code == 0
    good = rng.choice((SMALL, CHANGED))
    bench.write("project.py", good)
    told: list[str] = []
    lie = hostile.lying(rng)

    def tell(request: str, answer: Any) -> Any:
        said = lie(request, answer)
        told[:] = [request, f"{answer.content!r:.600}", f"{said.status} {said.content!r:.600}"]
        return said

    bench.dss.lie, bench.dss.nth = tell, rng.randrange(90)
    args = rng.choice((["up"], ["up"], ["up"], ["destroy"], ["refresh"]))
    args += ["--yes", "--parallel", "1", "project.py"]

    def shown() -> str:
        return "\n".join(told)

    bench.refused(case, args, shown)
    bench.dss.lie = None
    again = run(["up", "--yes", "project.py"])
    if again.code != 0 or run(["preview", "--expect-no-changes", "project.py"]).code != 0:
        bench.failed.append(
            f"# does not converge: play(bench, {case!r})\n{shown()}\n{again.said[-1500:]}"
        )
        bench.dss.reset()


KINDS = {
    "program": programs,
    "yaml": yamls,
    "value": values,
    "plan": plans,
    "toml": tomls,
    "state": states,
    "journal": journals,
    "answer": answers,
    "write": writes,
}
NUMBERS = {
    "program": 240,
    "yaml": 200,
    "value": 160,
    "plan": 80,
    "toml": 100,
    "state": 140,
    "journal": 60,
    "answer": 200,
    "write": 100,
}


def test_there_are_a_thousand_cases():
    assert sum(NUMBERS.values()) >= 1000


@pytest.mark.proof
@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("kind", KINDS)
def test_each_ends_in_an_error_and_nothing_is_lost(bench, kind, shard):
    for number in range(shard, examples(NUMBERS[kind] // 8, 4 * NUMBERS[kind]), SHARDS):
        play(bench, f"{kind}-{EFFORT.seed}-{number}")
    bench.done()
