"""One function in the embedded AWS: created, invoked, deleted."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
import zipfile
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

from layerfactory.build.docker.images import remove_volume

if TYPE_CHECKING:
    from collections.abc import Mapping

    from types_boto3_iam import IAMClient
    from types_boto3_lambda import LambdaClient

    from layerfactory.matrix.cell import Cell
    from layerfactory.publish.aws.calls import Calls

_ROLE = "layerfactory-rehearsal"
_HANDLER = "prediction.handler"
_MEMORY_MB = 1769  # One whole processor, on Lambda.
_TIMEOUT_SECONDS = 60


def _function_zip() -> bytes:
    """The function's own code: one module."""
    module = files("layerfactory.rehearsal").joinpath("guest/prediction.py").read_bytes()
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr(zipfile.ZipInfo("prediction.py"), module)
    return output.getvalue()


@dataclass(frozen=True, slots=True)
class Function:
    """One function in one region. Every verb raises AwsError."""

    client: LambdaClient
    calls: Calls
    layer_arn: str
    cell: Cell
    name: str = field(default_factory=lambda: f"layerfactory-{uuid.uuid4().hex[:8]}")
    code: bytes = field(default_factory=_function_zip, repr=False)
    handler: str = _HANDLER
    environment: Mapping[str, str] = field(default_factory=dict)

    def create(self, role: str) -> None:
        """Create it under this role."""
        self.calls.make(
            "lambda:CreateFunction",
            lambda: self.client.create_function(
                FunctionName=self.name,
                Runtime=cast("Any", self.cell.runtime.name),
                Architectures=[cast("Any", str(self.cell.architecture))],
                Role=role,
                Handler=self.handler,
                Environment={"Variables": self.environment},
                Code={"ZipFile": self.code},
                Layers=[self.layer_arn],
                MemorySize=_MEMORY_MB,
                Timeout=_TIMEOUT_SECONDS,
            ),
        )

    def invoke(self, event: Any) -> dict[str, Any]:
        """Its answer, or what Lambda answers for a function that fails: ``errorMessage``."""
        answer = self.calls.make(
            "lambda:InvokeFunction",
            lambda: self.client.invoke(FunctionName=self.name, Payload=json.dumps(event)),
        )
        text = answer["Payload"].read().decode(errors="replace")
        try:
            response = json.loads(text)
        except ValueError:
            response = None
        return response if isinstance(response, dict) else {"errorMessage": text}

    def delete(self) -> None:
        """Take it away."""
        self.calls.make(
            "lambda:DeleteFunction", lambda: self.client.delete_function(FunctionName=self.name)
        )

    def forget_volumes(self) -> None:
        """Remove what a killed rehearsal left.

        moto names a volume after the layer's name and number, which the next rehearsal uses again
        with other bytes, and takes one that is there for filled.

        Raises:
            DockerError: another rehearsal is using it.
        """
        remove_volume("_".join(self.layer_arn.split(":")[-2:]))
        remove_volume(hashlib.sha256(self.code).hexdigest())


def ensure_role(client: IAMClient, calls: Calls) -> str:
    """A role that Lambda may take on; moto wants one that exists."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }

    def ensure() -> str:
        try:
            return client.get_role(RoleName=_ROLE)["Role"]["Arn"]
        except client.exceptions.NoSuchEntityException:
            made = client.create_role(RoleName=_ROLE, AssumeRolePolicyDocument=json.dumps(trust))
            return made["Role"]["Arn"]

    return calls.make("iam:CreateRole", ensure)
