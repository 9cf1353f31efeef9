"""
A deployment that is cut off at any of its requests, and one more deployment.

`make proof` tries every fault at every request, `make test` a few that the seed chooses; ``--crash=<case>``, as a
failure prints it, tries that one.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import product

import pytest

from tests.laws.crash_lives import LIVES
from tests.laws.crashes import Base, Case, Life, Place, converges, forked, prepare, prove, watch
from tests.support.effort import extent, seed_of

CHUNKS = extent(4, 40)
"""Pieces of a life's requests, for as many workers."""
WAYS = tuple(product(("kill", "cut", "refuse"), (False, True)))
STRIDE = 5
"""Has nothing in common with the number of cases of a request, so that each has its turn."""
TOLD = 5
"""How many failures one test tells in full."""


@pytest.fixture(scope="module", name="bases")
def _bases(tmp_path_factory):
    """What the cases of each life have in common, made once in each worker."""
    found: dict[str, Base] = {}

    def base(life: Life) -> Base:
        if life.name not in found:
            found[life.name] = prepare(life, tmp_path_factory.mktemp(life.name))
        return found[life.name]

    return base


def cases(life: Life, base: Base, chunk: int) -> Iterator[Case]:
    """
    Yield the cases of a piece of a life: of each request all, or the one whose turn it is.

    The turns are such that neighbours differ in all respects.
    """
    # Before the store knows what is about to be made, only the journal of this machine does.
    known = 1 + next(i for i, r in enumerate(base.requests) if r.endswith("/state.json"))
    begin = seed_of("crashes", life.name)
    requests = range(
        1 + begin % extent(life.every, 1), len(base.requests) + 1, extent(life.every, 1)
    )
    for turn, k in [*enumerate(requests, begin)][chunk::CHUNKS]:
        every = [
            Case(life.name, k, fault, after, then, elsewhere)
            for elsewhere, then, (fault, after) in product((False, True), life.then, WAYS)
            if not elsewhere or (fault == "kill" and k > known)
        ]
        yield from extent([every[turn * STRIDE % len(every)]], every)


@pytest.mark.proof
@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("name", LIVES)
def test_cut_off_anywhere_one_more_deployment_converges(name, chunk, bases, tmp_path, request):
    """
    Wherever a deployment is cut off, one plain deployment makes what would be there if it had not been.
    """
    if request.config.getoption("--crash"):
        pytest.skip("one case is asked for")
    life = LIVES[name]
    base = bases(life)
    failed: list[str] = []
    for case in cases(life, base, chunk):
        try:
            prove(life, case, base, tmp_path / "place")
        except Exception as error:  # noqa: BLE001 - all failures of a piece are told at once
            failed.append(f"--crash={case}  at {base.requests[case.k - 1]}\n{error!r}")

    assert not failed, f"{len(failed)} failed\n" + "\n\n".join(failed[:TOLD])


@pytest.mark.proof
@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("name", ["new", "update"])
def test_after_a_kill_at_any_request_one_more_deployment_converges(name, chunk, bases, tmp_path):
    """
    One deployment is watched: what it has on the disk around a request is what a kill leaves there.

    Where that is what a request before left, the deployment after it has nothing else to go by.
    """
    life = LIVES[name]
    base = bases(life)
    total = len(base.requests)
    step = extent(12, 1)
    first = 1 + seed_of("kills", name) % step
    chosen = [*range(first, 1 + total, step)][chunk::CHUNKS]
    # Each is lost before it is carried out, or with its answer, in turns.
    moments = {k: f"{k}-{('before', 'after')[k % 2]}" for k in chosen}
    place = base.place.copy(tmp_path / "watched")
    assert forked(watch, life, place, tuple(moments.values()), tmp_path) == 0
    failed: list[str] = []
    seen: set[str] = set()
    for k, moment in moments.items():
        place, then = Place(tmp_path / moment), life.then[k // 2 % len(life.then)]
        assert place.data.is_dir(), f"request {k} was not reached"
        if (found := place.print()) not in seen:
            seen.add(found)
            try:
                converges(life, then, place, base)
            except Exception as error:  # noqa: BLE001 - all failures of a piece are told at once
                when = moment.partition("-")[2]
                failed.append(f"--crash={life.name}:{k}:kill:{when}:{then}:here:1  at {base.requests[k - 1]}\n{error!r}")  # fmt: skip
        shutil.rmtree(place.folder)

    assert not failed, f"{len(failed)} failed\n" + "\n\n".join(failed[:TOLD])


@pytest.mark.parametrize("fault", ["kill", "cut"])
@pytest.mark.parametrize("part", [0.3, 0.5, 0.7])
def test_cut_off_while_eight_requests_are_under_way(fault, part, bases, tmp_path):
    """
    Several steps are cut off at once, and none of them is lost or done twice.
    """
    life = LIVES["new"]
    base = bases(life)
    k = int(part * len(base.requests))

    prove(life, Case(life.name, k, fault, True, "later", workers=8), base, tmp_path / "place")


def test_variables_that_a_cut_off_destroy_took_back_are_set_again_on_another_machine(
    bases, tmp_path
):
    """
    What scenarios may write is not taken for theirs where a deployment of ours was cut off.
    """
    life = LIVES["destroy"]
    base = bases(life)
    k = 1 + base.requests.index("PUT /projects/ALL/variables")

    prove(life, Case(life.name, k, "kill", True, "first", elsewhere=True), base, tmp_path / "place")


def test_the_case_that_is_asked_for(bases, tmp_path, request):
    """
    A case that failed is run alone.
    """
    wanted = request.config.getoption("--crash")
    if not wanted:
        pytest.skip("no case is asked for")
    case = Case.of(wanted)
    life = LIVES[case.life]

    prove(life, case, bases(life), tmp_path / "place")
