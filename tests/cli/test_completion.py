"""Completion, as a shell asks for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import dssdsl


@pytest.fixture(name="complete")
def _complete(tmp_path):
    def complete(line: str, shell: str = "bash") -> list[str]:
        words = line.split(" ")
        index = str(len(words) - 1) if shell == "bash" else words[-1]
        done = subprocess.run(
            [sys.executable, "-m", "dssdsl"],
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTHONPATH": str(Path(dssdsl.__file__).parents[1]),
                "COMP_WORDS": line,
                "COMP_CWORD": index,
                "_DSSDSL_COMPLETE": f"{shell}_complete",
            },
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr == ""
        return [each.partition(",")[2] for each in done.stdout.split()]

    return complete


def test_commands_options_and_templates(complete):
    assert complete("dssdsl pre") == ["preview"]
    assert "--expect-no-changes" in complete("dssdsl preview --")
    assert complete("dssdsl state un") == ["unprotect", "unlock"]
    assert complete("dssdsl new s") == ["simple", "snowflake-etl"]


def test_stacks(complete, tmp_path):
    assert complete("dssdsl up --stack ") == ["local"]
    toml = tmp_path / "dssdsl.toml"
    toml.write_text('[stacks.dev]\nhost = "https://a"\napi_key = { env = "K" }\n')
    assert complete("dssdsl up --stack ") == ["dev", "local"]
    assert complete("dssdsl up --stack d") == ["dev"]
    toml.write_text("[stacks.dev\n")
    assert complete("dssdsl up --stack ") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell(shell):
    env = {**os.environ, "_DSSDSL_COMPLETE": f"{shell}_source"}
    env["PYTHONPATH"] = str(Path(dssdsl.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-m", "dssdsl"], env=env, capture_output=True, text=True, check=False
    )

    if "bash is not supported" not in done.stderr:
        assert "_DSSDSL_COMPLETE" in done.stdout
