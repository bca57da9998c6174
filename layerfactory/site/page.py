"""What a page of the site is, before it is bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Page:
    """One page: a template, what it speaks of, and what comes with it.

    Paths are those in the site, relative to its beginning, with slashes.
    """

    path: str
    """Such as ``index.html``."""
    template: str
    """Among ``templates/``; it extends ``base.html``."""
    title: str
    description: str
    """In a sentence, for those who come from a search."""
    label: str = ""
    """What the header calls it; empty keeps it out of there."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """What the template is given beside the page itself."""
    styles: tuple[str, ...] = ()
    """Paths of style sheets, behind that of all pages."""
    scripts: tuple[str, ...] = ()
    """Paths of scripts, run in this order when the page is there. None may stand in the page."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """What comes with it, by path."""
    dated: str = ""
    """A sentence for the footer: what its data is, and of when."""
    notice: str = ""
    """A sentence for a band across its top; empty where there is nothing to warn of."""
