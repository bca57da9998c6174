"""Building from wheels alone: uv unpacks, the target's own Python compiles."""
