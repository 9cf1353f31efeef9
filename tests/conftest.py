"""Options of the whole suite: goldens, proofs, and the seed."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.support.effort import EFFORT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dssdsl.emulator import Emulator
    from tests.support.world import World

pytest.register_assert_rewrite(
    "tests.support.contract",
    "tests.support.contract_ui",
    "tests.laws.crashes",
    "tests.laws.flow_lives",
    "tests.laws.toy_lives",
    "tests.laws.toy_room",
    "tests.laws.toy_runs",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite goldens with what is there now"
    )
    parser.addoption(
        "--proof", action="store_true", help="run only the tests marked proof, and those in full"
    )
    parser.addoption(
        "--slice", default="", metavar="K/N", help="with --proof: only part K of N, counted from 0"
    )
    parser.addoption(
        "--crash", default="", metavar="CASE", help="one case of tests/laws/test_crashes.py"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    EFFORT.proof = config.getoption("--proof")
    # Workers of pytest-xdist, and processes that tests start, get the seed by the environment.
    default = random.randrange(2**32) if EFFORT.proof else 0
    EFFORT.seed = int(os.environ.setdefault("DSSDSL_SEED", str(default)))
    config.option.hypothesis_seed = str(EFFORT.seed)
    # A slow machine is no failure, and no run depends on what an earlier one found.
    settings.register_profile("dssdsl", deadline=None, database=None)
    config.option.hypothesis_profile = "dssdsl"
    config.option.randomly_reset_seed = False  # pytest-randomly only shuffles


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not EFFORT.proof:
        return
    proofs = sorted((each for each in items if each.get_closest_marker("proof")), key=_id)
    if part := config.getoption("--slice"):
        k, n = map(int, part.split("/"))
        proofs = proofs[k % n :: n]
    chosen = {each.nodeid for each in proofs}
    config.hook.pytest_deselected(items=[each for each in items if each.nodeid not in chosen])
    items[:] = [each for each in items if each.nodeid in chosen]


def _id(item: pytest.Item) -> str:
    return item.nodeid


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    order = getattr(terminalreporter.config.option, "randomly_seed", None)
    terminalreporter.write_line(f"order: --randomly-seed={order}, draws: DSSDSL_SEED={EFFORT.seed}")


@pytest.fixture(name="dss")
def _dss() -> Iterator[Emulator]:
    """A DSS in this process, with a connection of each kind."""
    from tests.support.world import emulator  # imports dssdsl, which EFFORT must not wait for

    with emulator() as dss:
        yield dss


@pytest.fixture(name="world")
def _world(dss: Emulator, tmp_path: Path) -> World:
    """A folder for programs, and the DSS that they are deployed to."""
    from tests.support.world import World

    return World(tmp_path, dss)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the file of that name in the ``golden`` folder beside the test."""

    def compare(name: str, text: str) -> None:
        path = Path(request.path).parent / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            return
        assert path.is_file(), f"no golden {path}: run pytest --update-golden and look at it"
        assert path.read_bytes().decode() == text

    return compare
