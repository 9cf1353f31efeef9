"""Run an operation on copies of a folder, and kill each process at another moment; see test_killed.py."""

from __future__ import annotations

import io
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from dataikuapi import DSSClient

import dssdsl.emulator
from dssdsl.emulator import Emulator, InProcess

OURS = str(Path(dssdsl.emulator.__file__).parent)


def first(repo):
    """The commit that has the dataset a, and not yet b."""
    return repo.log(path="datasets/a.json")["entries"][-1]["commitId"]


def exported(client):
    with client.get_project("P").get_export_stream() as stream:
        return io.BytesIO(stream.read())


OPERATIONS = {
    "revert to": lambda c, g: g.revert_to_revision(first(g)),
    "revert commit": lambda c, g: g.revert_commit(first(g)),
    "switch": lambda c, g: g.switch("dev"),
    "pull": lambda c, g: g.pull(),
    "reset": lambda c, g: g.reset_to_head(),
    "reset to remote": lambda c, g: g.reset_to_upstream(),
    "rebuild": lambda c, g: g.drop_and_rebuild(i_know_what_i_am_doing=True),
    "commit": lambda c, g: g.commit("all"),
    "create": lambda c, g: c.create_project("NEW", "New", "admin"),
    "delete": lambda c, g: c.get_project("OLD").delete(),
    "duplicate": lambda c, g: c.get_project("P").duplicate("NEW", "New"),
    "branch in a duplicate": lambda c, g: (
        c.get_project("P")
        .get_project_git()
        .create_branch("other", duplicate_project=True, target_project_key="NEW")
    ),
    "import": lambda c, g: c.prepare_project_import(exported(c)).execute(
        {"targetProjectKey": "NEW"}
    ),
    "empty": lambda c, g: None,
}


def connect(dss):
    client = DSSClient("http://dss", "emulator")
    client._session.mount("http://dss", InProcess(dss))
    return client


def life(root: Path, operation: str, line: int, git: int) -> tuple[int, int]:
    """Carry out an operation up to a line, or up to a number of git processes; return how many it took."""
    dss = Emulator(root)
    client = connect(dss)
    repo = client.get_project("P").get_project_git()
    lines = gits = 0
    communicate = subprocess.Popen.communicate

    def die():
        os.kill(os.getpid(), signal.SIGKILL)

    def running(self, *args, **said):
        nonlocal gits
        gits += 1
        if gits == git:
            die()
        return communicate(self, *args, **said)

    def trace(frame, event, _):
        nonlocal lines
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        lines += event == "line"
        if line and lines == line:
            die()
        return trace

    subprocess.Popen.communicate = running
    sys.settrace(trace)
    if operation == "empty":
        dss.reset()
    OPERATIONS[operation](client, repo)
    dss.close()
    sys.settrace(None)
    return lines, gits


def main(template: str, operation: str, tries: int) -> None:
    """Create ``<template>-done`` with the finished operation, and ``<template>-<n>`` with killed ones."""
    done = Path(f"{template}-done")
    shutil.copytree(template, done)
    lines, gits = life(done, operation, 0, 0)
    rng = random.Random(f"{os.environ.get('DSSDSL_SEED')} {operation}")
    points = [(line, 0) for line in rng.sample(range(1, lines), min(tries, lines - 1))]
    points += [(0, git) for git in rng.sample(range(1, gits + 1), min(tries // 2, gits))]
    for number, point in enumerate(points):
        root = Path(f"{template}-{number}")
        shutil.copytree(template, root)
        if not (child := os.fork()):
            life(root, operation, *point)
            os._exit(0)
        assert os.waitpid(child, 0)[1] in (signal.SIGKILL, 0)  # one life may take a line less
    sys.stdout.write(str(len(points)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
