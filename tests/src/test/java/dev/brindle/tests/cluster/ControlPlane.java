// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import dev.brindle.tests.cluster.Machine.Running;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// etcd, kube-apiserver, kube-controller-manager and kube-scheduler on a machine of their own.
final class ControlPlane {

  static final List<String> PROGRAMS =
      List.of(
          "etcd",
          "kube-apiserver",
          "kube-controller-manager",
          "kube-scheduler",
          "kubectl",
          "openssl",
          "nsenter",
          "unshare");

  static final int PORT = 6443;

  static final String PODS = "10.244.0.0/16";

  private static final String SERVICES = "10.96.0.0/16";

  /// Where the cluster's DNS would be: kubelet complains of each pod where it knows none.
  static final String NAMES = "10.96.0.10";

  private final Machine machine;
  private final Authority authority;
  private final Path directory;
  private final String address;
  private Optional<Running> etcd = Optional.empty();
  private Optional<Running> apiServer = Optional.empty();

  private ControlPlane(Machine machine, Authority authority, Path directory, String address) {
    this.machine = machine;
    this.authority = authority;
    this.directory = directory;
    this.address = address;
  }

  /// Ends when the API server is ready and the others have begun.
  ///
  /// @param address of the machine
  /// @param directory for logs
  static ControlPlane start(Machine machine, Authority authority, Path directory, String address) {
    ControlPlane plane = new ControlPlane(machine, authority, directory, address);
    plane.startEtcd();
    plane.startApiServer();
    // they end if they may not read yet what they begin with
    plane.launch(
        "kube-controller-manager",
        "--kubeconfig=" + authority.config(Authority.CONTROLLER_MANAGER),
        "--authentication-kubeconfig=" + authority.config(Authority.CONTROLLER_MANAGER),
        "--authorization-kubeconfig=" + authority.config(Authority.CONTROLLER_MANAGER),
        "--use-service-account-credentials",
        "--service-account-private-key-file=" + authority.file("accounts.key"),
        "--root-ca-file=" + authority.file("ca.pem"),
        "--allocate-node-cidrs",
        "--cluster-cidr=" + PODS,
        "--service-cluster-ip-range=" + SERVICES,
        "--leader-elect=false",
        "--cert-dir=/run/controller-manager");
    plane.launch(
        "kube-scheduler",
        "--kubeconfig=" + authority.config(Authority.SCHEDULER),
        "--authentication-kubeconfig=" + authority.config(Authority.SCHEDULER),
        "--authorization-kubeconfig=" + authority.config(Authority.SCHEDULER),
        "--leader-elect=false",
        "--cert-dir=/run/scheduler");
    return plane;
  }

  /// With the data that it had.
  void startEtcd() {
    etcd =
        Optional.of(
            launch(
                "etcd",
                "--data-dir=/var/lib/etcd-of-test",
                "--unsafe-no-fsync",
                "--max-txn-ops=1000"));
  }

  /// As kill -9 does.
  void killEtcd() {
    etcd.ifPresent(Running::kill);
    etcd = Optional.empty();
  }

  void startApiServer() {
    Running server =
        launch(
            "kube-apiserver",
            "--etcd-servers=http://127.0.0.1:2379",
            "--bind-address=0.0.0.0",
            "--advertise-address=" + address,
            "--secure-port=" + PORT,
            "--service-cluster-ip-range=" + SERVICES,
            "--tls-cert-file=" + authority.file("server.pem"),
            "--tls-private-key-file=" + authority.file("server.key"),
            "--client-ca-file=" + authority.file("ca.pem"),
            "--kubelet-client-certificate=" + authority.file("kubelets.pem"),
            "--kubelet-client-key=" + authority.file("kubelets.key"),
            "--kubelet-preferred-address-types=InternalIP",
            "--service-account-key-file=" + authority.file("accounts.key"),
            "--service-account-signing-key-file=" + authority.file("accounts.key"),
            "--service-account-issuer=https://kubernetes.default.svc",
            "--token-auth-file=" + authority.file("tokens.csv"),
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            "--allow-privileged=true",
            "--cert-dir=/run/apiserver");
    apiServer = Optional.of(server);
    Api api = new Api(authority, Authority.ADMIN);
    Eventually.until(
        () -> "kube-apiserver is ready: " + server.lastWords(),
        () -> {
          if (!server.isAlive()) {
            throw new AssertionError("kube-apiserver has ended: " + server.lastWords());
          }
          return isReady(api);
        });
  }

  private static boolean isReady(Api api) {
    try {
      api.get("/readyz");
      return api.find(
              "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication")
          .isPresent();
    } catch (IOException | Api.RefusedException _) {
      return false;
    }
  }

  /// As kill -9 does.
  void killApiServer() {
    apiServer.ifPresent(Running::kill);
    apiServer = Optional.empty();
  }

  private Running launch(String program, String... options) {
    List<String> line = new ArrayList<>(List.of(Programs.path(program)));
    line.addAll(List.of(options));
    return machine.start(line, Map.of(), directory.resolve(program + ".log"));
  }
}
