"""What the tests of the command line share."""

from __future__ import annotations

from build_fixtures import workshop

__all__ = ["workshop"]
