"""Saved models, and the stores of their evaluations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from dssdsl.dss.documents import DocumentProvider
from dssdsl.dss.session import Session
from dssdsl.lang.fields import at, create_only, form, write_only
from dssdsl.lang.model import token
from dssdsl.lang.provider import provides
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document, Output

from .flow import Referable

TYPE = form(
    '"MLFLOW_PYFUNC", "PROXY_MODEL" or "LLM_GENERIC"; '
    'a model that was made in the Lab is SavedModel.existing("its name")'
)


class SavedModel(Referable):
    """
    A saved model that code or another system fills.

    One that was made in the Lab cannot be made by a program: ``SavedModel.existing("name")``.
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
    """Its name; the program and the project's code know it by that."""

    type: Annotated[
        Literal["MLFLOW_PYFUNC", "PROXY_MODEL", "LLM_GENERIC"] | str,
        token("MLFLOW_PYFUNC", "PROXY_MODEL", "LLM_GENERIC"),
        at("savedModelType"),
        create_only,
        TYPE,
    ]
    """What it holds: an MLflow model, a model that is served elsewhere, or a fine-tuned LLM."""

    prediction_type: Annotated[
        Literal["BINARY_CLASSIFICATION", "MULTICLASS", "REGRESSION"] | str | None,
        token("BINARY_CLASSIFICATION", "MULTICLASS", "REGRESSION"),
        at("predictionType"),
        create_only,
        write_only,
    ] = None
    """What it predicts."""

    @property
    def id(self) -> Output:
        """The id that DSS makes up."""
        return Output(self, "id")


class EvaluationStore(Referable):
    """A store of the evaluations of models."""

    kind = "evaluation_store"
    section = "models"
    order = 7
    family = "The Flow"
    id_is_made_up = True
    object_type = "MODEL_EVALUATION_STORE"

    name: Annotated[str, at("name")] = Field(kw_only=False)
    """Its name; the program and the project's code know it by that."""

    @property
    def id(self) -> Output:
        """The id that DSS makes up."""
        return Output(self, "id")


@provides("saved_model")
class SavedModelProvider(DocumentProvider):
    """Reads and writes saved models; what they hold is left to runs."""

    path = "savedmodels"
    id_field = "id"
    listed_whole = False

    def create(self, dss: Session, project: str, want: Document, resource: Resource) -> str:
        """Make the model, without any version."""
        keys = ("savedModelType", "predictionType", "proxyModelConfiguration")
        body = {"name": resource.identity, **{key: want[key] for key in keys if key in want}}
        made: str = dss.json("POST", self.url(project), body)["id"]
        return made


@provides("evaluation_store")
class EvaluationStoreProvider(DocumentProvider):
    """Reads and writes evaluation stores; evaluations are left to runs."""

    path = "evaluationstores"
    id_field = "id"
    listed_whole = False

    def create(self, dss: Session, project: str, want: Document, resource: Resource) -> str:
        """Make the store, for models of tables."""
        body = {"projectKey": project, "name": resource.identity}
        made: str = dss.json("POST", self.url(project), body, flavor="TABULAR")["id"]
        return made
