from clubpoints.accounts import Accounts, NotEnoughPoints
from clubpoints.pool import Pool, PoolTimeout

__all__ = ["Accounts", "NotEnoughPoints", "Pool", "PoolTimeout"]
