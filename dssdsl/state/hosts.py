"""Which spellings of a host are the same DSS."""

from __future__ import annotations

from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "::1")
DEFAULT_PORTS = (80, 443)


def normalized_host(host: str) -> str:
    """
    Give a host in one spelling: without scheme, default port and trailing slash, in lower case.

    ``https://DSS.example.com:443/`` is ``dss.example.com``; ``http://127.0.0.1:11200`` is
    ``localhost:11200``. http and https of one name are one DSS.
    """
    try:
        parts = urlsplit(host if "://" in host else f"//{host}")
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return host.rstrip("/").lower()
    name = "localhost" if name in LOOPBACK else name.rstrip(".")
    where = name if port is None or port in DEFAULT_PORTS else f"{name}:{port}"
    return f"{where}{parts.path.rstrip('/')}"


def same_host(one: str, other: str) -> bool:
    """Whether two spellings are the same host."""
    return normalized_host(one) == normalized_host(other)
