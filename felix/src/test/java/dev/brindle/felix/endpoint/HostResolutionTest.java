// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.Metadata;
import dev.brindle.felix.settings.Settings;
import dev.brindle.felix.settings.SettingsResolver;
import dev.brindle.policy.engine.HostPolicy;
import dev.brindle.policy.engine.HostPolicy.Tiers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostResolutionTest {

  private static final Settings SETTINGS =
      SettingsResolver.resolve(
              Map.of("FELIX_INTERFACEEXCLUDE", "kube-ipvs0,/^docker/,br-/"),
              List.of(),
              "n1",
              Map.of())
          .settings();

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                      | endpoints                     | interfaces                        | which is whose
          nothing                      |                               | eth0=192.0.2.1                    |
          by name                      | h:eth0                        | eth0=192.0.2.1 eth1=192.0.2.2     | eth0=h
          by name before it is there   | h:eth5                        | eth0=192.0.2.1                    | eth5=h
          by address                   | h::192.0.2.2                  | eth0=192.0.2.1 eth1=192.0.2.2     | eth1=h
          one of several addresses     | h::192.0.2.8,2001:db8::1      | eth0=192.0.2.1,2001:db8::1        | eth0=h
          an address on two            | h::192.0.2.1                  | eth0=192.0.2.1 eth1=192.0.2.1     | eth0=h eth1=h
          no such address              | h::192.0.2.9                  | eth0=192.0.2.1                    |
          a name hides addresses       | h:eth1:192.0.2.1              | eth0=192.0.2.1                    | eth1=h
          the first by name has it     | b:eth0 a::192.0.2.1           | eth0=192.0.2.1                    | eth0=a
          and so for the name          | b::192.0.2.1 a:eth0           | eth0=192.0.2.1                    | eth0=a
          each its own                 | a:eth0 b::192.0.2.1,192.0.2.2 | eth0=192.0.2.1 eth1=192.0.2.2     | eth0=a eth1=b
          for all                      | h:*                           | eth0=192.0.2.1                    | *=h
          the first for all            | h:* g:*                       | eth0=192.0.2.1                    | *=g
          for all others               | a:* b:eth0                    | eth0=192.0.2.1                    | *=a eth0=b
          all has no address           | a:*:192.0.2.1                 | eth0=192.0.2.1                    | *=a
          not a pod's                  | h:cali1 g::10.0.0.1           | cali1=10.0.0.1                    |
          not one that is excluded     | a:kube-ipvs0 b:docker0 c:br0  |                                   | br0=c
          nor by address               | a::10.0.0.1                   | docker0=10.0.0.1 kube-ipvs0=10.0.0.1 |
          no interface's name          | a:eth/0 b:0123456789abcdef    |                                   |
          """)
  void resolves(
      String story,
      @Nullable String endpoints,
      @Nullable String interfaces,
      @Nullable String expected) {
    List<HostPolicy> policies =
        new ArrayList<>(words(endpoints).stream().map(HostResolutionTest::policy).toList());
    String wanted = expected == null ? "" : expected;
    assertThat(text(policies, interfaces)).isEqualTo(wanted);
    Collections.reverse(policies);
    assertThat(text(policies, interfaces)).isEqualTo(wanted);
  }

  private static String text(List<HostPolicy> policies, @Nullable String interfaces) {
    HostResolution resolution = HostResolution.of(policies, addresses(interfaces), SETTINGS);
    Map<String, String> owners = new TreeMap<>();
    resolution.named().forEach((device, policy) -> owners.put(device, name(policy)));
    resolution.others().ifPresent(policy -> owners.put("*", name(policy)));
    assertThat(resolution.isEmpty()).isEqualTo(owners.isEmpty());
    return owners.entrySet().stream()
        .map(owner -> owner.getKey() + "=" + owner.getValue())
        .collect(Collectors.joining(" "));
  }

  private static String name(HostPolicy policy) {
    return policy.endpoint().metadata().name();
  }

  private static List<String> words(@Nullable String text) {
    return text == null ? List.of() : List.of(text.split(" ", -1));
  }

  /// `name:interface:addresses`.
  private static HostPolicy policy(String text) {
    String[] parts = (text + ":").split(":", 3);
    return new HostPolicy(
        new HostEndpoint(
            Metadata.named(parts[0]),
            new HostEndpoint.Spec(
                "n1",
                parts[1],
                Arrays.stream(parts[2].replaceAll(":$", "").split(",", -1))
                    .filter(address -> !address.isEmpty())
                    .map(IpAddress::parse)
                    .toList(),
                List.of(),
                List.of())),
        Tiers.NONE,
        List.of(),
        Tiers.NONE,
        Tiers.NONE,
        List.of());
  }

  private static Map<String, Set<IpAddress>> addresses(@Nullable String text) {
    return words(text).stream()
        .map(word -> word.split("=", -1))
        .collect(
            Collectors.toMap(
                word -> word[0],
                word ->
                    Arrays.stream(word[1].split(",", -1))
                        .map(IpAddress::parse)
                        .collect(Collectors.toSet())));
  }
}
