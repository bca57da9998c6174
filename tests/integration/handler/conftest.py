from aws_fixtures import clean_environment, embedded
from docker_fixtures import build_image
from emulator import opt
from functions import bench
from handler_fixtures import layered, test_tools

__all__ = ["bench", "build_image", "clean_environment", "embedded", "layered", "opt", "test_tools"]
