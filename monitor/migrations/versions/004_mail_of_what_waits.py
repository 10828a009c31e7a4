"""mail of what waits

Nobody asked for mails before there were any.
"""

import sqlalchemy as sa
from alembic import op

revision = "004"
down_revision = "003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("user") as user:
        user.add_column(sa.Column("wants_mail", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "waiting_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("tried_on", sa.Date(), nullable=True),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("failed_at", sa.DateTime(), nullable=True),
        sa.Column(
            "fault",
            sa.Enum(
                "unreachable", "unencrypted", "not_signed_in", "refused", name="mailfault", native_enum=False, length=40
            ),
            nullable=True,
        ),
        sa.Column("mechanism_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mechanism_id"], ["mechanism.id"], name=op.f("fk_waiting_mail_mechanism_id_mechanism")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_waiting_mail_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_mail")),
        sa.UniqueConstraint("user_id", name=op.f("uq_waiting_mail_user_id")),
    )


def downgrade() -> None:
    op.drop_table("waiting_mail")
    with op.batch_alter_table("user") as user:
        user.drop_column("wants_mail")
