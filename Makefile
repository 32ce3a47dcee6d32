# Kikigaki. `make help` lists the targets.
SHELL := /bin/bash
GO ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
export CGO_ENABLED ?= 0

.DEFAULT_GOAL := help
.PHONY: help demo dev test test-short race lint generate verify e2e axe lighthouse build bench bench-speech web install-demo install-test chaos soak screenshots image

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 16

demo: install-demo build ## build everything and start the demo (needs no Redis, PostgreSQL, bucket or key)
	./bin/kikigaki demo

install-demo:
	@scripts/install demo

install-test:
	@scripts/install test

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	cd web && npm ci --no-fund --no-audit
	@touch $@

WEB_SOURCES := $(shell find web/src web/index.html web/vite.config.ts web/package.json -type f 2>/dev/null)
web/dist/assets/.built: web/node_modules/.package-lock.json $(WEB_SOURCES)
	cd web && npm run build
	@mkdir -p $(@D) && touch $@

web: web/dist/assets/.built ## build the app into web/dist

build: web ## build the app and the binary bin/kikigaki
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/kikigaki ./cmd/kikigaki

dev: install-demo web/node_modules/.package-lock.json ## API on :8080 and Vite with live reload on :5173
	$(GO) build -o bin/kikigaki ./cmd/kikigaki
	@trap 'kill 0' EXIT; ./bin/kikigaki demo --addr 127.0.0.1:8080 & cd web && npx vite

test: install-test build ## install what tests need and run everything (at most 12 minutes after installs)
	$(GO) vet ./...
	$(GO) test -count=1 -timeout 12m ./...
	cd web && npm run check && npm test && npm run -s e2e:story

chaos: install-test ## break an installation by a schedule: SEED=1 N=300 FAULTS=150 (docs/reliability.md)
	SEED=$(or $(SEED),1) N=$(or $(N),300) FAULTS=$(or $(FAULTS),150) PACE=$(or $(PACE),1) GAP=$(or $(GAP),8s) \
		$(GO) test -count=1 -v -timeout 12h -run 'TestChaos$$' ./e2e/chaos

soak: install-test ## hours of even load, and whether anything grows: HOURS=2 EVERY=15 (docs/reliability.md)
	HOURS=$(or $(HOURS),2) EVERY=$(or $(EVERY),15) $(GO) test -tags soak -count=1 -v -timeout 100h -run 'TestSoak$$' ./e2e/chaos

test-short: ## the Go tests that need no servers
	$(GO) test -count=1 -short ./internal/interview ./internal/evidence ./internal/captions ./internal/drafting ./internal/voice ./prompts ./internal/archtest

race: install-test web ## the Go tests under the race detector
	CGO_ENABLED=1 $(GO) test -race -count=1 -timeout 40m ./...

lint: ## golangci-lint, gofmt and the web's types
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run --timeout 15m ./...

generate: web/node_modules/.package-lock.json ## renew openapi.json, the web's types and env.example
	$(GO) run ./cmd/kikigaki openapi > api/openapi.json
	cd web && npm run types
	UPDATE_GOLDEN=1 $(GO) test ./cmd/kikigaki -run TestEnvExample

verify: test race lint e2e axe lighthouse ## everything that is checked before a release

e2e: build ## browser tests against the built binary: story, keyboard, hostile texts, print, a long talk, a breaking upload, two people over the same words
	cd web && npm run -s e2e

axe: build ## axe over every page, in both languages, light and dark, wide and narrow
	cd web && npm run -s e2e:axe

web/e2e/lighthouse/node_modules/.package-lock.json: web/e2e/lighthouse/package.json web/e2e/lighthouse/package-lock.json
	cd web/e2e/lighthouse && npm ci --no-fund --no-audit
	@touch $@

lighthouse: build web/e2e/lighthouse/node_modules/.package-lock.json ## Lighthouse 12: accessibility 100, best practices at least 95
	cd web && npm run -s e2e:lighthouse

screenshots: build ## a picture of every page into dist/screenshots, and the small sheet of docs/images
	cd web && SHOTS=../dist/screenshots SHEET=../docs/images/pages.jpg npm run -s e2e:screenshots

bench: install-test build ## measure; the tables stand in docs/benchmarks.md
	$(GO) test -run '^$$' -bench . -benchtime 3x -timeout 60m ./internal/... ./worker/...

bench-speech: ## speaker turns on labelled speech: KIKIGAKI_TURNS_DIR=folder of .flac/.wav with .rttm
	$(GO) run ./internal/voice/voicebench -samples testdata/samples -turns "$${KIKIGAKI_TURNS_DIR:-}"
