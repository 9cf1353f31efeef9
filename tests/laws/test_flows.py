"""Programs live on the emulator through whatever happens to programs, and the laws hold all along."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from tests.laws.flow_lives import replay
from tests.laws.flows import Duplicate, Edit, Flow, Lose, New, Remove, Up, wrong
from tests.support.effort import examples, extent, seed_of

DESC = st.sampled_from(["one", "two"])
TAGS = st.lists(st.sampled_from("rst"), max_size=2, unique=True)
PICK = st.integers(0, 40)
FLAG = st.booleans()


@st.composite
def flows(draw):
    """Draw what a program declares."""
    datasets = {}
    for name in draw(st.lists(st.sampled_from("abc"), max_size=3, unique=True)):
        fields = draw(st.fixed_dictionaries({}, optional={"short_desc": DESC, "tags": TAGS}))
        rare = draw(st.sampled_from([{}] * 8 + [{"protect": True}, {"renamed_from": "d"}]))
        datasets["d" if rare and name == "c" and "protect" not in rare else name] = (
            fields if "renamed_from" in rare else {**fields, **rare}
        )
    optional = {
        "project": st.fixed_dictionaries({}, optional={"tags": TAGS}),
        "source": st.sampled_from([("k", "n"), ("k", "n", "m")]),
        "code": st.sampled_from(["x = 1\n", "x = 2\n"]),
        "keys": st.sampled_from(["k", "n"]),
        "folder": st.fixed_dictionaries({}, optional={"short_desc": DESC}),
        "zone": FLAG,
        "scenario": st.fixed_dictionaries({"active": FLAG}),
        "variables": st.dictionaries(st.sampled_from("uv"), st.integers(0, 1)),
        "library": st.sampled_from(["A = 1\n", "A = 2\n"]),
    }
    return Flow(datasets=datasets, **draw(st.fixed_dictionaries({}, optional=optional)))


NEWS = st.builds(New, st.sampled_from(["dataset", "recipe", "scenario", "folder", "library"]))
EDITS = st.builds(
    Edit, PICK, st.sampled_from([{"shortDesc": "theirs"}, {"tags": ["theirs"]}, {"customFields": {"t": 1}}])
)  # fmt: skip
OTHERS = st.one_of(NEWS, EDITS, st.builds(Remove, PICK))
FAULTS = st.tuples(PICK, st.sampled_from(["refuse", "cut", "kill"]), FLAG)


ALONE = st.just(())


def ups(meanwhile=ALONE, fault=st.none()):  # noqa: B008 - strategies are values
    """Draw deployments."""
    return st.builds(
        Up, flows(), st.integers(0, 1), st.sampled_from([1, 4]), FLAG, FLAG,
        st.integers(0, 9).map(lambda n: n == 9), fault, meanwhile,
    )  # fmt: skip


LIVES = st.tuples(
    ups(),
    st.lists(
        st.one_of(
            ups(),
            ups(fault=FAULTS),
            ups(fault=FAULTS),
            ups(st.lists(st.one_of(OTHERS, ups()), min_size=1, max_size=2).map(tuple)),
            OTHERS,
            st.builds(Lose, st.integers(0, 2)),
            st.builds(Duplicate),
        ),
        max_size=3,
    ),
)


@pytest.mark.proof
@pytest.mark.parametrize("chunk", range(extent(4, 40)))
def test_the_laws_hold_all_along(chunk):
    """
    Whatever programs, people, faults and lost states come, a deployment does what it showed, harms nobody, and converges.
    """
    lived = 0

    # Not made smaller: that takes minutes. The life that went wrong is told as a test to cut down by hand.
    @seed(seed_of("flows", chunk))
    @settings(
        max_examples=examples(7, 26), deadline=None, database=None,
        phases=[Phase.generate], report_multiple_bugs=False,
    )  # fmt: skip
    @given(LIVES, FLAG)
    def live(events, existing):
        nonlocal lived
        lived += 1
        events = [events[0], *events[1]]
        try:
            replay(events, existing=existing)
        except BaseException as error:
            error.add_note(wrong(events, existing=existing))
            raise

    live()

    assert lived >= examples(7, 26)
