// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.MacAddress;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniConfigReader;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.datastore.PodNotes;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodAsksTest {

  private static final String PREFIX = "cni.projectcalico.org/";

  private static CniConfig config(boolean isEnabled) {
    return CniConfigReader.read(
        """
        {"cniVersion": "1.0.0", "name": "net1",
         "ipam": {"type": "calico-ipam", "ipv4_pools": ["a"], "ipv6_pools": ["b"]},
         "feature_control": {"ip_addrs_no_ipam": %1$s, "floating_ips": %1$s}}
        """
            .formatted(isEnabled));
  }

  private static PodNotes notes(String key, String value) {
    return new PodNotes(Map.of(PREFIX + key, value), Map.of(), Map.of());
  }

  @Test
  void aPodThatSaysNothingTakesWhatTheNetworkGives() {
    PodAsks asks = PodAsks.of(PodNotes.NONE, config(false));

    assertThat(asks.over(config(false).ipam())).isEqualTo(config(false).ipam());
    assertThat(asks.addresses()).isEmpty();
    assertThat(asks.mac()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # pod                              | namespace                     | 4 and 6     | pools of 4 | pools of 6
          {}                                 | {"ipv4pools": "[\\"n\\"]"}    | true false  | [n]        | [b]
          {"ipv4pools": "[\\"p\\"]"}         | {"ipv4pools": "[\\"n\\"]"}    | true false  | [p]        | [b]
          {"ipv4pools": "[]"}                | {"ipv4pools": "[\\"n\\"]"}    | true false  | []         | [b]
          {"ipv6pools": "[\\"p\\",\\"q\\"]"} | {}                            | true false  | [a]        | [p, q]
          {"ipFamilies": "[\\"IPv6\\"]"}     | {}                            | false true  | [a]        | [b]
          {}                                 | {"ipFamilies": "[\\"IPv6\\"]"} | false true | [a]        | [b]
          {"ipFamilies": "[\\"IPv4\\",\\"IPv6\\"]"} | {}                     | true true   | [a]        | [b]
          {"ipFamilies": "[\\"IPv4\\"]"}     | {"ipFamilies": "[\\"IPv6\\"]"} | true false | [a]        | [b]
          """)
  void thePodsWordGoesBeforeItsNamespacesAndBothBeforeTheNetworks(
      String pod, String namespace, String families, String pools4, String pools6) {
    PodNotes notes = new PodNotes(annotations(pod), annotations(namespace), Map.of());

    CniConfig.Ipam ipam = PodAsks.of(notes, config(false)).over(config(false).ipam());

    assertThat(ipam.assignIpv4() + " " + ipam.assignIpv6()).isEqualTo(families);
    assertThat(ipam.ipv4Pools()).hasToString(pools4);
    assertThat(ipam.ipv6Pools()).hasToString(pools6);
  }

  /// `{"key": "value"}` without other quotes than escaped ones.
  private static Map<String, String> annotations(String json) {
    String inside = json.substring(1, json.length() - 1);
    if (inside.isEmpty()) {
      return Map.of();
    }
    int middle = inside.indexOf("\": \"");
    String value = inside.substring(middle + 4, inside.length() - 1);
    return Map.of(PREFIX + inside.substring(1, middle), value.replace("\\\"", "\""));
  }

  @Test
  void addressesMacAndSourcesArePodsOwnWord() {
    Map<String, String> annotations =
        Map.of(
            PREFIX + "ipAddrs", "[\"10.0.0.7\", \"fd00::7\"]",
            PREFIX + "hwAddr", "1c:0c:0a:c0:ff:ee",
            PREFIX + "floatingIPs", "[\"192.0.2.1\"]",
            PREFIX + "allowedSourcePrefixes", "[\"198.51.100.0/24\", \"192.0.2.9\"]");

    PodAsks asks = PodAsks.of(new PodNotes(annotations, Map.of(), Map.of()), config(true));

    assertThat(asks.addresses())
        .containsExactly(IpAddress.parse("10.0.0.7"), IpAddress.parse("fd00::7"));
    assertThat(asks.isOutsideIpam()).isFalse();
    assertThat(asks.mac()).contains(MacAddress.parse("1c:0c:0a:c0:ff:ee"));
    assertThat(asks.floatingAddresses()).containsExactly(IpAddress.parse("192.0.2.1"));
    assertThat(asks.sources())
        .containsExactly(Cidr.parse("198.51.100.0/24"), Cidr.parse("192.0.2.9/32"));
    PodNotes namespaces = new PodNotes(Map.of(), annotations, Map.of());
    assertThat(PodAsks.of(namespaces, config(true)))
        .isEqualTo(PodAsks.of(PodNotes.NONE, config(true)));
  }

  @Test
  void addressesBesideIpamAreTakenAsTheyAre() {
    PodAsks asks = PodAsks.of(notes("ipAddrsNoIpam", "[\"10.9.9.9\"]"), config(true));

    assertThat(asks.isOutsideIpam()).isTrue();
    assertThat(asks.addresses()).containsExactly(IpAddress.parse("10.9.9.9"));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ipAddrs               | [`10.0.0.300`]              | invalid IP format: 10.0.0.300: error parsing ipAddrs: annotation cni.projectcalico.org/ipAddrs of the pod or its namespace: expected an IPv4 or IPv6 address, found '10.0.0.300'
          ipAddrs               | []                          | annotation "ipAddrs" specified but empty: error parsing ipAddrs: annotation cni.projectcalico.org/ipAddrs of the pod or its namespace: expected an address, found '[]'
          ipAddrs               | [`10.0.0.1`, `10.0.0.2`]    | cannot have more than one IPv4 address for "ipAddrs" annotation: error parsing ipAddrs: annotation cni.projectcalico.org/ipAddrs of the pod or its namespace: expected one address, or one of each family, found '["10.0.0.1", "10.0.0.2"]'
          ipAddrsNoIpam         | [`fd00::1`, `fd00::2`]      | cannot have more than one IPv6 address for "ipAddrsNoIpam" annotation
          ipAddrs               | 10.0.0.1                    | error parsing ipAddrs: annotation cni.projectcalico.org/ipAddrs of the pod or its namespace: expected a JSON list of texts, found '10.0.0.1'
          ipAddrs               | [1]                         | found '[1]'
          ipAddrs               | [`10.0.0.1`] x              | found '["10.0.0.1"] x'
          ipv4pools             | {}                          | error parsing ipv4pools
          ipFamilies            | [`v4`]                      | error parsing ipFamilies: annotation cni.projectcalico.org/ipFamilies of the pod or its namespace: expected "IPv4" or "IPv6", found 'v4'
          ipFamilies            | []                          | expected "IPv4", "IPv6" or both, found '[]'
          hwAddr                | zz                          | error parsing hwAddr
          floatingIPs           | [`a.b`]                     | invalid IP format: a.b: error parsing floatingIPs: annotation cni.projectcalico.org/floatingIPs
          allowedSourcePrefixes | [`10.0.0.0/40`]             | expected an address or CIDR, found '10.0.0.0/40'
          """)
  void whatCannotBeUnderstoodIsAnErrorThatNamesIt(String key, String value, String message) {
    PodNotes notes = notes(key, value.replace('`', '"'));

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> PodAsks.of(notes, config(true)))
        .withMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"ipAddrsNoIpam, ip_addrs_no_ipam", "floatingIPs, floating_ips"})
  void whatTheNetworkDoesNotAllowIsRefused(String key, String feature) {
    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> PodAsks.of(notes(key, "[\"10.0.0.1\"]"), config(false)))
        .withMessageContaining(
            "requested feature is not enabled: %1$s: annotation cni.projectcalico.org/%2$s wants feature_control.%1$s"
                .formatted(feature, key));
  }

  @Test
  void addressesInsideAndBesideIpamDoNotGoTogether() {
    Map<String, String> annotations =
        Map.of(PREFIX + "ipAddrs", "[\"10.0.0.1\"]", PREFIX + "ipAddrsNoIpam", "[\"10.0.0.2\"]");

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> PodAsks.of(new PodNotes(annotations, Map.of(), Map.of()), config(true)))
        .withMessage(
            "can't have both annotations: 'cni.projectcalico.org/ipAddrs' and"
                + " 'cni.projectcalico.org/ipAddrsNoIpam' in use at the same time: take one away");
  }
}
