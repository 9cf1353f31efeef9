#!/usr/bin/env bash
# `start_save()` sends a project's settings of a plugin to the address of the settings for the whole instance.
#
# Guess: on the object from `plugin.get_project_settings("SALES")`, `save()` and `start_save()` write the same settings
#     to the same place; the second returns a future.
# Seen: `save()` sends `projectKey=SALES`; `start_save()` sends the same document and no project, so nothing tells DSS
#     that it is not about the plugin's own settings. Only the object of the project's settings has `start_save()`.
# Matters: a deployment that sets a preset for one project, and does not want to wait for it, writes to the settings
#     that every project shares. Use `save()`.
# Versions: dataiku-api-client 15.2.0, Python 3.11, 2026-11-29.
# Output:
#> save():       /plugins/geocoder/settings?projectKey=SALES
#> start_save(): /plugins/geocoder/settings/future
#> both with the presets: ['sales_only']
#> instance's settings have start_save(): False
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
ANSWERS["GET", "/plugins/geocoder/settings"] = 200, {
    "accessibleParameterSetDescs": [{"id": "account", "elementType": "parameter-set-geocoder-account", "desc": {}}],
    "parameterSets": [], "presets": [],
}
ANSWERS["POST", "/plugins/geocoder/settings/future"] = 200, {"jobId": "job", "hasResult": False}
plugin = client.get_plugin("geocoder")
settings = plugin.get_project_settings("SALES")
settings.get_parameter_set("account").create_preset("sales_only")
settings.save()
settings.start_save()
(_, save, first), (_, start_save, second) = SENT[-2:]
print("save():      ", save)
print("start_save():", start_save)
assert first == second
print("both with the presets:", [preset["name"] for preset in second["presets"]])
print("instance's settings have start_save():", hasattr(plugin.get_settings(), "start_save"))
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
