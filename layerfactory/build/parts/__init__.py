"""A wheel's share of a layer: trimmed, compiled and compressed once for every cell that has it."""
