#!/usr/bin/env python3
"""Puts a Debian's own Python where layerfactory finds it, for layers that no Python here can run.

Two kinds of layers want it: those for arm64 on an x86-64 machine, whose Python then runs under
qemu-user-static, and those for a Python newer than this machine's own Debian, which runs on this
kernel with its own C library. The packages are unpacked and nothing in them is run or configured:
a root takes half a minute and 150 MB, harms nothing on this machine, and goes with its folder.

A Python of Debian is no Amazon Linux: glibc is newer than Lambda's. That a layer asks for none
that Lambda lacks is what the static check proves.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import sys
import tempfile
import time
from pathlib import Path

from debian import checked, debootstrap, require_tools, suite_of

from layerfactory.build.wheels.interpreters import find_foreign_interpreter
from layerfactory.build.wheels.roots import EMULATOR, VARIABLE, launcher, root_folder
from layerfactory.data.runtimes import Architecture
from layerfactory.errors import BuildError, LayerFactoryError

# What wheels take from the system, beside what Python itself needs.
PACKAGES = ("python3", "libgomp1", "libstdc++6")
# No program reads these.
LEFT_OUT = ("usr/share/doc", "usr/share/info", "usr/share/locale", "usr/share/man", "var")
# Lambda's Graviton2. It is faster to emulate than qemu's default, which has all there is.
PROCESSOR = "neoverse-n1"
REAL = ".real"
"""Behind the name of the program that the launcher starts."""
_LOADERS = {
    Architecture.ARM64: "lib/ld-linux-aarch64.so.1",
    Architecture.X86_64: "lib64/ld-linux-x86-64.so.2",
}
_DEBIAN_NAMES = {Architecture.ARM64: "arm64", Architecture.X86_64: "amd64"}


def main(argv: list[str] | None = None) -> int:
    """Make what was asked for; return the exit code."""
    arguments = _parser().parse_args(argv)
    architecture = Architecture(arguments.architecture)
    try:
        for python in arguments.python:
            name = python.removeprefix("python")
            make(name, architecture, arguments.mirror, force=arguments.force)
    except LayerFactoryError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def make(python: str, architecture: Architecture, mirror: str, *, force: bool) -> None:
    """Make the root of one Python, unless it is there."""
    started = time.monotonic()
    suite, folder = suite_of(python), root_folder(python, architecture.machine)
    if launcher(python, architecture.machine).exists() and not force:
        print(f"{folder}: is there; --force makes it anew")
        return
    require_tools()
    require_processor(architecture)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Beside its place and renamed: nothing half done is ever found.
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder.parent) as scratch:
        packages, root = Path(scratch, "packages"), Path(scratch, "root")
        chosen = ["--download-only", f"--arch={_DEBIAN_NAMES[architecture]}"]
        debootstrap(suite, packages, mirror, PACKAGES, *chosen)
        unpack(packages, root)
        put_launcher(root, python, architecture)
        root.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)
        root.rename(folder)
    version = find_foreign_interpreter(python, architecture.machine).version
    seconds = time.monotonic() - started
    print(f"{folder}: Python {version} for {architecture.machine}, in {seconds:.0f} s")


def require_processor(architecture: Architecture) -> None:
    """Say whether the root could run here at all; raises BuildError."""
    if platform.machine() == architecture.machine:
        return
    if architecture is not Architecture.ARM64:
        raise BuildError(f"{architecture.machine} is not emulated on {platform.machine()}")
    if shutil.which(f"{EMULATOR}-static") is None:
        raise BuildError(
            f"{EMULATOR}-static is not installed",
            "Install it: `apt-get install qemu-user-static`.",
        )


def unpack(packages: Path, root: Path) -> None:
    """Unpack all that debootstrap has fetched, in the order of the names; raises BuildError."""
    root.mkdir()
    fetched = sorted(packages.glob("var/cache/apt/archives/*.deb"))
    # Its links from / into /usr have to be there before anything goes through them.
    fetched.sort(key=lambda package: not package.name.startswith("base-files_"))
    for package in fetched:
        checked(["dpkg-deb", "-x", package, root], f"unpacking {package.name}")
    for name in LEFT_OUT:
        shutil.rmtree(root / name, ignore_errors=True)


def put_launcher(root: Path, python: str, architecture: Architecture) -> None:
    """Put a launcher in place of the Python, which keeps its own name in ``sys.executable``."""
    program = root / "usr/bin" / f"python{python}"
    program.rename(f"{program}{REAL}")
    program.write_text(launcher_script(python, architecture), encoding="ascii")
    program.chmod(0o755)


def launcher_script(python: str, architecture: Architecture) -> str:
    """A shell script that starts the Python of the root in which it lies, wherever that is."""
    real = f'"$root/usr/bin/python{python}{REAL}"'
    if platform.machine() == architecture.machine:
        machine = architecture.machine
        libraries = f'"$root/usr/lib/{machine}-linux-gnu:$root/lib/{machine}-linux-gnu"'
        loader = _LOADERS[architecture]
        start = f'"$root/{loader}" --argv0 "$self" --library-path {libraries} {real}'
    else:
        start = f'{EMULATOR}-static -cpu {PROCESSOR} -0 "$self" -L "$root" {real}'
    return (
        "#!/bin/sh\n"
        'self=$(readlink -f "$0")\n'
        f"root=${{self%/usr/bin/python{python}}}\n"
        f'exec {start} "$@"\n'
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog=f"Roots lie in ${VARIABLE}, or ~/.local/share/layerfactory/roots.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("python", nargs="+", metavar="PYTHON", help="such as 3.13")
    parser.add_argument(
        "--architecture", default="arm64", choices=list(Architecture), help="default: arm64"
    )
    parser.add_argument("--mirror", default="", help="of Debian; by default apt's own")
    parser.add_argument("--force", action="store_true", help="make them even if they are there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
