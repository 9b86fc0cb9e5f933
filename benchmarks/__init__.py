"""Measurements, printed by `make bench`: one module a part, each with run(quick, folder) that yields lines."""
