from __future__ import annotations

from dssdsl.emulator import Emulator
from dssdsl.lang.provider import PROVIDERS
from dssdsl.lang.values import Secret
from dssdsl.resources.datasets.columns import TimeDimension
from dssdsl.resources.datasets.managed import Dataset
from dssdsl.resources.managed_folders import ManagedFolder
from dssdsl.resources.scenarios.messages import Mail, Message, Slack, Teams
from dssdsl.resources.scenarios.reporters import Reporter
from dssdsl.resources.scenarios.scenario import Scenario
from dssdsl.resources.scenarios.steps import (
    Build,
    Check,
    ComputeMetrics,
    DefineVariables,
    ExecutePython,
    RunScenario,
    SendMessage,
    SetProjectVariables,
    Step,
)
from dssdsl.resources.scenarios.triggers import (
    AfterScenario,
    Daily,
    Hourly,
    Minutely,
    Monthly,
    OnDatasetChange,
    PythonTrigger,
    SQLTrigger,
    Trigger,
    Weekly,
)
from tests.resources.deploying import Deployed, program

from .parts import CONNECTION


def test_each_change_is_one_request():
    with Emulator() as emulator, program() as made:
        scenario = Scenario("S", code="print(1)\n", tags=["a"])
        deployed = Deployed(made, emulator)
        deployed.up()
        base = "/projects/P/scenarios"
        assert deployed.writes()[1:] == [f"POST {base}", f"PUT {base}/S/payload"]
        provider, before = PROVIDERS["scenario"], deployed.read(scenario).document
        assert "rawParams" not in before

        for after in (
            {**before, "script": "print(2)\n"},
            {**before, "script": "print(2)\n", "active": False},
        ):
            provider.update(deployed.dss, "P", "S", before, after, scenario)
            before = deployed.read(scenario).document

        assert deployed.writes() == [f"PUT {base}/S/payload", f"PUT {base}/S"]
        assert (before["script"], before["active"]) == ("print(2)\n", False)
        provider.delete(deployed.dss, "P", "S", drop_data=False)
        assert provider.read(deployed.dss, "P", "S") is None


def test_a_second_deployment_of_all_parts_sends_nothing(monkeypatch):
    monkeypatch.setenv("WEBHOOK", "https://hooks.example.com/x")
    hook = Secret.env("WEBHOOK")
    with Emulator(connections={"pg": "PostgreSQL"}) as emulator, program() as made:
        data = Dataset("O", connection=CONNECTION, partitioning=TimeDimension("day", "DAY"))
        folder = ManagedFolder("f")
        Scenario(
            "S",
            steps=[
                Build(data, name="b", partitions="CURRENT_DAY"),
                Build([folder, "X.Y"], name="c"),
                Check(data),
                ComputeMetrics(data),
                ExecutePython("x = 1", code_env="py311"),
                SetProjectVariables({"a": 0}),
                DefineVariables({"x": "1"}),
                SendMessage(Mail("a@b.c"), run_if=["FAILED"]),
                RunScenario("X.Y"),
                RunScenario("T", run_when="stepOutcome_b == 'FAILED'"),
                Step("clear_items", {"clears": []}),
            ],
            triggers=[
                Daily("02:00"),
                Weekly(["Monday", "Friday"], "7:00"),
                Monthly("03:00", starting_from="2026-01-01"),
                Hourly(),
                Minutely(),
                OnDatasetChange([data, folder]),
                AfterScenario("T"),
                SQLTrigger("pg", "SELECT 1"),
                PythonTrigger("x = 1"),
                Trigger("other", {"a": 1}),
            ],
            reporters=[
                Reporter(Mail(["a@b.c", "c@d.e"], subject="s", body="b", html=True), when="x"),
                Reporter(Slack("x", webhook=hook)),
                Reporter(Teams("x", webhook=hook), phase="START", name="n"),
                Reporter(Message("webhook-scenario", {"a": 1})),
            ],
        )
        deployed = Deployed(made, emulator)
        deployed.up()
        deployed.writes()
        deployed.up()

        assert not deployed.writes()
