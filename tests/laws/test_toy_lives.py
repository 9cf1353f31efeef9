"""Programs of toys live through whatever happens to programs, and the laws hold all along."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from tests.laws.toy_lives import Decl, Drop, Edit, Lose, Make, Up, replay, wrong
from tests.support.effort import examples, extent, seed_of

BLOCKS, BEADS = "abc", "xy"
TITLE = st.sampled_from(["one", "two", " two "])
TAGS = st.lists(st.sampled_from("rst"), max_size=2, unique=True)
PLAIN = [{}] * 10
SPECIAL = [{"protect": True}, {"retain_on_delete": True}, {"adopt": True}, {"adopt": False}]
PICK = st.integers(0, 7)


@st.composite
def declarations(draw):
    """Draw what a program declares."""
    names = [("block", n) for n in BLOCKS] + [("bead", n) for n in BEADS]
    chosen = draw(st.lists(st.sampled_from(names), max_size=5, unique=True))
    out = []
    for n, (kind, name) in enumerate(chosen):
        optional = {"title": TITLE, "tags": TAGS, "made_of": st.sampled_from(["tin", "wood"])}
        before = [b for k, b in chosen[:n] if k == "block"]
        if before:
            optional["holds"] = st.lists(st.sampled_from(before), max_size=2, unique=True)
        others = [o for k, o in names if k == kind and (k, o) not in chosen]
        special = [*PLAIN, *SPECIAL, *({"renamed_from": other} for other in others)]
        fields = draw(st.fixed_dictionaries({}, optional=optional))
        out.append(Decl(kind, name, {**fields, **draw(st.sampled_from(special))}))
    return tuple(out)


MAKES = st.builds(
    Make,
    st.sampled_from(["block", "bead"]),
    st.sampled_from(BLOCKS + BEADS),
    st.fixed_dictionaries({}, optional={"title": TITLE, "madeOf": st.just("tin")}),
)
EDITS = st.builds(
    Edit,
    PICK,
    st.one_of(
        st.fixed_dictionaries({"title": TITLE}),
        st.fixed_dictionaries({"tags": TAGS}),
        st.fixed_dictionaries({"theirs": st.integers(0, 2)}),
        st.fixed_dictionaries({"name": st.sampled_from(BEADS + "z")}),
    ),
)
DROPS = st.builds(Drop, PICK)
FAULTS = st.tuples(
    PICK, st.integers(0, 1), st.sampled_from(["refuse", "cut", "kill"]), st.booleans()
)
FLAG = st.booleans()


ALONE = st.just(())


def ups(meanwhile=ALONE, fault=st.none()):  # noqa: B008 - strategies are values
    """Draw deployments."""
    return st.builds(
        Up, declarations(), st.integers(0, 1), st.sampled_from([1, 4]), FLAG, FLAG,
        st.integers(0, 9).map(lambda n: n == 9), fault, st.integers(0, 4000), meanwhile,
    )  # fmt: skip


OTHERS = st.one_of(MAKES, EDITS, DROPS)
LIVES = st.lists(
    st.one_of(
        ups(),
        ups().map(lambda up: Up(up.program, up.machine, 8, adopt=up.adopt, twin=True)),
        ups(fault=FAULTS),
        ups(fault=FAULTS),
        ups(st.lists(st.one_of(OTHERS, ups()), min_size=1, max_size=2).map(tuple)),
        OTHERS,
        OTHERS,
        st.builds(Lose),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.proof
@pytest.mark.parametrize("chunk", range(extent(4, 40)))
def test_the_laws_hold_all_along(chunk):
    """
    Whatever programs, people, faults and lost states come, a deployment does what it showed, harms nobody, and converges.
    """
    lived = 0

    @seed(seed_of("toys", chunk))
    @settings(
        max_examples=examples(60, 250), deadline=None, database=None,
        phases=[Phase.generate, Phase.shrink], report_multiple_bugs=False,
    )  # fmt: skip
    @given(LIVES)
    def live(events):
        nonlocal lived
        lived += 1
        try:
            replay(events)
        except BaseException as error:
            error.add_note(wrong(events))
            raise

    live()

    assert lived >= examples(60, 250)


@pytest.mark.parametrize(
    "events",
    [
        # Somebody renamed what we know by its id to what the program declares besides.
        [
            Up(program=(Decl("bead", "x"),)),
            Edit(0, {"name": "y"}),
            Up(program=(Decl("bead", "x"), Decl("bead", "y", {"title": "one"})), adopt=True),
        ],
        # Somebody renamed it, and the program follows without saying from what.
        [Up(program=(Decl("bead", "x"),)), Edit(0, {"name": "y"}), Up(program=(Decl("bead", "y"),))],
        # Somebody saves it after the plan was made.
        [
            Up(program=(Decl("bead", "x"),)),
            Up(program=(Decl("bead", "x", {"title": "one"}),), meanwhile=(Edit(0, {"title": "two"}),)),
        ],
        # A name and what is fixed at creation change at once.
        [
            Up(program=(Decl("block", "a"),)),
            Up(program=(Decl("block", "b", {"renamed_from": "a", "made_of": "tin"}),)),
        ],
        # The process dies right after a rename; then the program stops saying what the name was.
        [
            Up(program=(Decl("block", "a"),)),
            Up(program=(Decl("block", "b", {"renamed_from": "a"}),), fault=(0, 0, "kill", True)),
            Up(program=(Decl("block", "b", {"renamed_from": "a"}),)),
            Up(program=(Decl("block", "b"),)),
        ],
        # What is renamed is gone from DSS.
        [
            Up(program=(Decl("block", "a"),)),
            Drop(0),
            Up(program=(Decl("block", "b", {"renamed_from": "a"}),)),
            Up(program=(Decl("block", "b"),)),
        ],
        # Somebody deletes what we made, and makes it anew.
        [
            Up(program=(Decl("block", "a"),)),
            Drop(0),
            Make("block", "a"),
            Up(program=(Decl("block", "a"),)),
        ],
        # What is renamed was never ours.
        [Make("block", "a"), Up(program=(Decl("block", "b", {"renamed_from": "a"}),)), Up()],
        # Somebody was faster, with something of their own.
        [
            Up(program=(Decl("block", "a", {"protect": True}),), meanwhile=(Make("block", "a"),)),
            Up(),
        ],
        # Protection is taken away, and nothing else changes.
        [Up(program=(Decl("block", "a", {"protect": True}),)), Up(program=(Decl("block", "a"),)), Up()],
        # A write that was carried out failed; DSS holds its own form of the value.
        [
            Up(program=(Decl("block", "a"),)),
            Up(program=(Decl("block", "a", {"title": " two "}),), fault=(0, 0, "refuse", True)),
            Up(program=(Decl("block", "a", {"title": " two "}),)),
            Up(),
        ],
        # A process dies, and the next deployment is elsewhere, of a program without what was made.
        [Up(program=(Decl("block", "a"),), fault=(0, 0, "kill", True)), Up(machine=1)],
    ],
    ids=lambda events: f"{len(events)} events",
)  # fmt: skip
def test_lives_that_went_wrong_once(events):
    """
    What was found here once stays right.
    """
    life = replay(events)

    assert not life.stored_entries()
    assert not life.box.ours & set(life.box.things)
