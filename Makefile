# needmap: `make run` serves the demo, `make test` passes everything.
.DEFAULT_GOAL := run
.PHONY: run build test check lint generate bench explorer deps clean

BIN := bin/needmap
EXPLORER := internal/explorer/dist/explorer.js
EXPLORER_SOURCES := $(filter-out %/node_modules,$(wildcard internal/explorer/app/*))
GO_SOURCES := $(shell git ls-files --cached --others --exclude-standard '*.go' '*.sql' '*.csv' '*.graphqls' go.mod go.sum 2>/dev/null)

run: $(BIN) ## install what is missing, build, and serve the demo
	@exec $(BIN) serve --demo

build: $(BIN)

deps: ## PostgreSQL with PostGIS, by apt where that is possible
	@scripts/install-deps

$(BIN): $(GO_SOURCES) $(EXPLORER) | deps
	@go build -o $@ ./cmd/needmap

explorer: $(EXPLORER)

# GraphiQL, bundled into the program so that it works offline.
$(EXPLORER): $(EXPLORER_SOURCES)
	@cd internal/explorer/app && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build
	@touch $@

test: $(EXPLORER) ## every test, with the race detector
	@scripts/install-deps test
	@[ -d ../shared/data ] || echo "left out: the tests on real boundary files, because ../shared/data is not there"
	go test -race -timeout 15m ./...

check: generate lint test ## what has to be green before a commit
	@git diff --exit-code -- graph go.mod go.sum || (echo "make generate changed files: commit them" >&2; exit 1)

lint:
	@unformatted=$$(gofmt -l $$(git ls-files --cached --others --exclude-standard '*.go')); \
	  [ -z "$$unformatted" ] || (echo "not gofmt'ed: $$unformatted" >&2; exit 1)
	go vet ./...
	go tool staticcheck ./...

generate: ## graph/generated.go from schema.graphqls
	go tool gqlgen generate

bench: deps $(EXPLORER) ## speed, as ratios to hand-written SQL and static files
	go run ./bench
	go test ./internal/server -run '^$$' -bench ManySubscribers -benchtime 20x

clean:
	rm -rf bin internal/explorer/dist/explorer.* internal/explorer/app/node_modules test/graphql-http/node_modules
