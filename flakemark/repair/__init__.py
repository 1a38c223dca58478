"""A patch for causes that are mended in one known way, offered only if the test passes with it where it failed before."""
