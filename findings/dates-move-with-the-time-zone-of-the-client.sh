#!/usr/bin/env bash
# One program sends different dates to DSS from machines in different time zones.
#
# Guess: a split at `datetime(2026, 7, 1)` begins where the split at "2026-07-01" begins, on every machine (a comment in
#     the client: dates without a zone are UTC); `add_monthly_trigger(day=1, timezone="Asia/Tokyo")` starts on the 1st
#     in Tokyo ("time zone in which the start date/time is expressed").
# Seen: the client reads a datetime without a zone in the zone of the machine, but a text without a zone in UTC: in
#     Paris the split begins on 30 June. A trigger starts at midnight in the zone of the machine, and `timezone` does
#     not change that: midnight in New York is 1 PM in Tokyo, and midnight in Auckland is still the day before in Tokyo.
# Matters: a laptop and a CI server deploy different flows from one commit, and a diff of the two shows a change that
#     nobody made. Pass texts or datetimes with a zone to splits; write `startingFrom` of a trigger yourself.
# Versions: dataiku-api-client 15.2.0, Python 3.11, 2026-11-29.
# Output:
#> UTC: datetime 2026-07-01, text 2026-07-01; trigger starts 2026-07-01T00:00:00.000+0000
#> Europe/Paris: datetime 2026-06-30, text 2026-07-01; trigger starts 2026-07-01T00:00:00.000+0200
#> America/New_York: datetime 2026-07-01, text 2026-07-01; trigger starts 2026-07-01T00:00:00.000-0400
#> Pacific/Auckland: datetime 2026-06-30, text 2026-07-01; trigger starts 2026-07-01T00:00:00.000+1200
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
import datetime
import os
import time

ANSWERS["GET", "/projects/SALES/recipes/split"] = 200, {
    "recipe": {
        "name": "split", "projectKey": "SALES", "type": "split", "params": {}, "tags": [],
        "inputs": {"main": {"items": [{"ref": "orders", "deps": []}]}},
        "outputs": {"main": {"items": [{"ref": "recent", "appendMode": False}]}},
    },
    "payload": "{}",
}
ANSWERS["GET", "/projects/SALES/scenarios/NIGHTLY"] = 200, {
    "id": "NIGHTLY", "type": "step_based", "triggers": [], "params": {"steps": []},
}


def begin(value):
    settings = project.get_recipe("split").get_settings()
    split = {"output": {"mode": "dataset", "value": "recent"}, "min": value, "max": "2026-12-31"}
    settings.set_split_on_single_column_ranges("day", "date", [split])
    return settings.obj_payload["rangeSplits"][0]["filter"]["uiData"]["conditions"][0]["date"]


for zone in ("UTC", "Europe/Paris", "America/New_York", "Pacific/Auckland"):
    os.environ["TZ"] = zone
    time.tzset()
    settings = project.get_scenario("NIGHTLY").get_settings()
    settings.add_monthly_trigger(day=1, month=7, year=2026, timezone="Asia/Tokyo")
    start = settings.raw_triggers[0]["params"]["startingFrom"]
    print(f"{zone}: datetime {begin(datetime.datetime(2026, 7, 1))}, text {begin('2026-07-01')}; trigger starts {start}")
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
