"""forms on paper

Printings of a visit's form, marks of their pages, scans; and whether a mechanism destroys scans of checked pages.
"""

import sqlalchemy as sa
from alembic import op

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("mechanism", schema=None) as batch_op:
        # nothing that a mechanism kept so far is destroyed before it says so
        batch_op.add_column(sa.Column("destroys_scans", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "printed_form",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("guide_version", sa.String(length=20), nullable=False),
        sa.Column("scope_data", sa.JSON(), nullable=False),
        sa.Column("part", sa.String(length=60), nullable=False),
        sa.Column("pages", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("mechanism_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_printed_form_document_id_document")),
        sa.ForeignKeyConstraint(
            ["mechanism_id"], ["mechanism.id"], name=op.f("fk_printed_form_mechanism_id_mechanism")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_printed_form_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printed_form")),
        sa.UniqueConstraint("document_id", name=op.f("uq_printed_form_document_id")),
        sa.UniqueConstraint("mechanism_id", "number", name=op.f("uq_printed_form_mechanism_id_number")),
    )
    with op.batch_alter_table("printed_form", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_printed_form_visit_id"), ["visit_id"], unique=False)
    op.create_table(
        "page_mark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("printed_form_id", sa.Uuid(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Enum("entered", "checked", name="mark", native_enum=False, length=40), nullable=False),
        sa.Column("scans_destroyed", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("mechanism_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_page_mark_by_id_user")),
        sa.ForeignKeyConstraint(["mechanism_id"], ["mechanism.id"], name=op.f("fk_page_mark_mechanism_id_mechanism")),
        sa.ForeignKeyConstraint(
            ["printed_form_id"], ["printed_form.id"], name=op.f("fk_page_mark_printed_form_id_printed_form")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_mark")),
    )
    with op.batch_alter_table("page_mark", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_page_mark_printed_form_id_page"), ["printed_form_id", "page"], unique=False
        )
    op.create_table(
        "page_scan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("printed_form_id", sa.Uuid(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("mechanism_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_page_scan_file_id_stored_file"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["mechanism_id"], ["mechanism.id"], name=op.f("fk_page_scan_mechanism_id_mechanism")),
        sa.ForeignKeyConstraint(
            ["printed_form_id"], ["printed_form.id"], name=op.f("fk_page_scan_printed_form_id_printed_form")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_scan")),
        sa.UniqueConstraint("file_id", name=op.f("uq_page_scan_file_id")),
    )
    with op.batch_alter_table("page_scan", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_page_scan_printed_form_id_page"), ["printed_form_id", "page"], unique=False
        )


def downgrade() -> None:
    for table in ("page_scan", "page_mark", "printed_form"):
        op.drop_table(table)
    with op.batch_alter_table("mechanism", schema=None) as batch_op:
        batch_op.drop_column("destroys_scans")
