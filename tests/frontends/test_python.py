from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from dssdsl import frontends, settings
from dssdsl.errors import Cancelled, DssdslError, ProgramError
from dssdsl.lang.program import Target
from tests.support.corpus import PROGRAMS


@pytest.fixture
def write(tmp_path):
    def write(text: str, name: str = "project.py") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
        return path

    return write


def load(path: Path, **target):
    return frontends.load(path, Target(**target))


def faults(path: Path, **target) -> list[tuple[str, str | None, str | None]]:
    with pytest.raises(DssdslError) as caught:
        load(path, **target)
    return [(e.problem, e.at, e.fix) for e in caught.value.each()]


def test_a_program_is_read(write):
    path = write("""
        from dssdsl import Dataset, Project, config, export
        sales = Project("SALES")
        Dataset("ORDERS", connection=config("storage"))
        export("url", sales.url)
    """)

    program, graph = load(path, config={"storage": "pg"}, suffix="_DEV", host="http://dss")

    assert [r.key for r in program.resources] == ["SALES_DEV", "SALES_DEV/dataset/ORDERS"]
    assert graph.needs("SALES_DEV/dataset/ORDERS") == {"SALES_DEV"}
    assert program.exports == {"url": "http://dss/projects/SALES_DEV/"}
    assert program.resources[1].source == "project.py:4"


def test_a_folder_stands_for_its_program(write, tmp_path):
    write('from dssdsl import Project\nProject("SALES")\n')

    assert load(settings.default_program(tmp_path))[0].projects[0].key == "SALES"


@pytest.mark.parametrize(
    ("name", "problem", "fix"),
    [
        ("projekt.py", "there is no file", "project.py?"),
        ("project.txt", "is not a program", ".py, .yaml, .yml or .json"),
        ("nowhere/project.py", "there is no file", "there is no folder"),
    ],
)
def test_a_file_that_is_not_a_program_is_refused(write, tmp_path, name, problem, fix):
    write("")
    write("", "project.txt")

    [(said, _, hint)] = faults(tmp_path / name)

    assert problem in said
    assert fix in hint


def test_a_program_without_a_project_is_refused(write):
    assert faults(write("x = 1\n")) == [
        ("the program declares no project", "project.py", 'write Project("SALES") first')
    ]


def test_it_runs_as_a_script(write):
    path = write("""
        import sys
        from dataclasses import dataclass
        from dssdsl import Project, export
        @dataclass
        class Thing:
            name: "str"
        if __name__ == "__main__":
            Project(Thing("SALES").name)
        export("seen", [__file__, list(sys.argv), sys.path[0]])
    """)
    before = (list(sys.path), list(sys.argv), sys.modules["__main__"], Path.cwd())

    program, _ = load(path)

    assert program.exports["seen"] == [str(path), [str(path)], str(path.parent)]
    assert (list(sys.path), list(sys.argv), sys.modules["__main__"], Path.cwd()) == before


def test_its_output_goes_to_stderr(write, capsys):
    load(write('from dssdsl import Project\nprint("hello")\nProject("SALES")\n'))

    out, err = capsys.readouterr()
    assert (out, err) == ("", "hello\n")


def test_components_are_imported_again(write, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    path = write("from lib.parts import key\nfrom dssdsl import Project\nProject(key())\n")
    write('def key(): return "AA"\n', "lib/parts.py")
    first = load(path)[0].projects[0].key
    write('def key(): return "BB"\n', "lib/parts.py")  # as long, and within the same second

    second = load(path)[0].projects[0].key

    assert (first, second) == ("AA", "BB")
    assert "lib.parts" not in sys.modules
    assert not (path.parent / "lib" / "__pycache__").exists()


def test_two_programs_may_have_components_of_one_name(write):
    for folder in ("one", "two"):
        write(f'KEY = "{folder.upper()}"\n', f"{folder}/parts.py")
        write(
            "from dssdsl import Project\nimport parts\nProject(parts.KEY)\n", f"{folder}/project.py"
        )
    one, two = (write("", f"{folder}/x").with_name("project.py") for folder in ("one", "two"))

    assert load(one)[0].projects[0].key == "ONE"
    assert load(two)[0].projects[0].key == "TWO"


def test_a_module_of_the_same_name_elsewhere_is_put_back(write, monkeypatch, tmp_path):
    write("X = 1\n", "elsewhere/parts.py")
    monkeypatch.syspath_prepend(str(tmp_path / "elsewhere"))
    import parts

    write('KEY = "MINE"\n', "here/parts.py")
    path = write(
        "from dssdsl import Project\nfrom parts import KEY\nProject(KEY)\n", "here/project.py"
    )

    assert load(path)[0].projects[0].key == "MINE"
    assert sys.modules["parts"] is parts
    monkeypatch.delitem(sys.modules, "parts")


def test_files_are_relative_to_the_file_that_names_them(write):
    path = write("""
        from dssdsl import Dataset, Project
        from components.flow import make
        Project("SALES")
        make(Dataset("OUT", connection="c"))
    """)
    write(
        """
        from dssdsl import PythonRecipe, file
        def make(out):
            PythonRecipe("r", outputs=out, code=file("py/code.py"))
        """,
        "components/flow.py",
    )
    write("x = 1\n", "components/py/code.py")

    recipe = load(path)[0].resources[-1]

    assert recipe.code.text == "x = 1\n"
    assert recipe.source == "components/flow.py:4, called at project.py:5"


def test_an_exception_has_the_lines_that_led_to_it(write):
    path = write("""
        from dssdsl import Project
        from parts import half
        Project("SALES")
        half(0)
    """)
    write("def half(n):\n    return 1 / n\n", "parts.py")

    assert faults(path) == [
        ("ZeroDivisionError: division by zero", "parts.py:2, called at project.py:5", None)
    ]


def test_errors_and_an_exception_are_reported_together(write):
    found = faults(
        write("""
        from dssdsl import Dataset, Project
        Project("SALES")
        Dataset("ORDERS", conection="pg")
        1 / 0
        Dataset("NEVER", connection="pg")
    """)
    )

    assert [(problem, at) for problem, at, _ in found][:2] == [
        ('Dataset "ORDERS" has no field "conection"', "project.py:4"),
        ("ZeroDivisionError: division by zero", "project.py:5"),
    ]


def test_an_error_inside_a_library_has_the_programs_line(write):
    found = faults(
        write('import json\nfrom dssdsl import Project\nProject("SALES")\njson.loads("{")\n')
    )

    assert found[0][1] == "project.py:4"
    assert found[0][0].startswith("json.decoder.JSONDecodeError")


def test_an_internal_error_has_the_programs_line(write):
    [(problem, at, fix)] = faults(
        write("""
        from dssdsl import ManagedFolder, Project
        Project("SALES")
        folder = ManagedFolder("f")
        if folder.id:
            pass
    """)
    )

    assert "the id of managed folder f is not known" in problem
    assert at == "project.py:5"
    assert fix


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("sys.exit(3)", "the program exited with code 3"),
        ('sys.exit("no")', 'the program exited with "no"'),
    ],
)
def test_a_program_may_not_end_itself(write, line, problem):
    path = write(f'import sys\nfrom dssdsl import Project\nProject("SALES")\n{line}\n')

    assert faults(path)[0][:2] == (problem, "project.py:4")


@pytest.mark.parametrize("line", ["sys.exit()", "sys.exit(0)"])
def test_a_program_may_end_early(write, line):
    program, _ = load(
        write(f'import sys\nfrom dssdsl import Project\nProject("SALES")\n{line}\n1 / 0\n')
    )

    assert program.projects[0].key == "SALES"


def test_the_user_may_stop_it(write):
    with pytest.raises(Cancelled):
        load(write("raise KeyboardInterrupt\n"))


def test_a_syntax_error_has_its_line(write):
    [(problem, at, fix)] = faults(write("x = 1\ny = = 2\n"))

    assert (problem, at, fix) == ("SyntaxError: invalid syntax", "project.py:2", "look at: y = = 2")


def test_an_error_in_a_module_has_the_line_in_that_module(write):
    path = write("import parts\n")
    write("\n\ndef f(:\n", "parts.py")

    assert faults(path)[0][1] == "parts.py:3"


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("from dssdsl import SQLDatset\n", 'did you mean "SQLDataset"?'),
        ("from dssdsl import sqldataset\n", 'did you mean "SQLDataset"?'),
        ("import dssdsl\ndssdsl.Projet('X')\n", 'did you mean "Project"?'),
        ("from dssdsl import prepare\nprepare.Formulae\n", 'did you mean "Formula"?'),
        ("Project('SALES')\n", "from dssdsl import Project"),
        ("sales = 1\nsaels\n", 'did you mean "sales"?'),
        ("import partz\n", 'did you mean "parts", which is beside the program?'),
        (
            "import nosuchthing\n",
            "pip install nosuchthing, or add nosuchthing.py beside project.py",
        ),
        (
            "from dssdsl.recipes import X\n",
            "import everything from dssdsl itself: from dssdsl import …",
        ),
    ],
)
def test_a_wrong_name_gets_the_right_one(write, text, fix):
    write("", "parts.py")

    assert faults(write(text))[0][2] == fix


@pytest.mark.parametrize("name", ["2_s3_python", "3_ml", "4_stacks", "5_template", "6_adopt"])
def test_the_six_programs_are_read(name, tmp_path, monkeypatch):
    for secret in ("SLACK_WEBHOOK", "CHURN_SLACK_WEBHOOK", "TEAMS_WEBHOOK"):
        monkeypatch.setenv(secret, "https://hooks.example.com/x")
    monkeypatch.delenv("DSSDSL_STACK", raising=False)
    folder = tmp_path / name
    shutil.copytree(PROGRAMS / name, folder)
    (folder / ".git").mkdir()
    stack = "dev" if (folder / "dssdsl.toml").exists() else None

    program, graph = frontends.load(
        settings.default_program(folder), settings.target(settings.load(folder, stack))
    )

    assert len(program.resources) > 10
    assert set(graph.order()) == set(program.keys)


def test_the_first_program_is_read(tmp_path):
    folder = tmp_path / "1"
    shutil.copytree(PROGRAMS / "1_snowflake_elt", folder)
    # One connection for both: a SQL recipe cannot cross two.
    values = settings.load(folder, "dev", {"storage": "snowflake_dev"})

    assert len(frontends.load(folder / "project.py", settings.target(values))[0].resources) == 23


def test_the_mistakes_are_noticed():
    with pytest.raises(ProgramError) as caught:
        load(PROGRAMS / "mistakes.py")

    lines = {e.at for e in caught.value.each()}
    assert len(lines) > 35
    assert not any(os.sep + "dssdsl" + os.sep in str(at) for at in lines)
