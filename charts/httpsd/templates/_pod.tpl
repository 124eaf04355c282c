{{/*
One helper for the knobs of every pod. A component's values go before `podDefaults`, and both have the same names.
*/}}

{{/* A component's values over the defaults, as JSON: (list root values). */}}
{{- define "httpsd.knobs" -}}
{{- include "httpsd.over" (list (index . 0).Values.podDefaults (index . 1)) -}}
{{- end -}}

{{/* The same for a pod that stands alone, and so isn't spread, with lists of which only its own count: (list root values lists...). */}}
{{- define "httpsd.aloneKnobs" -}}
{{- $own := index . 1 -}}
{{- $knobs := include "httpsd.knobs" . | fromJson -}}
{{- range append (slice . 2) "topologySpreadConstraints" -}}
{{- $_ := set $knobs . (get $own . | default list) -}}
{{- end -}}
{{- toJson $knobs -}}
{{- end -}}

{{/* spec of a Deployment up to its template: (dict root component knobs scaled labels). */}}
{{- define "httpsd.deployment" -}}
{{- if and (not .scaled) (not (kindIs "invalid" .knobs.replicas)) }}
replicas: {{ int .knobs.replicas }}
{{- end }}
revisionHistoryLimit: {{ int .knobs.revisionHistoryLimit }}
{{- with .knobs.strategy }}
strategy:
  {{- toYaml . | nindent 2 }}
{{- end }}
selector:
  matchLabels:
    {{- include "httpsd.in" (list 4 (include "httpsd.selectorLabels" (list .root .component))) }}
    {{- with .labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{/* metadata of a pod: (dict root component knobs labels checksums). */}}
{{- define "httpsd.podMetadata" -}}
labels:
  {{- $labels := merge (include "httpsd.selectorLabels" (list .root .component) | fromYaml) (.labels | default dict) }}
  {{- toYaml (merge $labels (.knobs.podLabels | default dict) (.root.Values.commonLabels | default dict) (.root.Values.global.commonLabels | default dict)) | nindent 2 }}
{{- with merge (dict) (.checksums | default dict) (.knobs.podAnnotations | default dict) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* A zone that fails takes some pods with it, a node one. */}}
{{- define "httpsd.usualSpread" -}}
{{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
- maxSkew: 1
  topologyKey: {{ . }}
  whenUnsatisfiable: ScheduleAnyway
{{- end }}
{{- end -}}

{{/* spec of a pod but for its own containers and volumes: (dict root component knobs account token labels grace). */}}
{{- define "httpsd.podSpec" -}}
{{- $root := .root -}}
{{- $knobs := .knobs -}}
{{- with concat ($root.Values.global.imagePullSecrets | default list) ($knobs.imagePullSecrets | default list) }}
imagePullSecrets:
  {{- range . }}
  {{- if kindIs "string" . }}
  - name: {{ . }}
  {{- else }}
  - {{ toYaml . | nindent 4 | trim }}
  {{- end }}
  {{- end }}
{{- end }}
serviceAccountName: {{ .account }}
automountServiceAccountToken: {{ .token | default false }}
enableServiceLinks: {{ $knobs.enableServiceLinks }}
securityContext:
  {{- toYaml $knobs.podSecurityContext | nindent 2 }}
{{- with $knobs.priorityClassName | default $root.Values.global.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $knobs.runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- with $knobs.schedulerName }}
schedulerName: {{ . }}
{{- end }}
{{- with .grace | default $knobs.terminationGracePeriodSeconds }}
terminationGracePeriodSeconds: {{ int . }}
{{- end }}
{{- with $knobs.dnsPolicy }}
dnsPolicy: {{ . }}
{{- end }}
{{- with $knobs.dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $knobs.hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $knobs.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $knobs.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $knobs.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- $selector := merge (include "httpsd.selectorLabels" (list $root .component) | fromYaml) (.labels | default dict) }}
{{- $spread := $knobs.topologySpreadConstraints }}
{{- if kindIs "invalid" $spread }}
{{- $spread = $root.Values.global.topologySpreadConstraints | default (include "httpsd.usualSpread" $root | fromYamlArray) }}
{{- end }}
{{- with $spread }}
topologySpreadConstraints:
  {{- range . }}
  {{- $constraint := deepCopy . }}
  {{- if not (hasKey $constraint "labelSelector") }}
  {{- $_ := set $constraint "labelSelector" (dict "matchLabels" $selector) }}
  {{- end }}
  - {{ toYaml $constraint | nindent 4 | trim }}
  {{- end }}
{{- end }}
{{- with $knobs.extraInitContainers }}
initContainers:
  {{- tpl (toYaml .) $root | nindent 2 }}
{{- end }}
{{- end -}}

{{/* securityContext, resources, lifecycle and extraEnvFrom of a container: (dict root knobs resources). */}}
{{- define "httpsd.container" -}}
securityContext:
  {{- toYaml .knobs.securityContext | nindent 2 }}
{{- with .resources | default .knobs.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .knobs.lifecycle }}
lifecycle:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .knobs.extraEnvFrom }}
envFrom:
  {{- tpl (toYaml .) $.root | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Probes; a null knob is no probe, and one without an action gets ours: (dict knobs port action). */}}
{{- define "httpsd.probes" -}}
{{- $port := .port -}}
{{- $paths := dict "startupProbe" "/healthz" "livenessProbe" "/healthz" "readinessProbe" "/readyz" -}}
{{- $knobs := .knobs -}}
{{- $action := .action -}}
{{- range $name := list "startupProbe" "livenessProbe" "readinessProbe" }}
{{- $probe := get $knobs $name }}
{{- if $probe }}
{{ $name }}:
  {{- if or (hasKey $probe "httpGet") (hasKey $probe "exec") (hasKey $probe "tcpSocket") (hasKey $probe "grpc") }}
  {{- else if $action }}
  {{- toYaml $action | nindent 2 }}
  {{- else }}
  httpGet:
    path: {{ get $paths $name }}
    port: {{ $port }}
    {{- if eq ($.scheme | default "http") "https" }}
    scheme: HTTPS
    {{- end }}
  {{- end }}
  {{- toYaml $probe | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}

{{/*
Settings of all processes, below those of one, as environment; what a value of this chart stands for is refused. With
a section, only its settings: (dict root knobs section).
*/}}
{{- define "httpsd.settingsEnv" -}}
{{- $owned := dict
  "Operator:Name" "fullnameOverride" "Operator:Namespaces" "rbac.namespaces" "Operator:OwnNamespace" "the release's namespace"
  "Operator:Urls" "nothing: the port is 8082" "Operator:LeaderElection" "operator.leaderElection"
  "Server:Urls" "nothing: the port is 8080" "Server:PathPrefix" "server.pathPrefix"
  "Server:Auth:Mode" "server.auth.mode" "Server:Auth:TokenFiles" "server.auth.secrets" "Server:Auth:BasicFiles" "server.auth.secrets"
  "Server:Auth:PrivilegedFiles" "server.auth.privilegedSecrets" "Server:Auth:SchemelessToken" "server.auth.schemelessToken"
  "Server:Auth:ProtectMetrics" "server.auth.protectMetrics" "Server:Auth:Audiences" "server.auth.audiences"
  "Server:Tls:CertificateFile" "server.tls.secret" "Server:Tls:KeyFile" "server.tls.secret"
  "Server:Tls:ClientCaFile" "server.tls.clientCaSecret" "Server:Tls:ClientCertificates" "server.tls.clientCertificates"
  "Worker:Id" "nothing: it is the pod's name" "Worker:Pool" "a key of workerPools" "Worker:Concurrency" "worker.concurrency"
  "Worker:Urls" "nothing: the port is 8081" "Worker:RunnerSocket" "nothing" "Worker:Interpreters" "worker.interpreters"
  "Worker:PassEnvironment" "worker.passEnvironment" "Worker:Python" "worker.python" "Worker:MaxWarmRunners" "worker.maxWarmRunners"
  "Worker:RunnerMaxJobs" "worker.runnerMaxJobs" "Worker:MaxResultBytes" "worker.maxResultBytes"
  "Worker:MaxMemoryBytes" "worker.limits.memoryBytes" "Worker:MaxFileBytes" "worker.limits.fileBytes" "Worker:MaxOpenFiles" "worker.limits.openFiles"
  "Worker:MaxCpuTime" "worker.limits.cpuSeconds" "Worker:MaxProcesses" "worker.limits.processes"
  "Worker:MaxDiskBytes" "worker.limits.diskBytes" "Worker:MaxLogBytes" "worker.limits.logBytes"
  "Worker:Sandbox" "worker.sandbox" "Worker:ReadPaths" "worker.readPaths" "Worker:WritePaths" "worker.writePaths"
  "Worker:RunnerUser" "nothing: the runner is a container of its own"
  "Worker:ShutdownTimeout" "worker.longestTimeoutSeconds"
  "Redis:Url" "redis" "Redis:User" "redis.auth" "Redis:Password" "redis.auth" "Redis:CaFile" "redis.tls" "Redis:CertificateFile" "redis.tls" "Redis:KeyFile" "redis.tls" "Redis:KeyPrefix" "redis.keyPrefix"
  "Logging:Console:FormatterName" "logFormat" -}}
{{- $settings := merge (dict) (.knobs.settings | default dict) (.root.Values.settings | default dict) -}}
{{- range $name, $value := $settings }}
{{- with get $owned $name }}
{{- fail (printf "settings: %s is set by a value of its own: %s" $name .) }}
{{- end }}
{{- if or (empty $.section) (hasPrefix (printf "%s:" $.section) $name) }}
- name: HTTPSD_{{ $name | replace ":" "__" }}
  value: {{ include "httpsd.text" $value | quote }}
{{- end }}
{{- end }}
{{- with .knobs.logLevel | default .root.Values.logLevel }}
- name: HTTPSD_Logging__LogLevel__Default
  value: {{ . }}
{{- end }}
{{- if ne .root.Values.logFormat "json" }}
- name: HTTPSD_Logging__Console__FormatterName
  value: {{ .root.Values.logFormat }}
{{- end }}
{{- end -}}

{{/* What every process of ours has. Diagnostics would let whoever has the same user in. */}}
{{- define "httpsd.commonEnv" -}}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: POD_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: DOTNET_EnableDiagnostics
  value: "0"
{{- end -}}

{{- define "httpsd.extraEnv" -}}
{{- with .knobs.extraEnv }}
{{- tpl (toYaml .) $.root }}
{{- end }}
{{- end -}}
