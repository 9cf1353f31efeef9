"""
Declares a program that is written in YAML or JSON.

* `sections`      the sections of a file, and the classes of their entries
* `entries`       an entry → a call of its class
* `names`         a name → the resource that it means
* `source`        the file: its errors and plain values
* `interpolation` ``${config.x}`` and the like
* `families`      a ``type`` → a class
* `takes`         what a field takes
* `positions`     YAML and JSON → values with lines
* `syntax`        hints, spelled as YAML
"""

from __future__ import annotations

from pathlib import Path

from dssdsl.errors import ProgramError
from dssdsl.lang.program import Program

from . import positions
from .entries import Entries
from .names import Names
from .positions import Map
from .sections import Sections
from .source import Source
from .syntax import YamlSyntax


def declare(path: Path, program: Program) -> None:
    """
    Declare everything in a file; errors go to the program.

    Args:
        path: The program's file, absolute.
        program: The current program.
    """
    program.syntax = YamlSyntax()
    try:
        document, errors = positions.read(path, path.name)
        program.errors += errors
        if isinstance(document, Map):
            source = Source(program, path.name)
            Sections(source, Entries(source, Names(source))).declare(document)
        elif document is not None:
            program.error(
                "a program must be a mapping",
                at=f"{path.name}:1",
                fix="begin with project: {key: SALES}",
            )
    except ProgramError as error:
        program.errors.append(error)
    except RecursionError:
        program.error(
            "the nesting is too deep", at=path.name, fix="a program has only a few levels"
        )
