#!/usr/bin/env bash
# The MCP server for DSS merges an update of a dataset deeply and an update of a recipe one level deep.
#
# Guess: `recipe` with the action `update` and `{"recipe": {"params": {"envSelection": ...}}}` changes the code
#     environment and keeps the other params, as an update of `params` does for `dataset` and `scenario` of the same
#     server.
# Seen: the new `params` replace the old ones: the container setting of the recipe is gone from the request. The answer
#     is `updated: true` in both cases.
# Matters: an assistant learns the patch form from datasets and breaks recipes with it, and its user reads "updated".
#     Send all of `params`, `inputs` and `outputs`, or change recipes in another way.
# Versions: dataiku-mcp 1.1.1 (npm), Node.js 20 or later, 2026-11-29.
# Output:
#> dataset, params before: {"bucket": "sales", "connection": "s3", "path": "/a"}
#> dataset, params sent:   {"bucket": "sales", "connection": "s3", "path": "/b"}
#> recipe, params before:  {"containerSelection": {"containerMode": "NONE"}, "envSelection": {"envMode": "INHERIT"}}
#> recipe, params sent:    {"envSelection": {"envMode": "EXPLICIT_ENV", "envName": "py311"}}
#> recipe, answer: Recipe "clean" updated.
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
mkdir "$temp/npm"
npm install --silent --no-audit --no-fund --prefix "$temp/npm" dataiku-mcp@1.1.1
python3 - "$temp/npm/node_modules" <<'PYTHON' | tee "$temp/output"
import http.server
import json
import os
import subprocess
import sys
import threading

DATASET = {"name": "orders", "projectKey": "SALES", "type": "S3",
           "params": {"bucket": "sales", "connection": "s3", "path": "/a"}}
RECIPE = {"recipe": {"name": "clean", "projectKey": "SALES", "type": "python", "inputs": {}, "outputs": {},
                     "params": {"envSelection": {"envMode": "INHERIT"},
                                "containerSelection": {"containerMode": "NONE"}}},
          "payload": ""}
SENT = []


class Dss(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if body:
            SENT.append(json.loads(body))
        answer = json.dumps(DATASET if "/datasets/" in self.path else RECIPE).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_PUT = do_GET

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Dss)
threading.Thread(target=server.serve_forever, daemon=True).start()
settings = {"DATAIKU_URL": f"http://127.0.0.1:{server.server_port}", "DATAIKU_API_KEY": "key"}
process = subprocess.Popen(
    ["node", sys.argv[1] + "/dataiku-mcp/dist/index.js"], env=os.environ | settings,
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
)


def ask(method, params, identifier=1):
    message = {"jsonrpc": "2.0", "id": identifier, "method": method, "params": params}
    process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())["result"]


def update(tool, **arguments):
    call = {"name": tool, "arguments": {"action": "update", "projectKey": "SALES", **arguments}}
    return ask("tools/call", call)["content"][0]["text"]


def text(params):
    return json.dumps(params, sort_keys=True)


client = {"name": "client", "version": "1"}
ask("initialize", {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": client})
update("dataset", datasetName="orders", data={"params": {"path": "/b"}})
print("dataset, params before:", text(DATASET["params"]))
print("dataset, params sent:  ", text(SENT[-1]["params"]))
patch = {"recipe": {"params": {"envSelection": {"envMode": "EXPLICIT_ENV", "envName": "py311"}}}}
answer = update("recipe", recipeName="clean", data=patch)
print("recipe, params before: ", text(RECIPE["recipe"]["params"]))
print("recipe, params sent:   ", text(SENT[-1]["recipe"]["params"]))
print("recipe, answer:", answer)
process.stdin.close()
process.wait()
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
