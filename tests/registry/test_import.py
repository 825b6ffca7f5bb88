"""Imports: every bad row named, nothing half-written, the same file twice changes nothing."""
