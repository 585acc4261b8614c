"""The environment: what clients read from it, what is written into it, and when."""
