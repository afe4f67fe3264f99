// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.live;

import dev.brindle.linux.libc.NetworkNamespace;

/// A machine with two pods that may say everything to everybody, and the router through which it
/// reaches the world. Its agent is not started yet.
///
/// ```
/// router 192.0.2.254 ── eth0 192.0.2.1 [machine] cali1 ── pod a 10.65.0.2
///                                                cali2 ── pod b 10.65.0.3
/// ```
final class PodRig implements AutoCloseable {

  static final String HOST = "192.0.2.1";
  static final String ROUTER = "192.0.2.254";
  static final String A = "10.65.0.2";
  static final String B = "10.65.0.3";
  static final String A6 = "fd00:65::2";
  static final String B6 = "fd00:65::3";

  final Cluster cluster = new Cluster();
  final Machine machine;
  final Machine router;
  final NetworkNamespace a;
  final NetworkNamespace b;
  private final boolean isDual;

  private PodRig(boolean isDual) {
    this.isDual = isDual;
    machine = new Machine("n1", cluster.datastore());
    router = new Machine("router", cluster.datastore());
    machine.connect("eth0", HOST + "/24", router, ROUTER + "/24");
    machine.defaultRoute(ROUTER, "eth0");
    a = isDual ? machine.pod("cali1", A, A6) : machine.pod("cali1", A);
    b = isDual ? machine.pod("cali2", B, B6) : machine.pod("cali2", B);
    cluster.put(
        """
        kind: Profile
        metadata: {name: kns.ns}
        spec: {ingress: [{action: Allow}], egress: [{action: Allow}]}
        """);
    cluster.put(
        """
        kind: IPPool
        metadata: {name: pool}
        spec: {cidr: 10.65.0.0/16, natOutgoing: true}
        """);
    endpoint("a", "");
    endpoint("b", "");
  }

  static PodRig ofIpv4() {
    return new PodRig(false);
  }

  static PodRig ofBothFamilies() {
    return new PodRig(true);
  }

  /// @param pod a, the client, or b, the server (`app: web`)
  /// @param more of its endpoint's spec
  void endpoint(String pod, String more) {
    boolean isA = pod.equals("a");
    String ipv6 = isDual ? ", \"%s/128\"".formatted(isA ? A6 : B6) : "";
    String endpoint =
        """
        kind: WorkloadEndpoint
        metadata: {name: n1-k8s-%1$s-eth0, namespace: ns, labels: {app: %2$s}}
        spec:
          node: n1
          orchestrator: k8s
          pod: %1$s
          endpoint: eth0
          interfaceName: %3$s
          ipNetworks: [%4$s/32%5$s]
          profiles: [kns.ns]
        """
            .formatted(pod, isA ? "client" : "web", isA ? "cali1" : "cali2", isA ? A : B, ipv6);
    cluster.put(endpoint + more.indent(2));
  }

  @Override
  public void close() {
    machine.close();
    router.close();
  }
}
