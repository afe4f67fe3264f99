// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniConfigReader;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.server.PodAddresses.Held;
import dev.brindle.cni.server.PodAddresses.Wish;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.ipam.Allocator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a pod's event says where it gets no address.
class AllocatedAddressesTest {

  private static final String ANNOTATION =
      "annotation cni.projectcalico.org/ipv4pools of namespace shop";

  private final MemoryDatastore store = new MemoryDatastore();
  private final AllocatedAddresses addresses =
      new AllocatedAddresses("node1", store, new Allocator(store));

  AllocatedAddressesTest() {
    pool("small", "10.0.0.0/30", "\"disabled\": false");
    pool("off", "10.1.0.0/24", "\"disabled\": true");
  }

  private void pool(String name, String cidr, String field) {
    store.create(
        ResourceCodec.readStored(
            ResourceKind.IP_POOL,
            """
            {"metadata": {"name": "%s"},
             "spec": {"cidr": "%s", "blockSize": 30, "nodeSelector": "all()", %s}}
            """
                .formatted(name, cidr, field)));
  }

  private static Wish wish(String handle, String... pools) {
    return new Wish(
        handle,
        Map.of("node", "node1"),
        "shop",
        true,
        false,
        List.of(pools),
        List.of(),
        Map.of(IpFamily.IPV4, ANNOTATION),
        Map.of(),
        List.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          larg        | annotation cni.projectcalico.org/ipv4pools of namespace shop names 'larg': expected the name or CIDR of an IPv4 pool, one of [off (10.1.0.0/24), small (10.0.0.0/30)]
          off         | the given pool (10.1.0.0/24) does not exist, or is not enabled: IPPool off is that, but has disabled: true; set that to false; pools are named by annotation cni.projectcalico.org/ipv4pools of namespace shop
          10.9.0.0/24 | the given pool (10.9.0.0/24) does not exist, or is not enabled: enabled are [small (10.0.0.0/30)]; pools are named by annotation cni.projectcalico.org/ipv4pools of namespace shop
          """)
  void whoNamesAPoolThatWillNotDoIsSaid(String pool, String message) {
    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> addresses.assign(wish("n.c1", pool)))
        .withMessageContaining(message);
    assertThat(store.list(ResourceKind.IPAM_HANDLE)).isEmpty();
  }

  @Test
  void aFullPoolIsNamedWithItsSizeAndWhatToDo() {
    for (int i = 0; i < 4; i++) {
      assertThat(addresses.assign(wish("n.c" + i))).hasSize(1);
    }

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> addresses.assign(wish("n.late")))
        .withMessage(
            "no address: Assigned 0 out of 1 requested IPv4 addresses; No IPs available in pools:"
                + " [10.0.0.0/30], IPPool small is full (4 addresses); add an IPPool, or delete pods"
                + " that are not needed ('ipam show' tells what is in use)");
  }

  @Test
  void someOfAHandleMayGoBack() {
    IpAddress one = addresses.assign(wish("n.c1")).getFirst();
    IpAddress two = addresses.assign(wish("n.c1")).getFirst();
    assertThat(addresses.held("n.c1"))
        .containsExactlyInAnyOrder(
            new Held(one, Cidr.parse("10.0.0.0/30"), Map.of("node", "node1")),
            new Held(two, Cidr.parse("10.0.0.0/30"), Map.of("node", "node1")));

    addresses.release("n.c1", Set.of(one));
    addresses.release("n.other", Set.of(two));

    assertThat(addresses.held("n.c1")).extracting(Held::address).containsExactly(two);
    addresses.release("n.c1", Set.of(two));
    assertThat(store.list(ResourceKind.IPAM_HANDLE)).isEmpty();
  }

  /// Of the families and pools that the network has its pods get.
  @Test
  void thatThereAreNoneIsTold() {
    assertThat(addresses.shortage(ipam("true", "false", "small"))).isEmpty();
    for (int pod = 0; pod < 4; pod++) {
      addresses.assign(wish("n.c" + pod));
    }

    assertThat(addresses.shortage(ipam("true", "false", "small")).orElse(""))
        .contains("no IPv4 address is left in the 1 blocks of node node1");
    assertThat(addresses.shortage(ipam("false", "true", "small")).orElse(""))
        .contains("no enabled IPv6 pool is for pods of node node1");
    pool("other", "10.2.0.0/24", "\"disabled\": false");
    assertThat(addresses.shortage(ipam("true", "false", "small"))).isPresent();
    assertThat(addresses.shortage(ipam("true", "false", "other"))).isEmpty();
  }

  private static CniConfig.Ipam ipam(String ipv4, String ipv6, String pool) {
    return CniConfigReader.read(
            """
            {"cniVersion": "1.1.0", "name": "n", "type": "calico",
             "ipam": {"type": "calico-ipam", "assign_ipv4": "%s", "assign_ipv6": "%s",
               "ipv4_pools": ["%s"]}}
            """
                .formatted(ipv4, ipv6, pool))
        .ipam();
  }
}
