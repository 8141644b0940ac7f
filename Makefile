# What people do with OpenVisit's source. `make help` lists it.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

TARGET := $(or $(CARGO_TARGET_DIR),target)
SERVER := $(TARGET)/release/openvisit
LISTEN ?= 127.0.0.1:8086
DATA_DIR ?= ./data/demo

WEB_SOURCES := $(shell find web/src web/static web/packages -type f -not -path '*/node_modules/*' 2>/dev/null) \
	$(wildcard web/*.js web/*.ts web/*.json)

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: server ## Build everything and start it with demo data
	@echo
	@echo "  Open http://$(LISTEN:127.0.0.1:%=localhost:%) in two browsers (or one and a private window):"
	@echo "  enter as doctor in the first, as patient in the second. Ctrl-C stops the server."
	@echo
	@exec $(SERVER) serve --demo --listen $(LISTEN) --data-dir $(DATA_DIR)

.PHONY: build
build: server ## Build the UI, target/release/openvisit with the UI inside, and the load generator
	cargo build --release --locked -p openvisit-load

.PHONY: server
server: tools web/build/200.html
	cargo build --release --locked -p openvisit

.PHONY: test
test: ## Run every check there is; installs what it needs on Debian
	@scripts/test.sh

.PHONY: lint
lint: tools web/node_modules/.package-lock.json ## Check format and lints only
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	npm --prefix web run lint
	@$(MAKE) --no-print-directory lint-clients

.PHONY: lint-clients
lint-clients: web/node_modules/.package-lock.json
	web/node_modules/.bin/prettier --check tests/clients tests/schemathesis

.PHONY: fuzz
fuzz: server ## Try what strangers send with anything, SECONDS=60 for each kind; needs a nightly compiler
	scripts/schemathesis.sh $(or $(SECONDS),60)
	scripts/fuzz.sh $(or $(SECONDS),60)

.PHONY: deny
deny: tools ## Check the dependencies: licences, sources, known faults
	@command -v cargo-deny >/dev/null || cargo install --locked cargo-deny
	cargo deny check

.PHONY: sdk
sdk: tools web/node_modules/.package-lock.json ## Pack the browser SDK, and try it in fresh projects
	scripts/packed-sdk.sh

.PHONY: e2e
e2e: server sdk e2e/node_modules/.package-lock.json ## Test the release binary with two browsers
	@scripts/install-tools.sh test
	@OPENVISIT_TEST_SERVER=$(abspath $(SERVER)) scripts/test.sh 'browser tests'

.PHONY: test-nodes
test-nodes: server e2e/node_modules/.package-lock.json ## Hold the journeys against three nodes on one PostgreSQL, with faults
	@scripts/install-tools.sh test
	@scripts/test-nodes.sh

.PHONY: test-nodes-livekit
test-nodes-livekit: server e2e/node_modules/.package-lock.json ## The same with LiveKit carrying the calls
	@scripts/install-tools.sh test
	@scripts/livekit.sh path
	@scripts/test-nodes.sh livekit

.PHONY: test-clients
test-clients: build tests/clients/node_modules/.package-lock.json ## Run programs of the five applications against the release binary
	@scripts/install-tools.sh test
	npm --prefix tests/clients test

.PHONY: test-livekit
test-livekit: server e2e/node_modules/.package-lock.json ## Hold the journeys of a call on a real LiveKit, built with Go
	@scripts/install-tools.sh test
	@scripts/livekit.sh path
	npm --prefix e2e run test-livekit

.PHONY: measure
measure: server e2e/node_modules/.package-lock.json ## Measure the way into a call, and what Lighthouse says
	@scripts/install-tools.sh test
	npm --prefix e2e run measure

.PHONY: lighthouse
lighthouse: server e2e/node_modules/.package-lock.json ## Let Lighthouse rate the pages that people see first
	@scripts/install-tools.sh test
	npm --prefix e2e run lighthouse

.PHONY: screenshots
screenshots: server e2e/node_modules/.package-lock.json ## Take screenshots of every page into docs/screens
	@scripts/install-tools.sh test
	npm --prefix e2e run screenshots

.PHONY: bench
bench: build ## Measure calls and routes of the release binary on this machine
	@scripts/bench.sh

.PHONY: generate
generate: server ## Make the generated files anew: descriptions, SDK types, refusals
	@scripts/generated.sh update

.PHONY: tools
tools:
	@scripts/install-tools.sh build

# npm writes this file last, so it tells whether the packages are those of the lock file.
%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && npm ci
	@touch $@

web/build/200.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	cd web && npm run build
	@touch $@
