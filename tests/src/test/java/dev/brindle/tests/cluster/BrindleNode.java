// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import dev.brindle.tests.cluster.Machine.Ended;
import dev.brindle.tests.cluster.Machine.Running;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Brindle on one node, as its DaemonSet has it: the CNI plugin is installed, then the daemon runs,
/// by the token of its service account.
final class BrindleNode implements AutoCloseable {

  private static final String ACCOUNT = "/run/secrets/kubernetes.io/serviceaccount/";

  private final Machine machine;
  private final Path programs;
  private final Path log;
  private final Map<String, String> environment;
  private Optional<Running> daemon = Optional.empty();

  /// @param programs the directory of the CNI plugins to install
  /// @param apiServer the address
  /// @param token of the service account
  /// @param variables besides the usual ones
  BrindleNode(
      Machine machine,
      Path programs,
      String apiServer,
      String token,
      Path authority,
      Path log,
      Map<String, String> variables) {
    this.machine = machine;
    this.programs = programs;
    this.log = log;
    this.environment = inPod(machine, apiServer, token, authority);
    environment.put("NODENAME", machine.name());
    environment.put("CALICO_NETWORKING_BACKEND", "bird");
    environment.put("CALICO_IPV4POOL_CIDR", "10.244.0.0/16");
    environment.put("CALICO_IPV4POOL_IPIP", "Never");
    environment.put("CLUSTER_TYPE", "k8s,bgp");
    environment.put("FELIX_IPV6SUPPORT", "false");
    environment.put("FELIX_HEALTHENABLED", "true");
    environment.put("IP", "autodetect");
    environment.put("WAIT_FOR_DATASTORE", "true");
    environment.putAll(variables);
  }

  /// What every pod has that talks to the API.
  static Map<String, String> inPod(
      Machine machine, String apiServer, String token, Path authority) {
    machine.write(ACCOUNT + "token", token);
    machine.write(ACCOUNT + "namespace", "kube-system");
    machine.write(ACCOUNT + "ca.crt", Logs.read(authority));
    Map<String, String> environment = new TreeMap<>();
    environment.put("DATASTORE_TYPE", "kubernetes");
    environment.put("KUBERNETES_SERVICE_HOST", apiServer);
    environment.put("KUBERNETES_SERVICE_PORT", Integer.toString(ControlPlane.PORT));
    return environment;
  }

  static List<String> java(String main, String... arguments) {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                main));
    line.addAll(List.of(arguments));
    return line;
  }

  /// As the init container does.
  void install() {
    Map<String, String> variables = new TreeMap<>(environment);
    variables.put("BRINDLE_HOST_ROOT", "/");
    variables.put("BRINDLE_CNI_SOURCE", programs.toString());
    machine.write("/etc/cni/net.d/.keep", "");
    machine.write("/opt/cni/bin/.keep", "");
    Ended ended =
        machine.run(java("dev.brindle.cni.install.InstallMain", "install"), variables, "");
    ended.ok();
  }

  /// @param words of the command line
  static List<String> commandLine(String... words) {
    return java("dev.brindle.ctl.Calicoctl", words);
  }

  void start() {
    daemon = Optional.of(machine.start(java("dev.brindle.node.NodeMain", "run"), environment, log));
  }

  /// SIGKILL.
  void kill() {
    daemon.orElseThrow().kill();
  }

  /// SIGTERM, and waits for its end.
  @Override
  public void close() {
    daemon.orElseThrow().end();
  }
}
