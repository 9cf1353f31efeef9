"""The contract is a test: it goes red where the emulator does not behave as DSS does."""

from __future__ import annotations

import pytest

from tests.resources.datasets import test_managed
from tests.resources.recipes import test_code
from tests.resources.scenarios import test_scenario
from tests.support.world import Declared, emulator


@pytest.mark.parametrize(
    "contract",
    [test_code.TestPythonRecipe, test_managed.TestDataset, test_scenario.TestScenario],
)
@pytest.mark.parametrize("normalise", [True, False])
def test_the_contract_needs_an_emulator_that_normalises(contract, normalise, tmp_path):
    """
    A DSS that stored documents as they are sent would let any provider pass; the contract does not.
    """
    one = contract()
    with emulator(normalise=normalise) as dss:

        def workspace(fields, **edit):
            return Declared(one.declare(fields, **edit), dss, tmp_path)

        if normalise:
            one.test_reads_back_what_dss_made_of_it(workspace)
        else:
            with pytest.raises(AssertionError):
                one.test_reads_back_what_dss_made_of_it(workspace)
