"""Opens connections to DSS, a client per worker."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from functools import cached_property, partial
from typing import Any
from urllib.parse import quote

from attrs import define, field

from dssdsl.errors import (
    Denied,
    DssError,
    NotFound,
    TimedOut,
    Unreachable,
)
from dssdsl.hidden import Hidden, hiding
from dssdsl.lang.provider import making_sense

from .answers import LOGS, NO_DSS, no_json, raise_for_refusal, reason_of, refuse_redirect
from .git import ProjectGit

CONNECT_TIMEOUT, READ_TIMEOUT = 10.0, 120.0
"""Seconds; dataikuapi itself waits for ever."""

PATIENCE, FIRST_LOOK, LAST_LOOK = 600.0, 0.05, 2.0
"""Seconds: to wait for what DSS does in the background, and between two looks at it."""

DATASET_TYPE = {"EC2": "S3", "SSH": "SCP", "FTP": "FTP"}
"""Connections whose datasets have a type of another name: S3 connections are EC2, as observed on real servers."""


LISTS = {
    "user": ("/users", "login"),
    "group": ("/groups", "name"),
    "channel": ("/messaging-channels/", "id"),
}
"""The calls that list names for every key, and the field with the name."""


@define(slots=False)
class Session:
    """
    A DSS that somebody has the key of.

    Args:
        host: Such as ``https://dss.example.com``.
        api_key: The key; it is never shown.
        adapter: A requests adapter to reach the host by, for a DSS in this process.
        verify: False, or the path of a CA bundle, where the system's own will not do.
        timeout: Seconds to wait for an answer.
        key_from: The environment variable that holds the key, for hints.
        patience: Seconds to wait for what DSS does in the background.
        hidden: What no message may show; the key is added.
    """

    host: str
    api_key: str = field(repr=False)
    adapter: Any = None
    verify: bool | str = True
    timeout: float = READ_TIMEOUT
    key_from: str | None = None
    patience: float = PATIENCE
    hidden: Hidden = field(factory=hiding, repr=False)
    time: float | None = field(default=None, init=False)
    """The time of DSS's last answer by its own clock, in whole seconds since 1970."""
    on_emulator: str | None = field(default=None, init=False)
    """The name of the stack whose DSS is an emulator, for hints."""
    _local: threading.local = field(factory=threading.local, init=False, repr=False)
    _clients: list[Any] = field(factory=list, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.adapter is None:  # the key of an emulator is a word such as "emulator"
            self.hidden.add(self.api_key)

    @property
    def client(self) -> Any:
        """The dataikuapi client of this thread."""
        client = getattr(self._local, "client", None)
        if client is None:
            client = self._local.client = self._connect()
            self._clients.append(client)
        return client

    def close(self) -> None:
        """Close the connections of all threads; a server keeps open ones for minutes, and takes only so many."""
        for client in self._clients:
            client._session.close()

    def _connect(self) -> Any:
        import dataikuapi
        from requests.adapters import HTTPAdapter
        from requests.utils import get_environ_proxies
        from urllib3.util import Retry

        client = dataikuapi.DSSClient(self.host, self.api_key)
        session = client._session
        # The environment counts as always, but is looked at once: each look takes longer than the rest of a request.
        session.proxies = get_environ_proxies(self.host)
        bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        session.verify = bundle if bundle and self.verify is True else self.verify
        session.trust_env = False
        session.hooks["response"] += [
            self._look_at_the_clock,
            partial(refuse_redirect, session=session),
            partial(raise_for_refusal, key_from=self.key_from),
        ]
        # Reads may be repeated; a write that timed out may have landed, so it is not.
        retries = Retry(
            total=3,
            connect=2,
            read=2,
            status=3,
            backoff_factor=0.3,
            status_forcelist=(502, 503, 504),
            allowed_methods={"GET", "HEAD"},
            raise_on_status=False,
        )
        session.mount(
            self.host,
            self.adapter or HTTPAdapter(pool_connections=1, pool_maxsize=2, max_retries=retries),
        )
        timeout = (CONNECT_TIMEOUT, self.timeout)
        send = session.request

        def request(*args: Any, **kwargs: Any) -> Any:
            kwargs.setdefault("timeout", timeout)
            with self.hidden.active():  # what DSS answers may repeat what it was sent
                return send(*args, **kwargs)

        session.request = request
        return client

    def _look_at_the_clock(self, response: Any, **_: Any) -> None:
        with contextlib.suppress(KeyError, ValueError, TypeError):  # a proxy may drop the header
            self.time = parsedate_to_datetime(response.headers["Date"]).timestamp()

    def json(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """
        Send a request and give its JSON answer.

        Args:
            method: Such as ``GET``.
            path: Below the API's root, each part quoted by `at`.
            body: Sent as JSON unless None.
            query: The query's parameters; None is left out.

        Raises:
            Denied: DSS does not let this key do it.
            NotFound: DSS does not have the object.
            DssError: DSS refused, failed, or answered something else than JSON.
            Unreachable: There was no answer.
        """
        return self._ask(
            lambda: self.client._perform_json(method, path, params=query or None, body=body),
            f"{method} {path}",
        )

    def send(
        self, method: str, path: str, body: Any = None, raw: bytes | None = None, **query: Any
    ) -> None:
        """Send a request whose answer does not matter."""
        self._ask(
            lambda: self.client._perform_empty(
                method, path, params=query or None, body=body, raw_body=raw
            ),
            f"{method} {path}",
        )

    def upload(self, path: str, name: str, content: Any) -> None:
        """Send a file as a multipart form."""
        self._ask(
            lambda: self.client._perform_json_upload("POST", path, name, content), f"POST {path}"
        )

    def git(self, project: str) -> ProjectGit:
        """The Git of a project."""
        return ProjectGit(self, project)

    def _ask(self, ask: Any, what: str) -> Any:
        with self.hidden.active():
            return self._answer(ask, what)

    def _answer(self, ask: Any, what: str) -> Any:
        import requests
        from dataikuapi.utils import DataikuException

        try:
            return ask()
        except requests.exceptions.JSONDecodeError as error:
            raise self._no_dss(what, no_json(error.doc)) from None
        except requests.exceptions.SSLError as error:
            if "WRONG_VERSION_NUMBER" in str(error):
                raise Unreachable(
                    f"{self.host} does not speak https",
                    fix="write http:// for the stack's host, or its https port",
                ) from None
            raise Unreachable(
                f"no trusted connection to {self.host}: {reason_of(error)}",
                fix='set ca_bundle = "path" in the stack, or insecure = true for a trial',
            ) from None
        except requests.exceptions.Timeout:
            raise self._too_slow(what) from None
        except (
            requests.exceptions.ConnectionError,
            requests.exceptions.ChunkedEncodingError,
        ) as error:
            if "Read timed out" in str(
                error
            ):  # a read that was repeated hides its time-out in here
                raise self._too_slow(what) from None
            raise Unreachable(
                f"cannot reach {self.host}: {reason_of(error)}",
                fix="check the stack's host in dssdsl.toml, and the network",
            ) from None
        except requests.exceptions.RequestException as error:
            raise DssError(f"{what} on {self.host}: {reason_of(error)}") from None
        except DataikuException as error:
            raise DssError(f"{what}: {error}") from None

    def _no_dss(self, what: str, answer: str) -> DssError:
        return DssError(f"{self.host} answered {what} with {answer}", fix=NO_DSS)

    def _too_slow(self, what: str) -> Unreachable:
        return Unreachable(
            f"{self.host} did not answer {what} within {self.timeout:g} s",
            fix="try again, or give it longer: timeout = SECONDS in the stack",
        )

    @cached_property
    def login(self) -> str | None:
        """The login that the key acts as, or None where DSS does not say."""
        info = self.json("GET", "/auth/info")
        return info.get("authIdentifier") if isinstance(info, dict) else None

    @cached_property
    def projects(self) -> tuple[dict[str, Any], ...]:
        """The heads of the projects that the key may see."""
        heads = self.json("GET", "/projects/")
        if not isinstance(heads, list) or not all(
            isinstance(h, dict) and "projectKey" in h for h in heads
        ):
            raise self._no_dss("GET /projects/", "JSON that is no list of projects")
        return tuple(heads)

    @property
    @making_sense("projects")
    def project_keys(self) -> frozenset[str]:
        """The keys of those projects: the only way to know that one is missing."""
        return frozenset(p["projectKey"] for p in self.projects)

    @cached_property
    @making_sense("connections")
    def connections(self) -> frozenset[str]:
        """The names of the connections."""
        return frozenset(self.json("GET", "/connections/get-names", type="all"))

    @cached_property
    @making_sense("code envs")
    def code_envs(self) -> frozenset[str] | None:
        """The names of the code environments, or None where the key may not list them."""
        try:
            return frozenset(e["envName"] for e in self.json("GET", "/admin/code-envs/"))
        except Denied:
            return None

    @making_sense("users, groups and channels")
    def names_of(self, what: str) -> frozenset[str] | None:
        """The names of all users, groups or messaging channels; None where the key may not list them, or this DSS can't."""
        cache: dict[str, frozenset[str] | None] = self.__dict__.setdefault("_names", {})
        if what not in cache:
            path, field = LISTS[what]
            try:
                cache[what] = frozenset(str(one[field]) for one in self.json("GET", path))
            except (Denied, NotFound):
                cache[what] = None
        return cache[what]

    @making_sense("knowledge banks and streaming endpoints")
    def other_flow_items(self, project: str) -> tuple[tuple[str, str], ...]:
        """Name and id of what recipes of a project can read and write, and no kind of resource stands for."""
        found = []
        for path, name in (("knowledge-banks", "name"), ("streamingendpoints", "id")):
            with contextlib.suppress(NotFound):  # an older DSS has no such objects
                heads = self.json("GET", f"/projects/{at(project)}/{path}")
                found += [(str(head.get(name) or head["id"]), str(head["id"])) for head in heads]
        return tuple(found)

    def forget_projects(self) -> None:
        """Read the list of projects again."""
        self.__dict__.pop("projects", None)

    def connection_hint(self, name: str) -> str:
        """What to do about a connection that is not there."""
        if self.on_emulator:
            return f'add connections = {{ {name} = "<type>" }} to [stacks.{self.on_emulator}] in dssdsl.toml, such as "Snowflake"'
        return "create it in Dataiku first (Administration > Connections), or ask an administrator"

    def code_env_hint(self, name: str) -> str:
        """What to do about a code environment that is not there."""
        if self.on_emulator:
            return f'add code_envs = ["{name}"] to [stacks.{self.on_emulator}] in dssdsl.toml'
        return "create it in Dataiku first (Administration > Code Envs), or ask an administrator"

    @making_sense("a connection")
    def connection_type(self, name: str, project: str | None = None) -> str:
        """The type that a dataset on the connection has."""
        cache: dict[str, str] = self.__dict__.setdefault("_types", {})
        if name not in cache:
            info = self.json("GET", f"/connections/{at(name)}/info", contextualProjectKey=project)
            cache[name] = DATASET_TYPE.get(info["type"], info["type"])
        return cache[name]

    @making_sense("what it does in the background")
    def wait(self, answer: Any) -> Any:
        """
        The result of an answer that may be a future.

        Raises:
            TimedOut: It did not end within our patience.
        """
        if not isinstance(answer, Mapping) or "jobId" not in answer or answer.get("hasResult"):
            return answer.get("result", answer) if isinstance(answer, Mapping) else answer
        state, pause, begun = answer, FIRST_LOOK, time.monotonic()
        while not state.get("hasResult"):
            if state.get("alive") is False:
                raise DssError("DSS ended a task before it had a result", fix=LOGS)
            if time.monotonic() - begun + pause > self.patience:
                raise TimedOut(
                    f"{self.host} is still at it after {self.patience:g} s, and may yet end",
                    fix="look at it in DSS (Administration > Monitoring), then run this again",
                )
            time.sleep(pause)
            pause = min(pause * 1.5, LAST_LOOK)
            state = self.json("GET", f"/futures/{at(answer['jobId'])}", peek="false")
        return state.get("result")


def at(name: str) -> str:
    """Quote *name* as one part of a path."""
    return quote(name, safe="")
