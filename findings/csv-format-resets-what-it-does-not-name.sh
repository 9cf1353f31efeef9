#!/usr/bin/env bash
# `set_csv_format(separator=";")` also drops the charset, the quote and escape characters and the compression of the
# dataset.
#
# Guess: a setter with one argument changes one setting; the others stay as they are in the settings just fetched.
# Seen: the method replaces the whole `formatParams` by five fields. `charset`, `quoteChar`, `escapeChar`, `compress`
#     and the rest are gone from the request, and `parseHeaderRow` and `skipRowsBeforeHeader`, which the caller did not
#     name, go back to the method's defaults: a file without a header now has one.
# Matters: after a one-line correction from code, the settings no longer say that the file is ISO-8859-1, quoted or
#     gzip. Change `settings.get_raw_format_params()["separator"]` instead.
# Versions: dataiku-api-client 15.2.0, Python 3.11, 2026-11-29.
# Output:
#> gone: ['arrayMapFormat', 'charset', 'compress', 'dateSerializationFormat', 'escapeChar', 'quoteChar']
#> changed: {'parseHeaderRow': True, 'separator': ';', 'skipRowsBeforeHeader': 0}
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
before = {
    "style": "excel", "charset": "iso-8859-1", "separator": ",", "quoteChar": "'", "escapeChar": "\\",
    "dateSerializationFormat": "ISO", "arrayMapFormat": "json", "compress": "gz",
    "parseHeaderRow": False, "skipRowsBeforeHeader": 2, "skipRowsAfterHeader": 0,
}
ANSWERS["GET", "/projects/SALES/datasets/orders"] = 200, {
    "name": "orders", "projectKey": "SALES", "type": "Filesystem", "managed": False,
    "params": {"connection": "files", "path": "/orders"}, "schema": {"columns": []},
    "formatType": "csv", "formatParams": before,
}
settings = project.get_dataset("orders").get_settings()
settings.set_csv_format(separator=";")
settings.save()
after = SENT[-1][2]["formatParams"]
print("gone:", sorted(before.keys() - after.keys()))
print("changed:", {key: after[key] for key in sorted(after) if after[key] != before[key]})
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
