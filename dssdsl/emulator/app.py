"""The emulator: a DSS in one process, as a WSGI application."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote

from . import control, routes
from .assumptions import LIKELY, Assumptions
from .documents import Document, without_nulls
from .errors import Cut, Refused
from .http import wsgi
from .http.call import Call, Response
from .http.controls import RequestControls
from .http.dispatch import dispatch
from .http.faults import Faults, Kill
from .http.log import LoggedRequest
from .http.running import PREFIX
from .instance.dss import Dss, Tables
from .instance.users import User
from .project.kinds import kind_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_PREFIXES = ("/dip/publicapi", "/public/api")

routes.load()


class Emulator(Dss, RequestControls):
    """
    A DSS in one process.

    Args:
        root: Data folder. A new emulator on the same folder continues where the last one stopped.
            None makes a temporary folder, which ``close`` removes. Projects are in
            ``projects/<KEY>``; datasets on a connection of files read
            ``files/<connection>/<path>``.

        connections: Type of each connection by name. ``filesystem_managed`` and
            ``filesystem_folders`` always exist.

        code_envs: Names of the Python code environments.

        keys: User of each API key. By default, ``emulator`` is the key of an administrator.

        tables: Columns of the tables in SQL databases, by connection and ``SCHEMA.TABLE`` or
            ``TABLE``.

        normalise: Whether to change documents on write as DSS does. Use False to prove that a test
            depends on it: the test must fail.

        clock: Returns the time in seconds.

        plugins: Version of each installed plugin.

        assumptions: How DSS behaves where the evidence is thin.

        controlled: Whether requests under ``/__emulator/`` may read the log, set faults and the
            clock, edit and reset. True allows them without a key; a string is the bearer token
            that they must send.

        zones: Whether Flows have zones. Use False to emulate the Community edition.

        wait: Seconds to wait while another emulator has the folder open.

    Raises:
        InUse: Another emulator, of this process or another, has the folder open.
    """

    def __init__(
        self,
        root: Path | None = None,
        *,
        connections: Mapping[str, str] | None = None,
        code_envs: Sequence[str] = (),
        keys: Mapping[str, User] | None = None,
        tables: Tables | None = None,
        normalise: bool = True,
        clock: Callable[[], float] = time.time,
        plugins: Mapping[str, str] | None = None,
        assumptions: Assumptions = LIKELY,
        controlled: bool | str = False,
        zones: bool = True,
        wait: float = 0.0,
    ) -> None:
        self.controlled = controlled
        self.last_request_at = time.monotonic()
        RequestControls.__init__(self)
        Dss.__init__(
            self,
            root,
            connections=connections or {},
            code_envs=code_envs,
            keys={"emulator": User("admin")} if keys is None else keys,
            tables=tables or {},
            normalise=normalise,
            clock=clock,
            plugins=plugins or {},
            assumptions=assumptions,
            zones=zones,
            wait=wait,
        )

    def edit(
        self, project_key: str, path: str, change: Callable[[Document], None], login: str = "alice"
    ) -> None:
        """
        Change a document as a user would in the UI: save it and commit.

        Args:
            project_key: The project.

            path: Path of the document in the project, such as ``datasets/X.json``.

            change: Changes the document in place.

            login: The user.
        """
        with self.lock:
            self.faults.keep(self.snapshot)
            project = self.project(project_key)
            found = kind_of(path)
            if found is None:
                document = project.json(path, {})
                change(document)
                if path == "params.json":
                    project.count_project(document, login)
                project.set_json(path, without_nulls(document))
            else:
                document = project.document(*found)
                change(document)
                project.put(*found, without_nulls(document), login)
            project.commit(f"Saved {path.removesuffix('.json')}", login)

    def snapshot(self) -> Self:
        """Return this emulator as it is now, on a copy of its data folder and without faults."""
        found = super().snapshot()
        found.faults = Faults()
        return found

    def reset(self) -> None:
        """Delete all projects, and forget all requests and faults."""
        with self.lock:
            super().reset()
            self.requests.clear()
            self.faults = Faults()

    # -- requests -------------------------------------------------------------------------------

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a WSGI request. Raises ``Cut`` if the connection must break."""
        raw_path = environ.get("REQUEST_URI") or environ.get("PATH_INFO", "")
        length = environ.get("CONTENT_LENGTH")
        answer = self.serve(
            environ["REQUEST_METHOD"],
            raw_path.partition("?")[0],
            environ.get("QUERY_STRING", ""),
            environ["wsgi.input"].read(int(length)) if length else b"",
            authorization=environ.get("HTTP_AUTHORIZATION", ""),
            proxy_user=environ.get("HTTP_X_DKU_PROXYUSER", ""),
            content_type=environ.get("CONTENT_TYPE", ""),
        )
        compress = self.assumptions.answers_are_compressed
        return wsgi.send(answer, environ, start_response, now=self.clock(), compress=compress)

    def serve(
        self,
        method: str,
        path: str,
        query: str,
        content: bytes,
        *,
        authorization: str,
        proxy_user: str = "",
        content_type: str = "",
    ) -> Response:
        """Carry out one request, or the fault that is set for it."""
        for prefix in _PREFIXES:
            path = path.removeprefix(prefix)
        path = "/" + "/".join(part for part in path.split("/") if part)
        if self.controlled and path.startswith(f"{PREFIX}/"):
            return control.handle(self, method, path, content, authorization)
        self._wait(method, path)
        login = ""
        status = 0
        with self.lock:
            self.last_request_at = time.monotonic()
            try:
                user = self.authentication.user(authorization, proxy_user)
                login = user.login
                fault = self.faults.take(method, unquote(path)) if self.faults.pending else None
                if fault is not None and not fault.after:
                    answer = _outcome(fault.outcome)
                else:
                    dss: Dss = self
                    if method not in ("GET", "HEAD"):
                        self.faults.keep(self.snapshot)
                    elif self.faults.stale:
                        dss = self.faults.past(method, unquote(path)) or self
                    answer = dispatch(Call(dss, user, method, path, query, content, content_type))
                    if fault is not None:
                        answer = _outcome(fault.outcome)
                status = answer.status
            except Refused as refused:
                status = refused.status
                answer = Response(json.dumps(refused.body()), status=status)
            finally:
                body = content.decode(errors="replace")
                self.requests.append(LoggedRequest(method, path, query, status, login, body))
        return answer

    def _wait(self, method: str, path: str) -> None:
        """Delay a request without blocking others."""
        pause = self.latency
        if self.faults.delays:
            with self.lock:
                pause += self.faults.pause(method, unquote(path))
        if pause:
            time.sleep(pause)


def _outcome(outcome: Refused | Cut | Response | Kill) -> Response:
    if isinstance(outcome, Response):
        return outcome
    if isinstance(outcome, Kill):
        os.kill(outcome.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        raise Cut
    raise outcome
