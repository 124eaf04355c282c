{{/* The Secret with the password, the same for every part; empty: there is none. */}}
{{- define "httpsd.redis.secretName" -}}
{{- if .Values.redis.auth.enabled -}}
{{- .Values.redis.auth.existingSecret | default (printf "%s-redis" (include "httpsd.fullname" .)) -}}
{{- end -}}
{{- end -}}

{{/* Whether that Secret is this chart's to make. */}}
{{- define "httpsd.redis.makesSecret" -}}
{{- if and (eq .Values.redis.mode "embedded") .Values.redis.auth.enabled (not .Values.redis.auth.existingSecret) -}}yes{{- end -}}
{{- end -}}

{{/* The places of an external Redis, as JSON: [{host, port}]. */}}
{{- define "httpsd.redis.nodes" -}}
{{- $redis := .Values.redis.external -}}
{{- $nodes := list -}}
{{- if eq $redis.kind "standalone" -}}
{{- $nodes = list (dict "host" $redis.host "port" $redis.port) -}}
{{- else -}}
{{- range $redis.nodes -}}
{{- $parts := splitList ":" . -}}
{{- $port := ternary 26379 6379 (eq $redis.kind "sentinel") -}}
{{- if gt (len $parts) 1 -}}{{- $port = int (last $parts) -}}{{- end -}}
{{- $nodes = append $nodes (dict "host" (first $parts) "port" $port) -}}
{{- end -}}
{{- end -}}
{{- toJson $nodes -}}
{{- end -}}

{{- define "httpsd.redis.url" -}}
{{- $tls := .Values.redis.tls.enabled -}}
{{- if eq .Values.redis.mode "embedded" -}}
redis://{{ include "httpsd.fullname" . }}-redis.{{ .Release.Namespace }}.svc:6379
{{- else -}}
{{- $redis := .Values.redis.external -}}
{{- $places := list -}}
{{- range include "httpsd.redis.nodes" . | fromJsonArray -}}
{{- $places = append $places (printf "%s:%d" .host (int .port)) -}}
{{- end -}}
{{- if eq $redis.kind "standalone" -}}
{{- ternary "rediss" "redis" $tls }}://{{ first $places }}
{{- with $redis.database }}/{{ int . }}{{- end -}}
{{- else -}}
{{- join "," $places -}}
{{- if eq $redis.kind "sentinel" -}},serviceName={{ $redis.masterName }}{{- end -}}
{{- with $redis.database -}},defaultDatabase={{ int . }}{{- end -}}
{{- if $tls -}},ssl=true{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Whether each part has a user of its own: by default where this chart makes their passwords. */}}
{{- define "httpsd.redis.parts" -}}
{{- $parts := .Values.redis.auth.parts -}}
{{- if and .Values.redis.auth.enabled (kindIs "invalid" $parts | ternary (ne (include "httpsd.redis.makesSecret" .) "") $parts) -}}yes{{- end -}}
{{- end -}}

{{/* What a part that speaks to Redis has in its environment: (list root part). */}}
{{- define "httpsd.redis.env" -}}
{{- $part := index . 1 -}}
{{- with index . 0 -}}
- name: HTTPSD_Redis__Url
  value: {{ include "httpsd.redis.url" . | quote }}
{{- with .Values.redis.keyPrefix }}
- name: HTTPSD_Redis__KeyPrefix
  value: {{ . | quote }}
{{- end }}
{{- if and .Values.redis.tls.enabled .Values.redis.tls.caSecret }}
- name: HTTPSD_Redis__CaFile
  value: /etc/httpsd/redis-ca/{{ .Values.redis.tls.caKey }}
{{- end }}
{{- if and .Values.redis.tls.enabled .Values.redis.tls.clientSecret }}
- name: HTTPSD_Redis__CertificateFile
  value: /etc/httpsd/redis-client/tls.crt
- name: HTTPSD_Redis__KeyFile
  value: /etc/httpsd/redis-client/tls.key
{{- end }}
{{- $auth := .Values.redis.auth }}
{{- $parts := include "httpsd.redis.parts" . }}
{{- with include "httpsd.redis.secretName" . }}
{{- if $parts }}
- name: HTTPSD_Redis__User
  value: httpsd-{{ $part }}
{{- else if $auth.usernameKey }}
- name: HTTPSD_Redis__User
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: {{ $auth.usernameKey }}
{{- else if $auth.username }}
- name: HTTPSD_Redis__User
  value: {{ $auth.username | quote }}
{{- end }}
- name: HTTPSD_Redis__Password
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: {{ $parts | empty | ternary $auth.passwordKey (printf "%s-password" $part) }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "httpsd.redis.mounts" -}}
{{- if and .Values.redis.tls.enabled .Values.redis.tls.caSecret -}}
- name: redis-ca
  mountPath: /etc/httpsd/redis-ca
  readOnly: true
{{- end }}
{{- if and .Values.redis.tls.enabled .Values.redis.tls.clientSecret }}
- name: redis-client
  mountPath: /etc/httpsd/redis-client
  readOnly: true
{{- end -}}
{{- end -}}

{{- define "httpsd.redis.volumes" -}}
{{- if and .Values.redis.tls.enabled .Values.redis.tls.caSecret -}}
- name: redis-ca
  secret:
    secretName: {{ .Values.redis.tls.caSecret }}
    items:
      - key: {{ .Values.redis.tls.caKey }}
        path: {{ .Values.redis.tls.caKey }}
{{- end }}
{{- if and .Values.redis.tls.enabled .Values.redis.tls.clientSecret }}
- name: redis-client
  secret:
    secretName: {{ .Values.redis.tls.clientSecret }}
{{- end -}}
{{- end -}}
