"""
The stack that a program is deployed to: from ``dssdsl.toml``, the environment and flags.

* `values`    what the rest of dssdsl gets: Settings, EmulatorSettings
* `stacks`    chooses the stack and fills in its defaults
* `identity`  the program's name
* `overrides` reads ``--config NAME=VALUE``
* `file`      reads and checks ``dssdsl.toml``
* `checks`    finds everything that is wrong in it
* `stores`    reads and writes a store as one text
* `keys`      the keys that it may have, and what each of them takes
* `merging`   lays a stack's values over ``[defaults]``
* `toml`      parses TOML, with the line of each key
"""

from .stacks import default_program, find, load, program_folder, target
from .stores import read_store, store_text
from .values import (
    EMULATED,
    EMULATOR_HOST,
    FILE,
    PROGRAMS,
    STACK_VARIABLE,
    EmulatorSettings,
    ProgramName,
    Settings,
)

__all__ = [
    "EMULATED",
    "EMULATOR_HOST",
    "FILE",
    "PROGRAMS",
    "STACK_VARIABLE",
    "EmulatorSettings",
    "ProgramName",
    "Settings",
    "default_program",
    "find",
    "load",
    "program_folder",
    "read_store",
    "store_text",
    "target",
]
