"""Answers a request's document out of a model."""

import time
from typing import Any, Dict, List, Mapping, NamedTuple, Optional

import numpy as np

from scikit_learn_lambda import encode, together
from scikit_learn_lambda.decode import Decoded, decode, text_place
from scikit_learn_lambda.errors import (
    InternalError,
    InvalidInputError,
    RequestTooLargeError,
    UnsupportedOutputError,
)
from scikit_learn_lambda.facts import OUTPUTS, Facts
from scikit_learn_lambda.logs import Record, first_line, place, trace
from scikit_learn_lambda.model import LoadedModel

# The field of a request that asks for each output, and what it is where the field is missing.
FIELDS = tuple((output, "return_" + output, output == "prediction") for output in OUTPUTS)
# What estimators raise for numbers, texts or types that they do not take.
REJECTIONS = (ValueError, TypeError, LookupError, OverflowError)


class Limits(NamedTuple):
    """What one request may ask for."""

    rows: Optional[int]
    answer_bytes: int


def predict(
    model: LoadedModel, document: Mapping[str, Any], limits: Limits, record: Record
) -> Dict[str, Any]:
    """Answer a request: for each output a list, or encode.Shares.

    Args:
        model: whom to ask.
        document: with ``input`` and what to return.
        limits: of rows and of the answer.
        record: where rows and time are noted.

    Raises:
        HandlerError: it cannot be answered.
    """
    outputs = wanted_outputs(document, model.facts)
    if "input" not in document:
        raise InvalidInputError("input is missing.")
    decoded = decode(document["input"], model.facts)
    record.rows = decoded.rows
    if limits.rows is not None and decoded.rows > limits.rows:
        raise RequestTooLargeError(f"At most {limits.rows} rows are taken.")
    if decoded.rows == 0:
        return {output: [] for output in outputs}
    started = time.perf_counter()
    raw = _ask(model, [OUTPUTS[output] for output in outputs], decoded, record)
    record.predict_ms = round((time.perf_counter() - started) * 1000, 3)
    answer = {}
    for output, value in zip(outputs, raw):
        answer[output] = _plain(output, value, model, limits.answer_bytes, decoded.rows)
        if not _is_whole(value, answer[output], decoded.rows):
            record.cause = _told(output, value, decoded.rows)
            raise InternalError("The model failed; the log has the cause.")
    return answer


def wanted_outputs(document: Mapping[str, Any], facts: Facts) -> List[str]:
    """Which outputs are asked for; raises InvalidInputError and UnsupportedOutputError."""
    wanted = []
    for output, field, default in FIELDS:
        asked = document.get(field, default)
        if not isinstance(asked, bool):
            raise InvalidInputError(f"{field} must be true or false.")
        if asked:
            wanted.append(output)
    if not wanted:
        raise InvalidInputError("One of return_prediction or return_probabilities must be true.")
    for output in wanted:
        if output not in facts.outputs:
            raise _unsupported(output, facts)
    return wanted


def _unsupported(output: str, facts: Facts) -> UnsupportedOutputError:
    others = ["return_" + other for other in facts.outputs]
    hint = " It has: {}.".format(", ".join(others)) if others else ""
    return UnsupportedOutputError(
        f"This model ({facts.name}) has no {OUTPUTS[output]}: return_{output} cannot be true.{hint}"
    )


def _ask(model: LoadedModel, methods: List[str], decoded: Decoded, record: Record) -> List[Any]:
    try:
        return together.ask(model.estimator, methods, decoded.x)
    except MemoryError:
        raise RequestTooLargeError("The function's memory is too small for so many rows.") from None
    except (Exception, SystemExit) as error:
        if not _is_clients(error, decoded.x):
            record.cause = trace(error)
            raise InternalError("The model failed; the log has the cause.") from None
        record.cause = place(error)
        if is_plain(decoded.x):
            record.cause += f": {first_line(error)}"
        raise InvalidInputError(_rejection(decoded.x)) from None


def _is_clients(error: BaseException, x: Any) -> bool:
    """Whether what was sent is at fault; a model that nobody fitted is not the client's."""
    if type(error).__name__ == "NotFittedError":
        return False
    # Where text or numbers are looked for and the other is found, attributes are missing.
    is_others = isinstance(error, AttributeError) and not is_plain(x)
    return is_others or isinstance(error, REJECTIONS)


def is_plain(x: Any) -> bool:
    """Whether it holds numbers and nothing else."""
    kinds = [dtype.kind for dtype in getattr(x, "dtypes", ())]  # of a DataFrame's columns
    return set(kinds or [getattr(getattr(x, "dtype", None), "kind", "O")]) <= set("biuf")


def _rejection(x: Any) -> str:
    """Why the model may have rejected its input, in words of our own."""
    found = text_place(x)
    if found is not None:
        return "The model does not take the text in row {}, column {}.".format(*found)
    numbers = getattr(x, "data", x) if hasattr(x, "toarray") else x
    if getattr(getattr(numbers, "dtype", None), "kind", "") == "f":
        if np.isnan(numbers).any():
            return "The model does not take missing values (null)."
        with np.errstate(over="ignore"):
            are_small = np.isfinite(numbers.astype(np.float32)).all()
        if not are_small:
            return "The model does not take numbers as large as these."
    if hasattr(x, "toarray"):
        return "The model does not take this sparse matrix."
    return "The model does not take this input."


def _plain(output: str, value: Any, model: LoadedModel, max_bytes: int, rows: int) -> Any:
    if output == "probabilities":
        return encode.probabilities(value, model.class_names, max_bytes)
    return encode.rows(value, max_bytes, rows)


def _is_whole(value: Any, answer: Any, rows: int) -> bool:
    """Whether there is one entry for each row; sets and the like have no order."""
    is_listed = isinstance(value, (list, tuple)) or np.ndim(value) > 0
    return is_listed and len(answer) == rows


def _told(output: str, value: Any, rows: int) -> str:
    shape = f" of shape {value.shape}" if hasattr(value, "shape") else ""
    return f"{OUTPUTS[output]} gave a {type(value).__name__}{shape} for {rows} rows"
