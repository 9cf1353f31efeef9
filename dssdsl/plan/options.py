"""What the user asks for, and agrees to."""

from __future__ import annotations

from attrs import frozen


@frozen
class Options:
    """
    What the user asked for and agreed to.

    Attributes:
        targets: Globs of resources that the plan is limited to; empty means all.
        excludes: Globs of resources that it leaves out.
        adopt: Take over what exists though it differs.
        moves: Keys or names whose data may stay behind.
        replaces: Keys or names that may be deleted and made again.
        delete_data: Deletes take the data too.
        delete_adopted: What was there before us is deleted when the program drops it.
        delete_unmanaged: A project is deleted with what we do not manage in it.
        commit_others: What others left uncommitted is committed along, where DSS commits nothing by itself.
        destroy: Everything goes.
        continue_on_error: A step that fails stops only what needs it.
    """

    targets: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    adopt: bool = False
    moves: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    delete_data: bool = False
    delete_adopted: bool = False
    delete_unmanaged: bool = False
    commit_others: bool = False
    destroy: bool = False
    continue_on_error: bool = False
