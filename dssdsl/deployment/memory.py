"""Remembers on this machine which state this checkout has deployed or claimed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import RootModel, ValidationError

from dssdsl.errors import ProgramError
from dssdsl.state.files import write_atomic

if TYPE_CHECKING:
    from dssdsl.state.snapshot import Snapshot

    from .context import Context

FILE = "deployed.json"


class _Memory(RootModel[dict[str, dict[str, str]]]):
    """The lineage of the state that this checkout wrote last, by stack and project."""


def remember(context: Context, snapshot: Snapshot) -> None:
    """Note that this checkout wrote a state."""
    memory = _read(_path(context))
    mine = memory.root.setdefault(context.settings.name, {})
    if mine.get(snapshot.project_key) != snapshot.lineage:
        mine[snapshot.project_key] = snapshot.lineage
        path = context.settings.own_folder() / FILE
        try:
            write_atomic(path, memory.model_dump_json(indent=1) + "\n")
        except OSError as error:
            raise ProgramError(
                f"{path} cannot be written: {error.strerror or error}",
                at=str(path),
                fix="check permissions and free space there",
            ) from error


def lineage(context: Context, project: str) -> str | None:
    """The lineage of the state that this checkout wrote last to a project; None if it wrote none."""
    return _read(_path(context)).root.get(context.settings.name, {}).get(project)


def _path(context: Context) -> Path:
    return context.settings.own_place / FILE


def _read(path: Path) -> _Memory:
    try:
        return _Memory.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return _Memory({})
    except OSError as error:
        raise ProgramError(
            f"{path} cannot be read: {error.strerror or error}",
            at=str(path),
            fix="check its permissions, or delete it; dssdsl writes it again",
        ) from error
    except ValidationError:
        raise ProgramError(
            "the file is damaged", at=str(path), fix="delete it; dssdsl writes it again"
        ) from None
