"""Whose credentials are at hand, and what they may do, as far as that can be asked."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from layerfactory.data.regions import Region
    from layerfactory.publish.aws.session import Aws

_ALLOWED = "allowed"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks."""

    account: str
    arn: str
    time: datetime | None
    """What AWS's clock said; None where the answer did not tell."""

    @property
    def source_arn(self) -> str:
        """What IAM keeps policies of: the role, not the session that assumed it."""
        start, _, session = self.arn.partition(":assumed-role/")
        if not session:
            return self.arn
        partition = start.split(":")[1]
        return f"arn:{partition}:iam::{self.account}:role/{session.partition('/')[0]}"


def identify(aws: Aws, region: Region) -> Identity:
    """Ask AWS who asks; raises AwsError."""
    client = aws.client("sts", region)
    answer: Any = aws.calls(region).make("sts:GetCallerIdentity", client.get_caller_identity)
    date = answer["ResponseMetadata"]["HTTPHeaders"].get("date", "")
    return Identity(str(answer["Account"]), str(answer["Arn"]), _time(date))


def denied_actions(
    aws: Aws, region: Region, identity: Identity, actions: Sequence[str]
) -> tuple[str, ...]:
    """Those of the actions that no policy of the identity allows; nothing is tried.

    Raises:
        AwsError: IAM may not be asked, which the publishing role itself may not.
    """
    client = aws.client("iam", region)

    def ask() -> Any:
        return client.simulate_principal_policy(
            PolicySourceArn=identity.source_arn, ActionNames=list(actions)
        )

    answer = aws.calls(region).make("iam:SimulatePrincipalPolicy", ask)
    found = {each["EvalActionName"]: each["EvalDecision"] for each in answer["EvaluationResults"]}
    return tuple(action for action in actions if found.get(action) != _ALLOWED)


def _time(header: str) -> datetime | None:
    try:
        return parsedate_to_datetime(header)
    except ValueError:
        return None
