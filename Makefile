# The two commands that do all the set-up: `make run` and `make test`.
HTTPSD = src/Cli/bin/Release/net10.0/httpsd.dll
PATHS ?= config/samples
ARGS ?=
COUNT ?= 1000000

CLUSTER = tests/LocalCluster/bin/Release/net10.0/HttpSd.LocalCluster.dll
BENCH = bench/Bench/bin/Release/net10.0/HttpSd.Bench.dll
BENCH_OPERATOR = bench/Operator.Bench/bin/Release/net10.0/HttpSd.Operator.Bench.dll
SIMULATOR = bench/Scaling.Simulator/bin/Release/net10.0/HttpSd.Scaling.Simulator.dll

.PHONY: run run-cluster test fuzz bench chaos bench-operator simulate try-kubeops images build clean

run: ## Serve the samples: embedded store, SD server and workers in one process
	@eng/need dotnet python3
	@dotnet build src/Cli -c Release -v q --nologo
	@exec dotnet $(HTTPSD) serve $(PATHS) $(ARGS)

run-cluster: ## A local API server with the CRD, the operator, an SD server, a worker and the samples; ARGS: --help
	@eng/need dotnet python3 redis-server redis-cli etcd kubectl
	@eng/kube >/dev/null
	@dotnet build tests/LocalCluster -c Release -v q --nologo
	@exec dotnet $(CLUSTER) $(ARGS)

build:
	@eng/need dotnet
	@dotnet build HttpSd.sln -v q --nologo

test: ## All tests, against real parts
	@eng/need dotnet python3 perl curl jq pkill redis-server redis-cli prometheus promtool etcd kubectl
	@eng/helm >/dev/null
	@eng/test

bench: ## Figures of server and worker as Markdown; ARGS: serve, size, poll, memory, work, miss, large, start; soak and minutes
	@eng/need dotnet python3 redis-server nginx wrk
	@dotnet build bench/Bench -c Release -v q --nologo >&2
	@exec dotnet $(BENCH) $(ARGS)

chaos: ## Everything hurt at random while Prometheus polls; ARGS: minutes, a seed, a number of paths; check FOLDER
	@eng/need dotnet python3 redis-server etcd kubectl prometheus
	@eng/kube >/dev/null
	@dotnet build bench/Chaos -c Release -v q --nologo >&2
	@exec dotnet bench/Chaos/bin/Release/net10.0/HttpSd.Chaos.dll $(ARGS)

fuzz: ## A million fuzzed outputs of scripts, frames and requests each; COUNT: another number
	@eng/need dotnet redis-server
	@for room in Core Worker SdServer; do \
	    dotnet build tests/$$room.Tests -v q --nologo && \
	    HTTPSD_FUZZ_COUNT=$(COUNT) timeout 1h dotnet run --no-build --project tests/$$room.Tests -- --progress off --filter-class '*FuzzTests' $(ARGS) || exit 1; \
	done

bench-operator: ## Figures of the operator as Markdown; ARGS: answer, scale, edit, a number of objects
	@eng/need dotnet python3 redis-server etcd kubectl
	@eng/kube >/dev/null
	@dotnet build bench/Operator.Bench -c Release -v q --nologo
	@exec dotnet $(BENCH_OPERATOR) $(ARGS)

simulate: ## Tables of docs/scaling.md; ARGS: --seeds 1-20 --traces T1,T7 --sweep 2
	@eng/need dotnet
	@dotnet build bench/Scaling.Simulator -c Release -v q --nologo >&2
	@exec dotnet $(SIMULATOR) $(ARGS)

try-kubeops: ## Whether KubeOps.Operator can be restored, which src/Operator/Runtime stands in for
	@eng/need dotnet
	@eng/try-kubeops

images: ## The Dockerfile's images without Docker, built and tried, as root; ARGS: --no-arm64 --no-try
	@eng/images $(ARGS)

clean:
	@dotnet clean HttpSd.sln -v q --nologo
