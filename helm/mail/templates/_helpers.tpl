{{- define "mail.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "mail.labels" -}}
app.kubernetes.io/name: mail
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "mail.env" -}}
{{- range $name, $value := .Values.env }}
{{ $name }}: {{ $value | quote }}
{{- end }}
MAIL_REDIS_MASTER_ADDR: {{ .Values.redis.addr | quote }}
MAIL_INTERNAL_HTTP_ADDR: {{ printf ":%v" .Values.service.port | quote }}
MAIL_SHUTDOWN_TIMEOUT: {{ printf "%vs" .Values.shutdownTimeoutSeconds | quote }}
{{- end -}}
