"""What is known of a zip comes from its manifest or its record: they tell the same."""

from synthetic_records import PROVEN, report_on, write_layer

from layerfactory.catalog.row import Content
from layerfactory.matrix.cell import Cell
from layerfactory.sizes.members import read_sizes
from layerfactory.verify.records.make import make_record


def test_a_record_knows_what_the_manifest_knew(tmp_path):
    layer = write_layer(tmp_path, Cell("3.12", "1.9.1"))
    record = make_record(layer, report_on(layer), read_sizes(layer.zip), PROVEN)
    assert Content.recorded(record) == Content.of(layer.manifest)
    assert Content.recorded(record).scipy == "1.18.1"
