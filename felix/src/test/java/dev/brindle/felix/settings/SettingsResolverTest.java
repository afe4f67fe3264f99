// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.FelixConfiguration;
import dev.brindle.api.resource.Metadata;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsResolverTest {

  private static final Map<String, String> LABELS = Map.of("rack", "r1");

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          # story                    | environment | node | selector | default | value and source
          nobody says anything       | -           | -    | -        | -       | 4789 (built in)
          the cluster does           | -           | -    | -        | 5000    | 5000 (FelixConfiguration default)
          a selector is stronger     | -           | -    | 5001     | 5000    | 5001 (FelixConfiguration with nodeSelector)
          the node is stronger       | -           | 5002 | 5001     | 5000    | 5002 (FelixConfiguration node.<name>)
          the environment is         | 5003        | 5002 | 5001     | 5000    | 5003 (environment)
          empty is not said          | ''          | 5002 | -        | -       | 5002 (FelixConfiguration node.<name>)
          unreadable counts as absent| many        | -    | -        | 5000    | 5000 (FelixConfiguration default)
          out of range too           | 70000       | -    | -        | -       | 4789 (built in)
          none takes it back         | none        | 5002 | -        | -       | 4789 (environment)
          """)
  void theStrongestSourceCounts(
      String story,
      @Nullable String environment,
      @Nullable String node,
      @Nullable String selector,
      @Nullable String cluster,
      String expected) {
    var configurations =
        List.of(
            configuration("default", field(cluster)),
            configuration("racks", field(selector, Map.of("nodeSelector", "rack == 'r1'"))),
            configuration("other-racks", Map.of("nodeSelector", "rack == 'r2'", "vxlanPort", 9)),
            configuration("node.other", Map.of("vxlanPort", 10)),
            configuration("node.n1", field(node)));
    Map<String, String> variables =
        environment == null ? Map.of() : Map.of("Felix_VxlanPort", environment);

    Settings settings =
        SettingsResolver.resolve(variables, configurations, "n1", LABELS).settings();

    Setting<?> setting = settings.setting(Parameters.VXLAN_PORT);
    assertThat("%s (%s)".formatted(setting.value(), setting.source())).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FELIX_VXLANPORT                   | many  | is not a number from 1 to 65535
          FELIX_NFTABLESMARKMASK            | 0x3   | fewer than four bits
          FELIX_BPFENABLED                  | true  | has no effect in this version
          FELIX_NOSUCHTHING                 | 1     | there is no such setting
          FELIX_DEFAULTENDPOINTTOHOSTACTION | MAYBE | is not one of [Drop, Accept, Return]
          FELIX_NATOUTGOINGADDRESS          | fd00::1 | is not an IPv4 address
          """)
  void whatDoesNotCountIsReported(String name, String value, String expected) {
    assertThat(SettingsResolver.resolve(Map.of(name, value), List.of(), "n1", LABELS).warnings())
        .singleElement()
        .asString()
        .contains(name, expected);
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource({
    "FELIX_BPFENABLED,false",
    "FELIX_IPSETSREFRESHINTERVAL,90",
    "FELIX_DATASTORETYPE,kubernetes",
    "FELIX_FELIXHOSTNAME,n1",
    "FELIX_IPINIPMTU,0",
    "FELIX_REPORTINGINTERVALSECS,30",
    "FELIX_REPORTINGINTERVALSECS,0"
  })
  void defaultsOfOthersPassInSilence(String name, String value) {
    assertThat(SettingsResolver.resolve(Map.of(name, value), List.of(), "n1", LABELS).warnings())
        .isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '`',
      textBlock =
          """
          # environment                   | resource | ports
          -                               | -        | [tcp:22, tcp:179, tcp:2379, tcp:2380, tcp:5473, tcp:6443, tcp:6666, tcp:6667, udp:68]
          22                              | -        | [tcp:22]
          tcp:22, UDP:68                  | -        | [tcp:22, udp:68]
          tcp:10.0.0.0/8:22               | -        | [tcp:10.0.0.0/8:22]
          tcp:[2001:db8::/32]:179         | -        | [tcp:[2001:db8::/32]:179]
          none                            | tcp 22   | []
          -                               | none     | []
          -                               | tcp 22   | [tcp:22]
          -                               | udp 68 10.0.0.0/8   | [udp:10.0.0.0/8:68]
          -                               | tcp 22 2001:db8::/32 | [tcp:[2001:db8::/32]:22]
          tcp:ssh                         | tcp 23   | [tcp:23]
          icmp:8                          | tcp 23   | [tcp:23]
          """)
  void failsafePorts(@Nullable String environment, @Nullable String resource, String expected) {
    Map<String, Object> spec =
        resource == null
            ? Map.of()
            : Map.of(
                "failsafeInboundHostPorts",
                resource.equals("none") ? List.of() : List.of(failsafe(resource.split(" ", -1))));
    Map<String, String> variables =
        environment == null ? Map.of() : Map.of("FELIX_FAILSAFEINBOUNDHOSTPORTS", environment);
    Settings settings =
        SettingsResolver.resolve(variables, List.of(configuration("default", spec)), "n1", LABELS)
            .settings();
    assertThat(settings.get(Parameters.FAILSAFE_INBOUND)).hasToString(expected);
  }

  private static Map<String, Object> failsafe(String... words) {
    Map<String, Object> port = new HashMap<>();
    port.put("protocol", words[0].toUpperCase(Locale.ROOT));
    port.put("port", Double.valueOf(words[1]));
    if (words.length > 2) {
      port.put("net", words[2]);
    }
    return port;
  }

  @Test
  void durationsAreSecondsInTheEnvironmentAndGoDurationsInAResource() {
    var fromResource =
        SettingsResolver.resolve(
            Map.of(),
            List.of(configuration("default", Map.of("routeRefreshInterval", "1m30.5s"))),
            "n1",
            LABELS);
    var fromEnvironment =
        SettingsResolver.resolve(
            Map.of("FELIX_ROUTEREFRESHINTERVAL", "2.5"), List.of(), "n1", LABELS);

    assertThat(fromResource.settings().get(Parameters.ROUTE_REFRESH_INTERVAL))
        .isEqualTo(Duration.ofMillis(90_500));
    assertThat(fromEnvironment.settings().get(Parameters.ROUTE_REFRESH_INTERVAL))
        .isEqualTo(Duration.ofMillis(2_500));
  }

  @Test
  void listsAndSwitchesAreReadFromAResource() {
    var resolved =
        SettingsResolver.resolve(
            Map.of(),
            List.of(
                configuration(
                    "default",
                    Map.of(
                        "externalNodesList",
                        List.of("192.0.2.0/24", "198.51.100.1"),
                        "ipipEnabled",
                        true,
                        "vxlanVNI",
                        4097.0))),
            "n1",
            LABELS);

    assertThat(resolved.warnings()).isEmpty();
    assertThat(resolved.settings().get(Parameters.EXTERNAL_NODES))
        .hasToString("[192.0.2.0/24, 198.51.100.1/32]");
    assertThat(resolved.settings().get(Parameters.IPIP_ENABLED)).isEqualTo(Optional.of(true));
    assertThat(resolved.settings().get(Parameters.VXLAN_VNI)).isEqualTo(4097);
  }

  @Test
  void everyFieldAndVariableIsKnownOnce() {
    assertThat(Parameters.ALL).extracting(Parameter::field).doesNotHaveDuplicates();
    assertThat(Parameters.ALL).extracting(Parameter::variable).doesNotHaveDuplicates();
    assertThat(Settings.DEFAULTS.describe()).hasSameSizeAs(Parameters.ALL);
    assertThat(OtherParameters.ALL)
        .extracting(OtherParameters.Other::name)
        .doesNotContainAnyElementsOf(Parameters.ALL.stream().map(Parameter::name).toList());
  }

  private static Map<String, Object> field(@Nullable String port) {
    return field(port, Map.of());
  }

  private static Map<String, Object> field(@Nullable String port, Map<String, Object> more) {
    var fields = new HashMap<String, Object>(more);
    if (port != null) {
      fields.put("vxlanPort", Integer.valueOf(port));
    }
    return fields;
  }

  /// In resources they go by other names than in the environment.
  @Test
  void whatAsksForCalicosDefaultIsNotReported() {
    Map<String, Object> spec =
        Map.of(
            "usageReportingInterval", "24h0m0s",
            "usageReportingInitialDelay", "5m0s",
            "iptablesLockProbeInterval", "50ms",
            "iptablesPostWriteCheckInterval", "5s");

    List<FelixConfiguration> stored = List.of(configuration("default", spec));
    assertThat(SettingsResolver.resolve(Map.of(), stored, "n1", LABELS).warnings()).isEmpty();
  }

  private static FelixConfiguration configuration(String name, Map<String, Object> spec) {
    return new FelixConfiguration(Metadata.named(name), spec);
  }
}
