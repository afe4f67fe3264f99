// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.KubernetesEndpointSlice;
import dev.brindle.api.resource.KubernetesEndpointSlice.Endpoint;
import dev.brindle.api.resource.KubernetesEndpointSlice.ServicePort;
import dev.brindle.api.resource.KubernetesService;
import dev.brindle.api.resource.ResourceKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceObjectsTest {

  private static final ObjectLayout SERVICES = layout(ResourceKind.KUBERNETES_SERVICE);
  private static final ObjectLayout SLICES = layout(ResourceKind.KUBERNETES_ENDPOINT_SLICE);

  private static ObjectLayout layout(ResourceKind kind) {
    return ObjectLayout.of(CalicoGroup.CRD, kind).getFirst();
  }

  private static ObjectLayout.Reading read(ObjectLayout layout, String text) {
    return layout.read(Json.object(text).orElseThrow());
  }

  private static IpAddress address(String text) {
    return IpAddress.parse(text);
  }

  @Test
  void aServiceHasAddressesOfManyKinds() {
    ObjectLayout.Reading reading =
        read(
            SERVICES,
            """
            {"metadata":{"name":"web","namespace":"shop","uid":"u","resourceVersion":"5",
            "labels":{"a":"b"}},"spec":{"type":"LoadBalancer","clusterIP":"10.96.0.7",
            "clusterIPs":["10.96.0.7","fd00::7"],"externalIPs":["192.0.2.1","x"],
            "loadBalancerIP":"198.51.100.1","externalTrafficPolicy":"Local",
            "ipFamilies":["IPv4","IPv6"]},"status":{"loadBalancer":{"ingress":[
            {"ip":"198.51.100.1"},{"hostname":"h"}]}}}""");
    var service = (KubernetesService) reading.resource().orElseThrow();

    assertThat(service.key().toString()).isEqualTo("KubernetesService(shop/web)");
    assertThat(service.metadata().resourceVersion()).isEqualTo("5");
    assertThat(service.metadata().labels()).containsEntry("a", "b");
    assertThat(service.spec())
        .isEqualTo(
            new KubernetesService.Spec(
                KubernetesService.Type.LOAD_BALANCER,
                List.of(address("10.96.0.7"), address("fd00::7")),
                List.of(address("192.0.2.1")),
                Optional.of(address("198.51.100.1")),
                List.of(address("198.51.100.1")),
                Optional.of(KubernetesService.TrafficPolicy.LOCAL),
                List.of(IpFamily.IPV4, IpFamily.IPV6)));
    assertThat(reading.complaints()).containsExactly("spec.externalIPs: 'x' is no address");
  }

  @Test
  void whatAServiceAsksOfWhoGivesAddresses() {
    ObjectLayout.Reading reading =
        read(
            SERVICES,
            """
            {"metadata":{"name":"web","namespace":"shop","annotations":{"a":"b",
            "projectcalico.org/ipv4pools":"[\\"p\\"]"}},"spec":{"type":"LoadBalancer",
            "loadBalancerClass":"calico","loadBalancerIP":"x","ipFamilyPolicy":"SingleStack"},
            "status":{"loadBalancer":{"ingress":[{"ip":"198.51.100.1","ipMode":"VIP"},
            {"hostname":"h"}]}}}""");
    var service = (KubernetesService) reading.resource().orElseThrow();

    assertThat(service.metadata().annotations())
        .containsOnly(Map.entry("projectcalico.org/ipv4pools", "[\"p\"]"));
    assertThat(service.balancing())
        .isEqualTo(
            new KubernetesService.Balancing(
                "calico",
                "x",
                "SingleStack",
                List.of(
                    new KubernetesService.Ingress("198.51.100.1", ""),
                    new KubernetesService.Ingress("", "h"))));
  }

  /// Others note how an address is reached.
  @Test
  void whatStaysInAStatusStaysWhole() {
    ObjectNode before =
        Json.object(
                """
                {"metadata":{"resourceVersion":"7"},"status":{"loadBalancer":{"ingress":[
                {"ip":"192.0.2.1","ipMode":"VIP"},{"ip":"192.0.2.2"}]}}}""")
            .orElseThrow();

    assertThat(
            ServiceStatusObjects.patch(
                    before,
                    List.of(
                        new KubernetesService.Ingress("192.0.2.1", ""),
                        new KubernetesService.Ingress("192.0.2.3", "")))
                .toString())
        .isEqualTo(
            "{\"metadata\":{\"resourceVersion\":\"7\"},\"status\":{\"loadBalancer\":{\"ingress\":["
                + "{\"ip\":\"192.0.2.1\",\"ipMode\":\"VIP\"},{\"ip\":\"192.0.2.3\"}]}}}");
    assertThat(ServiceStatusObjects.patch(before, List.of()).toString())
        .endsWith("{\"loadBalancer\":{\"ingress\":null}}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                          | CLUSTER_IP    | []
          {"clusterIP":"None","clusterIPs":["None"]}  | CLUSTER_IP    | []
          {"type":"NodePort","clusterIP":"10.96.0.7"} | NODE_PORT     | [10.96.0.7]
          {"type":"ExternalName","externalName":"x"}  | EXTERNAL_NAME | []
          """)
  void whatAServiceDoesNotSay(String spec, KubernetesService.Type type, String clusterIps) {
    ObjectLayout.Reading reading =
        read(
            SERVICES,
            "{\"metadata\":{\"name\":\"s\",\"namespace\":\"n\"},\"spec\":%s}".formatted(spec));
    var service = (KubernetesService) reading.resource().orElseThrow();

    assertThat(service.spec().type()).isEqualTo(type);
    assertThat(service.spec().clusterIPs()).hasToString(clusterIps);
    assertThat(service.spec().externalTrafficPolicy()).isEmpty();
    assertThat(reading.complaints()).isEmpty();
  }

  /// Who does not say that it is not ready is.
  @Test
  void aSliceHasEndpointsAndTheirPorts() {
    ObjectLayout.Reading reading =
        read(
            SLICES,
            """
            {"metadata":{"name":"web-1","namespace":"shop",
            "labels":{"kubernetes.io/service-name":"web"}},"addressType":"IPv4","endpoints":[
            {"addresses":["10.0.0.1"],"conditions":{"ready":true},"nodeName":"n1"},
            {"addresses":["10.0.0.2"],"conditions":{}},{"addresses":["10.0.0.3"],
            "conditions":{"ready":false,"serving":true,"terminating":true},"nodeName":"n2"}],
            "ports":[{"name":"http","protocol":"TCP","port":8080},{"port":53,"protocol":"UDP"},
            {"name":"any"}]}""");
    var slice = (KubernetesEndpointSlice) reading.resource().orElseThrow();

    assertThat(slice.key().toString()).isEqualTo("KubernetesEndpointSlice(shop/web-1)");
    assertThat(slice.spec())
        .isEqualTo(
            new KubernetesEndpointSlice.Spec(
                "web",
                IpFamily.IPV4,
                List.of(
                    new Endpoint(List.of(address("10.0.0.1")), true, "n1"),
                    new Endpoint(List.of(address("10.0.0.2")), true, ""),
                    new Endpoint(List.of(address("10.0.0.3")), false, "n2")),
                List.of(
                    new ServicePort("http", Protocol.TCP, 8080),
                    new ServicePort("", Protocol.UDP, 53))));
    assertThat(reading.complaints())
        .containsExactly("ports: one has no number: {\"name\":\"any\"}");
  }

  @Test
  void aSliceOfNamesIsNone() {
    assertThat(
            read(
                    SLICES,
                    """
                    {"metadata":{"name":"x","namespace":"n"},"addressType":"FQDN",
                    "endpoints":[{"addresses":["example.org"]}]}""")
                .resource())
        .isEmpty();
  }
}
