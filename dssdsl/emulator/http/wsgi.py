"""Write responses as WSGI servers expect them."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from email.utils import formatdate
from typing import TYPE_CHECKING

from dssdsl.emulator.instance.objects import DSS_VERSION

from .call import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}
_SMALL = 1000
"""Responses of fewer bytes are never compressed."""


def send(
    answer: Response,
    environ: WSGIEnvironment,
    start_response: StartResponse,
    *,
    now: float,
    compress: bool,
) -> Iterable[bytes]:
    """
    Start a response and return its content.

    Args:
        answer: The response.

        environ: The request.

        start_response: Starts the response.

        now: The time, in seconds since 1970.

        compress: Whether to compress large responses for clients that accept it.
    """
    content = answer.content if isinstance(answer.content, bytes) else answer.content.encode()
    headers = [
        ("Content-Type", answer.type),
        ("Date", formatdate(now, usegmt=True)),
        ("DSS-Version", DSS_VERSION),
        ("DSS-API-Version", "1"),
    ]
    if compress and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "") and len(content) >= _SMALL:
        content = gzip.compress(content, 1)
        headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Length", str(len(content))))
    start_response(f"{answer.status} {_REASONS.get(answer.status, 'Error')}", headers)
    return [content]
