"""What a fitted estimator tells about itself: what it takes, and what it can be asked for."""

from typing import Any, Iterator, NamedTuple, Optional, Tuple

from scikit_learn_lambda.inside import all_inside

# What each output of an answer is called, and the method that gives it.
OUTPUTS = {
    "prediction": "predict",
    "probabilities": "predict_proba",
    "decision_function": "decision_function",
    "transform": "transform",
}
# What a model takes.
TABLE, TEXTS, MAPPINGS, ANYTHING = "table", "texts", "mappings", "anything"
# By the name of a class or of one that it inherits from; names with an underscore changed.
TEXT_CLASSES = {"CountVectorizer", "HashingVectorizer", "VectorizerMixin", "_VectorizerMixin"}
MAPPING_CLASSES = {"DictVectorizer", "FeatureHasher"}
# Where estimators keep the fitted one that sees the input first.
INNER = (
    "steps",
    "transformer_list",
    "best_estimator_",
    "calibrated_classifiers_",
    "regressor_",
    "estimator_",
    "base_estimator_",
    "estimators_",
    "estimator",
    "base_estimator",
)
MAX_DEPTH = 20


class Facts(NamedTuple):
    """What is known of a model."""

    name: str
    kind: str
    n_features: Optional[int]
    feature_names: Optional[Tuple[str, ...]]
    needs_frame: bool
    """It selects its columns by name, which wants pandas."""
    takes_text: bool
    """It encodes text in its tables, so that they are tables of objects."""
    classes: Any
    """As the estimator has them: of one output an array, of several a list of arrays, or None."""
    outputs: Tuple[str, ...]


def learn(estimator: Any, declared_names: Tuple[str, ...] = ()) -> Facts:
    """Ask an estimator; ``declared_names`` stand in where it was fitted without names."""
    chain = tuple(_to_the_input(estimator))
    names = _feature_names(chain) or declared_names or None
    return Facts(
        name=type(estimator).__name__,
        kind=_kind(chain[-1]),
        n_features=_n_features(chain),
        feature_names=names,
        needs_frame=any(map(_selects_by_name, chain)),
        takes_text=any(map(_encodes_text, all_inside(estimator))),
        classes=_classes(estimator),
        outputs=_outputs(estimator),
    )


def _outputs(estimator: Any) -> Tuple[str, ...]:
    # A search that did not refit says so only when it is asked, before 1.1.
    is_search = any(base.__name__ == "BaseSearchCV" for base in type(estimator).__mro__)
    if is_search and not hasattr(estimator, "best_estimator_"):
        return ()
    return tuple(name for name, method in OUTPUTS.items() if hasattr(estimator, method))


def _encodes_text(estimator: Any) -> bool:
    categories = getattr(estimator, "categories_", None)
    if not isinstance(categories, (list, tuple)):
        return False
    return any(
        getattr(getattr(part, "dtype", None), "kind", "") in ("O", "U") for part in categories
    )


def _to_the_input(estimator: Any) -> Iterator[Any]:
    """The estimator, then the one inside it that sees the input first, and so on."""
    yield estimator
    for _ in range(MAX_DEPTH):
        estimator = _first_inside(estimator)
        if estimator is None:
            return
        yield estimator


def _first_inside(estimator: Any) -> Any:
    for name in INNER:
        inner = getattr(estimator, name, None)
        if isinstance(inner, (list, tuple)):
            parts = (part[1] if isinstance(part, tuple) else part for part in inner)
            inner = next((part for part in parts if _is_estimator(part)), None)
        if _is_estimator(inner):
            return inner
    return None


def _is_estimator(value: Any) -> bool:
    # A class is a default that nobody fitted; calibrated classifiers are no estimators.
    known = hasattr(value, "get_params") or hasattr(value, "predict_proba")
    return known and not isinstance(value, type)


def _kind(first: Any) -> str:
    names = {base.__name__ for base in type(first).__mro__}
    if names & TEXT_CLASSES:
        return TEXTS if getattr(first, "input", "content") == "content" else ANYTHING
    if names & MAPPING_CLASSES:
        return MAPPINGS if getattr(first, "input_type", "dict") == "dict" else ANYTHING
    return ANYTHING if "MultiLabelBinarizer" in names else TABLE


def _feature_names(chain: Tuple[Any, ...]) -> Optional[Tuple[str, ...]]:
    """As fitted on a DataFrame; before scikit-learn 1.0 only ColumnTransformer kept them."""
    for estimator in chain:
        for name in ("feature_names_in_", "_feature_names_in", "_df_columns"):
            names = getattr(estimator, name, None)
            if names is not None:
                return tuple(str(name) for name in names)
    return None


def _selects_by_name(estimator: Any) -> bool:
    """Whether this is a ColumnTransformer with columns by name, or chosen by a function."""
    return any(_is_by_name(part[2]) for part in getattr(estimator, "transformers", None) or ())


def _is_by_name(columns: Any) -> bool:
    if isinstance(columns, slice):
        columns = [columns.start, columns.stop]
    if isinstance(columns, (list, tuple)):
        return any(isinstance(column, str) for column in columns)
    is_text = getattr(getattr(columns, "dtype", None), "kind", "") in ("U", "O")
    return isinstance(columns, str) or callable(columns) or is_text


def _classes(estimator: Any) -> Any:
    classes = getattr(estimator, "classes_", None)
    if classes is None:  # MultiOutputClassifier of old versions
        parts = getattr(estimator, "estimators_", None)
        if hasattr(estimator, "predict_proba") and isinstance(parts, list):
            found = [getattr(part, "classes_", None) for part in parts]
            is_multi_output = type(estimator).__name__ == "MultiOutputClassifier"
            return found if is_multi_output else None
    return classes


def _n_features(chain: Tuple[Any, ...]) -> Optional[int]:
    """Since 0.24 estimators tell; those that a pipeline passes its input to count as well."""
    for estimator in chain:
        for ask in (_told, _counted):
            number = ask(estimator)
            if number is not None:
                return number
        if hasattr(estimator, "transformers"):
            return None  # each part of a ColumnTransformer sees its own columns
    return None


def _told(estimator: Any) -> Optional[int]:
    number = getattr(estimator, "n_features_in_", None)
    return None if number is None else int(number)


# Where those of 0.22 and 0.23 show it, by a class that they inherit from.
_SHAPES = (
    ("BaseDecisionTree", "n_features_", None),
    ("BaseForest", "n_features_", None),
    ("BaseBagging", "n_features_", None),
    ("BaseGradientBoosting", "n_features_", None),
    ("BaseLibSVM", "shape_fit_", -1),
    ("BaseMultilayerPerceptron", "coefs_", 0),
    ("LinearClassifierMixin", "coef_", -1),
    ("LinearModel", "coef_", -1),
    ("NeighborsBase", "_fit_X", -1),
    ("GaussianNB", "theta_", -1),
    ("KMeans", "cluster_centers_", -1),
    ("StandardScaler", "mean_", -1),
    ("RFE", "support_", -1),
)


def _counted(estimator: Any) -> Optional[int]:
    names = {base.__name__ for base in type(estimator).__mro__}
    for base, attribute, axis in _SHAPES:
        value = getattr(estimator, attribute, None) if base in names else None
        if value is None:
            continue
        if axis is None:
            return int(value)
        if attribute == "shape_fit_":
            return int(value[axis])
        shape = (value[0] if isinstance(value, list) else value).shape
        return int(shape[axis])
    return None
