"""The templates as the tools that read them see them, and a function made of what they pack."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from sysconfig import get_path

import gateway_events as events
import pytest
from emulator import NEW, ROOT

from layerfactory.data.regions import regions
from layerfactory.publish.aws.calls import Calls, RetryPolicy
from layerfactory.publish.aws.session import Aws
from layerfactory.publish.embedded import embedded_aws
from layerfactory.rehearsal.function import invoke_in_docker
from layerfactory.rehearsal.remote_function import Function, ensure_role

HANDLER = ROOT / "handler"
# Reads serverless.yaml as the Serverless Framework does, and asks nobody for a key.
OSLS = "osls@4.3.1"
REGION = regions()["us-west-2"]
LAYER = "arn:aws:lambda:us-west-2:123456789012:layer:python-3-13-scikit-learn-1-9-1:1"
S3_PARAMETERS = ("--param=bucket=my-bucket", "--param=key=my-model-file.joblib")
# osls names each dependency twice; that of everything else is ours.
IGNORED = "W3005"
# Nobody looks into what is deployed as it is.
BUNDLED = b"what bundle made"


def runs(*words, **options):
    done = subprocess.run(words, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def osls(tmp_path_factory):
    """The program, out of the npm registry."""
    if shutil.which("npm") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("there is no npm here")
    home = tmp_path_factory.mktemp("osls")
    runs("npm", "install", "--no-audit", "--no-fund", "--prefer-offline", OSLS, cwd=home)
    return home / "node_modules/.bin/osls"


@pytest.fixture(scope="session")
def service(tmp_path_factory, bench):
    """The folder as a user has it: the handler, and a model beside it. And what lies about."""
    folder = tmp_path_factory.mktemp("service") / "handler"
    shutil.copytree(HANDLER, folder)
    shutil.copy(bench(NEW).model(), folder / "model.joblib")
    for litter in ("scikit_learn_lambda/__pycache__/x.pyc", "notes.txt", "old.joblib"):
        (folder / litter).parent.mkdir(exist_ok=True)
        (folder / litter).write_bytes(b"litter")
    return folder


@pytest.fixture(scope="session")
def packaged(osls, service, tmp_path_factory):
    """What osls makes of a template: its CloudFormation, and the zip."""

    def package(config, *parameters):
        target = tmp_path_factory.mktemp("packaged")
        words = ["package", "--config", config, "--package", target, f"--param=layer={LAYER}"]
        env = {**os.environ, "SLS_TELEMETRY_DISABLED": "1", "SLS_NOTIFICATIONS_MODE": "off"}
        runs(osls, *words, *parameters, cwd=service, env=env)
        archive = next(target.glob("*.zip"), None)
        return target / "cloudformation-template-update-stack.json", archive

    (service / "function.zip").write_bytes(BUNDLED)
    return {
        "serverless.yaml": package("serverless.yaml"),
        "serverless-s3.yaml": package("serverless-s3.yaml", *S3_PARAMETERS),
        "bundled": package("serverless.yaml", "--param=zip=function.zip"),
    }


def resources(template, kind):
    found = json.loads(template.read_text())["Resources"].values()
    return [of["Properties"] for of in found if of["Type"] == kind]


def test_what_goes_to_cloudformation_is_sound(packaged):
    templates = [HANDLER / "examples/template.yaml", *(made for made, _ in packaged.values())]
    lint = Path(get_path("scripts"), "cfn-lint")
    assert runs(lint, "--ignore-checks", IGNORED, "--", *templates) == ""


def test_handler_and_model_go_into_the_zip_and_nothing_else(packaged):
    tracked = runs("git", "ls-files", "scikit_learn_lambda", cwd=HANDLER).split()
    wanted = {
        name for name in tracked if "/tools/" not in name and not name.endswith("__main__.py")
    }
    for config, more in {"serverless.yaml": {"model.joblib"}, "serverless-s3.yaml": set()}.items():
        with zipfile.ZipFile(packaged[config][1]) as archive:
            assert set(archive.namelist()) == wanted | more
            handler = sum(of.compress_size for of in archive.infolist() if of.filename in wanted)
        assert handler < 60_000, "the handler is thin"


def test_the_model_in_the_package(packaged):
    template, _ = packaged["serverless.yaml"]
    (function,) = resources(template, "AWS::Lambda::Function")
    assert function["Handler"] == "scikit_learn_lambda.handler"
    assert function["Environment"]["Variables"] == {"SKLEARN_MODEL_PATH": "model.joblib"}
    assert function["Layers"] == [LAYER]
    assert (function["Runtime"], function["MemorySize"]) == (NEW.runtime.name, 1024)


def test_a_zip_that_bundle_made_is_deployed_as_it_is(packaged):
    template, archive = packaged["bundled"]
    assert archive is None, "nothing is packed again"
    (version,) = resources(template, "AWS::Lambda::Version")
    assert base64.b64decode(version["CodeSha256"]) == hashlib.sha256(BUNDLED).digest()
    (function,) = resources(template, "AWS::Lambda::Function")
    assert function["Code"]["S3Key"].endswith("/function.zip")


def test_the_model_in_s3_may_be_read_and_nothing_else(packaged):
    template, _ = packaged["serverless-s3.yaml"]
    (function,) = resources(template, "AWS::Lambda::Function")
    path = {"SKLEARN_MODEL_PATH": "s3://my-bucket/my-model-file.joblib"}
    assert function["Environment"]["Variables"] == path
    assert function["Role"] == {"Fn::GetAtt": ["ScikitLearnLambdaRole", "Arn"]}
    (role,) = resources(template, "AWS::IAM::Role")
    (policy,) = role["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == ["s3:GetObject", "s3:GetObjectVersion"]
    arn = "arn:${AWS::Partition}:s3:::my-bucket/my-model-file.joblib"
    assert statement["Resource"] == {"Fn::Sub": arn}


@pytest.mark.docker
def test_a_function_of_that_zip_and_the_layers_arn_predicts(packaged, opt, build_image, capfd):
    """On the embedded AWS, which runs it in a container with the layer at /opt."""
    image = build_image(NEW.python)
    layer = next(opt(NEW).parent.glob(f"dist/{NEW}.zip"))
    calls = Calls(REGION, RetryPolicy(attempts=1))
    with embedded_aws() as settings:
        aws = Aws(settings)
        client = aws.client("lambda", REGION)
        published = client.publish_layer_version(
            LayerName=NEW.layer_name, Content={"ZipFile": layer.read_bytes()}
        )
        function = Function(
            client,
            calls,
            published["LayerVersionArn"],
            NEW,
            code=packaged["serverless.yaml"][1].read_bytes(),
            handler="scikit_learn_lambda.handler",
            environment={"SKLEARN_MODEL_PATH": "model.joblib"},
        )
        function.create(ensure_role(aws.client("iam", REGION), calls))
        event = events.http_api({"input": [[0, 0, 0, 0]]})
        answer, _ = invoke_in_docker(function, event, image=image)
        function.delete()
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {"prediction": [0]}
