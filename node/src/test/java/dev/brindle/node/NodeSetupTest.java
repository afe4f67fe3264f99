// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.EncapsulationMode;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Kubeadm;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.ipam.Allocator;
import dev.brindle.node.address.HostInterface;
import dev.brindle.node.settings.NodeSettings;
import dev.brindle.node.settings.NodeSettingsReader;
import dev.brindle.node.tunnel.TunnelAddresses;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class NodeSetupTest {

  private static final List<HostInterface> INTERFACES =
      List.of(new HostInterface(2, "eth0", List.of(InterfaceAddress.parse("192.0.2.7/24"))));

  private final MemoryDatastore datastore = new MemoryDatastore();

  @Test
  void aNewClusterGetsWhatItNeedsOnce() {
    NodeSetup setup = setup(Map.of("NODENAME", "n1"));

    NodeRegistration registration = registration(Map.of("NODENAME", "n1"));
    CalicoNode node = registration.register();
    setup.createDefaults(new SplittableRandom(1), "1.0");
    setup.createPools(setup.missingPools(new SplittableRandom(1)));
    List<Resource> before = everything();
    assertThat(registration.register()).isEqualTo(node);
    setup.createDefaults(new SplittableRandom(2), "1.0");
    setup.createPools(setup.missingPools(new SplittableRandom(2)));

    assertThat(everything()).isEqualTo(before);
    assertThat(node.spec().bgp().orElseThrow().ipv4Address())
        .contains(InterfaceAddress.parse("192.0.2.7/24"));
    assertThat(datastore.list(ResourceKind.IP_POOL))
        .extracting(pool -> pool.metadata().name())
        .containsExactly("default-ipv4-ippool", "default-ipv6-ippool");
    ResourceKey cluster =
        ResourceKey.of(ResourceKind.CLUSTER_INFORMATION, ClusterInformation.DEFAULT);
    assertThat(((ClusterInformation) datastore.get(cluster).orElseThrow()).spec().clusterGUID())
        .matches("[0-9a-f]{32}");
  }

  private List<Resource> everything() {
    return List.of(ResourceKind.values()).stream()
        .flatMap(kind -> datastore.list(kind).stream())
        .toList();
  }

  @Test
  void refusesAnAddressThatAnotherNodeHas() {
    registration(Map.of("NODENAME", "n1")).register();

    assertThatExceptionOfType(StartException.class)
        .isThrownBy(() -> registration(Map.of("NODENAME", "n2")).register())
        .withMessageContaining("node 'n1' has address 192.0.2.7 already")
        .withMessageContaining("DISABLE_NODE_IP_CHECK");
    assertThat(registration(Map.of("NODENAME", "n2", "DISABLE_NODE_IP_CHECK", "true")).register())
        .isNotNull();
  }

  @Test
  void saysWhenThereIsNoAddress() {
    assertThatExceptionOfType(StartException.class)
        .isThrownBy(
            () ->
                registration(Map.of("NODENAME", "n1", "IP_AUTODETECTION_METHOD", "interface=x"))
                    .register())
        .withMessageContaining("no IPv4 address was found")
        .withMessageContaining("set IP to an address, or IP_AUTODETECTION_METHOD");
    assertThatExceptionOfType(StartException.class)
        .isThrownBy(() -> registration(Map.of("NODENAME", "n1", "IP", "none")).register())
        .withMessageContaining("neither an IPv4 nor an IPv6 address");
  }

  @Test
  void aTunnelHasAnAddressAsLongAsAPoolUsesIt() {
    registration(Map.of("NODENAME", "n1")).register();
    IpPool pool = create(pool("10.1.0.0/24", EncapsulationMode.ALWAYS));
    var tunnels = new TunnelAddresses("n1", datastore, new Allocator(datastore));

    assertThat(tunnels.reconcile()).isEmpty();
    Optional<IpAddress> first = vxlanAddress();
    assertThat(tunnels.reconcile()).isEmpty();

    assertThat(first).hasValueSatisfying(a -> assertThat(pool.spec().cidr().contains(a)).isTrue());
    assertThat(vxlanAddress()).isEqualTo(first);

    datastore.delete(pool.key());
    IpPool other = create(pool("10.2.0.0/24", EncapsulationMode.CROSS_SUBNET));
    assertThat(tunnels.reconcile()).isEmpty();
    assertThat(vxlanAddress())
        .hasValueSatisfying(a -> assertThat(other.spec().cidr().contains(a)).isTrue());

    datastore.delete(other.key());
    assertThat(tunnels.reconcile()).isEmpty();
    assertThat(vxlanAddress()).isEmpty();
    assertThat(new Allocator(datastore).addressesOf("vxlan-tunnel-addr-n1")).isEmpty();
  }

  @Test
  void takesKubeadmsWordForPodsAddresses() {
    Kubeadm kubeadm = new Kubeadm(List.of(Cidr.parse("10.244.0.0/16")));
    NodeSetup setup = setup(Map.of("CLUSTER_TYPE", "k8s,bgp"), () -> kubeadm);
    setup.createDefaults(new SplittableRandom(1), "v1");

    assertThat(setup.missingPools(new SplittableRandom(1)))
        .extracting(pool -> pool.spec().cidr().toString())
        .contains("10.244.0.0/16");
    assertThat(clusterType()).isEqualTo("k8s,bgp,kubeadm");
  }

  @Test
  void whatKubeadmNotedMayBeBrokenWhereItDecidesNothing() {
    Supplier<Kubeadm> broken =
        () -> {
          throw new DatastoreException("ConfigMap kube-system/kubeadm-config is no YAML");
        };
    var plain = Map.of("CLUSTER_TYPE", "k8s,bgp", "FELIX_IPV6SUPPORT", "false");
    NodeSetup any = setup(plain, broken);
    any.createDefaults(new SplittableRandom(1), "v1");
    Map<String, String> withPool = new HashMap<>(plain);
    withPool.put("CALICO_IPV4POOL_CIDR", "10.66.0.0/16");
    NodeSetup given = setup(withPool, broken);

    assertThat(clusterType()).isEqualTo("k8s,bgp");
    assertThatThrownBy(() -> any.missingPools(new SplittableRandom(1)))
        .isInstanceOf(DatastoreException.class)
        .hasMessageContaining("kubeadm-config");
    assertThat(given.missingPools(new SplittableRandom(1)))
        .extracting(pool -> pool.spec().cidr().toString())
        .containsExactly("10.66.0.0/16");

    given.createPools(given.missingPools(new SplittableRandom(1)));
    assertThat(any.missingPools(new SplittableRandom(1))).isEmpty();
  }

  /// On a store of a cluster that kubeadm made.
  private NodeSetup setup(Map<String, String> environment, Supplier<Kubeadm> kubeadm) {
    var store =
        (Datastore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Datastore.class},
                (_, method, arguments) ->
                    method.getName().equals("kubeadm")
                        ? Optional.of(kubeadm.get())
                        : method.invoke(datastore, arguments));
    Map<String, String> all = new HashMap<>(environment);
    all.put("NODENAME", "n1");
    return new NodeSetup(settings(all), store, INTERFACES);
  }

  private String clusterType() {
    ResourceKey key = ResourceKey.of(ResourceKind.CLUSTER_INFORMATION, ClusterInformation.DEFAULT);
    return ((ClusterInformation) datastore.get(key).orElseThrow()).spec().clusterType();
  }

  private IpPool create(IpPool pool) {
    return switch (datastore.create(pool)) {
      case WriteResult.Written(Resource written) -> (IpPool) written;
      case WriteResult refused -> throw new AssertionError(refused);
    };
  }

  private static IpPool pool(String cidr, EncapsulationMode vxlan) {
    IpPool.Spec plain = IpPool.Spec.of(Cidr.parse(cidr));
    return new IpPool(
        Metadata.named("pool-" + cidr.replaceAll("[./]", "-")),
        new IpPool.Spec(
            plain.cidr(),
            EncapsulationMode.NEVER,
            vxlan,
            false,
            false,
            false,
            plain.blockSize(),
            "",
            "",
            List.of(),
            IpPool.AssignmentMode.AUTOMATIC));
  }

  private Optional<IpAddress> vxlanAddress() {
    ResourceKey key = ResourceKey.of(ResourceKind.NODE, "n1");
    return ((CalicoNode) datastore.get(key).orElseThrow()).spec().ipv4VXLANTunnelAddr();
  }

  private NodeSetup setup(Map<String, String> environment) {
    return new NodeSetup(settings(environment), datastore, INTERFACES);
  }

  private NodeRegistration registration(Map<String, String> environment) {
    return new NodeRegistration(
        settings(environment), datastore, () -> INTERFACES, (_, _) -> Optional.empty());
  }

  private static NodeSettings settings(Map<String, String> environment) {
    return NodeSettingsReader.read(environment, new NodeSettingsReader.HostNames("", ""));
  }
}
