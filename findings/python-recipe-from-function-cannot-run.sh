#!/usr/bin/env bash
# The recipe code that `PythonRecipeCreator.with_function_name()` writes cannot run: it uses a module that it does not
# import.
#
# Guess: the code made for "a functional recipe calling a function" runs in DSS once the function is in the project
#     library.
# Seen: the template calls `logging.info(...)` and imports only dataiku, dataiku.recipe and json, so each run ends in a
#     NameError before the function is called. Arguments are pasted as JSON between single quotes: one with an
#     apostrophe makes the code a SyntaxError, one with a line break makes its JSON unreadable.
# Matters: creation succeeds, DSS stores the recipe; the failure comes with the first build. Nothing in the client's
#     signatures hints that such a recipe needs a `custom_template`.
# Versions: dataiku-api-client 15.2.0, Python 3.11, 2026-11-29.
# Output:
#> no arguments: NameError: name 'logging' is not defined
#> an argument "it's": SyntaxError
#> an argument with a line break: JSONDecodeError
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
python3 -m venv "$temp/venv"
"$temp/venv/bin/pip" install -q --disable-pip-version-check dataiku-api-client==15.2.0 six==1.17.0
"$temp/venv/bin/python" - <<'PYTHON' | tee "$temp/output"
import sys
import types

from dataikuapi.dss.recipe import PythonRecipeCreator

# what the generated code imports inside DSS
for name in ("dataiku", "dataiku.recipe", "etl"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["dataiku"].recipe = sys.modules["dataiku.recipe"]
sys.modules["dataiku.recipe"].get_inputs_as_datasets = list
sys.modules["dataiku.recipe"].get_outputs_as_datasets = list
sys.modules["etl"].clean = lambda frames, **params: []


def run(title, **arguments):
    creator = PythonRecipeCreator("clean", project=None)
    creator.with_function_name("etl", "clean", **arguments)
    try:
        exec(compile(creator.script, "recipe", "exec"), {})
    except SyntaxError:
        print(f"{title}: SyntaxError")
    except NameError as error:
        print(f"{title}: NameError: {error}")
    except ValueError as error:
        print(f"{title}: {type(error).__name__}")


run("no arguments")
run('an argument "it\'s"', greeting="it's")
run("an argument with a line break", separator="\n")
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
