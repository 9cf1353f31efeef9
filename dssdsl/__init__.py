"""
All that a program imports.

Nothing is loaded before it is asked for, so that ``dssdsl --version`` is quick. Type checkers and
editors read ``__init__.pyi``, which ``make docs`` writes.
"""

from __future__ import annotations

from .public import HOME

__all__ = list(HOME)


def __getattr__(name: str) -> object:
    import importlib
    import sys

    value: object
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            value = version("dssdsl")
        except PackageNotFoundError:  # run from its source folder
            value = "0.0.0+source"
    elif name == "prepare":
        value = importlib.import_module(".resources.recipes.prepare", __name__)
    elif name in HOME:
        value = getattr(importlib.import_module(f".{HOME[name]}", __name__), name)
    else:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg, name=name, obj=sys.modules[__name__])
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *HOME, "__version__"})
