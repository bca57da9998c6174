"""``python -m layerfactory`` and the ``layerfactory`` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    try:
        from layerfactory.cli.app import app

        app()
    except KeyboardInterrupt:  # while modules are being read: later each verb sees to it
        sys.stderr.write("interrupted\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
