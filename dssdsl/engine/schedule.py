"""What waits for what while a plan runs: pieces of steps, and when each may begin."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import define, field, frozen

from dssdsl.lang.graph import Graph
from dssdsl.plan.steps import CONTAINED, Action, Plan, Step, full_key

Ids = tuple[str, str]
"""The key of a step, and which piece of it."""
BY_NAME = ("dataset", "recipe")
"""Kinds that others name: DSS rewrites those when it renames one."""
MADE: Ids = ("", "made")
"""Stands for all that is made: deletes wait for it, each for the one instead of for each."""


@frozen
class Task:
    """A piece of a step that one worker does: a replace has two, a delete and a creation."""

    step: Step
    part: str

    @property
    def id(self) -> Ids:
        """What names it among the tasks."""
        return (self.step.key, self.part)


@define
class Schedule:
    """
    Which tasks may begin, which are still to come, and which never will.

    Attributes:
        tasks: All of them.
        ready: Those that wait for nothing, in the order in which that came to be.
        waiting: What each of the others waits for.
        lost: Those that will not be done, because of a step that failed: task → that step's key.
    """

    tasks: Mapping[Ids, Task]
    ready: deque[Ids] = field(factory=deque)
    waiting: dict[Ids, set[Ids]] = field(factory=dict)
    lost: dict[Ids, str] = field(factory=dict)
    _followers: dict[Ids, list[Ids]] = field(factory=dict)
    _users: dict[str, set[Ids]] = field(factory=dict)

    @classmethod
    def of(cls, plan: Plan, graph: Graph) -> Schedule:
        """Schedule the steps of *plan*."""
        tasks = {task.id: task for task in tasks_of(plan)}
        self = cls(tasks)
        self.waiting = {id: set(needs) for id, needs in needs_of(tasks, graph).items()}
        for id, needs in self.waiting.items():
            for need in needs:
                self._followers.setdefault(need, []).append(id)
        self._users = users_of_what_goes((id for id in tasks if id[1] != "delete"), tasks)
        for id in [id for id, needs in self.waiting.items() if not needs]:
            self._free(id)
        return self

    def take(self) -> Task:
        """The next of the tasks that are ready."""
        return self.tasks[self.ready.popleft()]

    def did(self, task: Task) -> None:
        """Let begin what waited for *task* and now for nothing more."""
        self._release(task.id)

    def failed(self, task: Task) -> None:
        """Give up what needs *task*: the pieces of its step, all that follows them, and the deletes that it spares."""
        queue = [task.id, *(id for id in self.waiting if id[0] == task.step.key)]
        gone = {task.id}
        while queue:
            id = queue.pop(0)
            if id not in gone:
                gone.add(id)
                if self.waiting.pop(id, None) is None:
                    continue
                self.lost[id] = task.step.key
            queue += [f for f in self._followers.get(id, ()) if f != MADE]
            queue += self._spared(id)
        for id in gone:
            if MADE in self._followers.get(id, ()):
                self._less(MADE, id)

    def _spared(self, lost: Ids) -> list[Ids]:
        """
        The deletes that must not be done where *lost* was to make something and did not.

        What is of its kind may be what it takes the place of. What it used, as it was deployed last,
        DSS would delete with it, or leave it broken. A project goes only if all was made.
        """
        if lost[1] == "delete":
            return []
        mine = self.tasks[lost].step
        return [
            id
            for id in deletes(self.tasks)
            for step in [self.tasks[id].step]
            if step.kind == "project"
            or (step.project, step.kind) == (mine.project, mine.kind)
            or lost in self._users.get(step.key, ())
        ]

    def _release(self, done: Ids) -> None:
        for id in self._followers.get(done, ()):
            self._less(id, done)

    def _less(self, id: Ids, need: Ids) -> None:
        if id in self.waiting:
            self.waiting[id].discard(need)
            if not self.waiting[id]:
                self._free(id)

    def _free(self, id: Ids) -> None:
        del self.waiting[id]
        if id == MADE:
            self._release(id)
        else:
            self.ready.append(id)


def tasks_of(plan: Plan) -> Iterable[Task]:
    """What there is to do, piece by piece."""
    for step in plan.steps:
        if step.action is Action.REPLACE:
            yield Task(step, "delete")
            yield Task(step, "create")
        elif step.action in (Action.DELETE, Action.FORGET):
            yield Task(step, "delete")
        else:
            yield Task(step, "write")
        if "compute output schemas" in step.then:
            yield Task(step, "schemas")


def needs_of(tasks: Mapping[Ids, Task], graph: Graph) -> dict[Ids, set[Ids]]:
    """What each task waits for."""
    making = {id[0]: id for id in tasks if id[1] in ("write", "create")}
    schemas = {id[0]: id for id in tasks if id[1] == "schemas"}
    writes = writers(graph) if schemas else {}
    users_of: dict[str, set[Ids]] = {}
    for id, task in tasks.items():
        if id[1] == "delete" and task.step.action is Action.REPLACE:
            for need in graph.needs(id[0]):
                users_of.setdefault(need, set()).add(id)
    out: dict[Ids, set[Ids]] = {}
    for id, task in tasks.items():
        key, part = id
        if part in ("write", "create"):
            out[id] = {making[n] for n in task.step.needs if n in making}
            if part == "create":
                out[id].add((key, "delete"))
        elif part == "schemas":
            # Columns flow: a recipe's outputs are known once its inputs' are.
            made = [making[n] for n in task.step.needs if n in making]
            out[id] = {m for m in made if tasks[m].step.kind == "dataset"}
            before = (schemas[r] for r in upstream(graph, key, writes) if r in schemas)
            out[id] |= {making[key], *before}
        elif task.step.action is Action.REPLACE:
            out[id] = users_of.get(key, set())
        else:
            # Deletes come last: nothing is lost before what takes its place is there.
            out[id] = {MADE}
    renames_first(tasks, making, out)
    out[MADE] = {*making.values(), *schemas.values()}
    going = deletes(tasks)
    users = users_of_what_goes(going, tasks)
    for n, id in enumerate(going):
        step = tasks[id].step
        if step.kind == "project":
            out[id] |= {other for other in going[:n] if tasks[other].step.why != CONTAINED}
        elif step.why == CONTAINED:
            out[id] |= {(step.project, "delete")} & set(tasks)
        else:
            out[id] |= users.get(step.key, set()) - {id}
    return out


def deletes(tasks: Mapping[Ids, Task]) -> list[Ids]:
    """The tasks that take something away for good."""
    return [
        id for id, task in tasks.items()
        if id[1] == "delete" and task.step.action is not Action.REPLACE
    ]  # fmt: skip


def users_of_what_goes(ids: Iterable[Ids], tasks: Mapping[Ids, Task]) -> dict[str, set[Ids]]:
    """By key: those of *ids* whose step, as it was deployed last, needed it."""
    found: dict[str, set[Ids]] = {}
    for id in ids:
        step = tasks[id].step
        for need in step.entry.needs if step.entry is not None else ():
            found.setdefault(full_key(step.project, need), set()).add(id)
    return found


def renames_first(
    tasks: Mapping[Ids, Task], making: Mapping[str, Ids], out: dict[Ids, set[Ids]]
) -> None:
    """
    Let nothing else be written to a project while DSS renames something in it, for it rewrites what names that.

    Only what a renamed thing needs can come before it; all of that and the renames are one after another.
    """
    renames = [
        id for id in making.values()
        if tasks[id].step.action is Action.RENAME and tasks[id].step.kind in BY_NAME
    ]  # fmt: skip
    first: set[Ids] = set()
    queue = list(renames)
    while queue:
        id = queue.pop()
        if id not in first:
            first.add(id)
            queue += out[id]
    ordered = [id for id in tasks if id in first]
    for n, id in enumerate(ordered):
        before = ordered[:n] if id in renames else [r for r in ordered[:n] if r in renames]
        out[id] |= set(before)
    for id, task in tasks.items():
        if id not in first and task.part != "schemas":
            out[id] |= {r for r in renames if tasks[r].step.project == task.step.project}


def writers(graph: Graph) -> dict[str, str]:
    """The recipe that writes each dataset or folder."""
    return {
        place(recipe, ref.target): key
        for key, recipe in graph.resources.items()
        if recipe.kind == "recipe"
        for ref in recipe.refs("outputs")
    }


def upstream(graph: Graph, recipe: str, writes: Mapping[str, str]) -> set[str]:
    """The recipes that write what *recipe* reads."""
    mine = graph.resources.get(recipe)
    refs = mine.refs("inputs") if mine is not None else ()
    return {writes[p] for ref in refs if (p := place(mine, ref.target)) in writes} - {recipe}


def place(recipe: Any, target: Any) -> str:
    """What names *target*, as *recipe* refers to it: its project and its name."""
    key = str(getattr(target, "key", f"{recipe.key.partition('/')[0]}/dataset/{target}"))
    return f"{key.partition('/')[0]}/{key.rpartition('/')[2]}"
