"""ELF files: what the loader reads of them, and files written anew from just that."""
