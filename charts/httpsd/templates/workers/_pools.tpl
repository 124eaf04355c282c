{{/* The WorkerPool objects as a List, in JSON. */}}
{{- define "httpsd.workerPools" -}}
{{- $items := list -}}
{{- range $name, $pool := include "httpsd.pools" . | fromJson -}}
{{- if and $pool.allowedNamespaces.selector (eq $.Values.rbac.scope "namespaces") -}}
{{- fail (printf "workerPools.%s.allowedNamespaces.selector: with rbac.scope namespaces the operator can't read labels of namespaces; give names" $name) -}}
{{- end -}}
{{- $scaling := $pool.autoscaling -}}
{{- if gt (int $scaling.minReplicas) (int $scaling.maxReplicas) -}}
{{- fail (printf "workerPools.%s.autoscaling.minReplicas: must not be above maxReplicas" $name) -}}
{{- end -}}
{{- $spec := dict
  "scaleTargetRef" (dict "name" (printf "%s-worker-%s" (include "httpsd.fullname" $) $name))
  "mode" (ternary "Active" "Recommend" $scaling.enabled)
  "minReplicas" (int $scaling.minReplicas) "maxReplicas" (int $scaling.maxReplicas)
  "objective" (dict "maxPendingAge" $scaling.maxPendingAge)
  "concurrency" (int $pool.concurrency) -}}
{{- with $scaling.scaleDown -}}{{- $_ := set $spec "scaleDown" . -}}{{- end -}}
{{- with $scaling.fallback -}}{{- $_ := set $spec "fallback" . -}}{{- end -}}
{{- with $pool.allowedNamespaces -}}{{- $_ := set $spec "allowedNamespaces" . -}}{{- end -}}
{{- $metadata := include "httpsd.metadata" (dict "root" $ "name" $name "component" "worker") | fromYaml -}}
{{- $_ := set $metadata.labels "app.kubernetes.io/managed-by" "httpsd-setup" -}}
{{- $items = append $items (dict "apiVersion" "httpsd.io/v1alpha1" "kind" "WorkerPool" "metadata" $metadata "spec" $spec) -}}
{{- end -}}
{{- dict "apiVersion" "v1" "kind" "List" "items" $items | toPrettyJson -}}
{{- end -}}
