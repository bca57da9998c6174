"""What was proven of each cell, and how large it was: committed, and held against."""
