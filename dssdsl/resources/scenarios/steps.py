"""The steps of scenarios."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias

from pydantic import Field, InstanceOf, model_validator

from dssdsl.lang.fields import checked_as, form
from dssdsl.lang.model import OneOrMany, many, token
from dssdsl.lang.resource import Part, Resource, encode, text_of
from dssdsl.lang.values import Code, Document, Initial
from dssdsl.resources.environments import code_env

from .messages import MESSAGE, OneMessage
from .references import ITEMS, SCENARIO, AnyScenario, FlowItem, item, scenario_params

JobType: TypeAlias = Annotated[
    Literal[
        "RECURSIVE_BUILD",
        "NON_RECURSIVE_FORCED_BUILD",
        "RECURSIVE_FORCED_BUILD",
        "RECURSIVE_MISSING_ONLY_BUILD",
        "FIND_OUTPUTS_RECURSIVE_BUILD",
        "REVERSE_FORCED_BUILD",
    ]
    | str,
    token(
        "RECURSIVE_BUILD",
        "NON_RECURSIVE_FORCED_BUILD",
        "RECURSIVE_FORCED_BUILD",
        "RECURSIVE_MISSING_ONLY_BUILD",
        "FIND_OUTPUTS_RECURSIVE_BUILD",
        "REVERSE_FORCED_BUILD",
    ),
]

RunIf: TypeAlias = Annotated[
    Literal["RUN_ALWAYS", "DISABLED", "SUCCESS", "WARNING", "FAILED", "ABORTED"] | str,
    token("RUN_ALWAYS", "DISABLED", "SUCCESS", "WARNING", "FAILED", "ABORTED"),
]

Outcome: TypeAlias = Annotated[
    Literal["SUCCESS", "WARNING", "FAILED", "ABORTED"] | str,
    token("SUCCESS", "WARNING", "FAILED", "ABORTED"),
]


class AnyStep(Part):
    """What all steps have."""

    wire: ClassVar[str] = ""

    name: str | None = None
    """Names the step in conditions (``stepOutcome_NAME``) and tells it from others of its type."""

    run_if: Annotated[
        RunIf | Sequence[Outcome] | None,
        form('outcomes so far, such as ["SUCCESS", "WARNING"], or "RUN_ALWAYS", or "DISABLED"'),
    ] = None
    """Outcomes of the scenario so far after which it runs; a new step: SUCCESS or WARNING."""

    run_when: str | None = None
    """A DSS formula that decides instead, such as ``stepOutcome_checks == 'FAILED'``."""

    retries: int | None = None
    """How often to try again when it fails."""

    retry_delay: int | None = None
    """Seconds between two tries."""

    reset_status: bool | None = None
    """Whether the scenario's outcome so far is forgotten before it."""

    proceed_on_failure: bool | None = None
    """Whether the scenario goes on when it fails."""

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        if self.run_if is not None and self.run_when is not None:
            raise ValueError("it has run_if and run_when; write one of them")
        return self

    def params_for(self, owner: Resource) -> Document:
        """What DSS has under the step's ``params``."""
        raise NotImplementedError

    def document(self, owner: Resource) -> Document:
        params = self.params_for(owner)
        if self.proceed_on_failure is not None:
            params["proceedOnFailure"] = self.proceed_on_failure
        out: Document = {"type": self.wire, **self._condition(), "params": params}
        for key, value in (
            ("name", self.name),
            ("maxRetriesOnFail", self.retries),
            ("delayBetweenRetries", self.retry_delay),
            ("resetScenarioStatus", self.reset_status),
        ):
            if value is not None:
                out[key] = value
        return out

    def _condition(self) -> Document:
        if self.run_when is not None:
            return {
                "runConditionType": "RUN_CONDITIONALLY",
                "runConditionExpression": self.run_when,
            }
        if self.run_if in ("RUN_ALWAYS", "DISABLED"):
            return {"runConditionType": self.run_if}
        if self.run_if is not None:
            return {
                "runConditionType": "RUN_IF_STATUS_MATCH",
                "runConditionStatuses": many(self.run_if),
            }
        return {
            "runConditionType": Initial("RUN_IF_STATUS_MATCH"),
            "runConditionStatuses": Initial(["SUCCESS", "WARNING"]),
        }

    def outcomes(self) -> Iterator[str]:
        """Yield the names of the steps whose outcome its condition asks for."""
        yield from re.findall(r"\bstepOutcome_(\w+)", str(self.run_when or ""))


class Build(AnyStep):
    """
    Build datasets and folders, train models, evaluate into stores.

    ``RECURSIVE_BUILD`` what is out of date, ``NON_RECURSIVE_FORCED_BUILD`` only these,
    ``RECURSIVE_FORCED_BUILD`` all upstream, ``RECURSIVE_MISSING_ONLY_BUILD`` what is missing.
    """

    wire = "build_flowitem"
    hints: ClassVar[Mapping[str, str]] = {
        "mode": 'did you mean "job_type"?',
        "recursive": 'write job_type="RECURSIVE_BUILD", which is the default, or "NON_RECURSIVE_FORCED_BUILD"',
        "force": 'write job_type="RECURSIVE_FORCED_BUILD"',
    }

    items: Annotated[OneOrMany[FlowItem], ITEMS] = Field(kw_only=False)
    """What to build."""

    job_type: JobType = "RECURSIVE_BUILD"
    """How much of what is upstream is built along."""

    partitions: str = ""
    """DSS's partition specification, such as ``CURRENT_DAY``."""

    update_schemas: bool = False
    """Whether each recipe's output schema is updated before it runs."""

    def params_for(self, owner: Resource) -> Document:
        return {
            "builds": [item(i, owner, self.partitions) for i in many(self.items)],
            "jobType": self.job_type,
            "autoUpdateSchemaBeforeEachRecipeRun": self.update_schemas,
            "refreshHiveMetastore": Initial(True),
        }


class Check(AnyStep):
    """Compute the data quality rules (checks) of datasets, folders, models or stores."""

    wire = "check_dataset"

    items: Annotated[OneOrMany[FlowItem], ITEMS] = Field(kw_only=False)
    """What to check."""

    partitions: str = ""
    """DSS's partition specification, such as ``CURRENT_DAY``."""

    def params_for(self, owner: Resource) -> Document:
        return {
            "checks": [item(i, owner, self.partitions) for i in many(self.items)],
            "computeAutomaticRules": Initial(True),
        }


class ComputeMetrics(AnyStep):
    """Compute the metrics of datasets, folders, models or stores."""

    wire = "compute_metrics"

    items: Annotated[OneOrMany[FlowItem], ITEMS] = Field(kw_only=False)
    """What to compute them of."""

    partitions: str = ""
    """DSS's partition specification, such as ``CURRENT_DAY``."""

    def params_for(self, owner: Resource) -> Document:
        return {"computes": [item(i, owner, self.partitions) for i in many(self.items)]}


class RunScenario(AnyStep):
    """Run another scenario, and wait for it."""

    wire = "run_scenario"

    scenario: Annotated[InstanceOf[AnyScenario] | str, SCENARIO] = Field(kw_only=False)
    """The scenario, or its id: ``"ID"`` or ``"OTHERPROJECT.ID"``."""

    def params_for(self, owner: Resource) -> Document:
        return scenario_params(self.scenario, owner)


class ExecutePython(AnyStep):
    """Run Python code."""

    wire = "custom_python"

    code: Code = Field(kw_only=False)
    """The code, or ``file("…")``."""

    code_env: Annotated[str | None, checked_as("code_env")] = None
    """Its code env, or DSS's ``INHERIT``, ``USE_BUILTIN_MODE``; a new step: the project's."""

    def params_for(self, owner: Resource) -> Document:
        env = Initial({"envMode": "INHERIT"}) if self.code_env is None else code_env(self.code_env)
        return {"script": text_of(self.code), "envSelection": env}


class SetProjectVariables(AnyStep):
    """Set variables of the project, for good."""

    wire = "set_project_vars"

    variables: Mapping[str, Any] = Field(kw_only=False)
    """Values by name."""

    def params_for(self, owner: Resource) -> Document:
        return {
            "variables": encode(dict(self.variables or {}), owner),
            "evaluateValues": False,
            "definitions": Initial([]),
        }


class DefineVariables(AnyStep):
    """Define variables for this run only."""

    wire = "define_vars"

    variables: Mapping[str, str] = Field(kw_only=False)
    """DSS formulas by name; a text stands in quotes: ``{"day": "'monday'"}``."""

    def params_for(self, owner: Resource) -> Document:
        return {
            "definitions": [{"key": k, "value": v} for k, v in dict(self.variables or {}).items()],
            "evaluateValues": True,
            "variables": Initial({}),
        }


class SendMessage(AnyStep):
    """Send a message now."""

    wire = "send_report"

    message: Annotated[OneMessage, form(MESSAGE)] = Field(kw_only=False)
    """What is sent."""

    def params_for(self, owner: Resource) -> Document:
        return {"messaging": encode(self.message, owner), "failOnMessageNotSent": Initial(True)}


class Step(AnyStep):
    """Any step, by DSS's own type and params."""

    type: str = Field(kw_only=False)
    """Such as ``clear_items`` or ``exec_sql``."""

    params: Mapping[str, Any] = Field(default={}, kw_only=False)
    """As DSS has them; what is not among them is left alone."""

    def params_for(self, owner: Resource) -> Document:
        found: Document = encode(dict(self.params or {}), owner)
        return found

    def document(self, owner: Resource) -> Document:
        return {**super().document(owner), "type": self.type}
