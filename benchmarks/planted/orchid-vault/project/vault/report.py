from .store import Vault


def summary(vault: Vault) -> str:
    plants = vault.load()
    names = ", ".join(plants) or "nothing"
    return f"{vault.path.stem}: {names}"
