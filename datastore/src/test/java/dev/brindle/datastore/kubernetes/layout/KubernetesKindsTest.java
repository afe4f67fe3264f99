// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.PolicyType;
import dev.brindle.api.resource.Profile;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.StagedKubernetesNetworkPolicy;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.codec.ResourceFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Namespaces, service accounts and Kubernetes' own policies.
class KubernetesKindsTest {

  private static final List<ObjectLayout> PROFILES =
      ObjectLayout.of(CalicoGroup.CRD, ResourceKind.PROFILE);
  private static final ObjectLayout POLICIES =
      ObjectLayout.of(CalicoGroup.CRD, ResourceKind.NETWORK_POLICY).getLast();

  private static ObjectNode json(String text) {
    return Json.object(text).orElseThrow();
  }

  @Test
  void aNamespaceIsAProfile() {
    ObjectNode object =
        json(
            "{\"metadata\":{\"name\":\"shop\",\"resourceVersion\":\"8\",\"labels\":{\"a\":\"b\"}}}");
    var profile = (Profile) PROFILES.getFirst().read(object).resource().orElseThrow();
    assertThat(profile.metadata().name()).isEqualTo("kns.shop");
    assertThat(profile.metadata().resourceVersion()).isEqualTo("8/");
    assertThat(profile.spec().labelsToApply())
        .isEqualTo(Map.of("pcns.a", "b", "pcns.projectcalico.org/name", "shop"));
    assertThat(profile.spec().ingress()).containsExactly(Rule.of(Rule.Action.ALLOW));
    assertThat(profile.spec().egress()).containsExactly(Rule.of(Rule.Action.ALLOW));
  }

  @Test
  void aServiceAccountIsAProfile() {
    ObjectNode object =
        json(
            "{\"metadata\":{\"name\":\"s.a\",\"namespace\":\"shop\",\"resourceVersion\":\"8\","
                + "\"labels\":{\"a\":\"b\"}}}");
    var profile = (Profile) PROFILES.getLast().read(object).resource().orElseThrow();
    assertThat(profile.metadata().name()).isEqualTo("ksa.shop.s.a");
    assertThat(profile.metadata().resourceVersion()).isEqualTo("/8");
    assertThat(profile.spec().labelsToApply())
        .isEqualTo(Map.of("pcsa.a", "b", "pcsa.projectcalico.org/name", "s.a"));
    assertThat(profile.spec().ingress()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          kns.shop,     shop,      ''
          ksa.shop.s.a, '',        shop/s.a
          ksa.shop,     '',        ''
          ksa.shop.,    '',        ''
          kns.,         '',        ''
          other,        '',        ''
          """)
  void whereProfilesAre(String name, String namespace, String account) {
    ResourceKey key = ResourceKey.of(ResourceKind.PROFILE, name);
    assertThat(texts(PROFILES.getFirst().names(key))).isEqualTo(namespace);
    assertThat(texts(PROFILES.getLast().names(key))).isEqualTo(account);
  }

  private static String texts(List<ObjectName> names) {
    return names.stream().map(ObjectName::toString).collect(Collectors.joining(" "));
  }

  private static ObjectLayout.Reading policy(String spec) {
    ObjectNode object = json("{\"metadata\":{\"name\":\"p\",\"namespace\":\"shop\"}}");
    object.set("spec", json(spec));
    return POLICIES.read(object);
  }

  private static NetworkPolicy.Spec spec(String text) {
    ObjectLayout.Reading reading = policy(text);
    assertThat(reading.complaints()).isEmpty();
    return ((NetworkPolicy) reading.resource().orElseThrow()).spec();
  }

  @Test
  void aPolicyOfKubernetesIsOneOfTheDefaultTier() {
    var policy = (NetworkPolicy) policy("{\"podSelector\":{}}").resource().orElseThrow();
    assertThat(policy.key()).hasToString("NetworkPolicy(shop/knp.default.p)");
    assertThat(policy.spec().tier()).isEqualTo("default");
    assertThat(policy.spec().order()).contains(1000.0);
    assertThat(policy.spec().types()).containsExactly(PolicyType.INGRESS);
    assertThat(policy.spec().ingress()).isEmpty();
    assertThat(POLICIES.names(policy.key())).containsExactly(new ObjectName("shop", "p"));
    assertThat(
            ObjectLayout.of(CalicoGroup.CRD, ResourceKind.NETWORK_POLICY)
                .getFirst()
                .names(policy.key()))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                          | projectcalico.org/orchestrator == 'k8s'
          {"matchLabels":{"b":"2","a":"1"}}           | projectcalico.org/orchestrator == 'k8s' && a == '1' && b == '2'
          {"matchExpressions":[{"key":"k","operator":"In","values":["v","w"]}]} | projectcalico.org/orchestrator == 'k8s' && k in { 'v', 'w' }
          {"matchExpressions":[{"key":"k","operator":"NotIn","values":["v"]}]} | projectcalico.org/orchestrator == 'k8s' && k not in { 'v' }
          {"matchLabels":{"a":"1"},"matchExpressions":[{"key":"k","operator":"Exists"},{"key":"l","operator":"DoesNotExist"}]} | projectcalico.org/orchestrator == 'k8s' && a == '1' && has(k) && ! has(l)
          """)
  void selectors(String selector, String expected) {
    assertThat(spec("{\"podSelector\":%s}".formatted(selector)).selector()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                          | <> <> []
          {"podSelector":{"matchLabels":{"a":"1"}}}                   | <projectcalico.org/orchestrator == 'k8s' && a == '1'> <> []
          {"namespaceSelector":{}}                                    | <projectcalico.org/orchestrator == 'k8s'> <all()> []
          {"namespaceSelector":{"matchLabels":{"n":"2"}},"podSelector":{}} | <projectcalico.org/orchestrator == 'k8s'> <n == '2'> []
          {"ipBlock":{"cidr":"10.0.0.0/8","except":["10.1.0.0/16"]}}  | <> <> [10.0.0.0/8] not [10.1.0.0/16]
          """)
  void peers(String peer, String expected) {
    Rule.Entity source =
        spec("{\"ingress\":[{\"from\":[%s]}]}".formatted(peer)).ingress().getFirst().source();
    String text =
        "<%s> <%s> %s".formatted(source.selector(), source.namespaceSelector(), source.nets());
    String not = source.notNets().isEmpty() ? "" : " not " + source.notNets();
    assertThat(text + not).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          []                                                    | any []
          [{"port":80}]                                         | TCP [80]
          [{"protocol":"UDP"}]                                  | UDP []
          [{"port":80},{"port":"http"},{"port":81},{"port":90,"endPort":99},{"port":95}] | TCP [http, 80:81, 90:99]
          [{"port":80},{"protocol":"UDP","port":53},{"protocol":"SCTP"}] | SCTP [], TCP [80], UDP [53]
          [{"port":80},{"protocol":"TCP"}]                      | TCP []
          """)
  void ports(String ports, String expected) {
    List<Rule> rules = spec("{\"ingress\":[{\"ports\":%s}]}".formatted(ports)).ingress();
    assertThat(
            rules.stream()
                .map(
                    rule ->
                        rule.protocol().map(Object::toString).orElse("any")
                            + " "
                            + rule.destination().ports())
                .collect(Collectors.joining(", ")))
        .isEqualTo(expected);
  }

  @Test
  void oneRuleForEachProtocolAndPeer() {
    NetworkPolicy.Spec spec =
        spec(
            """
            {"policyTypes":["Ingress","Egress"],"egress":[{"to":[{"podSelector":{}},
            {"ipBlock":{"cidr":"10.0.0.0/8"}}],"ports":[{"port":1},{"protocol":"UDP","port":2}]}]}""");
    assertThat(spec.egress())
        .extracting(rule -> rule.protocol().orElseThrow() + " " + rule.destination().nets())
        .containsExactly("TCP []", "TCP [10.0.0.0/8]", "UDP []", "UDP [10.0.0.0/8]");
    assertThat(spec.types()).containsExactly(PolicyType.INGRESS, PolicyType.EGRESS);
    assertThat(spec.egress().getFirst().source()).isEqualTo(Rule.Entity.ANY);
  }

  /// What is staged in Kubernetes' words means what Kubernetes' own policy of that spec means.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}
          {"podSelector":{"matchLabels":{"a":"1"},"matchExpressions":[{"key":"k","operator":"Exists"}]}}
          {"ingress":[{}],"policyTypes":["Ingress","Egress"]}
          {"ingress":[{"from":[{"podSelector":{}}]},{"from":[{"namespaceSelector":{}}]}]}
          {"ingress":[{"ports":[{"protocol":"UDP"},{"port":"http"},{"port":80,"endPort":90}]}]}
          {"policyTypes":["Egress"],"egress":[{"to":[{"ipBlock":{"cidr":"10.0.0.0/8","except":["10.1.0.0/16"]}}]}]}
          """)
  void aStagedPolicyMeansTheSame(String spec) {
    var staged =
        (StagedKubernetesNetworkPolicy)
            ResourceCodec.readStored(
                ResourceKind.STAGED_KUBERNETES_NETWORK_POLICY,
                "{\"metadata\":{\"name\":\"p\",\"namespace\":\"shop\"},\"spec\":%s}"
                    .formatted(spec));
    List<String> complaints = new ArrayList<>();

    NetworkPolicy converted = StagedPolicies.inForce(staged, complaints);

    assertThat(complaints).isEmpty();
    assertThat(converted.spec()).isEqualTo(spec(spec));
    assertThat(converted.key()).isEqualTo(StagedPolicies.key(staged));
    assertThat(converted.key()).hasToString("NetworkPolicy(shop/knp.default.p)");
  }

  /// What is left lets less through.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"ports":[{"protocol":"GRE"}]}                    | ingress[1] is left out: protocol 'GRE'
          {"ports":[{"port":"http","endPort":9}]}           | ingress[1] is left out: endPort with the named port 'http'
          {"ports":[{"port":80},{"port":"-1:2"}]}           | ingress[1] is left out: '-1:2' is not a port
          {"ports":[{"port":70000}]}                        | ingress[1] is left out: port 70000 is not in
          {"from":[{"ipBlock":{"cidr":"x"}}]}               | ingress[1] is left out: ipBlock: 'x' is no CIDR
          {"from":[{"podSelector":{"matchExpressions":[{"key":"k","operator":"Like"}]}}]} | operator 'Like'
          """)
  void aRuleThatCannotBeReadIsLeftOut(String rule, String complaint) {
    ObjectLayout.Reading reading =
        policy("{\"ingress\":[{\"ports\":[{\"port\":1}]},%s]}".formatted(rule));
    assertThat(reading.complaints()).singleElement().asString().contains(complaint);
    assertThat(((NetworkPolicy) reading.resource().orElseThrow()).spec().ingress()).hasSize(1);
  }

  @Test
  void aPolicyForPodsThatNobodyKnowsIsNone() {
    assertThatThrownBy(
            () ->
                policy(
                    "{\"podSelector\":{\"matchExpressions\":[{\"key\":\"k\",\"operator\":\"Like\"}]}}"))
        .isInstanceOf(ResourceFormatException.class)
        .hasMessageContaining("operator 'Like'");
  }

  @Test
  void whatANodeNeedsComesFirst() {
    assertThat(
            ObjectLayout.inOrder(
                CalicoGroup.CRD,
                List.of(
                    ResourceKind.WORKLOAD_ENDPOINT,
                    ResourceKind.NETWORK_POLICY,
                    ResourceKind.NODE,
                    ResourceKind.CLUSTER_INFORMATION)))
        .extracting(layout -> layout.objects().toString())
        .containsExactly(
            "clusterinformations.crd.projectcalico.org",
            "nodes",
            "networkpolicies.crd.projectcalico.org",
            "networkpolicies.networking.k8s.io",
            "pods");
  }
}
