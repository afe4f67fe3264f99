// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// How to reach an etcd cluster.
///
/// @param endpoints URLs, each of a member
/// @param login absent where the cluster asks for none
/// @param tls for `https` endpoints
public record EtcdSettings(List<URI> endpoints, Optional<Login> login, Tls tls) {

  private static final Set<String> SCHEMES = Set.of("http", "https");

  public EtcdSettings {
    endpoints = List.copyOf(endpoints);
  }

  /// A user of etcd.
  public record Login(String user, String password) {

    /// The password is nobody's business.
    @Override
    public String toString() {
      return user;
    }
  }

  /// Reads `https://10.0.0.1:2379,https://10.0.0.2:2379`.
  ///
  /// @throws IllegalArgumentException naming the part that is no such URL
  public static List<URI> endpoints(String text) {
    List<URI> endpoints =
        Arrays.stream(text.split(","))
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .map(EtcdSettings::endpoint)
            .toList();
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException(
          "etcd endpoints '%s': expected URLs such as https://10.0.0.1:2379".formatted(text));
    }
    if (endpoints.stream().map(URI::getScheme).distinct().count() > 1) {
      throw new IllegalArgumentException(
          "etcd endpoints '%s': expected all to be http, or all https".formatted(text));
    }
    return endpoints;
  }

  private static URI endpoint(String text) {
    try {
      URI uri = new URI(text);
      boolean isSound =
          uri.getScheme() != null
              && SCHEMES.contains(uri.getScheme())
              && uri.getHost() != null
              && uri.getPort() > 0;
      if (isSound) {
        return uri;
      }
    } catch (URISyntaxException _) {
      // said below
    }
    throw new IllegalArgumentException(
        "etcd endpoint '%s': expected a URL such as https://10.0.0.1:2379".formatted(text));
  }

  /// For gRPC. The brackets of IPv6 addresses have no place in a URI's path as they are.
  String target() {
    return endpoints.stream()
        .map(each -> "%s:%d".formatted(each.getHost(), each.getPort()))
        .map(each -> each.replace("%", "%25").replace("[", "%5B").replace("]", "%5D"))
        .collect(Collectors.joining(",", "ip:///", ""));
  }

  boolean isEncrypted() {
    return endpoints.getFirst().getScheme().equals("https");
  }

  /// For messages: `etcd at https://10.0.0.1:2379,https://10.0.0.2:2379`.
  String name() {
    return "etcd at " + String.join(",", endpoints.stream().map(URI::toString).toList());
  }
}
