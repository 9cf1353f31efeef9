"""The sections of a YAML program, and the classes of their entries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import define

from dssdsl.lang import absent, kinds
from dssdsl.lang.functions import export
from dssdsl.lang.model import Model
from dssdsl.lang.near import nearest
from dssdsl.resources import load_all
from dssdsl.resources.datasets.base import AnyDataset
from dssdsl.resources.datasets.managed import Dataset
from dssdsl.resources.datasets.sql import SQLDataset
from dssdsl.resources.models import EvaluationStore, SavedModel
from dssdsl.resources.permissions import ProjectPermissions
from dssdsl.resources.project_variables import ProjectVariables
from dssdsl.resources.projects import Project
from dssdsl.resources.recipes.base import AnyRecipe

from .entries import Entries
from .families import Family, norm
from .positions import Map, Seq
from .source import Source, described
from .takes import concrete

SECTIONS = ("version", *dict.fromkeys(kinds.table("section").values()), "exports")
"""In the order of declaration, which does not depend on the order in the file."""
SYNONYMS = {
    "managed_folders": "folders", "saved_models": "models", "flow_zones": "zones", "libraries": "library", "outputs": "exports",
    "project_variables": "variables", "scenario": "scenarios", "recipe": "recipes", "dataset": "datasets",
}  # fmt: skip
VERSIONS = ("1.0", 1.0, "1", 1)


@define
class Sections:
    """Declares what each section contains."""

    source: Source
    entries: Entries

    def declare(self, document: Map) -> None:
        """Declare the whole document."""
        load_all()
        for section in document:
            if section not in SECTIONS:
                self._unknown(section, document.lines[section])
        if document.get("project") is None:
            self.source.error(
                "the program declares no project", 1, "write project: {key: SALES} first"
            )
            return
        for section in SECTIONS:
            if document.get(section) is not None:
                declare = getattr(self, f"_{section}", self._list)
                declare(document[section], document.lines[section], section)
        self.entries.names.settle()

    def _unknown(self, section: str, line: int) -> None:
        near = SYNONYMS.get(section) or nearest(section, SECTIONS)
        self.source.error(
            f'there is no section "{section}"',
            line,
            absent.SECTIONS[section]
            if section in absent.SECTIONS
            else f'did you mean "{near}"?'
            if near
            else f"the sections are {', '.join(SECTIONS)}",
        )

    def _version(self, value: Any, line: int, section: str) -> None:
        if value not in VERSIONS:
            self.source.error(f"unknown version {value}", line, 'write version: "1.0"')

    def _project(self, value: Any, line: int, section: str) -> None:
        if isinstance(value, str):
            value = Map.of("key", value, line)
        if self._is_map(value, line, section, "project: {key: SALES}"):
            self.entries.make(Project, value)

    def _variables(self, value: Any, line: int, section: str) -> None:
        if self._is_map(value, line, section, "variables: {standard: {…}, local: {…}}"):
            self.entries.make(ProjectVariables, value)

    def _permissions(self, value: Any, line: int, section: str) -> None:
        if isinstance(value, Seq):
            value = Map.of("grants", value, line)
        if self._is_map(value, line, section, "permissions: {grants: [{group: analysts, …}]}"):
            self.entries.make(ProjectPermissions, value)

    def _exports(self, value: Any, line: int, section: str) -> None:
        if self._is_map(value, line, section, "exports: {name: value}"):
            for name, each in value.items():
                with self.source.at(value.lines[name]):
                    export(name, self.source.plain(each))

    def _is_map(self, value: Any, line: int, section: str, example: str) -> bool:
        if not isinstance(value, Map):
            self.source.error(f"{section} takes a mapping", line, f"write {example}")
        return isinstance(value, Map)

    def _list(self, value: Any, line: int, section: str) -> None:
        kind = next(kind for kind, name in kinds.table("section").items() if name == section)
        cls = kinds.classes(kind)[0]
        for entry in self._each(value, line, section, cls):
            self.entries.make(cls, entry)

    def _models(self, value: Any, line: int, section: str) -> None:
        classes = {"savedmodel": SavedModel, "evaluationstore": EvaluationStore}
        for entry in self._each(value, line, section, SavedModel):
            kind = entry.get("type")
            named = classes.get(norm(kind)) if isinstance(kind, str) else None
            self.entries.make(named or SavedModel, entry.without("type") if named else entry)

    def _datasets(self, value: Any, line: int, section: str) -> None:
        for entry in self._each(value, line, section, Dataset):
            self._dataset(entry)

    def _dataset(self, entry: Map) -> None:
        kind = entry.get("type")
        if kind is None:  # DSS chooses the type, which it does for managed datasets only
            bare = entry.without("managed") if entry.get("managed") is True else entry
            self.entries.make(Dataset, _flat(bare, Dataset))
            return
        family = Family.of(tuple(concrete(AnyDataset)))
        cls = family.find(kind, {}) if isinstance(kind, str) else None
        if cls is not None:
            self.entries.make(cls, _flat(entry.without("type"), cls))
            return
        params = entry.get("params")
        if {*entry, *(params if isinstance(params, Map) else ())} & {"table", "query"}:
            cls = SQLDataset
            entry = _flat(entry, cls)
        elif params is not None:  # DSS's own type and params
            self.entries.make(Dataset, entry)
            return
        if not self.entries.is_wrong_type("dataset", kind, family, entry, strict=False):
            self.entries.make(cls or Dataset, entry)

    def _recipes(self, value: Any, line: int, section: str) -> None:
        classes = concrete(AnyRecipe)
        for entry in self._each(value, line, section, AnyRecipe):
            cls = self.entries.choose(classes, entry, "recipe")
            if cls is not None:
                self.entries.make_typed(cls, entry, classes)

    def _each(self, value: Any, line: int, section: str, cls: Any) -> Iterator[Map]:
        """Entries of a list section; those with ``existing: true`` are declared here."""
        identity = next(iter(cls.positional()), "name")
        if not isinstance(value, Seq):
            self.source.error(
                f"{section} takes a list", line, f"begin each entry with a dash: - {identity}: …"
            )
            return
        for entry, at in zip(value, value.lines, strict=True):
            if isinstance(entry, str):
                yield Map.of(identity, entry, at)
            elif not isinstance(entry, Map):
                self.source.error(
                    f"an entry of {section} is {described(entry)}", at, f"write - {identity}: …"
                )
            elif entry.get("existing") is not None and hasattr(cls, "existing"):
                self._existing(cls, entry)
            else:
                yield entry

    def _existing(self, cls: Any, entry: Map) -> None:
        """Declare something that the program uses and does not manage."""
        if norm(str(entry.get("type", ""))) == "evaluationstore":
            cls = EvaluationStore
        name = entry.get("name")
        if entry["existing"] is not True or not isinstance(name, str):
            self.source.error(
                "existing takes true, beside a name",
                entry.lines["existing"],
                "write {name: …, existing: true}",
            )
            return
        for key in set(entry) - {"name", "existing", "project", "type"}:
            self.source.error(
                f'"{name}" is existing, so the program cannot set "{key}"',
                entry.lines[key],
                f"remove {key}, or existing",
            )
        with self.source.at(entry.line):
            existing = cls.existing(self.source.plain(name), project=entry.get("project"))
        self.entries.names.add(existing)


def _flat(entry: Map, cls: type[Model]) -> Map:
    """*entry* with its ``params`` moved up, where the classes have them as fields."""
    params = entry.get("params")
    if not isinstance(params, Map):
        return entry
    out = entry.without("params")
    for name, value in params.items():
        if name == "mode" and name not in cls.public_names():
            continue  # table or query decides it
        out.setdefault(name, value)
        out.lines.setdefault(name, params.lines[name])
    return out
