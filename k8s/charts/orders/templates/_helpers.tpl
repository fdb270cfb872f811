{{- define "orders.labels" -}}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{ include "orders.selector" . }}
{{- end }}

{{- define "orders.selector" -}}
app.kubernetes.io/name: orders
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "orders.secret" -}}
{{ .Values.secrets.name | default (printf "%s-secrets" .Release.Name) }}
{{- end }}

{{- define "orders.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag }}{{ end }}
{{- end -}}
{{- end }}

{{/* The services that run: webhooks only where there are endpoints to post to. */}}
{{- define "orders.services" -}}
{{- $services := .Values.services -}}
{{- if not (has "webhook-endpoints" .Values.secrets.optional) }}{{ $services = omit $services "webhooks" }}{{ end -}}
{{ toYaml $services }}
{{- end }}

{{/* The keys of the Secret that a service gets, with commas. Call with dict "root" . "service" NAME, and "runsOnce" true for no service. */}}
{{- define "orders.secretKeys" -}}
{{- $keys := list -}}
{{- if not .root.Values.trial.enabled -}}
{{- $keys = list "confluent-api-key" "confluent-api-secret" -}}
{{- if has .service (list "api" "sink") }}{{ $keys = append $keys "couchbase-password" }}{{ end -}}
{{- end -}}
{{- range $key, $users := dict "jwt-secret" (list "api" "up") "payment-gateway-url" (list "payments" "up") "alert-webhook-url" (list "alerting" "up") "alert-webhook-secret" (list "alerting" "up") "webhook-endpoints" (list "webhooks" "up") -}}
{{- if and (has $key $.root.Values.secrets.optional) (has $.service $users) }}{{ $keys = append $keys $key }}{{ end -}}
{{- end -}}
{{- if include "orders.hasPage" . }}{{ $keys = append $keys "metrics-token" }}{{ end -}}
{{- if has "otel-exporter-otlp-headers" .root.Values.secrets.optional }}{{ $keys = append $keys "otel-exporter-otlp-headers" }}{{ end -}}
{{ join "," $keys }}
{{- end }}

{{/* Whether a pod has a page of metrics, and its port. A trial's page is the API's. Call as orders.secretKeys. */}}
{{- define "orders.hasPage" -}}
{{- if and (has "metrics-token" .root.Values.secrets.optional) (not (or .root.Values.trial.enabled .runsOnce)) }}yes{{ end -}}
{{- end }}

{{- define "orders.pagePort" -}}9464{{- end }}

{{- define "orders.env" -}}
{{- $service := .service -}}
{{- with .root.Values -}}
- { name: LOG_FORMAT, value: json }
- { name: LOG_LEVEL, value: {{ .logLevel | quote }} }
- { name: ORDERS_DATA_DIR, value: /var/lib/orders }
{{- if include "orders.hasPage" $ }}
- { name: METRICS_LISTEN, value: "0.0.0.0:{{ include "orders.pagePort" $ }}" }
{{- end }}
{{- if .tracing.endpoint }}
- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ .tracing.endpoint | quote }} }
- { name: OTEL_TRACES_SAMPLER, value: parentbased_traceidratio }
- { name: OTEL_TRACES_SAMPLER_ARG, value: {{ .tracing.ratio | quote }} }
{{- end }}
{{- if not .trial.enabled }}
- { name: KAFKA_BOOTSTRAP_SERVERS, value: {{ .kafka.bootstrapServers | quote }} }
{{- if has $service (list "api" "sink") }}
- { name: COUCHBASE_HOST, value: {{ .couchbase.host | quote }} }
- { name: COUCHBASE_BUCKET, value: {{ .couchbase.bucket | quote }} }
- { name: COUCHBASE_USERNAME, value: {{ .couchbase.username | quote }} }
{{- end }}
{{- else if gt (.trial.rate | float64) 0.0 }}
- { name: ORDERS_RATE, value: {{ .trial.rate | quote }} }
{{- else }}
- { name: ORDERS_COUNT, value: "0" }
{{- end }}
{{- if has $service (list "api" "up") }}
- { name: ORDERS_HTTP, value: "0.0.0.0:8080" }
- { name: AUDIT_LOG, value: "-" }
- { name: API_RATE_LIMITS, value: {{ .api.rateLimits | quote }} }
{{- $names := .api.allowedHosts }}
{{- if .api.ingress.enabled }}{{ $names = append $names .api.ingress.host }}{{ end }}
- { name: ALLOWED_HOSTS, value: {{ append $names (printf "%s-api" $.root.Release.Name) | join "," | quote }} }
{{- if .api.jwt.issuer }}
- { name: JWT_ISSUER, value: {{ .api.jwt.issuer | quote }} }
- { name: JWT_AUDIENCE, value: {{ .api.jwt.audience | quote }} }
{{- end }}
{{- with .api.jwt.keySet }}
- { name: JWT_JWKS, value: {{ . | quote }} }
{{- end }}
{{- if .api.keysSecret }}
- { name: API_KEYS_FILE, value: /etc/orders/keys/api-keys.json }
{{- end }}
{{- end }}
{{- end }}
{{- with include "orders.secretKeys" . }}
{{- range splitList "," . }}
{{- /* The endpoints are a file by themselves, not a value in one. */}}
- { name: {{ upper (replace "-" "_" .) }}{{ if ne . "webhook-endpoints" }}_FILE{{ end }}, value: /etc/orders/secrets/{{ . }} }
{{- end }}
{{- end }}
{{- end }}

{{/* The pod of a service, without what differs: its ports, probes and resources are given. */}}
{{- define "orders.pod" -}}
{{- $keys := include "orders.secretKeys" . -}}
serviceAccountName: {{ .root.Release.Name }}
automountServiceAccountToken: false
# The platform drains for up to 30 s.
terminationGracePeriodSeconds: 45
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: { type: RuntimeDefault }
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector:
{{ toYaml . | indent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
{{ toYaml . | indent 2 }}
{{- end }}
topologySpreadConstraints:
{{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
{{ include "orders.selector" $.root | indent 8 }}
        app.kubernetes.io/component: {{ $.service }}
{{- end }}
containers:
  - name: {{ .service }}
    image: {{ include "orders.image" .root }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    args: [{{ .service }}]
{{- $ports := list -}}
{{- if has .service (list "api" "up") }}{{ $ports = append $ports (dict "name" "http" "containerPort" 8080) }}{{ end -}}
{{- if include "orders.hasPage" . }}{{ $ports = append $ports (dict "name" "metrics" "containerPort" (include "orders.pagePort" . | int)) }}{{ end -}}
{{- with $ports }}
    ports:
{{ toYaml . | indent 6 }}
{{- end }}
    env:
{{ include "orders.env" . | indent 6 }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities: { drop: [ALL] }
    resources:
{{ toYaml .resources | indent 6 }}
{{- with .probes }}
{{ . | indent 4 }}
{{- end }}
    volumeMounts:
      - { name: data, mountPath: /var/lib/orders }
      - { name: tmp, mountPath: /tmp }
{{- if $keys }}
      - { name: secrets, mountPath: /etc/orders/secrets, readOnly: true }
{{- end }}
{{- if and .root.Values.api.keysSecret (has .service (list "api" "up")) }}
      - { name: keys, mountPath: /etc/orders/keys, readOnly: true }
{{- end }}
volumes:
{{- if ne .service "up" }}
  - name: data
    emptyDir: { sizeLimit: {{ .root.Values.stateSize }} }
{{- end }}
  - name: tmp
    emptyDir: { sizeLimit: 256Mi }
{{- if $keys }}
  - name: secrets
    secret:
      secretName: {{ include "orders.secret" .root }}
      defaultMode: 0440
      items:
{{- range splitList "," $keys }}
        - { key: {{ . }}, path: {{ . }} }
{{- end }}
{{- end }}
{{- if and .root.Values.api.keysSecret (has .service (list "api" "up")) }}
  - name: keys
    secret: { secretName: {{ .root.Values.api.keysSecret }}, defaultMode: 0440 }
{{- end }}
{{- end }}

{{/* Probes of what has no port. One that waits for Kafka or the store is healthy: a restart would not help it. */}}
{{- define "orders.health" -}}
startupProbe:
  exec: { command: [orders, health] }
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 60
readinessProbe:
  exec: { command: [orders, health] }
  periodSeconds: 15
  timeoutSeconds: 5
livenessProbe:
  exec: { command: [orders, health] }
  periodSeconds: 15
  timeoutSeconds: 5
  failureThreshold: 4
{{- end }}

{{/* Probes of what serves HTTP. /readyz needs credentials, which a probe has not. */}}
{{- define "orders.http" -}}
startupProbe:
  httpGet: { path: /healthz, port: http }
  periodSeconds: 2
  failureThreshold: 60
readinessProbe:
  httpGet: { path: /healthz, port: http }
  periodSeconds: 5
livenessProbe:
  httpGet: { path: /healthz, port: http }
  periodSeconds: 10
  failureThreshold: 6
lifecycle:
  preStop:
    # Until every proxy knows that it leaves.
    sleep: { seconds: 5 }
{{- end }}
