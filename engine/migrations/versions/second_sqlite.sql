CREATE TABLE anomaly (
	no VARCHAR(30) NOT NULL,
	instance_id INTEGER NOT NULL,
	production_no VARCHAR(30) NOT NULL,
	kind VARCHAR(30) NOT NULL,
	detail TEXT NOT NULL,
	done INTEGER NOT NULL,
	"plan" TEXT NOT NULL,
	participants TEXT NOT NULL,
	customer_agrees BOOLEAN,
	new_due DATE,
	reported_at BIGINT NOT NULL,
	settled_at BIGINT,
	CONSTRAINT pk_anomaly PRIMARY KEY (no)
)
--
CREATE INDEX ix_anomaly_production_no ON anomaly (production_no)
--
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
CREATE TABLE contract (
	no VARCHAR(30) NOT NULL,
	customer_id INTEGER NOT NULL,
	payment_terms VARCHAR(20) NOT NULL,
	deposit_rate NUMERIC(5, 4) NOT NULL,
	delivery_terms TEXT NOT NULL,
	settlement TEXT NOT NULL,
	quality_standard TEXT NOT NULL,
	valid_from DATE NOT NULL,
	valid_to DATE,
	signed_copies INTEGER NOT NULL,
	CONSTRAINT pk_contract PRIMARY KEY (no)
)
--
CREATE INDEX ix_contract_customer_id_valid_from ON contract (customer_id, valid_from)
--
CREATE TABLE daily_report (
	no VARCHAR(30) NOT NULL,
	production_no VARCHAR(30) NOT NULL,
	reported_on DATE NOT NULL,
	qty INTEGER NOT NULL,
	done INTEGER NOT NULL,
	rate VARCHAR(100) NOT NULL,
	note TEXT NOT NULL,
	document_id INTEGER NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_daily_report PRIMARY KEY (no)
)
--
CREATE INDEX ix_daily_report_production_no_reported_on ON daily_report (production_no, reported_on)
--
CREATE TABLE dispatch_advice (
	no VARCHAR(30) NOT NULL,
	version INTEGER NOT NULL,
	instance_id INTEGER NOT NULL,
	order_no VARCHAR(30) NOT NULL,
	shipped_at BIGINT NOT NULL,
	carrier VARCHAR(100) NOT NULL,
	waybill VARCHAR(100) NOT NULL,
	eta DATE NOT NULL,
	check_times TEXT NOT NULL,
	document_id INTEGER NOT NULL,
	arrived_at BIGINT,
	condition VARCHAR(20) NOT NULL,
	receiver VARCHAR(100) NOT NULL,
	CONSTRAINT pk_dispatch_advice PRIMARY KEY (no, version)
)
--
CREATE INDEX ix_dispatch_advice_order_no ON dispatch_advice (order_no)
--
CREATE TABLE emergency_release (
	no VARCHAR(30) NOT NULL,
	instance_id INTEGER NOT NULL,
	order_no VARCHAR(30) NOT NULL,
	reason TEXT NOT NULL,
	supervisor VARCHAR(100) NOT NULL,
	slip_due DATE NOT NULL,
	slip_no VARCHAR(30) NOT NULL,
	released_at BIGINT NOT NULL,
	completed_at BIGINT,
	CONSTRAINT pk_emergency_release PRIMARY KEY (no)
)
--
CREATE INDEX ix_emergency_release_order_no ON emergency_release (order_no)
--
CREATE TABLE inspection (
	no VARCHAR(30) NOT NULL,
	production_no VARCHAR(30) NOT NULL,
	round INTEGER NOT NULL,
	checks TEXT NOT NULL,
	defects INTEGER NOT NULL,
	passed BOOLEAN NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_inspection PRIMARY KEY (no),
	CONSTRAINT uq_inspection_production_no_round UNIQUE (production_no, round)
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
CREATE TABLE memo (
	no VARCHAR(30) NOT NULL,
	version INTEGER NOT NULL,
	instance_id INTEGER NOT NULL,
	order_no VARCHAR(30) NOT NULL,
	customer_id INTEGER,
	customer_name VARCHAR(200) NOT NULL,
	items TEXT NOT NULL,
	ticks TEXT NOT NULL,
	complete BOOLEAN NOT NULL,
	eta BIGINT,
	document_id INTEGER NOT NULL,
	written_at BIGINT NOT NULL,
	CONSTRAINT pk_memo PRIMARY KEY (no, version)
)
--
CREATE TABLE price_doubt (
	no VARCHAR(30) NOT NULL,
	instance_id INTEGER NOT NULL,
	order_no VARCHAR(30) NOT NULL,
	customer_id INTEGER,
	lines TEXT NOT NULL,
	reason TEXT NOT NULL,
	opened_at BIGINT NOT NULL,
	decided_by TEXT NOT NULL,
	decision TEXT NOT NULL,
	decided_at BIGINT,
	CONSTRAINT pk_price_doubt PRIMARY KEY (no)
)
--
CREATE INDEX ix_price_doubt_order_no ON price_doubt (order_no)
--
CREATE TABLE production_order (
	no VARCHAR(30) NOT NULL,
	instance_id INTEGER NOT NULL,
	order_no VARCHAR(30) NOT NULL,
	document_id INTEGER NOT NULL,
	qty INTEGER NOT NULL,
	tolerance VARCHAR(50) NOT NULL,
	due DATE,
	confirmed_due DATE,
	production_date DATE,
	packing TEXT NOT NULL,
	label TEXT NOT NULL,
	special TEXT NOT NULL,
	hints TEXT NOT NULL,
	pending_return BOOLEAN NOT NULL,
	"plan" TEXT NOT NULL,
	done INTEGER NOT NULL,
	booked INTEGER NOT NULL,
	state VARCHAR(10) NOT NULL,
	issued_at BIGINT NOT NULL,
	changed_at BIGINT NOT NULL,
	CONSTRAINT pk_production_order PRIMARY KEY (no)
)
--
CREATE INDEX ix_production_order_order_no ON production_order (order_no)
--
CREATE TABLE proposal (
	hash VARCHAR(64) NOT NULL,
	login VARCHAR(100) NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_proposal PRIMARY KEY (hash, login)
)
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
--
CREATE TABLE statement (
	no VARCHAR(30) NOT NULL,
	version INTEGER NOT NULL,
	instance_id INTEGER NOT NULL,
	order_no VARCHAR(30) NOT NULL,
	kind VARCHAR(10) NOT NULL,
	department VARCHAR(50) NOT NULL,
	text TEXT NOT NULL,
	facts TEXT NOT NULL,
	hash VARCHAR(64) NOT NULL,
	document_id INTEGER NOT NULL,
	written_at BIGINT NOT NULL,
	signer VARCHAR(100) NOT NULL,
	signer_name VARCHAR(100) NOT NULL,
	signed_at BIGINT,
	void_at BIGINT,
	void_why VARCHAR(20) NOT NULL,
	CONSTRAINT pk_statement PRIMARY KEY (no, version)
)
--
CREATE INDEX ix_statement_order_no_kind ON statement (order_no, kind)
