"""Electronic signatures in PDFs (PAdES), made and checked; the one place that imports pyHanko.

Nothing here reads settings or the database: keys are named by the caller, and stay in the files, tokens and services
that hold them.
"""
