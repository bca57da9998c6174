"""Judges what AWS answered: values in, a verdict out; nothing is asked here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerfactory.doctor.check import Check, fail, ok, warn
from layerfactory.errors import AccessDeniedError, AwsError, RegionNotEnabledError
from layerfactory.publish.storage import STORAGE_REMEDY, Storage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from layerfactory.publish.aws.account import Identity

_SKEWED, _REFUSED = 60, 300
"""Seconds; AWS refuses signatures that are five minutes off."""
_FULL = 0.9

PUBLISHING = (
    "lambda:ListLayers",
    "lambda:ListLayerVersions",
    "lambda:GetAccountSettings",
    "lambda:GetLayerVersion",
    "lambda:GetLayerVersionPolicy",
    "lambda:PublishLayerVersion",
    "lambda:AddLayerVersionPermission",
    "lambda:RemoveLayerVersionPermission",
    "s3:ListBucket",
    "s3:CreateBucket",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutEncryptionConfiguration",
    "s3:GetLifecycleConfiguration",
    "s3:PutLifecycleConfiguration",
    "s3:PutObject",
    "s3:AbortMultipartUpload",
    "s3:GetObject",
    "s3:DeleteObject",
)
"""All that the role of docs/role.md allows."""


def judge_identity(identity: Identity) -> Check:
    """Whose credentials these are."""
    saw = f"{identity.arn} of account {identity.account}"
    if identity.arn.endswith(":root"):
        return warn("credentials", saw, "Use a role: those of the root user may do everything.")
    return ok("credentials", saw)


def judge_clock(aws: datetime | None, here: datetime) -> Check:
    """Whether this machine's clock is AWS's."""
    if aws is None:
        return warn("clock", "AWS's answer told no time", "See that the clock is right.")
    seconds = abs((here - aws).total_seconds())
    saw = f"{seconds:.0f} s from AWS's"
    remedy = "Set the clock (chronyd, timedatectl set-ntp true): AWS refuses what is signed late."
    if seconds >= _REFUSED:
        return fail("clock", saw, remedy)
    return warn("clock", saw, remedy) if seconds >= _SKEWED else ok("clock", "as AWS's")


def judge_regions(
    answers: Mapping[str, Storage | AwsError | None], named: frozenset[str]
) -> Sequence[Check]:
    """Whether the regions answer, and whether they have room.

    Args:
        answers: by region, its storage or why it does not answer; None where it answers, and does
            not tell its storage.
        named: those that were asked for by name, and not through a group.
    """
    faults = {name: each for name, each in answers.items() if isinstance(each, AwsError)}
    off = [name for name, each in faults.items() if isinstance(each, RegionNotEnabledError)]
    denied = [name for name, each in faults.items() if isinstance(each, AccessDeniedError)]
    silent = [name for name in faults if name not in {*off, *denied}]
    checks = [_enabled(len(answers) - len(off), off, named)]
    if silent:
        first = faults[silent[0]]
        saw = f"{', '.join(silent)}: {first.message.splitlines()[0]}"
        checks.append(fail("regions that answer", saw, first.remedy or "Ask again later."))
    if denied:
        checks.append(
            fail(
                "reading",
                f"{', '.join(denied)}: lambda:GetAccountSettings is not allowed",
                "Use the role of docs/role.md.",
            )
        )
    storages = {name: each for name, each in answers.items() if isinstance(each, Storage)}
    mute = [name for name, each in answers.items() if each is None]
    return (*checks, *_rooms(storages, mute))


def _rooms(storages: Mapping[str, Storage], mute: Sequence[str]) -> Iterator[Check]:
    if storages:
        yield _room(storages)
    if mute:
        yield warn(
            "room that is not known",
            f"{', '.join(mute)}: did not tell",
            "Publishing finds out: what does not fit is told, and stops no other region.",
        )


def _enabled(count: int, off: Sequence[str], named: frozenset[str]) -> Check:
    if not off:
        return ok("regions", f"all {count} are enabled")
    saw = f"{count} enabled; not enabled: {', '.join(off)}"
    remedy = "Enable them (aws account enable-region --region-name NAME), or leave them out."
    return (fail if named.intersection(off) else warn)("regions", saw, remedy)


def _room(storages: Mapping[str, Storage]) -> Check:
    """The fullest region stands for all."""

    def share(name: str) -> float:
        storage = storages[name]
        return storage.used / storage.limit if storage.limit else 1.0

    name = max(storages, key=share)
    storage = storages[name]
    saw = f"{name} is the fullest: {storage.used / 1e9:.1f} GB in use of {storage.limit / 1e9:.1f}"
    if share(name) >= 1:
        return fail("room for code", saw, STORAGE_REMEDY)
    return (
        warn("room for code", saw, STORAGE_REMEDY)
        if share(name) >= _FULL
        else ok("room for code", saw)
    )


def judge_role(denied: Sequence[str] | None) -> Check:
    """Whether the role can do what publishing takes.

    Args:
        denied: the actions that it may not; None where IAM may not be asked.
    """
    if denied is None:
        return warn(
            "role",
            "IAM may not be asked what the role can do; what only reads was tried",
            "Hold it against docs/role.md; the role made of its template needs no look.",
        )
    if denied:
        return fail(
            "role",
            f"may not: {', '.join(denied)}",
            "Deploy .github/aws/publishing-role.yaml, and use its role (docs/role.md).",
        )
    return ok("role", f"may do all {len(PUBLISHING)} things that publishing takes")
