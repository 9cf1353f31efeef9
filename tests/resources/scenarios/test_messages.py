from __future__ import annotations

import pytest

from dssdsl.lang.values import Secret
from dssdsl.resources.scenarios.messages import Attachment, Mail, Slack, Teams
from dssdsl.resources.scenarios.reporters import Reporter
from dssdsl.resources.scenarios.scenario import Scenario
from dssdsl.resources.scenarios.steps import Build, Check, ComputeMetrics, SendMessage
from tests.resources.deploying import program

from .parts import mistake, step


def test_a_webhook_stays_a_secret():
    with program():
        secret = Secret.env("WEBHOOK")
        slack = step(SendMessage(Slack("done", webhook=secret)))["params"]["messaging"]
        teams = step(SendMessage(Teams("done", channel="c1")))["params"]["messaging"]

    assert slack["type"] == "slack-scenario"
    assert slack["configuration"]["webhookUrl"] is secret
    assert teams["type"] == "msft-teams-scenario"
    assert teams["configuration"]["channelId"] == "c1"
    assert teams["configuration"]["useGlobalChannel"] is True


def test_a_mail_with_a_body_is_written_inline():
    with program():
        mail = Mail("a@b.c", subject="s", body="<b>x</b>", html=True)
        found = step(SendMessage(mail))["params"]["messaging"]["configuration"]

    assert found == {
        "recipient": "a@b.c",
        "subject": "s",
        "sendAsHTML": True,
        "messageSource": "INLINE",
        "message": "<b>x</b>",
    }


@pytest.mark.parametrize(
    ("declare", "says"),
    [
        (lambda o: Slack("x", webhook="https://hooks"), "webhook"),
        (lambda o: Slack("x", webhook=Secret.env("A"), channel="b"), "a webhook and a channel"),
    ],
)
def test_the_error_of_a_mistake_shows_what_to_write(declare, says):
    assert says in mistake(declare)


def test_a_mail_has_attachments():
    """
    Each has DSS's type and params; a mail that says nothing of them leaves those of DSS alone.
    """
    dashboard = Attachment("DASHBOARD_EXPORT", {"dashboardId": "D1wS8j5"})
    with program():
        mail = Mail("a@b.c", sender="dss@b.c", attachments=[dashboard, Attachment("SCENARIO_LOG")])
        found = step(SendMessage(mail))["params"]["messaging"]["configuration"]
        plain = step(SendMessage(Mail("a@b.c")))["params"]["messaging"]["configuration"]

    assert found["sender"] == "dss@b.c"
    assert found["attachments"] == [
        {"type": "DASHBOARD_EXPORT", "params": {"dashboardId": "D1wS8j5"}},
        {"type": "SCENARIO_LOG", "params": {}},
    ]
    assert "attachments" not in plain


def test_slack_sends_text_or_blocks():
    """
    Blocks are sent instead of the text, which DSS keeps.
    """
    with program():
        blocks = step(SendMessage(Slack(blocks="[]", channel="c")))["params"]["messaging"]
        text = step(SendMessage(Slack("done", channel="c")))["params"]["messaging"]

    assert ("BLOCK_KIT_API", "[]") == (
        blocks["configuration"]["messageMode"],
        blocks["configuration"]["blocks"],
    )
    assert "TEXT_MESSAGE" == text["configuration"]["messageMode"]
    assert "text is empty" in mistake(lambda o: Slack(channel="c"))


def test_a_condition_can_be_switched_off():
    """
    DSS keeps the condition of a reporter that is switched off.
    """
    with program() as made:
        reporter = Reporter(Mail("a@b.c"), when="outcome != 'SUCCESS'", when_enabled=False)
        found = Scenario("S", code="print(1)", reporters=reporter).wanted()["reporters"][0]

    assert not made.errors
    assert (False, "outcome != 'SUCCESS'") == (found["runConditionEnabled"], found["runCondition"])


@pytest.mark.parametrize("make", [Build, Check, ComputeMetrics])
@pytest.mark.parametrize("adopt", [None, True])
def test_a_step_without_items_can_only_be_adopted(make, adopt):
    with program() as made:
        scenario = Scenario("S", steps=make([]), adopt=adopt)
        errors = [str(each) for each in scenario.check(made)]

    told = errors if adopt is None else [str(each) for each in made.warnings]
    assert any(f"{make.__name__} has no items" in each for each in told)
    assert adopt is None or not errors
