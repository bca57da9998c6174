"""What a survey asks, and how it reads the answers; on a pure model of AWS."""

from collections import Counter

import pytest
from model_aws import ModelAws, ModelRegion, marked
from synthetic_layers import make_layer

from layerfactory.data.regions import regions
from layerfactory.errors import (
    AccessDeniedError,
    RegionNotEnabledError,
    StorageFullError,
    ThrottledError,
)
from layerfactory.matrix.cell import Cell
from layerfactory.publish.apply import apply
from layerfactory.publish.plan import NoRoom, NotEnabled, Skip, Terms, Unreachable, Upload
from layerfactory.publish.policy import Access
from layerfactory.publish.result import State
from layerfactory.publish.survey import survey

CELLS = [Cell("3.12", "1.9.1"), Cell("3.13", "1.9.1"), Cell("3.14", "1.9.1")]
WEST, EAST, CAPE = (regions()[name] for name in ("us-west-2", "us-east-1", "af-south-1"))
PUBLIC = Terms(public=True)
GRANTED = Access(public=True, ours=True)


@pytest.fixture
def layers(tmp_path):
    return [make_layer(tmp_path, cell, cell.identifier.encode()) for cell in CELLS]


def ask(client, layers, terms=PUBLIC):
    return survey(ModelAws([client]), layers, [client.region], terms)


def published(layers, *older):
    """Each layer with versions before, and the newest ours and public."""
    return {
        layer.cell.layer_name: [
            *(marked(content, GRANTED) for content in older),
            marked(layer.cell.identifier.encode(), GRANTED),
        ]
        for layer in layers
    }


def test_a_run_with_nothing_to_do_reads_each_layer_once_however_many_versions_there_are(layers):
    client = ModelRegion(WEST, published(layers, *[b"%d" % n for n in range(40)]))
    plan = ask(client, layers)
    assert all(isinstance(step.action, Skip) for step in plan.steps)
    assert Counter(client.calls) == {"ListLayers": 1, "GetLayerVersion": 3}
    assert plan.storage == ()


def test_what_is_not_there_costs_nothing_but_the_list(layers):
    client = ModelRegion(WEST)
    plan = ask(client, layers)
    assert all(step.action == Upload() for step in plan.steps)
    assert client.calls == ["ListLayers", "GetAccountSettings"]


def test_without_layers_nobody_is_asked():
    client = ModelRegion(WEST)
    assert ask(client, []).steps == ()
    assert client.calls == []


def test_a_new_build_is_looked_for_in_the_lists_and_not_in_each_version(layers):
    client = ModelRegion(WEST, published(layers, b"1", b"2", b"3"))
    client.layers[CELLS[0].layer_name].append(marked(b"newer", GRANTED))
    plan = ask(client, layers)
    skip = plan.steps[0].action
    assert (skip.remote.version, plan.steps[0].remote.version) == (4, 5)
    assert Counter(client.calls) == {
        "ListLayers": 1,
        "GetLayerVersion": 4,
        "ListLayerVersions": 1,
    }


def test_a_claim_is_no_proof(layers):
    """The older version bears our mark and holds something else."""
    liar = marked(CELLS[0].identifier.encode(), GRANTED)
    liar = type(liar)("0" * 64, liar.description, GRANTED)
    client = ModelRegion(WEST, {CELLS[0].layer_name: [liar, marked(b"earlier", GRANTED)]})
    (step,) = ask(client, layers[:1]).steps
    assert step.action == Upload()


def test_a_region_that_is_not_enabled_fails_only_who_asked_for_it_by_name(layers):
    error = RegionNotEnabledError("not enabled")
    client = ModelRegion(CAPE, error=error)
    plan = ask(client, layers)
    assert [step.action for step in plan.steps] == [NotEnabled(error)] * 3
    assert client.calls == ["ListLayers"]
    (result, *_) = apply(ModelAws([client]), plan)
    assert (result.state, result.error) == (State.NOT_ENABLED, None)
    named = ask(client, layers, Terms(public=True, named=frozenset({"af-south-1"})))
    assert [step.action for step in named.steps] == [Unreachable(error)] * 3


class Refusing(ModelRegion):
    """Fails calls for one layer."""

    refusal = AccessDeniedError("denied")

    def read(self, layer_name, version):
        if layer_name == CELLS[0].layer_name:
            raise self.refusal
        return super().read(layer_name, version)

    def publish(self, package, *, after=0):
        if package.layer_name == CELLS[0].layer_name:
            self.calls.append("PublishLayerVersion")
            raise self.refusal
        return super().publish(package, after=after)


def test_a_layer_that_may_not_be_read_stops_no_other(layers):
    plan = ask(Refusing(WEST, published(layers)), layers)
    kinds = [type(step.action) for step in plan.steps]
    assert kinds == [Unreachable, Skip, Skip]


def test_a_layer_that_may_not_be_published_stops_no_other(layers):
    client = Refusing(WEST)
    results = apply(ModelAws([client]), ask(client, layers))
    states = [result.state for result in results]
    assert states == [State.FAILED, State.PUBLISHED, State.PUBLISHED]


@pytest.mark.parametrize("error", [ThrottledError("busy"), StorageFullError("full")])
def test_a_region_that_takes_nothing_more_is_not_tried_for_each_layer(layers, error):
    client = Refusing(WEST)
    client.refusal = error
    results = apply(ModelAws([client]), ask(client, layers))
    assert [result.error for result in results] == [error] * 3
    assert client.calls.count("PublishLayerVersion") == 1


def test_a_region_without_room_fails_before_anything_is_uploaded_there(layers):
    taking = sum(layer.manifest.zipped_bytes for layer in layers[1:])
    full = ModelRegion(WEST, published(layers[:1]), used=1000, limit=1000 + taking - 1)
    roomy = ModelRegion(EAST, published(layers[:1]), used=1000, limit=1000 + taking)
    aws = ModelAws([full, roomy])
    plan = survey(aws, layers, [WEST, EAST], PUBLIC)
    results = apply(aws, plan)
    by_region = {region: [r for r in results if r.region == region] for region in aws_names(aws)}
    states = {region: [str(r.state) for r in some] for region, some in by_region.items()}
    assert states == {
        "us-west-2": ["skipped", "failed", "failed"],
        "us-east-1": ["skipped", "published", "published"],
    }
    assert isinstance(by_region["us-west-2"][1].error, StorageFullError)
    assert "do not fit beside the 1,000 that are in use" in by_region["us-west-2"][1].error.message
    assert "PublishLayerVersion" not in full.calls
    assert [type(step.action) for step in plan.steps].count(NoRoom) == 2
    assert [demand.to_json() for demand in plan.storage] == [
        {
            "region": region,
            "taking_bytes": taking,
            "used_bytes": 1000,
            "limit_bytes": limit,
            "fits": fits,
            "unknown": "",
        }
        for region, limit, fits in (
            ("us-west-2", full.limit, False),
            ("us-east-1", roomy.limit, True),
        )
    ]


def aws_names(aws):
    return [region.name for region in aws.clients]


class Mute(ModelRegion):
    def storage(self):
        raise AccessDeniedError("may not ask")


def test_where_storage_may_not_be_asked_it_is_unknown_and_the_run_goes_on(layers):
    client = Mute(WEST)
    plan = ask(client, layers)
    assert plan.storage[0].to_json()["unknown"] == "may not ask"
    assert plan.storage[0].to_json()["fits"] is None
    assert {result.state for result in apply(ModelAws([client]), plan)} == {State.PUBLISHED}


class Quick(ModelRegion):
    """Somebody else publishes the same zip while we upload."""

    def publish(self, package, *, after=0):
        super().publish(package)
        return super().publish(package)


def test_of_two_published_at_once_the_earlier_counts_and_the_double_is_told(layers):
    client = Quick(WEST)
    (result,) = apply(ModelAws([client]), ask(client, layers[:1]))
    assert (result.state, result.version) == (State.DOUBLED, 1)
    assert "version 2 is a double of" in result.note
    accesses = [version.access.public for version in client.layers[CELLS[0].layer_name]]
    assert accesses == [True, False]
    (again,) = ask(client, layers[:1]).steps
    assert isinstance(again.action, Skip)
    assert again.action.remote.version == 1


def test_private_takes_back_what_the_older_of_two_doubles_was_given(layers):
    ours = CELLS[0].identifier.encode()
    held = [marked(b"earlier", GRANTED), marked(ours, GRANTED), marked(ours)]
    client = ModelRegion(WEST, {CELLS[0].layer_name: held})
    terms = Terms(public=False, revoke=True)
    (result,) = apply(ModelAws([client]), ask(client, layers[:1], terms))
    assert (result.state, result.version) == (State.REVOKED, 2)
    public = [version.access.public for version in client.layers[CELLS[0].layer_name]]
    assert public == [True, False, False], "another content is not touched"
    (again,) = ask(client, layers[:1], terms).steps
    assert isinstance(again.action, Skip)


def test_what_another_run_published_since_the_plan_is_adopted(layers):
    client = ModelRegion(WEST)
    plan = ask(client, layers[:1])
    client.layers[CELLS[0].layer_name] = [marked(CELLS[0].identifier.encode())]
    (result,) = apply(ModelAws([client]), plan)
    assert (result.state, result.version) == (State.GRANTED, 1)
    assert len(client.layers[CELLS[0].layer_name]) == 1


def test_what_a_stranger_published_since_the_plan_is_left_alone(layers):
    client = ModelRegion(WEST)
    plan = ask(client, layers[:1])
    client.layers[CELLS[0].layer_name] = [type(marked(b""))("0" * 64, "by hand")]
    (result,) = apply(ModelAws([client]), plan)
    assert result.state is State.ALTERED
    assert "--supersede" in result.error.remedy
    assert len(client.layers[CELLS[0].layer_name]) == 1
