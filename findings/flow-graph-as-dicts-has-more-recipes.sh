#!/usr/bin/env bash
# The same question to a flow graph has more answers as dicts (the default) than as objects.
#
# Guess: `as_type` changes the form of the items, not their number: `get_successor_recipes("orders")` and
#     `get_successor_recipes("orders", as_type="object")` name the same recipes.
# Seen: the dicts include the implicit recipes that DSS adds to the graph, the objects do not. They are no recipes of
#     the project. With objects, a model evaluation store in the graph, a type that the docstrings list, raises.
# Matters: a tool that walks the flow over dicts writes, counts or claims recipes that nobody can read, change or
#     delete; over objects it stops at the first evaluation store. Filter dicts by `type == "RUNNABLE_RECIPE"`.
# Versions: dataiku-api-client 15.2.0, Python 3.11, 2026-11-29.
# Output:
#> dicts: ['clean', 'implicit_1']
#> objects: ['clean']
#> whole flow as objects: Exception: unsupported node type: COMPUTABLE_MODEL_EVALUATION_STORE
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


def node(type, ref, predecessors, successors):
    return {"type": type, "ref": ref, "predecessors": predecessors, "successors": successors}


ANSWERS["GET", "/projects/SALES/flow/graph/"] = 200, {"nodes": {
    "orders": node("COMPUTABLE_DATASET", "orders", [], ["clean", "implicit_1"]),
    "clean": node("RUNNABLE_RECIPE", "clean", ["orders"], ["clean_orders"]),
    "implicit_1": node("RUNNABLE_IMPLICIT_RECIPE", "implicit_1", ["orders"], ["evaluations"]),
    "clean_orders": node("COMPUTABLE_DATASET", "clean_orders", ["clean"], []),
    "evaluations": node("COMPUTABLE_MODEL_EVALUATION_STORE", "evaluations", ["implicit_1"], []),
}}
graph = project.get_flow().get_graph()
print("dicts:", [recipe["ref"] for recipe in graph.get_successor_recipes("orders")])
print("objects:", [recipe.name for recipe in graph.get_successor_recipes("orders", as_type="object")])
try:
    graph.get_items_in_traversal_order(as_type="object")
except Exception as error:
    print(f"whole flow as objects: {type(error).__name__}: {error}")
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
