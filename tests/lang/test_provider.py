"""What the engine may ask of providers, and which of them can do it."""

from __future__ import annotations

import pytest

from dssdsl.lang import kinds
from dssdsl.lang.provider import (
    PROVIDERS,
    Creates,
    Detects,
    HasContents,
    Propagates,
    Provider,
    Renames,
    able,
    provides,
)
from dssdsl.resources import load_all

load_all()
OURS = [
    kind for kind in kinds.known() if type(PROVIDERS.get(kind)).__module__.startswith("dssdsl.")
]


@pytest.mark.parametrize("kind", OURS)
def test_a_provider_can_do_what_the_facts_of_its_kind_promise(kind):
    """
    The plan asks for what the facts allow; a provider that lacked it would fail in the middle of a deployment.
    """
    facts, provider = kinds.facts(kind), PROVIDERS[kind]

    assert Provider in type(provider).__mro__
    assert provider.kind == kind
    assert isinstance(provider, Creates) is not facts.always_there
    assert isinstance(provider, Renames) is facts.renamable
    assert isinstance(provider, Detects) is facts.has_columns
    assert isinstance(provider, Propagates) is facts.goes_with_inputs
    assert isinstance(provider, HasContents) is not facts.contained


def test_an_ability_that_is_lacking_is_named():
    with pytest.raises(TypeError, match="VariablesProvider lacks the ability Renames"):
        able(PROVIDERS["variables"], Renames)


def test_a_provider_with_half_an_ability_is_not_registered():
    class Half(Provider, Creates):
        def list(self, dss, project):
            return ()

        def read(self, dss, project, id):
            return None

        def update(self, dss, project, id, before, after, resource):
            pass

        def create(self, dss, project, want, resource):
            return ""

    with pytest.raises(TypeError, match="delete"):
        provides("hologram")(Half)
    assert "hologram" not in PROVIDERS
