"""Packs handler and model into the zip that a function is made of."""

import os
import py_compile
import sys
import tempfile
import zipfile
from typing import Dict, Iterator, Tuple

from scikit_learn_lambda.pickled import UNKNOWN, sniff
from scikit_learn_lambda.tools import inert

PACKAGE = "scikit_learn_lambda"
# What a person uses and a function does not.
LEFT_OUT = ("__main__.py", "tools")
# The oldest date that a zip can hold: equal inputs give equal bytes.
DATE = (1980, 1, 1, 0, 0, 0)
# Of a zip that is sent straight to AWS.
MAX_ZIPPED = 50 * 1024 * 1024
# As the templates have it, whatever its name was: the handler looks at the bytes.
MODEL = "model.joblib"
# Where Lambda unpacks it; what stands in bytecode does not depend on this machine.
ROOT = "/var/task"


class NotBundledError(Exception):
    """No zip was written, and why."""


def bundle(model: str, target: str) -> Dict[str, int]:
    """Write the zip; what lay there is replaced when the new one is whole.

    The handler comes with bytecode for the Python that runs this, which Lambda could not keep.

    Args:
        model: the file; in the zip it is ``model.joblib``.
        target: the zip to write.

    Returns:
        The bytes of each member, by name.

    Raises:
        NotBundledError: the file is no model, the zip would replace it, or is over 50 MiB, and the
            model belongs into S3.
        OSError: a file cannot be read or written.
    """
    if os.path.exists(target) and os.path.samefile(model, target):
        raise NotBundledError(f"{target}: would be replaced; name another file")
    folder = os.path.dirname(os.path.abspath(target))
    members = dict(_members(model))
    with tempfile.TemporaryDirectory(prefix=".bundle-", dir=folder) as work:
        part = os.path.join(work, "function.zip")
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(members):
                info = zipfile.ZipInfo(name, DATE)
                info.external_attr = 0o100644 << 16
                archive.writestr(info, members[name], zipfile.ZIP_DEFLATED)
        if os.path.getsize(part) > MAX_ZIPPED:
            size = f"{os.path.getsize(part) / 1e6:.1f} MB zipped, and AWS takes 52.4"
            raise NotBundledError(f"{size}: put the model into S3")
        os.replace(part, target)
    return {name: len(data) for name, data in members.items()}


def _members(model: str) -> Iterator[Tuple[str, bytes]]:
    yield MODEL, _model(model)
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for path in _sources(package):
        name = "/".join([PACKAGE, *os.path.relpath(path, package).split(os.sep)])
        with open(path, "rb") as file:
            yield name, file.read()
        if hasattr(py_compile, "PycInvalidationMode"):  # from 3.7 on
            yield _bytecode_name(name), _bytecode(path, name)


def _model(path: str) -> bytes:
    with open(path, "rb") as file:
        data = file.read()
    if sniff(data) == UNKNOWN:  # but for pickles of the oldest protocols, as which it is read
        try:
            inert.read(path)
        except inert.UnreadableError as error:
            raise NotBundledError(str(error)) from None
    return data


def _sources(package: str) -> Iterator[str]:
    for folder, folders, files in os.walk(package):
        kept = (name for name in folders if name not in (*LEFT_OUT, "__pycache__"))
        folders[:] = sorted(kept)
        for name in sorted(files):
            if name.endswith(".py") and name not in LEFT_OUT:
                yield os.path.join(folder, name)


def _bytecode_name(name: str) -> str:
    folder, _, file = name.rpartition("/")
    tag = sys.implementation.cache_tag
    return "{}/__pycache__/{}.{}.pyc".format(folder, file[: -len(".py")], tag)


def _bytecode(path: str, name: str) -> bytes:
    """Valid whatever date its source has after all the zipping and unzipping."""
    with tempfile.TemporaryDirectory() as work:
        target = os.path.join(work, "one.pyc")
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        shown = f"{ROOT}/{name}"
        py_compile.compile(path, target, shown, doraise=True, invalidation_mode=mode)
        with open(target, "rb") as file:
            return file.read()
