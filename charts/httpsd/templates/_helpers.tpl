{{/* Names. */}}
{{- define "httpsd.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* At most 40 characters: what comes behind it has to fit into a DNS label. */}}
{{- define "httpsd.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What is in no namespace is named after the release's, so that a second release can stand beside the first. */}}
{{- define "httpsd.clusterName" -}}
{{- printf "%s-%s" .Release.Namespace (include "httpsd.fullname" .) -}}
{{- end -}}

{{- define "httpsd.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Labels of whom: (list root component). */}}
{{- define "httpsd.selectorLabels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "httpsd.name" $root }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
{{- with index . 1 }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{/* The same with all others, each name once: (list root component further). */}}
{{- define "httpsd.labels" -}}
{{- $root := index . 0 -}}
{{- $own := dict "helm.sh/chart" (include "httpsd.chart" $root) "app.kubernetes.io/part-of" "httpsd" "app.kubernetes.io/managed-by" $root.Release.Service "app.kubernetes.io/version" ($root.Chart.AppVersion | toString) -}}
{{- $own = merge (include "httpsd.selectorLabels" . | fromYaml) $own -}}
{{- $further := dict -}}
{{- if gt (len .) 2 -}}{{- $further = index . 2 | default dict -}}{{- end -}}
{{- toYaml (merge $own $further ($root.Values.commonLabels | default dict) ($root.Values.global.commonLabels | default dict)) -}}
{{- end -}}

{{/* metadata of an object: (dict root name component annotations labels namespace). A namespace of "-" is none. */}}
{{- define "httpsd.metadata" -}}
name: {{ .name }}
{{- if ne (.namespace | default "") "-" }}
namespace: {{ .namespace | default .root.Release.Namespace }}
{{- end }}
labels:
  {{- include "httpsd.labels" (list .root (.component | default "") .labels) | nindent 2 }}
{{- with merge (dict) (.annotations | default dict) (.root.Values.commonAnnotations | default dict) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* An image: (list root image defaultRepository). The digest goes before the tag. */}}
{{- define "httpsd.image" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 | default dict -}}
{{- $registry := $root.Values.global.imageRegistry | default $image.registry | default $root.Values.image.registry -}}
{{- $repository := $image.repository | default (index . 2) -}}
{{- $name := ternary $repository (printf "%s/%s" $registry $repository) (empty $registry) -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $name $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name ($image.tag | default $root.Values.image.tag | default $root.Chart.AppVersion | toString) -}}
{{- end -}}
{{- end -}}

{{- define "httpsd.ownImage" -}}
{{- $root := index . 0 -}}
{{- include "httpsd.image" (list $root (index . 1) (printf "%s/%s" $root.Values.image.repository (index . 2))) -}}
{{- end -}}

{{- define "httpsd.pullPolicy" -}}
{{- (index . 1 | default dict).pullPolicy | default (index . 0).Values.image.pullPolicy -}}
{{- end -}}

{{/* One map over another, key by key and deep, also where the upper value is empty; as JSON: (list lower upper). */}}
{{- define "httpsd.over" -}}
{{- $lower := index . 0 | default dict -}}
{{- $out := deepCopy $lower -}}
{{- range $key, $value := index . 1 | default dict -}}
{{- if and (kindIs "map" $value) (kindIs "map" (get $lower $key)) -}}
{{- $_ := set $out $key (include "httpsd.over" (list (get $lower $key) $value) | fromJson) -}}
{{- else -}}
{{- $_ := set $out $key $value -}}
{{- end -}}
{{- end -}}
{{- toJson $out -}}
{{- end -}}

{{/* A value as text: Helm's numbers are floating, and would be written 1e+06. */}}
{{- define "httpsd.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}{{ int64 . }}{{- else -}}{{ toString . }}{{- end -}}
{{- end -}}

{{/* A duration such as 90s or 1h30m in seconds, rounded up; empty where it is written in another way. */}}
{{- define "httpsd.seconds" -}}
{{- $text := toString . -}}
{{- if regexMatch "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$" $text -}}
{{- $units := dict "ms" 0.001 "s" 1.0 "m" 60.0 "h" 3600.0 -}}
{{- $sum := 0.0 -}}
{{- range regexFindAll "[0-9.]+(ms|s|m|h)" $text -1 -}}
{{- $sum = addf $sum (mulf (regexFind "[0-9.]+" . | float64) (get $units (regexFind "[a-z]+" .))) -}}
{{- end -}}
{{- ceil $sum | int -}}
{{- end -}}
{{- end -}}

{{/* A size of Kubernetes or of redis.conf in bytes; empty where it is written in another way. */}}
{{- define "httpsd.bytes" -}}
{{- $text := include "httpsd.text" . -}}
{{- $units := dict "" 1 "b" 1 "k" 1000 "kb" 1024 "Ki" 1024 "m" 1000000 "M" 1000000 "mb" 1048576 "Mi" 1048576 "g" 1000000000 "G" 1000000000 "gb" 1073741824 "Gi" 1073741824 -}}
{{- if regexMatch "^[0-9]+(b|kb?|Ki|[mM]|mb|Mi|[gG]|gb|Gi)?$" $text -}}
{{- mul (regexFind "^[0-9]+" $text | int64) (get $units (regexFind "[A-Za-z]*$" $text)) -}}
{{- end -}}
{{- end -}}

{{/* Every pool's values, those of `worker` below its own; as JSON. */}}
{{- define "httpsd.pools" -}}
{{- $pools := dict -}}
{{- range $name, $pool := .Values.workerPools -}}
{{- if not (kindIs "invalid" $pool) -}}
{{- if gt (len $name) 20 -}}{{- fail (printf "workerPools.%s: a pool's name here has at most 20 characters" $name) -}}{{- end -}}
{{- $_ := set $pools $name (include "httpsd.over" (list $.Values.worker $pool) | fromJson) -}}
{{- end -}}
{{- end -}}
{{- toJson $pools -}}
{{- end -}}

{{- define "httpsd.serviceAccountName" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
{{- $account := (get $root.Values $component).serviceAccount -}}
{{- if $account.create -}}
{{- $account.name | default (printf "%s-%s" (include "httpsd.fullname" $root) $component) -}}
{{- else -}}
{{- $account.name | default "default" -}}
{{- end -}}
{{- end -}}

{{/* The namespaces whose generators are served, as JSON; empty: all. */}}
{{- define "httpsd.namespaces" -}}
{{- if eq .Values.rbac.scope "namespaces" -}}
{{- toJson (.Values.rbac.namespaces | default (list .Release.Namespace)) -}}
{{- else -}}
[]
{{- end -}}
{{- end -}}

{{/* Whether to render an object of the Prometheus Operator: (list root part kind). Empty: no. */}}
{{- define "httpsd.monitors" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
{{- $kind := index . 2 -}}
{{- if $part.enabled -}}
{{- if or (eq $part.renderMode "alwaysRender") ($root.Capabilities.APIVersions.Has $kind) -}}
yes
{{- else if eq $part.renderMode "failIfMissing" -}}
{{- fail (printf "%s is not known to this cluster: install the Prometheus Operator's definitions, or set renderMode to skipIfMissing or alwaysRender" $kind) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* API versions. Without a cluster Helm thinks that every version has what it knows itself. */}}
{{- define "httpsd.pdbVersion" -}}
{{- ternary "policy/v1" "policy/v1beta1" (and (.Capabilities.APIVersions.Has "policy/v1") (semverCompare ">=1.21.0-0" .Capabilities.KubeVersion.Version)) -}}
{{- end -}}

{{- define "httpsd.hpaVersion" -}}
{{- ternary "autoscaling/v2" "autoscaling/v2beta2" (and (.Capabilities.APIVersions.Has "autoscaling/v2") (semverCompare ">=1.23.0-0" .Capabilities.KubeVersion.Version)) -}}
{{- end -}}

{{/* A PodDisruptionBudget, which never blocks a drain: (dict root name component values labels). */}}
{{- define "httpsd.pdb" -}}
apiVersion: {{ include "httpsd.pdbVersion" .root }}
kind: PodDisruptionBudget
metadata:
  {{- include "httpsd.metadata" . | nindent 2 }}
spec:
  maxUnavailable: {{ .budget.maxUnavailable }}
  selector:
    matchLabels:
      {{- include "httpsd.in" (list 6 (include "httpsd.selectorLabels" (list .root .component))) }}
      {{- with .labels }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
{{- end -}}

{{/* Text on lines of its own, so far in; nothing when it is empty: (list indent text). */}}
{{- define "httpsd.in" -}}
{{- with index . 1 | trim -}}{{ nindent (int (index $ 0)) . }}{{- end -}}
{{- end -}}
