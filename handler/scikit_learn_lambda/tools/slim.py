"""Writes a smaller model that provably answers the same."""

import os
import pickle
import tempfile
from typing import Any, Dict, List, Optional, Sequence

from scikit_learn_lambda.inside import set_n_jobs
from scikit_learn_lambda.tools import contents, dead_weight, proof


class NotSlimError(Exception):
    """No slim file was written, and why."""


def slim(path: str, target: str, tables: Optional[Sequence[Any]] = None) -> Dict[str, Any]:
    """Write ``target`` without what inference does not need; ``path`` stays as it is.

    Loading runs what is pickled: only slim a model that you trust.

    Args:
        path: of the model.
        target: the file to write.
        tables: what both models are asked, beside random input.

    Returns:
        A dictionary: ``before`` and ``after`` in bytes, ``dropped`` (what was taken, and how
        often), and ``compared``, the number of answers that are equal to the bit.

    Raises:
        NotSlimError: nothing could be compared, an answer differs, or nothing is gained.
        UnreadableError: the file is no pickle.
        OSError: a file cannot be read or written.
    """
    if os.path.exists(target) and os.path.samefile(path, target):
        raise NotSlimError(f"{target}: would be replaced; name another file")
    told = contents.contents(path)
    original, changed = _load(path), load(path)
    asked = proof.inputs_for(original) + list(tables or [])
    set_n_jobs(original, 1)  # threads add up in any order, and sums differ in their last bits
    dropped = dead_weight.drop(changed)
    folder = os.path.dirname(os.path.abspath(target))
    with tempfile.TemporaryDirectory(prefix=".slim-", dir=folder) as work:
        part = os.path.join(work, os.path.basename(target))
        dump(changed, part, told)
        # What counts is what will be loaded, not what was dumped.
        written = load(part)
        set_n_jobs(written, 1)
        compared, differing = proof.differences(original, written, asked)
        _require_proof(compared, differing)
        before, after = os.path.getsize(path), os.path.getsize(part)
        if after >= before:
            raise NotSlimError("nothing was written, for the model would be no smaller")
        os.rename(part, target)
    return {"before": before, "after": after, "dropped": dropped, "compared": compared}


def _require_proof(compared: int, differing: List[str]) -> None:
    if differing:
        raise NotSlimError(
            "nothing was written, for the slim model {}".format("; ".join(differing[:3]))
        )
    if not compared:
        raise NotSlimError(
            "nothing was written, for the model answers none of our random inputs; "
            "give it rows of yours with --rows"
        )


def _load(path: str) -> Any:
    try:
        return load(path)
    except (Exception, SystemExit) as error:  # whatever unpickling raises
        words = f"{path}: does not load here: {type(error).__name__}: {error}"
        raise NotSlimError(words) from None


def load(path: str) -> Any:
    """The model in a file; joblib reads plain pickles too. This runs what is pickled."""
    import joblib

    return joblib.load(path)


def dump(model: Any, path: str, told: Dict[str, Any]) -> None:
    """Write a model in the format that ``told`` names, uncompressed: weights do not compress."""
    import joblib

    if told["format"] == "joblib":
        joblib.dump(model, path, protocol=told["protocol"])
        return
    with open(path, "wb") as file:
        pickle.dump(model, file, protocol=told["protocol"])
