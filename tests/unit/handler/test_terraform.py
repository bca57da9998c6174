"""The Terraform example: what it makes, and that all it refers to is there."""

import json
import re
from pathlib import Path

import hcl2
import pytest

EXAMPLE = Path(__file__).parents[3] / "handler/examples/main.tf"
REFERENCE = re.compile(r"\b(?:(?P<data>data)\.)?(?P<kind>var|aws_\w+)\.(?P<name>\w+)")


def plain(value):
    """Texts without the quotes that the parser leaves around them."""
    if isinstance(value, dict):
        return {key.strip('"'): plain(part) for key, part in value.items() if key != "__is_block__"}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value.removeprefix('"').removesuffix('"') if isinstance(value, str) else value


@pytest.fixture(scope="module")
def example():
    with EXAMPLE.open(encoding="utf-8") as file:
        return plain(hcl2.load(file))


@pytest.fixture(scope="module")
def resources(example):
    return {kind: made for of in example["resource"] for kind, made in of.items()}


def test_what_is_made(resources):
    assert {kind: list(made) for kind, made in resources.items()} == {
        "aws_iam_role": ["predict"],
        "aws_iam_role_policy_attachment": ["log"],
        "aws_lambda_function": ["predict"],
        "aws_apigatewayv2_api": ["predict"],
        "aws_lambda_permission": ["predict"],
    }


def test_the_function(resources):
    function = resources["aws_lambda_function"]["predict"]
    assert function["handler"] == "scikit_learn_lambda.handler"
    assert function["runtime"] == "python3.13"
    assert function["layers"] == ["${var.layer_arn}"]
    assert function["environment"] == [{"variables": {"SKLEARN_MODEL_PATH": "model.joblib"}}]
    # Beside it, where the command in its head writes it.
    assert function["filename"] == "${path.module}/function.zip"
    assert function["source_code_hash"] == '${filebase64sha256("${path.module}/function.zip")}'
    assert "-o examples/function.zip" in EXAMPLE.read_text(encoding="utf-8")


def test_the_role_may_write_its_log_and_nothing_else(resources):
    (attached,) = resources["aws_iam_role_policy_attachment"].values()
    assert attached["policy_arn"].endswith("service-role/AWSLambdaBasicExecutionRole")
    assert attached["role"] == "${aws_iam_role.predict.name}"
    assert "inline_policy" not in resources["aws_iam_role"]["predict"]


def test_the_api_may_call_the_function(resources):
    assert resources["aws_apigatewayv2_api"]["predict"]["protocol_type"] == "HTTP"
    assert resources["aws_apigatewayv2_api"]["predict"]["target"] == (
        "${aws_lambda_function.predict.arn}"
    )
    permission = resources["aws_lambda_permission"]["predict"]
    assert permission["principal"] == "apigateway.amazonaws.com"
    assert permission["source_arn"] == "${aws_apigatewayv2_api.predict.execution_arn}/*/*"


def test_all_that_is_referred_to_is_there(example, resources):
    declared = {("", kind, name) for kind, made in resources.items() for name in made}
    declared |= {("data", k, n) for of in example["data"] for k, made in of.items() for n in made}
    declared |= {("", "var", name) for of in example["variable"] for name in of}
    parts = [example[key] for key in ("resource", "output", "provider")]
    named = REFERENCE.finditer(json.dumps(parts))
    used = {(of["data"] or "", of["kind"], of["name"]) for of in named}
    assert used <= declared
    ends = {"aws_lambda_permission", "aws_iam_role_policy_attachment"}
    assert {kind for _, kind, _ in declared - used} == ends, "all else is there for something"
