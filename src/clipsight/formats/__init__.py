"""Typed results for one task each, derived from evidence and analysis without watching again."""
