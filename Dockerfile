# One image per process: `docker build --target operator|server|worker|redis .`, for amd64 and arm64. docs/images.md says how
# they are built, tried, mirrored and extended.
#
# The SDK runs on the builder's own architecture and compiles for the target's; only packages are installed under the
# target's. Nothing is trimmed: a trimmed Kestrel ended at start with a TypeLoadException.
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0
ARG CHISELED=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
ARG ASPNET=mcr.microsoft.com/dotnet/aspnet:10.0-noble

FROM --platform=$BUILDPLATFORM ${SDK} AS build
ARG TARGETARCH
# No compiler or build server outlives its step.
ENV MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_TELEMETRY_OPTOUT=1
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/Core/Core.csproj src/Core/
COPY src/Redis/Redis.csproj src/Redis/
COPY src/ServiceDefaults/ServiceDefaults.csproj src/ServiceDefaults/
COPY src/Operator/Operator.csproj src/Operator/
COPY src/SdServer/SdServer.csproj src/SdServer/
COPY src/Worker/Worker.csproj src/Worker/
RUN dotnet restore src/Operator -a $TARGETARCH \
 && dotnet restore src/SdServer -a $TARGETARCH \
 && dotnet restore src/Worker -a $TARGETARCH
COPY LICENSE ./
COPY src src

FROM build AS publish-operator
ARG TARGETARCH
RUN dotnet publish src/Operator -a $TARGETARCH --no-restore --no-self-contained -p:PublishDocumentationFiles=false -o /out

FROM build AS publish-server
ARG TARGETARCH
RUN dotnet publish src/SdServer -a $TARGETARCH --no-restore --no-self-contained -p:PublishDocumentationFiles=false -o /out

FROM build AS publish-worker
ARG TARGETARCH
RUN dotnet publish src/Worker -a $TARGETARCH --no-restore --no-self-contained -p:PublishDocumentationFiles=false -o /out

# Chiseled: no shell and no package manager, so nothing in it but the process can be run.
FROM ${CHISELED} AS operator
ARG VERSION=0.1.0
ARG REVISION=
LABEL org.opencontainers.image.title="httpsd-operator" \
      org.opencontainers.image.description="Turns TargetGenerator objects into definitions, and scales pools of workers" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$REVISION
WORKDIR /app
COPY --from=publish-operator /out ./
COPY --from=build /source/LICENSE ./
# Diagnostics make a socket in /tmp, which a read-only root doesn't have to offer; `1` and a writable /tmp for dotnet-dump.
ENV DOTNET_EnableDiagnostics=0
EXPOSE 8082
# A number: Kubernetes can't tell of a name that it isn't root. Any other one does as well.
USER 1654
ENTRYPOINT ["/app/HttpSd.Operator"]

FROM ${CHISELED} AS server
ARG VERSION=0.1.0
ARG REVISION=
LABEL org.opencontainers.image.title="httpsd-server" \
      org.opencontainers.image.description="Answers Prometheus' HTTP service discovery" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$REVISION
WORKDIR /app
COPY --from=publish-server /out ./
COPY --from=build /source/LICENSE ./
ENV DOTNET_EnableDiagnostics=0
EXPOSE 8080
USER 1654
ENTRYPOINT ["/app/HttpSd.SdServer"]

# With a distribution below it, because scripts need interpreters, and users add packages (docs/images.md). Agent and
# runner are one image: without arguments it is the agent, with `runner --socket PATH` the runner.
FROM ${ASPNET} AS worker
ARG VERSION=0.1.0
ARG REVISION=
LABEL org.opencontainers.image.title="httpsd-worker" \
      org.opencontainers.image.description="Runs the scripts of TargetGenerators and stores their lists" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$REVISION
RUN apt-get update \
 && apt-get install -y --no-install-recommends bash ca-certificates curl jq python3 python3-requests python3-yaml \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=publish-worker /out ./
COPY --from=build /source/LICENSE ./
ENV DOTNET_EnableDiagnostics=0
EXPOSE 8081
USER 1654
ENTRYPOINT ["/app/HttpSd.Worker"]

# The chart's embedded Redis. The official images begin as root, which no pod of the chart may.
FROM ${ASPNET} AS redis
ARG VERSION=0.1.0
ARG REVISION=
LABEL org.opencontainers.image.title="httpsd-redis" \
      org.opencontainers.image.description="The distribution's Redis, as a user by number" \
      org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$REVISION
RUN apt-get update \
 && apt-get install -y --no-install-recommends redis-server redis-tools \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /data
EXPOSE 6379
USER 1654
ENTRYPOINT ["/usr/bin/redis-server"]
