#!/usr/bin/env bash
# `dataset.exists()` and `already_exists()` say False when the key is unknown, the server fails or nobody answers.
#
# Guess: False means that DSS has no such dataset; every other error raises.
# Seen: both catch every exception. An unknown API key, a server error and a refused connection all read as "does not
#     exist".
# Matters: "create it if it does not exist" becomes "create it whenever DSS has a bad moment". Builders with
#     `overwrite=True` rely on these two methods. List the datasets of the project instead: a failed list raises.
# Versions: dataiku-api-client 15.2.0, Python 3.11, 2026-11-29.
# Output:
#> 200: True True
#> 401 Unknown API Key: False False
#> 500 out of memory: False False
#> connection refused: False False
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
for status, message in ((200, ""), (401, " Unknown API Key"), (500, " out of memory")):
    ANSWERS["GET", "/projects/SALES/datasets/orders/metadata"] = status, {"errorType": "Error", "message": message}
    dataset, builder = project.get_dataset("orders"), project.new_managed_dataset("orders")
    print(f"{status}{message}:", dataset.exists(), builder.already_exists())
server.shutdown()
server.server_close()
client._session.close()
print("connection refused:", dataset.exists(), builder.already_exists())
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
