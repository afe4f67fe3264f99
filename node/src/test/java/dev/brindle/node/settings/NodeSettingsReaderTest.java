// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.EncapsulationMode;
import dev.brindle.node.settings.NodeSettingsReader.HostNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeSettingsReaderTest {

  private static final HostNames HOST = new HostNames("", "Host1");

  @Test
  void hasDefaults() {
    NodeSettings settings = NodeSettingsReader.read(Map.of(), HOST);

    assertThat(settings.name()).isEqualTo("host1");
    assertThat(settings.ip()).isEqualTo(new AddressSetting.Unset());
    assertThat(settings.ipMethod()).isEqualTo(new DetectionMethod.FirstFound());
    assertThat(settings.pollInterval()).isEqualTo(Duration.ofSeconds(60));
    assertThat(settings.as()).isEmpty();
    assertThat(settings.backend()).isEqualTo(Backend.BIRD);
    assertThat(settings.hasDefaultPools()).isTrue();
    assertThat(settings.checksAddress()).isTrue();
    assertThat(settings.supportsIpv6()).isTrue();
    assertThat(settings.runDirectory()).isEqualTo(Path.of("/run/brindle"));
    assertThat(settings.stateDirectory()).isEqualTo(Path.of("/var/lib/brindle"));
    assertThat(settings.pool(IpFamily.IPV4))
        .isEqualTo(
            new PoolSettings(
                IpFamily.IPV4,
                new PoolSettings.Range.Any(),
                EncapsulationMode.NEVER,
                EncapsulationMode.NEVER,
                26,
                true,
                "",
                false));
    assertThat(settings.pool(IpFamily.IPV6).blockSize()).isEqualTo(122);
    assertThat(settings.pool(IpFamily.IPV6).natOutgoing()).isFalse();
  }

  @Test
  void readsWhatIsSaid() {
    NodeSettings settings =
        NodeSettingsReader.read(
            Map.ofEntries(
                Map.entry("NODENAME", "node-1"),
                Map.entry("IP", "192.0.2.7/24"),
                Map.entry("IP6", "2001:db8::7"),
                Map.entry("AS", "1.10"),
                Map.entry("CALICO_NETWORKING_BACKEND", "vxlan"),
                Map.entry("CALICO_ROUTER_ID", "192.0.2.9"),
                Map.entry("CALICO_IPV4POOL_CIDR", "10.1.2.3/16"),
                Map.entry("CALICO_IPV4POOL_IPIP", "CrossSubnet"),
                Map.entry("CALICO_IPV4POOL_BLOCK_SIZE", "28"),
                Map.entry("CALICO_IPV4POOL_NAT_OUTGOING", "no"),
                Map.entry("CALICO_IPV4POOL_DISABLE_BGP_EXPORT", "anything"),
                Map.entry("CALICO_IPV4POOL_NODE_SELECTOR", "has(a)"),
                Map.entry("CALICO_IPV6POOL_CIDR", "none"),
                Map.entry("CALICO_IPV6POOL_VXLAN", "always"),
                Map.entry("AUTODETECT_POLL_INTERVAL", "2m"),
                Map.entry("DISABLE_NODE_IP_CHECK", "TRUE")),
            HOST);

    assertThat(settings.name()).isEqualTo("node-1");
    assertThat(settings.ip())
        .isEqualTo(new AddressSetting.Given(InterfaceAddress.parse("192.0.2.7/24"), true));
    assertThat(settings.ip6())
        .isEqualTo(new AddressSetting.Given(InterfaceAddress.parse("2001:db8::7/128"), false));
    assertThat(settings.as()).contains(new AsNumber(65_546));
    assertThat(settings.backend().speaksBgp()).isFalse();
    assertThat(settings.routerId()).isEqualTo("192.0.2.9");
    assertThat(settings.pool4())
        .isEqualTo(
            new PoolSettings(
                IpFamily.IPV4,
                new PoolSettings.Range.Given(Cidr.parse("10.1.0.0/16")),
                EncapsulationMode.CROSS_SUBNET,
                EncapsulationMode.NEVER,
                28,
                false,
                "has(a)",
                true));
    assertThat(settings.pool6().range()).isEqualTo(new PoolSettings.Range.None());
    assertThat(settings.pool6().vxlan()).isEqualTo(EncapsulationMode.ALWAYS);
    assertThat(settings.pollInterval()).isEqualTo(Duration.ofMinutes(2));
    assertThat(settings.checksAddress()).isFalse();
  }

  @ParameterizedTest(name = "{0}: {1}={2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story              | variable                      | value                  | expected
          bad name             | NODENAME                      | Node_1                 | lower-case letters
          bad address          | IP                            | 192.0.2.300            | an IPv4 address
          wrong family         | IP                            | 2001:db8::1            | an IPv4 address
          wrong family         | IP6                           | 192.0.2.1              | an IPv6 address
          length out of range  | IP                            | 192.0.2.1/33           | an IPv4 address
          no such method       | IP_AUTODETECTION_METHOD       | magic                  | first-found, interface=
          bad regex            | IP_AUTODETECTION_METHOD       | interface=eth(         | regular expressions
          bad CIDR             | IP6_AUTODETECTION_METHOD      | cidr=10.0.0.0/8,x      | CIDRs joined
          no host              | IP_AUTODETECTION_METHOD       | can-reach=             | a value after '='
          bad AS               | AS                            | sixtyfive              | an AS number
          AS 0                 | AS                            | 0                      | an AS number from 1
          AS too large         | AS                            | 4294967296             | an AS number
          no such backend      | CALICO_NETWORKING_BACKEND     | ospf                   | bird, vxlan or none
          bad router id        | CALICO_ROUTER_ID              | 0.0.0.0                | an IPv4 address, or hash
          not a number         | BRINDLE_IPAM_RESERVE          | some                   | how many addresses to book ahead, 0 to 32
          too many             | BRINDLE_IPAM_RESERVE          | 33                     | how many addresses to book ahead, 0 to 32
          bad pool             | CALICO_IPV4POOL_CIDR          | 10.0.0.0/33            | an IPv4 CIDR
          lone address         | CALICO_IPV4POOL_CIDR          | 10.0.0.0               | an IPv4 CIDR
          wrong family         | CALICO_IPV6POOL_CIDR          | 10.0.0.0/8             | an IPv6 CIDR
          pool below a block   | CALICO_IPV4POOL_CIDR          | 10.0.0.0/27            | a CIDR that holds at least one block of /26
          block size           | CALICO_IPV4POOL_BLOCK_SIZE    | 19                     | a prefix length from 20 to 32
          block size           | CALICO_IPV4POOL_BLOCK_SIZE    | many                   | a prefix length from 20 to 32
          block size           | CALICO_IPV6POOL_BLOCK_SIZE    | 64                     | a prefix length from 116 to 128
          no such mode         | CALICO_IPV4POOL_IPIP          | sometimes              | Always, CrossSubnet or Never
          bad selector         | CALICO_IPV4POOL_NODE_SELECTOR | has(                   | a selector
          bad interval         | AUTODETECT_POLL_INTERVAL      | soon                   | a duration
          relative directory   | BRINDLE_RUN_DIR               | run                    | an absolute path
          """)
  void refuses(String story, String variable, String value, String expected) {
    assertThatExceptionOfType(BadSettingException.class)
        .as(story)
        .isThrownBy(() -> NodeSettingsReader.read(Map.of(variable, value), HOST))
        .withMessageStartingWith("%s is '".formatted(variable))
        .withMessageContaining(expected);
  }

  @Test
  void refusesTwoTunnelsForOnePool() {
    assertThatExceptionOfType(BadSettingException.class)
        .isThrownBy(
            () ->
                NodeSettingsReader.read(
                    Map.of("CALICO_IPV4POOL_IPIP", "Always", "CALICO_IPV4POOL_VXLAN", "Always"),
                    HOST))
        .withMessage(
            "CALICO_IPV4POOL_VXLAN is 'Always': expected Never, as CALICO_IPV4POOL_IPIP is Always");
  }

  @Test
  void refusesAPoolWhereNoneIsWanted() {
    assertThatExceptionOfType(BadSettingException.class)
        .isThrownBy(
            () ->
                NodeSettingsReader.read(
                    Map.of("NO_DEFAULT_POOLS", "True", "CALICO_IPV6POOL_CIDR", "fd00::/48"), HOST))
        .withMessageStartingWith("CALICO_IPV6POOL_CIDR is 'fd00::/48': expected nothing");
  }

  @ParameterizedTest(name = "{3}")
  @CsvSource(
      textBlock =
          """
          given, old,  Env, Sys, given
          '',    old,  Env, Sys, old
          '',    '',   Env, Sys, env
          '',    '',   '',  Sys, sys
          """)
  void choosesTheName(String given, String earlier, String env, String system, String name) {
    assertThat(
            NodeSettingsReader.read(
                    Map.of("NODENAME", given, "HOSTNAME", env), new HostNames(earlier, system))
                .name())
        .isEqualTo(name);
  }
}
