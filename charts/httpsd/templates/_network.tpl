{{/* Rules that several parts have. */}}
{{- define "httpsd.net.dns" }}
# 5353: where OpenShift's name servers listen.
- ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
    - {port: 5353, protocol: UDP}
    - {port: 5353, protocol: TCP}
{{- end }}

{{- define "httpsd.net.apiServer" }}
- ports:
    {{- range .Values.networkPolicy.apiServer.ports }}
    - {port: {{ int . }}, protocol: TCP}
    {{- end }}
  {{- with .Values.networkPolicy.apiServer.cidrs }}
  to:
    {{- range . }}
    - ipBlock:
        cidr: {{ . }}
    {{- end }}
  {{- end }}
{{- end }}

{{- define "httpsd.net.redis" }}
{{- if eq .Values.redis.mode "embedded" }}
- ports:
    - {port: 6379, protocol: TCP}
  to:
    - podSelector:
        matchLabels:
          {{- include "httpsd.in" (list 10 (include "httpsd.selectorLabels" (list . "redis"))) }}
{{- else }}
- ports:
    {{- $ports := list }}
    {{- range include "httpsd.redis.nodes" . | fromJsonArray }}{{ $ports = append $ports (int .port) }}{{ end }}
    {{- /* Sentinel answers where the primary is; that one mostly listens at Redis' usual port. */ -}}
    {{- if eq .Values.redis.external.kind "sentinel" }}{{ $ports = append $ports 6379 }}{{ end }}
    {{- range concat $ports .Values.networkPolicy.redis.ports | uniq }}
    - {port: {{ int . }}, protocol: TCP}
    {{- end }}
  {{- with .Values.networkPolicy.redis.to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Who may come, to which port: (list from port). No `from` is everybody. */}}
{{- define "httpsd.net.from" }}
- ports:
    - {port: {{ index . 1 }}, protocol: TCP}
  {{- with index . 0 }}
  from:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{/* Pods of this release: (list root port components...). */}}
{{- define "httpsd.net.parts" }}
{{- $root := index . 0 }}
- ports:
    - {port: {{ index . 1 }}, protocol: TCP}
  from:
    {{- range slice . 2 }}
    - podSelector:
        matchLabels:
          {{- include "httpsd.in" (list 10 (include "httpsd.selectorLabels" (list $root .))) }}
    {{- end }}
{{- end }}

{{- define "httpsd.net.head" }}
{{- $labels := .labels -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "httpsd.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "httpsd.in" (list 6 (include "httpsd.selectorLabels" (list .root .component))) }}
      {{- with $labels }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
  policyTypes: [Ingress, Egress]
{{- end }}
