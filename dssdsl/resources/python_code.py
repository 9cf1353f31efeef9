"""Checks of Python code that a program deploys."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from typing import Any

from dssdsl.errors import ProgramError
from dssdsl.lang.program import Program
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import File


def line_of(error: Exception) -> str | None:
    """A hint with the line that does not parse."""
    text = str(getattr(error, "text", None) or "").strip()
    return f"look at: {text}" if text else None


def check_python(
    code: Any, owner: Resource, program: Program, what: str = "its code", field: str = "code"
) -> Iterator[ProgramError]:
    """
    Yield an error if *code* is not Python, at the line that does not parse.

    Code of an adopted object gets a warning instead: it may be Python 2. A file that is missing or not text has
    its own error.

    Args:
        code: The code, or its file.
        owner: The resource that contains it.
        program: Gets the warning.
        what: What the code is, for the message.
        field: The field that contains it.
    """
    if isinstance(code, str) and re.fullmatch(r"[\w./-]+\.py", code):
        yield owner.error(f'{what} is the path "{code}"', f'write {field}=file("{code}")')
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code.text if isinstance(code, File) else str(code or ""))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        said = getattr(error, "msg", None) or str(error)
        if isinstance(code, File):
            found = owner.error(f"{what} does not parse: {said}", line_of(error))
            found.at = f"{program.shown(str(code.path))}:{line}"
        else:
            found = owner.error(f"line {line} of {what} does not parse: {said}", line_of(error))
        yield from owner.unless_adopted(found, program)
    except ProgramError:
        return
