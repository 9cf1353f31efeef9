"""
A DSS in one process: its public REST API, its projects on disk, its Git.

This module exports all that other packages and tests may use; it loads a name when you ask for it.
The emulator imports nothing else of ``dssdsl``, nor ``dataikuapi``: a fake that shares code with the
client would share its mistakes. From top to bottom, and each floor imports only those below it:

* ``app``, ``control``: the emulator, and the requests under ``/__emulator/`` that control it
* ``routes``: the calls of DSS's API, one file per family
* ``http``: requests and responses; the router, the log, faults, the server and the transport
* ``rules``: what DSS does on its own with documents, schemas, zones and references
* ``instance``: the data folder with its projects, users, rights, connections, futures
* ``project``: one project: its objects, files, versions and Flow
* ``git``: the Git repository of a project
* ``defaults``, ``documents``, ``errors``, ``assumptions``, ``lock``: no floor, all may use them
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .app import Emulator as Emulator
    from .assumptions import EACH_OPPOSITE as EACH_OPPOSITE
    from .assumptions import LIKELY as LIKELY
    from .assumptions import OPPOSITE as OPPOSITE
    from .assumptions import Assumptions as Assumptions
    from .errors import Cut as Cut
    from .errors import Refused as Refused
    from .http.call import Response as Response
    from .http.faults import Fault as Fault
    from .http.faults import Kill as Kill
    from .http.log import LoggedRequest as LoggedRequest
    from .http.running import Running as Running
    from .http.running import announce as announce
    from .http.running import new_token as new_token
    from .http.server import Server as Server
    from .http.server import serve as serve
    from .http.transport import InProcess as InProcess
    from .http.transport import Loopback as Loopback
    from .instance.contents import contents as contents
    from .instance.users import User as User
    from .lock import InUse as InUse
    from .routes.coverage import Route as Route
    from .routes.coverage import all_routes as all_routes
    from .routes.coverage import serves as serves

_HOMES = {
    "app": "Emulator",
    "assumptions": "EACH_OPPOSITE OPPOSITE LIKELY Assumptions",
    "errors": "Cut Refused",
    "http.call": "Response",
    "http.faults": "Fault Kill",
    "http.log": "LoggedRequest",
    "http.running": "Running announce new_token",
    "http.server": "Server serve",
    "http.transport": "InProcess Loopback",
    "instance.contents": "contents",
    "instance.users": "User",
    "lock": "InUse",
    "routes.coverage": "Route all_routes serves",
}
_HOME = {name: module for module, names in _HOMES.items() for name in names.split()}

if not TYPE_CHECKING:  # type checkers read the imports above
    __all__ = list(_HOME)


def __getattr__(name: str) -> object:
    import importlib

    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
    return value
