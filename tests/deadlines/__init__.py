"""Deadlines, their sweep, the calendar, notifications and the oversight board."""
