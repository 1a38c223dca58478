from kitty.group import Group

__all__ = ["Group"]
