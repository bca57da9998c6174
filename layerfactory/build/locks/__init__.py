"""Locks: which wheels a cell is made of, each by its hash."""
