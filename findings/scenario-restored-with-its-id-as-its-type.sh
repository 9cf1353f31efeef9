#!/usr/bin/env bash
# dataiku-utils restores a scenario by asking DSS for one whose type is the scenario's id.
#
# Guess: exporting the scenario NIGHTLY, named "Nightly refresh", step based, and restoring it in another project
#     creates a step-based scenario of that id and name.
# Seen: the importer calls `create_scenario(name, id, definition)`, but the second argument of the client is the type,
#     and it overrides the type in the definition. The exporter reads `scenario.name`, which handles do not have, and
#     takes the id. DSS gets {"type": "NIGHTLY", "name": "NIGHTLY"}: no id, a type that does not exist, and the id for
#     the name.
# Matters: two libraries agree on the number of arguments and not on their meaning, and a fallback hides it: neither
#     raises. Only the request shows it. Pass arguments of the client by name.
# Versions: dataiku-utils 1.1.1, dataiku-api-client 15.2.0, Python 3.11, 2026-11-29.
# Output:
#> exported name: NIGHTLY
#> POST /projects/COPY/scenarios/ {"name": "NIGHTLY", "type": "NIGHTLY"}
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
python3 -m venv "$temp/venv"
"$temp/venv/bin/pip" install -q --disable-pip-version-check dataiku-utils==1.1.1 dataiku-api-client==15.2.0 six==1.17.0
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
from dataiku_utils import DataikuProjectToJson, JsonToDataikuProject

scenario = {"id": "NIGHTLY", "projectKey": "SALES", "name": "Nightly refresh", "type": "step_based", "active": True,
            "triggers": [], "reporters": [], "params": {"steps": []}, "tags": []}
ANSWERS["GET", "/projects/SALES/scenarios/"] = 200, [scenario]
ANSWERS["GET", "/projects/SALES/scenarios/NIGHTLY"] = 200, scenario
documents = DataikuProjectToJson("SALES", client=client).scenario_to_json()
print("exported name:", documents[0]["name"])

ANSWERS["GET", "/projects/COPY/scenarios/"] = 200, []
ANSWERS["POST", "/projects/COPY/scenarios/"] = 200, {"id": "NIGHTLY"}
ANSWERS["GET", "/projects/COPY/scenarios/NIGHTLY"] = 200, scenario | {"projectKey": "COPY", "active": False}
JsonToDataikuProject("COPY", client=client).json_to_scenario(documents)
method, path, body = next(request for request in SENT if request[0] == "POST")
print(method, path, json.dumps(body, sort_keys=True))
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
