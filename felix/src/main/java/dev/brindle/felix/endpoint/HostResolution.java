// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.endpoint;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.Settings;
import dev.brindle.policy.engine.HostPolicy;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which of this host's interfaces is which host endpoint's.
///
/// An endpoint that names an interface has it, there or not, so that no packet of it goes by
/// without policy when it appears. One that names none has the interfaces with an address that it
/// expects. Where several want an interface the first by name has it. An endpoint for all has those
/// that no other has. Pods' interfaces are nobody's.
///
/// @param named by name of the interface
/// @param others of all other interfaces
public record HostResolution(SortedMap<String, HostPolicy> named, Optional<HostPolicy> others) {

  public static final HostResolution NONE = new HostResolution(new TreeMap<>(), Optional.empty());

  /// What the kernel takes as a name and nft(8) takes for nothing else.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,15}");

  private static final Comparator<HostPolicy> BY_NAME =
      Comparator.comparing(policy -> policy.endpoint().metadata().name());

  /// @param addresses of the host's interfaces, by name
  public static HostResolution of(
      Collection<HostPolicy> policies, Map<String, Set<IpAddress>> addresses, Settings settings) {
    SortedMap<String, HostPolicy> named = new TreeMap<>();
    for (HostPolicy policy : policies.stream().sorted(BY_NAME).toList()) {
      if (!policy.isForAll()) {
        interfaces(policy.endpoint().spec(), addresses).stream()
            .filter(name -> mayBeHosts(name, settings))
            .forEach(name -> named.putIfAbsent(name, policy));
      }
    }
    return new HostResolution(named, policies.stream().filter(HostPolicy::isForAll).min(BY_NAME));
  }

  private static List<String> interfaces(
      HostEndpoint.Spec endpoint, Map<String, Set<IpAddress>> addresses) {
    return endpoint.interfaceName().isEmpty()
        ? addresses.entrySet().stream()
            .filter(found -> endpoint.expectedIPs().stream().anyMatch(found.getValue()::contains))
            .map(Map.Entry::getKey)
            .toList()
        : List.of(endpoint.interfaceName());
  }

  private static boolean mayBeHosts(String name, Settings settings) {
    return NAME.matcher(name).matches()
        && !settings.isPodInterface(name)
        && settings.get(Parameters.INTERFACE_EXCLUDE).stream()
            .noneMatch(excluded -> isNamedBy(excluded, name));
  }

  /// @param text a name, or a regular expression between slashes
  private static boolean isNamedBy(String text, String name) {
    boolean isPattern = text.length() > 1 && text.startsWith("/") && text.endsWith("/");
    return isPattern
        ? Pattern.compile(text.substring(1, text.length() - 1)).matcher(name).find()
        : text.equals(name);
  }

  public boolean isEmpty() {
    return named.isEmpty() && others.isEmpty();
  }

  /// The interfaces that an endpoint has by name or address.
  public List<String> interfacesOf(ResourceKey endpoint) {
    return named.entrySet().stream()
        .filter(entry -> entry.getValue().endpoint().key().equals(endpoint))
        .map(Map.Entry::getKey)
        .toList();
  }

  /// Whether it has all interfaces that no other has.
  public boolean hasOthers(ResourceKey endpoint) {
    return others.filter(policy -> policy.endpoint().key().equals(endpoint)).isPresent();
  }

  /// All that are in force somewhere, once for each interface.
  public List<HostPolicy> inForce() {
    return Stream.concat(named.values().stream(), others.stream()).toList();
  }
}
