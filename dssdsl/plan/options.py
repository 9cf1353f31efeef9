"""The options of planning: targets, and the user's consents."""

from __future__ import annotations

from attrs import frozen


@frozen
class Options:
    """
    What the user asked for and agreed to.

    Attributes:
        targets: Globs of resources that the plan is limited to; empty means all.
        excludes: Globs of resources that it leaves out.
        adopt: Manage objects that exist and differ.
        moves: Globs of resources that may point elsewhere and leave their data behind.
        replaces: Globs of resources that may be deleted and created again.
        delete_data: Delete the data of deleted datasets and folders too.
        delete_adopted: Delete what dssdsl did not create, too.
        delete_unmanaged: Delete projects with what dssdsl does not manage in them.
        delete_projects: Delete projects that the stack deployed and the program does not declare any more.
        forget_projects: Keep such projects in DSS, and stop managing them.
        commit_others: Commit other users' pending changes too, in projects in explicit commit mode.
        destroy: Delete all that was deployed.
        refresh: Read every managed object, also if its version has not changed.
        continue_on_error: A failed step stops only what needs it.
    """

    targets: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    adopt: bool = False
    moves: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    delete_data: bool = False
    delete_adopted: bool = False
    delete_unmanaged: bool = False
    delete_projects: bool = False
    forget_projects: bool = False
    commit_others: bool = False
    destroy: bool = False
    refresh: bool = False
    continue_on_error: bool = False
