"""What is to be done where, decided from what we have and what AWS has. Nothing here acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from layerfactory.errors import AlteredLayerError
from layerfactory.publish.identity import claimed_sha256, code_sha256
from layerfactory.publish.policy import STATEMENT_ID

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layerfactory.build.layer import Layer
    from layerfactory.data.regions import Region
    from layerfactory.errors import LayerFactoryError
    from layerfactory.publish.remote import RemoteVersion
    from layerfactory.publish.storage import Demand


@dataclass(frozen=True, slots=True)
class Target:
    """One layer in one region."""

    layer: Layer
    region: Region


@dataclass(frozen=True, slots=True)
class Found:
    """What a region has of one layer."""

    newest: RemoteVersion | None = None
    holder: RemoteVersion | None = None
    """The version that holds our very zip; an older one where the newest does not."""
    granted: tuple[RemoteVersion, ...] = ()
    """Where our permission is to be taken back: all versions with our very zip that have it."""


@dataclass(frozen=True, slots=True)
class Skip:
    """A version holds our zip, and is as public as wanted."""

    remote: RemoteVersion
    note: str = ""
    """What the user should know although there is nothing to do."""
    name: ClassVar[str] = "skip"


@dataclass(frozen=True, slots=True)
class Grant:
    """A version holds our zip, but is private still."""

    remote: RemoteVersion
    note: str = ""
    name: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True)
class Revoke:
    """It was us who made it public, and that is to be taken back."""

    remote: RemoteVersion
    """The version that counts."""
    note: str = ""
    versions: tuple[int, ...] = ()
    """All that have our permission: doubles too."""
    name: ClassVar[str] = "revoke"


@dataclass(frozen=True, slots=True)
class Upload:
    """Nothing is there, or an earlier version of ours, and none holds our zip."""

    name: ClassVar[str] = "publish"


@dataclass(frozen=True, slots=True)
class NoRoom:
    """It should be uploaded, but the region's storage is too full."""

    error: LayerFactoryError
    name: ClassVar[str] = "no room"


@dataclass(frozen=True, slots=True)
class Altered:
    """What lies under our name is not as we left it; a person must look."""

    remote: RemoteVersion
    what: str
    foreign: bool = False
    """It is its content that is not ours, and not its permission."""
    holder: RemoteVersion | None = None
    """An older version that holds our zip, below one that is not ours."""
    name: ClassVar[str] = "altered"


@dataclass(frozen=True, slots=True)
class NotEnabled:
    """An opt-in region that the account has not enabled, and that nobody asked for by name."""

    error: LayerFactoryError
    name: ClassVar[str] = "not enabled"


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The region could not be asked."""

    error: LayerFactoryError
    name: ClassVar[str] = "not reachable"


Action = Skip | Grant | Revoke | Upload | NoRoom | Altered | NotEnabled | Unreachable


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done for one layer in one region, and why."""

    target: Target
    remote: RemoteVersion | None
    """The newest version that AWS has."""
    action: Action

    @property
    def why(self) -> str:
        """The reason in a few words."""
        return reason(self.action, self.remote)


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms layers are published."""

    public: bool
    """Every account may use them."""
    revoke: bool = False
    """Where private is wanted, take back what we granted: somebody may rely on it."""
    supersede: bool = False
    """Publish after a newest version that is not ours."""
    named: frozenset[str] = frozenset()
    """Regions that were asked for by name: one that is not enabled is a failure."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Every step, by cell and then by region; it can be printed, or carried out."""

    steps: tuple[Step, ...]
    terms: Terms
    storage: tuple[Demand, ...] = ()
    """Of each region where something is to be uploaded."""


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


def reason(action: Action, newest: RemoteVersion | None) -> str:
    """Why an action was chosen, in a few words."""
    match action:
        case Skip(_, note):
            return note or "it is there already"
        case Grant(_, note):
            return note or "it is there, and private still"
        case Revoke(_, note, _):
            return note or "it is public by our permission, which --private takes back"
        case Upload():
            return "it holds an earlier one" if newest else "nothing is there"
        case Altered(_, what):
            return what
        case NoRoom(error) | NotEnabled(error) | Unreachable(error):
            return error.message
