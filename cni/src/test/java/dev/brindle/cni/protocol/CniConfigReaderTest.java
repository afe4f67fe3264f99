// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CniConfigReaderTest {

  @Test
  void readsWhatCounts() {
    CniConfig config =
        CniConfigReader.read(
            """
            {"cniVersion": "1.0.0", "name": "k8s-pod-network", "type": "calico", "mtu": 1450, "require_mtu_file": true,
             "nodename": "node1", "log_level": "info",
             "ipam": {"type": "calico-ipam", "assign_ipv4": "true", "assign_ipv6": "true",
                      "ipv4_pools": ["default-ipv4-ippool"], "ipv6_pools": ["fd00::/64"]},
             "policy": {"type": "k8s"}, "container_settings": {"allow_ip_forwarding": true},
             "policy_setup_timeout_seconds": 7,
             "args": {"brindle": {"labels": {"app": "web"}, "serviceAccount": "builder"}}}
            """);

    assertThat(config.version()).isEqualTo(CniVersion.V1_0_0);
    assertThat(config.name()).isEqualTo("k8s-pod-network");
    assertThat(config.nodename()).isEqualTo("node1");
    assertThat(config.mtu()).isEqualTo(1450);
    assertThat(config.requiresKnownMtu()).isTrue();
    assertThat(config.ipam().assignIpv4()).isTrue();
    assertThat(config.ipam().assignIpv6()).isTrue();
    assertThat(config.ipam().ipv4Pools()).containsExactly("default-ipv4-ippool");
    assertThat(config.ipam().ipv6Pools()).containsExactly("fd00::/64");
    assertThat(config.isKubernetesPolicy()).isTrue();
    assertThat(config.allowIpForwarding()).isTrue();
    assertThat(config.policyTimeoutSeconds()).isEqualTo(7);
    assertThat(config.labels()).isEqualTo(Map.of("app", "web"));
    assertThat(config.serviceAccount()).isEqualTo("builder");
  }

  @Test
  void fillsInWhatIsAbsent() {
    String text = "{\"cniVersion\":\"0.3.1\",\"name\":\"n\",\"ipam\":{\"type\":\"calico-ipam\"}}";
    CniConfig config = CniConfigReader.read(text);

    assertThat(config)
        .isEqualTo(
            new CniConfig(
                CniVersion.V0_3_1,
                "",
                "n",
                "",
                0,
                false,
                new CniConfig.Ipam("calico-ipam", true, false, List.of(), List.of(), List.of()),
                "",
                false,
                0,
                Map.of(),
                "",
                List.of(),
                new CniConfig.Features(false, false),
                Optional.empty(),
                text));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # story              | code | field                                     | message
          version to come      | 1    | "cniVersion": "1.2.0"                     | cniVersion '1.2.0' is not supported: expected one of [0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0]
          never a version      | 1    | "cniVersion": "0.2"                       | cniVersion '0.2' is not supported
          no name              | 7    | "name": ""                                | name is missing
          name with blank      | 7    | "name": "a b"                             | name is 'a b'
          MTU is a text        | 7    | "mtu": "1500"                             | mtu is '"1500"': expected a number from 0 to 65535
          MTU too large        | 7    | "mtu": 70000                              | mtu is '70000'
          IPAM in a directory  | 7    | "ipam": {"type": "../sh"}                 | ipam.type is '../sh': expected calico-ipam, or the name
          IPAM that is us      | 7    | "type": "calico", "ipam": {"type": "calico"} | ipam.type is 'calico': expected calico-ipam, or the name
          a route to nowhere   | 7    | "ipam": {"type": "host-local", "routes": [{"dst": "a"}]} | ipam.routes.dst is 'a': expected a CIDR
          odd result before    | 7    | "prevResult": []                          | prevResult is '[]'
          no IPAM              | 7    | "ipam": {}                                | ipam.type is missing
          no family            | 7    | "ipam": {"type": "calico-ipam", "assign_ipv4": "false"} | expected true for at least one
          odd word             | 7    | "ipam": {"type": "calico-ipam", "assign_ipv6": "yes"}   | ipam.assign_ipv6 is '"yes"'
          pools are a text     | 7    | "ipam": {"type": "calico-ipam", "ipv4_pools": "a"}      | ipam.ipv4_pools is '"a"'
          other policy         | 7    | "policy": {"type": "istio"}               | policy.type is 'istio': expected k8s
          negative wait        | 7    | "policy_setup_timeout_seconds": -1        | policy_setup_timeout_seconds is '-1'
          forwarding is a text | 7    | "container_settings": {"allow_ip_forwarding": "x"}      | allow_ip_forwarding is '"x"'
          """)
  void refuses(String story, int code, String field, String message) throws Exception {
    String good = "{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"ipam\":{\"type\":\"calico-ipam\"}}";
    ObjectNode json = (ObjectNode) CniConfigReader.JSON.readTree(good);
    json.setAll((ObjectNode) CniConfigReader.JSON.readTree("{" + field + "}"));
    String text = json.toString();

    assertThatExceptionOfType(CniException.class)
        .as(story)
        .isThrownBy(() -> CniConfigReader.read(text))
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.error().code().number()).isEqualTo(code));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``           | is no JSON object
          []           | is no JSON object
          {"name":     | is no JSON
          """)
  void refusesWhatIsNoJson(String text, String message) {
    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> CniConfigReader.read(text))
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.error().code().number()).isEqualTo(6));
  }

  @Test
  void refusesDeepNesting() {
    String deep = "{\"a\":".repeat(10_000);

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> CniConfigReader.read(deep))
        .withMessageContaining("nesting depth");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # story            | args                                                                                              | key                           | value
          mesos              | {"org.apache.mesos": {"network_info": {"labels": {"labels": [{"key": "a", "value": "b"}]}}}}      | a                             | b
          mesos, sanitised   | {"org.apache.mesos": {"network_info": {"labels": {"labels": [{"key": "a/b c", "value": "/x."}]}}}} | a.b-c                         | x
          reserved key       | {"cni": {"labels": [{"key": "projectcalico.org/namespace", "value": "shop"}]}}                    | projectcalico.org/namespace   | shop
          cni                | {"cni": {"labels": [{"key": "role", "value": "db"}]}}                                             | role                          | db
          brindle, as it is  | {"brindle": {"labels": {"example.com/tier": "front"}}}                                            | example.com/tier              | front
          the last one wins  | {"cni": {"labels": [{"key": "a", "value": "1"}]}, "brindle": {"labels": {"a": "2"}}}              | a                             | 2
          """)
  void takesLabels(String story, String args, String key, String value) {
    CniConfig config =
        CniConfigReader.read(
            "{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"ipam\":{\"type\":\"calico-ipam\"},\"args\":"
                + args
                + "}");

    assertThat(config.labels()).as(story).isEqualTo(Map.of(key, value));
  }
}
