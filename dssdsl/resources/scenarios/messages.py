"""Messages of scenarios: mail, Slack, Teams, and any other by DSS's type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self, TypeAlias

from pydantic import Field, InstanceOf, model_validator

from dssdsl.lang.constrained import ADDRESSES
from dssdsl.lang.fields import checked_as, form, may_be_empty, may_have_no_items
from dssdsl.lang.model import OneOrMany, many, token
from dssdsl.lang.program import current
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


class Attachment(Part):
    """Something that DSS attaches to a mail, by DSS's type and params."""

    type: str = Field(kw_only=False)
    """DSS's type, such as ``DASHBOARD_EXPORT``, ``DATASET``, ``FILE`` or ``SCENARIO_LOG``."""

    params: Mapping[str, Any] = Field(default={}, kw_only=False)
    """DSS's params. Those that the program does not set stay as they are."""


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

    sender: str | None = None
    """The sender's address. By default the channel's."""

    attachments: Annotated[
        OneOrMany[InstanceOf[Attachment]] | None,
        form('Attachment("DASHBOARD_EXPORT", {…}), or a list of them'),
    ] = None
    """What to attach. By default a new mail has nothing, and that of an existing one stays as it is."""

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
        if self.sender is not None:
            out["sender"] = self.sender
        if self.attachments is not None:
            out["attachments"] = [
                {"type": each.type, "params": encode(dict(each.params or {}), owner)}
                for each in many(self.attachments)
            ]
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
    """A message to a Slack channel: text, or blocks."""

    wire = "slack-scenario"

    text: Annotated[str, may_be_empty] = Field(default="", kw_only=False)
    """The text, which can contain variables of DSS, such as ``${outcome}``; or set ``blocks``."""

    blocks: str | None = None
    """Blocks of Slack's Block Kit instead of text, as JSON text, which can contain variables of DSS."""

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        if not self._spoilt and not self.text.strip() and self.blocks is None:
            current().error("Slack: text is empty", fix="give text a value")
            object.__setattr__(self, "_spoilt", True)

    def configuration_for(self, owner: Resource) -> Document:
        out = {**super().configuration_for(owner), "messageMode": "TEXT_MESSAGE"}
        if self.blocks is not None:
            # DSS keeps the text beside the blocks, and does not send it.
            unused = Initial("") if not self.text else self.text
            out |= {"messageMode": "BLOCK_KIT_API", "blocks": self.blocks, "message": unused}
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
