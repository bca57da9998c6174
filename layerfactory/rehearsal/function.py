"""The end of a rehearsal: a function with the layer, created and asked for a real prediction."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from layerfactory.build.docker.daemon import daemon_answers
from layerfactory.data.extras import extras
from layerfactory.errors import AwsError, DockerError, ImageNotFoundError
from layerfactory.publish.aws.calls import Calls, RetryPolicy
from layerfactory.rehearsal.function_image import (
    REPOSITORY,
    base_image,
    function_image,
    image_kind,
    volume_carrier,
)
from layerfactory.rehearsal.remote_function import Function, ensure_role
from layerfactory.rehearsal.trial import FunctionTrial, TrialState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from layerfactory.build.docker.images import Image
    from layerfactory.data.regions import Region
    from layerfactory.matrix.cell import Cell
    from layerfactory.publish.aws.session import Aws

SERVER_ENVIRONMENT: Mapping[str, str] = {"MOTO_DOCKER_LAMBDA_IMAGE": REPOSITORY}
"""What must stand in the environment of the moto server's process when a function is invoked."""

# Three kinds of iris: sepal length and width, petal length and width, in centimetres.
_EVENT: Mapping[str, Any] = {
    "rows": [
        *([5.1, 3.5, 1.4, 0.2], [4.9, 3.0, 1.4, 0.2], [4.7, 3.2, 1.3, 0.2], [5.0, 3.6, 1.4, 0.2]),
        *([7.0, 3.2, 4.7, 1.4], [6.4, 3.2, 4.5, 1.5], [5.5, 2.3, 4.0, 1.3], [5.7, 2.8, 4.5, 1.3]),
        *([6.3, 3.3, 6.0, 2.5], [7.1, 3.0, 5.9, 2.1], [6.5, 3.0, 5.8, 2.2], [7.6, 3.0, 6.6, 2.1]),
    ],
    "labels": ["setosa"] * 4 + ["versicolor"] * 4 + ["virginica"] * 4,
    "unknown": [[5.4, 3.9, 1.7, 0.4], [5.6, 3.0, 4.1, 1.3], [7.7, 2.6, 6.9, 2.3]],
}
_EXPECTED = ["setosa", "versicolor", "virginica"]


def try_function(
    aws: Aws,
    region: Region,
    layer_arn: str,
    cell: Cell,
    *,
    image: str = "",
    progress: Callable[[str], None] | None = None,
) -> FunctionTrial:
    """Create a function with the layer in the embedded AWS and, where Docker runs, invoke it.

    The embedded AWS must be in this process, or have SERVER_ENVIRONMENT in its own.

    Args:
        aws: the embedded AWS; never a real account, for a role is made there.
        region: where the layer is.
        layer_arn: of the layer's version.
        cell: what the layer was built for.
        image: the build image in use, if it is not the runtime's own.
        progress: called with a line while an image is pulled.
    """
    calls = Calls(region, RetryPolicy(attempts=1))
    function = Function(aws.client("lambda", region), calls, layer_arn, cell)
    try:
        function.create(ensure_role(aws.client("iam", region), calls))
    except AwsError as error:
        return FunctionTrial(TrialState.FAILED, f"not created: {error.message}")
    try:
        return _invoke(function, image, progress)
    except ImageNotFoundError as error:
        return FunctionTrial(TrialState.NOT_CALLED, f"{error.message}. {error.remedy}")
    except (AwsError, DockerError) as error:
        return FunctionTrial(TrialState.FAILED, error.message)
    finally:
        with suppress(AwsError):
            function.delete()


def _invoke(
    function: Function, image: str, progress: Callable[[str], None] | None
) -> FunctionTrial:
    if not daemon_answers():
        return FunctionTrial(TrialState.NOT_CALLED, "no Docker daemon answers")
    cell = function.cell
    event = {**_EVENT, "modules": _modules(cell)}
    response, base = invoke_in_docker(function, event, image=image, progress=progress)
    fault = _fault(response, cell)
    state = TrialState.FAILED if fault else TrialState.PREDICTED
    return FunctionTrial(state, fault, response, base.name, image_kind(cell, base.name))


def invoke_in_docker(
    function: Function,
    event: Any,
    *,
    image: str = "",
    progress: Callable[[str], None] | None = None,
) -> tuple[dict[str, Any], Image]:
    """Invoke a function of the embedded AWS, which runs it in a container.

    Args:
        function: created there.
        event: a value for JSON.
        image: the build image in use, if it is not the runtime's own.
        progress: called with a line while an image is pulled.

    Returns:
        The function's answer, and the image that it ran in.

    Raises:
        ImageNotFoundError: there is none for its Python.
        DockerError: the container cannot be made.
        AwsError: the embedded AWS refuses.
    """
    cell = function.cell
    base = base_image(cell, image, progress)
    made = function_image(cell, base)
    function.forget_volumes()
    with _moto_prepared(), volume_carrier(cell, made):
        return function.invoke(event), base


def _modules(cell: Cell) -> list[str]:
    """What the function of a variant must be able to import."""
    return [extras()[name].module for name in cell.extras]


def _fault(response: Mapping[str, Any], cell: Cell) -> str:
    """What is wrong with an answer; empty if nothing is."""
    if "prediction" not in response:
        return f"the function failed: {response.get('errorMessage') or dict(response)}"
    if not str(response["loaded_from"]).startswith("/opt/"):
        return f"the function's scikit-learn is not the layer's but {response['loaded_from']}"
    if response["scikit_learn"] != cell.scikit_learn:
        return f"the function has scikit-learn {response['scikit_learn']}"
    if response["prediction"] != _EXPECTED:
        return f"the function predicts {response['prediction']}, not {_EXPECTED}"
    return ""


@contextmanager
def _moto_prepared() -> Iterator[None]:
    """Tell moto which image runs functions, for the length of the block.

    Where this process itself is in a container, moto asks curl for that container's address, and
    complains on standard output if Docker does not know it. The function needs no such address.
    """
    import moto.settings

    settings: Any = moto.settings
    former = settings.moto_server_host
    settings.moto_server_host = lambda: "http://host.docker.internal"
    try:
        with _environment(SERVER_ENVIRONMENT):
            yield
    finally:
        settings.moto_server_host = former


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set variables for the length of the block: moto reads them when it invokes."""
    former = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in former.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
