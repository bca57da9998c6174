from build_fixtures import built, interpreter, mounts, workshop

__all__ = ["built", "interpreter", "mounts", "workshop"]
