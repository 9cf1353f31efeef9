#!/usr/bin/env bash
# `iter_rows()` reads an empty cell of a boolean column as False, while an empty int, double or date is None.
#
# Guess: an empty cell is None in every typed column.
# Seen: None for int, double and date, but False for boolean: "no answer" and "no" become the same value. A string's
#     empty cell is the empty string. A value that does not fit the column's type (a decimal in a bigint column) is None
#     as well, without an error.
# Matters: a test or data check that reads a dataset through the API counts missing flags as refusals, and cannot tell
#     an empty cell from one that does not fit its type. Compute such a check in DSS.
# Versions: dataiku-api-client 15.2.0, Python 3.11, 2026-11-29.
# Output:
#> full row: [7, 1.5, datetime.date(2026, 11, 29), True, 'Oslo']
#> empty row: [None, None, None, False, '']
#> a decimal in the bigint column: None
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
types = {"id": "bigint", "price": "double", "day": "dateonly", "consent": "boolean", "city": "string"}
ANSWERS["GET", "/projects/SALES/datasets/orders/schema"] = 200, {
    "columns": [{"name": name, "type": type} for name, type in types.items()],
}
ANSWERS["GET", "/projects/SALES/datasets/orders/data/"] = 200, (
    b'"7"\t"1.5"\t"2026-11-29"\t"true"\t"Oslo"\n'
    b'\t\t\t\t\n'
    b'"7.0"\t\t\t\t\n'
)
full, empty, decimal = project.get_dataset("orders").iter_rows()
full[2] = full[2].date()
print("full row:", full)
print("empty row:", empty)
print("a decimal in the bigint column:", decimal[0])
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
