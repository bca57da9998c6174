"""Small data and constructor arguments that suit each estimator; all that is known by name."""

import inspect

SAMPLES = 60

TEXTS = {"CountVectorizer", "HashingVectorizer", "TfidfVectorizer"}
MAPPINGS = {"DictVectorizer", "FeatureHasher"}
LABELS = {"LabelBinarizer", "LabelEncoder"}
WHOLE_NUMBERS = {"CategoricalNB"}
HOLES = {"IterativeImputer", "KNNImputer", "MissingIndicator", "SimpleImputer"}
TWO_TARGETS = {
    "CCA",
    "MultiOutputRegressor",
    "MultiTaskElasticNet",
    "MultiTaskElasticNetCV",
    "MultiTaskLasso",
    "MultiTaskLassoCV",
    "PLSCanonical",
    "PLSRegression",
    "PLSSVD",
    "RegressorChain",
}
TWO_LABELS = {"ClassifierChain", "MultiOutputClassifier"}
# TargetEncoder took no more than two classes before 1.4.
TWO_CLASSES = {"FixedThresholdClassifier", "TargetEncoder", "TunedThresholdClassifierCV"}
PARTLY_LABELLED = {"LabelPropagation", "LabelSpreading", "SelfTrainingClassifier"}

# Taken by whichever estimator has a parameter of that name.
COMMON = {"n_estimators": 5, "random_state": 0, "n_init": 1, "cv": 3, "perplexity": 5}
# Taken by this estimator where this version of it has the parameter.
BY_NAME = {
    "BernoulliRBM": {"n_components": 3},
    "DictionaryLearning": {"max_iter": 5, "n_components": 3},
    "FeatureHasher": {"n_features": 64},
    "GaussianRandomProjection": {"n_components": 2},
    "GenericUnivariateSelect": {"mode": "k_best", "param": 2},
    "HashingVectorizer": {"n_features": 64},
    "MiniBatchDictionaryLearning": {"n_components": 3},
    "PatchExtractor": {"patch_size": (8, 8)},
    "RadiusNeighborsClassifier": {"radius": 50.0},
    "RadiusNeighborsRegressor": {"radius": 50.0},
    "RadiusNeighborsTransformer": {"radius": 50.0},
    "RandomizedSearchCV": {"n_iter": 2},
    "SelectKBest": {"k": 2},
    "SparseRandomProjection": {"n_components": 2},
}
# Meta-estimators in which the parameter has a default but something must stand there.
NEEDS_INNER = {"ClassifierChain", "RegressorChain", "SelfTrainingClassifier"}


def sample_for(name: str, estimator_class: type) -> tuple:
    """X and y for one estimator; y is None where it takes none."""
    import numpy as np

    x, classes, amounts = table()
    if name in LABELS:
        return classes, None
    if name == "MultiLabelBinarizer":
        return [{c, c + 1} for c in classes.tolist()], None
    if name == "PatchExtractor":
        return np.arange(SAMPLES * 64.0).reshape(SAMPLES, 8, 8), None
    if name == "IsotonicRegression":
        return x[:, 0], amounts
    if name == "KernelCenterer":
        return x.dot(x.T), None
    y = target_for(name, estimator_class, classes, amounts)
    return input_for(name, x, classes), y


def table() -> tuple:
    """Positive numbers in three clouds, their classes, and a positive amount for each."""
    import numpy as np

    random = np.random.RandomState(0)
    classes = np.arange(SAMPLES) % 3
    x = 3.0 * classes[:, np.newaxis] + random.uniform(0.1, 2.1, size=(SAMPLES, 4))
    amounts = 1.0 + x.dot([0.5, 0.1, 0.3, 0.2]) + random.uniform(0.0, 0.1, size=SAMPLES)
    return x, classes, amounts


def input_for(name: str, x, classes):
    """X as this estimator takes it."""
    if name in TEXTS:
        return ["document of class{} row{}".format(c, i) for i, c in enumerate(classes)]
    if name in MAPPINGS:
        return [{"a": row[0], "b": row[1]} for row in x.tolist()]
    if name in WHOLE_NUMBERS:
        return x.astype(int)
    if name in HOLES:
        x = x.copy()
        x[::5, 1] = float("nan")
    return x


def target_for(name: str, estimator_class: type, classes, amounts):
    """The y that this estimator takes; those that take none ignore it."""
    import numpy as np
    from sklearn.base import RegressorMixin

    if name in TWO_TARGETS:
        return np.column_stack([amounts, amounts[::-1]])
    if name in TWO_LABELS:
        return np.column_stack([classes == 0, classes == 1]).astype(int)
    if name in TWO_CLASSES:
        return (classes == 1).astype(int)
    if name in PARTLY_LABELLED:
        return np.where(np.arange(SAMPLES) % 4 == 0, -1, classes)
    return amounts if issubclass(estimator_class, RegressorMixin) else classes


def construct(name: str, estimator_class: type):
    """An estimator with small work to do, and others inside where it needs them."""
    from sklearn.base import RegressorMixin

    parameters = inspect.signature(estimator_class).parameters
    wanted = dict(COMMON)
    wanted.update(BY_NAME.get(name, {}))
    settings = {key: value for key, value in wanted.items() if key in parameters}
    inner = inner_parts(regression=issubclass(estimator_class, RegressorMixin))
    for key, parameter in parameters.items():
        if parameter.default is parameter.empty and key in inner:
            settings[key] = inner[key]
    if name in NEEDS_INNER:
        key = "estimator" if "estimator" in parameters else "base_estimator"
        settings[key] = inner["estimator"]
    if name == "FrozenEstimator":
        x, classes, _ = table()
        settings["estimator"].fit(x, classes)
    return estimator_class(**settings)


def inner_parts(*, regression: bool) -> dict:
    """What may stand in a required parameter, by the parameter's name."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.preprocessing import MinMaxScaler, StandardScaler
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    tree = DecisionTreeRegressor if regression else DecisionTreeClassifier
    last = Ridge() if regression else LogisticRegression()
    trees = [("shallow", tree(max_depth=1, random_state=0)), ("deep", tree(random_state=0))]
    scalers = [("standard", StandardScaler()), ("span", MinMaxScaler())]
    return {
        "base_estimator": last,
        "dictionary": np.eye(4),
        "estimator": last,
        "estimators": trees,
        "param_distributions": {"C": [0.1, 1.0]},
        "param_grid": {"C": [0.1, 1.0]},
        "steps": [*scalers, ("last", last)],
        "transformer_list": scalers,
        "transformers": [("standard", StandardScaler(), [0, 1]), ("span", MinMaxScaler(), [2])],
    }
