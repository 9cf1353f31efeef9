"""The changes of a resource: a few words for its row in the table, and its changed lines below the table."""

from __future__ import annotations

import difflib
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from dssdsl.engine.deep_diff import differences
from dssdsl.plan.as_json import SECRET, sides

from .layout import paragraph
from .screen import Drawing, Line, Span, line
from .values import inline, parsed, plural, singular

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dssdsl.plan.changes import Change
    from dssdsl.plan.steps import Step

SIGNS = {"+": "green", "-": "red", "~": "yellow"}
CONTEXT = 3
"""Lines of code around a change."""
BRIEF = 48
"""Characters of one field in the table."""


@frozen
class Block:
    """
    The changes of one field.

    Attributes:
        title: The field, or its path in DSS's document.
        lines: A line for each change, and their context.
        brief: The changes in a few words.
        complete: Whether the few words show all of it.
        beside: Text beside the title: the file that contains the code.
        field: The field.
    """

    title: str
    lines: tuple[Line, ...]
    brief: str
    complete: bool = False
    beside: str = ""
    field: str = ""

    @property
    def changed(self) -> int:
        """The number of changed lines, without their context."""
        return sum(1 for each in self.lines if each and each[0].style)


def blocks(changes: Iterable[Change]) -> list[Block]:
    """Group changes by field."""
    lists: dict[str, list[Change]] = {}
    out: list[Block | str] = []
    for change in changes:
        top = _list_of(change.pointer)
        if top is None:
            out.append(evolve(_single(change), field=change.field))
        else:
            if top not in lists:
                out.append(top)
            lists.setdefault(top, []).append(change)
    return [_keyed(each, lists[each]) if isinstance(each, str) else each for each in out]


def brief(found: Sequence[Block]) -> str:
    """Summarize several blocks in a few words."""
    together = ", ".join(block.brief for block in found)
    if len(together) <= BRIEF or len(found) == 1:
        return together
    names = list(dict.fromkeys(block.field for block in found))
    together = ", ".join(names)
    return together if len(together) <= BRIEF else plural(len(names), "field")


def changed_lines(
    steps: Iterable[Step], each: int | None, total: int | None
) -> Iterator[Line | Drawing]:
    """
    List the changed lines of each resource.

    Args:
        steps: The steps. Without a limit all are listed, else those whose row does not show all of it.
        each: At most this many changed lines of one resource.
        total: At most this many changed lines.
    """
    left = total
    for step in steps:
        found = blocks(step.changes)
        if not found or (each is not None and len(found) == 1 and found[0].complete):
            continue
        if left is not None and left <= 0:
            yield line(Span("more changes are not shown: --diff shows them all", "dim"))
            return
        yield line(Span(step.label, "bold"))
        room = each
        hidden = 0
        for block in found:
            if room is not None and room <= 0:
                hidden += block.changed
                continue
            title = f"  {block.title}" + (f"  {block.beside}" if block.beside else "")
            yield line(title)
            shown = list(_until(block.lines, room))
            yield from (_below(row) for row in shown)
            count = sum(1 for row in shown if row and row[0].style)
            hidden += block.changed - count
            room = None if room is None else room - count
            left = None if left is None else left - count
        if hidden:
            yield line(
                Span(f"    … {plural(hidden, 'more changed line')} (--diff shows all)", "dim")
            )


def _below(row: Line) -> Line | Drawing:
    """A line below its title. Text beside a sign is wrapped, code is not."""
    if row and row[0].text.strip() in SIGNS and len(row) > 1:
        return paragraph("".join(span.text for span in row[1:]), "    ", row[0])
    return line("    ", *row)


def _until(lines: Iterable[Line], room: int | None) -> Iterator[Line]:
    """Lines up to *room* changed ones."""
    for row in lines:
        if room is not None and row and row[0].style:
            if room == 0:
                return
            room -= 1
        yield row


def _single(change: Change) -> Block:
    title = change.field
    place = _dotted(change.pointer)
    if place.rpartition(".")[2].lower() != title.replace("_", "").lower() and "." in place:
        # One field can set several places, or a part of it can differ.
        title = place if place.partition(".")[0] == title else title
    if change.secret:
        return _scalar(title, SECRET, SECRET, word="changed")
    old, new = sides(change.old, change.new)
    # DSS can contain values that no model expects, such as a number instead of code.
    if change.pointer.endswith("/{}") and _are(list, old, new):
        return _names(title, old or [], new or [])
    if (_is_text(old) or _is_text(new)) and _are(str, old, new):
        as_json = parsed(old), parsed(new)
        if not all(isinstance(side, (dict, list)) for side in as_json):
            return _text(title, old or "", new or "", change.source or "")
        old, new = as_json
    old, new = parsed(old), parsed(new)
    if _plain_list(old) and _plain_list(new):
        return _names(title, old or [], new or [])
    if type(old) is type(new) and isinstance(old, (dict, list)) and old != new:
        rows = [
            (f"{where}  " if where else "", before, after)
            for where, before, after in differences(old, new)
        ]
        lines = tuple(_change(where, before, after) for where, before, after in rows)
        return Block(title, lines, f"{title} {_counted(lines)}")
    return _scalar(title, inline(old), inline(new))


def _are(kind: type, *values: Any) -> bool:
    """Whether each of *values* is a *kind* or None."""
    return all(value is None or isinstance(value, kind) for value in values)


def _scalar(title: str, old: str, new: str, word: str = "") -> Block:
    text = word or f"{old} → {new}"
    both = f"{title}: {text}"
    shown = line(Span("~ ", "yellow"), f"{old} → {new}")
    return Block(title, (shown,), both if len(both) <= BRIEF else title, len(both) <= BRIEF)


def _change(where: str, old: Any, new: Any) -> Line:
    if old is None:
        return line(Span("+ ", "green"), where, inline(new))
    if new is None:
        return line(Span("- ", "red"), where, inline(old))
    return line(Span("~ ", "yellow"), where, f"{inline(old)} → {inline(new)}")


def _counted(lines: Iterable[Line]) -> str:
    signs = [each[0].text.strip() for each in lines if each[0].style]
    return " ".join(f"{sign}{signs.count(sign)}" for sign in "+~-" if sign in signs)


def _names(title: str, old: Sequence[Any], new: Sequence[Any]) -> Block:
    lines = [line(Span("+ ", "green"), inline(item)) for item in new if item not in old]
    lines += [line(Span("- ", "red"), inline(item)) for item in old if item not in new]
    if not lines:
        lines = [_reordered("items", old, new)]
    text = " ".join(each[0].text.strip() + each[1].text for each in lines)
    whole = f"{title} {text}"
    if len(whole) <= BRIEF and not lines[0][0].text.startswith("~"):
        return Block(title, tuple(lines), whole, complete=True)
    return Block(title, tuple(lines), f"{title} {_counted(lines)}")


def _reordered(noun: str, old: Sequence[Any], new: Sequence[Any]) -> Line:
    common = [item for item in new if item in old]
    before = [item for item in old if item in common]
    return line(Span("~ ", "yellow"), f"{noun} reordered ({_moved(before, common)} moved)")


def _moved(old: Sequence[Any], new: Sequence[Any]) -> int:
    """The least number of items to move to get from one order to the other."""
    rank = {repr(item): n for n, item in enumerate(old)}
    longest: list[int] = []
    for item in new:
        at = rank[repr(item)]
        where = bisect_left(longest, at)
        longest[where : where + 1] = [at]
    return len(new) - len(longest)


def _text(title: str, old: str, new: str, source: str) -> Block:
    lines: list[Line] = []
    added = removed = 0
    delta = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=CONTEXT)
    for row in list(delta)[2:]:
        if row.startswith("@@"):
            lines.append(line(row))
        else:
            added += row.startswith("+")
            removed += row.startswith("-")
            lines.append(line(Span(row, SIGNS.get(row[0], ""))))
    counts = " ".join(f"{s}{n}" for s, n in (("+", added), ("-", removed)) if n)
    if not lines:
        lines = [line(Span("~ ", "yellow"), "the newline at its end")]
    return Block(title, tuple(lines), f"{title} {counts}".strip(), beside=source)


def _keyed(top: str, changes: list[Change]) -> Block:
    """The changes of a list whose items have keys."""
    title = _dotted(top)
    noun = singular(title.rpartition(".")[2])
    lines: list[Line] = []
    for change in changes:
        rest = change.pointer[len(top) + 1 :]
        if rest == "[]":
            lines += _items(change.old or [], change.new or [], noun)
            continue
        key, _, inner = rest.partition("/")
        item = f"{noun} {_item(key[1:-1])}"
        lines += _inner(item, _dotted(f"/{inner}") if inner else "", change)
    field = changes[0].field
    return Block(title, tuple(lines), f"{field} {_counted(lines)}", field=field)


def _items(old: list[str], new: list[str], noun: str) -> Iterator[Line]:
    added = [key for key in new if key not in old]
    gone = [key for key in old if key not in new]
    for key in added:
        yield line(Span("+ ", "green"), f"{noun} {_item(key.removeprefix('+'))}")
    for key in gone:
        yield line(Span("- ", "red"), f"{noun} {_item(key.removeprefix('+'))}")
    before, after = [k for k in old if k in new], [k for k in new if k in old]
    if before != after or not (added or gone):
        yield _reordered(f"{noun}s", before, after)


def _inner(item: str, where: str, change: Change) -> Iterator[Line]:
    head = f"{item}  {where}: " if where else f"{item}: "
    if change.secret:
        yield line(Span("~ ", "yellow"), f"{head}{SECRET} → {SECRET}")
    elif not where and change.new is None:
        yield line(Span("- ", "red"), item)
    elif _is_text(change.old) or _is_text(change.new):
        found = _text(where, change.old or "", change.new or "", "")
        yield line(Span("~ ", "yellow"), f"{head}{found.brief.removeprefix(where).strip()}")
        yield from (line(Span("    "), *each) for each in found.lines)
    elif change.pointer.endswith(("/[]", "/{}")) or (
        _plain_list(change.old) and _plain_list(change.new)
    ):
        found = _names(where, change.old or [], change.new or [])
        yield line(
            Span("~ ", "yellow"), head + ", ".join("".join(s.text for s in x) for x in found.lines)
        )
    else:
        old, new = sides(change.old, change.new)
        yield line(Span("~ ", "yellow"), f"{head}{inline(old)} → {inline(new)}")


def _item(key: str) -> str:
    """The name of an item. Items without a name are counted from 1."""
    key = key.replace("~1", "/").replace("~0", "~")
    return str(int(key) + 1) if key.isdigit() else key.replace("#", " #")


def _list_of(pointer: str) -> str | None:
    """The outermost list on the path *pointer*."""
    before, bracket, _ = pointer.partition("/[")
    return before if bracket else None


def _dotted(pointer: str) -> str:
    """A JSON pointer as a dotted path."""
    text = pointer.removesuffix("/[]").removesuffix("/{}").replace("/[", "[").replace("/", ".")
    return text.lstrip(".").replace("~1", "/").replace("~0", "~")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and "\n" in value


def _plain_list(value: Any) -> bool:
    return value is None or (
        isinstance(value, list) and all(not isinstance(v, (dict, list)) for v in value)
    )
