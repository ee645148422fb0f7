CREATE TABLE allocation (
	no VARCHAR(30) NOT NULL,
	slip_no VARCHAR(30) NOT NULL,
	lines TEXT NOT NULL,
	pieces INTEGER NOT NULL,
	state VARCHAR(10) NOT NULL,
	created_at BIGINT NOT NULL,
	confirmed_at BIGINT,
	CONSTRAINT pk_allocation PRIMARY KEY (no)
)
--
CREATE INDEX ix_allocation_slip_no ON allocation (slip_no)
--
CREATE TABLE archive (
	no VARCHAR(30) NOT NULL,
	ref VARCHAR(100) NOT NULL,
	documents TEXT NOT NULL,
	facts TEXT NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_archive PRIMARY KEY (no)
)
--
CREATE TABLE attachment (
	instance_id INTEGER NOT NULL,
	id VARCHAR(36) NOT NULL,
	task INTEGER NOT NULL,
	field VARCHAR(200) NOT NULL,
	name TEXT NOT NULL,
	type VARCHAR(100) NOT NULL,
	size BIGINT NOT NULL,
	hash VARCHAR(64) NOT NULL,
	"by" VARCHAR(100) NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_attachment PRIMARY KEY (instance_id, id)
)
--
CREATE TABLE command (
	"key" BLOB NOT NULL,
	about VARCHAR(200) NOT NULL,
	answer TEXT NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_command PRIMARY KEY ("key")
)
 WITHOUT ROWID
--
CREATE TABLE compensation (
	no VARCHAR(30) NOT NULL,
	ticket_no VARCHAR(30) NOT NULL,
	order_no VARCHAR(30) NOT NULL,
	customer_id INTEGER,
	kind VARCHAR(20) NOT NULL,
	amount BIGINT NOT NULL,
	freight_payer VARCHAR(10) NOT NULL,
	freight BIGINT NOT NULL,
	method VARCHAR(50) NOT NULL,
	state VARCHAR(10) NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_compensation PRIMARY KEY (no)
)
--
CREATE INDEX ix_compensation_ticket_no ON compensation (ticket_no)
--
CREATE TABLE confirmation (
	no VARCHAR(30) NOT NULL,
	version INTEGER NOT NULL,
	order_no VARCHAR(30) NOT NULL,
	code VARCHAR(6) NOT NULL,
	document_id INTEGER NOT NULL,
	built_on DATE NOT NULL,
	base_due DATE,
	current_due DATE,
	postponed_days INTEGER NOT NULL,
	CONSTRAINT pk_confirmation PRIMARY KEY (no, version)
)
--
CREATE TABLE customer (
	id INTEGER NOT NULL,
	name VARCHAR(200) NOT NULL,
	kind VARCHAR(6) NOT NULL,
	level VARCHAR(1) NOT NULL,
	is_partner BOOLEAN NOT NULL,
	phone VARCHAR(50) NOT NULL,
	email VARCHAR(200) NOT NULL,
	preferred_channel VARCHAR(10) NOT NULL,
	credit VARCHAR(10) NOT NULL,
	title VARCHAR(200) NOT NULL,
	tax_no VARCHAR(30) NOT NULL,
	invoice_item VARCHAR(200) NOT NULL,
	salesperson VARCHAR(100) NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_customer PRIMARY KEY (id)
)
--
CREATE INDEX ix_customer_name ON customer (name)
--
CREATE INDEX ix_customer_phone ON customer (phone)
--
CREATE TABLE customer_address (
	id INTEGER NOT NULL,
	customer_id INTEGER NOT NULL,
	recipient VARCHAR(100) NOT NULL,
	phone VARCHAR(50) NOT NULL,
	address TEXT NOT NULL,
	used_at BIGINT NOT NULL,
	CONSTRAINT pk_customer_address PRIMARY KEY (id)
)
--
CREATE INDEX ix_customer_address_customer_id_used_at ON customer_address (customer_id, used_at)
--
CREATE TABLE customer_contact (
	id INTEGER NOT NULL,
	customer_id INTEGER NOT NULL,
	name VARCHAR(100) NOT NULL,
	phone VARCHAR(50) NOT NULL,
	signs BOOLEAN NOT NULL,
	CONSTRAINT pk_customer_contact PRIMARY KEY (id)
)
--
CREATE INDEX ix_customer_contact_customer_id ON customer_contact (customer_id)
--
CREATE TABLE customer_history (
	id INTEGER NOT NULL,
	customer_id INTEGER NOT NULL,
	kind VARCHAR(20) NOT NULL,
	ref VARCHAR(100) NOT NULL,
	text TEXT NOT NULL,
	facts TEXT NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_customer_history PRIMARY KEY (id)
)
--
CREATE INDEX ix_customer_history_customer_id_at ON customer_history (customer_id, at)
--
CREATE TABLE decision (
	"key" VARCHAR(100) NOT NULL,
	resource_id INTEGER NOT NULL,
	release INTEGER NOT NULL,
	CONSTRAINT pk_decision PRIMARY KEY ("key", resource_id)
)
--
CREATE INDEX ix_decision_key_release ON decision ("key", release)
--
CREATE TABLE deduction (
	person VARCHAR(100) NOT NULL,
	month VARCHAR(7) NOT NULL,
	instance_id INTEGER NOT NULL,
	strikes INTEGER NOT NULL,
	staff_points NUMERIC(9, 2) NOT NULL,
	supervisor_points NUMERIC(9, 2) NOT NULL,
	manager_points NUMERIC(9, 2) NOT NULL,
	note VARCHAR(500) NOT NULL,
	decided_at BIGINT NOT NULL,
	CONSTRAINT pk_deduction PRIMARY KEY (person, month)
)
--
CREATE TABLE definition (
	id INTEGER NOT NULL,
	"key" VARCHAR(100) NOT NULL,
	version INTEGER NOT NULL,
	release INTEGER NOT NULL,
	hash VARCHAR(64) NOT NULL,
	name TEXT NOT NULL,
	filename TEXT NOT NULL,
	file BLOB NOT NULL,
	starters TEXT NOT NULL,
	start_form VARCHAR(100) NOT NULL,
	deployed_by VARCHAR(100) NOT NULL,
	deployed_at BIGINT NOT NULL,
	state VARCHAR(10) NOT NULL,
	CONSTRAINT pk_definition PRIMARY KEY (id),
	CONSTRAINT uq_definition_key_version UNIQUE ("key", version)
)
--
CREATE TABLE discrepancy (
	no VARCHAR(30) NOT NULL,
	slip_no VARCHAR(30) NOT NULL,
	lines TEXT NOT NULL,
	pieces INTEGER NOT NULL,
	state VARCHAR(10) NOT NULL,
	found_at BIGINT NOT NULL,
	due_at BIGINT NOT NULL,
	closed_at BIGINT,
	CONSTRAINT pk_discrepancy PRIMARY KEY (no)
)
--
CREATE INDEX ix_discrepancy_slip_no ON discrepancy (slip_no)
--
CREATE TABLE document (
	id INTEGER NOT NULL,
	instance_id INTEGER NOT NULL,
	kind VARCHAR(30) NOT NULL,
	number VARCHAR(30) NOT NULL,
	version INTEGER NOT NULL,
	title VARCHAR(100) NOT NULL,
	order_no VARCHAR(30) NOT NULL,
	batch_no INTEGER,
	copies INTEGER NOT NULL,
	payload TEXT NOT NULL,
	hash VARCHAR(64) NOT NULL,
	state VARCHAR(10) NOT NULL,
	issued_at BIGINT NOT NULL,
	filed_at BIGINT,
	shelf_ref VARCHAR(100) NOT NULL,
	facts TEXT NOT NULL,
	CONSTRAINT pk_document PRIMARY KEY (id),
	CONSTRAINT uq_document_kind_number_version UNIQUE (kind, number, version)
)
--
CREATE INDEX ix_document_instance_id ON document (instance_id)
--
CREATE INDEX ix_document_order_no ON document (order_no)
--
CREATE TABLE document_copy (
	document_id INTEGER NOT NULL,
	copy_no INTEGER NOT NULL,
	purpose VARCHAR(50) NOT NULL,
	holder VARCHAR(100) NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_document_copy PRIMARY KEY (document_id, copy_no)
)
--
CREATE TABLE draft (
	instance_id INTEGER NOT NULL,
	n INTEGER NOT NULL,
	login VARCHAR(100) NOT NULL,
	"values" TEXT NOT NULL,
	saved_at BIGINT NOT NULL,
	CONSTRAINT pk_draft PRIMARY KEY (instance_id, n, login)
)
--
CREATE TABLE entry (
	instance_id INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	body TEXT NOT NULL,
	hash BLOB NOT NULL,
	CONSTRAINT pk_entry PRIMARY KEY (instance_id, seq)
)
--
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the history cannot be changed'); END
--
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the history cannot be changed'); END
--
CREATE TABLE fine (
	no VARCHAR(30) NOT NULL,
	instance_id INTEGER NOT NULL,
	slip_no VARCHAR(30) NOT NULL,
	kind VARCHAR(20) NOT NULL,
	month VARCHAR(7) NOT NULL,
	person VARCHAR(100) NOT NULL,
	person_name VARCHAR(100) NOT NULL,
	gone BOOLEAN NOT NULL,
	store VARCHAR(30) NOT NULL,
	pieces INTEGER NOT NULL,
	rate BIGINT NOT NULL,
	amount BIGINT NOT NULL,
	due_at BIGINT NOT NULL,
	recorded_at BIGINT NOT NULL,
	CONSTRAINT pk_fine PRIMARY KEY (no),
	CONSTRAINT uq_fine_slip_no_kind UNIQUE (slip_no, kind)
)
--
CREATE INDEX ix_fine_month_person ON fine (month, person)
--
CREATE TABLE follow_up (
	id INTEGER NOT NULL,
	customer_id INTEGER,
	ref VARCHAR(100) NOT NULL,
	received BOOLEAN,
	matches BOOLEAN,
	intact BOOLEAN,
	at BIGINT NOT NULL,
	CONSTRAINT pk_follow_up PRIMARY KEY (id)
)
--
CREATE TABLE incident (
	instance_id INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	task INTEGER NOT NULL,
	element VARCHAR(100) NOT NULL,
	code VARCHAR(60) NOT NULL,
	zh TEXT NOT NULL,
	en TEXT NOT NULL,
	at BIGINT NOT NULL,
	resolved_at BIGINT,
	resolved_by VARCHAR(100),
	CONSTRAINT pk_incident PRIMARY KEY (instance_id, seq, task)
)
--
CREATE INDEX ix_incident_open ON incident (at) WHERE resolved_at IS NULL
--
CREATE TABLE instance (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	definition_id INTEGER,
	business_key VARCHAR(200) NOT NULL,
	status VARCHAR(10) NOT NULL,
	version INTEGER NOT NULL,
	release INTEGER NOT NULL,
	started_at BIGINT NOT NULL,
	ended_at BIGINT,
	moved_at BIGINT NOT NULL,
	starter VARCHAR(100) NOT NULL,
	subject TEXT NOT NULL,
	signed TEXT,
	incidents INTEGER NOT NULL,
	head BLOB NOT NULL,
	state BLOB
)
--
CREATE INDEX ix_instance_business_key ON instance (business_key) WHERE business_key != ''
--
CREATE INDEX ix_instance_definition_id_status_id ON instance (definition_id, status, id)
--
CREATE TABLE invitation (
	hash VARCHAR(64) NOT NULL,
	user_id INTEGER NOT NULL,
	expires_at BIGINT NOT NULL,
	CONSTRAINT pk_invitation PRIMARY KEY (hash)
)
--
CREATE TABLE invoice (
	no VARCHAR(50) NOT NULL,
	order_no VARCHAR(30) NOT NULL,
	payment_no VARCHAR(30) NOT NULL,
	title VARCHAR(200) NOT NULL,
	tax_no VARCHAR(30) NOT NULL,
	lines TEXT NOT NULL,
	amount BIGINT NOT NULL,
	issued_at BIGINT NOT NULL,
	CONSTRAINT pk_invoice PRIMARY KEY (no)
)
--
CREATE TABLE job (
	instance_id INTEGER NOT NULL,
	task BIGINT NOT NULL,
	kind VARCHAR(8) NOT NULL,
	type VARCHAR(100) NOT NULL,
	element VARCHAR(100) NOT NULL,
	due_at BIGINT NOT NULL,
	attempts INTEGER NOT NULL,
	max_attempts INTEGER NOT NULL,
	dead BOOLEAN NOT NULL,
	error TEXT,
	payload TEXT,
	CONSTRAINT pk_job PRIMARY KEY (instance_id, task, kind)
)
--
CREATE INDEX ix_job_due ON job (due_at, instance_id, task) WHERE NOT dead
--
CREATE TABLE location (
	code VARCHAR(30) NOT NULL,
	name VARCHAR(100) NOT NULL,
	kind VARCHAR(10) NOT NULL,
	ownership VARCHAR(10) NOT NULL,
	manager VARCHAR(100) NOT NULL,
	CONSTRAINT pk_location PRIMARY KEY (code)
)
--
CREATE TABLE login_failure (
	id INTEGER NOT NULL,
	subject VARCHAR(160) NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_login_failure PRIMARY KEY (id)
)
--
CREATE INDEX ix_login_failure_subject_at ON login_failure (subject, at)
--
CREATE TABLE membership (
	user_id INTEGER NOT NULL,
	role VARCHAR(100) NOT NULL,
	CONSTRAINT pk_membership PRIMARY KEY (user_id, role)
)
--
CREATE INDEX ix_membership_role ON membership (role)
--
CREATE TABLE message (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	name VARCHAR(200) NOT NULL,
	"key" VARCHAR(400) NOT NULL,
	signal BOOLEAN NOT NULL,
	"values" TEXT NOT NULL,
	at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	target_instance INTEGER,
	target_task BIGINT
)
--
CREATE INDEX ix_message_name_key ON message (name, "key")
--
CREATE INDEX ix_message_target_instance_target_task ON message (target_instance, target_task)
--
CREATE TABLE notification (
	id INTEGER NOT NULL,
	instance_id INTEGER NOT NULL,
	event VARCHAR(40) NOT NULL,
	recipient VARCHAR(200) NOT NULL,
	channel VARCHAR(10) NOT NULL,
	address TEXT NOT NULL,
	subject_zh TEXT NOT NULL,
	subject_en TEXT NOT NULL,
	text_zh TEXT NOT NULL,
	text_en TEXT NOT NULL,
	documents TEXT NOT NULL,
	"key" VARCHAR(100) NOT NULL,
	state VARCHAR(10) NOT NULL,
	attempts INTEGER NOT NULL,
	due_at BIGINT NOT NULL,
	sent_at BIGINT,
	error TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_notification PRIMARY KEY (id),
	CONSTRAINT uq_notification_key UNIQUE ("key")
)
--
CREATE INDEX ix_notification_instance_id ON notification (instance_id)
--
CREATE INDEX ix_notification_queued ON notification (due_at, id) WHERE state = 'queued'
--
CREATE TABLE number_series (
	prefix VARCHAR(10) NOT NULL,
	year INTEGER NOT NULL,
	last INTEGER NOT NULL,
	CONSTRAINT pk_number_series PRIMARY KEY (prefix, year)
)
--
CREATE TABLE order_line (
	order_no VARCHAR(30) NOT NULL,
	n INTEGER NOT NULL,
	sku VARCHAR(50) NOT NULL,
	name VARCHAR(200) NOT NULL,
	spec VARCHAR(200) NOT NULL,
	unit VARCHAR(20) NOT NULL,
	qty INTEGER NOT NULL,
	unit_price BIGINT NOT NULL,
	amount BIGINT NOT NULL,
	shipped INTEGER NOT NULL,
	CONSTRAINT pk_order_line PRIMARY KEY (order_no, n)
)
--
CREATE TABLE payment (
	no VARCHAR(30) NOT NULL,
	order_no VARCHAR(30) NOT NULL,
	purpose VARCHAR(20) NOT NULL,
	method VARCHAR(50) NOT NULL,
	amount_due BIGINT NOT NULL,
	amount_received BIGINT,
	received_on DATE,
	account VARCHAR(100) NOT NULL,
	state VARCHAR(10) NOT NULL,
	reminders INTEGER NOT NULL,
	requested_at BIGINT NOT NULL,
	CONSTRAINT pk_payment PRIMARY KEY (no)
)
--
CREATE INDEX ix_payment_order_no ON payment (order_no)
--
CREATE TABLE permission (
	role VARCHAR(100) NOT NULL,
	name VARCHAR(120) NOT NULL,
	CONSTRAINT pk_permission PRIMARY KEY (role, name)
)
--
CREATE TABLE pool_member (
	member VARCHAR(100) NOT NULL,
	pool TEXT NOT NULL,
	CONSTRAINT pk_pool_member PRIMARY KEY (member, pool)
)
--
CREATE TABLE price_rule (
	sku VARCHAR(50) NOT NULL,
	level VARCHAR(1) NOT NULL,
	valid_from DATE NOT NULL,
	valid_to DATE,
	price BIGINT NOT NULL,
	CONSTRAINT pk_price_rule PRIMARY KEY (sku, level, valid_from)
)
--
CREATE TABLE product (
	sku VARCHAR(50) NOT NULL,
	name VARCHAR(200) NOT NULL,
	brand VARCHAR(100) NOT NULL,
	spec VARCHAR(200) NOT NULL,
	unit VARCHAR(20) NOT NULL,
	case_size INTEGER NOT NULL,
	barcode VARCHAR(30) NOT NULL,
	weight INTEGER NOT NULL,
	volume INTEGER NOT NULL,
	price BIGINT NOT NULL,
	listed BOOLEAN NOT NULL,
	CONSTRAINT pk_product PRIMARY KEY (sku)
)
--
CREATE TABLE release (
	id INTEGER NOT NULL,
	at BIGINT NOT NULL,
	"by" VARCHAR(100) NOT NULL,
	note TEXT NOT NULL,
	CONSTRAINT pk_release PRIMARY KEY (id)
)
--
CREATE TABLE reservation (
	order_no VARCHAR(30) NOT NULL,
	sku VARCHAR(50) NOT NULL,
	location VARCHAR(30) NOT NULL,
	qty INTEGER NOT NULL,
	CONSTRAINT pk_reservation PRIMARY KEY (order_no, sku, location)
)
--
CREATE TABLE resource (
	id INTEGER NOT NULL,
	kind VARCHAR(8) NOT NULL,
	"key" VARCHAR(100) NOT NULL,
	version INTEGER NOT NULL,
	release INTEGER NOT NULL,
	hash VARCHAR(64) NOT NULL,
	filename TEXT NOT NULL,
	text TEXT NOT NULL,
	deployed_by VARCHAR(100) NOT NULL,
	deployed_at BIGINT NOT NULL,
	CONSTRAINT pk_resource PRIMARY KEY (id),
	CONSTRAINT uq_resource_kind_key_version UNIQUE (kind, "key", version)
)
--
CREATE TABLE role (
	"key" VARCHAR(100) NOT NULL,
	zh TEXT NOT NULL,
	en TEXT NOT NULL,
	CONSTRAINT pk_role PRIMARY KEY ("key")
)
--
CREATE TABLE sales_order (
	no VARCHAR(30) NOT NULL,
	instance_id INTEGER NOT NULL,
	type VARCHAR(20) NOT NULL,
	source VARCHAR(20) NOT NULL,
	customer_id INTEGER,
	customer_name VARCHAR(200) NOT NULL,
	level VARCHAR(1) NOT NULL,
	total BIGINT NOT NULL,
	requirements TEXT NOT NULL,
	payment_method VARCHAR(50) NOT NULL,
	recipient VARCHAR(100) NOT NULL,
	phone VARCHAR(50) NOT NULL,
	address TEXT NOT NULL,
	ship_time DATE,
	ship_mode VARCHAR(20) NOT NULL,
	batches TEXT NOT NULL,
	freight VARCHAR(20) NOT NULL,
	other TEXT NOT NULL,
	invoice TEXT NOT NULL,
	status VARCHAR(10) NOT NULL,
	received_at BIGINT NOT NULL,
	changed_at BIGINT NOT NULL,
	CONSTRAINT pk_sales_order PRIMARY KEY (no)
)
--
CREATE INDEX ix_sales_order_customer_id_received_at ON sales_order (customer_id, received_at)
--
CREATE INDEX ix_sales_order_instance_id ON sales_order (instance_id)
--
CREATE TABLE service_answer (
	"key" VARCHAR(100) NOT NULL,
	type VARCHAR(100) NOT NULL,
	answer TEXT NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_service_answer PRIMARY KEY ("key")
)
--
CREATE TABLE session (
	id VARCHAR(64) NOT NULL,
	user_id INTEGER NOT NULL,
	created_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	address VARCHAR(60) NOT NULL,
	agent VARCHAR(300) NOT NULL,
	CONSTRAINT pk_session PRIMARY KEY (id)
)
--
CREATE INDEX ix_session_user_id ON session (user_id)
--
CREATE TABLE setting (
	"key" VARCHAR(100) NOT NULL,
	value TEXT NOT NULL,
	CONSTRAINT pk_setting PRIMARY KEY ("key")
)
--
CREATE TABLE shipment (
	no VARCHAR(30) NOT NULL,
	order_no VARCHAR(30) NOT NULL,
	batch_no INTEGER NOT NULL,
	batches INTEGER NOT NULL,
	outbound_no VARCHAR(30) NOT NULL,
	status VARCHAR(10) NOT NULL,
	carrier VARCHAR(100) NOT NULL,
	waybill VARCHAR(100) NOT NULL,
	facts TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_shipment PRIMARY KEY (no)
)
--
CREATE INDEX ix_shipment_order_no_batch_no ON shipment (order_no, batch_no)
--
CREATE TABLE signature (
	instance_id INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	task INTEGER NOT NULL,
	element VARCHAR(100) NOT NULL,
	document VARCHAR(100) NOT NULL,
	document_hash VARCHAR(64) NOT NULL,
	values_hash VARCHAR(64) NOT NULL,
	signer VARCHAR(100) NOT NULL,
	signer_name TEXT NOT NULL,
	on_behalf VARCHAR(100),
	meaning TEXT NOT NULL,
	decision VARCHAR(8) NOT NULL,
	comment TEXT NOT NULL,
	at BIGINT NOT NULL,
	void_seq INTEGER,
	CONSTRAINT pk_signature PRIMARY KEY (instance_id, seq)
)
--
CREATE TABLE start_event (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	definition_id INTEGER NOT NULL,
	element VARCHAR(100) NOT NULL,
	kind VARCHAR(8) NOT NULL,
	name TEXT NOT NULL,
	timer VARCHAR(8) NOT NULL,
	due_at BIGINT,
	remaining INTEGER,
	first_at BIGINT
)
--
CREATE INDEX ix_start_event_definition_id ON start_event (definition_id)
--
CREATE INDEX ix_start_event_kind_name ON start_event (kind, name)
--
CREATE TABLE stock (
	sku VARCHAR(50) NOT NULL,
	location VARCHAR(30) NOT NULL,
	qty INTEGER NOT NULL,
	reserved INTEGER NOT NULL,
	min_qty INTEGER NOT NULL,
	CONSTRAINT pk_stock PRIMARY KEY (sku, location)
)
--
CREATE TABLE stock_move (
	id INTEGER NOT NULL,
	sku VARCHAR(50) NOT NULL,
	location VARCHAR(30) NOT NULL,
	kind VARCHAR(10) NOT NULL,
	qty INTEGER NOT NULL,
	ref VARCHAR(100) NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_stock_move PRIMARY KEY (id)
)
--
CREATE INDEX ix_stock_move_sku_at ON stock_move (sku, at)
--
CREATE TABLE store_keeper (
	location VARCHAR(30) NOT NULL,
	person VARCHAR(100) NOT NULL,
	CONSTRAINT pk_store_keeper PRIMARY KEY (location)
)
--
CREATE TABLE store_slip (
	no VARCHAR(30) NOT NULL,
	instance_id INTEGER NOT NULL,
	store VARCHAR(30) NOT NULL,
	ownership VARCHAR(10) NOT NULL,
	handler_role VARCHAR(50) NOT NULL,
	handler VARCHAR(100) NOT NULL,
	lines TEXT NOT NULL,
	pieces INTEGER NOT NULL,
	confirmed_at BIGINT NOT NULL,
	due_at BIGINT NOT NULL,
	state VARCHAR(10) NOT NULL,
	closed_by VARCHAR(20) NOT NULL,
	closed_at BIGINT,
	CONSTRAINT pk_store_slip PRIMARY KEY (no)
)
--
CREATE INDEX ix_store_slip_state_due_at ON store_slip (state, due_at)
--
CREATE TABLE subscription (
	instance_id INTEGER NOT NULL,
	task INTEGER NOT NULL,
	signal BOOLEAN NOT NULL,
	name VARCHAR(200) NOT NULL,
	"key" VARCHAR(400) NOT NULL,
	CONSTRAINT pk_subscription PRIMARY KEY (instance_id, task)
)
--
CREATE INDEX ix_subscription_name_key ON subscription (name, "key")
--
CREATE TABLE substitution (
	id INTEGER NOT NULL,
	absent_id INTEGER NOT NULL,
	substitute_id INTEGER NOT NULL,
	since BIGINT NOT NULL,
	until BIGINT NOT NULL,
	CONSTRAINT pk_substitution PRIMARY KEY (id)
)
--
CREATE INDEX ix_substitution_substitute_id ON substitution (substitute_id)
--
CREATE TABLE survey (
	id INTEGER NOT NULL,
	customer_id INTEGER,
	ref VARCHAR(100) NOT NULL,
	score INTEGER NOT NULL,
	comment TEXT NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_survey PRIMARY KEY (id)
)
--
CREATE TABLE task (
	instance_id INTEGER NOT NULL,
	n INTEGER NOT NULL,
	definition_id INTEGER NOT NULL,
	element VARCHAR(100) NOT NULL,
	name TEXT NOT NULL,
	form_id INTEGER,
	pool TEXT NOT NULL,
	assignee VARCHAR(100),
	delegated_by VARCHAR(100),
	priority INTEGER NOT NULL,
	due BIGINT,
	follow_up BIGINT,
	rank BIGINT NOT NULL,
	status VARCHAR(9) NOT NULL,
	opened_at BIGINT NOT NULL,
	closed_at BIGINT,
	closed_by VARCHAR(100),
	details TEXT,
	CONSTRAINT pk_task PRIMARY KEY (instance_id, n)
)
--
CREATE INDEX ix_task_assignee_open ON task (assignee, rank, instance_id, n) WHERE status = 'open' AND assignee IS NOT NULL
--
CREATE INDEX ix_task_pool_open ON task (pool, assignee, rank, instance_id, n) WHERE status = 'open'
--
CREATE INDEX ix_task_rank_open ON task (rank, instance_id, n, pool, assignee) WHERE status = 'open'
--
CREATE TABLE ticket (
	no VARCHAR(30) NOT NULL,
	kind VARCHAR(10) NOT NULL,
	order_no VARCHAR(30) NOT NULL,
	batch_no INTEGER,
	customer_id INTEGER,
	customer_name VARCHAR(200) NOT NULL,
	channel VARCHAR(20) NOT NULL,
	description TEXT NOT NULL,
	lines TEXT NOT NULL,
	state VARCHAR(10) NOT NULL,
	opened_at BIGINT NOT NULL,
	respond_by BIGINT NOT NULL,
	instance_id INTEGER,
	responded_at BIGINT,
	model VARCHAR(200) NOT NULL,
	damage_level VARCHAR(10) NOT NULL,
	resolution TEXT NOT NULL,
	changed_at BIGINT,
	CONSTRAINT pk_ticket PRIMARY KEY (no)
)
--
CREATE INDEX ix_ticket_order_no ON ticket (order_no)
--
CREATE INDEX ix_ticket_state_opened_at ON ticket (state, opened_at)
--
CREATE TABLE token (
	hash VARCHAR(64) NOT NULL,
	user_id INTEGER NOT NULL,
	name VARCHAR(200) NOT NULL,
	created_at BIGINT NOT NULL,
	expires_at BIGINT,
	CONSTRAINT pk_token PRIMARY KEY (hash)
)
--
CREATE INDEX ix_token_user_id ON token (user_id)
--
CREATE TABLE track_event (
	id INTEGER NOT NULL,
	shipment_no VARCHAR(30) NOT NULL,
	status VARCHAR(10) NOT NULL,
	note TEXT NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_track_event PRIMARY KEY (id)
)
--
CREATE INDEX ix_track_event_shipment_no ON track_event (shipment_no)
--
CREATE TABLE transfer (
	no VARCHAR(30) NOT NULL,
	discrepancy_no VARCHAR(30) NOT NULL,
	sku VARCHAR(50) NOT NULL,
	from_store VARCHAR(30) NOT NULL,
	to_store VARCHAR(30) NOT NULL,
	qty INTEGER NOT NULL,
	done_qty INTEGER NOT NULL,
	state VARCHAR(10) NOT NULL,
	arranged_at BIGINT NOT NULL,
	done_at BIGINT,
	reported_at BIGINT,
	CONSTRAINT pk_transfer PRIMARY KEY (no)
)
--
CREATE INDEX ix_transfer_discrepancy_no ON transfer (discrepancy_no)
--
CREATE TABLE user (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	login VARCHAR(100) NOT NULL,
	name TEXT NOT NULL,
	email VARCHAR(200) NOT NULL,
	phone VARCHAR(50) NOT NULL,
	locale VARCHAR(10) NOT NULL,
	password TEXT NOT NULL,
	totp VARCHAR(64) NOT NULL,
	totp_used INTEGER NOT NULL,
	active BOOLEAN NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT uq_user_login UNIQUE (login)
)
