"""Tables of people: who they are, what they may do, and how they are logged in."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table, Text

from engine.model.metadata import Id, Moment, metadata

user = Table(
    "user",
    metadata,
    Column("id", Id, primary_key=True),
    Column("login", String(100), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("email", String(200), nullable=False, default=""),
    Column("phone", String(50), nullable=False, default=""),
    #: zh_CN, en; "" follows the browser
    Column("locale", String(10), nullable=False, default=""),
    #: argon2; "" lets nobody in
    Column("password", Text, nullable=False, default=""),
    #: Secret of the one-time codes; "" when the person has none.
    Column("totp", String(64), nullable=False, default=""),
    #: Number of the last accepted one-time code's half minute: a code counts once.
    Column("totp_used", Id, nullable=False, default=0),
    Column("active", Boolean, nullable=False, default=True),
    Column("created_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

role = Table(
    "role",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("zh", Text, nullable=False),
    Column("en", Text, nullable=False),
)

#: What the people of a role may do beyond their tasks: deploy, audit, admin, operate, start:<process>.
permission = Table(
    "permission",
    metadata,
    Column("role", String(100), primary_key=True),
    Column("name", String(120), primary_key=True),
)

membership = Table(
    "membership",
    metadata,
    Column("user_id", Id, primary_key=True, autoincrement=False),
    Column("role", String(100), primary_key=True),
)
Index(None, membership.c.role)

#: Somebody stands in for somebody else, from and until: in one role, or (no role) in everything.
substitution = Table(
    "substitution",
    metadata,
    Column("id", Id, primary_key=True),
    Column("absent_id", Id, nullable=False),
    Column("substitute_id", Id, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("role", String(100)),
)
Index(None, substitution.c.substitute_id)

#: A login on one device; `id` is the SHA-256 of what the cookie holds.
session = Table(
    "session",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user_id", Id, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("address", String(60), nullable=False, default=""),
    Column("agent", String(300), nullable=False, default=""),
)
Index(None, session.c.user_id)

#: A bearer token for scripts; `hash` is the SHA-256 of it.
token = Table(
    "token",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("user_id", Id, nullable=False),
    Column("name", String(200), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    #: Last use, to a few minutes; empty while it was never used.
    Column("used_at", Moment),
)
Index(None, token.c.user_id)
#: So many letters of its hash name a token where people see it; they do not lead back to it.
SHOWN_OF_HASH = 16

#: A link by which a person sets a first or forgotten password, once; `hash` is the SHA-256 of what it holds.
invitation = Table(
    "invitation",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("user_id", Id, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

#: A browser in which somebody has logged in; `hash` is the SHA-256 of what its cookie holds.
known_device = Table(
    "known_device",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("user_id", Id, primary_key=True, autoincrement=False),
    Column("seen_at", Moment, nullable=False),
)
Index(None, known_device.c.user_id)

#: A secret of one-time codes that waits for the first code made with it.
code_offer = Table(
    "code_offer",
    metadata,
    Column("user_id", Id, primary_key=True, autoincrement=False),
    Column("secret", String(64), nullable=False),
    Column("expires_at", Moment, nullable=False),
)

#: Failed proofs, for the limiter; `subject` is one of those `engine.commands.proof` counts by.
login_failure = Table(
    "login_failure",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subject", String(160), nullable=False),
    Column("at", Moment, nullable=False),
)
Index(None, login_failure.c.subject, login_failure.c.at)
