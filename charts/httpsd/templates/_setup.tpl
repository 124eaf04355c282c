{{/*
A hook Job that runs a command of the operator's image under an account of its own, or one that was brought, with no
more than these rules: (dict root name hooks rules args volumes mounts).
*/}}
{{- define "httpsd.setupJob" -}}
{{- $root := .root -}}
{{- $name := .name -}}
{{- /* A container of podDefaults that never ends would keep the Job from ending. */ -}}
{{- $knobs := include "httpsd.aloneKnobs" (list $root $root.Values.setup "extraContainers") | fromJson -}}
{{- $hook := dict "helm.sh/hook" .hooks "helm.sh/hook-delete-policy" "before-hook-creation,hook-succeeded" -}}
{{- $first := merge (dict "helm.sh/hook-weight" "-10") $hook -}}
{{- $account := $root.Values.setup.serviceAccount -}}
{{- $user := ternary $name ($account.name | default "default") $account.create -}}
{{- if and $account.create $account.name -}}
{{- fail "setup.serviceAccount.name: names an account that is there, for create: false; else each Job has one of its own name" -}}
{{- end -}}
{{- if $account.create }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "httpsd.metadata" (dict "root" $root "name" $name "component" "setup" "annotations" (merge (dict) $first ($account.annotations | default dict))) | nindent 2 }}
automountServiceAccountToken: false
{{- end }}
{{- if $root.Values.rbac.create }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  {{- include "httpsd.metadata" (dict "root" $root "name" $name "component" "setup" "annotations" $first) | nindent 2 }}
rules:
  {{- toYaml .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  {{- include "httpsd.metadata" (dict "root" $root "name" $name "component" "setup" "annotations" $first) | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ $name }}
subjects:
  - kind: ServiceAccount
    name: {{ $user }}
    namespace: {{ $root.Release.Namespace }}
{{- end }}
{{- if $root.Values.networkPolicy.enabled }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "httpsd.metadata" (dict "root" $root "name" $name "component" "setup" "annotations" $first) | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "httpsd.in" (list 6 (include "httpsd.selectorLabels" (list $root "setup"))) }}
  policyTypes: [Ingress, Egress]
  ingress: []
  egress:
    {{- include "httpsd.in" (list 4 (include "httpsd.net.dns" $root)) }}
    {{- include "httpsd.in" (list 4 (include "httpsd.net.apiServer" $root)) }}
{{- end }}
---
apiVersion: batch/v1
kind: Job
metadata:
  {{- include "httpsd.metadata" (dict "root" $root "name" $name "component" "setup" "annotations" (merge (dict "helm.sh/hook-weight" "0") $hook)) | nindent 2 }}
spec:
  backoffLimit: 5
  activeDeadlineSeconds: {{ int $root.Values.setup.activeDeadlineSeconds }}
  template:
    metadata:
      {{- include "httpsd.in" (list 6 (include "httpsd.podMetadata" (dict "root" $root "component" "setup" "knobs" $knobs))) }}
    spec:
      restartPolicy: Never
      {{- include "httpsd.in" (list 6 (include "httpsd.podSpec" (dict "root" $root "component" "setup" "knobs" $knobs "account" $user "token" true))) }}
      containers:
        - name: setup
          image: {{ include "httpsd.ownImage" (list $root $root.Values.operator.image "operator") }}
          imagePullPolicy: {{ include "httpsd.pullPolicy" (list $root $root.Values.operator.image) }}
          args:
            {{- toYaml .args | nindent 12 }}
          env:
            {{- include "httpsd.in" (list 12 (include "httpsd.commonEnv" $root)) }}
            {{- include "httpsd.in" (list 12 (include "httpsd.settingsEnv" (dict "root" $root "knobs" $knobs "section" "Kubernetes"))) }}
            {{- include "httpsd.in" (list 12 (include "httpsd.extraEnv" (dict "root" $root "knobs" $knobs))) }}
          {{- include "httpsd.in" (list 10 (include "httpsd.container" (dict "root" $root "knobs" $knobs))) }}
          volumeMounts:
            - name: tmp
              mountPath: /tmp
            {{- with concat (.mounts | default list) ($knobs.extraVolumeMounts | default list) }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
        {{- with $knobs.extraContainers }}
        {{- tpl (toYaml .) $root | nindent 8 }}
        {{- end }}
      volumes:
        - name: tmp
          emptyDir:
            sizeLimit: 64Mi
        {{- with .volumes }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
        {{- with $knobs.extraVolumes }}
        {{- tpl (toYaml .) $root | nindent 8 }}
        {{- end }}
{{- end -}}
