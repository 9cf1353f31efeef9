"""A rollback restores any deployment."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.deployment.going_back import HEAD, held
from tests.support.effort import examples
from tests.support.world import World, emulator


@st.composite
def programs(draw):
    """Draw a program: some of these resources, each in one of its forms."""
    raw = draw(st.sampled_from(["RAW", "RAW_2"]))
    old = {"RAW": "RAW_2", "RAW_2": "RAW"}[raw]
    tags, zone, hour = (
        draw(st.sampled_from(few)) for few in (("[]", "['x']", "['x', 'y']"), ("A", "B"), (2, 3))
    )
    lines = [
        f'Project("SALES", name="{draw(st.sampled_from(["one", "two"]))}", tags={tags})',
        f'raw = SQLDataset("{raw}", connection="warehouse", table="t", renamed_from="{old}", tags={tags})',
    ]
    inputs = "raw"
    if draw(st.booleans()):
        lines.append(f'files = ManagedFolder("exports", tags={tags})')
        inputs = "[raw, files]"
    if draw(st.booleans()):
        lines += [
            f'with FlowZone("{zone}"):',
            '    clean = Dataset("CLEAN", connection="filesystem_managed")',
            f'    PythonRecipe("make", inputs={inputs}, outputs=clean, code="print({hour})\\n")',
        ]
    if draw(st.booleans()):
        lines.append(
            f'Scenario("NIGHTLY", steps=[Build(raw)], triggers=[Daily("0{hour}:00")], tags={tags})'
        )
    if draw(st.booleans()):
        lines.append(f'ProjectVariables(standard={{"{zone}": {hour}}}, local={{"l": {tags}}})')
    if draw(st.booleans()):
        lines.append(f'LibraryFile("python/{zone}.py", content="X = {hour}\\n")')
    return "\n".join(lines) + "\n"


@pytest.mark.proof
@settings(
    max_examples=examples(2, 40),
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(programs(), min_size=2, max_size=4), st.data())
def test_a_rollback_restores_every_value_of_a_deployment(texts, data):
    """
    DSS holds the same values as after that deployment, and its program changes nothing.
    """
    with tempfile.TemporaryDirectory() as folder, emulator() as dss:
        world = World(Path(folder), dss)
        then = {}
        for text in texts:
            world.write(HEAD + text)
            number = world.up().serial
            then[number] = (text, held(world))

        for number in data.draw(st.permutations(sorted(then)))[:2]:
            text, before = then[number]
            world.workspace().rollback(to=number)

            assert held(world) == before
            world.write(HEAD + text)
            assert not world.workspace().prepare(whole=True).plan
            assert not world.workspace().prepare_rollback(number).plan
