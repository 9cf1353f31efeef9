#!/usr/bin/env bash
# The command of dataiku-cli-requests ends in success when DSS refuses the build.
#
# Guess: a command that starts a build ends with an error code if DSS does not start it.
# Seen: it prints the error that DSS answers, and ends with 0. It looks at the status of no answer.
# Matters: the step of a pipeline that builds a dataset with it is green while nothing is built. Test the printed text
#     for a job id.
# Versions: dataiku-cli-requests 1.0, requests 2.34.2, Python 3.11, 2026-11-29.
# Output:
#> job started, printed: {"id": "Build_orders_2026-11-29"}
#> exit code: 0
#> job refused (403), printed: {"errorType": "UnauthorizedException", "message": "You may not build this dataset"}
#> exit code: 0
#> no such dataset (404), printed: {"errorType": "NotFoundException", "message": "dataset does not exist: SALES.orders"}
#> exit code: 0
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
python3 -m venv "$temp/venv"
"$temp/venv/bin/pip" install -q --disable-pip-version-check dataiku-cli-requests==1.0 requests==2.34.2
"$temp/venv/bin/python" - <<'PYTHON' | tee "$temp/output"
import http.server
import json
import subprocess
import sys
import threading


class Dss(http.server.BaseHTTPRequestHandler):
    start = None

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, answer = Dss.start if self.path.endswith("/jobs/start/") else (200, {})
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Set-Cookie", "dss_xsrf_token=1")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Dss)
threading.Thread(target=server.serve_forever, daemon=True).start()
command = [sys.executable, "-m", "dataiku_cli_requests.dataiku_cli_requests",
           "-host", f"http://127.0.0.1:{server.server_port}", "-user", "analyst", "-password", "secret",
           "-project", "SALES", "-dataset", "orders"]
for name, status, answer in (
    ("job started", 200, {"id": "Build_orders_2026-11-29"}),
    ("job refused (403)", 403, {"errorType": "UnauthorizedException", "message": "You may not build this dataset"}),
    ("no such dataset (404)", 404,
     {"errorType": "NotFoundException", "message": "dataset does not exist: SALES.orders"}),
):
    Dss.start = status, answer
    done = subprocess.run(command, capture_output=True, text=True)
    print(f"{name}, printed:", done.stdout.strip())
    print("exit code:", done.returncode)
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
