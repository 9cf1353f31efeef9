#!/usr/bin/env bash
# Each save detaches the payload of a recipe's settings: DSS does not get your later changes of the same object.
#
# Guess: `payload = settings.obj_payload` is the payload of `settings` for as long as `settings` lives (as `get_raw()`
#     of every other settings object, "a reference, not a copy"), so each `save()` sends the content of `payload`.
# Seen: `save()` turns the payload into text and forgets the object. The second `save()` succeeds and sends the payload
#     of the first one. Reading `str_payload` (or `get_payload()`) detaches it as well, before anything is saved.
# Matters: code that builds a visual recipe in stages (save, compute the schema, add aggregations, save) loses the later
#     stages without an error. Read `settings.obj_payload` again after each `save()` and each look at `str_payload`.
# Versions: dataiku-api-client 15.2.0, Python 3.11, 2026-11-29.
# Output:
#> first save sends keys: ['country']
#> the variable holds keys: ['country', 'city']
#> second save sends keys: ['country']
#> save after a look at str_payload sends globalCount: None
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
ANSWERS["GET", "/projects/SALES/recipes/group"] = 200, {
    "recipe": {
        "name": "group", "projectKey": "SALES", "type": "grouping", "params": {}, "tags": [],
        "inputs": {"main": {"items": [{"ref": "orders", "deps": []}]}},
        "outputs": {"main": {"items": [{"ref": "by_country", "appendMode": False}]}},
    },
    "payload": json.dumps({"keys": [], "values": []}),
}


def sent():
    return json.loads(SENT[-1][2]["payload"])


settings = project.get_recipe("group").get_settings()
payload = settings.obj_payload
payload["keys"].append({"column": "country"})
settings.save()
print("first save sends keys:", [key["column"] for key in sent()["keys"]])
payload["keys"].append({"column": "city"})
settings.save()
print("the variable holds keys:", [key["column"] for key in payload["keys"]])
print("second save sends keys:", [key["column"] for key in sent()["keys"]])

settings = project.get_recipe("group").get_settings()
payload = settings.obj_payload
settings.str_payload  # for instance to log it
payload["globalCount"] = True
settings.save()
print("save after a look at str_payload sends globalCount:", sent().get("globalCount"))
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
