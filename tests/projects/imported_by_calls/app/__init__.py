"""A package whose modules are imported by calls."""
