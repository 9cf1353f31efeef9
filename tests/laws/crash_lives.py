"""The lives of programs that are cut off: what was before, what is cut off, what comes after."""

from __future__ import annotations

from dssdsl import (
    Build,
    Dataset,
    FilesystemDataset,
    FlowZone,
    GroupingRecipe,
    ManagedFolder,
    OnDatasetChange,
    Project,
    PythonRecipe,
    Scenario,
    SyncRecipe,
)
from dssdsl.dss.session import Session
from dssdsl.emulator import Emulator, InProcess
from dssdsl.plan.options import Options
from tests.laws.crashes import BACK, GONE, Life
from tests.support.everything import everything

CONSENT = Options(moves=("*",), replaces=("*",))


def client(dss: Emulator) -> object:
    """The genuine client, as others have it."""
    return Session("http://emulator", "emulator", adapter=InProcess(dss)).client


def elsewhere(dss: Emulator) -> None:
    """Another project, which nobody here may touch."""
    fill(client(dss).create_project("OTHER", "Other", "admin"))


def in_it(dss: Emulator) -> None:
    """The program's project, in which others work, and another one."""
    elsewhere(dss)
    fill(client(dss).create_project("ALL", "Theirs", "admin"))


def fill(project) -> None:
    """Make one of each kind of object."""
    for name in ("theirs", "theirs_too"):
        project.create_dataset(name, "Filesystem", {"connection": "filesystem_managed", "path": name})  # fmt: skip
    recipe = project.new_recipe("python", "theirs")
    recipe.with_input("theirs").with_output("theirs_too").with_script("x = 1\n").create()
    project.create_scenario("THEIRS", "step_based")
    project.create_managed_folder("theirs")
    zone = project.get_flow().create_zone("Theirs")
    project.get_dataset("theirs").move_to_zone(zone)
    project.get_library().add_file("theirs.txt").write("theirs")
    project.get_wiki().create_article("Theirs", content="Ours alone")
    project.set_variables({"standard": {"theirs": 1}, "local": {"theirs": 2}})
    project.set_tags({"tags": {"theirs": {"color": "#ff0000"}}})
    permissions = project.get_permissions()
    permissions["permissions"].append({"group": "administrators", "admin": True})
    project.set_permissions(permissions)


def adopting(state: str) -> None:
    """The program, for a project that is there already."""
    everything(state, adopt=True)


def explicit(state: str) -> None:
    """The program, in a project in which DSS commits nothing by itself."""
    everything(state, git_commit_mode="EXPLICIT")


def shifting(state: str) -> None:
    """A program in which later things have other names, lie elsewhere, or must be made anew."""
    edited, later = state != "first", state == "later"
    Project("ALL", naming="any")

    def name(text: str) -> dict:
        return {"name": f"new_{text}", "renamed_from": text} if edited else {"name": text}

    raw = FilesystemDataset("raw", connection="filesystem_managed", path="/to" if edited else "/from", columns={"id": "bigint"})  # fmt: skip
    clean = Dataset(
        **name("clean"), connection="filesystem_managed", short_desc="x" if later else None
    )
    out = Dataset("out", connection="filesystem_managed", format="CSV_EXCEL_GZIP" if edited else "CSV_UNIX_GZIP")  # fmt: skip
    folder = ManagedFolder(**name("folder"), path="/else" if later else "/here")
    with FlowZone(**name("zone"), color="#C82423" if later else "#2ab1ac"):
        last = Dataset("last", connection="filesystem_managed")
        PythonRecipe("code", inputs=[out, folder], outputs=last, code="x = 1\n")
    SyncRecipe(**name("sync"), inputs=raw, outputs=clean)
    GroupingRecipe("group", inputs=clean, outputs=out, keys="id")
    Scenario("NIGHTLY", steps=[Build([clean, out, folder])], triggers=OnDatasetChange(clean))


LIVES = {
    life.name: life
    for life in (
        Life("new", everything, (), "first", ("first", "later"), elsewhere, every=36),
        Life("adopted", adopting, (), "first", ("first", "later"), in_it, every=36),
        Life("update", adopting, ("first",), "edited", ("edited", "later"), in_it, every=36),
        Life("drop", everything, ("first",), "later", ("later", "edited"), elsewhere, every=36),
        Life("explicit", explicit, (), "first", ("first", "later"), elsewhere, every=36),
        Life(
            "shift",
            shifting,
            ("first",),
            "edited",
            ("edited", "later"),
            elsewhere,
            CONSENT,
            every=16,
        ),
        Life("destroy", adopting, ("first",), GONE, (GONE, "first"), in_it, every=24),
        Life("back", adopting, ("first", "edited"), BACK, (BACK, "edited"), in_it, every=24),
        Life(
            "back_explicit",
            explicit,
            ("first", "edited"),
            BACK,
            (BACK, "edited"),
            elsewhere,
            every=24,
        ),
        Life(
            "back_shift",
            shifting,
            ("first", "edited"),
            BACK,
            (BACK,),
            elsewhere,
            CONSENT,
            every=16,
        ),
        Life("destroy_own", everything, ("first",), GONE, (GONE, "first"), elsewhere, every=16),
    )
}
