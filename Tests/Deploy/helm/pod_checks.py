"""What must hold of the rendered chart, beside its validity. Each check takes documents and returns what is wrong."""

import chart

# Where a pod's page of metrics is.
PAGE = 9464
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")


def check_restricted(documents):
    """The pod security standard `restricted`, and a root that cannot be written."""
    for name, pod in chart.pods(documents):
        spec = pod["spec"]
        security = spec["securityContext"]
        if not security.get("runAsNonRoot") or security.get("seccompProfile") != {"type": "RuntimeDefault"}:
            yield f"{name}: it may run as root or without a seccomp profile"
        if spec.get("automountServiceAccountToken") is not False:
            yield f"{name}: it has a token of Kubernetes"
        if spec.get("hostNetwork") or spec.get("hostPID") or spec.get("hostIPC"):
            yield f"{name}: it shares the node's namespaces"
        for container in spec["containers"]:
            own = container["securityContext"]
            if own.get("allowPrivilegeEscalation") is not False or own.get("capabilities") != {"drop": ["ALL"]}:
                yield f"{name}: it may gain rights"
            if own.get("readOnlyRootFilesystem") is not True:
                yield f"{name}: it may write its image"
        for volume in spec["volumes"]:
            if not {"emptyDir", "secret"} & volume.keys():
                yield f"{name}: the volume {volume['name']} is none of its own"


def check_selectors(documents):
    """Whatever selects pods selects those of one workload, and selectors do not overlap."""
    labels = [(name, pod["metadata"]["labels"]) for name, pod in chart.pods(documents)]
    for document in chart.of_kind(documents, "Deployment", "StatefulSet", "Service", "PodDisruptionBudget"):
        selector = document["spec"]["selector"]
        wanted = selector.get("matchLabels", selector)
        matched = [name for name, found in labels if wanted.items() <= found.items()]
        if len(matched) != 1:
            yield f"{document['kind']} {document['metadata']['name']} selects {matched}"


def check_policies(documents):
    """Each pod has a network policy. The API takes connections, and pages of metrics from named namespaces."""
    policies = chart.of_kind(documents, "NetworkPolicy")
    for name, pod in chart.pods(documents):
        labels = pod["metadata"]["labels"]
        mine = [
            policy["spec"]
            for policy in policies
            if policy["spec"]["podSelector"]["matchLabels"].items() <= labels.items()
        ]
        if len(mine) != 1:
            yield f"{name}: {len(mine)} network policies"
        elif set(mine[0]["policyTypes"]) != {"Ingress", "Egress"}:
            yield f"{name}: its policy leaves a direction open"
        elif labels["app.kubernetes.io/component"] not in ("api", "up"):
            for rule in mine[0]["ingress"]:
                if rule["ports"] != [{"protocol": "TCP", "port": PAGE}] or not rule["from"]:
                    yield f"{name}: others may connect to it"


def check_environment(documents, settings, secret_settings):
    for name, pod in chart.pods(documents):
        for container in pod["spec"]["containers"]:
            for entry in container["env"]:
                setting = entry["name"].removesuffix("_FILE") if entry["name"] not in settings else entry["name"]
                if setting not in settings:
                    yield f"{name}: {entry['name']} is no setting of the platform"
                if entry["name"] in secret_settings:
                    yield f"{name}: the secret {entry['name']} is in the environment"


def check_commands(documents, commands):
    for name, pod in chart.pods(documents):
        for container in pod["spec"]["containers"]:
            probes = [container[kind]["exec"]["command"][1:] for kind in PROBES if "exec" in container.get(kind, {})]
            for command in [container["args"], *probes]:
                if command[0] not in commands:
                    yield f"{name}: the platform has no command {command}"
            if name.endswith("doctor") == all(kind in container for kind in PROBES):
                yield f"{name}: nobody asks whether it is alive, or whether one that runs once is"


def check_secrets(documents):
    """Each file that a variable names is one that the pod mounts, and nothing else of the Secret is."""
    for name, pod in chart.pods(documents):
        mounted = {
            f"/etc/orders/secrets/{item['path']}"
            for volume in pod["spec"]["volumes"]
            for item in volume.get("secret", {}).get("items", ())
        }
        named = {
            entry["value"]
            for container in pod["spec"]["containers"]
            for entry in container["env"]
            if entry["value"].startswith("/etc/orders/secrets/")
        }
        if mounted != named:
            yield f"{name}: mounts {sorted(mounted)}, names {sorted(named)}"


def check_pages(documents):
    """A page of metrics asks for a token, is let in to, and is scraped under the job that the alerts name."""
    policies = chart.of_kind(documents, "NetworkPolicy")
    scraped = dict(targets(documents))
    for name, pod in chart.pods(documents):
        (container,) = pod["spec"]["containers"]
        environment = {entry["name"]: entry["value"] for entry in container["env"]}
        ports = {port["name"]: port["containerPort"] for port in container.get("ports", ())}
        labels = pod["metadata"]["labels"]
        if "METRICS_LISTEN" not in environment:
            if "metrics" in ports or "METRICS_TOKEN_FILE" in environment:
                yield f"{name}: it has a port or a token of a page that there is not"
            continue
        if environment["METRICS_LISTEN"] != f"0.0.0.0:{PAGE}" or ports.get("metrics") != PAGE:
            yield f"{name}: its page is not at {PAGE}"
        if environment.get("METRICS_TOKEN_FILE") != "/etc/orders/secrets/metrics-token":
            yield f"{name}: its page asks for no token, so that it does not start"
        let_in = [
            rule
            for policy in policies
            if policy["spec"]["podSelector"]["matchLabels"].items() <= labels.items()
            for rule in policy["spec"]["ingress"]
            if {"protocol": "TCP", "port": PAGE} in rule["ports"]
        ]
        if policies and not let_in:
            yield f"{name}: nobody is let in to its page"
        job = "orders" if labels["app.kubernetes.io/component"] == "api" else "orders-services"
        if scraped and scraped.get(name) != job:
            yield f"{name}: it is scraped as {scraped.get(name)}, not as {job}"


def targets(documents):
    """(pod, job) of what is scraped: the pods of a Service by a ServiceMonitor, others by a PodMonitor."""
    pods = [(name, pod["metadata"]["labels"], pod["spec"]["containers"][0]) for name, pod in chart.pods(documents)]
    for monitor in chart.of_kind(documents, "PodMonitor", "ServiceMonitor"):
        spec = monitor["spec"]
        (page,) = spec.get("endpoints") or spec["podMetricsEndpoints"]
        (job,) = [rule["replacement"] for rule in page["relabelings"] if rule["targetLabel"] == "job"]
        if monitor["kind"] == "PodMonitor":
            chosen = [(spec["selector"], page["port"])]
        else:
            chosen = [
                ({"matchLabels": service["spec"]["selector"]}, port["targetPort"])
                for service in chart.of_kind(documents, "Service")
                if matches(spec["selector"], service["metadata"]["labels"])
                for port in service["spec"]["ports"]
                if port["name"] == page["port"]
            ]
        for selector, port in chosen:
            for name, labels, container in pods:
                if matches(selector, labels) and port in [given["name"] for given in container.get("ports", ())]:
                    yield name, job


def matches(selector, labels):
    return selector["matchLabels"].items() <= labels.items() and all(
        (labels.get(rule["key"]) in rule["values"]) == (rule["operator"] == "In")
        for rule in selector.get("matchExpressions", ())
    )


def check_drain(documents):
    for name, pod in chart.pods(documents):
        if pod["spec"]["terminationGracePeriodSeconds"] < 35:
            yield f"{name}: it is killed before it has drained"


def findings(documents, settings, secret_settings, commands):
    found = [
        finding
        for check in (check_restricted, check_selectors, check_policies, check_secrets, check_pages, check_drain)
        for finding in check(documents)
    ]
    found += check_environment(documents, settings, secret_settings)
    return found + list(check_commands(documents, commands))
