import sqlite3

COLUMNS = {
    "block": "TEXT NOT NULL DEFAULT ''",
    "rows": "INTEGER NOT NULL DEFAULT 0",
    "per_row": "INTEGER NOT NULL DEFAULT 0",
    "planted": "TEXT",
    "trees": "INTEGER GENERATED ALWAYS AS (rows * per_row) VIRTUAL",
}


class Migrator:
    def __init__(self, connection: sqlite3.Connection, table: str = "plots"):
        self.connection = connection
        self.table = table
        self.log: list[str] = []

    def existing(self):
        info = self.connection.execute(f"PRAGMA table_xinfo({self.table})")
        return {row[1] for row in info}

    def pending(self):
        return COLUMNS.keys() - self.existing()

    def statements(self):
        for column in self.pending():
            yield f"ALTER TABLE {self.table} ADD COLUMN {column} {COLUMNS[column]}"

    def upgrade(self):
        for statement in list(self.statements()):
            self.connection.execute(statement)
            self.log.append(statement)
        return len(self.log)
