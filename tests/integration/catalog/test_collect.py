from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest
from fault_proxy import FOREVER, Body, Cut, Refusal
from synthetic_layers import make_layer

from layerfactory.catalog.collect import ask_regions, known_contents
from layerfactory.catalog.files import CatalogFiles
from layerfactory.catalog.renew import renew
from layerfactory.catalog.retirement import Retirement, Retirements
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
DAY = date(2026, 11, 23)
NOTHING = Retirements()


@pytest.fixture
def layers(tmp_path):
    return [make_layer(tmp_path, cell, cell.identifier.encode()) for cell in CELLS]


@pytest.fixture
def published(aws, layers):
    apply(aws, survey(aws, layers, [WEST, EAST], Terms(public=True)))
    return layers


def gather(aws, layers=(), rows=(), cells=CELLS, asked=(WEST, EAST), *, retired=NOTHING, today=DAY):
    known = known_contents([layer.manifest for layer in layers], rows)
    answers = ask_regions(aws, cells, asked, known=known, retired=retired)
    return renew(rows, answers, today=today, retired=retired)


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


def test_the_files_are_the_same_when_nothing_has_changed(aws, published, tmp_path):
    pair = CatalogFiles.of(tmp_path / "layers.csv")
    pair.write(gather(aws, published).rows)
    before = pair.csv.read_bytes(), pair.json.read_bytes()
    pair.write(gather(aws, rows=pair.read()).rows)
    assert (pair.csv.read_bytes(), pair.json.read_bytes()) == before


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
    assert "no manifest, record or row tells" in collected.notes[0]
    nothing_known = gather(aws, cells=CELLS[:1], asked=[WEST])
    assert nothing_known.rows == ()
    (note,) = nothing_known.notes
    assert "layer:python-3-12-scikit-learn-1-9-1:2 is not listed: no manifest" in note


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


def test_a_region_that_does_not_answer_keeps_its_rows_as_stale_until_it_does(aws, published, proxy):
    before = gather(aws, published)
    proxy.inject(Cut.BEFORE, region="us-east-1", times=FOREVER)
    after = gather(aws, rows=before.rows)
    assert after.rows == stale(before.rows, "us-east-1")
    ((name, error),) = after.unanswered
    assert (name, type(error)) == ("us-east-1", RegionUnavailableError)
    later = gather(aws, rows=after.rows, today=DAY + timedelta(days=1))
    assert later.rows == after.rows
    proxy.faults.clear()
    assert gather(aws, rows=later.rows).rows == before.rows


def stale(rows, region):
    return tuple(replace(row, stale_since=DAY) if row.region == region else row for row in rows)


@pytest.mark.parametrize("last", [f"versions/1{end}$" for end in ("", "/policy")])
def test_a_region_that_fails_in_the_middle_has_not_answered_at_all(aws, published, proxy, last):
    before = gather(aws, published)
    call = f"GET .*{CELLS[1].layer_name}/{last}"
    proxy.inject(Cut.BEFORE, region="us-east-1", call=call, times=FOREVER)
    proxy.calls.clear()
    after = gather(aws, published, rows=before.rows)
    assert after.rows == stale(before.rows, "us-east-1")
    assert proxy.count(f"GET .*{CELLS[0].layer_name}/versions/1$", region="us-east-1") == 1
    without_rows = gather(aws, published)
    assert {row.region for row in without_rows.rows} == {"us-west-2"}


def test_a_region_that_is_not_enabled_is_no_failure_and_leaves_no_trace(aws, published, proxy):
    off = regions()["ap-east-1"]
    proxy.inject(Refusal(403, "UnrecognizedClientException"), region=off.name, times=FOREVER)
    found = gather(aws, published, asked=[WEST, off])
    assert {row.region for row in found.rows} == {"us-west-2"}
    assert (found.unanswered, found.not_enabled) == ((), (off.name,))


def test_layers_that_are_not_there_cost_no_call_and_only_the_newest_version_is_read(
    aws, published, proxy, tmp_path
):
    client = aws.layers(WEST)
    for number in range(3):
        rebuilt = make_layer(tmp_path, CELLS[0], f"build {number}".encode())
        client.grant(CELLS[0].layer_name, client.publish(Package.of(rebuilt)))
    layers = [rebuilt, published[1]]
    absent = [Cell("3.12", f"1.{minor}.0") for minor in range(200)]
    manifests = [make_layer(tmp_path, cell) for cell in absent]
    proxy.calls.clear()
    found = gather(aws, [*layers, *manifests], cells=[*CELLS, *absent], asked=[WEST])
    assert [(row.cell, row.version) for row in found.rows] == [(CELLS[0], 4), (CELLS[1], 1)]
    assert len(proxy.calls) == 1 + 2 * len(CELLS), [str(call) for call in proxy.calls]
    assert proxy.count("/layers($|[?])") == 1
    assert proxy.count("/versions($|[?])") == 0


def retired_zip(layer):
    return Retirements((Retirement(layer.cell, DAY, "CVE", layer.cell, layer.manifest.sha256),))


def test_of_a_zip_that_is_retired_the_one_before_is_current(aws, published, tmp_path):
    rebuilt = make_layer(tmp_path, CELLS[0], b"another build")
    client = aws.layers(WEST)
    client.grant(CELLS[0].layer_name, client.publish(Package.of(rebuilt)))
    cells, asked = CELLS[:1], [WEST]
    layers = [published[0], rebuilt]
    for bad, good in ((rebuilt, 1), (published[0], 2)):
        found = gather(aws, layers, cells=cells, asked=asked, retired=retired_zip(bad))
        statuses = {row.version: str(row.status) for row in found.rows}
        assert statuses == {good: "current", 3 - good: "retired"}
        again = gather(aws, rows=found.rows, cells=cells, asked=asked, retired=retired_zip(bad))
        assert again.rows == found.rows


def test_to_find_a_retired_zip_only_versions_that_claim_to_be_it_are_read(
    aws, published, proxy, tmp_path
):
    client = aws.layers(WEST)
    for number in range(5):
        rebuilt = make_layer(tmp_path, CELLS[0], f"build {number}".encode())
        client.grant(CELLS[0].layer_name, client.publish(Package.of(rebuilt)))
    proxy.calls.clear()
    retired = retired_zip(published[0])
    layers = [published[0], rebuilt]
    found = gather(aws, layers, cells=CELLS[:1], asked=[WEST], retired=retired)
    statuses = [(row.version, str(row.status)) for row in found.rows]
    assert statuses == [(1, "retired"), (6, "current")]
    # Layers, the newest, all versions, and the one: two calls for each that is read.
    assert len(proxy.calls) == 1 + 2 + 1 + 2, [str(call) for call in proxy.calls]


def test_a_whole_cell_that_is_retired_stays_listed_and_costs_no_more(aws, published, proxy):
    retired = Retirements((Retirement(CELLS[0], DAY, "old"),))
    proxy.calls.clear()
    found = gather(aws, published, asked=[WEST], retired=retired)
    assert [str(row.status) for row in found.rows] == ["retired", "current"]
    assert len(proxy.calls) == 5


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
    assert collected.rows == stale(rows, "us-east-1")
    ((region, error),) = collected.unanswered
    assert region == "us-east-1"
    assert isinstance(error, RegionUnavailableError)
