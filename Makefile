# The two commands that matter: `make run` and `make test`. Everything else is a part of them.
SHELL := /bin/bash

.PHONY: run test test-secured test-module test-seeds docs conformance fuzz build debug setup web bench sse-clients key-timing peers soak reconcile-rates store-indexes store-filters couchbase-bench chaos simulate simulate-platform simulate-planted simulate-couchbase conformance-couchbase image packages deploy-check deploy-test deploy-planted deploy-path clean

run: build            ## install what is missing, build, start everything
	@exec setpriv --pdeathsig TERM scripts/run.sh # stopped with make, however that ends

test:                 ## install what is missing, run every test
	@scripts/setup.sh test
	@Web/build.sh
	@scripts/test.sh

test-secured: debug   ## the whole platform over TLS, with logins and API keys, and the search for secrets: SECURED_OPTIONS="-k name"
	@Tests/Platform/run.sh --secured $(SECURED_OPTIONS)

test-module:          ## the tests of one module, in seconds: M=StreamProcessing, or M='StreamProcessing BatchPlanTests'
	@scripts/test-module.sh $(M)

test-seeds:           ## the modules' tests with many more random histories: TEST_SEEDS_FACTOR=10 times as many
	@TEST_SEEDS_FACTOR=$(or $(TEST_SEEDS_FACTOR),10) swift test

docs: debug           ## the reference documentation of the library products, in .build/docs
	@scripts/docs.sh

conformance:          ## other projects' suites against the broker: SUITES="NAME=CHECKOUT ..."; see Tests/Conformance/README.md
	@Tests/Conformance/run.py $(SUITES)

conformance-couchbase: setup ## the order store's suite against a real cluster: COUCHBASE_HOST, _USERNAME, _PASSWORD, _BUCKET
	@COUCHBASE_HOST="$(COUCHBASE_HOST)" scripts/conformance-couchbase.sh

fuzz: setup           ## libFuzzer, FUZZ_SECONDS=600 for each target; see Tests/Fuzz/README.md
	@Tests/Fuzz/run.sh $(FUZZ_TARGETS)

setup:                ## system packages, only those that are missing
	@scripts/setup.sh

web: setup            ## the dashboard's bundle
	@Web/build.sh

build: setup web      ## the release binary
	@scripts/build.sh release

debug: setup web
	@scripts/build.sh debug

bench: build          ## the figures of docs/BENCHMARKS.md
	@Benchmarks/run.sh

chaos: build          ## crashes, cuts, full disks and outages under load; CYCLES=N SEED=S (repeats the same faults)
	@Tests/Chaos/run.sh --cycles $(or $(CYCLES),50) $(if $(SEED),--seed $(SEED)) $(CHAOS_OPTIONS)

store-indexes:        ## what the store's index by time costs the sink
	@Benchmarks/store_indexes.py

store-filters: setup  ## how fast each filter of the orders answers over 5,000,000 of them, and what its index costs; prints Markdown
	@swift build -c release --product store-filters
	@.build/release/store-filters $(STORE_FILTERS_OPTIONS)

couchbase-bench: setup ## the Couchbase client beside the official SDK, its memory, and the store's batches; figures as docs/results has them
	@scripts/venv.sh .build/venv-couchbase Tests/CouchbaseCluster/requirements.txt
	@swift build -c release --product couchbase-bench
	@Benchmarks/couchbase_client.py $(COUCHBASE_BENCH_OPTIONS)

RECONCILE_RATES := 250,500,2000
reconcile-rates: build ## how much of the flow the reconciler checks and how late, at RATES=250,500,2000 orders/s
	@Benchmarks/reconcile_rates.py --rates $(or $(RATES),$(RECONCILE_RATES)) --seconds $(or $(SECONDS_EACH),120)

peers: build          ## the same flood by us and by other means, in turns: PEERS_RUNNER=.../run.sh PEERS=NAME,NAME TURNS=5
	@Benchmarks/peers.py --runner "$(PEERS_RUNNER)" --peers $(or $(PEERS),python-tuned) --turns $(or $(TURNS),5)

soak: build           ## memory over ORDERS=10000000 orders at full rate, then verify
	@Benchmarks/soak.py $(or $(ORDERS),10000000)

sse-clients: build    ## how far behind each of CLIENTS=2000 listeners of the event stream is at RATE=2000 orders/s, with API keys
	@Benchmarks/sse_clients.py --clients $(or $(CLIENTS),2000) --rate $(or $(RATE),2000)

key-timing: build     ## whether the time of the answer to a wrong API key tells what is wrong with it
	@Benchmarks/key_timing.py

SEEDS ?= 10000
simulate:             ## seeded runs of the broker: SEEDS=N or A-B; TRACE=1 prints everything about one (SEEDS=A-A)
	@scripts/simulate.sh $(SEEDS) $(if $(TRACE),--trace)

simulate-platform:    ## seeded lives of whole platforms: RUNS=N or A-B; SEED=S tells the story of one
	@scripts/simulate-platform.sh $(if $(SEED),$(SEED)-$(SEED) --story,$(or $(RUNS),5000))

simulate-planted:     ## plants known bugs in copies of the broker, OF=couchbase's client or OF=platform, and has the simulation find them
	@Tests/PlantedBugs/run.py --of $(or $(OF),broker)

simulate-couchbase:   ## seeded runs of the Couchbase client against a cluster that fails: RUNS=N or A-B
	@scripts/simulate-couchbase.sh $(or $(RUNS),100000)

image: web            ## the image orders:local, of a release binary with Swift's runtime in it
	@scripts/build.sh release --static-swift-stdlib
	@scripts/image.sh release orders:local

packages: setup web   ## a Debian package and an archive, in dist/
	@scripts/build.sh release --static-swift-stdlib
	@scripts/package.sh release

deploy-check:         ## images, compose files, units, workflows, Terraform, the chart, rules and boards: without AWS or a cluster
	@Tests/Deploy/lint.sh
	@Tests/Deploy/terraform/run.sh
	@Tests/Deploy/helm/run.sh
	@Tests/Deploy/observability/run.sh

deploy-test: setup web ## all of it for real: the stacks applied to an emulator of AWS, the release image composed, the packages installed
	@Tests/Deploy/lint.sh
	@Tests/Deploy/terraform/run.sh --full
	@Tests/Deploy/helm/run.sh
	@Tests/Deploy/act.sh
	@scripts/build.sh release --static-swift-stdlib
	@ORDERS_BIN=$(CURDIR)/.build/release/orders Tests/Deploy/observability/run.sh --full
	@Tests/Deploy/run.sh release

deploy-planted:       ## shows that each of these checks fails on a fault: WORDS="zizmor pinned" chooses
	@Tests/Deploy/planted/run.sh $(WORDS)
	@Tests/Deploy/planted/run.sh --engine $(WORDS)

deploy-path:          ## a newcomer's path, timed: the image, the composed platform, an order in the store; on an engine of its own
	@Tests/Deploy/path.sh

clean:
	rm -rf .build Web/dist
