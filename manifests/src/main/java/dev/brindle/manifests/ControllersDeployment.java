// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.CapabilitiesBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStrategyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `brindle-controllers`: who takes back what nodes and pods left behind.
final class ControllersDeployment {

  /// `BRINDLE_CONTROLLERS_HEALTHPORT`.
  static final int HEALTH_PORT = 9095;

  /// KubeControllersConfiguration's `prometheusMetricsPort`.
  static final int METRICS_PORT = 9094;

  private static final long NOBODY = 65_532;
  private static final String POD = "spec.template.spec";

  private final Flavour flavour;
  private final String image;
  private final Remarks remarks = new Remarks();

  private ControllersDeployment(Flavour flavour, String image) {
    this.flavour = flavour;
    this.image = image;
  }

  static Manifest of(Flavour flavour, String image) {
    return new ControllersDeployment(flavour, image).manifest();
  }

  private Manifest manifest() {
    boolean isOnHosts = flavour.hasEtcd();
    remarks.at(
        "spec.replicas",
        isOnHosts
            ? "One, as they have ports of the node; while it is away nothing is taken back, and that is all."
            : "One works and the other stands by; a lease says which.");
    if (isOnHosts) {
      remarks.at(
          POD + ".hostNetwork",
          "With etcd as the store they must reach it whatever policy says, as they bring profiles there.");
    }
    var object =
        new DeploymentBuilder()
            .withNewMetadata()
            .withName(Names.CONTROLLERS)
            .withNamespace(Names.NAMESPACE)
            .withLabels(Names.labels(Names.CONTROLLERS))
            .endMetadata()
            .withNewSpec()
            .withReplicas(isOnHosts ? 1 : 2)
            .withNewSelector()
            .withMatchLabels(Names.labels(Names.CONTROLLERS))
            .endSelector()
            .withStrategy(
                isOnHosts ? new DeploymentStrategyBuilder().withType("Recreate").build() : null)
            .withNewTemplate()
            .withNewMetadata()
            .withLabels(Names.labels(Names.CONTROLLERS))
            .endMetadata()
            .withSpec(pod())
            .endTemplate()
            .endSpec()
            .build();
    return new Manifest(object, remarks);
  }

  private PodSpec pod() {
    List<Volume> volumes = new ArrayList<>(List.of(HostPlaces.scratch()));
    if (flavour.hasEtcd()) {
      volumes.add(HostPlaces.etcd());
    }
    var pod =
        new PodSpecBuilder()
            .withNodeSelector(Map.of("kubernetes.io/os", "linux"))
            .withTolerations(
                exists("CriticalAddonsOnly", ""),
                exists("node-role.kubernetes.io/control-plane", "NoSchedule"),
                exists("node-role.kubernetes.io/master", "NoSchedule"))
            .withAffinity(apart())
            .withServiceAccountName(Names.CONTROLLERS)
            .withPriorityClassName("system-cluster-critical")
            .withSecurityContext(
                new PodSecurityContextBuilder()
                    .withRunAsNonRoot(true)
                    .withRunAsUser(NOBODY)
                    .withRunAsGroup(NOBODY)
                    .withFsGroup(NOBODY)
                    .withNewSeccompProfile()
                    .withType("RuntimeDefault")
                    .endSeccompProfile()
                    .build())
            .withContainers(container())
            .withVolumes(volumes);
    return (flavour.hasEtcd() ? pod.withHostNetwork(true) : pod).build();
  }

  private static Toleration exists(String key, String effect) {
    var toleration = new TolerationBuilder().withKey(key).withOperator("Exists");
    return (effect.isEmpty() ? toleration : toleration.withEffect(effect)).build();
  }

  /// On two nodes where there are two.
  private static Affinity apart() {
    return new AffinityBuilder()
        .withNewPodAntiAffinity()
        .addNewPreferredDuringSchedulingIgnoredDuringExecution()
        .withWeight(100)
        .withNewPodAffinityTerm()
        .withTopologyKey("kubernetes.io/hostname")
        .withNewLabelSelector()
        .withMatchLabels(Names.labels(Names.CONTROLLERS))
        .endLabelSelector()
        .endPodAffinityTerm()
        .endPreferredDuringSchedulingIgnoredDuringExecution()
        .endPodAntiAffinity()
        .build();
  }

  private Container container() {
    String place = "%s.containers[%s]".formatted(POD, Names.CONTROLLERS);
    var variables =
        new Variables().set("DATASTORE_TYPE", flavour.hasEtcd() ? "etcdv3" : "kubernetes", "");
    if (flavour.hasEtcd()) {
      NodeVariables.etcd(variables);
    }
    if (flavour == Flavour.POLICY_ONLY) {
      variables.set("USE_POD_CIDR", "true", "");
    }
    variables
        .set(
            "BRINDLE_CONTROLLERS_HEALTHPORT",
            Integer.toString(HEALTH_PORT),
            "What the probes below ask; named here it is served whatever"
                + " KubeControllersConfiguration's healthChecks says.")
        .ofPod("BRINDLE_LEASE_NAMESPACE", "metadata.namespace", "")
        .offer(
            "ENABLED_CONTROLLERS",
            "node",
            "What follows overrules KubeControllersConfiguration 'default' (docs/controllers.md).")
        .offer("LOG_LEVEL", "info", "");
    variables.explain(remarks, place);
    List<VolumeMount> mounts = new ArrayList<>(List.of(NodeDaemon.mount("tmp", "/tmp")));
    if (flavour.hasEtcd()) {
      mounts.add(NodeDaemon.readOnly(HostPlaces.ETCD, Names.ETCD_DIRECTORY));
    }
    return new ContainerBuilder()
        .withName(Names.CONTROLLERS)
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withCommand("/opt/brindle/bin/brindle", "controllers")
        .withEnvFrom(NodeDaemon.apiServer())
        .withEnv(variables.list())
        .withPorts(port("health", HEALTH_PORT), port("metrics", METRICS_PORT))
        .withSecurityContext(
            new SecurityContextBuilder()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withCapabilities(new CapabilitiesBuilder().withDrop("ALL").build())
                .build())
        .withResources(
            new ResourceRequirementsBuilder()
                .withRequests(Map.of("cpu", new Quantity("50m"), "memory", new Quantity("128Mi")))
                .build())
        .withStartupProbe(probe("/liveness", 30))
        .withLivenessProbe(probe("/liveness", 6))
        .withReadinessProbe(probe("/readiness", 3))
        .withVolumeMounts(mounts)
        .build();
  }

  private static ContainerPort port(String name, int number) {
    return new ContainerPortBuilder().withName(name).withContainerPort(number).build();
  }

  private static Probe probe(String path, int failures) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(path)
        .withPort(new IntOrString(HEALTH_PORT))
        .endHttpGet()
        .withPeriodSeconds(10)
        .withTimeoutSeconds(10)
        .withFailureThreshold(failures)
        .build();
  }

  /// Draining nodes leaves one of them.
  static Manifest budget() {
    return Manifest.of(
        new PodDisruptionBudgetBuilder()
            .withNewMetadata()
            .withName(Names.CONTROLLERS)
            .withNamespace(Names.NAMESPACE)
            .withLabels(Names.labels(Names.CONTROLLERS))
            .endMetadata()
            .withNewSpec()
            .withMaxUnavailable(new IntOrString(1))
            .withNewSelector()
            .withMatchLabels(Names.labels(Names.CONTROLLERS))
            .endSelector()
            .endSpec()
            .build());
  }

  /// Nobody has business with the controllers but who reads their metrics; kubelet's probes are the
  /// node's own and pass in any case. What they themselves say stays as it is.
  static Manifest policy() {
    var remarks =
        new Remarks()
            .at(
                "spec.ingress",
                "Metrics, for anybody; probes of kubelet pass without a rule. Nothing else comes in.");
    var object =
        new NetworkPolicyBuilder()
            .withNewMetadata()
            .withName(Names.CONTROLLERS)
            .withNamespace(Names.NAMESPACE)
            .withLabels(Names.labels(Names.CONTROLLERS))
            .endMetadata()
            .withNewSpec()
            .withNewPodSelector()
            .withMatchLabels(Names.labels(Names.CONTROLLERS))
            .endPodSelector()
            .withPolicyTypes("Ingress")
            .addNewIngress()
            .addNewPort()
            .withProtocol("TCP")
            .withPort(new IntOrString(METRICS_PORT))
            .endPort()
            .endIngress()
            .endSpec()
            .build();
    return new Manifest(object, remarks);
  }
}
