"""The rehearsal's function on layers made by hand, whose scikit-learn is a few lines."""

from __future__ import annotations

import io
import zipfile
from contextlib import closing

import pytest

from layerfactory.build.docker.daemon import connect
from layerfactory.build.docker.images import find_image
from layerfactory.data.regions import regions
from layerfactory.data.runtimes import Architecture
from layerfactory.matrix.cell import Cell
from layerfactory.publish.aws.session import Aws
from layerfactory.publish.embedded import embedded_aws
from layerfactory.rehearsal.function import try_function
from layerfactory.rehearsal.function_image import image_kind
from layerfactory.rehearsal.trial import TrialState

CELL = Cell("3.13", "1.9.1")
REGION = regions()["us-west-2"]
MODEL = """
class LogisticRegression:
    def __init__(self, max_iter):
        pass

    def fit(self, rows, labels):
        self.known = list(zip(rows, labels))
        return self

    def predict(self, rows):
        def distance(one, other):
            return sum((a - b) ** 2 for a, b in zip(one, other))

        return [min(self.known, key=lambda known: distance(known[0], row))[1] for row in rows]
"""
GOOD = {
    "python/sklearn/__init__.py": "__version__ = '1.9.1'",
    "python/sklearn/linear_model.py": MODEL,
    "python/numpy/__init__.py": "__version__ = '2.5.3'",
    "python/scipy/__init__.py": "__version__ = '1.18.1'",
}


@pytest.fixture
def aws():
    with embedded_aws() as settings:
        yield Aws(settings)


@pytest.fixture
def publish(aws):
    """Publishes a layer of these files; gives its ARN."""

    def give(files):
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        answer = aws.client("lambda", REGION).publish_layer_version(
            LayerName=CELL.layer_name, Content={"ZipFile": output.getvalue()}
        )
        return answer["LayerVersionArn"]

    return give


def volumes() -> set[str]:
    with closing(connect()) as client:
        return {volume["Name"] for volume in client.api.volumes()["Volumes"] or ()}


@pytest.mark.docker
class TestWithDocker:
    @pytest.fixture(autouse=True)
    def image(self, build_image):
        return build_image(CELL.python)

    def test_a_good_layer_predicts(self, aws, publish, image, capfd):
        before = find_image("busybox:latest")
        trial = try_function(aws, REGION, publish(GOOD), CELL, image=image)
        assert (trial.state, trial.reason) == (TrialState.PREDICTED, "")
        assert trial.response["prediction"] == ["setosa", "versicolor", "virginica"]
        assert trial.response["loaded_from"] == "/opt/python/sklearn"
        assert trial.response["python"].startswith("3.13.")
        assert find_image(trial.image) is not None
        assert trial.image_kind == image_kind(CELL, trial.image)
        assert find_image("busybox:latest") == before, "what moto wants is taken away again"
        assert capfd.readouterr() == ("", "")

    def test_the_next_layer_of_that_name_is_seen_even_if_a_volume_stayed(self, aws, publish, image):
        stale = f"{CELL.layer_name}_1"
        with closing(connect()) as client:
            client.api.create_volume(stale)
        trial = try_function(aws, REGION, publish(GOOD), CELL, image=image)
        assert trial.state is TrialState.PREDICTED
        assert stale not in volumes()

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"python/sklearn/linear_model.py": "import missing"}, "No module named 'missing'"),
            ({"python/sklearn/__init__.py": "__version__ = '1.8.0'"}, "has scikit-learn 1.8.0"),
        ],
    )
    def test_a_bad_layer_does_not(self, aws, publish, image, change, told):
        trial = try_function(aws, REGION, publish({**GOOD, **change}), CELL, image=image)
        assert trial.state is TrialState.FAILED
        assert told in trial.reason
        assert trial.response

    def test_without_an_image_it_is_only_created(self, aws, publish):
        cell = Cell("3.13", "1.9.1", Architecture.ARM64)
        trial = try_function(aws, REGION, publish(GOOD), cell)
        assert (trial.state, trial.response) == (TrialState.NOT_CALLED, {})
        assert "no image is to be had that runs Python 3.13 on arm64" in trial.reason


def test_without_docker_it_is_only_created(aws, publish, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent")
    trial = try_function(aws, REGION, publish(GOOD), CELL)
    assert trial.state is TrialState.NOT_CALLED
    assert trial.reason == "no Docker daemon answers"


def test_a_layer_that_is_not_there(aws, publish):
    arn = publish(GOOD).removesuffix("1") + "7"
    trial = try_function(aws, REGION, arn, CELL)
    assert trial.state is TrialState.FAILED
    assert "LayerVersion does not exist" in trial.reason
