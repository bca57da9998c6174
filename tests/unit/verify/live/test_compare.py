"""What counts against a layer, beside what the probe saw on an untrimmed install."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.build.locks.lock import Lock, LockedWheel
from layerfactory.errors import VerifyError
from layerfactory.matrix.cell import Cell
from layerfactory.verify.compare import NAMED, alike, compare, is_sound
from layerfactory.verify.findings import Finding
from layerfactory.verify.observed import Observed

LOCK = Lock(
    Cell("3.13", "1.9.1"),
    date(2026, 10, 1),
    (LockedWheel("scikit-learn", "1.9.1", "scikit_learn-1.9.1.whl", "0" * 64),),
)
GOOD = Observed(
    python="3.13.0",
    isolation=("read-only",),
    checks={
        "estimators": {"Lasso": "ok", "PCA": "ok"},
        "imports": {"scipy.linalg": "ok", "scipy.broken": "ModuleNotFoundError: sympy"},
        "steps": {"show_versions": "ok"},
    },
    versions={"scikit-learn": "1.9.1"},
    outputs={
        "Lasso": {"predict": [[60], [1.0, 2.0, 3.0]]},
        "PCA": {"transform": [[60, 4], [0.0, 2.0, 3.0]]},
    },
    compiled=(),
    seconds=4.0,
)


def with_checks(kind, **verdicts):
    return replace(GOOD, checks={**GOOD.checks, kind: {**GOOD.checks[kind], **verdicts}})


def with_output(value):
    return replace(GOOD, outputs={**GOOD.outputs, "Lasso": {"predict": [[60], [value, 2.0, 3.0]]}})


def test_the_same_set_passes():
    assert compare(GOOD, GOOD, LOCK) == ()


def test_an_estimator_that_fails_on_the_layer_alone():
    layer = with_checks("estimators", PCA="ImportError: no such file")
    assert compare(layer, GOOD, LOCK) == (
        Finding("probe", "PCA", "ImportError: no such file; works on an untrimmed install"),
    )


def test_an_estimator_that_is_gone():
    layer = replace(GOOD, checks={**GOOD.checks, "estimators": {"Lasso": "ok"}})
    (finding,) = compare(layer, GOOD, LOCK)
    assert finding.subject == "PCA"
    assert "missing" in finding.message


def test_what_fails_on_both_is_not_the_layers_fault():
    layer = with_checks("imports", **{"scipy.broken": "ImportError: another text"})
    assert compare(layer, GOOD, LOCK) == ()


def test_what_only_the_layer_can_do_is_no_finding():
    assert compare(GOOD, with_checks("imports", **{"scipy.linalg": "OSError"}), LOCK) == ()


def test_every_kind_is_compared_causes_first():
    layer = replace(GOOD, checks={"estimators": {}})
    subjects = [finding.subject for finding in compare(layer, GOOD, LOCK)]
    assert subjects == ["scipy.linalg", "show_versions", "Lasso", "PCA"]


def test_one_cause_with_many_effects_is_named_so_often_and_then_counted():
    baseline = replace(
        GOOD, checks={**GOOD.checks, "imports": {f"m{i}": "ok" for i in range(NAMED + 5)}}
    )
    findings = compare(replace(baseline, checks={**GOOD.checks, "imports": {}}), baseline, LOCK)
    assert [finding.subject for finding in findings[:2]] == ["m0", "m1"]
    assert len(findings) == NAMED + 1
    assert findings[-1].subject == "5 more imports"


def test_each_compiled_file_is_named():
    layer = replace(GOOD, compiled=("joblib/a.py", "joblib/b.py"))
    assert [f.subject for f in compare(layer, GOOD, LOCK)] == ["joblib/a.py", "joblib/b.py"]


def test_bytecode_that_cannot_be_loaded_is_named():
    (finding,) = compare(replace(GOOD, broken=("joblib/a.pyc",)), GOOD, LOCK)
    message = "is bytecode that the layer's own Python cannot load"
    assert finding == Finding("probe", "joblib/a.pyc", message)


def test_the_untrimmed_install_may_compile():
    assert compare(GOOD, replace(GOOD, compiled=("numpy/__init__.py",)), LOCK) == ()


def test_a_version_that_was_not_locked():
    (finding,) = compare(replace(GOOD, versions={"scikit-learn": "1.9.0"}), GOOD, LOCK)
    assert finding == Finding("probe", "scikit-learn", "is 1.9.0; 1.9.1 was locked")


def test_a_distribution_without_metadata():
    (finding,) = compare(replace(GOOD, versions={}), GOOD, LOCK)
    assert finding.subject == "scikit-learn"
    assert "no metadata" in finding.message


@pytest.mark.parametrize("value", [1.1, float("nan"), -1.0])
def test_other_values(value):
    (finding,) = compare(with_output(value), GOOD, LOCK)
    assert finding.subject == "Lasso"
    assert "predict gives other values" in finding.message


def test_values_within_the_tolerance():
    assert compare(with_output(1.0 + 1e-9), GOOD, LOCK) == ()


def test_a_method_that_was_not_called():
    layer = replace(GOOD, outputs={**GOOD.outputs, "Lasso": {}})
    assert [finding.subject for finding in compare(layer, GOOD, LOCK)] == ["Lasso"]


def test_values_of_an_estimator_that_failed_are_not_compared():
    layer = replace(
        with_checks("estimators", PCA="ValueError: x"), outputs={"Lasso": GOOD.outputs["Lasso"]}
    )
    assert len(compare(layer, GOOD, LOCK)) == 1


@pytest.mark.parametrize("verdicts", [{}, {"Lasso": "ok", "PCA": "TypeError: too new a scipy"}])
def test_an_untrimmed_install_that_does_not_work_proves_nothing(verdicts):
    baseline = replace(GOOD, checks={**GOOD.checks, "estimators": verdicts})
    assert not is_sound(baseline)
    assert [f.subject for f in compare(baseline, baseline, LOCK)] == ["untrimmed install"]


summaries = st.recursive(
    st.floats(allow_nan=False, allow_infinity=False) | st.integers(), st.lists, max_leaves=8
)


@given(summaries)
def test_an_output_is_like_itself(summary):
    assert alike(summary, summary)


@given(summaries, summaries)
def test_likeness_has_no_direction(left, right):
    assert alike(left, right) == alike(right, left)


@given(st.lists(st.integers(1, 9), min_size=1))
def test_another_shape_is_not_alike(shape):
    assert not alike([shape, [1.0]], [[*shape, 1], [1.0]])


def test_a_result_survives_the_way_through_json():
    assert Observed.from_json(GOOD.to_json()) == GOOD


@pytest.mark.parametrize(
    "value", [None, [], {}, {**GOOD.to_json(), "format": 0}, {**GOOD.to_json(), "checks": {}}]
)
def test_something_else_than_a_result(value):
    with pytest.raises(VerifyError, match="the probe's result"):
        Observed.from_json(value)


VARIANT = Lock(Cell("3.13", "1.9.1", extras=("pandas",)), LOCK.as_of, LOCK.wheels)


def with_pandas(step="ok", predictions=1.0):
    steps = {**GOOD.checks["steps"], "named columns": step}
    imports = {**GOOD.checks["imports"], "pandas": "ok"}
    outputs = {**GOOD.outputs, "named columns": {"predict": [[60], [predictions]]}}
    checks = {**GOOD.checks, "steps": steps, "imports": imports}
    return replace(GOOD, checks=checks, outputs=outputs)


def test_a_variant_passes_when_its_extra_does_as_on_the_untrimmed_install():
    assert compare(with_pandas(), with_pandas(), VARIANT) == ()


def test_an_extra_that_fails_on_the_layer():
    (finding,) = compare(with_pandas("ImportError: x"), with_pandas(), VARIANT)
    assert finding.subject == "named columns"
    assert finding.message == "ImportError: x; works on an untrimmed install"


def test_an_extra_that_gives_other_values():
    (finding,) = compare(with_pandas(predictions=1.1), with_pandas(), VARIANT)
    assert finding.subject == "named columns"
    assert "other values" in finding.message


def test_an_extra_that_was_never_proven_is_no_extra():
    broken = with_pandas("TypeError: y")
    assert compare(broken, broken, VARIANT) == (
        Finding("probe", "pandas", "named columns: TypeError: y; before anything is trimmed"),
    )
    assert [finding.message for finding in compare(GOOD, GOOD, VARIANT)] == [
        "pandas: was not tried; before anything is trimmed",
        "named columns: was not tried; before anything is trimmed",
    ]
