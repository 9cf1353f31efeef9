"""The order of a run: the tasks of each step, and what each waits for."""

from __future__ import annotations

import enum
import itertools
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import define, field, frozen

from dssdsl.lang.graph import Graph, outside_key
from dssdsl.lang.keys import PROJECT, Key
from dssdsl.lang.kinds import facts
from dssdsl.lang.resource import Resource
from dssdsl.plan.causes import Cause, FollowUp
from dssdsl.plan.steps import Action, Plan, Step

Ids = tuple[Key, str]
"""The key of a step, and which piece of it."""
"""Kinds that others name: DSS rewrites those when it renames one."""
MADE: Ids = (Key("", "", ""), "made")
"""Stands for all that is made: deletes wait for it, each for the one instead of for each."""


class Part(enum.StrEnum):
    """What a task does of its step: a replace has two, a delete and a creation."""

    ASIDE = "aside"
    """Give the object a name that it has in between."""
    RENAME = "rename"
    """Give the object its new name; what else changes of it is written later."""
    WRITE = "write"
    CREATE = "create"
    DELETE = "delete"
    SCHEMAS = "schemas"


@frozen
class Task:
    """A piece of a step that one worker does."""

    step: Step
    part: Part

    @property
    def id(self) -> Ids:
        """The id of the task."""
        return (self.step.key, self.part)


@define
class Schedule:
    """
    Which tasks may start, which still wait, and which will not run.

    Attributes:
        tasks: All of them.
        ready: Those that wait for nothing, first come first.
        waiting: What each of the others waits for.
        lost: Those that will not run because a step failed: task → key of that step.
    """

    tasks: Mapping[Ids, Task]
    ready: deque[Ids] = field(factory=deque)
    waiting: dict[Ids, set[Ids]] = field(factory=dict)
    lost: dict[Ids, Key] = field(factory=dict)
    _followers: dict[Ids, list[Ids]] = field(factory=dict)
    _users: dict[Key, set[Ids]] = field(factory=dict)

    @classmethod
    def of(cls, plan: Plan, graph: Graph) -> Schedule:
        """Schedule the steps of *plan*."""
        tasks = {task.id: task for task in tasks_of(plan)}
        self = cls(tasks)
        self.waiting = {id: set(needs) for id, needs in needs_of(tasks, graph).items()}
        for id, needs in self.waiting.items():
            for need in needs:
                self._followers.setdefault(need, []).append(id)
        self._users = users_of_what_goes((id for id in tasks if id[1] != Part.DELETE), tasks)
        for id in [id for id, needs in self.waiting.items() if not needs]:
            self._free(id)
        return self

    def take(self) -> Task:
        """The next task that is ready."""
        return self.tasks[self.ready.popleft()]

    def did(self, task: Task) -> None:
        """Release what waited for *task* alone."""
        self._release(task.id)

    def failed(self, task: Task) -> None:
        """Give up what needs *task*: the other tasks of its step, all that follows them, and deletes that are no longer safe."""
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
        The deletes that must not run because *lost* created nothing.

        An object of the same kind may be the one that it replaces. What the resource used when it
        was last deployed would take it along, or break it. A project goes only if all else is done.
        """
        if lost[1] is Part.DELETE:
            return []
        mine = self.tasks[lost].step
        return [
            id
            for id in deletes(self.tasks)
            for step in [self.tasks[id].step]
            if step.kind == PROJECT
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
    """The tasks of a plan."""
    for step in plan.steps:
        if step.aside is not None:
            yield Task(step, Part.ASIDE)
        if step.old is not None:
            yield Task(step, Part.RENAME)
        if step.action is Action.REPLACE:
            yield Task(step, Part.DELETE)
            yield Task(step, Part.CREATE)
        elif step.action in (Action.DELETE, Action.FORGET):
            yield Task(step, Part.DELETE)
        else:
            yield Task(step, Part.WRITE)
        if FollowUp.COMPUTE_SCHEMAS in step.then:
            yield Task(step, Part.SCHEMAS)


def needs_of(tasks: Mapping[Ids, Task], graph: Graph) -> dict[Ids, set[Ids]]:
    """What each task waits for."""
    making = {id[0]: id for id in tasks if id[1] in (Part.WRITE, Part.CREATE)}
    schemas = {id[0]: id for id in tasks if id[1] is Part.SCHEMAS}
    writes = writers(graph) if schemas else {}
    users_of: dict[Key, set[Ids]] = {}
    for id, task in tasks.items():
        if id[1] is Part.DELETE and task.step.action is Action.REPLACE:
            for need in graph.needs(id[0]):
                users_of.setdefault(need, set()).add(id)
    out: dict[Ids, set[Ids]] = {}
    for id, task in tasks.items():
        key, part = id
        if part in (Part.WRITE, Part.CREATE):
            out[id] = {making[n] for n in task.step.needs if n in making}
            if part is Part.CREATE:
                out[id].add((key, Part.DELETE))
        elif part is Part.SCHEMAS:
            # Columns flow: a recipe's outputs are known once its inputs' are.
            made = [making[n] for n in task.step.needs if n in making]
            out[id] = {m for m in made if facts(tasks[m].step.kind).has_columns}
            before = (schemas[r] for r in upstream(graph, key, writes) if r in schemas)
            out[id] |= {making[key], *before}
        elif task.step.action is Action.REPLACE:
            out[id] = users_of.get(key, set())
        elif part in (Part.ASIDE, Part.RENAME):
            out[id] = set()
        else:
            # Deletes come last: nothing is lost before what takes its place is there.
            out[id] = {MADE}
    renames_first(tasks, out)
    out[MADE] = {*making.values(), *schemas.values()}
    going = deletes(tasks)
    users = users_of_what_goes(going, tasks)
    for n, id in enumerate(going):
        step = tasks[id].step
        if step.kind == PROJECT:
            out[id] |= {
                other for other in going[:n] if tasks[other].step.cause is not Cause.WITH_PROJECT
            }
        elif step.cause is Cause.WITH_PROJECT:
            out[id] |= {(Key.of_project(step.project), Part.DELETE)} & set(tasks)
        else:
            out[id] |= users.get(step.key, set()) - {id}
    clear_paths(tasks, out)
    return out


def clear_paths(tasks: Mapping[Ids, Task], out: dict[Ids, set[Ids]]) -> None:
    """
    Delete a file before the creations that need its path as a folder, or a folder of its path as a file.

    Such a delete waits for nothing, so that no creation waits for itself; all renames of its project
    wait for it, since one of them may need the path, too.
    """
    going = {id[0]: id for id in deletes(tasks) if facts(id[0].kind).name_is_path}
    if not going:
        return
    coming: dict[Key, list[Ids]] = {}
    for id, task in tasks.items():
        takes_path = task.part is Part.RENAME or task.step.action is Action.CREATE
        if takes_path and facts(id[0].kind).name_is_path:
            coming.setdefault(id[0], []).append(id)
    in_the_way = [(above, id) for id in coming for above in folders_of(id) if above in going]
    in_the_way += [(id, above) for id in going for above in folders_of(id) if above in coming]
    for gone, new in in_the_way:
        delete = going[gone]
        out[delete] = set()
        for id in coming[new]:
            out[id].add(delete)
        for id, task in tasks.items():
            if task.part in (Part.ASIDE, Part.RENAME) and task.step.project == gone.project:
                out[id].add(delete)


def folders_of(file: Key) -> list[Key]:
    """The keys that files would have whose paths are folders of *file*."""
    parts = file.name.split("/")
    return [file.renamed("/".join(parts[:depth])) for depth in range(1, len(parts))]


def deletes(tasks: Mapping[Ids, Task]) -> list[Ids]:
    """The tasks that delete something for good."""
    return [
        id for id, task in tasks.items()
        if id[1] is Part.DELETE and task.step.action is not Action.REPLACE
    ]  # fmt: skip


def users_of_what_goes(ids: Iterable[Ids], tasks: Mapping[Ids, Task]) -> dict[Key, set[Ids]]:
    """By key: those of *ids* whose resource needed it when it was last deployed."""
    found: dict[Key, set[Ids]] = {}
    for id in ids:
        step = tasks[id].step
        for need in step.entry.needs if step.entry is not None else ():
            found.setdefault(Key.within(step.project, need), set()).add(id)
    return found


def renames_first(tasks: Mapping[Ids, Task], out: dict[Ids, set[Ids]]) -> None:
    """
    Write nothing else to a project while DSS renames an object in it: DSS rewrites the references to it.

    Renames run one after another, each once its new name is free. What is called by an id that DSS
    made up is referred to by that: only objects of its kind wait for its rename.
    """
    turns = in_turn(tasks)
    for before, after in itertools.pairwise(turns):
        out[after].add(before)
    for id, task in tasks.items():
        if task.part in (Part.ASIDE, Part.RENAME, Part.SCHEMAS):
            continue
        out[id] |= {
            turn
            for turn in turns
            for step in [tasks[turn].step]
            if step.project == task.step.project
            and (facts(step.kind).referred_by_name or step.kind == task.step.kind)
        }


def in_turn(tasks: Mapping[Ids, Task]) -> list[Ids]:
    """The renames, in an order in which each new name is free."""
    turns = [id for id, task in tasks.items() if task.part is Part.ASIDE]
    left = {id: task.step for id, task in tasks.items() if task.part is Part.RENAME}
    while left:
        used = {s.key.renamed(s.aside or s.old or "") for s in left.values()}
        ready = [id for id, step in left.items() if step.key not in used] or [next(iter(left))]
        turns += ready
        for id in ready:
            del left[id]
    return turns


def writers(graph: Graph) -> dict[Key, Key]:
    """The recipe that writes each dataset or folder."""
    return {
        place(recipe, ref.target): key
        for key, recipe in graph.resources.items()
        for ref in recipe.refs("outputs")
    }


def upstream(graph: Graph, recipe: Key, writes: Mapping[Key, Key]) -> set[Key]:
    """The recipes that write what *recipe* reads."""
    mine = graph.resources.get(recipe)
    if mine is None:
        return set()
    read = (place(mine, ref.target) for ref in mine.refs("inputs"))
    return {writes[key] for key in read if key in writes} - {recipe}


def place(recipe: Resource, target: Any) -> Key:
    """The key of *target*, as *recipe* refers to it."""
    return getattr(target, "key", None) or outside_key(recipe.key.project, str(target))
