"""The steps of scenarios."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias

from pydantic import Field, InstanceOf, model_validator

from dssdsl.lang.constrained import Count
from dssdsl.lang.fields import checked_as, form, may_have_no_items, refers_to
from dssdsl.lang.model import OneOrMany, many, token
from dssdsl.lang.resource import Part, Resource, encode, text_of
from dssdsl.lang.values import Code, Document, Initial
from dssdsl.resources.environments import code_env

from .messages import MESSAGE, OneMessage
from .references import ITEMS, SCENARIO, AnyScenario, FlowItem, item, scenario_params

STEPS = (
    "build_flowitem", "check_dataset", "compute_metrics", "run_scenario", "custom_python", "set_project_vars", "define_vars",
    "send_report", "runnable", "exec_sql", "clear_items", "check_consistency", "set_global_vars", "kill_scenario",
    "schema_propagation", "reload_schema", "prepare_bundle", "prepare_lambda_package", "update_apideployer_deployment",
    "create_jupyter_export", "create_dashboard_export", "create_wiki_export", "refresh_chart_cache", "restart_webapp",
)  # fmt: skip
"""DSS's types of steps."""

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
    """Common to all steps."""

    wire: ClassVar[str] = ""

    name: str | None = None
    """Its name, which identifies it among steps of its type, and in conditions (``stepOutcome_NAME``)."""

    run_if: Annotated[
        RunIf | Sequence[Outcome] | None,
        form('outcomes so far, such as ["SUCCESS", "WARNING"], or "RUN_ALWAYS", or "DISABLED"'),
    ] = None
    """The outcomes of the scenario so far with which it runs. By default a new step runs with SUCCESS and WARNING."""

    run_when: str | None = None
    """A condition instead, as a DSS formula such as ``stepOutcome_checks == 'FAILED'``."""

    retries: Count | None = None
    """How many times to retry after a failure."""

    retry_delay: Count | None = None
    """Seconds between retries."""

    reset_status: bool | None = None
    """Whether to reset the scenario's outcome before the step."""

    proceed_on_failure: bool | None = None
    """Whether a failure counts as a warning, so that the next steps run."""

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        if self.run_if is not None and self.run_when is not None:
            raise ValueError("it has run_if and run_when; keep one of them")
        return self

    def params_for(self, owner: Resource) -> Document:
        """The step's ``params`` in DSS."""
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
        """Yield the names of the steps whose outcomes its condition uses."""
        yield from re.findall(r"\bstepOutcome_(\w+)", str(self.run_when or ""))


class Build(AnyStep):
    """
    Build datasets and folders, train models, evaluate models into evaluation stores.

    ``RECURSIVE_BUILD`` also builds what is out of date upstream, ``NON_RECURSIVE_FORCED_BUILD`` only the
    items, ``RECURSIVE_FORCED_BUILD`` everything upstream, ``RECURSIVE_MISSING_ONLY_BUILD`` what is missing
    upstream.
    """

    wire = "build_flowitem"
    hints: ClassVar[Mapping[str, str]] = {
        "mode": 'did you mean "job_type"?',
        "recursive": 'write job_type="RECURSIVE_BUILD", which is the default, or "NON_RECURSIVE_FORCED_BUILD"',
        "force": 'write job_type="RECURSIVE_FORCED_BUILD"',
    }

    items: Annotated[OneOrMany[FlowItem], ITEMS, may_have_no_items] = Field(kw_only=False)
    """The items to build."""

    job_type: JobType = "RECURSIVE_BUILD"
    """How much to build upstream of the items."""

    partitions: str = ""
    """
    The partitions: ids such as ``2026-01-31``, separated by commas; ``2026-01/2026-03`` is a range.

    ``CURRENT_`` and ``PREVIOUS_`` with ``HOUR``, ``DAY``, ``MONTH`` or ``YEAR`` stand for a time; ``|`` separates dimensions.
    """

    update_schemas: bool = False
    """Whether to update the output schema of each recipe before it runs."""

    def params_for(self, owner: Resource) -> Document:
        return {
            "builds": [item(i, owner, self.partitions) for i in many(self.items)],
            "jobType": self.job_type,
            "autoUpdateSchemaBeforeEachRecipeRun": self.update_schemas,
            "refreshHiveMetastore": Initial(True),
        }


class Check(AnyStep):
    """Run the checks (data quality rules) of datasets, folders, models or evaluation stores."""

    wire = "check_dataset"

    items: Annotated[OneOrMany[FlowItem], ITEMS, may_have_no_items] = Field(kw_only=False)
    """The items to check."""

    partitions: str = ""
    """
    The partitions: ids such as ``2026-01-31``, separated by commas; ``2026-01/2026-03`` is a range.

    ``CURRENT_`` and ``PREVIOUS_`` with ``HOUR``, ``DAY``, ``MONTH`` or ``YEAR`` stand for a time; ``|`` separates dimensions.
    """

    def params_for(self, owner: Resource) -> Document:
        return {
            "checks": [item(i, owner, self.partitions) for i in many(self.items)],
            "computeAutomaticRules": Initial(True),
        }


class ComputeMetrics(AnyStep):
    """Compute the metrics of datasets, folders, models or evaluation stores."""

    wire = "compute_metrics"

    items: Annotated[OneOrMany[FlowItem], ITEMS, may_have_no_items] = Field(kw_only=False)
    """The items to compute metrics of."""

    partitions: str = ""
    """
    The partitions: ids such as ``2026-01-31``, separated by commas; ``2026-01/2026-03`` is a range.

    ``CURRENT_`` and ``PREVIOUS_`` with ``HOUR``, ``DAY``, ``MONTH`` or ``YEAR`` stand for a time; ``|`` separates dimensions.
    """

    def params_for(self, owner: Resource) -> Document:
        return {"computes": [item(i, owner, self.partitions) for i in many(self.items)]}


class RunScenario(AnyStep):
    """Run another scenario and wait for its end."""

    wire = "run_scenario"

    scenario: Annotated[InstanceOf[AnyScenario] | str, SCENARIO, refers_to("scenario")] = Field(
        kw_only=False
    )
    """The scenario, or its id: ``"ID"`` or ``"OTHERPROJECT.ID"``."""

    def params_for(self, owner: Resource) -> Document:
        return scenario_params(self.scenario, owner)


class ExecutePython(AnyStep):
    """Run Python code."""

    wire = "custom_python"

    code: Code = Field(kw_only=False)
    """The code, or ``file("…")``."""

    code_env: Annotated[str | None, checked_as("code_env")] = None
    """The code env: a name, ``INHERIT`` or ``USE_BUILTIN_MODE``. By default a new step has the project's."""

    def params_for(self, owner: Resource) -> Document:
        env = Initial({"envMode": "INHERIT"}) if self.code_env is None else code_env(self.code_env)
        return {"script": text_of(self.code), "envSelection": env}


class SetProjectVariables(AnyStep):
    """Set variables of the project, permanently."""

    wire = "set_project_vars"

    variables: Mapping[str, Any] = Field(kw_only=False)
    """The values, by name."""

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
    """DSS formulas, by name; a text needs quotes: ``{"day": "'monday'"}``."""

    def params_for(self, owner: Resource) -> Document:
        return {
            "definitions": [{"key": k, "value": v} for k, v in dict(self.variables or {}).items()],
            "evaluateValues": True,
            "variables": Initial({}),
        }


class SendMessage(AnyStep):
    """Send a message."""

    wire = "send_report"

    message: Annotated[OneMessage, form(MESSAGE)] = Field(kw_only=False)
    """The message."""

    def params_for(self, owner: Resource) -> Document:
        return {"messaging": encode(self.message, owner), "failOnMessageNotSent": Initial(True)}


class Step(AnyStep):
    """A step of any type, by DSS's type and params."""

    type: Annotated[str, token(*STEPS, slip=0.85)] = Field(kw_only=False)
    """DSS's type, such as ``clear_items`` or ``exec_sql``."""

    params: Mapping[str, Any] = Field(default={}, kw_only=False)
    """DSS's params. Those that the program does not set stay as they are."""

    def params_for(self, owner: Resource) -> Document:
        found: Document = encode(dict(self.params or {}), owner)
        return found

    def document(self, owner: Resource) -> Document:
        return {**super().document(owner), "type": self.type}
