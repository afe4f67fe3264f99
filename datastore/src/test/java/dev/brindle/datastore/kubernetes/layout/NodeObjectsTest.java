// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.ResourceKind;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeObjectsTest {

  private static final ObjectLayout LAYOUT =
      ObjectLayout.of(CalicoGroup.CRD, ResourceKind.NODE).getFirst();

  private static final String WHOLE =
      """
      {"metadata":{"name":"n","resourceVersion":"3","creationTimestamp":"2026-01-01T00:00:00Z",
      "labels":{"zone":"a","rack":"1"},"annotations":{
      "projectcalico.org/IPv4Address":"192.0.2.1/24",
      "projectcalico.org/IPv6Address":"2001:db8::1/64",
      "projectcalico.org/IPv4IPIPTunnelAddr":"10.0.0.1",
      "projectcalico.org/ASNumber":"64513",
      "projectcalico.org/RouteReflectorClusterID":"244.0.0.1",
      "projectcalico.org/IPv4VXLANTunnelAddr":"10.0.0.2",
      "projectcalico.org/VXLANTunnelMACAddr":"66:00:00:00:00:01",
      "projectcalico.org/Interfaces":"[{\\"name\\":\\"eth0\\",\\"addresses\\":[\\"192.0.2.1\\"]}]",
      "projectcalico.org/labels":"{\\"zone\\":\\"b\\",\\"own\\":\\"o\\"}",
      "projectcalico.org/annotations":"{\\"note\\":\\"n\\"}",
      "foreign":"f"}},
      "spec":{"podCIDRs":["10.9.0.0/24"]},
      "status":{"addresses":[{"type":"InternalIP","address":"192.0.2.1"},
      {"type":"Hostname","address":"n"},{"type":"ExternalIP","address":"198.51.100.1"}]}}""";

  private static ObjectNode json(String text) {
    return Json.object(text).orElseThrow();
  }

  private static CalicoNode read(ObjectNode object) {
    return (CalicoNode) LAYOUT.read(object).resource().orElseThrow();
  }

  @Test
  void aNodeIsReadFromItsAnnotations() {
    CalicoNode node = read(json(WHOLE));
    CalicoNode.Bgp bgp = node.spec().bgp().orElseThrow();
    assertThat(bgp.ipv4Address().orElseThrow()).hasToString("192.0.2.1/24");
    assertThat(bgp.ipv6Address().orElseThrow()).hasToString("2001:db8::1/64");
    assertThat(bgp.ipv4IPIPTunnelAddr().orElseThrow()).hasToString("10.0.0.1");
    assertThat(bgp.asNumber().orElseThrow()).hasToString("64513");
    assertThat(bgp.routeReflectorClusterID()).isEqualTo("244.0.0.1");
    assertThat(node.spec().ipv4VXLANTunnelAddr().orElseThrow()).hasToString("10.0.0.2");
    assertThat(node.spec().vxlanTunnelMACAddr()).isEqualTo("66:00:00:00:00:01");
    assertThat(node.spec().interfaces()).hasSize(1);
    assertThat(node.spec().orchRefs()).containsExactly(new CalicoNode.OrchRef("n", "k8s"));
    assertThat(node.spec().addresses())
        .extracting(each -> each.type() + " " + each.address())
        .containsExactly(
            "CalicoNodeIP 192.0.2.1/24",
            "CalicoNodeIP 2001:db8::1/64",
            "InternalIP 192.0.2.1",
            "ExternalIP 198.51.100.1");
    assertThat(node.metadata().labels()).isEqualTo(Map.of("zone", "a", "rack", "1", "own", "o"));
    assertThat(node.metadata().annotations().get("note")).isEqualTo("n");
    assertThat(node.metadata().annotations().get("projectcalico.org/kube-labels"))
        .isEqualTo("{\"rack\":\"1\",\"zone\":\"a\"}");
    assertThat(node.metadata().resourceVersion()).isEqualTo("3");
  }

  @Test
  void aBareNodeHasNoSections() {
    CalicoNode node = read(json("{\"metadata\":{\"name\":\"n\"}}"));
    assertThat(node.spec().bgp()).isEmpty();
    assertThat(node.spec().addresses()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          IPv4Address         | 192.0.2.300
          ASNumber            | many
          IPv4VXLANTunnelAddr | -
          VXLANTunnelMACAddr  | 66
          Interfaces          | {}
          Interfaces          | [{"addresses":["x"]}]
          Interfaces          | [{"name":"e","addresses":[{}]}]
          labels              | []
          annotations         | nonsense
          """)
  void whatCannotBeReadIsLeftOut(String annotation, String value) {
    ObjectNode object = json("{\"metadata\":{\"name\":\"n\"}}");
    object
        .withObjectProperty("metadata")
        .putObject("annotations")
        .put("projectcalico.org/" + annotation, value);
    ObjectLayout.Reading reading = LAYOUT.read(object);
    assertThat(reading.complaints()).singleElement().asString().contains(annotation);
    assertThat(((CalicoNode) reading.resource().orElseThrow()).spec())
        .isEqualTo(read(json("{\"metadata\":{\"name\":\"n\"}}")).spec());
  }

  /// Merged into what it was read from it changes nothing.
  @Test
  void writingWhatWasReadChangesNothing() {
    ObjectNode object = json(WHOLE);
    ObjectNode patch = LAYOUT.patch(read(object), object);
    assertThat(patch.path("metadata").path("resourceVersion").asText()).isEqualTo("3");
    ObjectNode annotations =
        object.withObjectProperty("metadata").withObjectProperty("annotations");
    patch
        .path("metadata")
        .path("annotations")
        .properties()
        .forEach(
            each -> {
              if (each.getValue().isNull()) {
                annotations.remove(each.getKey());
              } else {
                annotations.set(each.getKey(), each.getValue());
              }
            });
    // the label that Kubernetes' own hides is forgotten
    annotations.put("projectcalico.org/labels", "{\"own\":\"o\"}");
    ObjectNode expected = json(WHOLE);
    expected
        .withObjectProperty("metadata")
        .withObjectProperty("annotations")
        .put("projectcalico.org/labels", "{\"own\":\"o\"}");
    assertThat(object).isEqualTo(expected);
  }

  @Test
  void labelsThatAreNotKubernetesAreNoted() {
    ObjectNode object = json(WHOLE);
    CalicoNode node = read(object);
    Map<String, String> labels = new HashMap<>(node.metadata().labels());
    labels.put("rack", "2");
    labels.remove("own");
    ObjectNode patch = LAYOUT.patch(node.withMetadata(node.metadata().withLabels(labels)), object);
    assertThat(patch.path("metadata").path("annotations").path("projectcalico.org/labels").asText())
        .isEqualTo("{\"rack\":\"2\"}");
  }
}
