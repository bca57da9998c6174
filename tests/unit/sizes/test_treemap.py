"""The tree that is drawn, and the drawing."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from synthetic_records import package

from layerfactory.sizes.measure import Measure
from layerfactory.sizes.members import FileSize
from layerfactory.sizes.squarify import Box
from layerfactory.sizes.tree import layer_tree, left_out_tree
from layerfactory.sizes.treemap import draw_treemap, layer_leaves, left_out_leaves

SVG = "{http://www.w3.org/2000/svg}"
PACKAGES = (package("numpy"), package("scipy"), package("scikit-learn"))
FILES = (
    FileSize("scipy/linalg/a.so", 6_000_000, 3_000_000),
    FileSize("scipy/linalg/b.so", 2_000_000, 500_000),
    FileSize("scipy/linalg/b.pyc", 100_000, 60_000),
    FileSize("scipy.libs/libscipy_openblas-1.so", 9_000_000, 3_500_000),
    FileSize("numpy/core.so", 4_000_000, 2_000_000),
    FileSize("sklearn/svm/c.pyc", 300_000, 200_000),
    FileSize("sklearn/empty.txt", 0, 120),
)
BOX = Box(0, 0, 100, 50)


@pytest.fixture
def layer():
    return layer_tree("py3.12-sklearn1.9.1-x86_64", FILES, PACKAGES)


def drawn(layer, left_out=None, measure=Measure.ZIPPED):
    left_out = left_out or left_out_tree(PACKAGES)
    return ET.fromstring(draw_treemap(layer, left_out, measure, "small"))


def test_a_node_is_the_sum_of_what_is_in_it(layer):
    assert layer.zipped_bytes == sum(file.zipped_bytes for file in FILES)
    assert layer.unzipped_bytes == sum(file.unzipped_bytes for file in FILES)
    assert layer.files == len(FILES)
    scipy = next(node for node in layer.children if node.name == "scipy")
    assert {part.name: part.files for part in scipy.children} == {"linalg": 3, "libraries": 1}


@pytest.mark.parametrize("measure", Measure)
def test_areas_are_bytes(layer, measure):
    leaves = list(layer_leaves(layer, BOX, measure))
    scale = BOX.area / layer.bytes(measure)
    areas = {leaf.title.partition(":")[0]: leaf.box.area for leaf in leaves}
    extensions = {Measure.ZIPPED: 3_500_000, Measure.UNZIPPED: 8_000_000}[measure]
    assert areas["scipy, linalg, extensions"] == pytest.approx(extensions * scale)
    assert sum(areas.values()) == pytest.approx(BOX.area)


def test_what_has_no_bytes_has_no_box(layer):
    titles = [leaf.title for leaf in layer_leaves(layer, BOX, Measure.UNZIPPED)]
    assert not any("data" in title for title in titles)


def test_what_was_left_out_is_drawn_by_rule_and_package():
    leaves = list(left_out_leaves(left_out_tree(PACKAGES), BOX))
    assert leaves[0].title == "left out of numpy by the rule tests: 0.00 MB in 2 files"
    assert len(leaves) == 2 * len(PACKAGES)


def test_the_picture_is_self_contained(layer):
    text = draw_treemap(layer, left_out_tree(PACKAGES), Measure.ZIPPED, "small")
    assert not re.findall(r"(href|src|@import|https?://(?!www\.w3\.org/2000/svg))", text)
    assert re.findall(r"url\((.*?)\)", text) == ["#hatch"]
    assert "prefers-color-scheme:dark" in text
    assert text == draw_treemap(layer, left_out_tree(PACKAGES), Measure.ZIPPED, "small")


def test_every_box_tells_itself_on_hover(layer):
    groups = drawn(layer).findall(f"{SVG}g")
    titles = [group.find(f"{SVG}title").text for group in groups]
    assert "scipy, linalg, extensions: 3.5 MB in the zip, 8.0 unzipped, 2 files" in titles
    hatched = [g for g in groups if len(g.findall(f"{SVG}rect")) == 2]
    assert len(hatched) == 2 * len(PACKAGES)


def test_labels_are_inside_of_the_picture(layer):
    picture = drawn(layer)
    width, height = float(picture.get("width")), float(picture.get("height"))
    texts = picture.findall(f"{SVG}text")
    assert {"scipy", "libscipy_openblas", "numpy"} <= {text.text for text in texts}
    for text in texts:
        assert -12 <= float(text.get("x")) <= width
        assert -12 <= float(text.get("y")) <= height


def test_names_from_wheels_are_escaped():
    evil = '<script>alert("1")</script>&'
    files = [FileSize(f"{evil.replace('/', '')}/{evil.replace('/', '')}/a.so", 9, 9)]
    tree = layer_tree(evil, files, ())
    left_out = left_out_tree([replace(package(evil), rules=package("a").rules)])
    text = draw_treemap(tree, left_out, Measure.ZIPPED, evil)
    assert "<script" not in text
    picture = ET.fromstring(text)
    assert picture.find(f"{SVG}text").text == f"{evil}: {evil}"


def test_without_anything_left_out_there_is_one_picture(layer):
    picture = drawn(layer, left_out_tree([replace(PACKAGES[0], rules=())]))
    assert not any("Left out" in (text.text or "") for text in picture.iter(f"{SVG}text"))


def test_many_packages_share_the_last_colour():
    files = [FileSize(f"p{i}/a.so", 100 + i, 100 + i) for i in range(12)]
    picture = drawn(layer_tree("many", files, ()))
    classes = {rect.get("class") for rect in picture.iter(f"{SVG}rect")}
    assert "leaf c7" in classes
    assert "leaf c8" not in classes
