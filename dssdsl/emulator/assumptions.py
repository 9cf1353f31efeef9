"""
What nobody could ask a real DSS: the likelier answer of each question, and the other.

Some of what is unsure is no switch, for nobody could tell the emulator's answers apart:

* Whether a filter's conditions or its expression count, and which columns a computed column may use:
  nothing is computed, and both are kept as they are sent.
* The names of steps, kinds of jobs, computed columns' modes and windows' bounds: any is kept as it is
  sent, so that what reads them can be tried with either spelling.
* Whether recipes may be called as in the UI, ``prepare`` for ``shaker``: files of real projects say
  no, and a type that is none would be kept.
* Whether the API key is the name or the password: both are taken, and so is ``Bearer``.
* How many requests DSS carries out at a time: nothing is known of a limit. ``Emulator.refuse`` answers
  as a proxy with one would.
* What Git's differences and counts are called: only the names that are emulated were ever seen.
"""

from __future__ import annotations

from attrs import evolve, fields, frozen


@frozen
class Assumptions:
    """How DSS behaves where the evidence is thin or contradicts itself."""

    unknown_project: int = 403
    """The status for a project that is not there or may not be seen: 403, or 401."""

    scenario_list_has_versions: bool = False
    """Whether the list of scenarios tells their versions."""

    dataset_list_is_full: bool = True
    """Whether the list of datasets holds descriptions, metrics, checks and options too."""

    folder_list_is_full: bool = True
    """Whether the list of managed folders holds more than names, types and tags."""

    default_zone_lists_items: bool = False
    """Whether the API lists in the default zone what lies in no other."""

    versions_in_files: bool = False
    """Whether the version of an object lies in its own file, as up to DSS 11, or beside Git."""

    datasets_take_recipes_along: bool = True
    """Whether a deleted dataset deletes the recipes that read or write it."""

    folders_take_recipes_along: bool = True
    """Whether a deleted managed folder does."""

    models_take_recipes_along: bool = True
    """Whether a deleted saved model does."""

    stale_versions_are_refused: bool = False
    """Whether a document is refused that holds another version than the object has by now."""

    reverts_advance_versions: bool = False
    """Whether a revert or another branch counts a version of each object that it changes."""

    scenario_ids_are_honoured: bool = True
    """Whether a scenario gets the id that it is created with, or one made from its name."""

    scenario_ids_keep_case: bool = True
    """Whether an id that is made from a name keeps its case, or is upper case without what is no letter."""

    scenario_ids_collide: bool = True
    """Whether a second scenario of a name is refused, or its id gets a number."""

    raw_recipes_get_params: bool = True
    """Whether a recipe that is created raw gets the default parameters of its type."""

    new_datasets_keep_all: bool = True
    """Whether a dataset is created with the schema, tags and descriptions that are sent."""

    variables_are_typed: bool = True
    """Whether variables keep the types that they have in JSON, or all become texts."""

    permissions_are_raw: bool = True
    """Whether permissions are shown as they were stored, or with those that they imply."""

    payloads_are_annotated: bool = False
    """Whether the server adds to saved payloads what the UI does: positions, status, the engine."""

    log_names_addresses: bool = False
    """Whether authors in the log of a project's Git have their addresses."""

    answers_are_compressed: bool = False
    """Whether answers are compressed for clients that take that."""


LIKELY = Assumptions()
OPPOSITE = Assumptions(
    **{
        each.name: 401 if each.name == "unknown_project" else not each.default
        for each in fields(Assumptions)
    }  # type: ignore[arg-type]  # all others are yes or no
)
"""The other answer to every question."""

EACH_OPPOSITE = {
    each.name: evolve(LIKELY, **{each.name: getattr(OPPOSITE, each.name)})
    for each in fields(Assumptions)
}
"""For each question the likely answers to all others, and the other one to it."""
