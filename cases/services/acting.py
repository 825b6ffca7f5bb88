from cases.acting import LEGAL_ZONE, Acting, legal_date

__all__ = ["LEGAL_ZONE", "Acting", "legal_date"]
