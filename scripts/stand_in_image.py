#!/usr/bin/env python3
"""Makes a stand-in for the Lambda build image, for machines that cannot pull the real one.

The stand-in is a small Debian 12 with this machine's CPython copied to /var/lang, where Lambda's
images have theirs. A Python that this machine has not, and a later Debian has, is that Debian's
own. It proves the mechanics: that pip, the compiler and the probe run in a container, with the
host's settings, and leave nothing behind. It proves nothing about glibc: Debian 12 has 2.36, newer
than the 2.17 to 2.34 of Lambda's runtimes, so a layer that loads here might not load there. That
promise rests on the static check, which reads the symbol versions of every ELF file.

The root is made once and shared by all versions that are copied. What is up to date is left as it
is.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from debian import SUITES, checked, debootstrap, require_tools, suite_of

from layerfactory.build.docker.containers import Container
from layerfactory.build.docker.images import (
    STAND_IN_REPOSITORY,
    Image,
    find_image,
    import_image,
    remove_image,
)
from layerfactory.build.processes import Completed, run
from layerfactory.build.wheels.interpreters import Interpreter, find_interpreter
from layerfactory.data.runtimes import Architecture, Runtime, runtimes
from layerfactory.errors import DockerError, InterpreterNotFoundError, LayerFactoryError

if TYPE_CHECKING:
    from collections.abc import Iterator

SUITE = "bookworm"
"""Beneath a Python that is copied."""
# What CPython's own modules load, and libstdc++, which Lambda's runtimes have.
PACKAGES = (
    *("ca-certificates", "libbz2-1.0", "libexpat1", "libffi8", "liblzma5", "libncursesw6"),
    *("libnsl2", "libreadline8", "libsqlite3-0", "libssl3", "libstdc++6", "libtirpc3"),
    *("libuuid1", "zlib1g"),
)
# Of a Debian whose own Python is taken.
PACKAGES_WITH_PYTHON = ("ca-certificates", "libstdc++6", "python3", "python3-pip")
# Bump it when a change here must reach images that are already made.
RECIPE = "2"
LABEL = "layerfactory.stand-in"
RECIPE_LABEL = "layerfactory.stand-in.recipe"
LANG = "/var/lang"
_IMPORTS = ["-c", "import bz2, ctypes, lzma, sqlite3, ssl, zlib"]
_PIP = ["-m", "pip", "--version"]
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
    interpreter = interpreter_to_copy(runtime.python)
    name = f"{STAND_IN_REPOSITORY}:{runtime.name}"
    suite = SUITE if interpreter else suite_of(runtime.python)
    base = ensure_base(mirror, suite)
    source = interpreter.version if interpreter else f"of {suite}"
    recipe = f"{RECIPE} {source} {base.id}"
    present = find_image(name)
    if present is not None and present.labels.get(RECIPE_LABEL) == recipe and not force:
        print(f"{name}: up to date ({source})")
        return
    print(f"{name}: taking {interpreter.path if interpreter else 'Python'} ({source})", flush=True)
    with Container(base.name, architecture=_architecture(), purpose=name) as container:
        if interpreter:
            copy_interpreter(container, interpreter, runtime.name)
        else:
            link_interpreter(container, runtime.name)
        container.commit(
            name,
            {"Entrypoint": [], "Cmd": ["/bin/bash"], "Env": _environment(), "User": ""},
            {LABEL: f"stands in for {runtime.build_image}; no Amazon Linux", RECIPE_LABEL: recipe},
        )
    if present is not None:
        with suppress(DockerError):  # A container may still use the former one.
            remove_image(present.id)
    print(f"{name}: made in {time.monotonic() - started:.0f} s; stands in for the real image")


def interpreter_to_copy(python: str) -> Interpreter | None:
    """This machine's own; None where it has none that can be copied, but a Debian has one.

    Raises:
        InterpreterNotFoundError: no Debian has it either.
    """
    try:
        interpreter = find_interpreter(python)
        _prefix(interpreter)
    except InterpreterNotFoundError:
        if python not in SUITES:
            raise
        return None
    return interpreter


def ensure_base(mirror: str, suite: str) -> Image:
    """The root of a suite, made if it is not there.

    Raises:
        BuildError: something that it takes is missing, or it fails.
    """
    name = f"{STAND_IN_REPOSITORY}:base" + (f"-{suite}" if suite != SUITE else "")
    packages = PACKAGES if suite == SUITE else PACKAGES_WITH_PYTHON
    recipe = f"{RECIPE} {suite} {' '.join(packages)}"
    present = find_image(name)
    if present is not None and present.labels.get(RECIPE_LABEL) == recipe:
        return present
    require_tools()
    with tempfile.TemporaryDirectory(prefix="layerfactory-root-") as folder:
        root, archive = Path(folder, "root"), Path(folder, "root.tar")
        debootstrap(suite, root, mirror, packages)
        shutil.rmtree(root / "var/cache/apt", ignore_errors=True)
        shutil.rmtree(root / "var/lib/apt/lists", ignore_errors=True)
        checked(["tar", "--numeric-owner", "-cf", archive, "-C", root, "."], "packing the root")
        import_image(archive, name, {LABEL: f"Debian {suite}", RECIPE_LABEL: recipe})
    made = find_image(name)
    if made is None:
        raise DockerError(f"{name}: imported, but not to be found")
    return made


def copy_interpreter(container: Container, interpreter: Interpreter, name: str) -> None:
    """Copy a Python to /var/lang, give it pip, and see that it runs.

    Raises:
        DockerError: it does not run there.
    """
    prefix = _prefix(interpreter)
    container.put_tree(prefix, LANG, names=interpreter_files(prefix, name))
    done = _try(container, name, _IMPORTS, ["-m", "ensurepip", "--upgrade"], _PIP)
    if done is not None:
        raise DockerError(
            f"{interpreter.path} does not run in Debian {SUITE}:\n{done.tail}",
            "It may need a newer glibc or other libraries; one that uv installs does not "
            f"(`uv python install {name.removeprefix('python')}`).",
        )


def link_interpreter(container: Container, name: str) -> None:
    """Let Debian's own Python be found in /var/lang, and see that it runs.

    Raises:
        DockerError: it does not run there.
    """
    container.exec(["mkdir", "-p", f"{LANG}/bin"])
    container.exec(["ln", "-s", f"/usr/bin/{name}", f"{LANG}/bin/{name}"])
    done = _try(container, name, _IMPORTS, _PIP)
    if done is not None:
        raise DockerError(
            f"{name} does not run in its own Debian:\n{done.tail}",
            "Perhaps that suite has gone on to a later Python: see SUITES in scripts/debian.py.",
        )


def _try(container: Container, name: str, *runs: list[str]) -> Completed | None:
    """Start the Python of /var/lang with each of these arguments; the first that fails."""
    env = {**dict(entry.split("=", 1) for entry in _environment()), "PYTHONHASHSEED": "0"}
    for arguments in runs:
        done = container.exec([f"{LANG}/bin/{name}", *arguments], env=env)
        if done.returncode != 0:
            return done
    return None


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
    if done.returncode != 0 or prefix.name == "usr":  # of this machine, or of a Debian root
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
