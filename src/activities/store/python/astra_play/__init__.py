"""Tools, answers and rewards of the environments in this folder, with nothing but Python's own library."""
