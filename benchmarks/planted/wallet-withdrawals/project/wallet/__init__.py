from wallet.account import Account, InsufficientFunds
from wallet.desk import Desk

__all__ = ["Account", "Desk", "InsufficientFunds"]
