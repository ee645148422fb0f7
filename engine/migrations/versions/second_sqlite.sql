CREATE TABLE calendar_day (
	day DATE NOT NULL,
	working BOOLEAN NOT NULL,
	name VARCHAR(100) NOT NULL,
	"by" VARCHAR(100) NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_calendar_day PRIMARY KEY (day)
)
--
CREATE TABLE calendar_year (
	year INTEGER NOT NULL,
	"by" VARCHAR(100) NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_calendar_year PRIMARY KEY (year)
)
--
CREATE TABLE code_offer (
	user_id INTEGER NOT NULL,
	secret VARCHAR(64) NOT NULL,
	expires_at BIGINT NOT NULL,
	CONSTRAINT pk_code_offer PRIMARY KEY (user_id)
)
--
CREATE TABLE known_device (
	hash VARCHAR(64) NOT NULL,
	user_id INTEGER NOT NULL,
	seen_at BIGINT NOT NULL,
	CONSTRAINT pk_known_device PRIMARY KEY (hash, user_id)
)
--
CREATE INDEX ix_known_device_user_id ON known_device (user_id)
--
CREATE TABLE rule_change (
	id INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	kind VARCHAR(20) NOT NULL,
	"key" VARCHAR(100) NOT NULL,
	old TEXT,
	new TEXT,
	reason VARCHAR(200) NOT NULL,
	"by" VARCHAR(100) NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_rule_change PRIMARY KEY (id)
)
--
CREATE INDEX ix_rule_change_kind_key ON rule_change (kind, "key")
