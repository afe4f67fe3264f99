// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.linux.kernel.InstalledTable;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteOwner;
import dev.brindle.linux.nft.NftFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// A machine whose own interfaces are under policy, with a pod, and two neighbours: one outside,
/// and one that reaches it through the machine.
///
/// ```
/// outside 192.0.2.254 ── eth0 192.0.2.1 [machine] 198.51.100.1 eth1 ── inside 198.51.100.2
///                                          cali1 ── pod 10.65.0.2
/// ```
final class HostRig implements AutoCloseable {

  static final String HOST = "192.0.2.1";
  static final String HOST6 = "2001:db8::1";
  static final String OUTSIDE = "192.0.2.254";
  static final String OUTSIDE6 = "2001:db8::fe";
  static final String INSIDE = "198.51.100.2";
  static final String POD = "10.65.0.2";
  static final String POD6 = "fd00:65::2";
  static final ResourceKey KEY = new ResourceKey(ResourceKind.HOST_ENDPOINT, "", "h");

  final Cluster cluster = new Cluster();
  final Machine machine;
  final Machine outside;
  final Machine inside;
  final NetworkNamespace pod;

  HostRig() throws InterruptedException {
    machine = new Machine("n1", cluster.datastore());
    outside = new Machine("outside", cluster.datastore());
    inside = new Machine("inside", cluster.datastore());
    machine.connect("eth0", HOST + "/24", outside, OUTSIDE + "/24");
    machine.connect("eth1", "198.51.100.1/24", inside, INSIDE + "/24");
    machine.defaultRoute(OUTSIDE, "eth0");
    inside.defaultRoute("198.51.100.1", "eth1");
    outside.put(via("10.65.0.0/16", HOST, "eth0"));
    outside.put(via("198.51.100.0/24", HOST, "eth0"));
    Machine.addAddress(machine.kernel(), "eth0", HOST6 + "/64");
    Machine.addAddress(outside.kernel(), "eth0", OUTSIDE6 + "/64");
    pod = machine.pod("cali1", POD, POD6);
    cluster.put(
        """
        kind: Profile
        metadata: {name: kns.ns}
        spec: {ingress: [{action: Allow}], egress: [{action: Allow}]}
        """);
    cluster.put(
        """
        kind: WorkloadEndpoint
        metadata: {name: n1-k8s-a-eth0, namespace: ns, labels: {app: web}}
        spec:
          node: n1
          orchestrator: k8s
          pod: a
          endpoint: eth0
          interfaceName: cali1
          ipNetworks: [10.65.0.2/32, "fd00:65::2/128"]
          profiles: [kns.ns]
        """);
    machine.start();
    cluster.settle(machine);
  }

  static Route via(String destination, String gateway, String device) {
    return Route.via(
        Cidr.parse(destination), RouteOwner.BOOT, IpAddress.parse(gateway), device, false);
  }

  @Override
  public void close() {
    machine.close();
    outside.close();
    inside.close();
  }

  /// @param spec of a host endpoint of this machine
  void host(String name, String spec) throws InterruptedException {
    cluster.put(
        machine,
        """
        kind: HostEndpoint
        metadata: {name: %s, labels: {role: %s}}
        spec: {node: n1, %s}
        """
            .formatted(name, name, spec));
  }

  /// @param spec of a policy that selects host endpoint h
  void policy(String name, String spec) throws InterruptedException {
    cluster.put(
        machine,
        """
        kind: GlobalNetworkPolicy
        metadata: {name: %s}
        spec:
          selector: role == 'h'
        """
                .formatted(name)
            + spec.indent(2));
  }

  boolean in(int port) {
    return Traffic.udp(outside.namespace(), machine.namespace(), HOST, port);
  }

  boolean out(int port) {
    return Traffic.udp(machine.namespace(), outside.namespace(), OUTSIDE, port);
  }

  boolean toPod(int port) {
    return Traffic.udp(outside.namespace(), pod, POD, port);
  }

  boolean fromPod(int port) {
    return Traffic.udp(pod, outside.namespace(), OUTSIDE, port);
  }

  boolean through(int port) {
    return Traffic.udp(outside.namespace(), inside.namespace(), INSIDE, port);
  }

  /// Whether who is inside is reached by another address.
  boolean through(String address, int port) {
    return Traffic.udp(outside.namespace(), inside.namespace(), address, port);
  }

  boolean tcpIn(int port) {
    return Traffic.tcp(outside.namespace(), machine.namespace(), HOST, port);
  }

  boolean tcpOut(int port) {
    return Traffic.tcp(machine.namespace(), outside.namespace(), OUTSIDE, port);
  }

  /// A rule of somebody else's, in a table of its own.
  void translate(String hook, String rule) throws IOException, InterruptedException {
    Path nft = Path.of("/usr/sbin/nft");
    assumeTrue(Files.isExecutable(nft), "needs nft(8) for a rule that translates");
    String script =
        "table ip others {\n chain c {\n type nat hook %s priority -100\n %s\n }\n}\n"
            .formatted(hook, rule);
    Process process =
        machine
            .namespace()
            .call(
                () -> new ProcessBuilder(nft.toString(), script).redirectErrorStream(true).start());
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  int forget() {
    return forget(OUTSIDE);
  }

  int forget(String address) {
    return machine.kernel().conntrack().forget(IpAddress.parse(address));
  }

  /// Names of all chains and sets of ours, and the hashes of their rules.
  List<String> everything() {
    return Arrays.stream(new NftFamily[] {NftFamily.IP, NftFamily.IP6})
        .flatMap(
            family -> {
              InstalledTable table = machine.kernel().nft().read(family, "calico").orElseThrow();
              return Stream.concat(
                      table.chains().entrySet().stream()
                          .flatMap(
                              chain ->
                                  Stream.of(
                                      chain.getKey(),
                                      chain.getKey() + " " + chain.getValue().ruleHashes())),
                      table.sets().keySet().stream().map(name -> "set " + name))
                  .map(name -> family + " " + name);
            })
        .sorted()
        .toList();
  }

  boolean in6(int port) {
    return Traffic.udp(outside.namespace(), machine.namespace(), HOST6, port);
  }

  boolean out6(int port) {
    return Traffic.udp(machine.namespace(), outside.namespace(), OUTSIDE6, port);
  }

  /// So that both ends have to ask for each other anew.
  void forgetNeighbours() {
    for (Machine each : List.of(machine, outside)) {
      int eth0 = each.kernel().links().find("eth0").orElseThrow().index();
      String own = each == machine ? HOST6 : OUTSIDE6;
      each.kernel().links().setUp(eth0, false);
      each.kernel().links().setUp(eth0, true);
      Machine.addAddress(each.kernel(), "eth0", own + "/64");
    }
  }
}
