"""Makes a computer with Debian into a machine of an office, and takes it back. Of Python's own library alone."""
