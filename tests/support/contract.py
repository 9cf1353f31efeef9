"""What every resource type must do; a test class inherits it and adds data."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from dssdsl.deployment.prepare import config_hash
from dssdsl.emulator import Emulator, User
from dssdsl.engine.diff import compare
from dssdsl.errors import DssdslError, ProgramErrors
from dssdsl.lang import model
from dssdsl.lang.model import many
from dssdsl.lang.provider import PROVIDERS
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import settled
from dssdsl.plan.options import Options
from dssdsl.plan.steps import Action
from dssdsl.resources import load_all
from dssdsl.resources.projects import Project
from dssdsl.workspace import Workspace
from tests.support import as_yaml
from tests.support.contract_ui import UiContract
from tests.support.effort import some
from tests.support.world import OURS, Declared, emulator, refuse_write

load_all()
COMMON = model.Options
ALWAYS_TOLD = {"name", "id", "projectKey", "versionTag", "creationTag", "owner"}
AS_SENT = ("variables", "library_file", "permissions", "project")
"""Kinds of which DSS keeps just what it is sent, or all of which the contract sends."""
ALIKE = {"update": Action.UPDATE, "replace": Action.REPLACE, "move": Action.MOVE}


class ResourceContract(UiContract):
    """
    Attributes:
        cls: The class under test.
        name: Its identity; None for a class that has none.
        document: What a real DSS answers for `full`; never made from the class.
        edits: ``(field, value, action)``: what it takes to change one field of `full`.
        unset: Fields that `full` cannot set beside the others.
        raw: A setting that no field models, by its path; left empty where there is none.
    """

    cls: ClassVar[Any] = None
    name: ClassVar[str | None] = None
    document: ClassVar[dict[str, Any]] = {}
    edits: ClassVar[list[tuple[str, Any, str]]] = []
    unset: ClassVar[tuple[str, ...]] = ()
    raw: ClassVar[dict[str, Any]] = {"customFields.ward": "north"}

    def around(self) -> None:
        """Declare what the resource needs beside its project."""

    def minimal(self) -> dict[str, Any]:
        """The required fields only."""
        return {}

    def full(self) -> dict[str, Any]:
        """Every field set, to other than its default."""
        return {}

    # -- machinery -------------------------------------------------------------------------------

    def declare(
        self, fields: Callable[[], dict[str, Any]] | None, **edit: Any
    ) -> Callable[[], None]:
        """A program with the resource; without it, where *fields* is None."""

        def program() -> None:
            if self.cls is not Project:
                Project("SALES", naming="any")
            self.around()
            if fields is not None:
                self.make({**fields(), **edit})
            elif self.cls is Project:
                Project("OTHER")

        return program

    def make(self, fields: dict[str, Any]) -> Resource:
        """The resource itself."""
        made: Resource = self.cls(*([] if self.name is None else [self.name]), **fields)
        return made

    @pytest.fixture(name="dss")
    def _dss(self) -> Iterator[Emulator]:
        with emulator(keys={"emulator": User("admin"), "alice": User("alice")}) as dss:
            yield dss

    @pytest.fixture(name="workspace")
    def _workspace(self, dss: Emulator, tmp_path: Path) -> Callable[..., Declared]:
        (tmp_path / "a.csv").write_text("id,day\n1,2026-01-01\n", encoding="utf-8")
        (tmp_path / "b.csv").write_text("id,day\n2,2026-01-02\n", encoding="utf-8")

        def make(fields: Callable[[], dict[str, Any]] | None, **edit: Any) -> Declared:
            return Declared(self.declare(fields, **edit), dss, tmp_path)

        return make

    @pytest.fixture(params=["minimal", "full"], name="fields")
    def _fields(self, request: pytest.FixtureRequest) -> Callable[[], dict[str, Any]]:
        found: Callable[[], dict[str, Any]] = getattr(self, request.param)
        return found

    @staticmethod
    def subject(workspace: Declared, contract: ResourceContract) -> Resource:
        """The resource under test, as a workspace declares it."""
        program, _ = workspace.loaded
        return next(
            r
            for r in program.resources
            if type(r) is contract.cls and r.identity == _identity(contract, r)
        )

    # -- laws ------------------------------------------------------------------------------------

    def test_full_sets_every_field(self, workspace):
        """
        The full example sets every field, so that no field goes untested.
        """
        subject = self.subject(workspace(self.full), self)
        own = {
            n
            for n, a in self.cls.public_names().items()
            if n not in COMMON and a not in ("project", self.cls.identified_by)
        }

        assert own - {
            n for n, a in self.cls.public_names().items() if a in subject.model_fields_set
        } == set(self.unset)

    def test_equals_what_a_real_dss_answers(self, workspace):
        """
        What a real DSS answers for the full example is adopted without a change.
        """
        ready = workspace(self.full)
        prepared = ready.prepare()
        subject = self.subject(ready, self)
        want = settled(prepared.reading.wants[subject.key])
        assert self.document, "the contract needs a document"

        found = compare(
            want,
            None,
            {},
            self.document,
            subject.shape(),
            exclusive=frozenset(many(subject.exclusive)),
        )

        assert [] == [(c.pointer, c.old, c.new) for c in found.changes]

    def test_second_deployment_does_nothing(self, workspace, dss, fields):
        """
        After a deployment the preview is empty, and a second deployment sends no write.
        """
        workspace(fields).up()
        dss.clear_requests()

        plan = workspace(fields).preview()
        workspace(fields).up()

        assert [] == [(s.label, s.changes) for s in plan.steps]
        assert [] == [f"{r.method} {r.path}" for r in dss.writes()]

    @pytest.mark.parametrize("suffix", ["yaml", "json"])
    def test_in_yaml_it_means_the_same(self, workspace, fields, suffix):
        """
        What Python declares can be said in YAML or JSON, is the same deployment, and is deployed once.
        """
        python = workspace(fields)
        program, graph = python.loaded
        path = python.path.with_suffix(f".{suffix}")
        as_yaml.write(program.resources, path)

        said, same = Workspace(path, emulator=python.emulator).loaded
        assert dict(graph.edges) == dict(same.edges)
        assert config_hash(program) == config_hash(said)
        if suffix == "yaml":
            Workspace(path, emulator=python.emulator).up()
            python.emulator.clear_requests()
            assert not Workspace(path, emulator=python.emulator).preview()
            assert not Workspace(path, emulator=python.emulator).up().plan
            assert [] == python.emulator.writes()
            assert not workspace(fields).preview()  # the program in Python has nothing to do either

    def test_reads_back_what_dss_made_of_it(self, workspace):
        """
        DSS fills in what was not sent, and writes sets in its own order; what it made is what is recorded.
        """
        workspace(self.full).up()
        ready = workspace(self.full)
        subject = self.subject(ready, self)
        prepared = ready.prepare(whole=True)
        live = prepared.reading.observed.live[subject.key].document
        want = settled(prepared.reading.wants[subject.key])

        added = {name for name in live if name not in want} - ALWAYS_TOLD
        assert added or subject.kind in AS_SENT
        assert live.get("tags", []) == sorted(live.get("tags", []))

    @pytest.mark.proof
    def test_edits_take_their_action(self, workspace, dss):
        """
        Each edit of one field is planned as what it takes, touches that field only, and converges.
        """
        for field, value, action in some(self.edits, 4, "edits", self.cls.__name__):
            dss.reset()
            workspace(self.full).up()
            edit = {field: value() if callable(value) else value}
            agreed = Options(moves=("*",), replaces=("*",))

            plan = workspace(self.full, **edit).preview(agreed)
            mine = [s for s in plan.steps if s.key == self.subject(workspace(self.full), self).key]
            workspace(self.full, **edit).up(agreed)

            assert [ALIKE[action]] == [s.action for s in mine], field
            assert {field} >= {c.field for s in mine for c in s.changes}, field
            assert not workspace(self.full, **edit).preview(), field

    @pytest.mark.proof
    def test_ignored_changes_are_sent_at_creation_and_then_left_alone(self, workspace):
        """
        A field in ignore_changes has its value in a new object, and later differences are nobody's.
        """
        fields = dict.fromkeys(f for f, _, action in self.edits if action == "update")
        for field in some([*fields], 3, "ignored", self.cls.__name__):
            value = next(v for f, v, _ in self.edits if f == field)
            workspace(None).emulator.reset()
            workspace(self.full, ignore_changes=[field]).up()

            edit = {field: value() if callable(value) else value, "ignore_changes": [field]}

            assert not workspace(self.full, **edit).preview(), field
            assert not {
                c.field
                for s in workspace(self.full).preview(Options(adopt=True)).steps
                for c in s.changes
            }, field

    def test_raw_sets_what_is_not_modelled(self, workspace):
        """
        Any setting of DSS's can be had by its own path; it is compared, and goes with the program.
        """
        if not self.raw:
            pytest.skip("all that DSS has of it is modelled")
        workspace(self.full, raw=self.raw).up()

        assert not workspace(self.full, raw=self.raw).preview()
        other = {path: f"{value}2" for path, value in self.raw.items()}
        (step,) = workspace(self.full, raw=other).preview().steps
        assert {f"/{path.replace('.', '/')}" for path in other} == {c.pointer for c in step.changes}

    def test_raw_does_not_go_round_a_field(self, workspace):
        """
        What has a field is set by the field.
        """
        paths = [
            p for n in self.cls.public_names() if n not in COMMON for p in self.cls.paths_of(n)
        ]
        if not paths:
            pytest.skip("no field has a place in its document")

        with pytest.raises(ProgramErrors, match="which is the field"):
            workspace(self.full, raw={paths[0]: "x"})

    @pytest.mark.proof
    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    def test_refused_at_any_write_and_run_again(self, workspace, dss, after):
        """
        Whichever write fails, before DSS carries it out or after, one more deployment converges.

        Those of lock and state are the same for every type: `tests.laws.test_crashes` has them fail.
        """
        workspace(self.full).up()
        writes = len([r for r in dss.writes() if not OURS.search(r.path)])
        for n in some(range(writes), 2, "writes", self.cls.__name__, after):
            dss.reset()
            refused = refuse_write(dss, n, after=after, but=OURS)
            with contextlib.suppress(DssdslError):
                workspace(self.full).up()
            assert refused.hit, n

            workspace(self.full).up()

            assert not workspace(self.full).preview(), n

    def test_leaves_the_program(self, workspace, dss):
        """
        What the program drops is deleted, or taken out of what everybody shares; then nothing is left to do.
        """
        workspace(self.full).up()
        subject = self.subject(workspace(self.full), self)
        if self.cls is Project:
            pytest.skip("a project that is dropped is tested with all that is in it")

        workspace(None).up()

        assert not workspace(None).preview()
        provider = PROVIDERS[subject.kind]
        there = [
            one.name
            for one in provider.list(workspace(None).session, subject.key.partition("/")[0])
        ]
        assert getattr(subject, "always_there", False) or subject.identity not in there


def _identity(contract: ResourceContract, resource: Resource) -> str:
    return resource.identity if contract.name is None else str(contract.name)
