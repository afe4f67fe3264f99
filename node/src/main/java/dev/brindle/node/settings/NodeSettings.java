// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.settings;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpFamily;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// All that the environment says about this node.
///
/// @param pollInterval how often addresses are looked for again; zero for never
/// @param as empty for the cluster's
/// @param routerId an IPv4 address, `hash`, or empty for the node's IPv4 address
/// @param checksAddress whether another node with our address stops us
/// @param hasDefaultPools whether pools are made where there are none
/// @param clusterType as it goes into ClusterInformation
/// @param runDirectory for sockets; not kept over a restart of the machine
/// @param stateDirectory for files that are kept
/// @param variables all of them, for felix and the datastore
public record NodeSettings(
    String name,
    AddressSetting ip,
    AddressSetting ip6,
    DetectionMethod ipMethod,
    DetectionMethod ip6Method,
    Duration pollInterval,
    Optional<AsNumber> as,
    Backend backend,
    String routerId,
    boolean checksAddress,
    boolean hasDefaultPools,
    PoolSettings pool4,
    PoolSettings pool6,
    boolean supportsIpv6,
    String clusterType,
    Path runDirectory,
    Path stateDirectory,
    Map<String, String> variables) {

  /// The variable for the node's name in Kubernetes.
  public static final String KUBERNETES_NAME = "CALICO_K8S_NODE_REF";

  public static final String NAME_FILE = "nodename";

  public static final Path DEFAULT_STATE = Path.of("/var/lib/brindle");

  public NodeSettings {
    variables = Map.copyOf(variables);
  }

  public AddressSetting address(IpFamily family) {
    return family == IpFamily.IPV4 ? ip : ip6;
  }

  public DetectionMethod method(IpFamily family) {
    return family == IpFamily.IPV4 ? ipMethod : ip6Method;
  }

  public PoolSettings pool(IpFamily family) {
    return family == IpFamily.IPV4 ? pool4 : pool6;
  }

  /// What Kubernetes calls the node.
  public String kubernetesName() {
    String said = variables.getOrDefault(KUBERNETES_NAME, "").strip();
    return said.isEmpty() ? name : said;
  }

  /// Where DELs wait that the store could not be told of: they outlive a reboot.
  public Path pendingDeletes() {
    return stateDirectory.resolve("late-deletes");
  }

  /// Where the reserve and the pods that have of it are noted: they outlive a reboot.
  public Path reserve() {
    return stateDirectory.resolve("reserve");
  }

  /// How many addresses of each family are booked ahead.
  public int reserveSize() {
    return ReserveSize.read(variables);
  }

  /// Where `brindle bgp` asks.
  public Path controlDirectory() {
    return runDirectory.resolve("node");
  }

  public Path statusSocket() {
    return runDirectory.resolve("status.sock");
  }
}
