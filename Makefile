# The two commands that do all the set-up: `make run` and `make test`.
HTTPSD = src/Cli/bin/Release/net10.0/httpsd.dll
PATHS ?= config/samples
ARGS ?=

.PHONY: run test build clean

run: ## Serve the samples: embedded store, SD server and workers in one process
	@eng/need dotnet python3
	@dotnet build src/Cli -c Release -v q --nologo
	@exec dotnet $(HTTPSD) serve $(PATHS) $(ARGS)

build:
	@eng/need dotnet
	@dotnet build HttpSd.sln -v q --nologo

test: build ## All tests, against real parts
	@eng/need dotnet python3 perl curl jq redis-server redis-cli prometheus promtool etcd kubectl
	@eng/kube >/dev/null
	@eng/test

clean:
	@dotnet clean HttpSd.sln -v q --nologo
