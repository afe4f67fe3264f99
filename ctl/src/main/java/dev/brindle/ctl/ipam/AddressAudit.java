// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamHandle;
import dev.brindle.api.resource.KubernetesService;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.ctl.client.IpamRecords;
import dev.brindle.ipam.Reserve;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Compares what IPAM records with what endpoints and nodes use.
///
/// @param blocks in order
/// @param pools that are enabled
/// @param tunnels how many addresses nodes use for tunnels
/// @param workloads how many addresses endpoints use
/// @param services how many services have addresses of our pools from a load balancer
/// @param users who uses an address, endpoints, nodes and services
/// @param allocated by address
/// @param handles all there are
/// @param now for releases that claim to be in the future
public record AddressAudit(
    List<IpamBlock> blocks,
    List<Cidr> pools,
    int tunnels,
    int workloads,
    int services,
    SortedMap<IpAddress, List<String>> users,
    SortedMap<IpAddress, AllocatedAddress> allocated,
    List<IpamHandle> handles,
    Instant now) {

  private static final String WINDOWS = "windows-reserved-ipam-handle";
  private static final String SERVICES = "virtual:load-balancer";
  private static final String NODE = "node";

  public static AddressAudit of(IpamRecords records, Instant now) {
    SortedMap<IpAddress, List<String>> users = new TreeMap<>();
    int tunnels = 0;
    for (CalicoNode node : records.nodes()) {
      for (IpAddress address : tunnels(node.spec()).toList()) {
        use(users, address, "Node(%s)".formatted(node.metadata().name()));
        tunnels++;
      }
    }
    int workloads = 0;
    for (WorkloadEndpoint endpoint : records.endpoints()) {
      for (Cidr network : endpoint.spec().ipNetworks()) {
        use(
            users,
            network.address(),
            "Workload(%s/%s)"
                .formatted(endpoint.metadata().namespace(), endpoint.metadata().name()));
        workloads++;
      }
    }
    int services = 0;
    for (KubernetesService service : records.services().orElse(List.of())) {
      services += use(users, service, records) ? 1 : 0;
    }
    boolean isServiceKnown = records.services().isPresent();
    SortedMap<IpAddress, AllocatedAddress> allocated = new TreeMap<>();
    records.blocks().forEach(block -> record(block, users, isServiceKnown, allocated));
    return new AddressAudit(
        records.blocks(),
        records.pools().stream()
            .filter(pool -> !pool.spec().disabled())
            .map(pool -> pool.spec().cidr())
            .toList(),
        tunnels,
        workloads,
        services,
        users,
        allocated,
        records.handles(),
        now);
  }

  private static void use(Map<IpAddress, List<String>> users, IpAddress address, String user) {
    users.computeIfAbsent(address, _ -> new ArrayList<>()).add(user);
  }

  /// An address of another's load balancer is no business of IPAM's.
  private static boolean use(
      Map<IpAddress, List<String>> users, KubernetesService service, IpamRecords records) {
    if (service.spec().type() != KubernetesService.Type.LOAD_BALANCER) {
      return false;
    }
    List<IpAddress> ours =
        service.spec().ingressIPs().stream()
            .filter(
                address ->
                    records.pools().stream().anyMatch(pool -> pool.spec().cidr().contains(address))
                        || records.blocks().stream()
                            .anyMatch(block -> block.spec().cidr().contains(address)))
            .toList();
    Metadata name = service.metadata();
    ours.forEach(
        address -> use(users, address, "Service(%s/%s)".formatted(name.namespace(), name.name())));
    return !ours.isEmpty();
  }

  private static Stream<IpAddress> tunnels(CalicoNode.Spec node) {
    return Stream.of(
            node.bgp().flatMap(CalicoNode.Bgp::ipv4IPIPTunnelAddr),
            node.ipv4VXLANTunnelAddr(),
            node.ipv6VXLANTunnelAddr())
        .flatMap(Optional::stream);
  }

  private static void record(
      IpamBlock block,
      Map<IpAddress, List<String>> users,
      boolean isServiceKnown,
      Map<IpAddress, AllocatedAddress> allocated) {
    IpamBlock.Spec spec = block.spec();
    String affinity = spec.affinity().orElse("");
    for (int ordinal = 0; ordinal < spec.allocations().size(); ordinal++) {
      int index = spec.allocations().get(ordinal);
      if (index == IpamBlock.FREE || index >= spec.attributes().size()) {
        continue;
      }
      IpamBlock.Attribute attribute = spec.attributes().get(index);
      IpAddress address = spec.cidr().address().plus(ordinal);
      String handle = handle(attribute);
      String node = attribute.activeOwner().getOrDefault(NODE, "");
      allocated.put(
          address,
          new AllocatedAddress(
              address,
              handle,
              spec.sequenceNumberForAllocation().getOrDefault(Integer.toString(ordinal), 0L),
              attribute.activeOwner(),
              !node.isEmpty() && !affinity.equals("host:" + node),
              attribute.releasedAt().isPresent(),
              handle.equalsIgnoreCase(WINDOWS)
                  || attribute.activeOwner().getOrDefault("type", "").equals(Reserve.TYPE)
                  || (affinity.equals(SERVICES) && !isServiceKnown),
              users.getOrDefault(address, List.of())));
    }
  }

  /// What follows a carriage return is a note.
  private static String handle(IpamBlock.Attribute attribute) {
    int end = attribute.handleId().indexOf('\r');
    return end < 0 ? attribute.handleId() : attribute.handleId().substring(0, end);
  }

  public List<AllocatedAddress> leaked() {
    return allocated.values().stream().filter(AllocatedAddress::isLeaked).toList();
  }

  /// Addresses in use that no block records, inside the pools or outside.
  public List<IpAddress> unrecorded(boolean isInPool) {
    return users.keySet().stream()
        .filter(address -> !allocated.containsKey(address))
        .filter(address -> isInPool == pools.stream().anyMatch(pool -> pool.contains(address)))
        .toList();
  }

  /// Handles that hold no address.
  public List<IpamHandle> leakedHandles() {
    Set<String> used = usedHandles();
    return handles.stream().filter(handle -> !used.contains(handle.spec().handleID())).toList();
  }

  /// Handles that addresses have and that are not there.
  public List<String> missingHandles() {
    Set<String> missing = usedHandles();
    handles.forEach(handle -> missing.remove(handle.spec().handleID()));
    return missing.stream().sorted().toList();
  }

  private Set<String> usedHandles() {
    Set<String> used = new HashSet<>();
    allocated.values().stream()
        .filter(address -> !address.isCooling() && !address.handle().isEmpty())
        .forEach(address -> used.add(address.handle()));
    used.removeIf(handle -> handle.equalsIgnoreCase(WINDOWS));
    return used;
  }

  /// What is wrong with blocks in themselves, by their networks.
  public Map<Cidr, List<String>> blockFaults() {
    Map<Cidr, List<String>> faults = new LinkedHashMap<>();
    for (IpamBlock block : blocks) {
      List<String> found = BlockFaults.of(block.spec(), now);
      if (!found.isEmpty()) {
        faults.put(block.spec().cidr(), found);
      }
    }
    return faults;
  }

  public int problems() {
    return leaked().size()
        + unrecorded(true).size()
        + unrecorded(false).size()
        + leakedHandles().size()
        + missingHandles().size()
        + blockFaults().size();
  }

  /// How many addresses each node holds, most first.
  List<Map.Entry<String, Long>> byNode() {
    Map<String, Long> counts = new TreeMap<>();
    allocated.values().stream()
        .map(AllocatedAddress::node)
        .filter(node -> !node.isEmpty())
        .forEach(node -> counts.merge(node, 1L, Long::sum));
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .toList();
  }
}
