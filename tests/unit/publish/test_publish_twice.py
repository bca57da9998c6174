"""Whatever AWS holds before: what a plan did needs no doing again, and nothing is lost or doubled.

On a pure model of AWS, through the code that publishes.
"""

import copy
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_aws import ModelAws, ModelRegion, Version, marked
from synthetic_layers import make_layer

from layerfactory.data.regions import regions
from layerfactory.errors import RegionNotEnabledError, RegionUnavailableError
from layerfactory.matrix.cell import Cell
from layerfactory.publish.apply import apply
from layerfactory.publish.identity import claimed_sha256
from layerfactory.publish.plan import Altered, NoRoom, NotEnabled, Skip, Terms, Unreachable
from layerfactory.publish.policy import Access
from layerfactory.publish.survey import survey

CELLS = Cell("3.12", "1.9.1"), Cell("3.13", "1.9.1")
WEST, EAST, CAPE = (regions()[name] for name in ("us-west-2", "us-east-1", "af-south-1"))
CONTENTS = (b"a", b"b", b"c")

accesses = st.sampled_from(
    [
        Access(),
        Access(public=True, ours=True),
        Access(public=True, others=("everybody",)),
        Access(public=True, ours=True, others=("everybody",)),
        Access(others=("somebody",)),
        Access(alteration="names 111111111111"),
    ]
)
ours = st.builds(marked, st.sampled_from(CONTENTS), accesses)
strangers = st.builds(
    Version,
    sha256=st.sampled_from(CONTENTS).map(lambda content: hashlib.sha256(content).hexdigest()),
    description=st.sampled_from(["by hand", "", marked(b"a").description]),
    access=accesses,
)
histories = st.lists(st.one_of(ours, ours, strangers), max_size=4)
terms = st.builds(
    Terms,
    public=st.booleans(),
    revoke=st.booleans(),
    supersede=st.booleans(),
    named=st.sampled_from([frozenset(), frozenset({"af-south-1"})]),
).filter(lambda terms: not (terms.public and terms.revoke))


@st.composite
def clouds(draw):
    """Three regions with any history of both layers; some do not answer, some are full."""
    clients = []
    for region in (WEST, EAST, CAPE):
        layers = {cell.layer_name: draw(histories) for cell in CELLS}
        error = draw(st.sampled_from([None] * 6 + [RegionUnavailableError("x")]))
        if region.opt_in:
            error = draw(st.sampled_from([None, RegionNotEnabledError("x")]))
        limit = draw(st.sampled_from([10**9] * 5 + [0, 1]))
        clients.append(ModelRegion(region, layers, error=error, limit=limit))
    return ModelAws(clients)


@pytest.fixture(scope="module")
def zips(tmp_path_factory):
    folders = {content: tmp_path_factory.mktemp("zips") for content in CONTENTS}
    return {
        (cell, content): make_layer(folder, cell, content)
        for content, folder in folders.items()
        for cell in CELLS
    }


def state_of(aws):
    return {client.region.name: copy.deepcopy(client.layers) for client in aws.clients.values()}


def answering(aws):
    return [client for client in aws.clients.values() if client.error is None]


@given(aws=clouds(), content=st.sampled_from(CONTENTS), terms=terms)
def test_after_a_plan_is_applied_there_is_nothing_left_to_do(zips, aws, content, terms):
    layers = [zips[cell, content] for cell in CELLS]
    before = state_of(aws)
    plan = survey(aws, layers, list(aws.clients), terms, jobs=1)
    results = apply(aws, plan, jobs=1)
    after = state_of(aws)
    again = survey(aws, layers, list(aws.clients), terms, jobs=1)

    left = (Skip, Altered, NoRoom, NotEnabled, Unreachable)
    assert all(isinstance(step.action, left) for step in again.steps)
    apply(aws, again, jobs=1)
    assert state_of(aws) == after
    assert len(results) == len(plan.steps) == 6
    told = {(result.cell, result.region) for result in results if result.error is not None}
    failing = (Altered, NoRoom, Unreachable)
    assert told == {
        (step.target.layer.cell.identifier, step.target.region.name)
        for step in plan.steps
        if isinstance(step.action, failing)
    }
    for client in answering(aws):
        for layer in layers:
            region, name = client.region.name, layer.cell.layer_name
            check_history(before[region][name], after[region][name], layer, terms)


def check_history(before, after, layer, terms):
    sha256 = layer.manifest.sha256
    assert [(v.sha256, v.description) for v in after[: len(before)]] == [
        (v.sha256, v.description) for v in before
    ], "a version is for ever"
    for old, new in zip(before, after, strict=False):
        assert new.access.others == old.access.others
        if old.access.alteration:
            assert new == old, "what was altered is a person's to mend"
        if old.sha256 != sha256:
            assert new == old, "only who may use our zip is ever changed"
    ours_before = [v for v in before if v == marked_as(v, sha256)]
    ours_after = [v for v in after if v == marked_as(v, sha256)]
    assert len(ours_after) <= max(1, len(ours_before)), "never a second version of equal content"
    if before and foreign(before[-1], sha256) and not terms.supersede:
        assert after == before, "what is not ours is left alone"


def marked_as(version, sha256):
    mark = f"scikit-learn sha256:{sha256}"
    told = version.description if version.description.endswith(f"sha256:{sha256}") else mark
    return Version(sha256, told, version.access)


def foreign(version, sha256):
    honest = version.description.endswith(f"sha256:{version.sha256}")
    return version.sha256 != sha256 and not honest


@given(aws=clouds(), content=st.sampled_from(CONTENTS))
def test_a_region_that_answers_has_our_zip_for_everybody_unless_a_person_must_look(
    zips, aws, content
):
    layers, terms = [zips[cell, content] for cell in CELLS], Terms(public=True)
    results = apply(aws, survey(aws, layers, list(aws.clients), terms, jobs=1), jobs=1)
    names = {layer.cell.identifier: layer for layer in layers}
    for result in results:
        held = aws.layers(regions()[result.region]).layers
        if result.version is not None:
            layer = names[result.cell]
            version = held[layer.cell.layer_name][result.version - 1]
            assert version.sha256 == layer.manifest.sha256
            assert version.access.public
        else:
            assert result.error is not None or str(result.state) == "not enabled"


@given(aws=clouds(), content=st.sampled_from(CONTENTS))
def test_private_takes_back_what_we_gave_and_nothing_else(zips, aws, content):
    layers = [zips[cell, content] for cell in CELLS]
    terms = Terms(public=False, revoke=True)
    before = state_of(aws)
    results = apply(aws, survey(aws, layers, list(aws.clients), terms, jobs=1), jobs=1)
    names = {layer.cell.identifier: layer for layer in layers}
    for result in results:
        if result.version is None:
            continue
        layer = names[result.cell]
        name, sha256 = layer.cell.layer_name, layer.manifest.sha256
        held = aws.layers(regions()[result.region]).layers[name]
        assert held[result.version - 1].sha256 == sha256
        for version in held:
            if version.sha256 == sha256 and not claims_another(version, held[-1]):
                assert not version.access.ours
                assert version.access.public == ("everybody" in version.access.others)
        for old, new in zip(before[result.region][name], held, strict=False):
            if old.sha256 != sha256:
                assert new == old


def claims_another(version, newest):
    """It lies; only the newest is read whatever it says."""
    return version is not newest and claimed_sha256(version.description) not in {
        "",
        version.sha256,
    }
