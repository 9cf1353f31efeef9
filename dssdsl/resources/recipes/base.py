"""What all recipes have: inputs, outputs, a payload; their provider; and the recipe of any type."""

from __future__ import annotations

import copy
import difflib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator, Field, InstanceOf

from dssdsl.dss.documents import DocumentProvider, live
from dssdsl.errors import NotFound, ProgramError
from dssdsl.lang.fields import at, closed, create_only, form, keyed, resets_to
from dssdsl.lang.graph import flow_name, target_of
from dssdsl.lang.model import OneOrMany, many, token
from dssdsl.lang.provider import Live, provides
from dssdsl.lang.resource import Part, Resource
from dssdsl.lang.values import Code, Document, File, Initial, Ref, Text, unfit
from dssdsl.resources.flow import FlowObject, Referable

if TYPE_CHECKING:
    from dssdsl.dss.session import Session
    from dssdsl.lang.program import Program

FlowRef: TypeAlias = InstanceOf[Referable] | str
"""A dataset, folder, model or store; or the name of one outside the program."""


class Dependency(Part):
    """
    Which partitions of an input one partition of the output needs.

    For ``time_range``, ``params`` are DSS's own: ``fromMode``, ``fromOffset``, ``toOffset``, …
    """

    func: Annotated[
        Literal["equals", "time_range", "latest_available", "all_available", "values"] | str,
        token("equals", "time_range", "latest_available", "all_available", "values"),
    ] = Field(kw_only=False)
    """DSS's own name of the rule."""

    dimension: str | None = None
    """The dimension of the input; with ``equals`` also that of the output."""

    values: OneOrMany[str] | None = None
    """The partitions, with ``values``."""

    params: Mapping[str, Any] | None = None
    """DSS's own params of the rule."""

    def document(self, owner: Resource) -> Document:
        out: Document = {"func": self.func, "expandVariables": Initial(value=False)}
        if self.dimension is not None:
            out["idim"] = self.dimension
            if self.func == "equals":
                out["odim"] = self.dimension
        if self.values is not None:
            out["values"] = many(self.values)
        out["params"] = dict(self.params) if self.params is not None else Initial({})
        return out


class RecipeInput(Part):
    """An input, with which of its partitions are needed."""

    of: Annotated[FlowRef, form("a dataset, or its name")] = Field(kw_only=False)
    """The input."""

    deps: Annotated[
        OneOrMany[InstanceOf[Dependency]] | None, form('Dependency("equals", dimension="day")')
    ] = None
    """A rule for each dimension of the input."""


class RecipeOutput(Part):
    """An output, with whether rows are added to it."""

    of: Annotated[FlowRef, form("a dataset, or its name")] = Field(kw_only=False)
    """The output."""

    append: bool = False
    """True: a run adds to what is there, instead of replacing it."""


def _not_a_zone(value: Any) -> Any:
    given = value.values() if isinstance(value, Mapping) else [value]
    for item in [i for one in given for i in many(one)]:
        if isinstance(item, Resource) and item.kind == "zone":
            raise ValueError(
                f"has {item.label}; a FlowZone cannot be an input or an output | "
                "name its datasets; zone= puts the recipe into it"
            )
        if isinstance(item, Resource) and item.kind == "recipe":
            raise ValueError(f"has {item.label} | name the dataset that the recipe writes")
    return value


In: TypeAlias = FlowRef | InstanceOf[RecipeInput]
Out: TypeAlias = FlowRef | InstanceOf[RecipeOutput]
Inputs: TypeAlias = OneOrMany[In] | Mapping[str, OneOrMany[In]]
Outputs: TypeAlias = OneOrMany[Out] | Mapping[str, OneOrMany[Out]]

INPUTS = form('datasets, folders or models, or {"role": …} of them; "NAME" for what is outside')
NOT_A_ZONE = BeforeValidator(_not_a_zone)


def of(item: Any) -> Any:
    """What an input or output means: the object, or its name."""
    return getattr(item, "of", item)


class AnyRecipe(FlowObject):
    """What all recipes have."""

    kind = "recipe"
    object_type = "RECIPE"
    renamable = True
    wire: ClassVar[str] = ""
    """DSS's own type."""
    one_input: ClassVar[bool] = False
    """Whether it reads exactly one dataset."""
    computes_schema: ClassVar[bool] = False
    """Whether DSS can tell the columns of its outputs without running it."""
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        "type": (create_only,),
        "inputs": (closed,),
        "outputs": (closed,),
        "inputs.*.items": (keyed("ref"),),
        "inputs.*.items.deps": (resets_to([]),),
        "outputs.*.items": (keyed("ref"),),
        "outputs.*.items.appendMode": (resets_to(value=False),),
    }

    name: str = Field(kw_only=False)
    """Its name."""

    inputs: Annotated[Inputs, at("inputs"), INPUTS, NOT_A_ZONE] = ()
    """What it reads: one, a list, or ``{role: …}``."""

    outputs: Annotated[Outputs, at("outputs"), INPUTS, NOT_A_ZONE]
    """What it writes: one, a list, or ``{role: …}``."""

    variables: Annotated[Mapping[str, Any] | None, at("variables"), resets_to({})] = None
    """Variables that stand above those of the project when it runs."""

    def _keywords(self) -> str:
        return "write the rest as keywords: inputs=…, outputs=…"

    def roles(self, side: Literal["inputs", "outputs"]) -> dict[str, list[Any]]:
        """What is read or written, by role."""
        given = getattr(self, side)
        by_role = given if isinstance(given, Mapping) else {"main": given}
        return {role: many(items) for role, items in by_role.items() if many(items)}

    def refs(self, side: Literal["inputs", "outputs"]) -> list[Ref]:
        """References to all that it reads or writes."""
        return [Ref(of(item), self) for items in self.roles(side).values() for item in items]

    def payload(self) -> Any:
        """What it does, whole: text, or a JSON object; None where only the user can say."""
        return None

    def document(self) -> Document:
        out = super().document()
        out.pop("payload", None)
        out["type"] = self.wire
        out["inputs"] = {
            role: {"items": [self._input(i) for i in items]}
            for role, items in self.roles("inputs").items()
        }
        out["outputs"] = {
            role: {"items": [self._output(i) for i in items]}
            for role, items in self.roles("outputs").items()
        }
        payload = self.payload()
        if payload is not None:
            out["payload"] = payload
        return out

    def _input(self, item: Any) -> Document:
        deps = getattr(item, "deps", None)
        return {
            "ref": Ref(of(item), self),
            "deps": Initial([]) if deps is None else [d.document(self) for d in many(deps)],
        }

    def _output(self, item: Any) -> Document:
        append = item.append if isinstance(item, RecipeOutput) else Initial(value=False)
        return {"ref": Ref(of(item), self), "appendMode": append}

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        if not re.fullmatch(r"[A-Za-z0-9_-]+", self.name) and not self.adopt:
            yield self.fault(
                "its name has characters that DSS does not take",
                "use letters, digits, underscores and hyphens",
            )
        outputs = [flow_name(ref, program) for ref in self.refs("outputs")]
        if not outputs:
            yield self.fault("it has no outputs", "add outputs=…")
        for name in sorted({n for n in outputs if outputs.count(n) > 1}):
            yield self.fault(f"{name} is among its outputs twice")
        mains = len(self.roles("inputs").get("main", []))
        if self.one_input and mains != 1:
            yield self.fault(
                f"it reads one dataset, and has {mains} inputs",
                "join or stack them first" if mains else "add inputs=…",
            )
        yield from self._check_zones(program)
        yield from self._check_dependencies(program)

    def _check_zones(self, program: Program) -> Iterator[ProgramError]:
        for ref in self.refs("outputs"):
            target: Any = target_of(ref, program)
            zone = getattr(target, "zone", None)
            if zone is None or target.exists or target.project is not self.project:
                continue
            if self.zone is None or zone.key != self.zone.key:
                mine = f"in {self.zone.label}" if self.zone is not None else "in none"
                yield self.fault(
                    f"its output {target.identity} at {target.source} is in {zone.label}, "
                    f"the recipe is {mine}",
                    "a recipe and its outputs share one zone: say zone= on the recipe only, "
                    "or declare both in one `with FlowZone(…)`",
                )

    def _check_dependencies(self, program: Program) -> Iterator[ProgramError]:
        for item in [i for items in self.roles("inputs").values() for i in items]:
            target = target_of(Ref(of(item), self), program)
            dimensions = [d.name for d in many(getattr(target, "partitioning", None))]
            for dep in many(getattr(item, "deps", None)):
                if dep.dimension and dimensions and dep.dimension not in dimensions:
                    yield self.fault(
                        f'{of_name(item)} has no dimension "{dep.dimension}"',
                        f"it has {', '.join(dimensions)}",
                    )

    def columns_of(self, item: Any) -> list[str] | None:
        """The columns of an input, where the program says them."""
        target = target_of(Ref(of(item), self), self._program) if self._program else None
        columns = getattr(target, "columns", None)
        if not columns:
            return None
        return [c if isinstance(c, str) else c.name for c in columns]

    def check_columns(
        self, used: Iterable[str], known: Sequence[str] | None, where: str
    ) -> Iterator[ProgramError]:
        """Yield a fault for each column that is not among the known ones of *where*."""
        for column in dict.fromkeys(used):
            if known is not None and column not in known:
                yield self.fault(f'{where} has no column "{column}"', _near(column, known))


def of_name(item: Any) -> str:
    """How messages call an input or output."""
    return str(getattr(of(item), "identity", of(item)))


def _near(column: str, known: Sequence[str]) -> str:
    same = [k for k in known if k.lower() == column.lower()]
    close = same or difflib.get_close_matches(column, known, n=3)
    if close:
        return "did you mean " + " or ".join(f'"{c}"' for c in close) + "?"
    return f"it has {', '.join(known[:12])}{', …' if len(known) > 12 else ''}"  # noqa: PLR2004


STRINGS = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|(?<=[(,])\s*/(?:\\.|[^/\\])+/")
SQL_WORDS = re.compile(
    r"\b(?P<word>AND|OR|NOT)\b(?!\s*\()"
    r"|[\w\"')\]]\s+(?P<lower>and|or)\s+[\w\"'(\[!]"
    r"|\b(?P<null>IS\s+(?:NOT\s+)?NULL)\b"
    r"|(?P<unequal><>)"
    r"|(?<![=!<>~])(?P<equals>=)(?![=~])"
)
INSTEAD = {
    "AND": "&&", "OR": "||", "NOT": "!", "IS NULL": "isBlank(x)", "IS NOT NULL": "isNonBlank(x)",
    "<>": "!=", "=": "==",
}  # fmt: skip


def sql_in(formula: str) -> str | None:
    """What stands in a DSS formula for a word of SQL that it has, as a hint; None if it has none."""
    # Strings and regular expressions may hold anything.
    bare = STRINGS.sub('""', formula)
    found = {m.group(m.lastgroup).upper() for m in SQL_WORDS.finditer(bare) if m.lastgroup}
    words = [w for w in INSTEAD if w in {" ".join(f.split()) for f in found}]
    return ", ".join(f"{INSTEAD[w]} for {w}" for w in words) or None


def text_document(code: Code) -> Text:
    """Code as a leaf of a document, with the file it came from."""
    return Text(code.text, code.relative) if isinstance(code, File) else Text(code)


class Recipe(AnyRecipe):
    """
    A recipe of any type, by DSS's own type, roles, params and payload.

    Of ``params`` and of a payload that is an object only the keys that are given are managed.
    """

    hints: ClassVar[Mapping[str, str]] = {
        "code": 'code is the payload: payload=file("recipes/x.R")'
    }
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {**AnyRecipe.places}

    type: Annotated[str, at("type"), create_only, form('a type of DSS, such as "split" or "r"')]
    """DSS's own type: ``split``, ``sampling``, ``prediction_scoring``, ``r``, …"""

    params: Annotated[Mapping[str, Any] | None, at("params")] = None
    """DSS's own params."""

    payload_: Annotated[
        Mapping[str, Any] | Code | None,
        at("payload"),
        form("DSS's own payload: an object, or text"),
    ] = Field(default=None, alias="payload")
    """DSS's own payload: an object, or text, which may be a ``file()``."""

    def payload(self) -> Any:
        if isinstance(self.payload_, Mapping):
            if problem := unfit(self.payload_, "payload"):
                raise self.fault(problem)
            folded = fold(self.type, json.loads(json.dumps(self.payload_)))
            return {name: value for name, value in folded.items() if name != IDLE}
        return None if self.payload_ is None else text_document(self.payload_)

    def document(self) -> Document:
        return {**super().document(), "type": self.type}

    @property
    def computes_schema(self) -> bool:  # type: ignore[override]
        """Whether DSS can tell the columns of its outputs without running it."""
        return self.type in VISUAL_TYPES


TEXT_TYPES = frozenset(
    [
        "cpython",
        "hive",
        "impala",
        "ksql",
        "pig",
        "pyspark",
        "python",
        "r",
        "shell",
        "spark_scala",
        "spark_sql_query",
        "sparkr",
        "sql_query",
        "sql_script",
        "streaming_python",
        "streaming_spark_scala",
    ]
)
"""Recipes whose payload is code."""

VISUAL_TYPES = frozenset(
    [
        "distinct",
        "fuzzyjoin",
        "geojoin",
        "grouping",
        "join",
        "pivot",
        "sampling",
        "shaker",
        "sort",
        "split",
        "sync",
        "topn",
        "vstack",
        "window",
    ]
)
"""Recipes whose outputs' columns follow from their settings."""

IDLE = "$idle"
"""Where a payload keeps, beside the aggregations, the columns of which nothing is computed."""


def fold(kind: str, payload: Document) -> Document:
    """
    See a payload as programs do.

    DSS keeps an entry for every column of which something could be computed; only those that
    compute something mean anything. The others are put aside, with their positions.
    """
    if kind in ("grouping", "window") and isinstance(payload.get("values"), list):
        entries = list(enumerate(payload["values"]))
        idle = [[i, e] for i, e in entries if _computes_nothing(e)]
        payload = {**payload, "values": [e for _, e in entries if not _computes_nothing(e)]}
        payload[IDLE] = idle
    if kind == "join":
        for entry in payload.get("virtualInputs") or []:
            # Payloads older than this setting list the columns.
            entry.setdefault("outputColumnsSelectionMode", "MANUAL")
    return payload


def _computes_nothing(entry: Document) -> bool:
    flags = (v for k, v in entry.items() if k != "value" and not k.startswith("$"))
    return "customExpr" not in entry and not any(flag is True for flag in flags)


def unfold(payload: Document, before: Document) -> Document:
    """The payload as DSS keeps it: what `fold` put aside is put back."""
    payload = dict(payload)
    idle: list[Any] | None = payload.pop(IDLE, None)
    if idle is None:
        return payload
    values: list[Document] = list(payload.get("values") or [])
    computed = {e.get("column"): e for e in values}
    there = {e.get("column") for _, e in idle}
    # A column of which nothing is computed any more stays one of the columns.
    idle += [
        [i, {k: False if v is True and k != "value" else v for k, v in e.items()}]
        for i, e in enumerate(before.get("values") or [])
        if "value" in e and e.get("column") not in computed and e.get("column") not in there
    ]
    for position, entry in idle:
        mine = computed.get(entry.get("column"))
        if mine is None:
            values.insert(position, entry)
        else:
            values[values.index(mine)] = {**entry, **mine}
    return {**payload, "values": values}


@provides("recipe")
class RecipeProvider(DocumentProvider):
    """Recipes are listed by their heads; the payload comes with the recipe alone."""

    kind = "recipe"
    path = "recipes"
    listed_whole = False

    def read(self, dss: Session, project: str, id: str) -> Live | None:
        """One recipe: its head, with the payload as text or as an object."""
        try:
            answer = dss.json("GET", self.url(project, id))
        except NotFound:
            return None
        head = (answer or {}).get("recipe")
        if not head:
            return None
        document = dict(head)
        for side in ("inputs", "outputs"):
            roles = (head.get(side) or {}).items()
            document[side] = {role: what for role, what in roles if what.get("items")}
        if answer.get("payload") is not None:
            document["payload"] = opened(head["type"], answer["payload"])
        return live(head["name"], id, document, head)

    def create(self, dss: Session, project: str, want: Document, resource: Resource) -> str:
        """Make the recipe as it is wanted, in one request; DSS checks nothing of it."""
        head, payload = closed_again(want, {})
        body = {
            "recipePrototype": {**head, "name": resource.identity, "projectKey": project},
            "creationSettings": {"rawCreation": True, "rawPayload": payload or ""},
        }
        if want["type"] in TEXT_TYPES:
            body["creationSettings"]["script"] = None
        answer = dss.json("POST", self.url(project), body)
        return str((answer or {}).get("name") or resource.identity)

    def update(
        self,
        dss: Session,
        project: str,
        id: str,
        before: Document,
        after: Document,
        resource: Resource | None,
    ) -> None:
        """Save head and payload."""
        head, payload = closed_again(after, before)
        body = {"recipe": head} if payload is None else {"recipe": head, "payload": payload}
        dss.json("PUT", self.url(project, id), body)

    def rename(self, dss: Session, project: str, id: str, new: str) -> None:
        """Rename the recipe; its code and its datasets stay as they are."""
        url = self.url(project).removesuffix(f"{self.path}/")
        dss.send("POST", f"{url}actions/renameRecipe", {"oldName": id, "newName": new})

    def propagate(
        self, dss: Session, project: str, name: str, declared: Collection[str] = ()
    ) -> list[str]:
        """
        Let the outputs of a visual recipe have the columns that it computes.

        Args:
            dss: Where the recipe is.
            project: The key of its project.
            name: Its name.
            declared: Outputs whose columns the program says, which are left alone.

        Returns:
            The names of the outputs whose schema was set.
        """
        found = dss.json("GET", f"{self.url(project, name)}/schema-update") or {}
        done = []
        for computable in found.get("computables") or ():
            id = computable.get("datasetName") or computable.get("id")
            if id in declared:
                continue
            dss.json(
                "POST",
                f"{self.url(project, name)}/actions/updateOutputSchema",
                {
                    "computableType": computable["type"],
                    "computableId": id,
                    "newSchema": computable["newSchema"],
                    "dropAndRecreate": True,
                    "synchronizeMetastore": True,
                },
            )
            done.append(str(id))
        return done


def opened(kind: str, text: str) -> Any:
    """A payload as an object, where it is one; else as text."""
    if kind in TEXT_TYPES:
        return text
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return fold(kind, found) if isinstance(found, dict) else text


def _without_nulls(value: Any) -> Any:
    # What a program leaves out is null in its document; DSS has no key for it.
    if isinstance(value, dict):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    return [_without_nulls(v) for v in value] if isinstance(value, list) else value


def closed_again(document: Document, before: Document) -> tuple[Document, str | None]:
    """Head and payload as DSS takes them."""
    head = dict(document)
    payload = head.pop("payload", None)
    if isinstance(payload, dict):
        old = before.get("payload")
        payload = unfold(copy.deepcopy(payload), old if isinstance(old, dict) else {})
        payload = json.dumps(_without_nulls(payload), indent=2)
    return head, payload
