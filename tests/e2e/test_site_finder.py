"""People find their layer: on an index of some 8,500 rows, in a real browser."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
from pathlib import Path
from sysconfig import get_path
from urllib.parse import urlencode

import boto3
import hcl2
import pytest
from botocore.validate import validate_parameters
from browser_fixtures import served, write_site_of
from catalog_samples import make_row
from playwright.sync_api import expect
from ruamel.yaml import YAML
from site_samples import RETIRED, STALE, whole_index

from layerfactory.catalog.find import find_arn
from layerfactory.data.runtimes import Architecture
from layerfactory.site.words import REHEARSAL

FEW = {"eu-west-1", "eu-west-2", "us-east-1", "ap-south-1", STALE}
CLIPBOARD = ["clipboard-read", "clipboard-write"]
CLIENT = boto3.client("lambda", "eu-west-1", aws_access_key_id="none", aws_secret_access_key="none")
ARN = re.compile(r"arn:aws:lambda:\S+:\d+:layer:[a-z0-9-]+:\d+")


@pytest.fixture(scope="module")
def rows():
    return whole_index()


@pytest.fixture(scope="module")
def small_site(few_rows, tmp_path_factory):
    """The address of a site that is quick to load."""
    folder = tmp_path_factory.mktemp("small-site")
    write_site_of(few_rows, folder)
    with served(folder) as address:
        yield address


@pytest.fixture(scope="module")
def few_rows(rows):
    return [row for row in rows if row.region in FEW]


def arn_of(
    rows, python="3.12", scikit_learn="1.5.2", region="eu-west-1", architecture="x86_64", extras=()
):
    wanted = {"architecture": Architecture(architecture), "extras": extras}
    return find_arn(rows, python=python, scikit_learn=scikit_learn, region=region, **wanted).arn


def choose(page, **values):
    for name, value in values.items():
        page.locator(f"select#{name}").select_option(value)


def test_a_layer_is_chosen_and_its_arn_copied(visit, small_site, few_rows):
    page = visit(small_site, permissions=CLIPBOARD)
    choose(page, python="3.12", sklearn="1.5.2", region="eu-west-1", arch="arm64")
    page.get_by_role("button", name="Copy ARN").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == arn_of(few_rows, architecture="arm64")
    assert copied == page.locator("#arn").inner_text()


def test_before_any_choice_the_newest_is_shown(visit, small_site, few_rows):
    page = visit(small_site)
    newest = arn_of(few_rows, python="3.14", scikit_learn="", region="us-east-1")
    expect(page.locator("#arn")).to_have_text(newest)
    assert "?" not in page.url


def test_a_shared_address_shows_the_same(visit, small_site, few_rows):
    first = visit(small_site)
    choose(first, python="3.11", sklearn="1.7", region="ap-south-1", arch="arm64")
    first.get_by_label("Terraform").check(force=True)
    other = visit(first.url)
    expect(other.locator("#arn")).to_have_text(
        arn_of(few_rows, "3.11", "1.7", "ap-south-1", "arm64")
    )
    assert other.locator("#snippet").inner_text() == first.locator("#snippet").inner_text()
    assert other.locator("#sklearn").input_value() == "1.7"


def test_the_back_button_undoes_a_choice(visit, small_site):
    page = visit(small_site)
    arns = [page.locator("#arn").inner_text()]
    for name, value in (("region", "eu-west-2"), ("python", "3.10")):
        choose(page, **{name: value})
        arns.append(page.locator("#arn").inner_text())
    assert len(set(arns)) == 3
    for arn in reversed(arns[:-1]):
        page.go_back()
        expect(page.locator("#arn")).to_have_text(arn)
    page.go_forward()
    expect(page.locator("#region")).to_have_value("eu-west-2")


@pytest.mark.parametrize("tool", ["serverless", "sam", "cdk", "terraform", "cli", "console"])
def test_each_snippet_has_the_arn_and_can_be_read_by_its_tool(
    visit, small_site, few_rows, tool, tmp_path
):
    query = f"?python=3.12&sklearn=1.5.2&region=eu-west-1&arch=x86_64&extras=none&tool={tool}"
    page = visit(small_site + query)
    text = page.locator("#snippet").inner_text()
    arn = arn_of(few_rows)
    assert ARN.findall(text) == [arn]
    assert "3.12" in text or "3_12" in text
    READ_BY[tool](text, arn, tmp_path)


def read_by_serverless(text, arn, _folder):
    found = YAML(typ="safe").load(text)
    assert {"service", "provider", "functions"} == set(found)
    assert found["functions"]["predict"]["layers"] == [arn]
    assert {"memorySize": 1024, "timeout": 29, "architecture": "x86_64"}.items() <= found[
        "provider"
    ].items()


def read_by_sam(text, arn, folder):
    found = YAML(typ="safe").load(text)["Resources"]["Predict"]["Properties"]
    assert (found["Layers"], found["Timeout"]) == ([arn], 29)
    cfn_lint = Path(get_path("scripts")) / "cfn-lint"
    path = folder / "template.yaml"
    path.write_text(text.replace("src/", "s3://bucket/key"))
    done = subprocess.run([cfn_lint, path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def read_by_cdk(text, arn, _folder):
    compile(text, "stack.py", "exec")
    assert arn in [n.value for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Constant)]


def read_by_terraform(text, arn, _folder):
    (resource,) = hcl2.loads(text)["resource"]
    assert arn in str(resource)
    assert "'timeout': 29" in str(resource)


def read_by_cli(text, arn, _folder):
    """As the AWS CLI reads it: each call's options are the parameters of an operation."""
    calls = [shlex.split(line) for line in text.replace("\\\n", " ").splitlines()]
    for words in filter(None, (call if call[0] == "aws" else [] for call in calls)):
        operation = CLIENT.meta.method_to_api_mapping[words[2].replace("-", "_")]
        shape = CLIENT.meta.service_model.operation_model(operation).input_shape
        given = dict(zip(words[3::2], words[4::2], strict=True))
        assert given.pop("--region") == "eu-west-1"
        given.pop("--query", None)
        sent = {xform_cli(name): value for name, value in given.items()}
        for name, kind in {"Layers": lambda v: [v], "Timeout": int, "MemorySize": int}.items():
            if name in sent:
                sent[name] = kind(sent[name])
        assert validate_parameters(sent, shape) is None
    assert calls[-1][-2:] == ["--layers", arn]
    assert "must be of x86_64" in text


def xform_cli(option):
    return "".join(part.title() for part in option.strip("-").split("-"))


def read_by_console(text, arn, _folder):
    assert text.startswith("1. Open your function in eu-west-1")
    assert text.rstrip().endswith(arn)


READ_BY = {
    "serverless": read_by_serverless,
    "sam": read_by_sam,
    "cdk": read_by_cdk,
    "terraform": read_by_terraform,
    "cli": read_by_cli,
    "console": read_by_console,
}


@pytest.mark.parametrize(("arch", "name"), [("arm64", "ARM_64"), ("x86_64", "X86_64")])
def test_the_cdk_spells_architectures_its_own_way(visit, small_site, arch, name):
    page = visit(f"{small_site}?arch={arch}&tool=cdk")
    assert f"architecture=lambda_.Architecture.{name}," in page.locator("#snippet").inner_text()


def test_the_facts_of_the_layer(visit, small_site, few_rows):
    page = visit(small_site + "?python=3.12&sklearn=1.5.2&region=eu-west-1", permissions=CLIPBOARD)
    arn = arn_of(few_rows)
    content = next(row.content for row in few_rows if row.arn == arn)
    facts = page.locator("#facts").inner_text()
    assert "layerfactory sbom --only 'py3.12-sklearn1.5.2-x86_64'" in facts
    for fact in (content.numpy, content.scipy, content.joblib, content.threadpoolctl):
        assert fact in facts
    assert f"{content.zipped_bytes / 1e6:.1f} MB" in facts
    assert f"{content.unzipped_bytes / 1e6:.1f} MB" in facts
    assert content.code_sha256 in facts
    page.get_by_role("button", name="Copy the sha256").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    assert page.evaluate("navigator.clipboard.readText()") == content.sha256


def test_what_is_retired_or_stale_says_so_and_leads_on(visit, small_site, few_rows):
    page = visit(f"{small_site}?python=3.6&region={STALE}")
    marks = page.locator("#found-marks")
    expect(marks).to_contain_text(f"Retired since 2026-10-01: {RETIRED.reason}")
    expect(marks).to_contain_text(f"{STALE} has not answered since 2026-11-20")
    page.get_by_role("button", name="Choose its successor").click()
    expect(page.locator("#arn")).to_have_text(arn_of(few_rows, "3.13", "1.9.1", STALE))
    expect(marks).not_to_contain_text("Retired")


def test_where_there_is_none_it_says_what_there_is(visit, small_site, few_rows):
    page = visit(small_site + "?python=3.9&sklearn=1.9&region=eu-west-1")
    expect(
        page.get_by_role("heading", name="There is no layer for scikit-learn 1.9")
    ).to_be_visible()
    expect(page.locator("#arn")).to_be_hidden()
    expect(page.locator("#missed-about")).to_have_text("For x86_64, Python 3.9 there is:")
    page.locator("#instead").get_by_role("button", name="1.6.1").click()
    expect(page.locator("#arn")).to_have_text(arn_of(few_rows, "3.9", "1.6.1"))
    assert page.evaluate("document.activeElement.id") == "copy-arn"


def test_an_address_with_what_nobody_knows(visit, small_site):
    page = visit(small_site + "?python=2.7&region=mars&arch=mips&extras=torch&tool=make&x=y")
    expect(page.get_by_role("heading", name="AWS has no region mars")).to_be_visible()
    assert page.locator("#python").input_value() == "2.7"
    page.locator("#instead").get_by_role("button", name="eu-west-1").click()
    expect(page.get_by_role("heading", name="There is no layer for mips")).to_be_visible()


def test_all_rows_are_filtered_by_every_word(visit, whole_site, rows):
    page = visit(whole_site)
    expect(page.locator("#count")).to_have_text(f"{len(rows):,} layers")
    page.get_by_label("Filter").fill("py3.12 ARM64 eu-west")
    wanted = [
        row
        for row in rows
        if (row.python, row.architecture, row.region[:7]) == ("3.12", "arm64", "eu-west")
    ]
    expect(page.locator("#count")).to_have_text(f"{len(wanted)} of {len(rows):,} layers")
    lines = page.locator("#all tbody tr")
    expect(lines).to_have_count(min(len(wanted), 100))
    page.get_by_label("Filter").fill("no such thing")
    expect(lines).to_have_count(0)
    expect(page.locator("#count")).to_have_text(f"0 of {len(rows):,} layers")


def test_the_filter_stands_in_the_address_as_one_step(visit, whole_site):
    page = visit(whole_site)
    page.get_by_label("Filter").press_sequentially("retired")
    page.wait_for_url("**&q=retired")
    page.go_back()
    expect(page.get_by_label("Filter")).to_have_value("")
    expect(page.locator("#count")).not_to_contain_text(" of ")


def test_more_rows_are_shown_when_asked_for_and_one_is_chosen(visit, whole_site, rows):
    page = visit(whole_site + "?q=stale")
    lines = page.locator("#all tbody tr")
    expect(lines).to_have_count(100)
    page.get_by_role("button", name="Show more").click()
    expect(lines).to_have_count(200)
    assert page.evaluate("document.activeElement.closest('tr').sectionRowIndex") == 100
    last = lines.last
    cell = last.get_by_role("button").get_attribute("aria-label").split()[1]
    last.get_by_role("button").click()
    (wanted,) = (r.arn for r in rows if r.region == STALE and str(r.cell) == cell)
    expect(page.locator("#arn")).to_have_text(wanted)
    expect(page.locator("#arn")).to_be_in_viewport()


def test_a_model_finds_its_layer(visit, small_site, few_rows):
    page = visit(small_site + "?region=eu-west-1")
    page.get_by_label("With Python").select_option("3.11")
    page.get_by_label("What pickled it").fill(
        "InconsistentVersionWarning: Trying to unpickle estimator SVC from version 1.5.2 when using"
        " version 1.9.1."
    )
    expect(page.locator("#model-answer")).to_contain_text(
        "Take py3.11-sklearn1.5.2-x86_64; eu-west-1 has it."
    )
    page.get_by_role("button", name="Choose it").click()
    expect(page.locator("#arn")).to_have_text(arn_of(few_rows, "3.11"))
    page.reload()
    expect(page.locator("#model-answer")).to_contain_text("py3.11-sklearn1.5.2-x86_64")


@pytest.mark.parametrize(
    ("asked", "told", "way", "leads"),
    [
        (
            ("1.8", "3.9"),
            "The same scikit-learn is there for another Python",
            "Python 3.14",
            "1.8.0",
        ),
        (
            ("0.18", "3.6"),
            "may fail to load, or load and predict otherwise",
            "scikit-learn 0.24.2",
            "0.24.2",
        ),
        (
            ("pre-0.18", "3.6"),
            "The nearest for Python 3.6 is 0.22",
            "scikit-learn 0.24.2",
            "0.24.2",
        ),
        (
            ("1.5.7", "3.12"),
            "The nearest is of the same series",
            "scikit-learn 1.5.2 on Python 3.12",
            "1.5.2",
        ),
        (
            ("1.5.7", "3.6"),
            "scikit-learn does not promise it",
            "scikit-learn 1.5.2 on Python 3.9",
            "1.5.2",
        ),
        (
            ("scikit-learn>=1.8", "3.9"),
            "That is a range",
            "Python 3.14",
            "1.8.0",
        ),
    ],
)
def test_a_model_that_has_no_layer_is_told_so(visit, small_site, asked, told, way, leads):
    page = visit(f"{small_site}?{urlencode({'model': asked[0], 'model-python': asked[1]})}")
    answer = page.locator("#model-answer")
    version = asked[0].rpartition("=")[2]
    expect(answer).to_contain_text(f"There is none for scikit-learn {version} on Python {asked[1]}")
    expect(answer).to_contain_text(told)
    answer.get_by_role("button", name=way, exact=True).click()
    expect(page.locator("#found-title")).to_contain_text(f"scikit-learn {leads}")


def test_a_pasted_list_of_packages_chooses_the_python_too(visit, small_site):
    page = visit(small_site + "?region=eu-west-1")
    freeze = "Python 3.10.14\nnumpy==1.26.4\nscikit-learn==1.5.2\n"
    page.get_by_label("What pickled it").fill(freeze)
    expect(page.get_by_label("With Python")).to_have_value("3.10")
    expect(page.locator("#model-answer")).to_contain_text("Take py3.10-sklearn1.5.2-x86_64")
    page.get_by_label("With Python").select_option("3.11")
    expect(page.locator("#model-answer")).to_contain_text("Take py3.11-sklearn1.5.2-x86_64")
    page.get_by_label("What pickled it").fill("numpy==1.26.4")
    expect(page.locator("#model-answer")).to_contain_text("no version of scikit-learn in that")


def test_it_works_from_the_disk_as_well(visit, tmp_path, rows):
    write_site_of(rows[:200], tmp_path)
    page = visit(tmp_path / "index.html")
    expect(page.locator("#arn")).to_have_text(ARN)
    choose(page, region="eu-west-1")
    expect(page.locator("#arn")).to_contain_text(":eu-west-1:")
    assert "region=eu-west-1" in page.url


def test_a_rehearsal_is_marked_on_each_page(visit, tmp_path):
    write_site_of([make_row()], tmp_path)
    for path in ("index.html", "tables/us-west-2.html"):
        expect(visit(tmp_path / path).get_by_role("note")).to_have_text(REHEARSAL)


def test_before_the_first_publish_it_says_so(visit, tmp_path):
    write_site_of([], tmp_path)
    page = visit(tmp_path / "index.html")
    expect(page.get_by_role("heading", name="No layer is published yet")).to_be_visible()
    expect(page.locator("select")).to_have_count(0)
