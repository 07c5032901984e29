{{- define "mail.name" -}}
{{- .Values.fullnameOverride | default .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "mail.components" -}}
intake-api stream-consumer scheduler attempt-worker retention-job
{{- end -}}

{{- define "mail.labels" -}}
{{ include "mail.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "mail.selector" -}}
app.kubernetes.io/name: mail
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* The settings of a component, as YAML: its section over the defaults. Takes (list root component). */}}
{{- define "mail.settings" -}}
{{- $root := index . 0 -}}
{{- mustMergeOverwrite (deepCopy $root.Values.defaults) (deepCopy (index $root.Values.components (index . 1))) | toYaml -}}
{{- end -}}

{{/* The image of a component, or of the migrations. Takes (list root component). */}}
{{- define "mail.image" -}}
{{- $root := index . 0 -}}
{{- with $root.Values.image -}}
{{- printf "%s/%s/%s:%s" .registry .repository (index $ 1) (.tag | default $root.Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* The environment that is no secret, as a map of strings. */}}
{{- define "mail.env" -}}
{{- $env := dict
  "MAIL_REDIS_MASTER_ADDR" .Values.redis.addr
  "MAIL_INTERNAL_HTTP_ADDR" (printf ":%v" .Values.service.port)
  "MAIL_SHUTDOWN_TIMEOUT" (printf "%vs" .Values.shutdownTimeoutSeconds)
  "MAIL_SMTP_MODE" .Values.smtp.mode
  "MAIL_SMTP_TIMEOUT" (printf "%vs" .Values.smtp.timeoutSeconds) -}}
{{- with .Values.smtp.addr }}{{ $_ := set $env "MAIL_SMTP_ADDR" . }}{{ end -}}
{{- with .Values.smtp.fromEmail }}{{ $_ := set $env "MAIL_SMTP_FROM_EMAIL" . }}{{ end -}}
{{- with .Values.smtp.fromName }}{{ $_ := set $env "MAIL_SMTP_FROM_NAME" . }}{{ end -}}
{{- with .Values.smtp.ehloName }}{{ $_ := set $env "MAIL_SMTP_EHLO_NAME" . }}{{ end -}}
{{- if .Values.telemetry.enabled -}}
{{- $_ := mustMerge $env (dict
  "OTEL_TRACES_EXPORTER" "otlp"
  "OTEL_METRICS_EXPORTER" "otlp"
  "OTEL_EXPORTER_OTLP_ENDPOINT" .Values.telemetry.endpoint
  "OTEL_EXPORTER_OTLP_PROTOCOL" .Values.telemetry.protocol) -}}
{{- end -}}
{{- mustMergeOverwrite $env .Values.env | toYaml -}}
{{- end -}}

{{/* Whether KEDA is to be used: "true" or nothing. */}}
{{- define "mail.keda" -}}
{{- $keda := .Values.autoscaling.keda -}}
{{- if or (eq $keda "always") (and (eq $keda "auto") (.Capabilities.APIVersions.Has "keda.sh/v1alpha1")) -}}true{{- end -}}
{{- end -}}

{{/* Whether something scales a component, so that its deployment must not: "true" or nothing. Takes (list root component settings). */}}
{{- define "mail.scaled" -}}
{{- $root := index . 0 -}}
{{- if (index . 2).autoscaling | default dict | dig "enabled" false -}}
{{- if or (eq (index . 1) "intake-api") (include "mail.keda" $root) -}}true{{- end -}}
{{- end -}}
{{- end -}}

{{/* The port of "host:port". */}}
{{- define "mail.portOf" -}}
{{- splitList ":" . | last -}}
{{- end -}}

{{/* What every container may not do. */}}
{{- define "mail.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: ["ALL"]
{{- end -}}

{{- define "mail.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* Environment from a key of a secret. Takes (list name secret key). */}}
{{- define "mail.secretEnv" -}}
- name: {{ index . 0 }}
  valueFrom:
    secretKeyRef:
      name: {{ index . 1 }}
      key: {{ index . 2 }}
{{- end -}}
