"""Messages of scenarios: mail, Slack, Teams, and any other by DSS's type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self, TypeAlias

from pydantic import Field, InstanceOf, model_validator

from dssdsl.lang.constrained import ADDRESSES
from dssdsl.lang.fields import checked_as, form, may_be_empty, may_have_no_items
from dssdsl.lang.model import OneOrMany, many, token
from dssdsl.lang.resource import Part, Resource, encode
from dssdsl.lang.values import Document, Initial, Secret


class AnyMessage(Part):
    """Common to all messages: DSS's type, and a configuration."""

    wire: ClassVar[str] = ""

    def configuration_for(self, owner: Resource) -> Document:
        """The message's ``configuration`` in DSS."""
        raise NotImplementedError

    def document(self, owner: Resource) -> Document:
        return {"type": self.wire, "configuration": self.configuration_for(owner)}


class Mail(AnyMessage):
    """A mail. Its texts can contain variables of DSS, such as ``${outcome}``."""

    wire = "mail-scenario"

    to: Annotated[
        OneOrMany[str], ADDRESSES, may_have_no_items, form("a mail address, or a list of them")
    ] = Field(kw_only=False)
    """The addresses."""

    subject: Annotated[str | None, may_be_empty] = None
    """The subject. By default a new mail has the scenario's name and outcome."""

    body: Annotated[str | None, may_be_empty] = None
    """The text. By default a new mail has DSS's report of the run."""

    channel: Annotated[str | None, checked_as("channel")] = None
    """Id of a messaging channel of the instance. By default the instance's default channel."""

    html: bool = False
    """Whether the text is HTML."""

    def configuration_for(self, owner: Resource) -> Document:
        out: Document = {
            "recipient": ",".join(str(address) for address in many(self.to)),
            "subject": self.subject,
            "sendAsHTML": self.html,
        }
        if self.subject is None:
            out["subject"] = Initial("DSS scenario ${scenarioName}: ${outcome}")
        if self.channel is not None:
            out["channelId"] = self.channel
        if self.body is not None:
            return {**out, "messageSource": "INLINE", "message": self.body}
        return {
            **out,
            "messageSource": Initial("TEMPLATE_FILE"),
            "templateFormat": Initial("FREEMARKER"),
            "templateName": Initial("default.ftl"),
        }


class _Chat(AnyMessage):
    text: str = Field(kw_only=False)
    """The text, which can contain variables of DSS, such as ``${outcome}``."""

    webhook: InstanceOf[Secret] | None = None
    """The webhook, as ``Secret.env("SLACK_WEBHOOK")``: everyone who knows its address can post."""

    channel: Annotated[str | None, checked_as("channel")] = None
    """Id of a messaging channel of the instance, instead of a webhook."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.webhook is not None and self.channel is not None:
            raise ValueError("it has a webhook and a channel; keep one of them")
        return self

    def configuration_for(self, owner: Resource) -> Document:
        out: Document = {"message": self.text, "useProxy": Initial(True)}
        if self.webhook is not None:
            out |= {"webhookUrl": self.webhook, "useGlobalChannel": False}
        if self.channel is not None:
            out |= {"channelId": self.channel, "useGlobalChannel": True}
        return out


class Slack(_Chat):
    """A message to a Slack channel."""

    wire = "slack-scenario"

    def configuration_for(self, owner: Resource) -> Document:
        out = {**super().configuration_for(owner), "messageMode": "TEXT_MESSAGE"}
        return {**out, "mode": "WEBHOOK"} if self.webhook is not None else out


class Teams(_Chat):
    """A message to a Microsoft Teams channel."""

    wire = "msft-teams-scenario"


class Message(AnyMessage):
    """A message of any type, by DSS's type and configuration."""

    type: Annotated[
        str,
        token(
            "mail-scenario",
            "slack-scenario",
            "msft-teams-scenario",
            "webhook-scenario",
            "twilio-scenario",
            "shell-scenario",
            "dataset-scenario",
            slip=0.85,
        ),
    ] = Field(kw_only=False)
    """DSS's type, such as ``webhook-scenario``."""

    configuration: Annotated[Mapping[str, Any], may_be_empty] = Field(kw_only=False)
    """DSS's configuration."""

    def configuration_for(self, owner: Resource) -> Document:
        found: Document = encode(dict(self.configuration or {}), owner)
        return found

    def document(self, owner: Resource) -> Document:
        return {**super().document(owner), "type": self.type}


MESSAGE = 'a message: Mail("you@example.com"), Slack("text", webhook=Secret.env("VAR")), Teams(…) or Message(…)'
OneMessage: TypeAlias = (
    InstanceOf[Mail] | InstanceOf[Slack] | InstanceOf[Teams] | InstanceOf[Message]
)
