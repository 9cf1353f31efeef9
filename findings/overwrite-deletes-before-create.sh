#!/usr/bin/env bash
# `with_new_output(..., overwrite=True)` deletes the existing dataset and its data at once, before `create()` is called.
#
# Guess: the builder collects settings; "the dataset is not created immediately, but when the recipe is created", and
#     the old one goes at the same moment. The project stays as it is if you drop the builder or DSS refuses `create()`.
# Seen: the call itself sends `DELETE ...?dropData=True`, before any request for a recipe.
# Matters: a program that only prepares its recipes (a dry run, a validation that fails on a later recipe) drops the
#     data of every output. Delete the old dataset yourself, right before `create()`.
# Versions: dataiku-api-client 15.2.0, Python 3.11, 2026-11-29.
# Output:
#> GET /projects/SALES/datasets/daily/metadata
#> DELETE /projects/SALES/datasets/daily?dropData=True
#> (create() was not called)
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
python3 -m venv "$temp/venv"
"$temp/venv/bin/pip" install -q --disable-pip-version-check dataiku-api-client==15.2.0 six==1.17.0
"$temp/venv/bin/python" - <<'PYTHON' | tee "$temp/output"
import http.server
import json
import threading

import dataikuapi

ANSWERS, SENT = {}, []  # what the stand-in for DSS answers; what the client sent


class Dss(http.server.BaseHTTPRequestHandler):
    wbufsize = -1

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.split("/dip/publicapi")[1]
        SENT.append((self.command, path, json.loads(body) if body else None))
        status, answer = ANSWERS.get((self.command, path.split("?")[0]), (200, {}))
        answer = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_PUT = do_DELETE = do_GET

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Dss)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = dataikuapi.DSSClient(f"http://127.0.0.1:{server.server_port}", "key")
project = client.get_project("SALES")
builder = project.new_recipe("sync", "daily_copy").with_input("orders")
builder.with_new_output("daily", "warehouse", overwrite=True)
for method, path, _ in SENT:
    print(method, path)
print("(create() was not called)")
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
