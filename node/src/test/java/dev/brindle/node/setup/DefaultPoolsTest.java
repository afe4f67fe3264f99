// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.EncapsulationMode;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.Metadata;
import dev.brindle.node.settings.BadSettingException;
import dev.brindle.node.settings.PoolSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultPoolsTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story              | wanted        | there        | host                              | made
          a new cluster        | any           |              | 192.0.2.7/24                      | 192.168.0.0/16
          the usual is taken   | any           |              | 192.168.7.7/24                    | 172.16.0.0/16
          more are taken       | any           |              | 192.168.7.7/24 172.16.3.4/22 172.17.0.1/16 | 172.18.0.0/16
          as given             | 10.1.0.0/16   |              | 192.0.2.7/24                      | 10.1.0.0/16
          none wanted          | none          |              | 192.0.2.7/24                      |
          there is one         | 10.1.0.0/16   | 10.2.0.0/16  | 192.0.2.7/24                      |
          one of the other family | 10.1.0.0/16 | fd00::/48   | 192.0.2.7/24                      | 10.1.0.0/16
          loopback is no clash | 127.0.0.0/8   |              | 127.0.0.1/8                       | 127.0.0.0/8
          """)
  void makesWhatIsMissing(
      String story, String wanted, @Nullable String there, String host, @Nullable String made) {
    Optional<IpPool> pool =
        DefaultPools.missing(
            settings(IpFamily.IPV4, wanted),
            pools(there),
            addresses(host),
            Optional.empty(),
            new SplittableRandom(1));

    assertThat(pool.map(p -> p.spec().cidr()))
        .as(story)
        .isEqualTo(Optional.ofNullable(made).map(Cidr::parse));
  }

  @ParameterizedTest
  @CsvSource({"10.1.2.3/24", "10.1.2.3/32", "10.9.9.9/8"})
  void refusesARangeTheNodeIsIn(String host) {
    assertThatExceptionOfType(BadSettingException.class)
        .isThrownBy(
            () ->
                DefaultPools.missing(
                    settings(IpFamily.IPV4, "10.1.0.0/16"),
                    List.of(),
                    addresses(host),
                    Optional.empty(),
                    new SplittableRandom(1)))
        .withMessageStartingWith("CALICO_IPV4POOL_CIDR is '10.1.0.0/16': expected a range that")
        .withMessageContaining(host);
  }

  @ParameterizedTest
  @CsvSource({
    "IPV4, any,         10.244.0.0/16, 10.244.0.0/16",
    "IPV4, 10.1.0.0/16, 10.244.0.0/16, 10.1.0.0/16",
    "IPV6, any,         fd01::/56,     fd01::/56"
  })
  void kubeadmsPodSubnetComesBeforeTheUsual(
      IpFamily family, String wanted, String podSubnet, String made) {
    Optional<IpPool> pool =
        DefaultPools.missing(
            settings(family, wanted),
            List.of(),
            addresses("192.0.2.7/24"),
            Optional.of(Cidr.parse(podSubnet)),
            new SplittableRandom(1));

    assertThat(pool.map(p -> p.spec().cidr())).contains(Cidr.parse(made));
  }

  @Test
  void saysWhenNothingIsFree() {
    assertThatExceptionOfType(BadSettingException.class)
        .isThrownBy(
            () ->
                DefaultPools.missing(
                    settings(IpFamily.IPV4, "any"),
                    List.of(),
                    addresses("192.168.0.1/16 172.16.0.1/12"),
                    Optional.empty(),
                    new SplittableRandom(1)))
        .withMessageContaining("all of 172.16.0.0/12");
  }

  @Test
  void makesUpAnIpv6Range() {
    IpPool pool =
        DefaultPools.missing(
                settings(IpFamily.IPV6, "any"),
                List.of(),
                addresses("2001:db8::7/64"),
                Optional.empty(),
                new SplittableRandom(7))
            .orElseThrow();

    assertThat(pool.metadata().name()).isEqualTo("default-ipv6-ippool");
    assertThat(pool.spec().cidr().length()).isEqualTo(48);
    assertThat(Cidr.parse("fd00::/8").contains(pool.spec().cidr())).isTrue();
    assertThat(pool.spec().blockSize()).isEqualTo(28);
    assertThat(pool.spec().vxlanMode()).isEqualTo(EncapsulationMode.ALWAYS);
  }

  private static PoolSettings settings(IpFamily family, String range) {
    PoolSettings.Range parsed =
        switch (range) {
          case "any" -> new PoolSettings.Range.Any();
          case "none" -> new PoolSettings.Range.None();
          default -> new PoolSettings.Range.Given(Cidr.parse(range));
        };
    return new PoolSettings(
        family, parsed, EncapsulationMode.NEVER, EncapsulationMode.ALWAYS, 28, true, "", false);
  }

  private static List<IpPool> pools(@Nullable String cidr) {
    return cidr == null
        ? List.of()
        : List.of(new IpPool(Metadata.named("there"), IpPool.Spec.of(Cidr.parse(cidr))));
  }

  private static List<InterfaceAddress> addresses(String text) {
    return Arrays.stream(text.split(" ", -1)).map(InterfaceAddress::parse).toList();
  }
}
