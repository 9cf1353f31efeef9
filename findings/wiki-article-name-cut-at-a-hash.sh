#!/usr/bin/env bash
# `wiki.get_article("C# notes")` gets the article "C" if there is one: the client does not send the rest of the name.
#
# Guess: an article found by name is the one of that name, or an error ("article_id_or_name").
# Seen: the name goes into the URL as it is. From "#" on it is a fragment, which HTTP does not send; from "?" on it is a
#     query. DSS is asked for "C", and the handle then reads, writes and deletes that article.
# Matters: names of articles are free text. A program that keeps a wiki in step with files overwrites the wrong article
#     and reports success. Find the id through `list_articles()`, or quote the name: `get_article(quote(name,
#     safe=""))`.
# Versions: dataiku-api-client 15.2.0, Python 3.11, 2026-11-29.
# Output:
#> get_article('C# notes') asks for /projects/SALES/wiki/C
#> and saves: C -> 'rewritten by mistake'
#> get_article('Ready for Q1?') asks for /projects/SALES/wiki/Ready%20for%20Q1
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
for address in ("/projects/SALES/wiki/C", "/projects/SALES/wiki/7"):
    ANSWERS["GET", address] = 200, {"article": {"id": "7", "name": "C", "projectKey": "SALES"}, "payload": "# C"}
ANSWERS["GET", "/projects/SALES/wiki/Ready%20for%20Q1"] = 200, {"article": {"id": "8", "name": "Ready for Q1"}}
wiki = project.get_wiki()
article = wiki.get_article("C# notes")
print("get_article('C# notes') asks for", SENT[-1][1])
data = article.get_data()
data.set_body("rewritten by mistake")
data.save()
print("and saves:", SENT[-1][2]["article"]["name"], "->", repr(SENT[-1][2]["payload"]))
wiki.get_article("Ready for Q1?")
print("get_article('Ready for Q1?') asks for", SENT[-1][1])
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
