from .vault import Accession, Vault

__all__ = ["Accession", "Vault"]
