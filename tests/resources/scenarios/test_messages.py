from __future__ import annotations

import pytest

from dssdsl.lang.values import Secret
from dssdsl.resources.scenarios.messages import Mail, Slack, Teams
from dssdsl.resources.scenarios.steps import (
    SendMessage,
)
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
