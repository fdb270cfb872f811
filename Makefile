# The two commands that matter: `make run` and `make test`. Everything else is a part of them.
SHELL := /bin/bash

.PHONY: run test test-module docs conformance fuzz build debug setup web bench soak reconcile-rates store-indexes store-filters chaos simulate simulate-planted simulate-couchbase image packages deploy-lint deploy-test clean

run: build            ## install what is missing, build, start everything
	@exec setpriv --pdeathsig TERM scripts/run.sh # stopped with make, however that ends

test:                 ## install what is missing, run every test
	@scripts/setup.sh test
	@Web/build.sh
	@scripts/test.sh

test-module:          ## the tests of one module, in seconds: M=StreamProcessing, or M='StreamProcessing BatchPlanTests'
	@scripts/test-module.sh $(M)

docs: debug           ## the reference documentation of the library products, in .build/docs
	@scripts/docs.sh

conformance:          ## other projects' suites against the broker: SUITES="NAME=CHECKOUT ..."; see Tests/Conformance/README.md
	@Tests/Conformance/run.py $(SUITES)

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

store-filters:        ## how fast each filter of the orders answers over 5,000,000 of them, and what its index costs the sink
	@Benchmarks/store_filters.py

RECONCILE_RATES := 250,500,2000
reconcile-rates: build ## how much of the flow the reconciler checks and how late, at RATES=250,500,2000 orders/s
	@Benchmarks/reconcile_rates.py --rates $(or $(RATES),$(RECONCILE_RATES)) --seconds $(or $(SECONDS_EACH),120)

soak: build           ## memory over ORDERS=10000000 orders at full rate, then verify
	@Benchmarks/soak.py $(or $(ORDERS),10000000)

SEEDS ?= 10000
simulate:             ## seeded runs of the broker: SEEDS=N or A-B; TRACE=1 prints everything about one (SEEDS=A-A)
	@scripts/simulate.sh $(SEEDS) $(if $(TRACE),--trace)

simulate-planted:     ## plants known bugs in copies of the broker and has the simulation find them
	@Tests/PlantedBugs/run.py

simulate-couchbase:   ## seeded runs of the Couchbase client against a cluster that fails: RUNS=N or A-B
	@scripts/simulate-couchbase.sh $(or $(RUNS),100000)

image: web            ## the image orders:local, of a release binary with Swift's runtime in it
	@scripts/build.sh release --static-swift-stdlib
	@scripts/image.sh release orders:local

packages: setup web   ## a Debian package and an archive, in dist/
	@scripts/build.sh release --static-swift-stdlib
	@scripts/package.sh release

deploy-lint:          ## linters of images, compose files, units and workflows
	@Tests/Deploy/lint.sh

deploy-test: setup web deploy-lint ## the release image composed on an engine of its own, the packages installed in a container
	@scripts/build.sh release --static-swift-stdlib
	@Tests/Deploy/run.sh release

clean:
	rm -rf .build Web/dist
