"""The rules of a border, a file each: they decide, and carry out by `moves` and `calendar`."""
