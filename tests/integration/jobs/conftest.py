from aws_fixtures import aws, clean_environment, embedded, proxy, settings, waits

__all__ = ["aws", "clean_environment", "embedded", "proxy", "settings", "waits"]
