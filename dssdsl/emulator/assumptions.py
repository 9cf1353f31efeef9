"""
Behaviour that we could not verify on a real DSS, as switches: the likelier answer, and its opposite.

Some uncertain behaviour has no switch, because a client could not tell the answers apart:

* Whether a filter's conditions or its expression win, and which columns a computed column may use:
  the emulator computes nothing, and keeps both as sent.
* The names of steps, kinds of jobs, modes of computed columns and bounds of windows: it keeps any name
  as sent, so you can test readers with either spelling.
* Whether recipe types may have their names of the UI, ``prepare`` for ``shaker``: in the files of real
  projects they don't. The emulator keeps unknown types.
* Whether the API key is the name or the password: it accepts both, and ``Bearer`` too.
* How many requests DSS carries out at a time: no limit is known. ``Emulator.refuse`` answers like a
  proxy that has one.
* How DSS names differences and counts of Git: it has the only names that were observed.
"""

from __future__ import annotations

from attrs import evolve, fields, frozen


@frozen
class Assumptions:
    """How DSS behaves where the evidence is thin or contradicts itself."""

    unknown_project: int = 403
    """The status for a project that is missing, or that the user may not see: 403, or 401."""

    scenario_list_has_versions: bool = False
    """Whether the list of scenarios includes their versions."""

    dataset_list_is_full: bool = True
    """Whether the list of datasets includes descriptions, metrics, checks and options."""

    folder_list_is_full: bool = True
    """Whether the list of managed folders includes more than names, types and tags."""

    default_zone_lists_items: bool = False
    """Whether the API lists in the default zone the objects that are in no other zone."""

    versions_in_files: bool = False
    """Whether the version of an object is in its own file, as up to DSS 11, or beside Git."""

    renames_rewrite_references_only: bool = True
    """Whether a rename rewrites, in code, only what opens the dataset, or every text that equals its name."""

    datasets_take_recipes_along: bool = True
    """Whether deleting a dataset deletes the recipes that read or write it."""

    folders_take_recipes_along: bool = True
    """Whether deleting a managed folder does."""

    models_take_recipes_along: bool = True
    """Whether deleting a saved model does."""

    stale_versions_are_refused: bool = False
    """Whether DSS refuses a document that has an older version than the stored object."""

    reverts_advance_versions: bool = False
    """Whether a revert or a switch of branch increments the version of each changed object."""

    scenario_ids_are_honoured: bool = True
    """Whether a new scenario gets the id that was sent, or one made from its name."""

    scenario_ids_keep_case: bool = True
    """Whether an id that is made from a name keeps its case, or is upper case without punctuation."""

    scenario_ids_collide: bool = True
    """Whether DSS refuses a second scenario with the same name, or adds a number to its id."""

    raw_recipes_get_params: bool = True
    """Whether a recipe that is created raw gets the default parameters of its type."""

    new_datasets_keep_all: bool = True
    """Whether a new dataset keeps the schema, tags and descriptions that were sent."""

    variables_are_typed: bool = True
    """Whether variables keep their JSON types, or all become strings."""

    permissions_are_raw: bool = True
    """Whether the API returns permissions as stored, or with the permissions that they imply."""

    payloads_are_annotated: bool = False
    """Whether the server adds the UI's fields to saved payloads: positions, status, the engine."""

    log_names_addresses: bool = False
    """Whether authors in the Git log have email addresses."""

    answers_are_compressed: bool = False
    """Whether responses are compressed for clients that accept it."""


LIKELY = Assumptions()
OPPOSITE = Assumptions(
    **{
        each.name: 401 if each.name == "unknown_project" else not each.default
        for each in fields(Assumptions)
    }  # type: ignore[arg-type]  # all others are yes or no
)
"""The opposite of every default."""

EACH_OPPOSITE = {
    each.name: evolve(LIKELY, **{each.name: getattr(OPPOSITE, each.name)})
    for each in fields(Assumptions)
}
"""For each assumption, the defaults with the opposite of this one."""
