// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.api.net.Cidr;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A network configuration: what of it counts for us.
///
/// @param type of the plugin whose network it is; empty if not told
/// @param name of the network
/// @param nodename empty for the daemon's own
/// @param mtu 0 for the daemon's choice
/// @param requiresKnownMtu whether a pod must wait for that choice (`require_mtu_file`)
/// @param policyType empty or `k8s`
/// @param allowIpForwarding whether the pod may forward packets
/// @param policyTimeoutSeconds how long ADD waits for policy; 0 for the daemon's choice
/// @param labels for the endpoint, from all the places that may carry some
/// @param serviceAccount of the pod; empty if not told
/// @param readinessGates what must answer before a pod is plugged in
/// @param features what pods may ask for by annotations
/// @param previous what the plugin before us in the chain gave
/// @param text all of it, as it was written: for plugins that get it too
public record CniConfig(
    CniVersion version,
    String type,
    String name,
    String nodename,
    int mtu,
    boolean requiresKnownMtu,
    Ipam ipam,
    String policyType,
    boolean allowIpForwarding,
    int policyTimeoutSeconds,
    Map<String, String> labels,
    String serviceAccount,
    List<URI> readinessGates,
    Features features,
    Optional<JsonNode> previous,
    String text) {

  private static final List<String> OUR_NAMES = List.of("calico", "brindle");

  public CniConfig {
    labels = Map.copyOf(labels);
    readinessGates = List.copyOf(readinessGates);
  }

  /// Whether the network is another plugin's, which runs us to assign an address (`ipam.type`).
  public boolean isOthers() {
    return !type.isEmpty() && OUR_NAMES.stream().noneMatch(type::startsWith);
  }

  public boolean isKubernetesPolicy() {
    return policyType.equals("k8s");
  }

  /// Which addresses to assign.
  ///
  /// @param type `calico-ipam`, or the name of a plugin that assigns them
  /// @param ipv4Pools names or CIDRs; empty for any
  /// @param routes of the pod, if not the default ones
  public record Ipam(
      String type,
      boolean assignIpv4,
      boolean assignIpv6,
      List<String> ipv4Pools,
      List<String> ipv6Pools,
      List<Cidr> routes) {

    /// Ours, under Calico's name.
    public static final String OURS = "calico-ipam";

    /// Another plugin, which knows by itself what it assigns.
    static Ipam other(String type, List<Cidr> routes) {
      return new Ipam(type, false, false, List.of(), List.of(), routes);
    }

    public boolean isOurs() {
      return type.equals(OURS);
    }

    public Ipam {
      routes = List.copyOf(routes);
      ipv4Pools = List.copyOf(ipv4Pools);
      ipv6Pools = List.copyOf(ipv6Pools);
    }
  }

  /// What pods may ask for only if the network allows it.
  ///
  /// @param addressesWithoutIpam addresses that are nothing of IPAM's
  /// @param floatingAddresses addresses that lead to the pod's own
  public record Features(boolean addressesWithoutIpam, boolean floatingAddresses) {}
}
