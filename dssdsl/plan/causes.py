"""Why a step is in a plan, what follows it, and what else is worth knowing: values, which `cli` puts into words."""

from __future__ import annotations

import enum

from attrs import frozen

from dssdsl.lang.keys import Key


class Cause(enum.StrEnum):
    """Why a step is in a plan."""

    NEW = "new"
    """The program declares it, and it was never deployed."""
    GONE = "gone"
    """It was deployed, and DSS does not have it any more."""
    EQUAL = "equal"
    """DSS has it already, as the program declares it."""
    CHANGED = "changed"
    """Its changes say why."""
    INCOMPLETE = "incomplete"
    """A deployment was cut off while it created it."""
    FOLLOWS = "follows"
    """Another step, `Step.because_of`, replaces what it refers to."""
    MAY_BE_REWRITTEN = "may_be_rewritten"
    """Its code has the former name of `Step.because_of`, which is renamed: DSS may rewrite that."""
    RENAMED = "renamed"
    """The program gives it another name; `Step.old` is the one that it has."""
    RENAMED_ALREADY = "renamed_already"
    """DSS already has it under its new key, `Step.because_of`."""
    ALREADY_GONE = "already_gone"
    """The program dropped it, and DSS does not have it either."""
    NOT_OURS = "not_ours"
    """The program dropped it; it was deleted in DSS, and another object has its name."""
    RETAINED = "retained"
    """The program dropped it, and it was declared with ``retain_on_delete``."""
    ADOPTED_STAYS = "adopted_stays"
    """The program dropped it, and it existed before dssdsl managed it."""
    PROJECT_KEPT = "project_kept"
    """The program dropped its project, and the user keeps that in DSS."""
    DROPPED = "dropped"
    """The program does not declare it any more."""
    DESTROYED = "destroyed"
    """The user destroys what the program deployed."""
    WITH_PROJECT = "with_project"
    """DSS deletes it with its project."""
    APPEARED = "appeared"
    """Only the later of two deployments has it."""
    DISAPPEARED = "disappeared"
    """Only the earlier of two deployments has it."""


class FollowUp(enum.StrEnum):
    """What a step asks DSS to work out once the resource is there."""

    DETECT_COLUMNS = "detect_columns"
    """The columns of a source, by looking at its data."""
    COMPUTE_SCHEMAS = "compute_schemas"
    """The columns of a visual recipe's outputs."""


class Basis(enum.StrEnum):
    """What a plan brings DSS in line with."""

    PROGRAM = "program"
    DEPLOYMENT = "deployment"
    """A deployment of the history: a rollback, or a check of the last one."""


class Topic(enum.StrEnum):
    """What a remark is about; its names are those in brackets."""

    FIXED_AT_CREATION = "fixed_at_creation"
    """Why a resource is replaced [fields]."""
    REPLACED = "replaced"
    """What a replace loses and keeps of what people set in DSS."""
    DATA_STAYS_AT = "data_stays_at"
    """Where a move leaves the data [place]."""
    KEEPS_HISTORY = "keeps_history"
    """A rename keeps data, recipes and history."""
    CREATED_BY = "created_by"
    """Who created the object that has the name of one that was deployed [login, time]."""
    LEAVES_NAME = "leaves_name"
    """What is deleted has a name that another object gets [name]."""
    FORMER_NAME_IN_CODE = "former_name_in_code"
    """Code has the former name of what is renamed, perhaps for something else [old name, label]."""
    DATA_DELETED = "data_deleted"
    """A delete takes the data."""
    DATA_KEPT = "data_kept"
    """A delete leaves the data."""
    HISTORY_DELETED = "history_deleted"
    """A project's history goes with it."""
    DELETES_RECIPES = "deletes_recipes"
    """DSS deletes recipes that dssdsl does not manage along [recipes]."""
    BREAKS = "breaks"
    """Objects that dssdsl does not manage refer to what goes [kind, names]."""
    BREAKS_ELSEWHERE = "breaks_elsewhere"
    """Recipes of other projects read or write what goes [recipes]."""
    SHARED_WITH = "shared_with"
    """Another project uses what goes [project]."""
    SET_BY_RUN = "set_by_run"
    """A run may have changed a value, and it stays [place, change]."""
    VALUE_STAYS = "value_stays"
    """The program sets part of a field no more, and DSS keeps its value [place]."""
    FIELD_STAYS = "field_stays"
    """The program sets a field no more, and DSS keeps its value [field]."""
    LIKELY_RENAME = "likely_rename"
    """What is created looks like what is deleted [old label, former names]."""
    SECRET_STAYS = "secret_stays"  # noqa: S105 - a topic
    """A rollback cannot restore a secret, and leaves it as it is [place]."""
    SECRET_UNSET = "secret_unset"  # noqa: S105 - a topic
    """A rollback cannot restore a secret, and DSS has none [place]."""
    UPLOADS_STAY = "uploads_stay"
    """A rollback leaves the uploaded files as they are now."""
    UPLOADS_UNKNOWN = "uploads_unknown"
    """A rollback leaves the uploaded files that DSS has."""
    WITHOUT_PROGRAM = "without_program"
    """A destroy is planned from the recorded state, because the program does not load."""
    FORMER_NAME = "former_name"
    """A project's state has the name that the program had before its toml had one [project, old name, new name]."""
    TEXT = "text"
    """A warning of the program, or a policy's [sentence]."""


@frozen
class Remark:
    """
    Something worth knowing about a step or a plan.

    Attributes:
        topic: What it is about.
        names: What the sentence names, as the topic says.
        about: The resource, where the remark does not stand at its step.
        at: The place in the program, such as ``project.py:12``.
    """

    topic: Topic
    names: tuple[str, ...] = ()
    about: Key | None = None
    at: str = ""
