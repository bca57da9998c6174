"""Decides what one layer needs in one region, from what we have and what AWS has; nothing acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerfactory.errors import AlteredLayerError
from layerfactory.publish.identity import claimed_sha256, code_sha256
from layerfactory.publish.plan import Altered, Grant, NoRoom, Revoke, Skip, Unreachable, Upload
from layerfactory.publish.policy import STATEMENT_ID

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layerfactory.build.layer import Layer
    from layerfactory.data.regions import Region
    from layerfactory.errors import LayerFactoryError
    from layerfactory.publish.plan import Action, Found, Terms
    from layerfactory.publish.remote import RemoteVersion


def decide(layer: Layer, found: Found, terms: Terms) -> Action:
    """What one layer needs in one region that answered."""
    newest, holder = found.newest, found.holder
    if newest is None:
        return Upload()
    foreign = _foreign(newest, layer.manifest.code_sha256)
    if foreign and not terms.supersede:
        return Altered(newest, foreign, foreign=True, holder=holder)
    for remote in (holder,) if foreign else (newest, holder):
        if remote is not None and remote.access.alteration:
            return Altered(remote, f"its permission {STATEMENT_ID!r} {remote.access.alteration}")
    if holder is not None and terms.revoke and found.granted:
        return _take_back(holder, newest, found.granted)
    return Upload() if holder is None else _settle(holder, newest, terms)


def _foreign(newest: RemoteVersion, wanted: str) -> str:
    """Why a version is neither our zip nor an earlier one of ours; empty where it is."""
    if newest.code_sha256 == wanted:
        return ""
    claimed = claimed_sha256(newest.description)
    if not claimed:
        return f"it holds {newest.code_sha256[:8]}, and layerfactory did not publish it"
    if code_sha256(claimed) != newest.code_sha256:
        return f"it says that it holds {code_sha256(claimed)[:8]}, but {newest.code_sha256[:8]} is"
    return ""


def _settle(holder: RemoteVersion, newest: RemoteVersion, terms: Terms) -> Action:
    """Our zip is there: only its permission may be wanting."""
    note = _note_of_age(holder, newest)
    if terms.public and not holder.public:
        return Grant(holder, note)
    if terms.public or not holder.public:
        return Skip(holder, note)
    if holder.access.ours:
        return Skip(holder, f"{holder.arn} is public and stays so; --private takes that back")
    return Skip(holder, _note_of_others((holder,)))


def _take_back(
    holder: RemoteVersion, newest: RemoteVersion, granted: tuple[RemoteVersion, ...]
) -> Revoke:
    """A double is as public as the version that counts, whichever of them is newer."""
    versions = tuple(remote.version for remote in granted)
    if versions == (holder.version,):
        note = _note_of_age(holder, newest)
    else:
        arns = ", ".join(remote.arn for remote in granted)
        note = f"our permission is taken back from all with this zip: {arns}"
    return Revoke(holder, "; ".join(filter(None, (note, _note_of_others(granted)))), versions)


def _note_of_others(remotes: Iterable[RemoteVersion]) -> str:
    """Which of them stay public, and by whose permission; empty where none does."""
    named = {
        remote.arn: ", ".join(sid or "without a Sid" for sid in remote.access.public_by)
        for remote in remotes
        if remote.access.public_by
    }
    return "; ".join(
        f"{arn} stays public, by a permission that is not ours: {by}" for arn, by in named.items()
    )


def _note_of_age(holder: RemoteVersion, newest: RemoteVersion) -> str:
    if holder.version == newest.version:
        return ""
    if holder.code_sha256 == newest.code_sha256:
        return f"{newest.arn} is a double of version {holder.version}, which is the one that counts"
    return (
        f"{holder.arn} holds this zip already, so it is not published again, "
        f"although version {newest.version} with another one is newer"
    )


def fault(region: Region, action: Action) -> LayerFactoryError | None:
    """Why an action fails the run whose plan has it; None where it does not."""
    match action:
        case NoRoom(error) | Unreachable(error):
            return error
        case Altered():
            return altered(region, action)
        case _:
            return None


def altered(region: Region, action: Altered) -> AlteredLayerError:
    """That a person must look, and how."""
    remote = action.remote
    if action.holder is not None:
        remedy = (
            f"Find out who published it. Version {action.holder.version} holds our zip already, so "
            "--supersede publishes nothing: it passes over the one that is not ours."
        )
    elif action.foreign:
        remedy = (
            "Find out who published it; --supersede publishes ours after it, as one more version."
        )
    else:
        remedy = (
            "Find out who changed it. To have it granted anew: aws lambda "
            f"remove-layer-version-permission --region {region} --layer-name {remote.layer_name} "
            f"--version-number {remote.version} --statement-id {STATEMENT_ID}"
        )
    return AlteredLayerError(f"{region}: {remote.arn} was altered: {action.what}", remedy)
