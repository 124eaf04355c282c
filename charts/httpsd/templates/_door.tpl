{{/* What the server speaks. */}}
{{- define "httpsd.serverScheme" -}}
{{- ternary "https" "http" (ne .Values.server.tls.secret "") -}}
{{- end -}}

{{/* Who may read lists, as settings. Credentials are files of folders, one for each Secret. */}}
{{- define "httpsd.doorEnv" -}}
{{- $auth := .Values.server.auth -}}
{{- $tls := .Values.server.tls -}}
{{- if and (has $auth.mode (list "bearer" "basic")) (not $auth.secrets) -}}
{{- fail (printf "server.auth.secrets: is empty, but server.auth.mode is %s" $auth.mode) -}}
{{- end -}}
{{- if and $auth.secrets (not (has $auth.mode (list "bearer" "basic"))) -}}
{{- fail (printf "server.auth.secrets: is set, but server.auth.mode is %s" $auth.mode) -}}
{{- end -}}
{{- if and (ne $tls.clientCertificates "none") (not (and $tls.clientCaSecret $tls.secret)) -}}
{{- fail (printf "server.tls.clientCertificates: %s needs server.tls.secret and server.tls.clientCaSecret" $tls.clientCertificates) -}}
{{- end -}}
{{- if ne $auth.mode "none" }}
- name: HTTPSD_Server__Auth__Mode
  value: {{ $auth.mode }}
{{- end }}
{{- if $auth.secrets }}
- name: HTTPSD_Server__Auth__{{ ternary "Basic" "Token" (eq $auth.mode "basic") }}Files
  value: {{ include "httpsd.doorFolders" $auth.secrets }}
{{- end }}
{{- if $auth.privilegedSecrets }}
- name: HTTPSD_Server__Auth__PrivilegedFiles
  value: {{ include "httpsd.doorFolders" $auth.privilegedSecrets }}
{{- end }}
{{- if $auth.schemelessToken }}
- name: HTTPSD_Server__Auth__SchemelessToken
  value: "true"
{{- end }}
{{- if $auth.protectMetrics }}
- name: HTTPSD_Server__Auth__ProtectMetrics
  value: "true"
{{- end }}
{{- with $auth.audiences }}
- name: HTTPSD_Server__Auth__Audiences
  value: {{ join "," . | quote }}
{{- end }}
{{- if $tls.secret }}
- name: HTTPSD_Server__Urls
  value: https://+:8080
- name: HTTPSD_Server__Tls__CertificateFile
  value: /etc/httpsd/tls/tls.crt
- name: HTTPSD_Server__Tls__KeyFile
  value: /etc/httpsd/tls/tls.key
{{- end }}
{{- if ne $tls.clientCertificates "none" }}
- name: HTTPSD_Server__Tls__ClientCertificates
  value: {{ $tls.clientCertificates }}
- name: HTTPSD_Server__Tls__ClientCaFile
  value: /etc/httpsd/client-ca/{{ $tls.clientCaKey }}
{{- end }}
{{- end -}}

{{- define "httpsd.doorFolders" -}}
{{- $folders := list -}}
{{- range . -}}{{- $folders = append $folders (printf "/etc/httpsd/auth/%s" .) -}}{{- end -}}
{{- join "," $folders -}}
{{- end -}}

{{- define "httpsd.doorMounts" -}}
{{- range concat .Values.server.auth.secrets .Values.server.auth.privilegedSecrets | uniq }}
- name: auth-{{ . }}
  mountPath: /etc/httpsd/auth/{{ . }}
  readOnly: true
{{- end }}
{{- if .Values.server.tls.secret }}
- name: tls
  mountPath: /etc/httpsd/tls
  readOnly: true
{{- end }}
{{- if ne .Values.server.tls.clientCertificates "none" }}
- name: client-ca
  mountPath: /etc/httpsd/client-ca
  readOnly: true
{{- end }}
{{- end -}}

{{- define "httpsd.doorVolumes" -}}
{{- range concat .Values.server.auth.secrets .Values.server.auth.privilegedSecrets | uniq }}
- name: auth-{{ . }}
  secret:
    secretName: {{ . }}
{{- end }}
{{- with .Values.server.tls.secret }}
- name: tls
  secret:
    secretName: {{ . }}
{{- end }}
{{- if ne .Values.server.tls.clientCertificates "none" }}
- name: client-ca
  secret:
    secretName: {{ .Values.server.tls.clientCaSecret }}
    items:
      - key: {{ .Values.server.tls.clientCaKey }}
        path: {{ .Values.server.tls.clientCaKey }}
{{- end }}
{{- end -}}
