"""
Renames in any combination: chains, cycles, several at once, names that are used again.

Objects are told apart by the time of their creation: each must end under the name that the program
gives it, with its data, however often the run is cut off, and a rollback must bring each back.
"""

from __future__ import annotations

from itertools import product

import pytest

from dssdsl.errors import DssdslError
from tests.support.effort import drawn, extent, some
from tests.support.world import World, emulator

NAMES = "ABCDE"
HEAD = 'from dssdsl import *\nProject("SALES")\n'
KINDS = {
    "dataset": 'Dataset("{name}", connection="filesystem_managed"{more})\n',
    "managed_folder": 'ManagedFolder("{name}"{more})\n',
    "zone": 'FlowZone("{name}"{more})\n',
    "library_file": 'LibraryFile("{name}.py", content="{content}"{more})\n',
}


def program(kind, names):
    """The program that declares each of *names*, by new name: its former names, oldest first."""
    text = HEAD
    for name, former in sorted(names.items()):
        end = ".py" if kind == "library_file" else ""
        said = [f"{each}{end}" for each in former]
        more = f", renamed_from={said[0] if len(said) == 1 else said!r}" if said else ""
        more = more.replace(f"={said[0]}", f'="{said[0]}"') if len(said) == 1 else more
        text += KINDS[kind].format(name=name, more=more, content=f"x = '{(former or [name])[0]}'")
    if kind == "dataset":
        for name in sorted(names):
            text += (
                f'PythonRecipe("use_{name}", inputs="{name}", outputs=SQLDataset("OF_{name}", '
                f'connection="pg", table="{name}", columns={{"id": "bigint"}}), code="x = 1")\n'
            )
        text += f"Scenario('S', steps=[Build({sorted(names)!r})])\n"
    return text


def objects(world, kind):
    """What the project has: by name, what tells the object from others, and where its data is."""
    session = world.workspace().session
    if kind == "dataset":
        found = session.json("GET", "/projects/SALES/datasets/")
        return {
            each["name"]: (each["creationTag"]["lastModifiedOn"], each["params"]["path"])
            for each in found
            if each["managed"]
        }
    if kind == "managed_folder":
        return {f["name"]: f["id"] for f in session.json("GET", "/projects/SALES/managedfolders/")}
    if kind == "zone":
        zones = session.json("GET", "/projects/SALES/flow/zones")
        return {zone["name"]: zone["id"] for zone in zones if zone["id"] != "default"}
    folder = world.dss.project_folder("SALES") / "lib"
    return {path.stem: path.read_text() for path in folder.glob("*.py")}


def goal(before, names):
    """By name: which object it must be; None for one that is new."""
    return {name: before[former[0]] if former else None for name, former in names.items()}


def reached(world, kind, wanted):
    """Assert that each object has the name that it must have, and that nothing is left to do."""
    now = objects(world, kind)
    assert set(wanted) == set(now)
    for name, mine in wanted.items():
        if mine is not None:
            assert mine == now[name], f"{name} is another object"
    if kind == "dataset":
        assert len({path for _, path in now.values()}) == len(now), "two datasets share a path"
    assert not world.preview()


CASES = {
    "one": {"B": ["A"]},
    "chain": {"B": ["A"], "C": ["B"]},
    "long chain": {"B": ["A"], "C": ["B"], "D": ["C"], "E": ["D"]},
    "swap": {"A": ["B"], "B": ["A"]},
    "cycle": {"A": ["C"], "B": ["A"], "C": ["B"]},
    "used again": {"B": ["A"], "A": []},
    "chain, used again": {"B": ["A"], "C": ["B"], "A": []},
    "two swaps": {"A": ["B"], "B": ["A"], "C": ["D"], "D": ["C"]},
    "several missed": {"C": ["A", "B"]},
}


@pytest.fixture(name="world")
def _world(tmp_path):
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write('name = "sales"\n', "dssdsl.toml")
        yield world


def first(world, kind, names):
    """Deploy what the renames start from; returns its objects."""
    olds = {former[0] for former in names.values() if former}
    world.write(program(kind, {name: [] for name in olds}))
    world.up()
    return objects(world, kind)


@pytest.mark.proof
@pytest.mark.parametrize(("case", "kind"), some([*product(CASES, KINDS)], 16, "renames"))
def test_each_object_gets_its_name_and_a_rollback_brings_it_back(world, kind, case):
    names = CASES[case]
    before = first(world, kind, names)
    world.write(program(kind, names))

    world.up()
    reached(world, kind, goal(before, names))
    assert not world.preview()

    workspace = world.workspace()
    workspace.run(workspace.prepare_rollback(1))
    assert before == objects(world, kind)
    world.up()
    reached(world, kind, goal(before, names))


@pytest.mark.proof
@pytest.mark.parametrize(
    ("case", "elsewhere"), some([*product(CASES, (False, True))], 8, "cut off")
)
def test_what_is_cut_off_is_finished_by_the_next_deployment(world, case, elsewhere, tmp_path):
    names = CASES[case]
    before = first(world, "dataset", names)
    text = program("dataset", names)
    world.write(text)
    folder, turn = world.folder, 0

    while True:  # cut off at each rename in turn, before or after it
        world.dss.cut(r"POST .*/renameDataset", after=turn % 2 == 0)
        try:
            world.up()
        except DssdslError:
            turn += 1
        else:
            break
        finally:
            world.dss.faults.clear()
        assert turn < 20
        if elsewhere:
            world.folder = tmp_path / str(turn)
            world.write('name = "sales"\n', "dssdsl.toml")
            world.write(text)
    assert turn
    assert folder

    reached(world, "dataset", goal(before, names))


@pytest.mark.proof
@pytest.mark.parametrize("draw", range(extent(6, 200)))
def test_renames_that_are_drawn(world, draw):
    """
    Any of the names may be anybody's next, in three deployments; then back, one by one.
    """
    random = drawn("renames", draw)
    kind = random.choice(list(KINDS)[:3])
    names = {name: [] for name in random.sample(NAMES, random.randint(1, 4))}
    world.write(program(kind, names))
    world.up()
    past = [objects(world, kind)]
    for _ in range(3):
        olds = random.sample(sorted(past[-1]), random.randint(1, len(past[-1])))
        news = random.sample(NAMES, len(olds))
        names = {new: [old] if new != old else [] for new, old in zip(news, olds, strict=True)}
        kept = {name: past[-1][name] for name, former in names.items() if not former}
        used = {former[0] for former in names.values() if former}
        for name in random.sample(NAMES, random.randint(0, 2)):
            if name not in names and (name not in past[-1] or name in used):
                names[name] = []
        if any(name in past[-1] and name not in used for name in names if names[name]):
            continue  # a name whose object is dropped is not free yet
        world.write(program(kind, names))
        world.up()
        reached(world, kind, {**goal(past[-1], names), **kept})
        past.append(objects(world, kind))
    for number in range(len(past) - 1, 0, -1):
        workspace = world.workspace()
        workspace.run(workspace.prepare_rollback(number))
        there = past[number - 1].keys() & objects(world, kind).keys()
        assert {n: past[number - 1][n] for n in there}.keys() == past[number - 1].keys()
