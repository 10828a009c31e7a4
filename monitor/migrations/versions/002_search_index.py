"""search index

SQLite's full text over the words of search_entry; other databases look at each entry. Alembic cannot see it in the
models: tests and env.py leave its tables out of their comparison.
"""

from alembic import op

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None

MAKE = (
    """
    CREATE VIRTUAL TABLE search_index USING fts5 (
        realm, words, content = 'search_entry', content_rowid = 'id', detail = 'none', columnsize = 0,
        tokenize = 'unicode61 remove_diacritics 0', prefix = '1 2 3 4 5 6 7 8'
    )
    """,
    # words that were deleted do not stay in the index, as secure_delete sees to in tables
    "INSERT INTO search_index (search_index, rank) VALUES ('secure-delete', 1)",
    """
    CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN
        INSERT INTO search_index (rowid, realm, words) VALUES (new.id, new.realm, new.words);
    END
    """,
    """
    CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entry BEGIN
        INSERT INTO search_index (search_index, rowid, realm, words) VALUES ('delete', old.id, old.realm, old.words);
    END
    """,
    """
    CREATE TRIGGER search_entry_changed AFTER UPDATE ON search_entry BEGIN
        INSERT INTO search_index (search_index, rowid, realm, words) VALUES ('delete', old.id, old.realm, old.words);
        INSERT INTO search_index (rowid, realm, words) VALUES (new.id, new.realm, new.words);
    END
    """,
    "INSERT INTO search_index (search_index) VALUES ('rebuild')",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in MAKE:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for trigger in ("search_entry_added", "search_entry_removed", "search_entry_changed"):
            op.execute(f"DROP TRIGGER {trigger}")
        op.execute("DROP TABLE search_index")
