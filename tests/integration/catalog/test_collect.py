from dataclasses import replace
from datetime import UTC

import pytest
from fault_proxy import FOREVER, Body, Cut
from synthetic_layers import make_layer

from layerfactory.catalog.collect import collect
from layerfactory.catalog.read import read_rows
from layerfactory.catalog.write import write_rows
from layerfactory.data.regions import regions
from layerfactory.data.runtimes import Architecture
from layerfactory.errors import RegionUnavailableError
from layerfactory.matrix.cell import Cell
from layerfactory.publish.apply import apply
from layerfactory.publish.package import Package
from layerfactory.publish.plan import Terms
from layerfactory.publish.survey import survey

WEST, EAST = regions()["us-west-2"], regions()["us-east-1"]
CELLS = Cell("3.12", "1.9.1"), Cell("3.13", "1.9.1", Architecture.ARM64)


@pytest.fixture
def layers(tmp_path):
    return [make_layer(tmp_path, cell, cell.identifier.encode()) for cell in CELLS]


@pytest.fixture
def published(aws, layers):
    apply(aws, survey(aws, layers, [WEST, EAST], Terms(public=True)))
    return layers


def gather(aws, layers=(), rows=(), cells=CELLS, asked=(WEST, EAST)):
    manifests = [layer.manifest for layer in layers]
    return collect(aws, cells, asked, manifests=manifests, rows=rows)


def places(collected):
    return [(row.cell.identifier, row.region, row.version) for row in collected.rows]


def test_a_row_for_each_layer_and_region_as_aws_has_it(aws, published):
    collected = gather(aws, published)
    assert places(collected) == [
        ("py3.12-sklearn1.9.1-x86_64", "us-east-1", 1),
        ("py3.12-sklearn1.9.1-x86_64", "us-west-2", 1),
        ("py3.13-sklearn1.9.1-arm64", "us-east-1", 1),
        ("py3.13-sklearn1.9.1-arm64", "us-west-2", 1),
    ]
    row = collected.rows[3]
    remote = aws.layers(WEST).read(CELLS[1].layer_name, 1)
    assert row.arn == remote.arn
    assert row.published == remote.created.astimezone(UTC).date()
    assert row.content.sha256 == published[1].manifest.sha256
    assert (row.content.numpy, row.content.threadpoolctl) == ("2.5.0", "3.6.0")
    assert collected.notes == collected.unanswered == ()


def test_the_file_is_the_same_when_nothing_has_changed(aws, published, tmp_path):
    path = tmp_path / "layers.csv"
    write_rows(path, gather(aws, published).rows)
    before = path.read_bytes()
    write_rows(path, gather(aws, rows=read_rows(path)).rows)
    assert path.read_bytes() == before


def test_what_was_never_published_is_not_listed(aws, layers):
    assert gather(aws, layers).rows == ()


def test_a_private_version_is_not_listed_and_the_public_one_before_it_is(aws, published, tmp_path):
    rebuilt = make_layer(tmp_path, CELLS[0], b"another build")
    aws.layers(WEST).publish(Package.of(rebuilt))
    collected = gather(aws, [*published, rebuilt], cells=CELLS[:1], asked=[WEST])
    assert places(collected) == [(CELLS[0].identifier, "us-west-2", 1)]
    (note,) = collected.notes
    assert note.endswith(":2 is not listed: it is private")


def test_content_that_nobody_knows_is_not_listed(aws, published, tmp_path):
    tampered = make_layer(tmp_path, CELLS[0], b"tampered")
    client = aws.layers(WEST)
    client.publish(Package.of(tampered))
    client.grant(CELLS[0].layer_name, 2)
    collected = gather(aws, published, cells=CELLS[:1], asked=[WEST])
    assert places(collected) == [(CELLS[0].identifier, "us-west-2", 1)]
    assert "no manifest and no row tells" in collected.notes[0]
    nothing_known = gather(aws, cells=CELLS[:1], asked=[WEST])
    assert nothing_known.rows == ()
    (note,) = nothing_known.notes
    assert note.startswith("us-west-2: python-3-12-scikit-learn-1-9-1:2 is not listed: no manifest")


def test_content_known_of_another_cell_does_not_count(aws, tmp_path):
    stranger = make_layer(tmp_path, CELLS[1], b"same bytes")
    ours = make_layer(tmp_path, CELLS[0], b"same bytes")
    client = aws.layers(WEST)
    client.publish(Package.of(ours))
    client.grant(CELLS[0].layer_name, 1)
    assert gather(aws, [stranger], asked=[WEST]).rows == ()


def test_a_row_alone_keeps_what_is_known_of_a_version(aws, published):
    first = gather(aws, published)
    assert gather(aws, rows=first.rows).rows == first.rows


def test_a_region_that_does_not_answer_keeps_its_rows(aws, published, proxy):
    before = gather(aws, published)
    proxy.inject(Cut.BEFORE, region="us-east-1", times=FOREVER)
    after = gather(aws, rows=before.rows)
    assert after.rows == before.rows
    ((name, error),) = after.unanswered
    assert (name, type(error)) == ("us-east-1", RegionUnavailableError)


def test_a_region_that_answers_and_lacks_a_layer_loses_its_row(aws, published):
    before = gather(aws, published)
    aws.client("lambda", WEST).delete_layer_version(LayerName=CELLS[0].layer_name, VersionNumber=1)
    after = gather(aws, published, rows=before.rows)
    assert set(places(before)) - set(places(after)) == {(CELLS[0].identifier, "us-west-2", 1)}


def test_cells_and_regions_that_were_not_asked_keep_their_rows(aws, published, proxy):
    before = gather(aws, published)
    proxy.calls.clear()
    after = gather(aws, rows=before.rows, cells=CELLS[:1], asked=[WEST])
    assert after.rows == before.rows
    assert {call.region for call in proxy.calls} == {"us-west-2"}


def test_a_row_that_aws_does_not_confirm_is_dropped(aws, published):
    before = gather(aws, published)
    invented = replace(before.rows[0], version=9, arn=before.rows[0].arn[:-1] + "9")
    assert gather(aws, published, rows=[invented]).rows == before.rows


@pytest.mark.parametrize("body", [b"<html>login</html>", b"{}", b"", b"[]", b"null", b"\xff\xfe"])
def test_a_region_where_something_else_answers_keeps_its_rows(aws, published, proxy, body):
    rows = gather(aws, published).rows
    proxy.inject(Body(body), region="us-east-1", times=FOREVER)
    collected = gather(aws, rows=rows)
    assert collected.rows == rows
    ((region, error),) = collected.unanswered
    assert region == "us-east-1"
    assert isinstance(error, RegionUnavailableError)
