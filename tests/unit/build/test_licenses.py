from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.licenses import canonicalize_license_expression

from layerfactory.build.licenses import combine, library_licenses, wheel_license
from layerfactory.data.files import read_data

GCC = "GPL-3.0-or-later WITH GCC-exception-3.1"
TERMS = ["BSD-3-Clause", "MIT", "Zlib", GCC]
expressions = st.recursive(
    st.sampled_from(TERMS),
    lambda inner: (
        st.builds("{}{}{}".format, inner, st.sampled_from([" AND ", " OR "]), inner)
        | st.builds("({})".format, inner)
    ),
    max_leaves=5,
)


def holds(expression, met):
    """Whether the expression is met by these terms; AND binds more closely than OR, as in SPDX."""
    for number, term in enumerate(TERMS):
        expression = re.sub(rf"(?<![\w-]){re.escape(term)}(?![\w-])", f"met[{number}]", expression)
    words = expression.replace(" AND ", " and ").replace(" OR ", " or ")
    return eval(words or "True", {"met": met})


@given(st.lists(expressions, max_size=4))
def test_a_combination_asks_for_all_that_its_parts_ask_for(parts):
    combined = combine(parts)
    for met in itertools.product([False, True], repeat=len(TERMS)):
        assert holds(combined, met) == all(holds(part, met) for part in parts)


@given(st.lists(expressions, min_size=1, max_size=4), st.randoms())
def test_a_combination_is_valid_and_knows_no_order(parts, rng):
    combined = combine(parts)
    assert canonicalize_license_expression(combined) == combined
    shuffled = [*parts, *parts]
    rng.shuffle(shuffled)
    assert combine(shuffled) == combined


def test_terms_are_told_once_and_sorted():
    assert combine(["MIT", "", "BSD-3-Clause AND MIT"]) == "BSD-3-Clause AND MIT"
    assert combine(["MIT OR Zlib", "BSD-3-Clause"]) == "(MIT OR Zlib) AND BSD-3-Clause"
    assert combine([]) == ""


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ("License-Expression: BSD-3-Clause AND MIT\nLicense: other", "BSD-3-Clause AND MIT"),
        ("License: new BSD", "BSD-3-Clause"),
        ("License: BSD 3-Clause", "BSD-3-Clause"),
        ("License: Apache-2.0", "Apache-2.0"),
        ("License: MIT License\n        \n        Copyright (c) somebody\n", "MIT"),
        ("Classifier: License :: OSI Approved :: BSD License", "BSD-3-Clause"),
        ("License: see LICENSE\nClassifier: License :: OSI Approved :: MIT License", "MIT"),
        ("Classifier: Topic :: MIT License", ""),
        ("License: of my own", ""),
        ("Summary: none", ""),
    ],
)
def test_metadata_of_all_ages(headers, expected):
    assert wheel_license(f"Metadata-Version: 2.1\nName: x\n{headers}\n\nLicense: MIT\n") == expected


def test_libraries_that_wheels_carry():
    files = [
        "scikit_learn.libs/libgomp-d22c30c5.so.1.0.0",
        "scipy/.libs/libopenblasp-r0-2ecf47d5.3.7.dev.so",
        "numpy.libs/libquadmath-96973f99.so.0.0.0",
        "numpy/core/libgfortran.py",
        "numpy/core/_multiarray_umath.so",
    ]
    assert library_licenses(files) == {GCC, "BSD-3-Clause", "LGPL-2.1-or-later"}
    assert library_licenses(files[3:]) == frozenset()


def test_every_known_licence_is_valid_spdx():
    known = read_data("licenses.yaml")
    for expression in {*known["names"].values(), *known["libraries"].values()}:
        assert canonicalize_license_expression(expression) == expression
