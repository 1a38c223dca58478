from orchard.migrate import COLUMNS, Migrator


def test_existing_columns_are_read(plots):
    assert Migrator(plots).existing() == {"id", "block", "rows"}


def test_pending_leaves_out_existing(plots):
    assert Migrator(plots).pending() == {"per_row", "planted", "trees"}


def test_upgrade_reaches_current_schema(plots):
    migrator = Migrator(plots)
    assert migrator.upgrade() == 3
    assert migrator.existing() >= set(COLUMNS)
    plots.execute("UPDATE plots SET per_row = 20")
    assert plots.execute("SELECT sum(trees) FROM plots").fetchone() == (840,)


def test_nothing_to_do_for_current_schema(plots):
    plots.execute("DROP TABLE plots")
    body = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    plots.execute(f"CREATE TABLE plots (id INTEGER PRIMARY KEY, {body})")
    assert Migrator(plots).upgrade() == 0
