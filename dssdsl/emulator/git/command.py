"""Run git without the configuration of this machine."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from dssdsl.emulator import lock

_SETTINGS = tuple(
    part
    for each in (
        *("core.quotepath=off", "core.autocrlf=false"),
        "core.fsync=none",  # a killed process loses nothing, and that is all that we promise
        "fastimport.unpackLimit=1",  # one pack is quicker to write and to delete than many objects
        *("gc.autoDetach=false", "maintenance.autoDetach=false"),  # no git writes in the background
    )
    for part in ("-c", each)
)
_ENV = {
    **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_COMMITTER_NAME": "dssuser",
    "GIT_COMMITTER_EMAIL": "dssuser@emulator",
}


def git(
    folder: Path,
    *args: str,
    stdin: bytes | None = None,
    author: str = "dssuser",
    index: Path | None = None,
) -> str:
    """
    Run git in a project's folder and return what it prints.

    Args:
        folder: The folder.

        args: The arguments of git.

        stdin: Its standard input.

        author: The author of a commit.

        index: Its index; None for the folder's own.

    Raises:
        CalledProcessError: git failed.
    """
    env = {**_ENV, "GIT_AUTHOR_NAME": author, "GIT_AUTHOR_EMAIL": f"{author}@emulator"}
    if index is not None:
        env["GIT_INDEX_FILE"] = str(index)
    done = subprocess.run(  # noqa: S603 - our own words only
        ["git", *_SETTINGS, *args],  # noqa: S607 - the git of the PATH
        cwd=folder,
        env=env,
        pass_fds=lock.inherited(folder.parent.parent),
        input=stdin,
        stdin=None if stdin is not None else subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode(errors="replace")
