"""The test suite, one package an area."""
