"""Opens a model file, wherever it is, and sees that it is the right one."""

import hashlib
import hmac
import mmap
import os
from typing import NamedTuple, Optional

from scikit_learn_lambda import s3
from scikit_learn_lambda.errors import ModelError, ModelNotFoundError
from scikit_learn_lambda.pickled import Buffer


class Source(NamedTuple):
    """A model file that was opened."""

    data: Buffer
    """All of it; of a file that was not read yet, its pages."""
    path: Optional[str]
    """Where to read it anew; None where ``data`` is what counts."""
    etag: Optional[str] = None
    version_id: Optional[str] = None


def open_source(path: str, sha256: Optional[str] = None) -> Source:
    """Open a model file.

    Args:
        path: of a file (a relative one stands beside the function's code), or ``s3://bucket/key``.
        sha256: what its bytes must have; they are then read once, and nothing is read anew.

    Raises:
        ModelNotFoundError: there is none.
        ModelError: it cannot be read, or is another than wanted.
    """
    if not path:
        raise ModelError("SKLEARN_MODEL_PATH is not set.")
    if s3.is_s3(path):
        source = Source(*_fetched(path))
    else:
        source = _opened(os.path.join(os.environ.get("LAMBDA_TASK_ROOT", ""), path), sha256)
    if sha256 is not None:
        _check(source.data, sha256, path)
    return source


def _fetched(path: str) -> Source:
    fetched = s3.fetch(path)
    return Source(fetched.data, None, fetched.etag, fetched.version_id)


def _opened(path: str, sha256: Optional[str]) -> Source:
    try:
        with open(path, "rb") as file:
            if sha256 is not None:
                return Source(file.read(), None)
            return Source(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), path)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise ModelNotFoundError(f"{path}: there is no such file") from None
    except (OSError, ValueError) as error:  # an empty file cannot be mapped
        raise ModelError(f"{path}: {error}") from None


def _check(data: Buffer, wanted: str, path: str) -> None:
    found = hashlib.sha256(data).hexdigest()
    if not hmac.compare_digest(found, wanted):
        raise ModelError(
            f"{path}: SKLEARN_MODEL_SHA256 wants {wanted}, the file has {found}: "
            "it was not unpickled."
        )
