#!/usr/bin/env bash
# The "full" JSON of a project that dataiku-utils exports has no variables, no edges of the flow and no code of
# scenarios.
#
# Guess: `DataikuProjectToJson("SALES").to_json()` fills its keys: `variables`, `flow_graph.edges`, and scenarios "with
#     triggers, steps and reporters"; a part that cannot be read is an error.
# Seen: `variables` is {} for every project: the exporter calls `client.get_variables(project_key)`, which takes no key
#     and is about the instance, and it swallows the TypeError. `edges` is always []: it looks for nodes of the type
#     "RECIPE", which DSS calls "RUNNABLE_RECIPE". The script of a Python scenario is read and left out. No message at
#     the default log level. One managed folder in the project, and `to_json()` raises AttributeError: the client lists
#     folders as dicts.
# Matters: the document restores without complaint into a project whose variables are gone. Compare a restored project
#     with its source before you trust a backup.
# Versions: dataiku-utils 1.1.1, dataiku-api-client 15.2.0, Python 3.11, 2026-11-29.
# Output:
#> variables in DSS: {'standard': {'threshold': 10}, 'local': {'stage': 'prod'}}
#> variables in the export: {}
#> recipes in the export: ['clean']; edges: []
#> scenario's script in the export: False
#> with a managed folder: AttributeError: 'dict' object has no attribute 'get_settings'
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
from dataiku_utils import DataikuProjectToJson

variables = {"standard": {"threshold": 10}, "local": {"stage": "prod"}}
dataset = {"projectKey": "SALES", "type": "Filesystem", "params": {"connection": "files"},
           "schema": {"columns": []}, "tags": []}
recipe = {"name": "clean", "projectKey": "SALES", "type": "python", "params": {}, "tags": [],
          "inputs": {"main": {"items": [{"ref": "orders", "deps": []}]}},
          "outputs": {"main": {"items": [{"ref": "clean_orders", "appendMode": False}]}}}
scenario = {"id": "NIGHTLY", "projectKey": "SALES", "name": "Nightly", "type": "custom_python", "active": True,
            "triggers": [], "reporters": [], "params": {}, "tags": []}


def node(type, ref, predecessors, successors):
    return {"type": type, "ref": ref, "predecessors": predecessors, "successors": successors}


for path, answer in {
    "": {"projectKey": "SALES"},
    "/metadata": {"tags": []},
    "/variables/": variables,
    "/flow/zones": [],
    "/flow/graph/": {"nodes": {
        "orders": node("COMPUTABLE_DATASET", "orders", [], ["clean"]),
        "clean": node("RUNNABLE_RECIPE", "clean", ["orders"], ["clean_orders"]),
        "clean_orders": node("COMPUTABLE_DATASET", "clean_orders", ["clean"], []),
    }},
    "/datasets/": [dataset | {"name": "orders"}, dataset | {"name": "clean_orders"}],
    "/datasets/orders": dataset | {"name": "orders"},
    "/datasets/clean_orders": dataset | {"name": "clean_orders"},
    "/recipes/": [recipe],
    "/recipes/clean": {"recipe": recipe, "payload": "print(1)"},
    "/scenarios/": [scenario],
    "/scenarios/NIGHTLY": scenario,
    "/scenarios/NIGHTLY/payload": {"script": "print('every night')"},
    "/managedfolders/": [],
    "/savedmodels/": [],
    "/evaluationstores/": [],
    "/streamingendpoints/": [],
    "/knowledge-banks": [],
}.items():
    ANSWERS["GET", "/projects/SALES" + path] = 200, answer

export = DataikuProjectToJson("SALES", client=client).to_json()
print("variables in DSS:", project.get_variables())
print("variables in the export:", export["variables"])
print(f"recipes in the export: {[r['name'] for r in export['recipes']]}; edges: {export['flow_graph']['edges']}")
print("scenario's script in the export:", "every night" in json.dumps(export))

ANSWERS["GET", "/projects/SALES/managedfolders/"] = 200, [{"id": "aB3dE5fG", "name": "raw", "projectKey": "SALES"}]
try:
    DataikuProjectToJson("SALES", client=client).to_json()
except AttributeError as error:
    print("with a managed folder: AttributeError:", error)
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
