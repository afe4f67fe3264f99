// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.balancer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.KubernetesService;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Reads what a service asks for out of its annotations and its spec.
final class WishReader {

  /// As of an annotation that says something, and not what was expected.
  private static final class UnclearException extends Exception {

    private static final long serialVersionUID = 1;

    UnclearException(String message) {
      super(message);
    }
  }

  private static final String SINGLE = "SingleStack";
  private static final String PREFERRED = "PreferDualStack";
  private static final JsonMapper JSON = new JsonMapper();

  private final KubernetesService service;
  private final Collection<IpPool> pools;

  private WishReader(KubernetesService service, Collection<IpPool> pools) {
    this.service = service;
    this.pools = pools;
  }

  /// Whether it asks for addresses, and not only for a load balancer.
  static boolean asks(KubernetesService service) {
    Map<String, String> annotations = service.metadata().annotations();
    return !service.balancing().loadBalancerIP().isEmpty()
        || List.of(
                KubernetesService.IPV4_POOLS,
                KubernetesService.IPV6_POOLS,
                KubernetesService.LOAD_BALANCER_IPS)
            .stream()
            .anyMatch(name -> !annotations.getOrDefault(name, "").isBlank());
  }

  /// @param pools for services
  static Wish read(KubernetesService service, Collection<IpPool> pools) {
    try {
      return new WishReader(service, pools).read();
    } catch (UnclearException e) {
      return new Wish.Unclear(String.valueOf(e.getMessage()));
    }
  }

  private Wish read() throws UnclearException {
    List<IpFamily> families = families();
    Map<IpFamily, IpAddress> named = named(families);
    if (!named.isEmpty()) { // all it is to have
      List<IpFamily> some = families.stream().filter(named::containsKey).toList();
      return new Wish.Clear(some, named, Map.of());
    }
    Map<IpFamily, List<Cidr>> chosen = new EnumMap<>(IpFamily.class);
    pools(KubernetesService.IPV4_POOLS, IpFamily.IPV4)
        .ifPresent(cidrs -> chosen.put(IpFamily.IPV4, cidrs));
    pools(KubernetesService.IPV6_POOLS, IpFamily.IPV6)
        .ifPresent(cidrs -> chosen.put(IpFamily.IPV6, cidrs));
    return new Wish.Clear(possible(families, chosen), Map.of(), chosen);
  }

  private List<IpFamily> families() {
    List<IpFamily> given = service.spec().ipFamilies();
    if (given.isEmpty()) { // of before there were two
      given = service.spec().clusterIPs().stream().map(IpAddress::family).distinct().toList();
    }
    boolean isOne = service.balancing().ipFamilyPolicy().equals(SINGLE);
    return isOne ? given.stream().limit(1).toList() : given;
  }

  /// Who only prefers two does not wait for a family that the cluster has no addresses of.
  private List<IpFamily> possible(List<IpFamily> families, Map<IpFamily, List<Cidr>> chosen) {
    if (!service.balancing().ipFamilyPolicy().equals(PREFERRED)) {
      return families;
    }
    List<IpFamily> possible =
        families.stream()
            .filter(
                family ->
                    chosen.containsKey(family)
                        || pools.stream().anyMatch(it -> it.spec().cidr().family() == family))
            .toList();
    return possible.isEmpty() ? families : possible;
  }

  private Map<IpFamily, IpAddress> named(List<IpFamily> families) throws UnclearException {
    String annotation = KubernetesService.LOAD_BALANCER_IPS;
    Optional<List<String>> texts = list(annotation, "addresses such as [\"192.0.2.1\"]");
    String field = texts.isPresent() ? annotation : "spec.loadBalancerIP";
    String single = service.balancing().loadBalancerIP();
    List<String> all = texts.orElse(single.isEmpty() ? List.of() : List.of(single));
    Map<IpFamily, IpAddress> named = new EnumMap<>(IpFamily.class);
    for (String text : all) {
      IpAddress address =
          IpAddress.tryParse(text)
              .orElseThrow(
                  () -> new UnclearException("%s: '%s' is no address".formatted(field, text)));
      if (!families.contains(address.family())) {
        throw new UnclearException(
            "%s: %s is %s, and the service has %s (spec.ipFamilies)"
                .formatted(field, address, address.family(), families));
      }
      IpAddress other = named.put(address.family(), address);
      if (other != null) {
        throw new UnclearException(
            "%s: %s and %s are both %s: expected at most one of each family"
                .formatted(field, other, address, address.family()));
      }
    }
    return named;
  }

  private Optional<List<Cidr>> pools(String annotation, IpFamily family) throws UnclearException {
    Optional<List<String>> texts = list(annotation, "names or CIDRs of pools such as [\"public\"]");
    if (texts.isEmpty()) {
      return Optional.empty();
    }
    List<Cidr> cidrs = new ArrayList<>();
    for (String text : texts.get()) {
      Cidr cidr = pool(annotation, text).spec().cidr();
      if (cidr.family() != family) {
        throw new UnclearException(
            "%s: pool '%s' is %s: expected %s".formatted(annotation, text, cidr.family(), family));
      }
      cidrs.add(cidr);
    }
    return Optional.of(cidrs);
  }

  private IpPool pool(String annotation, String text) throws UnclearException {
    Optional<Cidr> cidr = text.contains("/") ? Cidr.tryParse(text) : Optional.empty();
    return pools.stream()
        .filter(
            pool ->
                pool.metadata().name().equals(text)
                    || cidr.filter(pool.spec().cidr()::equals).isPresent())
        .findFirst()
        .orElseThrow(
            () ->
                new UnclearException(
                    "%s: '%s' is no IPPool whose allowedUses has LoadBalancer; there are %s"
                        .formatted(annotation, text, names())));
  }

  private String names() {
    return pools.stream()
        .map(pool -> "%s (%s)".formatted(pool.metadata().name(), pool.spec().cidr()))
        .sorted()
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /// Empty where the annotation is not there, or is empty.
  private Optional<List<String>> list(String annotation, String expected) throws UnclearException {
    String text = service.metadata().annotations().getOrDefault(annotation, "");
    if (text.isBlank()) {
      return Optional.empty();
    }
    JsonNode tree = tree(text);
    boolean isList =
        tree.isArray() && !tree.isEmpty() && tree.valueStream().allMatch(JsonNode::isTextual);
    if (!isList) {
      throw new UnclearException(
          "%s is '%s': expected a JSON list of %s".formatted(annotation, text, expected));
    }
    return Optional.of(tree.valueStream().map(JsonNode::asText).toList());
  }

  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException _) {
      return MissingNode.getInstance(); // no list: who asked says what was expected
    }
  }
}
