// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.hostendpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.KubeControllersConfiguration;
import dev.brindle.api.resource.KubeControllersConfiguration.HostEndpoints;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostEndpointPlanTest {

  private static final CalicoNode NODE =
      (CalicoNode)
          ResourceCodec.readStored(
              ResourceKind.NODE,
              """
              {"metadata":{"name":"n1","labels":{"zone":"a","kind":"worker"}},
               "spec":{
                "bgp":{"ipv4Address":"192.0.2.1/24","ipv6Address":"2001:db8::1/64","ipv4IPIPTunnelAddr":"10.0.0.1"},
                "ipv4VXLANTunnelAddr":"10.0.0.2","ipv6VXLANTunnelAddr":"fd00::2",
                "wireguard":{"interfaceIPv4Address":"10.0.0.3","interfaceIPv6Address":"fd00::3"},
                "addresses":[
                  {"address":"198.51.100.1","type":"ExternalIP"},
                  {"address":"192.0.2.1","type":"CalicoNodeIP"},
                  {"address":"203.0.113.1","type":"InternalIP"}],
                "interfaces":[
                  {"name":"eth0","addresses":["192.0.2.1"]},
                  {"name":"eth1","addresses":["172.16.0.1","2001:db8:1::1"]}]}}""");

  private static Optional<HostEndpoints> settings(String json) {
    var stored =
        (KubeControllersConfiguration)
            ResourceCodec.readStored(
                ResourceKind.KUBE_CONTROLLERS_CONFIGURATION,
                """
                {"metadata":{"name":"default"},"spec":{"controllers":{"node":{"hostEndpoint":%s}}}}"""
                    .formatted(json));
    return stored.spec().controllers().node().orElseThrow().hostEndpoint();
  }

  private static HostEndpointPlan plan(List<HostEndpoint> existing, String settings) {
    return HostEndpointPlan.between(List.of(NODE), existing, settings(settings));
  }

  private static String text(HostEndpoint endpoint) {
    return "%s %s %s"
        .formatted(
            endpoint.metadata().name(),
            endpoint.spec().interfaceName(),
            endpoint.spec().expectedIPs());
  }

  private static HostEndpoint stored(HostEndpoint made) {
    return made.withMetadata(made.metadata().withIdentity("7", "uid", "2026-05-06T12:00:00Z"));
  }

  @Test
  void oneForAllTrafficHasAllAddressesInOrder() {
    HostEndpoint made = plan(List.of(), "{\"autoCreate\":\"Enabled\"}").create().getFirst();

    assertThat(text(made))
        .isEqualTo(
            "n1-auto-hep * [192.0.2.1, 2001:db8::1, 10.0.0.1, 10.0.0.2, fd00::2, 10.0.0.3, fd00::3,"
                + " 203.0.113.1, 172.16.0.1, 2001:db8:1::1]");
    assertThat(made.spec().node()).isEqualTo("n1");
    assertThat(made.spec().profiles()).containsExactly("projectcalico-default-allow");
    assertThat(made.metadata().annotations()).isEmpty();
    assertThat(made.metadata().labels())
        .isEqualTo(
            Map.of(
                "zone", "a",
                "kind", "worker",
                "projectcalico.org/created-by", "calico-kube-controllers"));
  }

  @Test
  void templatesSelectNodesAndInterfaces() {
    String templates =
        """
        {"autoCreate":"Enabled","createDefaultHostEndpoint":"Disabled","templates":[
          {"generateName":"net","interfaceCIDRs":["192.0.2.0/24","10.0.0.0/8"],
           "labels":{"zone":"b"},"annotations":{"why":"test"}},
          {"generateName":"if","interfacePattern":"^eth","interfaceCIDRs":["203.0.113.0/24"]},
          {"generateName":"elsewhere","interfacePattern":".","nodeSelector":"zone == 'c'"},
          {"generateName":"none","interfaceCIDRs":["100.64.0.0/10"]}]}""";

    List<HostEndpoint> made = plan(List.of(), templates).create();

    assertThat(made)
        .extracting(HostEndpointPlanTest::text)
        .containsExactly(
            "n1-if-eth0-auto-hep eth0 [203.0.113.1, 192.0.2.1]",
            "n1-if-eth1-auto-hep eth1 [203.0.113.1, 172.16.0.1, 2001:db8:1::1]",
            "n1-net-auto-hep  [192.0.2.1, 10.0.0.1, 10.0.0.2, 10.0.0.3]");
    assertThat(made.getLast().metadata().labels()).containsEntry("zone", "b");
    assertThat(made.getLast().metadata().annotations()).isEqualTo(Map.of("why", "test"));
  }

  @Test
  void onlyWhatDiffersIsWritten() {
    HostEndpoint made = stored(plan(List.of(), "{\"autoCreate\":\"Enabled\"}").create().getFirst());
    HostEndpoint old =
        new HostEndpoint(
            made.metadata(), new HostEndpoint.Spec("n1", "*", List.of(), List.of(), List.of()));

    assertThat(plan(List.of(made), "{\"autoCreate\":\"Enabled\"}"))
        .isEqualTo(new HostEndpointPlan(List.of(), List.of(), List.of(), List.of()));
    assertThat(plan(List.of(old), "{\"autoCreate\":\"Enabled\"}").update()).containsExactly(made);
    assertThat(plan(List.of(made), "{\"autoCreate\":\"Disabled\"}").remove()).containsExactly(made);
    assertThat(
            HostEndpointPlan.between(
                    List.of(), List.of(made), settings("{\"autoCreate\":\"Enabled\"}"))
                .remove())
        .as("its node is gone")
        .containsExactly(made);
  }

  @Test
  void whatPeopleMadeIsLeftAlone() {
    var spec = new HostEndpoint.Spec("n1", "eth9", List.of(), List.of(), List.of());
    var own = new HostEndpoint(Metadata.named("n1-auto-hep"), spec);
    var other = new HostEndpoint(Metadata.named("mine"), spec);

    HostEndpointPlan plan = plan(List.of(own, other), "{\"autoCreate\":\"Enabled\"}");

    assertThat(plan.create()).isEmpty();
    assertThat(plan.update()).isEmpty();
    assertThat(plan.remove()).isEmpty();
    assertThat(plan.complaints()).singleElement().asString().contains("HostEndpoint(n1-auto-hep)");
  }

  /// Nothing may be opened or closed for a word that cannot be read.
  @Test
  void aTemplateThatCannotBeReadChangesNothing() {
    HostEndpoint made = stored(plan(List.of(), "{\"autoCreate\":\"Enabled\"}").create().getFirst());
    for (String wrong :
        List.of(
            "\"nodeSelector\":\"zone ==\"",
            "\"interfacePattern\":\"(\"",
            "\"interfaceCIDRs\":[\"10.0.0.300/8\"]")) {
      HostEndpointPlan plan =
          plan(
              List.of(made),
              """
              {"autoCreate":"Enabled","createDefaultHostEndpoint":"Disabled",
               "templates":[{"generateName":"x",%s}]}"""
                  .formatted(wrong));

      assertThat(plan.remove()).isEmpty();
      assertThat(plan.complaints()).singleElement().asString().contains("stay as they are");
    }
  }

  @Test
  void aNameThatIsTooLongIsAHash() {
    assertThat(HostEndpointName.of("a".repeat(244))).isEqualTo("a".repeat(244) + "-auto-hep");
    assertThat(HostEndpointName.of("a".repeat(245)))
        .matches("[0-9a-z]{30,43}-auto-hep")
        .isEqualTo(HostEndpointName.of("a".repeat(245)))
        .isNotEqualTo(HostEndpointName.of("a".repeat(246)));
  }
}
