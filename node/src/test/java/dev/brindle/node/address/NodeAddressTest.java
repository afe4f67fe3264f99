// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.address;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.node.settings.AddressSetting;
import dev.brindle.node.settings.DetectionMethod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeAddressTest {

  private static final List<HostInterface> INTERFACES =
      List.of(
          on(1, "lo", "127.0.0.1/8", "::1/128"),
          on(2, "eth0", "fe80::1/64", "192.0.2.7/24", "198.51.100.7/25", "2001:db8::7/64"),
          on(3, "eth1", "169.254.3.4/16", "203.0.113.7/24"),
          on(4, "docker0", "172.17.0.1/16"),
          on(5, "cali0123456789a", "10.0.0.1/32"),
          on(6, "vxlan.calico", "10.0.0.64/32"));

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # method                     | family | found
          first-found                  | IPV4   | 203.0.113.7/24
          first-found                  | IPV6   | 2001:db8::7/64
          interface=eth0               | IPV4   | 192.0.2.7/24
          interface=docker             | IPV4   | 172.17.0.1/16
          interface=ens.*,eth[02]      | IPV4   | 192.0.2.7/24
          interface=ens                | IPV4   |
          skip-interface=eth1          | IPV4   | 192.0.2.7/24
          cidr=198.51.100.0/24         | IPV4   | 198.51.100.7/25
          cidr=172.16.0.0/12           | IPV4   | 172.17.0.1/16
          cidr=198.18.0.0/15           | IPV4   |
          can-reach=198.51.100.1       | IPV4   | 198.51.100.7/25
          can-reach=nowhere.example    | IPV4   |
          kubernetes-internal-ip       | IPV4   | 192.0.2.7/24
          """)
  void detects(String method, IpFamily family, @Nullable String found) {
    assertThat(
            Autodetection.find(
                    DetectionMethod.parse("IP_AUTODETECTION_METHOD", method),
                    family,
                    INTERFACES,
                    ELSEWHERE)
                .address())
        .isEqualTo(address(found));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                    | family | setting       | stored       | address        | found | reason
          nothing said, nothing known | IPV4  | unset         |              | 203.0.113.7/24 | true  | found by
          nothing said               | IPV4   | unset         | 192.0.2.1/24 | 192.0.2.1/24   | true  | as in the datastore
          IPv6 is never looked for   | IPV6   | unset         |              |                | true  | not asked for
          unless asked               | IPV6   | autodetect    |              | 2001:db8::7/64 | true  | found by
          detection replaces         | IPV4   | autodetect    | 192.0.2.1/24 | 203.0.113.7/24 | true  | found by
          none keeps                 | IPV4   | none          | 192.0.2.1/24 | 192.0.2.1/24   | true  | none wanted
          as given                   | IPV4   | 192.0.2.9/27  |              | 192.0.2.9/27   | true  | as given; no interface has it
          length of its interface    | IPV4   | 198.51.100.7  |              | 198.51.100.7/25 | true | as given, subnet of its interface
          a lone address             | IPV4   | 192.0.2.9     |              | 192.0.2.9/32   | true  | no interface has it
          its interface is down      | IPV4   | 192.0.2.9     | 192.0.2.9/25 | 192.0.2.9/25   | true  | no interface has it
          another was stored         | IPV4   | 192.0.2.9     | 192.0.2.1/25 | 192.0.2.9/32   | true  | no interface has it
          """)
  void chooses(
      String story,
      IpFamily family,
      String setting,
      @Nullable String stored,
      @Nullable String address,
      boolean found,
      String reason) {
    NodeAddress chosen =
        NodeAddress.choose(
            family,
            setting(setting),
            new DetectionMethod.FirstFound(),
            address(stored),
            INTERFACES,
            ELSEWHERE);

    assertThat(chosen.address()).as(story).isEqualTo(address(address));
    assertThat(chosen.isFound()).isEqualTo(found);
    assertThat(chosen.reason()).contains(reason);
    assertThat(chosen.outcome() == NodeAddress.Outcome.NOT_HERE)
        .as("is warned of")
        .isEqualTo(reason.contains("no interface has it"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # stored      | found
                        | false
          192.0.2.1/24  | true
          """)
  void saysWhenThereIsNone(@Nullable String stored, boolean found) {
    NodeAddress chosen =
        NodeAddress.choose(
            IpFamily.IPV4,
            new AddressSetting.Autodetect(),
            new DetectionMethod.FirstFound(),
            address(stored),
            List.of(on(1, "lo", "127.0.0.1/8")),
            ELSEWHERE);

    assertThat(chosen.isFound()).isEqualTo(found);
    assertThat(chosen.address()).isEqualTo(address(stored));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # stored      | outcome
                        | MISSING
          192.0.2.1/24  | KEPT
          """)
  void aHostThatCannotBeReachedIsNoReasonToLoseTheAddress(
      @Nullable String stored, NodeAddress.Outcome outcome) {
    NodeAddress chosen =
        NodeAddress.choose(
            IpFamily.IPV4,
            new AddressSetting.Autodetect(),
            new DetectionMethod.CanReach("far.example"),
            address(stored),
            INTERFACES,
            (host, _) -> {
              throw new UncheckedIOException(new IOException("no way to " + host));
            });

    assertThat(chosen.outcome()).isEqualTo(outcome);
    assertThat(chosen.address()).isEqualTo(address(stored));
    assertThat(chosen.reason()).contains("can-reach=far.example", "no way to far.example");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                           | interfaces, the last made first                                    | found          | passed over
          a VIP before the node's own        | eth0 192.0.2.100/32 192.0.2.7/24                                     | 192.0.2.7/24   | 192.0.2.100/32 on eth0: it has no subnet
          a VIP alone on its interface       | vip0 192.0.2.100/32, eth0 192.0.2.7/24                               | 192.0.2.7/24   | 192.0.2.100/32 on vip0: it has no subnet
          kube-proxy's                       | kube-ipvs0 10.96.0.1/32, eth0 192.0.2.7/24                           | 192.0.2.7/24   | 10.96.0.1/32 on kube-ipvs0: its interface looks like
          a cloud gives nodes no subnet      | eth0> 192.0.2.7/32                                                   | 192.0.2.7/32   |
          and a VIP beside                   | vip0 192.0.2.100/32, eth0> 192.0.2.7/32                              | 192.0.2.7/32   | 192.0.2.100/32 on vip0
          nothing but a VIP                  | vip0 192.0.2.100/32                                                  |                | 192.0.2.100/32 on vip0
          Cilium was here                    | cilium_host 10.0.0.5/24, eth0 192.0.2.7/24                           | 192.0.2.7/24   | 10.0.0.5/24 on cilium_host
          AWS's interface of a pod           | eni0123456789a 10.0.0.5/24, eth0 192.0.2.7/24                        | 192.0.2.7/24   | 10.0.0.5/24 on eni0123456789a
          of two the newer one               | eth1 203.0.113.7/24, eth0 192.0.2.7/24                               | 203.0.113.7/24 | 192.0.2.7/24 on eth0: it comes after that of eth1
          pods are not told of               | cali0 10.0.0.1/24, eth0 192.0.2.7/24                                 | 192.0.2.7/24   |
          """)
  void firstFoundTakesNoVirtualAddress(
      String story, String interfaces, @Nullable String found, @Nullable String passedOver) {
    Autodetection.Detected detected =
        Autodetection.find(
            new DetectionMethod.FirstFound(), IpFamily.IPV4, interfaces(interfaces), ELSEWHERE);

    assertThat(detected.address()).as(story).isEqualTo(address(found));
    assertThat(String.join("; ", detected.passedOver()))
        .startsWith(passedOver == null ? "" : passedOver)
        .matches(text -> passedOver != null || text.isEmpty());
  }

  /// @param text `NAME ADDRESS...`, joined by commas, the last made first; with `>` a way leads out
  private static List<HostInterface> interfaces(String text) {
    List<HostInterface> all = new ArrayList<>();
    for (String each : text.split(",", -1)) {
      String[] words = each.strip().split(" ", -1);
      boolean leadsOut = words[0].endsWith(">");
      HostInterface made =
          on(
              100 - all.size(),
              words[0].replace(">", ""),
              Arrays.copyOfRange(words, 1, words.length));
      all.add(leadsOut ? made.leading(Set.of(IpFamily.IPV4)) : made);
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # Kubernetes says | reason
                            | has no InternalIP of that family
          2001:db8::9       | has no InternalIP of that family
          192.0.2.9         | Kubernetes says InternalIP 192.0.2.9, which no interface here has
          """)
  void anInternalIpThatIsNoneOfOurs(@Nullable String said, String reason) {
    NodeAddress chosen =
        NodeAddress.choose(
            IpFamily.IPV4,
            new AddressSetting.Autodetect(),
            new DetectionMethod.KubernetesInternalIp(),
            address("192.0.2.1/24"),
            INTERFACES,
            new Told(Optional.ofNullable(said).map(IpAddress::parse).stream().toList()));

    assertThat(chosen.outcome()).isEqualTo(NodeAddress.Outcome.KEPT);
    assertThat(chosen.reason()).contains("kubernetes-internal-ip", reason);
  }

  private static final Autodetection.Elsewhere ELSEWHERE =
      new Told(List.of(IpAddress.parse("2001:db8::7"), IpAddress.parse("192.0.2.7")));

  private record Told(List<IpAddress> internalAddresses) implements Autodetection.Elsewhere {

    @Override
    public Optional<IpAddress> sourceTowards(String host, IpFamily family) {
      return host.equals("198.51.100.1")
          ? Optional.of(IpAddress.parse("198.51.100.7"))
          : Optional.empty();
    }
  }

  private static AddressSetting setting(String text) {
    return switch (text) {
      case "unset" -> new AddressSetting.Unset();
      case "autodetect" -> new AddressSetting.Autodetect();
      case "none" -> new AddressSetting.None();
      default -> new AddressSetting.Given(InterfaceAddress.parse(text), text.contains("/"));
    };
  }

  private static Optional<InterfaceAddress> address(@Nullable String text) {
    return Optional.ofNullable(text).map(InterfaceAddress::parse);
  }

  private static HostInterface on(int index, String name, String... addresses) {
    return new HostInterface(
        index, name, Arrays.stream(addresses).map(InterfaceAddress::parse).toList());
  }
}
