from build_fixtures import built, interpreter

__all__ = ["built", "interpreter"]
