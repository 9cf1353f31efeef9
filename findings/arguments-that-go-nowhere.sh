#!/usr/bin/env bash
# The client ignores three arguments that its docstrings explain, and one method sends the request of another.
#
# Guess: `dataset.build(no_fail=True)` returns the job of a failed build, as `recipe.run(no_fail=True)` does; a
#     clustering task is made on the dataset named in the call; a scatter plot of two features has both; the sync of the
#     datasets' ACLs is another request than the sync of the root's.
# Seen: `build` raises with `no_fail` too. `create_clustering_ml_task(input_dataset)` demands a dataset and takes its
#     own. `get_scatter_plot(x, y)` gives x twice. `sync_datasets_acls()` sends the request of `sync_root_acls()`.
# Matters: a deployment that builds several datasets and wants to report all failures stops at the first; the other
#     three give plausible wrong answers. Do not rely on an argument of a client method before you have seen its
#     request.
# Versions: dataiku-api-client 15.2.0, Python 3.11, 2026-11-29.
# Output:
#> recipe.run(no_fail=True): DSSJob
#> dataset.build(no_fail=True): DataikuException: Job run did not finish. Status: FAILED
#> create_clustering_ml_task('customers') on orders clusters: orders
#> get_scatter_plot('age', 'income')['y'] is that of: age
#> sync_datasets_acls() and sync_root_acls() send the same: True
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
from dataikuapi.dss.ml import DSSScatterPlots

ANSWERS["POST", "/projects/SALES/jobs/"] = 200, {"id": "job"}
ANSWERS["GET", "/projects/SALES/jobs/job/"] = 200, {"baseStatus": {"state": "FAILED"}}
ANSWERS["GET", "/projects/SALES/flow/graph/"] = 200, {"nodes": {
    "clean": {"ref": "clean", "type": "RUNNABLE_RECIPE", "predecessors": [], "successors": ["orders"]},
    "orders": {"ref": "orders", "type": "COMPUTABLE_DATASET", "predecessors": ["clean"], "successors": []},
}}
print("recipe.run(no_fail=True):", type(project.get_recipe("clean").run(no_fail=True)).__name__)
try:
    project.get_dataset("orders").build(no_fail=True)
except dataikuapi.utils.DataikuException as error:
    print("dataset.build(no_fail=True): DataikuException:", error)

ANSWERS["POST", "/projects/SALES/models/lab/"] = 200, {"analysisId": "a", "mlTaskId": "t"}
project.get_dataset("orders").create_clustering_ml_task("customers", wait_guess_complete=False)
print("create_clustering_ml_task('customers') on orders clusters:", SENT[-1][2]["inputDataset"])

plots = {"cluster": [0, 1], "features": {"age": [30, 40], "income": [1000, 2000]}}
y = DSSScatterPlots(plots).get_scatter_plot("age", "income")["y"]
print("get_scatter_plot('age', 'income')['y'] is that of:", {30: "age", 1000: "income"}[y[0]])

client.get_connection("hdfs").sync_root_acls()
client.get_connection("hdfs").sync_datasets_acls()
print("sync_datasets_acls() and sync_root_acls() send the same:", SENT[-1] == SENT[-2])
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
