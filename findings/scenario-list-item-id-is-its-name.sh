#!/usr/bin/env bash
# The `id` of an item of `list_scenarios()` is the scenario's name; the handle made from the same item has the real id.
#
# Guess: `item.id` is the id ("Get the identifier of the scenario"), the one that `project.get_scenario()` takes and
#     that `item.to_scenario().id` has; items of dashboards, webapps and insights do it so.
# Seen: `item.id` returns the name. The ids that DSS makes have no spaces, so `get_scenario(item.id)` asks for a
#     scenario that does not exist once somebody gives a scenario a readable name.
# Matters: a tool that matches the scenarios of a project by `item.id` takes each renamed scenario for a deleted and a
#     new one, and creates it twice. It works in every test whose scenarios have names equal to their ids. Use
#     `item["id"]`.
# Versions: dataiku-api-client 15.2.0, Python 3.11, 2026-11-29.
# Output:
#> item.id: Nightly refresh
#> item["id"]: NIGHTLY
#> item.to_scenario().id: NIGHTLY
#> get_scenario(item.id) asks for: /projects/SALES/scenarios/Nightly%20refresh
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
ANSWERS["GET", "/projects/SALES/scenarios/"] = 200, [
    {"projectKey": "SALES", "id": "NIGHTLY", "name": "Nightly refresh", "type": "step_based",
     "active": True, "running": False, "tags": []},
]
ANSWERS["GET", "/projects/SALES/scenarios/Nightly%20refresh"] = 200, {
    "type": "step_based", "triggers": [], "params": {"steps": []},
}
item = project.list_scenarios()[0]
print("item.id:", item.id)
print('item["id"]:', item["id"])
print("item.to_scenario().id:", item.to_scenario().id)
project.get_scenario(item.id).get_settings()
print("get_scenario(item.id) asks for:", SENT[-1][1])
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
