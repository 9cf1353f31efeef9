"""Saved models and evaluation stores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from dssdsl.dss.documents import DocumentProvider
from dssdsl.dss.session import Session
from dssdsl.lang.fields import at, create_only, form, write_only
from dssdsl.lang.model import token
from dssdsl.lang.provider import provides
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document, Output

from .flow import AnyFlowItem

TYPE = form(
    '"MLFLOW_PYFUNC", "PROXY_MODEL" or "LLM_GENERIC"; '
    'for a model from the Lab write SavedModel.existing("its name")'
)


OF_THE_LAB = (
    "PREDICTION", "CLUSTERING", "TIMESERIES_FORECAST", "CAUSAL_PREDICTION", "DSS_MANAGED", "DEEP_HUB",
)  # fmt: skip
OF_AGENTS = ("PYTHON_AGENT", "PLUGIN_AGENT", "TOOLS_USING_AGENT", "RETRIEVAL_AUGMENTED_LLM")


def _no_model_of_dss(value: str) -> str:
    where = "in the Lab" if value.upper() in OF_THE_LAB else "on its page of agents"
    if value.upper() in (*OF_THE_LAB, *OF_AGENTS):
        raise ValueError(
            f'cannot be "{value}": DSS creates such models {where} only | '
            'create it there, and refer to it with SavedModel.existing("its name")'
        )
    return value


class SavedModel(AnyFlowItem):
    """
    A saved model whose versions code or another system adds.

    A program cannot create a model of the Lab; it refers to one with ``SavedModel.existing("name")``.
    """

    kind = "saved_model"
    section = "models"
    order = 6
    family = "The Flow"
    id_is_made_up = True
    object_type = "SAVED_MODEL"
    hints: ClassVar[Mapping[str, str]] = {
        "algorithm": 'models are designed in the Lab; refer to one with SavedModel.existing("its name")',
        "target": 'models are designed in the Lab; refer to one with SavedModel.existing("its name")',
    }

    name: Annotated[str, at("name")] = Field(kw_only=False)
    """Its name, which programs and the project's code refer to it by."""

    type: Annotated[
        Literal["MLFLOW_PYFUNC", "PROXY_MODEL", "LLM_GENERIC"] | str,
        AfterValidator(_no_model_of_dss),
        token("MLFLOW_PYFUNC", "PROXY_MODEL", "LLM_GENERIC"),
        at("savedModelType"),
        create_only,
        TYPE,
    ]
    """``MLFLOW_PYFUNC`` for MLflow models, ``PROXY_MODEL`` for a model that another system serves, ``LLM_GENERIC`` for a fine-tuned LLM."""

    prediction_type: Annotated[
        Literal["BINARY_CLASSIFICATION", "MULTICLASS", "REGRESSION"] | str | None,
        token("BINARY_CLASSIFICATION", "MULTICLASS", "REGRESSION"),
        at("predictionType"),
        create_only,
        write_only,
    ] = None
    """The kind of prediction. Fixed at creation; DSS never returns it."""

    @property
    def id(self) -> Output:
        """The id, which DSS generates."""
        return Output(self, "id")


class EvaluationStore(AnyFlowItem):
    """A store of evaluations of models."""

    kind = "evaluation_store"
    section = "models"
    order = 7
    family = "The Flow"
    id_is_made_up = True
    object_type = "MODEL_EVALUATION_STORE"

    name: Annotated[str, at("name")] = Field(kw_only=False)
    """Its name, which programs and the project's code refer to it by."""

    @property
    def id(self) -> Output:
        """The id, which DSS generates."""
        return Output(self, "id")


@provides("saved_model")
class SavedModelProvider(DocumentProvider):
    """Saved models. Runs add their versions, which dssdsl leaves alone."""

    path = "savedmodels"
    id_field = "id"
    listed_whole = False

    def create(self, dss: Session, project: str, want: Document, resource: Resource) -> str:
        """Create the model, without any version."""
        keys = ("savedModelType", "predictionType", "proxyModelConfiguration")
        body = {"name": resource.identity, **{key: want[key] for key in keys if key in want}}
        made: str = dss.json("POST", self.url(project), body)["id"]
        return made


@provides("evaluation_store")
class EvaluationStoreProvider(DocumentProvider):
    """Evaluation stores. Runs add evaluations, which dssdsl leaves alone."""

    path = "evaluationstores"
    id_field = "id"
    listed_whole = False

    def create(self, dss: Session, project: str, want: Document, resource: Resource) -> str:
        """Create a store for models on tabular data."""
        body = {"projectKey": project, "name": resource.identity}
        made: str = dss.json("POST", self.url(project), body, flavor="TABULAR")["id"]
        return made
