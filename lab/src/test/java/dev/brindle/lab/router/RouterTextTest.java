// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouterTextTest {

  private static final RouterPart PART =
      new RouterPart(
          new AsNumber(65_001),
          new AsNumber(64_512),
          IpAddress.parse("172.18.1.254"),
          "outside",
          List.of(Cidr.parse("203.0.113.0/24")),
          List.of(IpAddress.parse("172.18.1.11"), IpAddress.parse("fd18:1::b")));

  @Test
  void ourOwn() {
    assertThat(BrindleConfig.of(PART))
        .isEqualTo(
            """
            asn: 65001
            routerId: 172.18.1.254
            kernel: true
            announce: ["203.0.113.0/24"]
            neighbors:
              - address: "172.18.1.11"
                asn: 64512
                passive: true
                families: [ipv4-unicast]
                import: accept
                export: accept
              - address: "fd18:1::b"
                asn: 64512
                passive: true
                families: [ipv6-unicast]
                import: accept
                export: accept
            """);
  }

  @Test
  void everyProgramIsToldOfEveryNeighborAndBothNumbers() {
    assertThat(
            List.of(
                BirdConfig.of(PART),
                FrrConfig.bgpd(PART),
                GobgpConfig.of(PART),
                OpenBgpdConfig.of(PART, "/run/x")))
        .allSatisfy(
            text -> assertThat(text).contains("172.18.1.11", "fd18:1::b", "64512", "65001"));
  }

  @Test
  void frrActivatesEachNeighborInItsFamily() {
    assertThat(FrrConfig.bgpd(PART))
        .endsWith(
            """
             address-family ipv4 unicast
              network 203.0.113.0/24
              neighbor 172.18.1.11 activate
             exit-address-family
             address-family ipv6 unicast
              neighbor fd18:1::b activate
             exit-address-family
            """);
  }

  @Test
  void readsGobgpsTable() {
    String text =
        """
        {"10.244.1.0/26": [
           {"best": false, "attrs": [{"type": 3, "nexthop": "172.18.1.12"}]},
           {"best": true, "attrs": [{"type": 1, "value": 0}, {"type": 3, "nexthop": "172.18.1.11"}]}],
         "203.0.113.0/24": [{"best": true, "attrs": [{"type": 3, "nexthop": "0.0.0.0"}]}]}
        """;

    assertThat(RibText.gobgp(text))
        .isEqualTo(Map.of(Cidr.parse("10.244.1.0/26"), IpAddress.parse("172.18.1.11")));
  }

  @Test
  void readsOpenBgpdsTable() {
    String text =
        """
        {"rib": [
          {"prefix": "10.244.1.0/26", "exit_nexthop": "172.18.1.11", "best": true},
          {"prefix": "10.244.2.0/26", "exit_nexthop": "172.18.1.12", "best": false},
          {"prefix": "203.0.113.0/24", "exit_nexthop": "0.0.0.0", "best": true}]}
        """;

    assertThat(RibText.openBgpd(text))
        .isEqualTo(Map.of(Cidr.parse("10.244.1.0/26"), IpAddress.parse("172.18.1.11")));
  }

  @Test
  void emptyTablesAreEmptyAndRubbishIsRefused() {
    assertThat(RibText.gobgp("")).isEmpty();
    assertThat(RibText.openBgpd("{}")).isEmpty();
    assertThatThrownBy(() -> RibText.gobgp("connection refused"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a routing table");
  }
}
