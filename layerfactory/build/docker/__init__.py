"""Building inside Lambda's build image: containers, and the host's settings in them."""
