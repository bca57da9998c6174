"""What fitted estimators keep and never look at again when they predict."""

from typing import Any, Dict

from scikit_learn_lambda.inside import all_inside

# By class, wherever in a model it stands. Only what fitting left behind, never a parameter. That
# predictions do not need it is proven for each model before its slim file is written.
DEAD = {
    # The optimizer's state is twice the weights, and the best ones are kept once more.
    "BaseMultilayerPerceptron": (
        *("_optimizer", "_best_coefs", "_best_intercepts", "_random_state"),
        *("loss_curve_", "validation_scores_"),
    ),
    "BaseSGD": ("loss_function_", "average_coef_", "standard_coef_", "average_intercept_"),
    "BaseForest": ("oob_prediction_", "oob_decision_function_"),
    "BaseBagging": ("oob_prediction_", "oob_decision_function_", "_seeds"),
    "BaseGradientBoosting": ("oob_improvement_", "oob_scores_", "train_score_", "_rng"),
    "BaseHistGradientBoosting": ("train_score_", "validation_score_", "_feature_subsample_rng"),
    "BaseSearchCV": ("cv_results_",),
    "LogisticRegressionCV": ("coefs_paths_", "scores_"),
    "LinearModelCV": ("mse_path_",),
    "_BaseRidgeCV": ("cv_values_", "cv_results_"),
    "KMeans": ("labels_",),  # until 0.24; later it has the base below
    "_BaseKMeans": ("labels_",),
    "BaseMixture": ("lower_bounds_",),
    "RFECV": ("cv_results_", "grid_scores_"),
    "GaussianProcessRegressor": ("_rng",),
}


def drop(model: Any) -> Dict[str, int]:
    """Take away what is dead, in the model and in all that it is made of.

    Args:
        model: fitted; it is changed.

    Returns:
        What was taken, such as ``MLPClassifier._optimizer``, each with how often.
    """
    taken: Dict[str, int] = {}
    for estimator in all_inside(model):
        if isinstance(estimator, type):  # a parameter, which nobody fitted
            continue
        kinds = {kind.__name__ for kind in type(estimator).__mro__}
        names = {name for kind in kinds.intersection(DEAD) for name in DEAD[kind]}
        for name in sorted(names.intersection(vars(estimator))):
            delattr(estimator, name)
            told = f"{type(estimator).__name__}.{name}"
            taken[told] = taken.get(told, 0) + 1
    return taken
