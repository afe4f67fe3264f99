// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import dev.brindle.tests.cluster.Machine.Ended;
import dev.brindle.tests.cluster.Machine.Running;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Brindle as processes of the machines, as there is no image: with the rights of `manifests`, by
/// tokens of service accounts.
final class ProcessNetwork implements Network {

  private static final Path MANIFESTS = Path.of("..", "manifests").toAbsolutePath().normalize();

  private final Cluster cluster;
  private final Path plugins;
  private final Map<String, String> variables;
  private final Map<String, BrindleNode> daemons = new LinkedHashMap<>();
  private Optional<Running> controllers = Optional.empty();

  /// @param plugins the directory of the CNI plugins to install
  ProcessNetwork(Cluster cluster, Path plugins) {
    this(cluster, plugins, Map.of());
  }

  /// @param variables of daemons, besides the usual ones
  ProcessNetwork(Cluster cluster, Path plugins, Map<String, String> variables) {
    this.cluster = cluster;
    this.plugins = plugins;
    this.variables = variables;
  }

  @Override
  public void start() {
    prepare();
    cluster.nodes().forEach(this::restarted);
    startControllers();
  }

  /// What all nodes share: definitions, and who may do what.
  void prepare() {
    String definitions = manifest("crds.yaml");
    cluster.kubectl("", "apply", "--server-side", "-f", definitions);
    cluster.kubectl("", "wait", "--for=condition=Established", "--timeout=8m", "-f", definitions);
    cluster.kubectl(
        "", "apply", "-f", manifest("rbac.yaml"), "-f", manifest("rbac-controllers.yaml"));
    cluster.kubectl(
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: brindle-node, namespace: kube-system}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: brindle-controllers, namespace: kube-system}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: brindle-node}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: brindle}
        subjects: [{kind: ServiceAccount, name: brindle-node, namespace: kube-system}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: brindle-controllers}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: brindle-controllers}
        subjects: [{kind: ServiceAccount, name: brindle-controllers, namespace: kube-system}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: brindle-controllers, namespace: kube-system}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: brindle-controllers}
        subjects: [{kind: ServiceAccount, name: brindle-controllers, namespace: kube-system}]
        """,
        "apply",
        "-f",
        "-");
  }

  private static String manifest(String name) {
    return MANIFESTS.resolve(name).toString();
  }

  @Override
  public void restarted(String node) {
    BrindleNode daemon =
        new BrindleNode(
            cluster.machine(node),
            plugins,
            Cluster.apiServer(),
            token("brindle-node"),
            cluster.authority().file("ca.pem"),
            cluster.log("brindle-" + node),
            variables);
    daemon.install();
    daemon.start();
    daemons.put(node, daemon);
  }

  void startControllers() {
    Map<String, String> environment =
        BrindleNode.inPod(
            cluster.control(),
            Cluster.apiServer(),
            token("brindle-controllers"),
            cluster.authority().file("ca.pem"));
    controllers =
        Optional.of(
            cluster
                .control()
                .start(
                    BrindleNode.java("dev.brindle.controllers.ControllersMain"),
                    environment,
                    cluster.log("controllers")));
  }

  private String token(String account) {
    return cluster
        .kubectl("", "create", "token", account, "--namespace=kube-system", "--duration=3h")
        .strip();
  }

  @Override
  public void renew() {
    for (String node : cluster.nodes()) {
      daemon(node).close();
      daemon(node).start();
      cluster.awaitReady(node);
    }
  }

  @Override
  public void killDaemons() {
    cluster.nodes().forEach(node -> daemon(node).kill());
    cluster.nodes().forEach(node -> daemon(node).start());
  }

  @Override
  public void stopDaemon(String node) {
    daemon(node).kill();
  }

  @Override
  public void startDaemon(String node) {
    daemon(node).start();
  }

  @Override
  public void killControllers() {
    controllers.ifPresent(Running::kill);
    startControllers();
  }

  @Override
  public Ended brindle(String input, String... arguments) {
    return KubernetesStore.brindle(cluster, input, arguments);
  }

  @Override
  public List<Booking> bookings() {
    return KubernetesStore.bookings(cluster);
  }

  private BrindleNode daemon(String node) {
    return Objects.requireNonNull(daemons.get(node), node);
  }

  @Override
  public String lastWords(String node) {
    return Logs.end(cluster.log("brindle-" + node));
  }
}
