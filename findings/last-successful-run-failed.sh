#!/usr/bin/env bash
# `get_last_successful_run()` returns the last run that ended, even if it failed; the average duration counts such runs
# too.
#
# Guess: `scenario.get_last_successful_run()` skips failed and aborted runs, as its name and docstring say ("the last
#     run that completed successfully"); `get_average_duration()` is "computed on successful runs only".
# Seen: both ask DSS for the last finished runs and never look at their outcome. The "last successful run" has the
#     outcome FAILED; the average mixes a run that failed after 2 s and one aborted after 10 s with the one that took
#     600 s.
# Matters: deployment code asks for the last good run to decide whether data is fresh or a release may go on: it gets a
#     yes from a broken scenario. Filter `get_last_runs(limit=N, only_finished_runs=True)` by `run.outcome` yourself.
# Versions: dataiku-api-client 15.2.0, Python 3.11, 2026-11-29.
# Output:
#> runs, latest first: [('FAILED', 2.0), ('SUCCESS', 600.0), ('ABORTED', 10.0)]
#> get_last_successful_run(): FAILED
#> get_average_duration(3): 204.0
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


def run(identifier, outcome, seconds):
    return {
        "runId": identifier, "start": 1764000000000, "end": 1764000000000 + seconds * 1000,
        "result": {"outcome": outcome}, "scenario": {"projectKey": "SALES", "id": "NIGHTLY"},
    }


ANSWERS["GET", "/projects/SALES/scenarios/NIGHTLY/get-last-runs"] = 200, [
    run("2026-11-03", "FAILED", 2), run("2026-11-02", "SUCCESS", 600), run("2026-11-01", "ABORTED", 10),
]
scenario = project.get_scenario("NIGHTLY")
print("runs, latest first:", [(run.outcome, run.duration) for run in scenario.get_last_runs()])
print("get_last_successful_run():", scenario.get_last_successful_run().outcome)
print("get_average_duration(3):", scenario.get_average_duration(3))
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
