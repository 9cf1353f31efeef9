#!/usr/bin/env bash
# fsspec's `put_file(..., mode="create")` refuses an existing file in memory and overwrites it on a disk.
#
# Guess: "create" means the same on every file system of fsspec: FileExistsError if the target is there, as
#     `pipe_file(..., mode="create")` does on all of these.
# Seen: the local file system takes the argument and ignores it: the file is replaced. So does `dir://` above it. The
#     memory file system, which tests use, refuses.
# Matters: claims and locks of a deployment written as "create or fail" are exclusive in every test in memory, and let
#     two deployments in on a shared disk. Use `pipe_file(..., mode="create")` or `open(..., "xb")`.
# Versions: fsspec 2026.9.0, Python 3.11, 2026-11-29.
# Output:
#> memory, pipe_file: FileExistsError, holds: b'first'
#> memory, put_file: FileExistsError, holds: b'first'
#> file, pipe_file: FileExistsError, holds: b'first'
#> file, put_file: done, holds: b'second'
#> dir, pipe_file: FileExistsError, holds: b'first'
#> dir, put_file: done, holds: b'second'
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
python3 -m venv "$temp/venv"
"$temp/venv/bin/pip" install -q --disable-pip-version-check fsspec==2026.9.0
"$temp/venv/bin/python" - <<'PYTHON' | tee "$temp/output"
import pathlib
import tempfile

import fsspec

with tempfile.TemporaryDirectory() as temp:
    source = pathlib.Path(temp, "source")
    source.write_bytes(b"second")
    disk = fsspec.filesystem("file")
    for name, system, lock in (
        ("memory", fsspec.filesystem("memory"), "/lock"),
        ("file", disk, f"{temp}/lock"),
        ("dir", fsspec.filesystem("dir", path=temp, fs=disk), "lock"),
    ):
        for how, write in (
            ("pipe_file", lambda: system.pipe_file(lock, b"second", mode="create")),
            ("put_file", lambda: system.put_file(str(source), lock, mode="create")),
        ):
            system.pipe_file(lock, b"first")
            try:
                write()
                outcome = "done"
            except FileExistsError:
                outcome = "FileExistsError"
            print(f"{name}, {how}: {outcome}, holds: {system.cat_file(lock)}")
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
