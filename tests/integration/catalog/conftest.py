from aws_fixtures import aws, clean_environment, proxy, settings, waits

__all__ = ["aws", "clean_environment", "proxy", "settings", "waits"]
