"""The rehearsal as a newcomer runs it."""

from __future__ import annotations

import pytest

CELL = "py3.7-sklearn0.23.1-x86_64"


@pytest.mark.docker
def test_a_rehearsal_ends_with_a_function_that_predicts(factory, build_image):
    image = build_image("3.7")
    words = ("--only", CELL, "--builder", "wheels", "--image", image, "--json")

    done = factory.run("rehearse", *words)

    assert done.code == 0, done.err
    told = done.json
    assert [result["state"] for result in told["results"]] == ["published"] * 2
    function = told["functions"][CELL]
    assert function["state"] == "predicted", function
    assert function["prediction"] == ["setosa", "versicolor", "virginica"]
    assert function["scikit_learn"] == "0.23.1"
    assert function["image"]
    assert function["image_kind"] in {"Lambda's own image", "a build image", "a stand-in"}
    assert (factory.output / "layers.csv").read_text().count("arn:aws:lambda:") == 2


def test_a_rehearsal_without_docker_says_that_the_function_was_not_called(factory):
    factory.env["DOCKER_HOST"] = "unix:///nonexistent/docker.sock"

    done = factory.run("rehearse", "--only", CELL, "--builder", "wheels")

    assert done.code == 0, done.err
    assert "created, not called: no Docker daemon answers" in done.out
    assert "arn:aws:lambda:us-west-2:123456789012:layer:python-3-7-scikit-learn-0-23-1:1" in (
        done.out.replace("\n", "").replace(" ", "")
    )
