import os
import re

import pytest
from scikit_learn_lambda import errors
from scikit_learn_lambda.errors import SettingsError
from scikit_learn_lambda.settings import VARIABLES, Settings

README = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "README.md")


def test_every_field_has_its_variable():
    assert len(VARIABLES) == len(Settings._fields)


def test_defaults():
    assert Settings.from_env({}) == Settings(
        model_path="",
        model_sha256=None,
        version_policy="warn",
        n_jobs=1,
        feature_names=(),
        trusted_types=(),
        max_models=3,
        max_body_bytes=16 * 1024 * 1024,
        max_rows=None,
        gzip="auto",
        cors_origins=(),
        log_requests=True,
    )


def test_values():
    settings = Settings.from_env(
        {
            "SKLEARN_MODEL_PATH": " s3://bucket/key ",
            "SKLEARN_MODEL_SHA256": "AB" * 32,
            "SKLEARN_VERSION_POLICY": "error",
            "SKLEARN_N_JOBS": "keep",
            "SKLEARN_FEATURE_NAMES": "a, b,c",
            "SKLEARN_TRUSTED_TYPES": "sklearn.tree._tree.Tree",
            "SKLEARN_MAX_ROWS": "10",
            "SKLEARN_CORS_ORIGIN": "https://a.example,https://b.example",
            "SKLEARN_LOG_REQUESTS": "FALSE",
        }
    )
    assert settings.model_path == "s3://bucket/key"
    assert settings.model_sha256 == "ab" * 32
    assert settings.version_policy == "error"
    assert settings.n_jobs is None
    assert settings.feature_names == ("a", "b", "c")
    assert settings.trusted_types == ("sklearn.tree._tree.Tree",)
    assert settings.max_rows == 10
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert settings.log_requests is False


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SKLEARN_FEATURE_NAMES", "a,b,a"),
        ("SKLEARN_MODEL_SHA256", "abc"),
        ("SKLEARN_VERSION_POLICY", "strict"),
        ("SKLEARN_N_JOBS", "0"),
        ("SKLEARN_N_JOBS", "-1"),
        ("SKLEARN_MAX_MODELS", "many"),
        ("SKLEARN_MAX_BODY_BYTES", "1.5"),
        ("SKLEARN_GZIP", "yes"),
        ("SKLEARN_LOG_REQUESTS", "1"),
    ],
)
def test_a_wrong_value_is_named(name, value):
    with pytest.raises(SettingsError, match=name):
        Settings.from_env({name: value})


def test_one_hash_is_not_for_many_models():
    with pytest.raises(SettingsError):
        Settings.from_env({"SKLEARN_MODEL_PATH": "{name}.pkl", "SKLEARN_MODEL_SHA256": "0" * 64})


def test_the_readme_has_every_variable_as_it_is():
    with open(README, encoding="utf-8") as file:
        rows = re.findall(r"^\| `(SKLEARN_\w+)` \| (.*?) \| (.*) \|$", file.read(), re.MULTILINE)
    wanted = [(v.name, f"`{v.default}`" if v.default else "", v.meaning) for v in VARIABLES]
    assert [(name, default.strip(), meaning) for name, default, meaning in rows] == wanted


def test_the_readme_has_every_error_as_it_is():
    with open(README, encoding="utf-8") as file:
        rows = re.findall(r"^\| (\d+) \| `(\w+)` \| `(\w+)` \| (.*) \|$", file.read(), re.MULTILINE)
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    told = [kind for kind in kinds if issubclass(kind, errors.HandlerError)]
    wanted = {
        (str(kind.status), kind.code, kind.__name__, kind.__doc__.split("\n")[0].rstrip("."))
        for kind in told
        if kind is not errors.HandlerError
    }
    assert set(rows) == wanted
