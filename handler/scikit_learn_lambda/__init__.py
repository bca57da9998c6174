"""Serves a scikit-learn model from AWS Lambda; the handler is `scikit_learn_lambda.handler`.

On Lambda the model is loaded when this package is imported, before the first request. Elsewhere
importing it is cheap.
"""

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scikit_learn_lambda import environment

if TYPE_CHECKING:
    from scikit_learn_lambda.function import LambdaFunction

__version__ = "0.1.0"
__all__ = ["handler"]


def handler(event: Any, context: Any) -> Any:
    """Answer one event: of API Gateway, a function URL or a load balancer, or a direct invoke.

    Raises:
        HandlerError: a direct invoke failed; its class tells how. Over HTTP nothing is raised.
    """
    return _function()(event, context)


@lru_cache(maxsize=None)
def _function() -> "LambdaFunction":
    from scikit_learn_lambda.function import LambdaFunction

    return LambdaFunction.from_env(os.environ)


# Before numpy is imported: it reads these once.
environment.prepare(os.environ)
if environment.is_eager(os.environ):
    _function().start()
