// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.Metadata;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteOwner;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChain.Hook;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.node.doctor.check.Check;
import dev.brindle.node.doctor.check.Finding;
import dev.brindle.node.doctor.check.Findings;
import dev.brindle.node.doctor.check.Symptom;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each fault is made in real namespaces, and found; without any there is nothing to find.
class DoctorTest {

  @TempDir private Path base;
  private Ward ward;

  @BeforeEach
  void build() throws Exception {
    ward = new Ward(base);
  }

  @AfterEach
  void clear() throws Exception {
    if (ward != null) {
      ward.close();
    }
  }

  @Test
  void aHealthyNodeHasNothing() {
    Findings findings = ward.look();
    assertThat(Ward.bad(findings)).isEmpty();
    assertThat(findings.all()).extracting(Finding::check).contains(Check.RIGHTS, Check.PEERS);
    assertThat(findings.text()).contains("0 problems").contains("IPv4 192.0.2.1/24");
    assertThat(findings.json()).contains("\"severity\" : \"ok\"");
  }

  // ---- the machine

  @Test
  void forwardingIsOffOnOneInterface() {
    ward.patient.sysctl().write("net/ipv4/ip_forward", "1");
    ward.patient.sysctl().write("net/ipv4/conf/eth0/forwarding", "0");
    ward.assertFound(Symptom.INTERFACE_FORWARDING_OFF, "net.ipv4.conf.eth0.forwarding is 0");
  }

  @Test
  void theDaemonRunsAndForwardingIsOff() throws Exception {
    ward.patient.sysctl().write("net/ipv4/ip_forward", "0");
    ward.daemonSays("{\"peers\":[],\"problems\":[]}");
    ward.assertFound(Symptom.IP_FORWARD_OFF, "net.ipv4.ip_forward is 0");
  }

  @Test
  void theDaemonIsNotReady() throws Exception {
    ward.patient.sysctl().write("net/ipv4/ip_forward", "1");
    ward.daemonSays("{\"peers\":[],\"problems\":[\"datastore: away\"]}");
    ward.assertFound(Symptom.DAEMON_NOT_READY, "datastore: away");
  }

  @Test
  void aDaemonThatWasKilled() throws Exception {
    ward.daemonSays("{\"peers\":[],\"problems\":[]}");
    Path socket = base.resolve("run/status.sock");
    Path kept = Files.createLink(base.resolve("run/kept"), socket);
    ward.close();
    ward = new Ward(Files.createDirectory(base.resolve("again")));
    Files.createDirectories(base.resolve("again/run"));
    Files.move(kept, base.resolve("again/run/status.sock"));
    ward.assertFound(Symptom.DAEMON_SILENT, "status.sock does not answer");
  }

  @Test
  void strictReversePathOnATunnel() {
    ward.tunnel(4096, 4789);
    ward.patient.sysctl().write("net/ipv4/conf/vxlan.calico/rp_filter", "1");
    ward.assertFound(Symptom.RP_FILTER_STRICT, "vxlan.calico");
  }

  @Test
  void aTunnelOfAnotherNetwork() {
    ward.tunnel(7, 8472);
    ward.assertFound(Symptom.TUNNEL_OTHERWISE, "VNI 7 and port 8472");
  }

  /// A machine that has it is no worse.
  @Test
  void aKernelWithoutTheEncapsulationThatIsAskedFor() {
    ward.environment.put("CALICO_IPV4POOL_IPIP", "Always");
    boolean isThere = ward.patient.links().find("tunl0").isPresent();
    List<Finding> found = Ward.bad(ward.look());
    assertThat(found).as("tunl0: %s", isThere).hasSize(isThere ? 0 : 1);
    assertThat(found)
        .allSatisfy(each -> assertThat(each.symptom()).contains(Symptom.LINK_TYPE_MISSING));
  }

  @Test
  void somebodyHasThePortOfVxlan() throws Exception {
    ward.environment.put("CALICO_IPV4POOL_VXLAN", "Always");
    var socket = ward.patient.namespace().call(() -> new DatagramSocket(4789));
    ward.keep(socket);
    ward.assertFound(Symptom.PORT_TAKEN, "udp 4789 (VXLAN)", "java");
  }

  @Test
  void somebodyHasThePortOfHealth() throws Exception {
    ward.taken(9099);
    ward.assertFound(Symptom.PORT_TAKEN, "tcp 9099 (health)", "java");
  }

  @Test
  void somebodySpeaksBgpHere() throws Exception {
    ward.taken(179);
    ward.assertFound(Symptom.PORT_TAKEN, "tcp 179 (BGP)");
  }

  @Test
  void aDirectoryThatIsNone() throws Exception {
    Files.writeString(base.resolve("file"), "");
    ward.environment.put("BRINDLE_STATE_DIR", base.resolve("file/state").toString());
    ward.assertFound(Symptom.DIRECTORY_UNUSABLE, "BRINDLE_STATE_DIR");
  }

  @Test
  void aCertificateThatIsNotThere() {
    ward.environment.put("ETCD_CERT_FILE", base.resolve("etcd.pem").toString());
    ward.assertFound(Symptom.CREDENTIAL_UNREADABLE, "ETCD_CERT_FILE");
  }

  @Test
  void aStoreThatIsConfiguredWrongHidesNothingElse() {
    ward.environment.put("DATASTORE_TYPE", "etcdv3");
    ward.environment.put("ETCD_ENDPOINTS", "http://127.0.0.1:2379");
    ward.environment.put("ETCD_CERT_FILE", base.resolve("etcd.pem").toString());
    assertThat(Ward.bad(ward.look()))
        .extracting(Finding::symptom)
        .containsExactly(
            Optional.of(Symptom.CREDENTIAL_UNREADABLE), Optional.of(Symptom.STORE_AWAY));
  }

  // ---- the store

  @Test
  void theStoreIsLocked() {
    ward.store.create(
        new ClusterInformation(
            Metadata.named(ClusterInformation.DEFAULT),
            new ClusterInformation.Spec("", "", "", Optional.of(false), "")));
    ward.assertFound(Symptom.STORE_LOCKED, "datastoreReady: false");
  }

  @Test
  void theStoreIsNotToBeHad() throws Exception {
    Path file = base.resolve("nothing");
    Files.writeString(file, "this is no database, but long enough to be looked at as if it were");
    ward.environment.put("BRINDLE_DATASTORE_FILE", file.toString());
    List<Finding> found = Ward.bad(ward.look());
    assertThat(found).extracting(Finding::symptom).contains(Optional.of(Symptom.STORE_AWAY));
  }

  /// What tunnels should have is not known then.
  @Test
  void aStoreThatIsAwaySaysNothingAgainstTunnels() {
    ward.tunnel(4096, 4789);
    ward.environment.put("DATASTORE_TYPE", "kubernetes");
    ward.environment.put("K8S_API_ENDPOINT", "https://127.0.0.1:1");
    ward.assertFound(Symptom.STORE_AWAY, "connection refused");
  }

  @Test
  void blocksOfANodeThatIsGone() {
    ward.store.create(
        new BlockAffinity(
            Metadata.named("gone-10-244-0-0-26"),
            new BlockAffinity.Spec(
                BlockAffinity.State.CONFIRMED, "gone", "", Cidr.parse("10.244.0.0/26"), false)));
    ward.assertFound(Symptom.IPAM_OF_GONE_NODES, "gone has 1 blocks");
  }

  // ---- the address

  @Test
  void noAddress() {
    ward.environment.put("IP", "autodetect");
    ward.environment.put("IP_AUTODETECTION_METHOD", "interface=eth7");
    ward.store.delete(Ward.node("n1", "192.0.2.1/24").key());
    ward.assertFound(Symptom.ADDRESS_NONE, "interface=eth7", "192.0.2.1/24 on eth0");
  }

  @Test
  void anAddressThatIsNotHere() {
    ward.environment.put("IP", "192.0.2.77/24");
    List<Finding> found = Ward.bad(ward.look());
    assertThat(found).extracting(Finding::symptom).contains(Optional.of(Symptom.ADDRESS_NOT_HERE));
  }

  @Test
  void anAddressOfContainers() {
    ward.extra("docker0", "192.0.2.9/24");
    ward.environment.put("IP", "192.0.2.9/24");
    ward.assertFound(Symptom.ADDRESS_OF_CONTAINERS, "192.0.2.9 is on docker0");
  }

  @Test
  void aVirtualAddress() {
    ward.extra("vip0", "192.0.2.100/32");
    assertThat(Ward.bad(ward.look())).as("first-found takes the other").isEmpty();
    ward.environment.put("IP", "192.0.2.100");
    assertThat(Ward.bad(ward.look()))
        .extracting(Finding::symptom)
        .contains(Optional.of(Symptom.ADDRESS_VIRTUAL));
  }

  @Test
  void anAddressInsideOfAPool() {
    ward.store.create(
        new IpPool(Metadata.named("wide"), IpPool.Spec.of(Cidr.parse("192.0.0.0/16"))));
    ward.assertFound(Symptom.ADDRESS_IN_POOL, "pool wide 192.0.0.0/16");
  }

  @Test
  void anAddressOfTwo() {
    ward.store.create(Ward.node("n3", "192.0.2.1/24"));
    assertThat(Ward.bad(ward.look()))
        .extracting(Finding::symptom)
        .contains(Optional.of(Symptom.ADDRESS_TWICE));
  }

  // ---- others on the machine

  @Test
  void aFirewallThatDropsWhatIsForwarded() {
    Ward.chain(
        ward.patient,
        "filter",
        "FORWARD",
        Optional.of(new NftChain.Base("filter", Hook.FORWARD, 0)),
        NftRule.of(new NftExpression.Counter(), NftExpression.DROP));
    ward.assertFound(Symptom.FORWARD_DROPPED, "chain ip filter FORWARD");
  }

  @Test
  void aFirewallThatLetsNobodyIn() {
    Ward.chain(
        ward.patient,
        "filter",
        "INPUT",
        Optional.of(new NftChain.Base("filter", Hook.INPUT, 0)),
        NftRule.of(
            new NftExpression.CtState(
                Set.of(NftExpression.State.ESTABLISHED, NftExpression.State.RELATED)),
            NftExpression.ACCEPT),
        NftRule.of(new NftExpression.Reject(false)));
    ward.assertFound(
        Symptom.INPUT_DROPPED, "chain ip filter INPUT drops what its 2 rules do not accept");
  }

  @Test
  void routesThatNobodyKeeps() throws Exception {
    Ward.route(
        ward.patient,
        Route.via(
            Cidr.parse("10.244.7.0/26"),
            RouteOwner.BIRD,
            IpAddress.parse("192.0.2.254"),
            "eth0",
            false));
    ward.assertFound(Symptom.ROUTES_LEFT, "1 routes of protocol bird");
    ward.patient.sysctl().write("net/ipv4/ip_forward", "1");
    ward.daemonSays("{\"peers\":[],\"problems\":[]}");
    assertThat(Ward.bad(ward.look())).as("the daemon does").isEmpty();
  }

  @Test
  void rulesOfFlannel() {
    Ward.chain(ward.patient, "filter", "FLANNEL-FWD", Optional.empty());
    ward.assertFound(Symptom.OTHER_NETWORK_RULES, "flannel: ip filter FLANNEL-FWD");
  }

  @Test
  void rulesOfAnEarlierCalico() {
    Ward.chain(ward.patient, "filter", "cali-FORWARD", Optional.empty());
    ward.assertFound(Symptom.CALICO_RULES, "chains cali-* in ip filter");
  }

  @Test
  void setsOfAnEarlierCalico() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin/ipset")), "needs ipset(8)");
    ward.run("", "/usr/sbin/ipset", "create", "cali40this-host", "hash:ip");
    ward.run("", "/usr/sbin/ipset", "create", "somebody", "hash:ip");
    ward.assertFound(Symptom.CALICO_SETS, "cali40this-host");
  }

  @Test
  void rulesOfTheOldIptables() throws Exception {
    String legacy = "/usr/sbin/iptables-legacy";
    assumeTrue(Files.isExecutable(Path.of(legacy)), "needs iptables-legacy(8)");
    ward.run("", legacy, "-L");
    assertThat(Ward.bad(ward.look())).as("tables without rules").isEmpty();
    ward.run("", legacy, "-A", "FORWARD", "-s", "192.0.2.9", "-j", "DROP");
    ward.assertFound(Symptom.IPTABLES_LEGACY, "ip filter 1");
  }

  @Test
  void theOldIptablesDropsWhatIsForwarded() throws Exception {
    String legacy = "/usr/sbin/iptables-legacy";
    assumeTrue(Files.isExecutable(Path.of(legacy)), "needs iptables-legacy(8)");
    ward.run("", legacy, "-P", "FORWARD", "DROP");
    assertThat(Ward.bad(ward.look()))
        .extracting(Finding::symptom)
        .containsExactly(
            Optional.of(Symptom.FORWARD_DROPPED), Optional.of(Symptom.IPTABLES_LEGACY));
  }

  @Test
  void rulesOfAnEarlierCalicoInTheOldIptables() throws Exception {
    String legacy = "/usr/sbin/iptables-legacy";
    assumeTrue(Files.isExecutable(Path.of(legacy)), "needs iptables-legacy(8)");
    ward.run("", legacy, "-t", "nat", "-N", "cali-PREROUTING");
    ward.assertFound(Symptom.CALICO_OLD_RULES, "chains cali-* in ip nat");
  }

  @Test
  void aTunnelWithAnAddressOfBefore() {
    ward.extra("tunl0", "10.244.9.9/32");
    ward.patient.links().setMtu(ward.patient.links().find("tunl0").orElseThrow().index(), 1480);
    ward.assertFound(Symptom.TUNNEL_ADDRESS, "tunl0 has 10.244.9.9, the Node has none for it");
  }

  @Test
  void anEarlierCalicoStillRuns() throws Exception {
    Path program = Files.copy(Path.of("/bin/sleep"), base.resolve("bird"));
    Process bird =
        ward.patient.namespace().call(() -> new ProcessBuilder(program.toString(), "600").start());
    ward.keep(() -> bird.destroyForcibly().waitFor());
    ward.assertFound(Symptom.CALICO_RUNS, "bird runs (process %d)".formatted(bird.pid()));
  }

  @Test
  void anotherConfigurationComesFirst() {
    ward.file("etc/cni/net.d/10-calico.conflist", "{\"plugins\":[{\"type\":\"calico\"}]}");
    assertThat(Ward.bad(ward.look())).isEmpty();
    ward.file("etc/cni/net.d/05-cilium.conflist", "{\"plugins\":[{\"type\":\"cilium-cni\"}]}");
    ward.assertFound(Symptom.CNI_FILE_FIRST, "05-cilium.conflist (cilium-cni)");
  }

  @Test
  void anotherPluginShapesPodsToo() {
    String ours = "{\"type\":\"brindle\"}";
    ward.file("etc/cni/net.d/10-calico.conflist", "{\"plugins\":[%s]}".formatted(ours));
    ward.file("etc/cni/net.d/20-other.conflist", "{\"plugins\":[{\"type\":\"bandwidth\"}]}");
    assertThat(Ward.bad(ward.look())).isEmpty();
    ward.file(
        "etc/cni/net.d/10-calico.conflist",
        "{\"plugins\":[%s,{\"type\":\"bandwidth\"}]}".formatted(ours));
    ward.assertFound(
        Symptom.CNI_BANDWIDTH, "10-calico.conflist has the plugin bandwidth beside brindle");
  }

  @Test
  void networkManagerHasOurInterfaces() {
    ward.file("run/NetworkManager/no-stub-resolv.conf");
    ward.file(
        "etc/NetworkManager/conf.d/calico.conf",
        "[keyfile]",
        "unmanaged-devices=interface-name:cali*");
    ward.assertFound(Symptom.NETWORK_MANAGER, "tunl0, vxlan.calico");
    ward.file(
        "etc/NetworkManager/conf.d/calico.conf",
        "[keyfile]",
        "unmanaged-devices = interface-name:cali*;interface-name:tunl*;interface-name:vxlan.calico");
    assertThat(Ward.bad(ward.look())).isEmpty();
  }

  @Test
  void networkdRemovesRoutes() {
    ward.file("run/systemd/netif/state");
    ward.assertFound(Symptom.NETWORKD, "ManageForeignRoutes=no");
    ward.file("etc/systemd/networkd.conf.d/calico.conf", "[Network]", "ManageForeignRoutes=no");
    assertThat(Ward.bad(ward.look())).isEmpty();
  }
}
