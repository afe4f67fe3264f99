// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.CapabilitiesBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvFromSourceBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `brindle-node`: on each node the installer of the CNI plugin, then the daemon.
final class NodeDaemon {

  /// felix's HealthPort.
  static final int HEALTH_PORT = 9099;

  private static final String POD = "spec.template.spec";

  private final Flavour flavour;
  private final String image;
  private final Remarks remarks = new Remarks();

  private NodeDaemon(Flavour flavour, String image) {
    this.flavour = flavour;
    this.image = image;
  }

  static Manifest of(Flavour flavour, String image) {
    return new NodeDaemon(flavour, image).manifest();
  }

  private Manifest manifest() {
    remarks
        .at("spec.updateStrategy", "How many nodes at a time: each keeps forwarding meanwhile.")
        .at(
            POD + ".hostNetwork",
            "The daemon works on the node's own interfaces, routes and nftables.")
        .at(
            POD + ".tolerations",
            "On every node, also one that is not ready: it is for want of this.")
        .at(
            POD + ".terminationGracePeriodSeconds",
            """
            It needs under two seconds. Routes and policy stay in the kernel, and BGP neighbours keep what they heard
            (graceful restart), so pods notice nothing.
            """);
    var object =
        new DaemonSetBuilder()
            .withNewMetadata()
            .withName(Names.NODE)
            .withNamespace(Names.NAMESPACE)
            .withLabels(Names.labels(Names.NODE))
            .endMetadata()
            .withNewSpec()
            .withNewSelector()
            .withMatchLabels(Names.labels(Names.NODE))
            .endSelector()
            .withNewUpdateStrategy()
            .withType("RollingUpdate")
            .withNewRollingUpdate()
            .withMaxUnavailable(new IntOrString(1))
            .endRollingUpdate()
            .endUpdateStrategy()
            .withNewTemplate()
            .withNewMetadata()
            .withLabels(Names.labels(Names.NODE))
            .endMetadata()
            .withSpec(pod())
            .endTemplate()
            .endSpec()
            .build();
    return new Manifest(object, remarks);
  }

  private PodSpec pod() {
    return new PodSpecBuilder()
        .withNodeSelector(Map.of("kubernetes.io/os", "linux"))
        .withHostNetwork(true)
        .withTolerations(everywhere())
        .withServiceAccountName(Names.NODE)
        .withPriorityClassName("system-node-critical")
        .withTerminationGracePeriodSeconds(5L)
        .withInitContainers(installer())
        .withContainers(daemon())
        .withVolumes(HostPlaces.volumes(flavour, remarks, POD))
        .build();
  }

  private static List<Toleration> everywhere() {
    return List.of(
        new TolerationBuilder().withEffect("NoSchedule").withOperator("Exists").build(),
        new TolerationBuilder().withKey("CriticalAddonsOnly").withOperator("Exists").build(),
        new TolerationBuilder().withEffect("NoExecute").withOperator("Exists").build());
  }

  // ---- the installer

  private Container installer() {
    String place = "%s.initContainers[%s]".formatted(POD, Names.INSTALLER);
    remarks.at(place, "Puts the CNI plugin and its configuration on the node, and ends.");
    remarks.at(
        place + ".securityContext.capabilities.add",
        "The directory of the plugins may belong to whoever unpacked them.");
    var variables =
        new Variables()
            .set("CNI_CONF_NAME", "10-calico.conflist", "The first file by name counts.")
            .ofConfig(
                "CNI_NETWORK_CONFIG",
                "cni_network_config",
                true,
                "Without that key: what the image brings, with portmap where the node has it.")
            .ofConfig("CNI_MTU", "veth_mtu", false, "")
            .ofPod("KUBERNETES_NODE_NAME", "spec.nodeName", "")
            .set("DATASTORE_TYPE", flavour.hasEtcd() ? "etcdv3" : "kubernetes", "")
            .set(
                "CNI_NET_DIR",
                "/etc/cni/net.d",
                "Where the node has its configurations; the volume cni-net-dir says the same.")
            .offer("SKIP_CNI_BINARIES", "", "Programs that are not installed, joined by commas.")
            .offer("UPDATE_CNI_BINARIES", "true", "false: those that are there already stay.");
    variables.explain(remarks, place);
    return new ContainerBuilder()
        .withName(Names.INSTALLER)
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withCommand("/opt/brindle/bin/brindle", "cni", "install")
        .withEnvFrom(apiServer())
        .withEnv(variables.list())
        .withSecurityContext(
            security(new CapabilitiesBuilder().withDrop("ALL").withAdd("DAC_OVERRIDE").build()))
        .withResources(
            new ResourceRequirementsBuilder()
                .withRequests(Map.of("cpu", new Quantity("10m"), "memory", new Quantity("48Mi")))
                .build())
        .withVolumeMounts(
            mount("cni-bin-dir", "/host/opt/cni/bin"),
            mount("cni-net-dir", "/host/etc/cni/net.d"),
            mount("tmp", "/tmp"))
        .build();
  }

  static List<EnvFromSource> apiServer() {
    return List.of(
        new EnvFromSourceBuilder()
            .withNewConfigMapRef()
            .withName(Names.API_SERVER)
            .withOptional(true)
            .endConfigMapRef()
            .build());
  }

  // ---- the daemon

  private Container daemon() {
    String place = "%s.containers[%s]".formatted(POD, Names.NODE);
    remarks.at(
        place + ".envFrom",
        """
        A ConfigMap of that name with KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT says where the API server is on
        clusters where nobody serves its service address before we run (no kube-proxy).
        """);
    remarks.at(
        place + ".securityContext.capabilities.add",
        """
        NET_ADMIN: interfaces, routes, nftables. NET_BIND_SERVICE: BGP's port 179. SYS_ADMIN: to enter pods' network
        namespaces (setns). No other, and not privileged.
        """);
    remarks.at(
        place + ".startupProbe",
        "Ten minutes for a store that is slow to come; then the liveness probe takes over.");
    Variables variables = NodeVariables.of(flavour);
    variables.explain(remarks, place);
    return new ContainerBuilder()
        .withName(Names.NODE)
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withCommand("/opt/brindle/bin/brindle", "node", "run")
        .withEnvFrom(apiServer())
        .withEnv(variables.list())
        .withSecurityContext(security(daemonRights()))
        .withResources(
            new ResourceRequirementsBuilder()
                .withRequests(Map.of("cpu", new Quantity("250m"), "memory", new Quantity("180Mi")))
                .build())
        .withStartupProbe(probe("/liveness", 60))
        .withLivenessProbe(probe("/liveness", 6))
        .withReadinessProbe(probe("/readiness", 3))
        .withVolumeMounts(mounts())
        .build();
  }

  private static Capabilities daemonRights() {
    return new CapabilitiesBuilder()
        .withDrop("ALL")
        .withAdd("NET_ADMIN", "NET_BIND_SERVICE", "SYS_ADMIN")
        .build();
  }

  /// Root, as capabilities count for nobody else; SELinux would keep any other type from the
  /// node's files.
  private static SecurityContext security(Capabilities capabilities) {
    return new SecurityContextBuilder()
        .withRunAsUser(0L)
        .withRunAsGroup(0L)
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withCapabilities(capabilities)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .withNewSeLinuxOptions()
        .withType("spc_t")
        .endSeLinuxOptions()
        .build();
  }

  private static Probe probe(String path, int failures) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withHost("127.0.0.1")
        .withPath(path)
        .withPort(new IntOrString(HEALTH_PORT))
        .endHttpGet()
        .withPeriodSeconds(10)
        .withTimeoutSeconds(10)
        .withFailureThreshold(failures)
        .build();
  }

  private List<VolumeMount> mounts() {
    List<VolumeMount> mounts = new ArrayList<>();
    mounts.add(mount("run-brindle", "/run/brindle"));
    mounts.add(
        new VolumeMountBuilder(mount("run-netns", "/var/run/netns"))
            .withMountPropagation("HostToContainer")
            .build());
    mounts.add(mount("var-lib-brindle", "/var/lib/brindle"));
    mounts.add(mount("var-lib-calico", "/var/lib/calico"));
    mounts.add(mount("proc-sys-net", "/host/proc/sys/net"));
    mounts.add(mount("tmp", "/tmp"));
    if (flavour.hasEtcd()) {
      mounts.add(readOnly(HostPlaces.ETCD, Names.ETCD_DIRECTORY));
    }
    return mounts;
  }

  static VolumeMount mount(String volume, String path) {
    return new VolumeMountBuilder().withName(volume).withMountPath(path).build();
  }

  static VolumeMount readOnly(String volume, String path) {
    return new VolumeMountBuilder().withName(volume).withMountPath(path).withReadOnly(true).build();
  }
}
