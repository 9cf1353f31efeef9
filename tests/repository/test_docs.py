"""The docs say what the code does, and what they show works."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest

import dssdsl
from dssdsl.lang.resource import Part, Resource
from dssdsl.resources.recipes import prepare
from tests.support import world

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["generate"] = module
    spec.loader.exec_module(module)
    return module


generate = _load()
EXAMPLES: Any = sys.modules["examples"]
catalogue: Any = sys.modules["generator.catalogue"]
command_line: Any = sys.modules["generator.command_line"]
coverage: Any = sys.modules["generator.coverage"]
programs_of: Any = sys.modules["generator.programs"]


def test_docs_are_not_stale():
    """
    ``make docs`` would change nothing: no page, and no name of the package.
    """
    made = generate.files()

    pages = {p.relative_to(ROOT).as_posix() for p in DOCS.glob("resources/*.md")}
    assert {path for path in made if path.startswith("docs/resources/")} == pages
    stale = [
        path for path, text in made.items() if (ROOT / path).read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run `make docs`"


def test_every_call_is_compared_with_the_emulator():
    """
    Each call stands once in the list, and the page tells of those that are served.
    """
    known = [call for each in coverage.calls().values() for call in each]

    assert len(known) == len(set(known)) == 891
    assert all(method in {"GET", "POST", "PUT", "DELETE"} for method, _ in known)
    page = (DOCS / "emulator.md").read_text(encoding="utf-8")
    assert f"Of {len(known)} calls, " in page
    assert "| `/projects/{}/datasets/{}` | DELETE GET PUT |  |  |  |" in page
    assert "| `/projects/{}/jobs/{}/` |  | GET |  | the emulator computes nothing |" in page
    assert "| `/projects/{}/flow/tools/` |  |  | POST |  |" in page
    assert "workspace" in page.partition("Not served: ")[2]


def test_every_class_has_its_place_and_an_example():
    shown = {c.__name__ for _, classes in catalogue.parts().values() for c in classes} | set(
        catalogue.resources()
    )
    known = {
        n for n in dssdsl.HOME if isinstance(getattr(dssdsl, n), type) and not n.startswith("Any")
    }
    wanted = {n for n in known if issubclass(getattr(dssdsl, n), (Part, Resource))}

    assert wanted <= shown
    assert shown | {"options"} == {name.removeprefix("prepare.") for name in EXAMPLES.EXAMPLES}
    others = {
        *("Cancelled", "Denied", "DssError", "DssdslError", "Locked", "ProgramError", "Refused"),
        "StepsFailed",
        "AnyDataset",
        "Code",
        "Columns",
        "File",
        "FlowRef",
        "Output",
        "prepare",
        "refuse",
        "warn",
    }
    assert set(dssdsl.HOME) - shown == {*catalogue.FUNCTIONS, *others}
    assert {n for n in prepare.__all__ if n != "PrepareRecipe"} == {
        n.removeprefix("prepare.") for n in EXAMPLES.EXAMPLES if n.startswith("prepare.")
    }


def programs() -> dict[str, str]:
    """Every example as a whole program; the many steps and triggers in one of each."""
    out = {name: programs_of.python(name) for name in (*catalogue.resources(), "options")}
    functions = EXAMPLES.FUNCTIONS.items()
    out |= {name: each.python for name, each in functions if "Workspace(" not in each.python}
    for page, (_, classes) in catalogue.parts().items():
        names = [("prepare." if page == "prepare" else "") + c.__name__ for c in classes]
        if page == "prepare":
            out[page] = programs_of.python(each_step_alone(names))
        elif page in ("steps", "triggers"):
            out[page] = programs_of.python(", ".join(EXAMPLES.EXAMPLES[n] for n in names), page)
        else:
            out |= {name: programs_of.python(name, page) for name in names}
    return out


def each_step_alone(names: list[str]) -> str:
    """A prepare recipe for each step: every example reads the columns of the source."""
    recipes = [
        f'PrepareRecipe("clean_{at}", inputs=orders, steps={EXAMPLES.EXAMPLES[name]},\n'
        f'    outputs=Dataset("CLEAN_{at}", connection="warehouse"))'
        for at, name in enumerate(names)
    ]
    return "\n".join([EXAMPLES.ORDERS, *recipes])


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with the files that the examples name, and a DSS with their connections."""
    monkeypatch.setenv("SLACK_WEBHOOK", "https://hooks.example.com/x")
    for path, text in EXAMPLES.FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    config = ", ".join(f"{k} = {json.dumps(v)}" for k, v in EXAMPLES.CONFIG.items())
    (tmp_path / "dssdsl.toml").write_text(
        f"[stacks.local]\nemulator = true\nconfig = {{ {config} }}\n"
    )
    dss = world.emulator(connections=EXAMPLES.CONNECTIONS, code_envs=EXAMPLES.CODE_ENVS)
    return world.World(tmp_path, dss)


@pytest.mark.parametrize("name", programs())
def test_an_example_deploys_once_and_means_the_same_in_yaml(name, place):
    """
    After `up` of the Python program neither that nor its YAML would change anything.
    """
    text = programs()[name]
    place.write(text)
    function = EXAMPLES.FUNCTIONS.get(name)
    yaml = function.yaml if function else programs_of.yaml(text)

    assert place.up().result is not None

    assert list(place.preview().steps) == []
    if yaml:
        place.write(yaml, "project.yaml")
        assert list(place.preview("project.yaml").steps) == []


def test_the_example_of_a_workspace_runs(place, monkeypatch, capsys):
    monkeypatch.chdir(place.folder)
    place.write(EXAMPLES.FUNCTIONS["export"].python)

    exec(compile(EXAMPLES.FUNCTIONS["Workspace"].python, "example", "exec"), {})

    assert capsys.readouterr().out.splitlines()[:-1] == [
        "2 to create · 0 unchanged",
        "create project SALES new",
        "create managed folder reports new",
    ]


@pytest.mark.parametrize(
    "page",
    sorted(
        p.relative_to(ROOT).as_posix()
        for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("templates/**/*.md")]
    ),
)
def test_links_lead_somewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)

    for target in re.findall(r"\]\(([^)]+)\)", prose):
        path, _, anchor = target.partition("#")
        if path.startswith("http"):
            continue
        found = (ROOT / page).parent / path if path else ROOT / page
        assert found.exists(), f"{page} links to {target}"
        if anchor:
            titles = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {
                re.sub(r"[^\w -]", "", t).lower().replace(" ", "-") for t in titles
            }, target


def test_the_page_of_the_command_line_is_up_to_date():
    """
    Every ``dssdsl …`` line in the docs names commands and options that exist.
    """
    commands = dict(command_line.commands())
    for page in [ROOT / "README.md", *DOCS.glob("*.md")]:
        blocks = re.findall(r"```\w*\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        for line in re.findall(r"^(?:\$ )?(dssdsl [^#|\n]*)", "\n".join(blocks), re.MULTILINE):
            _check(line.split(), commands, page.name)


def _check(words: list[str], commands: dict[str, click.Command], page: str) -> None:
    aliases = {"plan": "preview", "apply": "up"}
    name, *rest = words
    while rest and f"{name} {aliases.get(rest[0], rest[0])}" in commands:
        name = f"{name} {aliases.get(rest[0], rest[0])}"
        rest = rest[1:]
    command = commands[name]
    assert name != "dssdsl" or not rest or rest[0].startswith(("-", "[")), (
        f"{page}: no command {' '.join(words)}"
    )
    options = {"--help", "-h", *(o for p in command.params for o in p.opts)}
    for word in rest:
        if word.startswith("-"):
            assert word.partition("=")[0] in options, f"{page}: {' '.join(words)}"


@pytest.mark.parametrize("page", sorted(p.name for p in DOCS.glob("resources/*.md")))
def test_every_class_that_a_field_mentions_links_to_its_page(page):
    rows = (DOCS / "resources" / page).read_text(encoding="utf-8").splitlines()
    said = [row.split("|")[2] for row in rows if re.match(r"\| `\w+=?` \|", row)]
    said += [row.partition("**:")[2] for row in rows if row.startswith("- **")]

    assert [text for text in said if catalogue.linked(text, page) != text] == []
