"""Checks of Python code that a program deploys."""

from __future__ import annotations

import ast
import re
from typing import Any

from dssdsl.errors import ProgramError
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import File


def line_of(error: Exception) -> str | None:
    """A hint with the line that does not parse."""
    text = str(getattr(error, "text", None) or "").strip()
    return f"look at: {text}" if text else None


def python_fault(code: Any, owner: Resource) -> ProgramError | None:
    """
    An error if *code* is not Python, at the line that does not parse.

    A file that is missing or not text has its own error.
    """
    if isinstance(code, str) and re.fullmatch(r"[\w./-]+\.py", code):
        return owner.error(f'its code is the path "{code}"', f'write file("{code}")')
    try:
        ast.parse(code.text if isinstance(code, File) else str(code or ""))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        said = getattr(error, "msg", error)
        if not isinstance(code, File):
            return owner.error(f"line {line} of its code does not parse: {said}", line_of(error))
        found = owner.error(f"its Python does not parse: {said}", line_of(error))
        found.at = f"{owner._program.shown(str(code.path))}:{line}"
        return found
    except ProgramError:
        return None
    return None
