"""``python -m layerfactory`` and the ``layerfactory`` command."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from layerfactory.cli.app import app

    app()


if __name__ == "__main__":
    main()
