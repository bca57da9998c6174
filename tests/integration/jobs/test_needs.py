"""What regions lack, as moto tells it over HTTP."""

from dataclasses import replace

import pytest
from fault_proxy import FOREVER, Refusal
from synthetic_layers import make_layer, make_manifest

from layerfactory.catalog.collect import known_contents
from layerfactory.data.regions import regions
from layerfactory.errors import AwsError
from layerfactory.jobs.needs import Wanted, find_needs
from layerfactory.matrix.cell import Cell
from layerfactory.publish.identity import made_of
from layerfactory.publish.package import Package

HERE, THERE = regions()["us-east-1"], regions()["eu-west-1"]
OPT_IN = regions()["me-south-1"]
CELL, OTHER = Cell("3.12", "1.9.0"), Cell("3.12", "1.9.1")
READS = "lambda GET .*/versions/"


@pytest.fixture
def publish(aws, tmp_path):
    """Publishes a layer; the cells of this test are made of the same."""

    def publish(cell, region=HERE, *, public=True):
        client = aws.layers(region)
        version = client.publish(Package.of(make_layer(tmp_path, cell)))
        if public:
            client.grant(cell.layer_name, version)
        return client.read(cell.layer_name, version).arn

    return publish


@pytest.fixture
def wanted():
    """The facts of all that this test publishes are known, and nothing is listed."""
    made = made_of("0" * 64, "sourceless")
    known = known_contents([make_manifest(CELL), make_manifest(OTHER)], [])
    return Wanted({CELL: made, OTHER: made}, public=True, known=known)


def lacking(needs):
    return {each.region: each.cells for each in needs}


def unlisted(needs):
    return {each.region: each.unlisted for each in needs}


def test_an_empty_account_lacks_everything(aws, wanted):
    found = find_needs(aws, wanted, [HERE, THERE])
    assert lacking(found) == {HERE.name: (CELL, OTHER), THERE.name: (CELL, OTHER)}


def test_what_is_there_and_public_is_no_need(aws, publish, wanted):
    publish(CELL)
    publish(OTHER, THERE)
    found = find_needs(aws, wanted, [HERE, THERE])
    assert lacking(found) == {HERE.name: (OTHER,), THERE.name: (CELL,)}
    assert unlisted(found) == {HERE.name: (CELL,), THERE.name: (OTHER,)}


def test_what_the_index_lists_is_no_need(aws, publish, wanted):
    found = find_needs(aws, replace(wanted, listed=[publish(CELL)]), [HERE])
    assert (lacking(found), unlisted(found)) == ({HERE.name: (OTHER,)}, {HERE.name: ()})


def test_what_nobody_can_list_is_made_again(aws, publish, wanted):
    """A zip of whose facts nothing is left: they come of making it once more."""
    arn = publish(CELL)
    lost = replace(wanted, known=known_contents([make_manifest(CELL, b"other")], []))
    found = find_needs(aws, lost, [HERE])
    assert (lacking(found), unlisted(found)) == ({HERE.name: (CELL, OTHER)}, {HERE.name: ()})
    (found,) = find_needs(aws, replace(lost, listed=[arn]), [HERE])
    assert found.cells == (OTHER,)


def test_what_shall_be_private_is_listed_nowhere(aws, publish, wanted):
    publish(CELL)
    found = find_needs(aws, replace(wanted, public=False), [HERE])
    assert (lacking(found), unlisted(found)) == ({HERE.name: (OTHER,)}, {HERE.name: ()})


def test_what_is_made_of_another_lock_is_lacking(aws, publish, wanted):
    publish(CELL)
    other = replace(wanted, cells={CELL: made_of("1" * 64, "sourceless")})
    assert lacking(find_needs(aws, other, [HERE])) == {HERE.name: (CELL,)}


def test_what_is_private_still_is_lacking_unless_it_shall_be(aws, publish, wanted):
    publish(CELL, public=False)
    only = replace(wanted, cells={CELL: wanted.cells[CELL]})
    assert lacking(find_needs(aws, only, [HERE])) == {HERE.name: (CELL,)}
    assert lacking(find_needs(aws, replace(only, public=False), [HERE])) == {HERE.name: ()}


def test_what_the_index_lists_is_not_read_again(aws, proxy, publish, wanted):
    arns = [publish(CELL), publish(OTHER)]
    before = proxy.count(READS)
    found = find_needs(aws, replace(wanted, listed=arns), [HERE])
    assert lacking(found) == {HERE.name: ()}
    assert proxy.count(READS) == before


def test_everything_again(aws, publish, wanted):
    publish(CELL)
    found = find_needs(aws, replace(wanted, anew=True), [HERE])
    assert lacking(found) == {HERE.name: (CELL, OTHER)}


def test_a_region_that_refuses_stops_no_other(aws, proxy, wanted):
    proxy.inject(Refusal(403, "AccessDenied"), region=HERE.name, times=FOREVER)
    here, there = find_needs(aws, wanted, [HERE, THERE])
    assert isinstance(here.error, AwsError)
    assert (here.cells, there.cells) == ((), (CELL, OTHER))


def test_a_region_that_is_not_enabled_is_a_failure_where_it_is_named(aws, proxy, wanted):
    refused = Refusal(403, "UnrecognizedClientException")
    proxy.inject(refused, region=OPT_IN.name, times=FOREVER)
    (passed_over,) = find_needs(aws, wanted, [OPT_IN])
    (failed,) = find_needs(aws, replace(wanted, named=frozenset({OPT_IN.name})), [OPT_IN])
    assert (passed_over.enabled, passed_over.error) == (False, None)
    assert failed.error is not None
