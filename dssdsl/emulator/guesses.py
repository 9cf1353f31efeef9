"""What nobody could ask a real DSS: the likelier answer of each question, and the other."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Guesses:
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


LIKELY = Guesses()
CONTRARY = Guesses(
    unknown_project=401,
    scenario_list_has_versions=True,
    dataset_list_is_full=False,
    folder_list_is_full=False,
    default_zone_lists_items=True,
    versions_in_files=True,
    datasets_take_recipes_along=False,
)
"""The other answer to every question."""
