"""
Declares a program that is written in Python.

* `script`     runs a file as ``python FILE`` does, without traces in this process
* `exceptions` an exception of the program → an error with its place and a hint
"""

from __future__ import annotations

from pathlib import Path

from dssdsl.errors import Cancelled
from dssdsl.lang.program import Program

from . import exceptions
from .script import as_script, stdout_aside


def declare(path: Path, program: Program) -> None:
    """
    Run the program, which declares resources; errors go to *program*.

    Its output goes to stderr, because stdout belongs to the command.

    Args:
        path: The program's file, absolute.
        program: The current program.

    Raises:
        Cancelled: The user interrupted it.
    """
    try:
        code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
        with as_script(path) as namespace, stdout_aside():
            exec(code, namespace)  # noqa: S102 - the purpose of this function
    except KeyboardInterrupt:
        raise Cancelled("interrupted while the program ran; nothing was changed") from None
    except BaseException as error:  # noqa: BLE001 - the program may raise anything
        program.stopped = True
        exceptions.report(error, program, path)
