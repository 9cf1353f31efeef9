"""A DSS in one process, as a WSGI application that keeps its projects on disk."""

from __future__ import annotations

import base64
import copy
import json
import logging
import os
import re
import shutil
import signal
import tempfile
import threading
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote

from . import control, loading, rights, routes, unsure
from .clock import Clock
from .disk import Document, Project, kind_of, without_nulls
from .faults import Faults, Kill
from .guesses import LIKELY, Guesses
from .instance import Instance
from .lock import InUse, Lock
from .log import RequestLog
from .refusals import Cut, Refused, failed, not_found, unauthorized, unknown_key
from .routing import JSON, Call, LoggedRequest, Raw, User, find

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


class Emulator:
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
        self._temporary: Callable[[], object] | None = None
        if root is None:
            root = Path(tempfile.mkdtemp(prefix="dss-"))
            self._temporary = weakref.finalize(self, shutil.rmtree, root, ignore_errors=True)
        self.root = Path(root)
        self.guesses, self.zones = guesses, zones
        self.tables, self.plugins = tables or {}, dict(plugins or {})
        self.normalise, self.controlled, self.clock = normalise, controlled, Clock(clock)
        self.keys = dict(keys) if keys is not None else {"emulator": User("admin")}
        self.lock = threading.RLock()
        self.requests = RequestLog()
        self.latency = 0.0
        self.future_polls: float = 0
        """How often a future is still running when it is asked for; ``futures.NEVER`` lets none end."""

        self.futures: dict[str, Document] = {}
        self.jobs: dict[str, dict[str, Document]] = {}
        self.faults = Faults()
        self.asked = time.monotonic()
        self._users: dict[str, User | None] = {}
        self._making: set[str] = set()
        self._release: Callable[[], object] | None = None
        if self._temporary is None:
            self.root.mkdir(parents=True, exist_ok=True)
            self._release = weakref.finalize(self, Lock(self.root, wait).release)
        try:
            self._start(connections or {}, code_envs)
        except BaseException:
            self._let_go()
            raise

    def _start(self, connections: Mapping[str, str], code_envs: Sequence[str]) -> None:
        (self.root / "projects").mkdir(parents=True, exist_ok=True)
        self._open: dict[str, Project] = {}
        self.instance = Instance(self.root / "instance.json", connections, code_envs, self.keys)
        self._keys = {path.name for path in (self.root / "projects").iterdir() if path.is_dir()}
        for note in sorted(self._note("").glob("*")):
            self.drop_project(note.name)  # a process died while it made or deleted it
        for journal in sorted((self.root / "journals").glob("*.*")):
            if journal.stem in self._keys:
                self.project(journal.stem).settle()

    # -- what tests and tools ask ---------------------------------------------------------------

    def projects(self) -> list[str]:
        """Return the keys of all projects."""
        return sorted(self._keys)

    def project_folder(self, key: str) -> Path:
        """Return the folder that holds a project, with everything queued for Git in it."""
        with self.lock:
            self.project(key).settle()
        return self.root / "projects" / key

    def project(self, key: str) -> Project:
        """Return a project, whoever may see it."""
        found = self._open.get(key)
        if found is None:
            journal = self.root / "journals" / f"{key}.jsonl"
            found = Project(key, self.root / "projects" / key, journal, self.clock, self.guesses)
            self._open[key] = found
        return found

    def open(self, key: str, user: User) -> Project:
        """Return a project if the user may see it; one that is not there they may not see."""
        if key not in self._keys:
            raise unauthorized("Failed to read project permissions", self.guesses.unknown_project)
        project = self.project(key)
        if not rights.granted(self.instance, user, project):
            raise unauthorized("Failed to read project permissions", self.guesses.unknown_project)
        return project

    def add_project(self, key: str) -> Project:
        """Take note of a project whose folder was made."""
        self._keys.add(key)
        return self.project(key)

    def begin_project(self, key: str) -> None:
        """
        Take note that the request that is carried out makes a project.

        It is there once the request has succeeded. Where that fails, or the process dies, all of
        the project goes.
        """
        self._note(key).parent.mkdir(exist_ok=True)
        self._note(key).touch()
        self._making.add(key)

    def _note(self, key: str) -> Path:
        """Return the file that says that a project is not whole."""
        return self.root / "unfinished" / key

    def _end(self, *, made: bool) -> None:
        for key in self._making:
            if made:
                self._note(key).unlink(missing_ok=True)
            else:
                self.drop_project(key)
        self._making.clear()

    def drop_project(self, key: str) -> None:
        """Delete a project with its Git, uploads and the contents of its folders."""
        self._note(key).parent.mkdir(exist_ok=True)
        self._note(key).touch()
        self._open.pop(key, None)
        self._keys.discard(key)
        for left in (self.root / "journals").glob(f"{key}.*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        for name in ("projects", *loading.OF_A_PROJECT):
            shutil.rmtree(self.root / name / key, ignore_errors=True)
        self.instance.drop_project(key)
        self._note(key).unlink()

    def load(self, folder: Path, key: str) -> None:
        """
        Copy a project from a folder of DSS's layout.

        Args:
            folder: A Git clone, an export, packed or not, or a plain folder without history,
                which becomes a repository with one commit.

            key: The key that it gets.
        """
        if not re.fullmatch(r"[\w-]+", key):
            raise ValueError(f'"{key}" is no key of a project')
        with self.lock:
            if key in self._keys:
                raise FileExistsError(f'the project "{key}" exists already')
            self.begin_project(key)
            made = False
            try:
                loading.load(Path(folder), self.root, key)
                self.add_project(key)
                made = True
            finally:
                self._end(made=made)

    def save(self, key: str, folder: Path) -> None:
        """Copy a project with its Git, uploaded files and files of folders to where ``load`` finds them."""
        with self.lock:
            self.project(key).settle()
            loading.save(self.root, key, folder)

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

    def writes(self) -> list[LoggedRequest]:
        """Return the requests that were no mere reads."""
        return [each for each in self.requests if each.method not in ("GET", "HEAD")]

    def clear_requests(self) -> None:
        """Forget the requests so far."""
        self.requests.clear()

    def check_requests(
        self,
        match: str,
        times: int | None = None,
        *,
        at_least: int | None = None,
        at_most: int | None = None,
    ) -> None:
        """
        Raise ``AssertionError`` where there were fewer or more requests than there should be.

        Args:
            match: Regular expression that is searched in ``METHOD /path``.

            times: How many there should have been; without any number, one at least.

            at_least: The least.

            at_most: The most.
        """
        self.requests.check(match, times, at_least=at_least, at_most=at_most)

    def refuse(
        self,
        match: str,
        *,
        status: int = 500,
        error_type: str = "java.lang.Exception",
        message: str = "refused by the test",
        times: int = 1,
        after: bool = False,
        nth: int = 1,
    ) -> None:
        """
        Answer the next requests with an error.

        Args:
            match: Regular expression that is searched in ``METHOD /path``.

            status: The HTTP status.

            error_type: The class that DSS names.

            message: The text that it gives.

            times: How many requests.

            after: Whether the request is carried out first.

            nth: Which of the requests that match is the first.
        """
        refusal = Refused(status, error_type, message)
        self.faults.add(match, refusal, times=times, after=after, skip=nth - 1)

    def cut(self, match: str, times: int = 1, after: bool = False, nth: int = 1) -> None:
        """Break the connection of requests that match from the n-th on, before or after their work."""
        self.faults.add(match, Cut(), times=times, after=after, skip=nth - 1)

    def delay(self, match: str, seconds: float, times: int = 1, nth: int = 1) -> None:
        """Let requests that match, from the n-th on, wait before they are carried out."""
        self.faults.delay(match, seconds, times, nth - 1)

    def answer(self, match: str, status: int, content_type: str, body: bytes, nth: int = 1) -> None:
        """Answer the n-th request that matches with these bytes, such as a proxy's page."""
        self.faults.add(match, Raw(body, content_type, status), skip=nth - 1)

    def kill(self, match: str, pid: int | None = None, nth: int = 1, after: bool = False) -> None:
        """
        Kill a client at one of its requests.

        Args:
            match: Regular expression that is searched in ``METHOD /path``.

            pid: The client's process. None is this one, where the client is in it.

            nth: Which of the requests that match.

            after: Whether the request is carried out first.
        """
        self.faults.add(match, Kill(os.getpid() if pid is None else pid), skip=nth - 1, after=after)

    def stale(self, match: str, writes: int = 1, times: int = 1) -> None:
        """
        Answer the next reads that match as before the last writes, as a cache would.

        From now on everything is copied before each write, until that many reads were stale. Reads
        are not older than this call.

        Args:
            match: Regular expression that is searched in ``GET /path``.

            writes: How many writes the answers lack.

            times: How many reads.
        """
        self.faults.outdate(match, writes, times)

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

    def settle(self) -> None:
        """Give Git all that is queued."""
        with self.lock:
            for project in self._open.values():
                project.settle()

    def close(self) -> None:
        """Write down what is in memory; a temporary folder goes."""
        with self.lock:
            if self._temporary is None:
                self.settle()
            self._open.clear()
            if self._temporary is not None:
                self._temporary()
            self._let_go()

    def _let_go(self) -> None:
        if self._release is not None:
            self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

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
