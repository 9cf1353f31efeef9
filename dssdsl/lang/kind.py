"""The facts of a kind of resource: class variables, which the engine, the frontends and the docs read."""

from __future__ import annotations

from typing import ClassVar

from .model import Model


class Kind(Model):
    """
    What is true of all resources of one kind.

    The first class of a kind sets its facts, and all other classes of the kind derive from that class.
    `dssdsl.lang.kinds` finds them by kind, and makes tables of them.
    """

    kind: ClassVar[str] = ""
    """What it is called in keys and messages; empty on classes that are only bases."""
    identified_by: ClassVar[str] = "name"
    object_type: ClassVar[str] = ""
    """DSS's name of the kind where it refers to objects, such as DATASET."""
    renamable: ClassVar[bool] = False
    """Whether DSS can give it another name."""
    always_there: ClassVar[bool] = False
    """Whether every project has exactly one, such as its variables."""
    name_is_path: ClassVar[bool] = False
    """Whether its name is a path such as ``python/dates.py``: a file cannot lie below another file."""
    holds_data: ClassVar[bool] = False
    """Whether data is lost with it."""
    owns_data_if: ClassVar[str] = ""
    """The key of its document that says whether DSS manages its data; left out, DSS does if it holds data."""
    goes_with_inputs: ClassVar[bool] = False
    """Whether DSS deletes it together with a dataset or folder that it reads or writes."""
    contained: ClassVar[bool] = True
    """Whether it lives in a project, and DSS deletes it together with the project."""
    id_is_made_up: ClassVar[bool] = False
    """Whether DSS makes up an id for it, which others refer to instead of its name."""
    dated: ClassVar[bool] = True
    """Whether DSS says when it was created, and by whom."""
    referred_by_name: ClassVar[bool] = False
    """Whether others refer to it by its name, so that DSS rewrites them when it is renamed."""
    flow_item: ClassVar[bool] = False
    """Whether recipes read and write it and scenarios build it: a dataset, folder, model or evaluation store."""
    carried: ClassVar[tuple[str, ...]] = ()
    """What people write about it in DSS, by its place in the document: kept where it is replaced and the program does not set it."""
    runs_code: ClassVar[bool] = False
    """Whether it runs, or contains code that runs: a recipe, a scenario, a library file."""
    set_by_code: ClassVar[str] = ""
    """A regular expression for the calls by which code changes those of its values that runs can change."""
    has_columns: ClassVar[bool] = False
    """Whether it has columns, which DSS can detect or compute where nobody declares them."""
    holds_members: ClassVar[bool] = False
    """Whether other resources are members of it, as they are of a zone."""
    section: ClassVar[str] = ""
    """The section of a YAML program that declares it."""
    order: ClassVar[int] = 0
    """The order of its section: YAML declares lower ones first; their order in the file doesn't matter."""
    plural: ClassVar[str] = ""
    """What a state calls several of them; left out, the kind with an s."""
    family: ClassVar[str] = ""
    """The heading of the reference that lists it."""
