"""Builds, proves and publishes AWS Lambda layers with scikit-learn."""

__version__ = "0.1.0"
