"""A DSS in one process, as a WSGI application that keeps its projects on disk."""

from __future__ import annotations

import base64
import copy
import json
import logging
import os
import shutil
import signal
import tempfile
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from . import control, loading, rights, routes, unsure
from .disk import Document, without_nulls
from .faults import Faults, Kill
from .guesses import LIKELY, Guesses
from .holder import Holder
from .kinds import kind_of
from .lock import InUse
from .refusals import Cut, Refused, failed, not_found, unauthorized, unknown_key
from .routing import JSON, Call, LoggedRequest, Raw, User, find
from .steering import Steered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

__all__ = ["Cut", "Emulator", "InUse", "LoggedRequest", "Raw", "Refused", "User"]

_PREFIXES = ("/dip/publicapi", "/public/api")
_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}
_VERSION = "14.4.0"

_LOG = logging.getLogger(__name__)
_MISFITS = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)
"""What becomes of JSON whose values are not of the types that a handler takes for granted."""

routes.load()


class Emulator(Holder, Steered):
    """
    A DSS in one process.

    Args:
        root: Folder that keeps everything, so that a new emulator on it goes on where the last one
            stopped. None keeps it in a temporary folder that ``close`` removes. Projects lie in
            ``projects/<KEY>``; what datasets on a connection of files read is looked for in
            ``files/<connection>/<path>``.

        connections: Type of each connection by name. ``filesystem_managed`` and
            ``filesystem_folders`` are always there.

        code_envs: Names of the Python code environments.

        keys: User of each API key; ``emulator`` is an administrator's by default.

        tables: Columns of the tables in SQL databases, by connection and ``SCHEMA.TABLE`` or
            ``TABLE``.

        normalise: Whether documents are changed on write as DSS changes them. A test that relies
            on it has to fail without.

        clock: Tells the time in seconds.

        plugins: Version of each plugin that is listed as installed.

        guesses: How DSS behaves where the evidence is thin.

        controlled: Whether requests under ``/__emulator/`` may see the log, set faults and the clock,
            edit and reset, without a key. A text is what such a request has to bring as its bearer.

        zones: Whether Flows have zones; those of the Community edition have none.

        wait: How many seconds to wait for another emulator that has the folder open.

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
        tables: Mapping[str, Mapping[str, Sequence[dict[str, Any]]]] | None = None,
        normalise: bool = True,
        clock: Callable[[], float] = time.time,
        plugins: Mapping[str, str] | None = None,
        guesses: Guesses = LIKELY,
        controlled: bool | str = False,
        zones: bool = True,
        wait: float = 0.0,
    ) -> None:
        self.zones, self.tables, self.plugins = zones, tables or {}, dict(plugins or {})
        self.normalise, self.controlled = normalise, controlled
        self.future_polls: float = 0
        """How often a future is still running when it is asked for; ``futures.NEVER`` lets none end."""

        self.futures: dict[str, Document] = {}
        self.jobs: dict[str, dict[str, Document]] = {}
        self.asked = time.monotonic()
        self._users: dict[str, User | None] = {}
        Steered.__init__(self)
        Holder.__init__(
            self,
            root,
            connections=connections or {},
            code_envs=code_envs,
            keys={"emulator": User("admin")} if keys is None else keys,
            clock=clock,
            guesses=guesses,
            wait=wait,
        )

    def edit(
        self, project_key: str, path: str, change: Callable[[Document], None], login: str = "alice"
    ) -> None:
        """
        Change a document as somebody would in the UI: as a save of theirs, with a commit.

        Args:
            project_key: The project.

            path: Where the document lies in it, such as ``datasets/X.json``.

            change: Changes the document in place.

            login: Who does it.
        """
        with self.lock:
            self.faults.keep(self._picture)
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

    def forget_users(self) -> None:
        """Look anew whom each API key stands for."""
        self._users.clear()

    def _picture(self) -> Emulator:
        """Return an emulator as this one is now, on a copy of its folder."""
        past = copy.copy(self)
        past._release, past._making = None, set()
        past.root = Path(tempfile.mkdtemp(prefix="dss-before-"))
        past._temporary = weakref.finalize(past, shutil.rmtree, past.root, ignore_errors=True)
        shutil.copytree(self.root, past.root, dirs_exist_ok=True, copy_function=shutil.copyfile)
        past.futures, past.jobs = copy.deepcopy((self.futures, self.jobs))
        past.faults, past._users = Faults(), {}
        past._start(self.instance.first_connections, self.instance.first_code_envs)
        return past

    def reset(self) -> None:
        """Forget all projects, requests and faults."""
        with self.lock:
            for key in self._keys:
                self.begin_project(key)
            names = ("projects", "journals", "imports", *loading.OF_A_PROJECT)
            for name in (*names, "unfinished"):  # as long as that is there, a process may die
                shutil.rmtree(self.root / name, ignore_errors=True)
            self._making.clear()
            (self.root / "instance.json").unlink(missing_ok=True)
            self.requests.clear()
            self.futures.clear()
            self.faults = Faults()
            self._users.clear()
            self.jobs.clear()
            self._start(self.instance.first_connections, self.instance.first_code_envs)

    # -- requests -------------------------------------------------------------------------------

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a WSGI request; raises ``Cut`` where the connection has to break."""
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
        content = answer.content if isinstance(answer.content, bytes) else answer.content.encode()
        accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
        short = unsure.compressed(self.guesses, content, accepted)
        content, extra = (content, []) if short is None else (short, [("Content-Encoding", "gzip")])
        headers = [
            *extra,
            ("Content-Type", answer.type),
            ("Content-Length", str(len(content))),
            ("DSS-Version", _VERSION),
            ("DSS-API-Version", "1"),
        ]
        start_response(f"{answer.status} {_REASONS.get(answer.status, 'Error')}", headers)
        return [content]

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
    ) -> Raw:
        """Carry out one request, as often as a fault does not get in its way."""
        for prefix in _PREFIXES:
            path = path.removeprefix(prefix)
        path = "/" + "/".join(part for part in path.split("/") if part)
        if self.controlled and path.startswith(f"{control.PREFIX}/"):
            return control.handle(self, method, path, content, authorization)
        self._wait(method, path)
        login = ""
        status = 0
        with self.lock:
            self.asked = time.monotonic()
            try:
                user = self._user(authorization, proxy_user)
                login = user.login
                fault = self.faults.take(method, unquote(path)) if self.faults.pending else None
                if fault is not None and not fault.after:
                    answer = _outcome(fault.outcome)
                else:
                    dss = self
                    if method not in ("GET", "HEAD"):
                        self.faults.keep(self._picture)
                    elif self.faults.stale:
                        dss = self.faults.past(method, unquote(path)) or self
                    call = Call(dss, user, method, path, query, content, content_type)
                    answer = dss._handle(call)
                    if fault is not None:
                        answer = _outcome(fault.outcome)
                status = answer.status
            except Refused as refused:
                status = refused.status
                answer = Raw(json.dumps(refused.body()), status=status)
            finally:
                body = content.decode(errors="replace")
                self.requests.append(LoggedRequest(method, path, query, status, login, body))
        return answer

    def _wait(self, method: str, path: str) -> None:
        """Let a request wait, while others are carried out."""
        pause = self.latency
        if self.faults.delays:
            with self.lock:
                pause += self.faults.pause(method, unquote(path))
        if pause:
            time.sleep(pause)

    def _handle(self, call: Call) -> Raw:
        handler, call.vars = find(call.method, call.path)
        if not self.zones and call.path.split("/")[3:5] == ["flow", "zones"]:
            raise not_found(f"{call.method} {call.path}")
        if call.user.read_only and call.method not in ("GET", "HEAD"):
            raise unauthorized("You may not write: the API key is read-only")
        if "project" in call.vars:
            found = self.open(call.vars["project"], call.user)
            known = rights.granted(self.instance, call.user, found)
            rights.check(known, call.method, call.path, found.key)
        try:
            if self.guesses.stale_versions_are_refused:
                unsure.check_version(call)
            result = handler(call)
            self._end(made=True)
        except BaseException as error:
            self._end(made=False)
            if "project" in call.vars and call.vars["project"] in self._open:
                self._open[call.vars["project"]].discard()
            if isinstance(error, (Refused, Cut)) or not isinstance(error, Exception):
                raise
            message = f"{type(error).__name__}: {error}"
            if call.content and isinstance(error, _MISFITS):
                message = f"Unexpected content: {message}"
                raise failed(message, "com.google.gson.JsonSyntaxException") from error
            _LOG.exception("%s %s failed", call.method, call.path)
            raise failed(message, "java.lang.RuntimeException") from error
        if isinstance(result, Raw):
            return result
        return Raw(json.dumps({} if result is None else result), JSON)

    def _user(self, authorization: str, proxy_user: str) -> User:
        user = self._users.get(authorization)
        if user is None:
            user = self._users[authorization] = self._identify(authorization)
        if user is None:
            raise unknown_key()
        if not proxy_user or not user.admin:
            return user
        found = self.instance.person(proxy_user)
        if found is None:
            raise unauthorized(f"Unknown user: {proxy_user}")
        return found

    def _identify(self, authorization: str) -> User | None:
        scheme, _, value = authorization.partition(" ")
        if scheme.lower() == "bearer":
            return self._holder(value.strip())
        if scheme.lower() == "basic":
            try:
                name, _, password = base64.b64decode(value).decode().partition(":")
            except ValueError:
                return None
            return self._holder(name) or self._holder(password)
        return None

    def _holder(self, key: str) -> User | None:
        return (self.keys.get(key) or self.instance.user(key)) if key else None


def _outcome(outcome: Refused | Cut | Raw | Kill) -> Raw:
    if isinstance(outcome, Raw):
        return outcome
    if isinstance(outcome, Kill):
        os.kill(outcome.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        raise Cut
    raise outcome
