from docker_fixtures import build_image, no_leftovers, used_images

__all__ = ["build_image", "no_leftovers"]


def pytest_terminal_summary(terminalreporter):
    """Say in what the Docker tests ran: a stand-in is no Amazon Linux."""
    for name in sorted(used_images):
        kind = "a stand-in for Lambda's build image" if "stand-in" in name else "the true image"
        terminalreporter.write_line(f"Docker tests ran in {name}: {kind}")
