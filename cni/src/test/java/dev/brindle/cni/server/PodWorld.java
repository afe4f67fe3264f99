// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniConfigReader;
import dev.brindle.cni.protocol.CniRequest;
import dev.brindle.cni.protocol.CniResult;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.ipam.Allocator;
import dev.brindle.linux.model.Link;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.LoggerFactory;

/// A node with a store, a pool of each family, IPAM and a kernel, and the pod network on top.
final class PodWorld {

  static final String NODE = "node1";
  static final String HOST_INTERFACE = "cali";
  private static final String CONFIG =
      """
      {"cniVersion": "1.0.0", "name": "net1", "type": "calico", %s,
       "ipam": {"type": "calico-ipam", "assign_ipv6": "true"}, "policy": {"type": "k8s"}}
      """;

  static final Duration PATIENCE = Duration.ofSeconds(7);

  static final int RESERVE = 2;

  final MemoryDatastore memory;
  final FailingDatastore store;
  final PairedKernels kernels;

  /// Whether policy gets into the kernel in time; may be replaced.
  PolicyGate gate = (_, _, _) -> true;

  /// Whether the store is known to be away.
  volatile boolean isStoreAway;

  /// What the daemon takes for the time where it looks for free addresses.
  volatile Instant now = Instant.EPOCH;

  /// Of pods, by felix.
  OptionalInt chosenMtu = OptionalInt.of(1450);

  final ToldEndpoints felix = new ToldEndpoints();
  final ReserveJournal journal;
  final Allocator allocator;
  final Optional<ReservedPods> reserved;
  private final PodAddresses addresses;
  final PendingDeletes pending;
  final PodNetwork network;
  final OthersAddresses others;
  final CniCalls calls;

  /// As seen from a node.
  PodNetwork network(String node) {
    return new PodNetwork(
        node,
        store,
        store,
        node.equals(NODE) ? addresses : new AllocatedAddresses(node, store, new Allocator(store)),
        kernels,
        (endpoint, revision, atMost) -> gate.await(endpoint, revision, atMost),
        pending,
        reserved.filter(_ -> node.equals(NODE)),
        () -> chosenMtu,
        PATIENCE,
        () -> Instant.EPOCH,
        LoggerFactory.getLogger(PodNetwork.class));
  }

  /// In which no DEL can be kept for later.
  PodWorld() {
    this(Path.of("/dev/null/nowhere"));
  }

  /// With a pool of 4 addresses of each family.
  ///
  /// @param kept where DELs are kept for later
  PodWorld(Path kept) {
    this(kept, Optional.empty(), new MemoryDatastore(), new PairedKernels());
    pool("small", "10.0.0.0/30", 30);
    pool("small6", "fd00::/126", 126);
    store.forget();
  }

  /// With 16 addresses of each family, and a daemon that keeps a reserve of two.
  ///
  /// @param directory for all files, which may be an earlier daemon's
  static PodWorld withReserve(Path directory) {
    var world =
        new PodWorld(
            directory.resolve("deletes"),
            Optional.of(directory.resolve("reserve")),
            new MemoryDatastore(),
            new PairedKernels());
    world.pool("small", "10.0.0.0/28", 28);
    world.pool("small6", "fd00::/124", 124);
    world.store.forget();
    return world;
  }

  /// The same machine with another daemon.
  PodWorld restarted(Path directory) {
    return new PodWorld(
        directory.resolve("deletes"), Optional.of(directory.resolve("reserve")), memory, kernels);
  }

  private PodWorld(
      Path kept, Optional<Path> reserve, MemoryDatastore memory, PairedKernels kernels) {
    this.memory = memory;
    this.store = new FailingDatastore(memory);
    this.kernels = kernels;
    journal = new ReserveJournal(reserve.orElse(kept));
    allocator = new Allocator(store, journal);
    addresses = new ShortageWatch(new AllocatedAddresses(NODE, store, allocator), () -> now);
    reserved =
        reserve.map(
            _ ->
                new ReservedPods(
                    NODE, store, store, allocator, journal, felix, RESERVE, () -> Instant.EPOCH));
    reserved.ifPresent(ReservedPods::restore);
    pending = new PendingDeletes(kept, () -> isStoreAway);
    network = network(NODE);
    others = new OthersAddresses(NODE, store, store, addresses, pending, () -> Instant.EPOCH);
    calls = new CniCalls(network, others);
    memory.create(
        new ClusterInformation(
            Metadata.named(ClusterInformation.DEFAULT),
            new ClusterInformation.Spec("", "", "", Optional.of(true), "")));
  }

  private void pool(String name, String cidr, int blockSize) {
    IpPool.Spec spec = IpPool.Spec.of(Cidr.parse(cidr));
    memory.create(
        new IpPool(
            Metadata.named(name),
            new IpPool.Spec(
                spec.cidr(),
                spec.ipipMode(),
                spec.vxlanMode(),
                false,
                false,
                false,
                blockSize,
                spec.nodeSelector(),
                spec.namespaceSelector(),
                spec.allowedUses(),
                spec.assignmentMode())));
  }

  ReservedPods reserved() {
    return reserved.orElseThrow();
  }

  CniResult add(String pod, String container) throws InterruptedException {
    return add(pod, container, "\"mtu\": 0");
  }

  /// @param field one more of the network configuration
  CniResult add(String pod, String container, String field) throws InterruptedException {
    kernels.pod(namespace(container));
    return network.add(request("ADD", pod, container), dualStack(field), Delegates.NONE);
  }

  void addTo(String network, String pod, String container) throws InterruptedException {
    kernels.pod(namespace(container));
    String config = CONFIG.formatted("\"mtu\": 0").replace("net1", network);
    this.network.add(request("ADD", pod, container), CniConfigReader.read(config), Delegates.NONE);
  }

  void delete(String pod, String container) throws InterruptedException {
    network.delete(request("DEL", pod, container), dualStack(), Delegates.NONE);
  }

  void collect(String... valid) throws InterruptedException {
    network.collect(dualStack(), Set.of(valid), Delegates.NONE);
  }

  void check(String pod, String container) throws InterruptedException {
    network.check(request("CHECK", pod, container), dualStack(), Delegates.NONE);
  }

  /// Each container has a namespace of its own.
  static String namespace(String container) {
    return "/run/netns/" + container;
  }

  static CniRequest request(String command, String pod, String container) {
    return CniRequest.of(
        Map.of(
            "CNI_COMMAND",
            command,
            "CNI_CONTAINERID",
            container,
            "CNI_NETNS",
            namespace(container),
            "CNI_IFNAME",
            "eth0",
            "CNI_ARGS",
            "K8S_POD_NAMESPACE=default;K8S_POD_NAME=" + pod));
  }

  static CniConfig dualStack() {
    return dualStack("\"mtu\": 0");
  }

  private static CniConfig dualStack(String field) {
    return CniConfigReader.read(CONFIG.formatted(field));
  }

  void removePool(String name) {
    memory.delete(ResourceKey.of(ResourceKind.IP_POOL, name));
  }

  List<WorkloadEndpoint> endpoints() {
    return memory.list(ResourceKind.WORKLOAD_ENDPOINT).stream()
        .map(WorkloadEndpoint.class::cast)
        .toList();
  }

  List<String> podInterfaces() {
    return kernels.host().links().list().stream()
        .map(Link::name)
        .filter(name -> name.startsWith(HOST_INTERFACE))
        .toList();
  }

  private int addressesInUse() {
    return memory.list(ResourceKind.IPAM_BLOCK).stream()
        .map(block -> ((IpamBlock) block).spec())
        .mapToInt(block -> block.allocations().size() - block.unallocated().size())
        .sum();
  }

  /// What pods have in the store and in the kernel; `pods` of them.
  void mustHave(int pods) {
    assertThat(endpoints()).as("endpoints").hasSize(pods);
    assertThat(podInterfaces()).as("interfaces of the host").hasSize(pods);
    assertThat(kernels.podInterfaces()).as("interfaces of pods").isEqualTo(pods);
    assertThat(kernels.host().routes().all()).as("routes of the host").hasSize(2 * pods);
    assertThat(addressesInUse()).as("addresses in use").isEqualTo(2 * pods);
    assertThat(memory.list(ResourceKind.IPAM_HANDLE)).as("handles").hasSize(pods);
  }
}
