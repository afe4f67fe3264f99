// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.KubernetesEndpointSlice;
import dev.brindle.api.resource.KubernetesEndpointSlice.Endpoint;
import dev.brindle.api.resource.KubernetesEndpointSlice.ServicePort;
import dev.brindle.api.resource.KubernetesService;
import dev.brindle.api.resource.KubernetesService.TrafficPolicy;
import dev.brindle.api.resource.Metadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Services and EndpointSlices.
final class ServiceObjects {

  private static final String SERVICE_NAME = "kubernetes.io/service-name";
  private static final String HEADLESS = "None";
  private static final Set<String> REQUESTS =
      Set.of(
          KubernetesService.IPV4_POOLS,
          KubernetesService.IPV6_POOLS,
          KubernetesService.LOAD_BALANCER_IPS);

  private ServiceObjects() {}

  /// @param complaints is told what was left out
  static KubernetesService service(ObjectNode object, List<String> complaints) {
    JsonNode spec = object.path("spec");
    Set<String> clusterIps = new LinkedHashSet<>(Json.list(spec.path("clusterIPs")));
    clusterIps.add(Json.text(spec, "clusterIP"));
    List<KubernetesService.Ingress> ways =
        object
            .path("status")
            .path("loadBalancer")
            .path("ingress")
            .valueStream()
            .map(ServiceStatusObjects::ingress)
            .toList();
    List<String> ingress = ways.stream().map(KubernetesService.Ingress::ip).toList();
    return new KubernetesService(
        metadata(object).withAnnotations(requests(object)),
        new KubernetesService.Spec(
            oneOf(KubernetesService.Type.values(), Json.text(spec, "type"))
                .orElse(KubernetesService.Type.CLUSTER_IP),
            addresses("spec.clusterIPs", clusterIps, complaints),
            addresses("spec.externalIPs", Json.list(spec.path("externalIPs")), complaints),
            addresses("spec.loadBalancerIP", List.of(Json.text(spec, "loadBalancerIP")), complaints)
                .stream()
                .findFirst(),
            addresses("status.loadBalancer.ingress", ingress, complaints),
            oneOf(TrafficPolicy.values(), Json.text(spec, "externalTrafficPolicy")),
            Json.list(spec.path("ipFamilies")).stream()
                .flatMap(text -> oneOf(IpFamily.values(), text).stream())
                .toList()),
        new KubernetesService.Balancing(
            Json.text(spec, "loadBalancerClass"),
            Json.text(spec, "loadBalancerIP"),
            Json.text(spec, "ipFamilyPolicy"),
            ways));
  }

  /// The others may be as large as the object itself, as kubectl keeps that in one.
  private static Map<String, String> requests(ObjectNode object) {
    Map<String, String> all = Json.texts(object.path("metadata").path("annotations"));
    all.keySet().retainAll(REQUESTS);
    return all;
  }

  /// Empty for those whose endpoints have names and no addresses.
  ///
  /// @param complaints is told what was left out
  static Optional<KubernetesEndpointSlice> slice(ObjectNode object, List<String> complaints) {
    return oneOf(IpFamily.values(), Json.text(object, "addressType"))
        .map(
            family ->
                new KubernetesEndpointSlice(
                    metadata(object),
                    new KubernetesEndpointSlice.Spec(
                        Json.text(object.path("metadata").path("labels"), SERVICE_NAME),
                        family,
                        object
                            .path("endpoints")
                            .valueStream()
                            .map(each -> endpoint(each, complaints))
                            .toList(),
                        ports(object.path("ports"), complaints))));
  }

  private static Endpoint endpoint(JsonNode endpoint, List<String> complaints) {
    return new Endpoint(
        addresses("endpoints.addresses", Json.list(endpoint.path("addresses")), complaints),
        endpoint.path("conditions").path("ready").asBoolean(true),
        Json.text(endpoint, "nodeName"));
  }

  /// One without a number stands for all ports, which no set of ports can hold.
  private static List<ServicePort> ports(JsonNode ports, List<String> complaints) {
    List<ServicePort> known = new ArrayList<>();
    for (JsonNode port : ports) {
      String protocol = Json.text(port, "protocol");
      if (!port.path("port").isInt()) {
        complaints.add("ports: one has no number: %s".formatted(port));
        continue;
      }
      known.add(
          new ServicePort(
              Json.text(port, "name"),
              Protocol.parse(protocol.isEmpty() ? "TCP" : protocol),
              port.path("port").intValue()));
    }
    return known;
  }

  private static List<IpAddress> addresses(
      String field, Iterable<String> texts, List<String> complaints) {
    List<IpAddress> addresses = new ArrayList<>();
    for (String text : texts) {
      if (text.isEmpty() || text.equals(HEADLESS)) {
        continue;
      }
      IpAddress.tryParse(text)
          .ifPresentOrElse(
              addresses::add,
              () -> complaints.add("%s: '%s' is no address".formatted(field, text)));
    }
    return addresses;
  }

  private static <T> Optional<T> oneOf(T[] values, String text) {
    return Arrays.stream(values).filter(each -> each.toString().equals(text)).findFirst();
  }

  private static Metadata metadata(ObjectNode object) {
    JsonNode metadata = object.path("metadata");
    Function<String, String> text = field -> Json.text(metadata, field);
    return Metadata.named(text.apply("namespace"), text.apply("name"))
        .withLabels(Json.texts(metadata.path("labels")))
        .withIdentity(
            text.apply("resourceVersion"), text.apply("uid"), text.apply("creationTimestamp"));
  }
}
