"""Benchmarks: scripts that compare against something in the same run and print a ratio."""
