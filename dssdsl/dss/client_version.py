"""The installed version of dataikuapi, compared with the versions that dssdsl is tested with."""

from __future__ import annotations

from importlib.metadata import version

DISTRIBUTION, TESTED = "dataiku-api-client", 15


def untested_client() -> tuple[str, ...]:
    """A warning if the installed client is newer than the last tested one: its calls may differ."""
    installed = version(DISTRIBUTION)
    major = installed.partition(".")[0]
    if not major.isdigit() or int(major) <= TESTED:
        return ()
    text = (
        f"{DISTRIBUTION} {installed} is newer than the versions dssdsl is tested with: if a request"
        f' fails, run pip install "{DISTRIBUTION}<{TESTED + 1}"'
    )
    return (text,)
