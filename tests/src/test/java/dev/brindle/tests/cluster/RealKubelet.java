// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import dev.brindle.tests.cluster.Machine.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// kubelet, containerd and runc on a machine, without what is of no use to a test: limits for pods,
/// eviction, rules for iptables.
final class RealKubelet implements Kubelet {

  static final List<String> PROGRAMS = List.of("kubelet", "containerd", "ctr", "runc", "tar");

  /// portmap is in our configuration where it is there; host-local is for who assigns addresses by
  /// it. The loopback that containerd runs for each sandbox is ours, as where nobody has installed
  /// these (k3s).
  private static final Path OTHER_PLUGINS = Path.of("/usr/lib/cni");

  private static final String PLAIN = "mkdir -p \"$1\" \"$2\"; mount --bind \"$1\" \"$2\"";

  private static final String SOCKET = "/run/containerd/containerd.sock";

  private final Machine machine;
  private final Path base;
  private Running containerd;
  private final Running kubelet;

  private RealKubelet(Machine machine, Path base, Running containerd, Running kubelet) {
    this.machine = machine;
    this.base = base;
    this.containerd = containerd;
    this.kubelet = kubelet;
  }

  static boolean hasHostLocal() {
    return Files.isExecutable(OTHER_PLUGINS.resolve("host-local"));
  }

  /// @param address of the node
  /// @param image an archive with `EchoImage.NAME`
  /// @param base where logs go
  static RealKubelet start(
      Machine machine, Authority authority, String address, Path image, Path base) {
    installPlugins(machine);
    // nothing can be laid over what is laid over another already
    for (String name : List.of("containerd", "kubelet")) {
      List<String> line = new ArrayList<>(sh(PLAIN));
      line.addAll(List.of("sh", machine.plainDisk(name).toString(), "/var/lib/" + name));
      machine.run(line, Map.of(), "").ok();
    }
    machine.write("/etc/containerd/config.toml", containerdConfig());
    Running containerd = startContainerd(machine, base);
    List<String> load =
        List.of(Programs.path("ctr"), "--namespace=k8s.io", "images", "import", image.toString());
    machine.run(load, Map.of(), "").ok();
    machine.write("/etc/kubernetes/kubelet.yaml", kubeletConfig(authority));
    Running kubelet =
        launch(
            machine,
            List.of(
                Programs.path("kubelet"),
                "--config=/etc/kubernetes/kubelet.yaml",
                "--kubeconfig=" + authority.config(machine.name()),
                "--hostname-override=" + machine.name(),
                "--node-ip=" + address,
                "--root-dir=/var/lib/kubelet",
                "--cert-dir=/var/lib/kubelet/pki"),
            base.resolve("kubelet-%s.log".formatted(machine.name())));
    return new RealKubelet(machine, base, containerd, kubelet);
  }

  private static Running startContainerd(Machine machine, Path base) {
    Path log = base.resolve("containerd-%s.log".formatted(machine.name()));
    Running containerd = launch(machine, List.of(Programs.path("containerd")), log);
    Eventually.until(
        () -> "containerd of %s answers: %s".formatted(machine.name(), containerd.lastWords()),
        () -> machine.run(List.of(Programs.path("ctr"), "version"), Map.of(), "").code() == 0);
    return containerd;
  }

  private static void installPlugins(Machine machine) {
    machine.write("/opt/cni/bin/.keep", "");
    try {
      for (String name : List.of("portmap", "host-local")) {
        Path plugin = OTHER_PLUGINS.resolve(name);
        if (Files.isExecutable(plugin)) {
          Files.copy(
              plugin, machine.file("/opt/cni/bin/" + name), StandardCopyOption.REPLACE_EXISTING);
          machine.file("/opt/cni/bin/" + name).toFile().setExecutable(true);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// In the machine's own control groups.
  private static Running launch(Machine machine, List<String> program, Path log) {
    List<String> line = new ArrayList<>(sh(ControlGroups.JOIN + "; exec \"$@\""));
    line.add("sh");
    line.addAll(program);
    return machine.start(line, Map.of(), log);
  }

  private static List<String> sh(String script) {
    return List.of("sh", "-ec", script);
  }

  private static String containerdConfig() {
    return """
    version = 2
    [grpc]
      address = "%s"
    [plugins."io.containerd.grpc.v1.cri"]
      sandbox_image = "%s"
      disable_apparmor = true
      disable_hugetlb_controller = true
      restrict_oom_score_adj = true
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
        runtime_type = "io.containerd.runc.v2"
        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
          BinaryName = "%s"
          SystemdCgroup = false
    """
        .formatted(SOCKET, EchoImage.NAME, Programs.path("runc"));
  }

  private static String kubeletConfig(Authority authority) {
    return """
    apiVersion: kubelet.config.k8s.io/v1beta1
    kind: KubeletConfiguration
    authentication:
      anonymous: {enabled: false}
      webhook: {enabled: true}
      x509: {clientCAFile: "%s"}
    authorization: {mode: Webhook}
    clusterDNS: ["%s"]
    clusterDomain: cluster.local
    cgroupDriver: cgroupfs
    cgroupsPerQOS: false
    cpuCFSQuota: false
    containerRuntimeEndpoint: "unix://%s"
    enforceNodeAllocatable: []
    evictionHard: {memory.available: "0%%", nodefs.available: "0%%", nodefs.inodesFree: "0%%", imagefs.available: "0%%"}
    failCgroupV1: false
    failSwapOn: false
    imageGCHighThresholdPercent: 100
    localStorageCapacityIsolation: false
    makeIPTablesUtilChains: false
    nodeStatusUpdateFrequency: 5s
    resolvConf: ""
    singleProcessOOMKill: true
    """
        .formatted(authority.file("ca.pem"), ControlPlane.NAMES, SOCKET);
  }

  @Override
  public boolean isAlive() {
    return kubelet.isAlive();
  }

  /// SIGKILL to containerd; pods and what watches over them go on. A supervisor starts it again.
  @Override
  public void crashRuntime() {
    containerd.crash();
    containerd = startContainerd(machine, base);
  }

  @Override
  public void killSandboxes(String beginning) {
    List<String> sandboxes =
        ctr(
                "containers",
                "list",
                "--quiet",
                "labels.\"io.cri-containerd.kind\"==sandbox,labels.\"io.kubernetes.pod.name\"~=\"^%s\""
                    .formatted(beginning))
            .lines()
            .toList();
    // those that ended before are in that list too, until kubelet has removed them
    ctr("tasks", "list")
        .lines()
        .map(String::strip)
        .filter(line -> line.endsWith("RUNNING"))
        .map(line -> line.replaceFirst(" .*", ""))
        .filter(sandboxes::contains)
        .forEach(sandbox -> ctr("tasks", "kill", "--signal=SIGKILL", sandbox));
  }

  private String ctr(String... words) {
    List<String> line = new ArrayList<>(List.of(Programs.path("ctr"), "--namespace=k8s.io"));
    line.addAll(List.of(words));
    return machine.run(line, Map.of(), "").ok().out();
  }

  @Override
  public String lastWords() {
    return Logs.end(kubelet.log());
  }

  @Override
  public void close() {
    kubelet.kill();
  }
}
