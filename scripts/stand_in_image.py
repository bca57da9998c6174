#!/usr/bin/env python3
"""Makes a stand-in for the Lambda build image, for machines that cannot pull the real one.

The stand-in is a small Debian 12 with this machine's CPython copied to /var/lang, where Lambda's
images have theirs. It proves the mechanics: that pip, the compiler and the probe run in a
container, with the host's settings, and leave nothing behind. It proves nothing about glibc:
Debian 12 has 2.36, newer than the 2.17 to 2.34 of Lambda's runtimes, so a layer that loads here
might not load there. That promise rests on the static check, which reads the symbol versions of
every ELF file.

The root is made once and shared by all versions. What is up to date is left as it is.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from apt_mirror import mirror_of, read_sources

from layerfactory.build.docker.containers import Container
from layerfactory.build.docker.images import (
    STAND_IN_REPOSITORY,
    Image,
    find_image,
    import_image,
    remove_image,
)
from layerfactory.build.processes import run
from layerfactory.build.wheels.interpreters import Interpreter, find_interpreter
from layerfactory.data.runtimes import Architecture, Runtime, runtimes
from layerfactory.errors import DockerError, InterpreterNotFoundError, LayerFactoryError

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = f"{STAND_IN_REPOSITORY}:base"
SUITE = "bookworm"
# What CPython's own modules load, and libstdc++, which Lambda's runtimes have.
PACKAGES = (
    *("ca-certificates", "libbz2-1.0", "libexpat1", "libffi8", "liblzma5", "libncursesw6"),
    *("libnsl2", "libreadline8", "libsqlite3-0", "libssl3", "libstdc++6", "libtirpc3"),
    *("libuuid1", "zlib1g"),
)
# Bump it when a change here must reach images that are already made.
RECIPE = "2"
LABEL = "layerfactory.stand-in"
RECIPE_LABEL = "layerfactory.stand-in.recipe"
LANG = "/var/lang"
# Parts of the standard library that no build needs; a uv-made Python forbids pip by a marker file.
LEFT_OUT = ("test", "idlelib", "tkinter", "turtledemo", "site-packages", "EXTERNALLY-MANAGED")


def main(argv: list[str] | None = None) -> int:
    """Make what was asked for; return the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        for python in arguments.python:
            make(_runtime(python), mirror=arguments.mirror, force=arguments.force)
    except LayerFactoryError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def make(runtime: Runtime, *, mirror: str, force: bool) -> None:
    """Make the stand-in of one runtime, unless it is there and up to date."""
    started = time.monotonic()
    interpreter = find_interpreter(runtime.python)
    name = f"{STAND_IN_REPOSITORY}:{runtime.name}"
    base = ensure_base(mirror)
    recipe = f"{RECIPE} {interpreter.version} {base.id}"
    present = find_image(name)
    if present is not None and present.labels.get(RECIPE_LABEL) == recipe and not force:
        print(f"{name}: up to date ({interpreter.version})")
        return
    print(f"{name}: copying {interpreter.path} ({interpreter.version})", flush=True)
    with Container(BASE, architecture=_architecture(), purpose=name) as container:
        copy_interpreter(container, interpreter, runtime.name)
        container.commit(
            name,
            {"Entrypoint": [], "Cmd": ["/bin/bash"], "Env": _environment(), "User": ""},
            {LABEL: f"stands in for {runtime.build_image}; no Amazon Linux", RECIPE_LABEL: recipe},
        )
    if present is not None:
        with suppress(DockerError):  # A container may still use the former one.
            remove_image(present.id)
    print(f"{name}: made in {time.monotonic() - started:.0f} s; stands in for the real image")


def ensure_base(mirror: str) -> Image:
    """The shared root, made if it is not there.

    Raises:
        DockerError: something that it takes is missing, or it fails.
    """
    recipe = f"{RECIPE} {SUITE} {' '.join(PACKAGES)}"
    present = find_image(BASE)
    if present is not None and present.labels.get(RECIPE_LABEL) == recipe:
        return present
    require_tools()
    address = mirror or mirror_of(read_sources(Path("/etc/apt")), SUITE)
    print(f"{BASE}: making a root of {SUITE} from {address}", flush=True)
    with tempfile.TemporaryDirectory(prefix="layerfactory-root-") as folder:
        root, archive = Path(folder, "root"), Path(folder, "root.tar")
        debootstrap(root, address)
        checked(["tar", "--numeric-owner", "-cf", archive, "-C", root, "."], "packing the root")
        import_image(archive, BASE, {LABEL: f"Debian {SUITE}", RECIPE_LABEL: recipe})
    made = find_image(BASE)
    if made is None:
        raise DockerError(f"{BASE}: imported, but not to be found")
    return made


def require_tools() -> None:
    """Say what is missing before anything is begun; raises DockerError."""
    if shutil.which("debootstrap") is None:
        raise DockerError(
            "debootstrap is not installed", "Install it: `apt-get install debootstrap`."
        )
    if os.geteuid() != 0:
        raise DockerError("debootstrap needs root", "Run this with sudo.")


def debootstrap(root: Path, mirror: str) -> None:
    """Unpack a minimal Debian with what CPython needs; raises DockerError."""
    include = f"--include={','.join(PACKAGES)}"
    checked(["debootstrap", "--variant=minbase", include, SUITE, root, mirror], "debootstrap")
    shutil.rmtree(root / "var/cache/apt", ignore_errors=True)
    shutil.rmtree(root / "var/lib/apt/lists", ignore_errors=True)


def checked(argv: list[str | Path], doing: str) -> None:
    """Run a program that must succeed; raises DockerError."""
    done = run(argv)
    if done.returncode != 0:
        raise DockerError(f"{doing} failed:\n{done.tail or done.stdout[-500:]}")


def copy_interpreter(container: Container, interpreter: Interpreter, name: str) -> None:
    """Copy a Python to /var/lang, give it pip, and see that it runs.

    Raises:
        DockerError: it does not run there.
    """
    prefix = _prefix(interpreter)
    container.put_tree(prefix, LANG, names=interpreter_files(prefix, name))
    env = {**dict(entry.split("=", 1) for entry in _environment()), "PYTHONHASHSEED": "0"}
    for arguments in (
        ["-c", "import bz2, ctypes, lzma, sqlite3, ssl, zlib"],
        ["-m", "ensurepip", "--upgrade"],
        ["-m", "pip", "--version"],
    ):
        done = container.exec([f"{LANG}/bin/{name}", *arguments], env=env)
        if done.returncode != 0:
            raise DockerError(
                f"{interpreter.path} does not run in Debian {SUITE}:\n{done.tail}",
                "It may need a newer glibc or other libraries; one that uv installs does not "
                f"(`uv python install {name.removeprefix('python')}`).",
            )


def interpreter_files(prefix: Path, name: str) -> Iterator[str]:
    """Paths, relative to its prefix, of what a Python needs to run."""
    library = prefix / "lib" / name
    if not (library / "os.py").is_file():
        raise InterpreterNotFoundError(f"{prefix}: there is no lib/{name} of its own in it")
    program = (prefix / "bin" / name).resolve()
    yield f"bin/{name}"
    if program.name != name:
        yield f"bin/{program.name}"
    for path in sorted(prefix.glob("lib/libpython*.so*")):
        yield path.relative_to(prefix).as_posix()
    for entry in sorted(library.iterdir()):
        if entry.name not in LEFT_OUT and not entry.name.startswith("config-"):
            yield from _files(entry, prefix)


def _files(entry: Path, prefix: Path) -> Iterator[str]:
    """The files under a path, with their bytecode, without tests."""
    for path in sorted(entry.rglob("*")) if entry.is_dir() else [entry]:
        name = path.relative_to(prefix)
        if path.is_file() and not {"test", "tests"} & set(name.parts):
            yield name.as_posix()


def _prefix(interpreter: Interpreter) -> Path:
    done = run([interpreter.path, "-I", "-S", "-c", "import sys; print(sys.base_prefix)"])
    prefix = Path(done.stdout.strip())
    if done.returncode != 0 or prefix == Path("/usr"):
        raise InterpreterNotFoundError(
            f"{interpreter.path} belongs to the system and cannot be copied",
            f"Install one that can: `uv python install {interpreter.version}`.",
        )
    return prefix


def _environment() -> list[str]:
    """As Lambda's images have it."""
    path = f"{LANG}/bin:/usr/local/bin:/usr/bin:/bin"
    return [f"PATH={path}", f"LD_LIBRARY_PATH={LANG}/lib", "LANG=C.UTF-8"]


def _architecture() -> Architecture:
    arm = platform.machine() in ("aarch64", "arm64")
    return Architecture.ARM64 if arm else Architecture.X86_64


def _runtime(python: str) -> Runtime:
    try:
        return runtimes()[python.removeprefix("python")]
    except KeyError:
        raise InterpreterNotFoundError(
            f"Lambda has no Python {python}", f"Choose of {', '.join(runtimes())}."
        ) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("python", nargs="+", metavar="PYTHON", help="such as 3.13")
    parser.add_argument("--mirror", default="", help="of Debian; by default apt's own")
    parser.add_argument("--force", action="store_true", help="make them even if up to date")
    return parser


if __name__ == "__main__":
    sys.exit(main())
