"""Send requests of a ``requests`` session to the emulator without a socket."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers

from dssdsl.emulator.errors import Cut

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class _Body(io.BytesIO):
    """The content of a response, with the methods of a urllib3 response that requests calls."""

    def release_conn(self) -> None:
        self.close()

    def read(self, amount: int | None = -1, **_: Any) -> bytes:
        return super().read(-1 if amount is None else amount)


class InProcess(BaseAdapter):
    """
    A requests adapter that calls a WSGI application.

    Args:
        app: The application, such as an emulator.
    """

    def __init__(self, app: WSGIApplication) -> None:
        super().__init__()
        self.app = app

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Carry out a request. Raises ``ConnectionError`` if the emulator cuts the connection."""
        url = urlsplit(request.url or "")
        content = _content(request.body)
        headers = request.headers
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request.method,
            "PATH_INFO": url.path,
            "REQUEST_URI": url.path,
            "QUERY_STRING": url.query,
            "CONTENT_LENGTH": str(len(content)),
            "CONTENT_TYPE": headers.get("Content-Type", ""),
            "HTTP_ACCEPT_ENCODING": headers.get("Accept-Encoding", ""),
            "HTTP_AUTHORIZATION": headers.get("Authorization", ""),
            "HTTP_X_DKU_PROXYUSER": headers.get("X-DKU-ProxyUser", ""),
            "SERVER_NAME": url.hostname or "",
            "SERVER_PORT": str(url.port or 80),
            "wsgi.url_scheme": url.scheme,
            "wsgi.input": io.BytesIO(content),
        }
        response = requests.Response()

        def start(status: str, sent: list[tuple[str, str]], _: Any = None) -> Any:
            code, _, reason = status.partition(" ")
            response.status_code, response.reason = int(code), reason
            response.headers = CaseInsensitiveDict(sent)

        try:
            content = b"".join(self.app(environ, start))
        except Cut:
            raise requests.ConnectionError("Connection aborted.", request=request) from None
        if response.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)  # as urllib3 does between the socket and requests
        response.raw = _Body(content)
        if not stream:  # requests would read it in pieces of 10 KB
            response.__dict__ |= {"_content": content, "_content_consumed": True}
        response.encoding = get_encoding_from_headers(response.headers)
        response.request, response.url = request, request.url or ""
        response.connection = self  # type: ignore[assignment]  # any adapter will do
        return response

    def close(self) -> None:
        """Do nothing: there is no socket to close."""


class Loopback(HTTPAdapter):
    """A requests adapter to a server on this machine, without proxies."""

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        """Carry out a request."""
        return super().send(request, *args, **{**options, "proxies": None})


def _content(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    if hasattr(body, "read"):
        return _content(body.read())
    parts: Iterable[Any] = body
    return b"".join(_content(part) for part in parts)
