"""What a person sees: narrow and wide terminals, without colours, in a pipe, in CI."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

import pytest
from ready_layers import write_layer, write_matrix

from layerfactory.matrix.cell import Cell

CELLS = [
    Cell.parse(name) for name in ("py3.7-sklearn0.22.2.post1-x86_64", "py3.13-sklearn1.9.1-x86_64")
]
REGIONS = ("eu-west-1", "us-west-2")
LAYERS = ("python-3-7-scikit-learn-0-22-2-post1", "python-3-13-scikit-learn-1-9-1")
ARNS = [f"arn:aws:lambda:{r}:123456789012:layer:{name}:1" for r in REGIONS for name in LAYERS]
COMMAND = re.compile(r"\x1b\[[?\d;]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-7]|38|9[0-7])[;m]")
PUBLISH = ("publish", "--local")


@pytest.fixture
def root(tmp_path):
    write_matrix(tmp_path, CELLS, REGIONS)
    for number, cell in enumerate(CELLS):
        write_layer(tmp_path, cell, b"x" * (1000 + number))
    return tmp_path


def environment(**more):
    kept = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "CI"}}
    return {**kept, "TERM": "xterm-256color", **more}


def on_terminal(root, columns, *words, **more):
    """Run a verb in a terminal of so many columns; what it wrote, commands and all."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    argv = [sys.executable, "-m", "layerfactory", *words]
    streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    with subprocess.Popen(argv, cwd=root, env=environment(**more), **streams) as process:
        os.close(theirs)
        written = b"".join(iter(lambda: read(ours), b""))
    os.close(ours)
    assert process.returncode == 0, written
    return written.decode().replace("\r\n", "\n")


def read(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side has ended
        return b""


def lines_of(text):
    return [line.rstrip() for line in COMMAND.sub("", text).splitlines()]


def test_the_plan_fits_a_narrow_terminal(root):
    lines = lines_of(on_terminal(root, 80, "plan"))
    assert max(map(len, lines)) <= 80
    assert [cell for cell in CELLS if not any(f" {cell} " in line for line in lines)] == []


def test_a_narrow_terminal_hides_nothing_of_what_was_published(root):
    text = on_terminal(root, 80, *PUBLISH)
    lines = lines_of(text)
    assert "…" not in text
    assert [arn for arn in ARNS if f"  {arn}" not in lines] == []
    after = lines[lines.index("Published") :]
    # Each cell once, its regions below it.
    assert [line for line in after if line.startswith("py3")] == [str(cell) for cell in CELLS]
    assert sum(line.startswith("  region ") for line in after) == len(ARNS)


def test_a_wide_terminal_has_a_row_for_each(root):
    lines = lines_of(on_terminal(root, 200, *PUBLISH))
    head = next(line.split() for line in lines if line.split()[:2] == ["cell", "region"])
    assert head == ["cell", "region", "result", "seconds", "ARN"]
    rows = [line.split() for line in lines if line.split()[-1:] and line.split()[-1] in ARNS]
    assert sorted((row[0], row[1], row[2]) for row in rows) == sorted(
        (str(cell), region, "published") for cell in CELLS for region in REGIONS
    )
    assert max(map(len, lines)) <= 200


def test_no_color_is_heard(root):
    assert COLOUR.search(on_terminal(root, 80, *PUBLISH))
    assert not COLOUR.search(on_terminal(root, 80, *PUBLISH, NO_COLOR="1"))


@pytest.mark.parametrize("more", [{}, {"CI": "true", "GITHUB_ACTIONS": "true"}], ids=["pipe", "CI"])
def test_a_log_has_plain_lines_and_whole_rows(root, more):
    argv = [sys.executable, "-m", "layerfactory", *PUBLISH]
    done = subprocess.run(
        argv, cwd=root, env=environment(**more), capture_output=True, text=True, check=True
    )
    assert "\x1b" not in done.stdout + done.stderr
    assert "\r" not in done.stdout + done.stderr
    rows = [line.split() for line in done.stdout.splitlines() if "arn:aws" in line]
    assert sorted(row[-1] for row in rows) == sorted(ARNS)
    assert done.stderr.splitlines()[-1] == "published 4: nothing is left to do"
    told = [line for line in done.stderr.splitlines() if re.match(r" *\d+\.\d s  \S", line)]
    assert [line.rsplit("[", 1)[1] for line in told if line.endswith("]")][-1] == "2/2]"
