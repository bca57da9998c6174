"""What is to be done where: a plan, and the steps that it is made of. Nothing here acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
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
