"""The environment variables of the function."""

import re
from typing import Any, Callable, Mapping, NamedTuple, Optional, Tuple

from scikit_learn_lambda.errors import SettingsError

SHA256 = re.compile("[0-9a-f]{64}")


class Settings(NamedTuple):
    """What the deployer chose; VARIABLES tells what each means."""

    model_path: str
    model_sha256: Optional[str]
    version_policy: str
    n_jobs: Optional[int]
    feature_names: Tuple[str, ...]
    trusted_types: Tuple[str, ...]
    max_models: int
    max_body_bytes: int
    max_rows: Optional[int]
    gzip: str
    cors_origins: Tuple[str, ...]
    log_requests: bool

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read them; raises SettingsError."""
        settings = cls(*(variable.read(environ) for variable in VARIABLES))
        if settings.has_many_models and settings.model_sha256:
            raise SettingsError("SKLEARN_MODEL_SHA256 is of one model; the path names many.")
        return settings

    @property
    def has_many_models(self) -> bool:
        """Whether requests name the model."""
        return "{name}" in self.model_path


class Variable(NamedTuple):
    """One environment variable."""

    name: str
    default: str
    meaning: str
    parse: Callable[[str], Any]

    def read(self, environ: Mapping[str, str]) -> Any:
        """Its value, or its default's; raises SettingsError."""
        text = environ.get(self.name, "").strip() or self.default
        try:
            return self.parse(text)
        except ValueError as error:
            raise SettingsError(f"{self.name}: {error}") from None


def _text(text: str) -> str:
    return text


def _sha256(text: str) -> Optional[str]:
    if text and not SHA256.fullmatch(text.lower()):
        raise ValueError("64 hexadecimal digits are wanted")
    return text.lower() or None


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise ValueError("a whole number from 1 on is wanted")
    return int(text)


def _optional_count(text: str) -> Optional[int]:
    return _count(text) if text else None


def _n_jobs(text: str) -> Optional[int]:
    return None if text == "keep" else _count(text)


def _list(text: str) -> Tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _names(text: str) -> Tuple[str, ...]:
    names = _list(text)
    if len(set(names)) < len(names):
        raise ValueError("each name may stand there once")
    return names


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError("one of {} is wanted".format(", ".join(choices)))
        return text

    return parse


def _boolean(text: str) -> bool:
    return _one_of("true", "false")(text.lower()) == "true"


# In the order of the fields of Settings.
VARIABLES = (
    Variable(
        "SKLEARN_MODEL_PATH",
        "",
        "The model: a file, or `s3://bucket/key`, with `?versionId=…` if you like. With `{name}` "
        "in it, requests name the model: `POST /models/NAME`.",
        _text,
    ),
    Variable(
        "SKLEARN_MODEL_SHA256",
        "",
        "The SHA-256 of the model file. Another file is not even unpickled.",
        _sha256,
    ),
    Variable(
        "SKLEARN_VERSION_POLICY",
        "warn",
        "For a model of another scikit-learn: `warn` logs one line, `error` refuses it, `ignore` "
        "says nothing.",
        _one_of("warn", "error", "ignore"),
    ),
    Variable(
        "SKLEARN_N_JOBS",
        "1",
        "What `n_jobs` becomes in the model and all inside it; `keep` leaves it as it was pickled.",
        _n_jobs,
    ),
    Variable(
        "SKLEARN_FEATURE_NAMES",
        "",
        "Names of the features, with commas between, for a model that was fitted without names.",
        _names,
    ),
    Variable(
        "SKLEARN_TRUSTED_TYPES",
        "",
        "For `.skops` files: types to trust beyond those that skops does, with commas between.",
        _list,
    ),
    Variable(
        "SKLEARN_MAX_MODELS",
        "3",
        "With `{name}`: how many models are kept in memory at once.",
        _count,
    ),
    Variable(
        "SKLEARN_MAX_BODY_BYTES",
        "16777216",
        "Of a request's body, unpacked.",
        _count,
    ),
    Variable(
        "SKLEARN_MAX_ROWS",
        "",
        "Of a request; no limit by default.",
        _optional_count,
    ),
    Variable(
        "SKLEARN_GZIP",
        "auto",
        "Of answers, for clients that accept it: `auto` spares REST APIs, which pass base64 on as "
        "it is unless told otherwise; `always` is for those that were told; `never`.",
        _one_of("auto", "always", "never"),
    ),
    Variable(
        "SKLEARN_CORS_ORIGIN",
        "",
        "Origins that browsers may call from, with commas between, or `*`. Without it, no header.",
        _list,
    ),
    Variable(
        "SKLEARN_LOG_REQUESTS",
        "true",
        "Whether each request leaves one line of JSON in the log. Failures always do.",
        _boolean,
    ),
)
