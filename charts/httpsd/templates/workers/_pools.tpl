{{/* The WorkerPool objects, as YAML documents. */}}
{{- define "httpsd.workerPools" -}}
{{- range $name, $pool := include "httpsd.pools" . | fromJson }}
{{- if and $pool.allowedNamespaces.selector (eq $.Values.rbac.scope "namespaces") }}
{{- fail (printf "workerPools.%s.allowedNamespaces.selector: with rbac.scope namespaces the operator can't read labels of namespaces; give names" $name) }}
{{- end }}
---
apiVersion: httpsd.io/v1alpha1
kind: WorkerPool
metadata:
  {{- include "httpsd.metadata" (dict "root" $ "name" $name "component" "worker") | nindent 2 }}
spec:
  scaleTargetRef:
    name: {{ include "httpsd.fullname" $ }}-worker-{{ $name }}
  {{- with $pool.autoscaling }}
  mode: {{ ternary "Active" "Recommend" .enabled }}
  minReplicas: {{ int .minReplicas }}
  maxReplicas: {{ int .maxReplicas }}
  objective:
    maxPendingAge: {{ .maxPendingAge }}
  {{- with .scaleDown }}
  scaleDown:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .fallback }}
  fallback:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
  concurrency: {{ int $pool.concurrency }}
  {{- with $pool.allowedNamespaces }}
  allowedNamespaces:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}
