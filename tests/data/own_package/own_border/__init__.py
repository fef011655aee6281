"""A package that adds to bcpsim: what a user would write, for tests and as an example."""
