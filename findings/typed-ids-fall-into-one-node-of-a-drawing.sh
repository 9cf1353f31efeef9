#!/usr/bin/env bash
# A flow whose nodes are called `dataset:orders` and `recipe:clean` becomes a drawing of two nodes in the DOT exporters.
#
# Guess: the exporters quote a name that DOT reads in a special way; four objects are four nodes.
# Seen: networkx through pydot keeps the part before the colon: every dataset is the node `dataset`, every recipe
#     `recipe`. graphviz quotes the name in `node()` and not in `edge()`, and DOT reads the unquoted form as the port
#     `orders` of a node `dataset`. Neither raises.
# Matters: typed references of that form (`dataset:orders`) tell the kinds of a DSS flow apart in one graph. Use another
#     separator, or number the nodes and put the reference into the label.
# Versions: networkx 3.6.1, pydot 4.0.1, graphviz 0.21 (Python), Python 3.11, 2026-11-29.
# Output:
#> pydot, nodes of 4 objects: ['dataset', 'recipe']
#> graphviz, node(): "dataset:orders"
#> graphviz, edge(): dataset:orders -> recipe:clean
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
python3 -m venv "$temp/venv"
"$temp/venv/bin/pip" install -q --disable-pip-version-check networkx==3.6.1 pydot==4.0.1 graphviz==0.21
"$temp/venv/bin/python" - <<'PYTHON' | tee "$temp/output"
import graphviz
import networkx

flow = networkx.DiGraph([
    ("dataset:orders", "recipe:clean"), ("recipe:clean", "dataset:clean_orders"),
    ("dataset:customers", "recipe:clean"),
])
dot = networkx.nx_pydot.to_pydot(flow)
declared = (line.strip(" ;") for line in dot.to_string().splitlines() if line.endswith(";") and "->" not in line)
print(f"pydot, nodes of {len(flow)} objects:", sorted(set(declared)))

drawing = graphviz.Digraph()
drawing.node("dataset:orders")
drawing.node("recipe:clean")
drawing.edge("dataset:orders", "recipe:clean")
lines = [line.strip() for line in drawing.source.splitlines()]
print("graphviz, node():", lines[1])
print("graphviz, edge():", lines[3])
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
