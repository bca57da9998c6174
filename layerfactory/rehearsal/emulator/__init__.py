"""A function in the real runtime client and the real emulator, without Docker or within."""
