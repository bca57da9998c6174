"""What was made once and may be wanted again, on disk, each entry checked when it is read."""
