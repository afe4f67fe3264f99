// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.pod;

import static dev.brindle.cni.protocol.CniError.Code.GENERAL;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.MacAddress;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.datastore.PodNotes;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a pod asks for by annotations, `cni.projectcalico.org/...`.
///
/// @param ipv4Pools names or CIDRs; absent: what the network says
/// @param families which to have addresses of; empty: what the network says
/// @param addresses these and no others
/// @param isOutsideIpam whether the addresses are nothing of IPAM's
/// @param floatingAddresses that lead to the pod's own
/// @param mac of the pod's interface
/// @param sources it may send from besides its addresses
public record PodAsks(
    Optional<List<String>> ipv4Pools,
    Optional<List<String>> ipv6Pools,
    Set<IpFamily> families,
    List<IpAddress> addresses,
    boolean isOutsideIpam,
    List<IpAddress> floatingAddresses,
    Optional<MacAddress> mac,
    List<Cidr> sources) {

  /// Who names the pools if no annotation does.
  public static final Map<IpFamily, String> NETWORKS_POOLS =
      Map.of(
          IpFamily.IPV4, "network configuration: ipam.ipv4_pools",
          IpFamily.IPV6, "network configuration: ipam.ipv6_pools");

  private static final Map<IpFamily, String> POOLS =
      Map.of(IpFamily.IPV4, "ipv4pools", IpFamily.IPV6, "ipv6pools");
  private static final String PREFIX = "cni.projectcalico.org/";
  private static final String ADDRESSES = "ipAddrs";
  private static final String OUTSIDE = "ipAddrsNoIpam";
  private static final String FLOATING = "floatingIPs";
  private static final String LIST = "a JSON list of texts";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  public PodAsks {
    ipv4Pools = ipv4Pools.map(List::copyOf);
    ipv6Pools = ipv6Pools.map(List::copyOf);
    families = Set.copyOf(families);
    addresses = List.copyOf(addresses);
    floatingAddresses = List.copyOf(floatingAddresses);
    sources = List.copyOf(sources);
  }

  /// Who names the pools of each family: for errors.
  public static Map<IpFamily, String> poolsFrom(PodNotes notes, PodIdentity pod) {
    Map<IpFamily, String> from = new EnumMap<>(NETWORKS_POOLS);
    POOLS.forEach(
        (family, key) -> {
          String annotation = "annotation " + PREFIX + key;
          if (notes.ofPod(PREFIX + key).isPresent()) {
            from.put(family, "%s of pod %s".formatted(annotation, pod));
          } else if (notes.ofPodOrNamespace(PREFIX + key).isPresent()) {
            from.put(family, "%s of namespace %s".formatted(annotation, pod.namespace()));
          }
        });
    return from;
  }

  /// Pools and families may be the namespace's word; all else is the pod's own.
  ///
  /// @throws CniException naming the annotation, its value and what was expected
  public static PodAsks of(PodNotes notes, CniConfig config) {
    List<IpAddress> addresses = addresses(notes, ADDRESSES);
    List<IpAddress> outside = addresses(notes, OUTSIDE);
    if (!addresses.isEmpty() && !outside.isEmpty()) {
      throw new CniException(
          GENERAL,
          "can't have both annotations: '%s' and '%s' in use at the same time: take one away"
              .formatted(PREFIX + ADDRESSES, PREFIX + OUTSIDE));
    }
    requireOurs(ADDRESSES, addresses, config);
    requireOurs(OUTSIDE, outside, config);
    List<IpAddress> floating = floating(notes);
    requireFeature("ip_addrs_no_ipam", config.features().addressesWithoutIpam(), OUTSIDE, outside);
    requireFeature("floating_ips", config.features().floatingAddresses(), FLOATING, floating);
    return new PodAsks(
        notes.ofPodOrNamespace(PREFIX + "ipv4pools").map(text -> list("ipv4pools", text)),
        notes.ofPodOrNamespace(PREFIX + "ipv6pools").map(text -> list("ipv6pools", text)),
        families(notes),
        outside.isEmpty() ? addresses : outside,
        !outside.isEmpty(),
        floating,
        mac(notes),
        sources(notes));
  }

  private static void requireOurs(String key, List<?> asked, CniConfig config) {
    if (!asked.isEmpty() && !config.ipam().isOurs()) {
      throw new CniException(
          GENERAL,
          "annotation %s is not compatible with configured IPAM: %s: take it away, or have ipam.type %s in the network configuration"
              .formatted(PREFIX + key, config.ipam().type(), CniConfig.Ipam.OURS));
    }
  }

  private static void requireFeature(String name, boolean isEnabled, String key, List<?> asked) {
    if (!asked.isEmpty() && !isEnabled) {
      throw new CniException(
          GENERAL,
          "requested feature is not enabled: %s: annotation %s wants feature_control.%s of the network configuration to be true"
              .formatted(name, PREFIX + key, name));
    }
  }

  /// At most one of each family.
  private static List<IpAddress> addresses(PodNotes notes, String key) {
    Optional<String> text = notes.ofPod(PREFIX + key);
    if (text.isEmpty()) {
      return List.of();
    }
    List<IpAddress> addresses =
        list(key, text.get()).stream().map(each -> address(key, each)).toList();
    if (addresses.isEmpty()) {
      throw new CniException(
          GENERAL,
          "annotation \"%s\" specified but empty: %s"
              .formatted(key, parsing(key) + wanted(text.get(), "an address")));
    }
    for (IpFamily family : IpFamily.values()) {
      if (addresses.stream().filter(address -> address.family() == family).count() > 1) {
        throw new CniException(
            GENERAL,
            "cannot have more than one %s address for \"%s\" annotation: %s"
                .formatted(
                    family,
                    key,
                    parsing(key) + wanted(text.get(), "one address, or one of each family")));
      }
    }
    return addresses;
  }

  private static IpAddress address(String key, String text) {
    return IpAddress.tryParse(text)
        .orElseThrow(
            () ->
                new CniException(
                    GENERAL,
                    "invalid IP format: %s: %s"
                        .formatted(text, parsing(key) + wanted(text, "an IPv4 or IPv6 address"))));
  }

  private static List<IpAddress> floating(PodNotes notes) {
    return notes
        .ofPod(PREFIX + FLOATING)
        .map(text -> list(FLOATING, text).stream().map(each -> address(FLOATING, each)).toList())
        .orElse(List.of());
  }

  private static Set<IpFamily> families(PodNotes notes) {
    String key = "ipFamilies";
    Set<IpFamily> families = EnumSet.noneOf(IpFamily.class);
    Optional<String> text = notes.ofPodOrNamespace(PREFIX + key);
    for (String word : text.map(each -> list(key, each)).orElse(List.of())) {
      families.add(
          switch (word) {
            case "IPv4" -> IpFamily.IPV4;
            case "IPv6" -> IpFamily.IPV6;
            default -> throw bad(key, word, "\"IPv4\" or \"IPv6\"");
          });
    }
    if (text.isPresent() && families.isEmpty()) {
      throw bad(key, text.get(), "\"IPv4\", \"IPv6\" or both");
    }
    return families;
  }

  private static Optional<MacAddress> mac(PodNotes notes) {
    String key = "hwAddr";
    return notes
        .ofPod(PREFIX + key)
        .map(
            text -> {
              try {
                return MacAddress.parse(text);
              } catch (IllegalArgumentException e) {
                throw new CniException(GENERAL, parsing(key) + e.getMessage(), e);
              }
            });
  }

  private static List<Cidr> sources(PodNotes notes) {
    String key = "allowedSourcePrefixes";
    return notes
        .ofPod(PREFIX + key)
        .map(text -> list(key, text).stream().map(each -> source(key, each)).toList())
        .orElse(List.of());
  }

  private static Cidr source(String key, String text) {
    return InterfaceAddress.tryParse(text)
        .map(InterfaceAddress::cidr)
        .orElseThrow(() -> bad(key, text, "an address or CIDR"));
  }

  private static List<String> list(String key, String text) {
    try {
      JsonNode list = JSON.readTree(text);
      if (list.isArray() && list.valueStream().allMatch(JsonNode::isTextual)) {
        return list.valueStream().map(JsonNode::textValue).toList();
      }
    } catch (JsonProcessingException e) {
      throw new CniException(GENERAL, parsing(key) + wanted(text, LIST), e);
    }
    throw bad(key, text, LIST);
  }

  private static CniException bad(String key, String value, String expected) {
    return new CniException(GENERAL, parsing(key) + wanted(value, expected));
  }

  private static String parsing(String key) {
    return "error parsing %s: annotation %s%s of the pod or its namespace: "
        .formatted(key, PREFIX, key);
  }

  private static String wanted(String value, String expected) {
    return "expected %s, found '%s'".formatted(expected, value);
  }

  /// The same for a network's own word where the pod says nothing.
  public CniConfig.Ipam over(CniConfig.Ipam network) {
    return new CniConfig.Ipam(
        network.type(),
        families.isEmpty() ? network.assignIpv4() : families.contains(IpFamily.IPV4),
        families.isEmpty() ? network.assignIpv6() : families.contains(IpFamily.IPV6),
        ipv4Pools.orElse(network.ipv4Pools()),
        ipv6Pools.orElse(network.ipv6Pools()),
        network.routes());
  }
}
