"""The emulator on a socket of this machine."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol, Self

from dssdsl.emulator.errors import Cut

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_QUIET = 2.0
_CONNECTIONS = 1000
"""The maximum of open connections; the next one waits until one closes."""


class Served(Protocol):
    """The emulator, as its server uses it."""

    last_request_at: float
    """When the last request came, by the monotonic clock."""

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse, /
    ) -> Iterable[bytes]:
        """Serve a request."""

    def settle(self) -> None:
        """Write pending commits to Git."""


class Server:
    """
    A running server.

    Args:
        app: The emulator that it serves.

        host: The address to listen on.

        port: The port to listen on; 0 for a free one.

        threads: The number of requests that it carries out at a time.
    """

    def __init__(self, app: Served, host: str, port: int, threads: int) -> None:
        import waitress

        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self.app = app
        self._server: Any = waitress.create_server(
            self._serve,
            host=host,
            port=port,
            threads=threads,
            channel_timeout=600,
            connection_limit=_CONNECTIONS,
            asyncore_use_poll=True,
        )
        self.url = f"http://{host}:{self._server.effective_port}"
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._server.run, name="dss-emulator", daemon=True),
            threading.Thread(target=self._settle, name="dss-emulator-git", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _serve(self, environ: Any, start_response: Any) -> Any:
        from waitress.channel import ClientDisconnected

        try:
            return self.app(environ, start_response)
        except Cut:
            # As waitress does for a client that is gone: close the socket, and send nothing.
            raise ClientDisconnected from None

    def _settle(self) -> None:
        """Write the queued commits to Git when no request has come for a while."""
        while not self._over.wait(_QUIET):
            if time.monotonic() - self.app.last_request_at >= _QUIET:
                self.app.settle()

    def close(self) -> None:
        """Stop serving. The emulator itself stays open."""
        self._over.set()
        self._server.task_dispatcher.shutdown(timeout=1)
        with contextlib.suppress(OSError):  # the loop may have ended already
            self._server.trigger.pull_trigger(self._hang_up)
        for thread in self._threads:
            thread.join(timeout=5)

    def _hang_up(self) -> None:
        """Close every socket, in the thread of the loop, which ends without sockets."""
        from waitress import wasyncore

        wasyncore.close_all(self._server._map)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def serve(app: Served, host: str = "127.0.0.1", port: int = 0, threads: int = 16) -> Server:
    """Serve an emulator on a socket, in threads, until you close the server."""
    return Server(app, host, port, threads)
