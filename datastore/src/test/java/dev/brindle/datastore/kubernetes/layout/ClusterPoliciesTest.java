// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.GlobalNetworkPolicy;
import dev.brindle.api.resource.PolicyType;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Rule;
import dev.brindle.datastore.codec.ResourceFormatException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Policies of a cluster's administrators, in each form.
class ClusterPoliciesTest {

  private static final List<ObjectLayout> LAYOUTS =
      ObjectLayout.of(CalicoGroup.CRD, ResourceKind.GLOBAL_NETWORK_POLICY);

  private static ObjectLayout layout(ClusterPolicyForm form) {
    return LAYOUTS.stream()
        .filter(each -> each.objects().equals(form.objects()))
        .findFirst()
        .orElseThrow();
  }

  private static ObjectNode object(String spec) {
    return Json.object(
            "{\"metadata\":{\"name\":\"p\",\"resourceVersion\":\"8\"},\"spec\":%s}".formatted(spec))
        .orElseThrow();
  }

  private static ObjectLayout.Reading reading(ClusterPolicyForm form, String spec) {
    return layout(form).read(object(spec));
  }

  private static GlobalNetworkPolicy policy(ClusterPolicyForm form, String spec) {
    ObjectLayout.Reading reading = reading(form, spec);
    assertThat(reading.complaints()).isEmpty();
    return (GlobalNetworkPolicy) reading.resource().orElseThrow();
  }

  /// With one rule of ingress.
  private static GlobalNetworkPolicy later(String rule) {
    return (GlobalNetworkPolicy)
        reading(
                ClusterPolicyForm.CLUSTER,
                "{\"tier\":\"Admin\",\"priority\":7,\"subject\":{\"namespaces\":{}},\"ingress\":[%s]}"
                    .formatted(rule))
            .resource()
            .orElseThrow();
  }

  @Test
  void theLaterFormIsAPolicyOfItsTier() {
    GlobalNetworkPolicy policy =
        policy(
            ClusterPolicyForm.CLUSTER,
            """
            {"tier": "Baseline", "priority": 12,
             "subject": {"pods": {"namespaceSelector": {"matchLabels": {"env": "prod"}},
                                  "podSelector": {"matchLabels": {"app": "db"}}}},
             "ingress": [{"name": "no web", "action": "Pass",
                          "from": [{"namespaces": {"matchLabels": {"team": "web"}}},
                                   {"pods": {"namespaceSelector": {}, "podSelector": {}}}],
                          "protocols": [{"tcp": {"destinationPort": {"number": 80}}},
                                        {"tcp": {"destinationPort": {"range": {"start": 90, "end": 99}}}},
                                        {"udp": {}},
                                        {"destinationNamedPort": "http"}]}],
             "egress": [{"action": "Accept", "to": [{"networks": ["10.0.0.0/8", "fd00::/8"]}]}]}
            """);

    assertThat(policy.metadata().name()).isEqualTo("kcnp.p");
    assertThat(policy.metadata().resourceVersion()).isEqualTo("8");
    GlobalNetworkPolicy.Spec spec = policy.spec();
    assertThat(spec.tier()).isEqualTo("kube-baseline");
    assertThat(spec.order()).contains(12.0);
    assertThat(spec.namespaceSelector()).isEqualTo("env == 'prod'");
    assertThat(spec.selector()).isEqualTo("projectcalico.org/orchestrator == 'k8s' && app == 'db'");
    assertThat(spec.types()).containsExactly(PolicyType.INGRESS, PolicyType.EGRESS);
    assertThat(spec.ingress().stream().map(ClusterPoliciesTest::words).toList())
        .containsExactly(
            "Pass any of team == 'web' [http]",
            "Pass any of all() [http]",
            "Pass TCP of team == 'web' [80, 90:99]",
            "Pass TCP of all() [80, 90:99]",
            "Pass UDP of team == 'web' []",
            "Pass UDP of all() []");
    assertThat(spec.ingress().getFirst().metadata().orElseThrow().annotations())
        .isEqualTo(Map.of("name", "no web"));
    Rule out = spec.egress().getFirst();
    assertThat(out.action()).isEqualTo(Rule.Action.ALLOW);
    assertThat(out.destination().nets()).containsExactly("10.0.0.0/8", "fd00::/8");
  }

  private static String words(Rule rule) {
    return "%s %s of %s %s"
        .formatted(
            rule.action(),
            rule.protocol().map(Object::toString).orElse("any"),
            rule.source().namespaceSelector(),
            rule.destination().ports());
  }

  @ParameterizedTest
  @CsvSource({"ADMIN, kanp.p, kube-admin, 3.0", "BASELINE, kbanp.p, kube-baseline, 1000.0"})
  void theEarlierFormsHaveTheirTier(
      ClusterPolicyForm form, String name, String tier, double order) {
    GlobalNetworkPolicy policy =
        policy(
            form,
            """
            {"priority": 3, "subject": {"namespaces": {"matchLabels": {"a": "b"}}},
             "ingress": [{"action": "Allow", "from": [{"namespaces": {}}],
                          "ports": [{"portNumber": {"port": 53, "protocol": "UDP"}},
                                    {"portRange": {"start": 1, "end": 9}},
                                    {"namedPort": "dns"}]}]}
            """);

    assertThat(policy.metadata().name()).isEqualTo(name);
    assertThat(policy.spec().tier()).isEqualTo(tier);
    assertThat(policy.spec().order()).contains(order);
    // pods only: interfaces of hosts are in no namespace, and must not be meant by any
    assertThat(policy.spec().selector()).isEqualTo("projectcalico.org/orchestrator == 'k8s'");
    assertThat(policy.spec().types()).containsExactly(PolicyType.INGRESS);
    assertThat(policy.spec().ingress().stream().map(ClusterPoliciesTest::words).toList())
        .containsExactly(
            "Allow any of all() [dns]", "Allow TCP of all() [1:9]", "Allow UDP of all() [53]");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # story                    | rest of the rule                                                        | with Accept | else
          nobody                     | "from": []                                                              |             | Deny any of  []
          a peer of a later version  | "from": [{"moon": {}}]                                                  |             | Deny any of  []
          nodes                      | "from": [{"nodes": {}}]                                                 |             | Deny any of  []
          a protocol of a later one  | "from": [{"namespaces": {}}], "protocols": [{"icmp": {}}]               |             | Deny any of  []
          no port                    | "from": [{"namespaces": {}}], "protocols": [{"tcp": {"destinationPort": {"number": 0}}}] | | Deny any of  []
          a strange operator         | "from": [{"namespaces": {"matchExpressions": [{"key": "a", "operator": "Near"}]}}] | | Deny any of  []
          anything                   | "from": [{"namespaces": {}}], "protocols": [{"tcp": {}}, {}]            | Allow any of all() [] | Deny any of all() []
          whole protocol and a port  | "from": [{"namespaces": {}}], "protocols": [{"tcp": {}}, {"tcp": {"destinationPort": {"number": 8}}}] | Allow TCP of all() [] | Deny TCP of all() []
          """)
  void whatCannotBeReadNeverLetsMoreThrough(
      String story, String rest, String accepting, String denying) {
    String accepted =
        later("{\"action\":\"Accept\"," + rest + "}").spec().ingress().stream()
            .map(ClusterPoliciesTest::words)
            .collect(Collectors.joining(" "));
    String denied =
        later("{\"action\":\"Deny\"," + rest + "}").spec().ingress().stream()
            .map(ClusterPoliciesTest::words)
            .collect(Collectors.joining(" "));
    assertThat(accepted).as(story).isEqualTo(accepting == null ? "" : accepting);
    assertThat(denied).as(story).isEqualTo(denying);
  }

  @Test
  void anActionOfALaterVersionDeniesAndIsTold() {
    ObjectLayout.Reading reading =
        reading(
            ClusterPolicyForm.CLUSTER,
            """
            {"tier": "Admin", "priority": 1, "subject": {"namespaces": {}},
             "ingress": [{"action": "Mirror", "from": [{"namespaces": {}}]}]}
            """);

    assertThat(reading.complaints())
        .containsExactly(
            "ingress[0] denies everything: action 'Mirror': expected Accept, Deny or Pass");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          CLUSTER | {"tier": "Middle", "priority": 1, "subject": {"namespaces": {}}} | tier 'Middle': expected Admin or Baseline
          CLUSTER | {"tier": "Admin", "subject": {"namespaces": {}}}                 | priority ''
          ADMIN   | {"priority": "x", "subject": {"namespaces": {}}}                 | priority 'x'
          ADMIN   | {"priority": 1, "subject": {}}                                   | subject {}: expected namespaces or pods
          """)
  void oneThatIsForNobodyKnownIsNone(ClusterPolicyForm form, String spec, String message) {
    assertThatThrownBy(() -> reading(form, spec))
        .isInstanceOf(ResourceFormatException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          kcnp.a,  CLUSTER,  a
          kanp.a,  ADMIN,    a
          kbanp.d, BASELINE, d
          kcnp.,   CLUSTER,  ''
          kanp.a,  CLUSTER,  ''
          default.a, CLUSTER, ''
          """)
  void whereTheyAre(String name, ClusterPolicyForm form, String object) {
    ResourceKey key = ResourceKey.of(ResourceKind.GLOBAL_NETWORK_POLICY, name);
    assertThat(layout(form).names(key).stream().map(ObjectName::name).collect(Collectors.joining()))
        .isEqualTo(object);
  }

  @Test
  void theyAreNotCalicosOwnToWrite() {
    ResourceKey key = ResourceKey.of(ResourceKind.GLOBAL_NETWORK_POLICY, "kcnp.a");
    assertThat(LAYOUTS.getFirst().names(key)).isEmpty();
    assertThat(layout(ClusterPolicyForm.CLUSTER).writing()).isEqualTo(ObjectLayout.Writing.NONE);
  }
}
