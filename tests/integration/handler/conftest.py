from docker_fixtures import build_image
from emulator import opt
from functions import bench

__all__ = ["bench", "build_image", "opt"]
