#!/usr/bin/env bash
# `apply()` of schema updates without any change still tells DSS to drop and recreate the outputs.
#
# Guess: the client sends nothing: "you can call apply even if no changes are required. This will be noop".
# Seen: one write per output, each with `dropAndRecreate: true` and `synchronizeMetastore: true`. `apply()` looks
#     neither at `any_action_required()` nor at the schemas, and dropping is the default.
# Matters: the docstring invites you to call `recipe.compute_schema_updates().apply()` after every change, and a
#     deployment that does so gives DSS the consent to drop data each time. Ask `any_action_required()` first, and set
#     `updates.drop_and_recreate = False` unless you mean it.
# Versions: dataiku-api-client 15.2.0, Python 3.11, 2026-11-29.
# Output:
#> any_action_required(): False
#> POST /projects/SALES/recipes/join/actions/updateOutputSchema
#> dropAndRecreate: True
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
ANSWERS["GET", "/projects/SALES/recipes/join/schema-update"] = 200, {
    "totalIncompatibilities": 0,
    "computables": [{
        "type": "DATASET", "datasetName": "joined", "newSchema": {"columns": [{"name": "id", "type": "bigint"}]},
    }],
}
updates = project.get_recipe("join").compute_schema_updates()
print("any_action_required():", updates.any_action_required())
updates.apply()
method, path, body = SENT[-1]
print(method, path)
print("dropAndRecreate:", body["dropAndRecreate"])
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
