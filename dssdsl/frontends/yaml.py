"""Reads a program that is written in YAML or JSON: each entry becomes a call of the class that Python calls."""

from __future__ import annotations

import contextlib
import difflib
import importlib
import re
from typing import TYPE_CHECKING, Any

from attrs import define, field

from dssdsl.errors import DssdslError, ProgramError
from dssdsl.lang.model import Model
from dssdsl.lang.program import export, file_in
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Secret

from . import interpolation, positions, shapes
from .positions import Map, Seq
from .shapes import Family, Takes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dssdsl.lang.program import Program

MODULES = (
    "datasets", "library", "managed_folders", "messages", "models", "permissions", "project_variables", "projects", "recipes.base",
    "recipes.code", "recipes.prepare", "recipes.visual", "scenario_steps", "scenario_triggers", "scenarios", "zones",
)  # fmt: skip
"""Where the classes are that an entry may mean."""
SECTIONS = (
    "version", "project", "variables", "permissions", "zones", "folders", "models", "datasets", "recipes", "scenarios", "library", "exports",
)  # fmt: skip
"""In the order in which they are declared, whatever their order in the file."""
LISTS = {
    "zones": "zones.FlowZone",
    "folders": "managed_folders.ManagedFolder",
    "scenarios": "scenarios.Scenario",
    "library": "library.LibraryFile",
}
SYNONYMS = {
    "managed_folders": "folders", "saved_models": "models", "flow_zones": "zones", "libraries": "library", "outputs": "exports",
    "project_variables": "variables", "scenario": "scenarios", "recipe": "recipes", "dataset": "datasets",
}  # fmt: skip
VERSIONS = ("1.0", 1.0, "1", 1)
FOREIGN = re.compile(r"\$\{(\w+)(:[^}]*)?\}")
"""What is a variable of DSS's own where a text can stand."""

_NOTHING: Any = object()


def declare(path: Path, program: Program) -> None:
    """
    Declare what the file says, so that it goes into *program*, and what is wrong into its faults.

    Args:
        path: The program's file, absolute.
        program: Made current by the caller.
    """
    try:
        document, faults = positions.read(path, path.name)
        program.faults += faults
        if isinstance(document, Map):
            _Reader(program, path.name).document(document)
    except ProgramError as error:
        program.faults.append(error)
    except RecursionError:
        program.fault("it is nested too deeply", at=path.name, fix="a program has a few levels")
    else:
        _check_mapping(document, path, program)


def _check_mapping(document: Any, path: Path, program: Program) -> None:
    if not isinstance(document, Map) and document is not None:
        program.fault(
            "a program is a mapping", at=f"{path.name}:1", fix="begin with project: {key: SALES}"
        )


def _class(place: str) -> Any:
    module, _, name = place.rpartition(".")
    return getattr(importlib.import_module(f"dssdsl.resources.{module}"), name)


@define
class _Reader:
    """Turns entries into calls; what they say wrong is noted with their lines."""

    program: Program
    name: str
    _known: dict[str, list[Resource]] = field(factory=dict)
    _later: list[tuple[Resource, Any, int]] = field(factory=list)

    # --- sections

    def document(self, document: Map) -> None:
        for module in MODULES:
            importlib.import_module(f"dssdsl.resources.{module}")
        for section in document:
            if section not in SECTIONS:
                close = difflib.get_close_matches(section, SECTIONS, n=1)
                near = SYNONYMS.get(section) or (close[0] if close else None)
                self.fault(
                    f'there is no section "{section}"',
                    document.lines[section],
                    f'did you mean "{near}"?'
                    if near
                    else f"the sections are {', '.join(SECTIONS)}",
                )
        if document.get("project") is None:
            self.fault("the program declares no project", 1, "write project: {key: SALES} first")
            return
        for section in SECTIONS:
            if document.get(section) is not None:
                getattr(self, f"_{section}", self._list)(
                    document[section], document.lines[section], section
                )
        self._settle_needs()

    def _version(self, value: Any, line: int, section: str) -> None:
        if value not in VERSIONS:
            self.fault(f"version {value} is not known", line, 'write version: "1.0"')

    def _project(self, value: Any, line: int, section: str) -> None:
        if isinstance(value, str):
            value = self._entry_of("key", value, line)
        if isinstance(value, Map):
            self.make(_class("projects.Project"), value)
        else:
            self.fault(f"{section} takes a mapping", line, "write project: {key: SALES}")

    def _variables(self, value: Any, line: int, section: str) -> None:
        if isinstance(value, Map):
            self.make(_class("project_variables.ProjectVariables"), value)
        else:
            self.fault(
                f"{section} takes a mapping", line, "write variables: {standard: {…}, local: {…}}"
            )

    def _permissions(self, value: Any, line: int, section: str) -> None:
        if isinstance(value, Seq):
            entry = Map(line)
            entry["grants"], entry.lines["grants"] = value, line
            value = entry
        if isinstance(value, Map):
            self.make(_class("permissions.ProjectPermissions"), value)
        else:
            self.fault(
                f"{section} takes a mapping",
                line,
                "write permissions: {grants: [{group: analysts, …}]}",
            )

    def _list(self, value: Any, line: int, section: str) -> None:
        cls = _class(LISTS[section])
        for entry in self._entries(value, line, section, cls):
            self.make(cls, entry)

    def _models(self, value: Any, line: int, section: str) -> None:
        model, store = _class("models.SavedModel"), _class("models.EvaluationStore")
        for entry in self._entries(value, line, section, model):
            kind = entry.get("type")
            if isinstance(kind, str) and shapes.norm(kind) in ("evaluationstore", "savedmodel"):
                self.make(
                    store if shapes.norm(kind) == "evaluationstore" else model,
                    without(entry, "type"),
                )
            else:
                self.make(model, entry)

    def _datasets(self, value: Any, line: int, section: str) -> None:
        plain = _class("datasets.Dataset")
        for entry in self._entries(value, line, section, plain):
            self._dataset(entry, plain)

    def _dataset(self, entry: Map, plain: Any) -> None:
        kind = entry.get("type")
        if kind is None:
            # No type is DSS's choice, and so managed.
            self.make(
                plain,
                flat(without(entry, *(["managed"] if entry.get("managed") is True else [])), plain),
            )
            return
        family = Family.of(tuple(shapes.concrete(_class("datasets.AnyDataset"))))
        cls = family.find(kind, {}) if isinstance(kind, str) else None
        inner = entry.get("params")
        words = {*entry, *(inner if isinstance(inner, Map) else ())}
        if cls is None and words & {"table", "query"}:
            cls = _class("datasets.SQLDataset")
            if not self._no_type("dataset", kind, family, entry, always=False):
                self.make(cls, flat(entry, cls))
        elif cls is None:
            if inner is not None or not self._no_type("dataset", kind, family, entry, always=False):
                self.make(plain, entry)
        else:
            self.make(cls, flat(without(entry, "type"), cls))

    def _recipes(self, value: Any, line: int, section: str) -> None:
        base = _class("recipes.base.AnyRecipe")
        classes = shapes.concrete(base)
        for entry in self._entries(value, line, section, base):
            cls = self._choose(classes, entry, "recipe")
            if cls is not None:
                self.make(
                    cls, entry if cls is Family.of(tuple(classes)).any else without(entry, "type")
                )

    def _exports(self, value: Any, line: int, section: str) -> None:
        if not isinstance(value, Map):
            self.fault(f"{section} takes a mapping", line, "write exports: {name: value}")
            return
        for name, each in value.items():
            with self.at(value.lines[name]):
                export(name, self.plain(each))

    def _entries(self, value: Any, line: int, section: str, cls: Any) -> Iterator[Map]:
        identity = next(iter(cls.positional()), "name")
        if not isinstance(value, Seq):
            self.fault(
                f"{section} takes a list", line, f"begin each entry with a dash: - {identity}: …"
            )
            return
        for entry, at in zip(value, value.lines, strict=True):
            if isinstance(entry, str):
                yield self._entry_of(identity, entry, at)
            elif not isinstance(entry, Map):
                self.fault(f"an entry of {section} is {said(entry)}", at, f"write - {identity}: …")
            elif entry.get("existing") is not None and hasattr(cls, "existing"):
                self._existing(cls, entry)
            else:
                yield entry

    @staticmethod
    def _entry_of(key: str, value: Any, line: int) -> Map:
        entry = Map(line)
        entry[key], entry.lines[key] = value, line
        return entry

    def _existing(self, cls: Any, entry: Map) -> None:
        """Something that the program uses and never writes."""
        if shapes.norm(str(entry.get("type", ""))) == "evaluationstore":
            cls = _class("models.EvaluationStore")
        name = entry.get("name")
        if entry["existing"] is not True or not isinstance(name, str):
            self.fault(
                "existing takes true, beside a name",
                entry.lines["existing"],
                "write {name: …, existing: true}",
            )
            return
        for key in set(entry) - {"name", "existing", "project", "type"}:
            self.fault(
                f'"{name}" exists already, so "{key}" is not ours to say',
                entry.lines[key],
                "leave it out",
            )
        with self.at(entry.line):
            self._note(cls.existing(self.plain(name), project=entry.get("project")))

    # --- entries

    def make(self, cls: Any, entry: Map) -> Any:
        """Call *cls* with what *entry* says."""
        fields: dict[str, Any] = {}
        names = cls.public_names()
        later: Any = _NOTHING
        for name, raw in entry.items():
            line = entry.lines[name]
            attribute = names.get(name)
            of = names.get(name.removesuffix("_file")) if attribute is None else None
            if of is not None and shapes.takes(cls, of).file:
                name = name.removesuffix("_file")  # noqa: PLW2901 - the text goes where code would stand
                value = self._file(raw, line)
                if name in entry:
                    self.fault(f"{name} and {name}_file are both there", line, "keep one of them")
            elif attribute is None:
                value = self.plain(raw, line)
            elif attribute == "depends_on" and issubclass(cls, Resource):
                later, value = (raw, line), _NOTHING
            else:
                value = self.value(raw, shapes.takes(cls, attribute), line, name)
            if value is not _NOTHING:
                fields[name] = value
        before = len(self.program.faults)
        with self.at(entry.line):
            made = cls(**fields)
        self._place(self.program.faults[before:], entry)
        if isinstance(made, Resource):
            self._note(made)
            if later is not _NOTHING:
                self._later.append((made, *later))
        return made

    def _place(self, faults: Sequence[DssdslError], entry: Map) -> None:
        """Give each fault the line of the key that it is about."""
        whole = f"{self.name}:{entry.line}"
        for fault in faults:
            fault.fix = fault.fix and _in_yaml(fault.fix)
            if fault.at == whole:
                about = re.search(r'has no field "(\w+)"|: (\w+) |^\w+ (\w+) ', fault.problem)
                key = next((g for g in about.groups() if g in entry.lines), None) if about else None
                if key:
                    fault.at = f"{self.name}:{entry.lines[key]}"

    def _note(self, resource: Resource) -> None:
        for name in dict.fromkeys((resource.identity, resource.label, resource.key)):
            self._known.setdefault(name, []).append(resource)

    def _settle_needs(self) -> None:
        """What is needed may stand further down, so it is looked up when all is declared."""
        for resource, raw, line in self._later:
            names = zip(raw, raw.lines, strict=True) if isinstance(raw, Seq) else [(raw, line)]
            found = [self._lookup(name, [Resource], at, "depends_on") for name, at in names]
            resource.depends_on = [r for r in found if r is not None]

    # --- values

    def value(self, raw: Any, takes: Takes, line: int, name: str) -> Any:
        """What *raw* means for a field that takes *takes*; ``_NOTHING`` where that is noted as wrong."""
        if isinstance(raw, Map):
            return self._mapping(raw, takes, name)
        if isinstance(raw, Seq):
            inner = shapes.of(takes.items) if takes.items else takes
            found = [self.value(v, inner, at, name) for v, at in zip(raw, raw.lines, strict=True)]
            return [v for v in found if v is not _NOTHING]
        if not isinstance(raw, str):
            return self._quoted(raw, takes, line, name)
        return self._string(raw, takes, line, name)

    def _quoted(self, raw: Any, takes: Takes, line: int, name: str) -> Any:
        wrong = isinstance(raw, bool) != takes.flag if isinstance(raw, bool) else not takes.number
        if raw is not None and wrong and takes.text and not takes.values and not takes.parts:
            text = str(raw).lower() if isinstance(raw, bool) else str(raw)
            self.fault(
                f"{name} takes a string, and {text} is {said(raw)}",
                line,
                f'put it in quotes: "{text}"',
            )
            return text
        return raw

    def _string(self, raw: str, takes: Takes, line: int, name: str) -> Any:
        if takes.file:
            return raw  # code is DSS's, with all its ${…}
        if takes.secret:
            self.fault(
                f"{name} is a secret, and does not belong into a file",
                line,
                f'write {name}: {{env: "VARIABLE"}}',
            )
            return _NOTHING
        value = self.plain(raw, line)
        return self._word(value, takes, line, name) if isinstance(value, str) else value

    def _word(self, value: str, takes: Takes, line: int, name: str) -> Any:
        own = FOREIGN.fullmatch(value)
        if own and (takes.flag or takes.number) and not takes.text:
            # A variable of DSS's cannot stand where no text can, so it can only mean the stack's.
            return self.plain(f"${{config.{own[1]}{own[2] or ''}}}", line)
        if takes.resources:
            found = self._lookup(value, takes.resources, line, name, needed=not takes.text)
            return found or (value if takes.text else _NOTHING)
        if takes.parts and not takes.text and shapes.tagged(takes.parts):
            return self._part(self._entry_of("type", value, line), takes.parts, name)
        return value

    def _mapping(self, raw: Map, takes: Takes, name: str) -> Any:
        if takes.secret and list(raw) == ["env"]:
            return Secret.env(str(raw["env"]))
        parts = takes.parts
        if parts and (not takes.values or any(shapes.fits(c, set(raw) - {"type"}) for c in parts)):
            return self._part(raw, parts, name)
        if takes.values:
            inner = shapes.of(takes.values)
            if inner.plain and not (inner.text or inner.flag or inner.number):
                return self.plain(raw)
            found = {k: self.value(v, inner, raw.lines[k], name) for k, v in raw.items()}
            return {k: v for k, v in found.items() if v is not _NOTHING}
        return self.plain(raw)

    def _part(self, raw: Map, classes: Sequence[type[Any]], name: str) -> Any:
        if len(raw) == 1:  # {sql: "…"}, {desc: day}: the class and its one value
            key = next(iter(raw))
            for each in classes:
                if (
                    shapes.norm(each.__name__) == shapes.norm(key)
                    and key not in each.public_names()
                ):
                    first = each.positional()[0]
                    return self.make(each, self._entry_of(first, raw[key], raw.lines[key]))
        if shapes.tagged(classes):
            cls = self._choose(classes, raw, name.removesuffix("s"))
            if cls is None:
                return _NOTHING
            return self.make(
                cls, raw if cls is Family.of(tuple(classes)).any else without(raw, "type")
            )
        cls = next((c for c in classes if shapes.fits(c, raw)), classes[0])
        if (
            len(classes) == 1
            and "type" not in cls.public_names()
            and shapes.norm(str(raw.get("type", ""))) == shapes.norm(cls.__name__)
        ):
            raw = without(raw, "type")
        return self.make(cls, raw)

    def _choose(self, classes: Sequence[type[Any]], entry: Map, what: str) -> type[Any] | None:
        """The class that the entry's type means; None where that is noted as wrong."""
        family = Family.of(tuple(classes))
        kind = entry.get("type")
        found = family.find(kind, entry) if isinstance(kind, str) else None
        if found is not None:
            return found
        body = any(b in entry for b in shapes.BODIES)
        strict = not isinstance(kind, str) or family.any is None
        if (strict or not body) and self._no_type(what, kind, family, entry, always=strict):
            return None
        return family.any

    def _no_type(self, what: str, kind: Any, family: Family, entry: Map, *, always: bool) -> bool:
        """Note that *kind* is no type, if that is so; a type that is like none of ours is DSS's own."""
        known = family.types()
        line = entry.lines.get("type", entry.line)
        if kind is None:
            self.fault(
                f'{what} without "type"',
                line,
                f"its type is one of {', '.join(known)}, or DSS's own",
            )
            return True
        words = {shapes.norm(k): k for k in known}
        close = difflib.get_close_matches(
            shapes.norm(str(kind)), words, n=1, cutoff=0.6 if always else 0.8
        )
        if not close and not always and isinstance(kind, str):
            return False
        self.fault(
            f'there is no {what} type "{kind}"',
            line,
            f'did you mean "{words[close[0]]}"?' if close else f"the types are {', '.join(known)}",
        )
        return True

    def _lookup(
        self, name: Any, classes: Sequence[type[Any]], line: int, where: str, *, needed: bool = True
    ) -> Resource | None:
        """The resource that *name* means: declared further up, or known to exist."""
        text = str(name)
        if issubclass(classes[0], Resource) and where == "project":
            found = [p for p in [self.program.find_project(text)] if p is not None]
        else:
            zone = where == "zone"
            found = [
                r
                for r in self._known.get(text, ())
                if isinstance(r, tuple(classes)) and (not zone or r.kind == "zone")
            ]
        if len(found) == 1 or (found and not needed):
            return found[0]
        if found:
            self.fault(
                f'{where} names "{text}", which is {" and ".join(r.label for r in found)}',
                line,
                f'write "{found[0].label}"',
            )
        elif needed:
            names = [
                n
                for n, rs in self._known.items()
                if any(
                    isinstance(r, tuple(classes)) and (where != "zone" or r.kind == "zone")
                    for r in rs
                )
            ]
            close = difflib.get_close_matches(text, names, n=1, cutoff=0.5)
            self.fault(
                f'{where} names "{text}", which is not declared',
                line,
                f'did you mean "{close[0]}"?' if close else "declare it, or name another",
            )
        return None

    def _file(self, raw: Any, line: int) -> Any:
        with self.at(line):
            return file_in(self.program.folder, str(self.plain(raw, line)))

    def plain(self, raw: Any, line: int | None = None) -> Any:
        """*raw* without its lines, with ``${config.x}`` and its like filled in."""
        if isinstance(raw, Map):
            return {k: self.plain(v, raw.lines[k]) for k, v in raw.items()}
        if isinstance(raw, Seq):
            return [self.plain(v, at) for v, at in zip(raw, raw.lines, strict=True)]
        if isinstance(raw, str) and "${" in raw:
            with self.at(line):
                return interpolation.fill(raw, self.program)
        return raw

    # --- places

    @contextlib.contextmanager
    def at(self, line: int | None) -> Iterator[None]:
        """Let what goes wrong in between be told with this line."""
        before = self.program.position
        self.program.position = f"{self.name}:{line}" if line else before or self.name
        try:
            yield
        finally:
            self.program.position = before

    def fault(self, problem: str, line: int, fix: str | None) -> None:
        self.program.fault(problem, at=f"{self.name}:{line}", fix=fix)


def _in_yaml(fix: str) -> str:
    """A hint that shows Python, as YAML says it."""
    fix = re.sub(r"^add (\w+)=…(: )?", r"add \1: ", fix)
    fix = re.sub(r'^it comes first: \w+\("NAME", …\)$', "add name: NAME", fix)
    fix = fix.replace('file("recipes/…")', "code_file: recipes/…")
    return fix.replace('"code=file(...)"', '"code_file"')


def without(entry: Map, *keys: str) -> Map:
    """A copy of *entry* that lacks *keys*."""
    out = Map(entry.line)
    for name, value in entry.items():
        if name not in keys:
            out[name], out.lines[name] = value, entry.lines[name]
    return out


def flat(entry: Map, cls: type[Model]) -> Map:
    """*entry* with what stands under ``params`` beside the rest, as the classes have it."""
    inner = entry.get("params")
    if not isinstance(inner, Map):
        return entry
    out = without(entry, "params")
    for name, value in inner.items():
        if name == "mode" and name not in cls.public_names():
            continue  # what it is follows from table or query
        out.setdefault(name, value)
        out.lines.setdefault(name, inner.lines[name])
    return out


def said(value: Any) -> str:
    """What kind of value it is, in words."""
    kinds = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a string",
        type(None): "empty",
    }
    return kinds.get(type(value), "a list" if isinstance(value, list) else "a mapping")
