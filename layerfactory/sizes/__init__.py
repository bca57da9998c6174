"""Where the bytes of a layer are: read off its zip, summed up, and drawn."""
