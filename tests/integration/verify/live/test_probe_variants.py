"""The probe on a variant: the extra is used, and what it misses is found."""

import pytest

from layerfactory.verify.baseline import baseline_path, load_baseline
from layerfactory.verify.findings import ProbeState
from layerfactory.verify.guests import local_guest, scripts_sha256
from layerfactory.verify.live import probe_in

PANDAS = "py3.13-sklearn1.9.1-pandas-x86_64"
STEPS = {"named columns", "tables", "time zones"}

pytestmark = pytest.mark.interpreter


def spoil(tree):
    """Take what is read late, and what is imported late."""
    (tree / "tzdata/zoneinfo/America/New_York").unlink()
    (tree / "pandas/io/sas/sas_xport.pyc").unlink()


def test_what_a_variant_promises_is_proven(specimen, cache, tmp_path):
    whole = specimen(PANDAS)
    guest = local_guest(whole.lock.cell)
    probe, findings = probe_in(guest, whole.spoiled(tmp_path, spoil), whole.lock, cache, jobs=2)
    assert probe.state is ProbeState.FAILED
    found = {finding.subject: finding.message for finding in findings}
    assert "New_York" in found["time zones"]
    assert "missing among the imports" in found["pandas.io.sas.sas_xport"]
    assert found.keys() == {"time zones", "pandas.io.sas.sas_xport"}

    seen = load_baseline(baseline_path(cache, whole.lock.sha256, guest.identity, scripts_sha256()))
    assert {step for step in STEPS if seen.checks["steps"][step] == "ok"} == STEPS
    assert seen.checks["imports"]["pandas"] == "ok"
    given = seen.outputs["named columns"]
    assert given["predict_proba"][0] == [60, 3]
    assert "words__colour_blue" in given["columns"]
