#!/usr/bin/env bash
# The client's own flow-to-code generator changes the code and the settings of the recipes.
#
# Guess: running the function that `FlowCodeGenerator.generate_code_for_recipe()` returns makes a recipe with the same
#     payload.
# Seen: the payload is pasted between triple quotes without escapes, and Python reads it back with its escapes resolved.
#     A `\n` inside a string of the recipe's code becomes a real line break, so the new recipe no longer compiles. The
#     settings of a visual recipe (other than join, grouping and prepare; here a window) arrive as broken JSON if a text
#     in them has quotes. Payloads without a line end get one. Code with a docstring makes the generated program a
#     SyntaxError, the only case that anybody notices before the recipes run.
# Matters: this is the path from an existing flow to a project as code that the client ships (dss/tools/codegen.py).
#     Write payloads with `repr()` when you generate code, and compare what you get back.
# Versions: dataiku-api-client 15.2.0, Python 3.11, 2026-11-29.
# Output:
#> python: 'print("done\\n")\n' -> 'print("done\n")\n'
#> the new code compiles: False
#> window: '{"postFilter": {"enabled": true, "expression": "state == \\"new\\""}}' -> '{"postFilter": {"enabled": true, "expression": "state == "new""}}\n'
#> the new settings are JSON: False
#> a recipe with a docstring: SyntaxError in the generated program
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
from dataikuapi.dss.tools.codegen import FlowCodeGenerator

ANSWERS["GET", "/projects/SALES/recipes/templates"] = 200, {"payloadsByType": {}, "paramsByType": {}}
ANSWERS["POST", "/projects/SALES/recipes/"] = 200, {"name": "clean"}


def recipe(type, payload):
    roles = {"inputs": {"main": {"items": [{"ref": "orders", "deps": []}]}},
             "outputs": {"main": {"items": [{"ref": "clean_orders", "appendMode": False}]}}}
    return {"recipe": {"name": "clean", "projectKey": "SALES", "type": type, "params": {}, "tags": [], **roles},
            "payload": payload}


def again(type, payload):
    ANSWERS["GET", "/projects/SALES/recipes/clean"] = 200, recipe(type, payload)
    program = FlowCodeGenerator().generate_code_for_recipe(project.get_recipe("clean"))
    made = {}
    exec(compile(program, "generated", "exec"), made)
    ANSWERS["GET", "/projects/SALES/recipes/clean"] = 200, recipe(type, "")
    made["create_recipe_clean"](project)
    return SENT[-1][2]["payload"]


def works(check, text):
    try:
        check(text)
    except (SyntaxError, ValueError):
        return False
    return True


code = 'print("done\\n")\n'
new = again("python", code)
print(f"python: {code!r} -> {new!r}")
print("the new code compiles:", works(lambda text: compile(text, "recipe", "exec"), new))

window = json.dumps({"postFilter": {"enabled": True, "expression": 'state == "new"'}})
new = again("window", window)
print(f"window: {window!r} -> {new!r}")
print("the new settings are JSON:", works(json.loads, new))

try:
    again("python", 'def clean(orders):\n    """Drop what was cancelled."""\n')
except SyntaxError:
    print("a recipe with a docstring: SyntaxError in the generated program")
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
