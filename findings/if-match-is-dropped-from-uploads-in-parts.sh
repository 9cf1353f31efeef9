#!/usr/bin/env bash
# s3fs passes `IfMatch` of `pipe_file()` to S3 for a small object and drops it, without a word, for one that goes up in
# parts.
#
# Guess: `fs.pipe_file(path, data, IfMatch=etag)` is one conditional write whatever the size of `data`: S3 can check the
#     condition when it completes an upload in parts, and s3fs sends `mode="create"` there as If-None-Match. A keyword
#     that s3fs does not know is a TypeError.
# Seen: below twice the chunk size (100 MiB by default) the request has the header. Above, s3fs gives the keyword to the
#     request that begins the upload, which has no such parameter, and s3fs filters unknown ones out; nothing that
#     follows has it. A misspelled `if_match` disappears in the same way at every size, and the memory file system takes
#     any keyword and writes.
# Matters: the check against lost updates of a state in a bucket vanishes on the day the state grows past the limit.
#     Pass a `chunksize` that is larger than any state, and test for the header, not for the result on a mock.
# Versions: s3fs 2026.9.0, aiobotocore 3.10.0, Python 3.11, 2026-11-29.
# Output:
#> one request: If-Match on ['PUT']
#> in parts: If-Match on []
#> in parts, mode="create": If-None-Match on ['POST']
#> misspelled if_match: If-Match on []
#> memory file system, IfMatch of another version: b'mine'
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
python3 -m venv "$temp/venv"
"$temp/venv/bin/pip" install -q --disable-pip-version-check s3fs==2026.9.0 aiobotocore==3.10.0
"$temp/venv/bin/python" - <<'PYTHON' | tee "$temp/output"
import http.server
import threading

import fsspec
import s3fs

SENT = []
ANSWER = (
    b"<R><Bucket>states</Bucket><Key>prod.json</Key><UploadId>1</UploadId><ETag>new</ETag><Location>x</Location></R>"
)


class S3(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_PUT(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        SENT.append((self.command, self.headers))
        self.send_response(200)
        self.send_header("ETag", '"new"')
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    do_POST = do_DELETE = do_PUT

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
bucket = s3fs.S3FileSystem(
    key="key", secret="secret", endpoint_url=f"http://127.0.0.1:{server.server_port}",
    client_kwargs={"region_name": "us-east-1"},
    config_kwargs={"s3": {"addressing_style": "path"}, "request_checksum_calculation": "when_required"},
)
MIB = 2**20
CHUNK = 5 * MIB  # instead of 50 MiB, to keep this short: uploads in parts begin at twice the chunk


def with_header(header, size, **keywords):
    SENT.clear()
    bucket.pipe_file("states/prod.json", b"x" * size, chunksize=CHUNK, **keywords)
    return f"{header} on {[method for method, headers in SENT if headers.get(header)]}"


print("one request:", with_header("If-Match", MIB, IfMatch='"old"'))
print("in parts:", with_header("If-Match", 2 * CHUNK, IfMatch='"old"'))
print('in parts, mode="create":', with_header("If-None-Match", 2 * CHUNK, mode="create"))
print("misspelled if_match:", with_header("If-Match", MIB, if_match='"old"'))
memory = fsspec.filesystem("memory")
memory.pipe_file("/prod.json", b"a colleague's")
memory.pipe_file("/prod.json", b"mine", IfMatch='"old"')
print("memory file system, IfMatch of another version:", memory.cat_file("/prod.json"))
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
