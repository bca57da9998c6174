from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lock_samples import SAMPLES

from layerfactory.data.runtimes import Architecture
from layerfactory.errors import MatrixError
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.load import parse_matrix
from layerfactory.watch.edit import add_cells, pin_images

HEAD = "version: 1\narchitectures: [x86_64, arm64]\ncells:\n"
ONE = (
    HEAD
    + """\
  # Amazon Linux 2023
  - python: ["3.12", "3.13"]  # both
    scikit-learn: ["1.8.0", "1.9.1"]  # newest last

  # the end
"""
)


def cells_of(text):
    return {plan.cell for plan in parse_matrix(text, "matrix.yaml").matrix.cells}


def cells(*identifiers):
    return [Cell.parse(each) for each in identifiers]


def both(release, *pythons):
    return [Cell(p, release, a) for p in pythons or ("3.12", "3.13") for a in Architecture]


def added(text, new):
    return add_cells(text, "matrix.yaml", new)


def test_a_release_goes_into_the_list_that_stands_for_all_its_cells():
    assert added(ONE, both("1.9.2")) == ONE.replace('"1.9.1"]', '"1.9.1", "1.9.2"]')


@pytest.mark.parametrize(
    ("release", "listed"),
    [
        ("1.8.1", '["1.8.0", "1.8.1", "1.9.1"]'),
        ("1.7.2", '["1.7.2", "1.8.0", "1.9.1"]'),
    ],
)
def test_a_release_goes_where_it_belongs_by_order(release, listed):
    assert f"scikit-learn: {listed}  # newest last" in added(ONE, both(release))


def test_some_cells_of_a_release_get_an_entry_of_their_own():
    text = added(ONE, cells("py3.13-sklearn1.9.2-arm64"))
    new = '  - python: "3.13"\n    scikit-learn: "1.9.2"\n    architectures: arm64\n'
    assert text == ONE.replace("# newest last\n", f"# newest last\n{new}")


def test_a_new_python_gets_an_entry():
    text = added(ONE, [*both("1.8.0", "3.14"), *both("1.9.1", "3.14")])
    new = '  - python: "3.14"\n    scikit-learn: ["1.8.0", "1.9.1"]\n'
    assert text == ONE.replace("# newest last\n", f"# newest last\n{new}")


@pytest.mark.parametrize(
    ("entry", "after"),
    [
        ('{python: "3.13", scikit-learn: "1.9.1"}', '["1.9.1", "1.9.2"]}'),
        ("{python: '3.13', scikit-learn: [ '1.9.1' ]}", "[ '1.9.1', '1.9.2' ]}"),
        ("{python: '3.13', scikit-learn: 1.9.1}", "scikit-learn: [1.9.1, 1.9.2]}"),
    ],
)
def test_the_style_of_the_list_is_kept(entry, after):
    assert after in added(f"{HEAD}  - {entry}\n", both("1.9.2", "3.13"))


def test_a_block_list_gets_a_line():
    text = HEAD + '- python: "3.13"\n  scikit-learn:\n  - "1.8.0" # old\n  - "1.9.1" # new'
    assert added(text, both("1.9.2", "3.13")) == text + '\n  - "1.9.2"\n'
    first = added(text, both("1.7.2", "3.13"))
    assert '\n  - "1.7.2"\n  - "1.8.0" # old\n' in first


def test_a_long_line_is_broken():
    listed = ", ".join(f'"1.{minor}.0"' for minor in range(1, 10))
    text = HEAD + f'  - python: "3.12"\n    scikit-learn: [{listed}]\n'
    new = added(text, both("1.10.0", "3.12"))
    assert max(map(len, new.splitlines())) <= 100
    assert f'"1.9.0",\n{" " * 19}"1.10.0"]\n' in new


def test_an_entry_whose_product_is_larger_is_not_used():
    text = added(ONE, both("1.9.2", "3.13"))
    assert '  - python: "3.13"\n    scikit-learn: "1.9.2"\n' in text


def test_variants_are_apart():
    text = ONE + '  - python: "3.13"\n    scikit-learn: "1.9.1"\n    extras: pandas\n'
    new = [Cell("3.13", "1.9.2", a, ("pandas",)) for a in Architecture]
    assert added(text, new) == text.replace(
        'scikit-learn: "1.9.1"\n', 'scikit-learn: ["1.9.1", "1.9.2"]\n'
    )
    (alone,) = new[1:]
    assert added(ONE, [alone]).count("extras: pandas") == 1


def test_what_is_excluded_does_not_hinder_a_list():
    text = ONE + 'exclude: ["py3.13-sklearn1.9.2-arm64"]\n'
    new = [cell for cell in both("1.9.2") if str(cell) != "py3.13-sklearn1.9.2-arm64"]
    assert '"1.9.1", "1.9.2"]' in added(text, new)


def test_breaks_and_marks_of_the_file_are_kept():
    text = "\ufeff" + ONE.replace("\n", "\r\n")
    new = added(text, [*both("1.9.2"), *both("1.9.1", "3.14")])
    assert new.startswith("\ufeff")
    assert new.count("\n") == new.count("\r\n")


def test_an_anchor_is_left_alone():
    text = (
        HEAD
        + '  - {python: "3.12", scikit-learn: &all ["1.9.1"]}\n'
        + '  - {python: "3.13", scikit-learn: *all}\n'
    )
    new = added(text, both("1.9.2", "3.13"))
    assert "&all [" in new
    assert cells_of(new) == cells_of(text) | set(both("1.9.2", "3.13"))


@pytest.mark.parametrize(
    "text",
    [
        'version: 1\ncells: [{python: "3.12", scikit-learn: "1.9.1"}]\n',
        'version: 1\ncells: &c\n  - {python: "3.12", scikit-learn: "1.9.1"}\n',
    ],
)
def test_a_file_that_only_a_person_can_change(text):
    with pytest.raises(MatrixError, match="changed in a few places"):
        added(text, both("1.9.2", "3.13"))


LONG = (SAMPLES / "matrix.yaml").read_text(encoding="utf-8")
NEW = st.builds(
    Cell,
    st.sampled_from(["3.9", "3.11", "3.12", "3.13", "3.14"]),
    st.sampled_from(["1.6.2", "1.7.3", "1.9.2", "1.10.0", "2.0.0"]),
    st.sampled_from(Architecture),
    st.sampled_from([(), (), ("pandas",)]),
)


@settings(max_examples=25)  # each reads the whole file a dozen times
@given(st.frozensets(NEW, max_size=12))
def test_a_long_matrix_keeps_every_cell_and_every_comment(new):
    text = add_cells(LONG, "matrix.yaml", new)
    assert cells_of(text) == cells_of(LONG) | new
    assert (text == LONG) is (not new)
    assert max(map(len, text.splitlines())) <= 100
    left = iter(text.splitlines())
    # Each line is there still, in its order, but for those whose list got longer.
    for line in LONG.splitlines():
        if "scikit-learn:" not in line and not line.strip().startswith('"'):
            assert line in left


def test_a_pinned_image_is_replaced_where_it_stands():
    pinned = ONE + 'images: {"3.12": "a/b@sha256:0"}  # ours\n'
    assert pin_images(pinned, "matrix.yaml", {}) == pinned
    new = pin_images(pinned, "matrix.yaml", {"3.12": "a/b@sha256:1"})
    assert new == pinned.replace("sha256:0", "sha256:1")
    plain = pinned.replace('"a/b@sha256:0"', "a/b@sha256:0")
    assert "a/b@sha256:1}" in pin_images(plain, "matrix.yaml", {"3.12": "a/b@sha256:1"})
