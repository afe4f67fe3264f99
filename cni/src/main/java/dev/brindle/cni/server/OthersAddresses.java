// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.GENERAL;
import static dev.brindle.cni.protocol.CniError.Code.INVALID_NETWORK_CONFIG;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.cni.pod.PodAsks;
import dev.brindle.cni.pod.PodIdentity;
import dev.brindle.cni.protocol.BookedAddresses;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.protocol.CniRequest;
import dev.brindle.cni.protocol.IpamResult;
import dev.brindle.cni.server.PodAddresses.Held;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Addresses for networks of other plugins (bridge, ptp, macvlan, ...), which run us as their IPAM
/// plugin, `calico-ipam`. Nothing but the booking is ours: no endpoint, no interface, no policy.
///
/// All interfaces of a container in one network have one handle, as in Calico. Which address is of
/// which interface is noted beside it, so that the DEL of one leaves the others.
public final class OthersAddresses {

  private static final Logger LOG = LoggerFactory.getLogger(OthersAddresses.class);
  private static final String INTERFACE = "interface";
  private static final Set<String> POD_NOTES = Set.of("pod", "namespace");

  private final String node;
  private final EndpointStore store;
  private final PodAddresses addresses;
  private final PendingDeletes pending;
  private final InstantSource clock;
  private final Turns turns = new Turns();
  private final Arrivals arrivals = new Arrivals();
  private final LateCalls late = new LateCalls();
  private final RefusedAdds refused = new RefusedAdds();
  private final DoubtfulDeletes doubtful = new DoubtfulDeletes();

  /// @param kubernetes says what namespaces there are: the datastore itself, unless that is in etcd
  /// @param pending where a DEL waits that the store could not be told of
  public OthersAddresses(
      String node,
      Datastore datastore,
      Datastore kubernetes,
      PodAddresses addresses,
      PendingDeletes pending,
      InstantSource clock) {
    this.node = node;
    this.store = new EndpointStore(datastore, kubernetes);
    this.addresses = addresses;
    this.pending = pending;
    this.clock = clock;
  }

  /// Books addresses. A repeated ADD gets those that the interface has.
  BookedAddresses add(CniRequest request, CniConfig config, Delegates host)
      throws InterruptedException {
    requireOurs(config);
    PodIdentity pod = PodIdentity.of(request, node);
    String handle = pod.handle(config.name());
    try (Arrivals.Arrival _ = arrivals.begin(handle);
        Turns.Turn _ = turns.take(handle)) {
      late.refuse(pod.attachment(config.name()), host.call());
      requireStore(pod, request, config);
      PodAddresses.Wish wish = wish(pod, request, config);
      List<Held> earlier = own(pod, handle);
      if (isWanted(wish, earlier)) {
        return booked(earlier, request);
      }
      release(handle, earlier);
      Set<IpAddress> given = Set.copyOf(assign(wish, pod, handle));
      return booked(
          addresses.held(handle).stream().filter(held -> given.contains(held.address())).toList(),
          request);
    }
  }

  /// Whatever comes later may have booked something.
  private void requireStore(PodIdentity pod, CniRequest request, CniConfig config) {
    String attachment = pod.attachment(config.name());
    if (pending.has(request, config)) {
      refused.begun(attachment);
    }
    pending.forget(request, config);
    doubtful.remove(attachment);
    try {
      store.checkReady();
      refused.begun(attachment);
    } catch (DatastoreException | CniException e) {
      refused.refused(attachment);
      throw e;
    }
  }

  /// What is booked of a wish that fails half way goes back, and nothing else of the handle.
  private List<IpAddress> assign(PodAddresses.Wish wish, PodIdentity pod, String handle) {
    boolean isDone = false;
    try {
      List<IpAddress> given = addresses.assign(wish);
      isDone = true;
      return given;
    } finally {
      if (!isDone) {
        var undo = new Undo();
        undo.remember("book addresses of " + pod, () -> release(handle, own(pod, handle)));
        undo.run();
      }
    }
  }

  private static void requireOurs(CniConfig config) {
    if (!config.ipam().isOurs()) {
      throw new CniException(
          INVALID_NETWORK_CONFIG,
          ("network configuration: type is '%s' and ipam.type is '%s', but this program was run to"
                  + " assign addresses: expected ipam.type 'calico-ipam'")
              .formatted(config.type(), config.ipam().type()));
    }
  }

  private PodAddresses.Wish wish(PodIdentity pod, CniRequest request, CniConfig config) {
    CniConfig.Ipam ipam = config.ipam();
    return new PodAddresses.Wish(
        pod.handle(config.name()),
        notes(pod, config),
        pod.namespace(),
        ipam.assignIpv4(),
        ipam.assignIpv6(),
        ipam.ipv4Pools(),
        ipam.ipv6Pools(),
        PodAsks.NETWORKS_POOLS,
        pod.isKubernetes() ? store.namespaceLabels(pod) : Map.of(),
        request.addressArgument().stream().toList());
  }

  /// Controllers, also Calico's, take an address back that is noted for a pod and is not among
  /// those that Kubernetes knows of it: only the first interface's is. So a second one's address is
  /// noted for no pod.
  private Map<String, String> notes(PodIdentity pod, CniConfig config) {
    Map<String, String> notes = new HashMap<>(pod.ownerNotes(clock.instant()));
    if (config.isOthers()) {
      notes.put(INTERFACE, pod.endpoint());
    }
    if (!pod.isUsual()) {
      notes.keySet().removeAll(POD_NOTES);
    }
    return notes;
  }

  private static boolean isWanted(PodAddresses.Wish wish, List<Held> held) {
    Set<IpFamily> families = EnumSet.noneOf(IpFamily.class);
    held.forEach(each -> families.add(each.address().family()));
    return wish.exact().isEmpty()
        ? families.contains(IpFamily.IPV4) == wish.ipv4()
            && families.contains(IpFamily.IPV6) == wish.ipv6()
        : Set.copyOf(wish.exact()).equals(addressesOf(held));
  }

  private static Set<IpAddress> addressesOf(List<Held> held) {
    return held.stream().map(Held::address).collect(Collectors.toSet());
  }

  /// An address that was named is the network's alone; others come with their block, whose
  /// addresses are all on this node.
  private static BookedAddresses booked(List<Held> held, CniRequest request) {
    boolean isNamed = request.addressArgument().isPresent();
    return new BookedAddresses(
        held.stream()
            .sorted((one, other) -> one.address().compareTo(other.address()))
            .map(
                each ->
                    new InterfaceAddress(
                        each.address(),
                        isNamed ? each.address().family().bits() : each.block().length()))
            .toList());
  }

  /// Of what the handle holds, what is this interface's: what bears its name, and what bears none,
  /// as Calico books it, unless that is an endpoint's.
  private List<Held> own(PodIdentity pod, String handle) {
    List<Held> own = new ArrayList<>();
    for (Held held : addresses.held(handle)) {
      Optional<String> noted = Optional.ofNullable(held.owner().get(INTERFACE));
      if (noted.map(pod.endpoint()::equals).orElseGet(() -> !isOfEndpoint(pod, held.address()))) {
        own.add(held);
      }
    }
    return own;
  }

  private boolean isOfEndpoint(PodIdentity pod, IpAddress address) {
    return store.of(node, pod.hostInterface()).stream()
        .filter(pod::owns)
        .map(WorkloadEndpoint::spec)
        .anyMatch(spec -> spec.ipNetworks().contains(Cidr.host(address)));
  }

  /// All of a handle is found without looking at all blocks of the cluster.
  private void release(String handle, List<Held> some) {
    if (addresses.held(handle).size() == some.size()) {
      addresses.release(handle);
    } else if (!some.isEmpty()) {
      addresses.release(handle, addressesOf(some));
    }
  }

  /// Gives the addresses back; later, if the store is away. What is gone already is no error.
  void delete(CniRequest request, CniConfig config, Delegates host) throws InterruptedException {
    PodIdentity pod = PodIdentity.of(request, node);
    try (Turns.Turn _ = turns.take(pod.handle(config.name()))) {
      late.deleted(pod.attachment(config.name()), host.call());
      if (pending.isStoreAway()) {
        keep(pod, request, config, "the store is away");
        return;
      }
      try {
        deleteNow(pod, config);
        pending.forget(request, config);
      } catch (DatastoreException e) {
        keep(pod, request, config, String.valueOf(e.getMessage()));
      }
    }
  }

  private void keep(PodIdentity pod, CniRequest request, CniConfig config, String why) {
    String attachment = pod.attachment(config.name());
    if (refused.isOwedNothing(attachment)) {
      doubtful.add(attachment, new PendingDeletes.Pending(request, config));
      LOG.debug("container {} was refused: it hardly has anything", request.containerId());
    } else {
      pending.keep(request, config, why);
    }
  }

  private void deleteNow(PodIdentity pod, CniConfig config) {
    store.checkReady();
    String handle = pod.handle(config.name());
    release(handle, own(pod, handle));
  }

  /// Does what is left to do of a DEL that was answered before.
  void finish(PendingDeletes.Pending delete) throws InterruptedException {
    PodIdentity pod = PodIdentity.of(delete.request(), node);
    try (Turns.Turn _ = turns.take(pod.handle(delete.config().name()))) {
      if (pending.has(delete.request(), delete.config())) {
        deleteNow(pod, delete.config());
        pending.forget(delete.request(), delete.config());
      }
    }
  }

  boolean hasDoubts() {
    return !doubtful.isEmpty();
  }

  /// Gives back what containers have booked after all whose ADD was refused while the store was
  /// away.
  void finishDoubtful() throws InterruptedException {
    store.checkReady();
    Set<String> booked = Set.copyOf(handles());
    for (PendingDeletes.Pending delete : doubtful.all()) {
      PodIdentity pod = PodIdentity.of(delete.request(), node);
      String handle = pod.handle(delete.config().name());
      String attachment = pod.attachment(delete.config().name());
      try (Turns.Turn _ = turns.take(handle)) {
        if (doubtful.has(attachment) && booked.contains(handle)) {
          release(handle, own(pod, handle));
        }
        doubtful.remove(attachment);
      }
    }
  }

  /// @throws CniException naming what is not booked
  void check(CniRequest request, CniConfig config) throws InterruptedException {
    requireOurs(config);
    PodIdentity pod = PodIdentity.of(request, node);
    String handle = pod.handle(config.name());
    try (Turns.Turn _ = turns.take(handle)) {
      Set<IpAddress> own = addressesOf(own(pod, handle));
      if (own.isEmpty()) {
        throw new CniException(
            GENERAL,
            "no address of interface '%s' of %s is booked under '%s'"
                .formatted(pod.endpoint(), pod, handle));
      }
      List<IpAddress> told =
          config.previous().map(IpamResult::addressesIn).orElse(List.copyOf(own));
      for (IpAddress address : own) {
        if (!told.contains(address)) {
          throw new CniException(
              GENERAL,
              "%s is booked for interface '%s' of %s, but is not in prevResult, which has %s"
                  .formatted(address, pod.endpoint(), pod, told));
        }
      }
    }
  }

  /// Gives back what containers of the network have booked that are not named.
  void collect(CniConfig config, Set<String> valid) throws InterruptedException {
    store.checkReady();
    List<String> problems = new ArrayList<>();
    try (Arrivals.Watch arriving = arrivals.watch()) {
      for (String handle : handles()) {
        Optional<String> container = PodIdentity.containerOf(handle, config.name());
        if (container.isPresent()
            && !valid.contains(container.get())
            && !arriving.hasSeen(handle)) {
          collect(handle).ifPresent(problems::add);
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new CniException(
          GENERAL,
          "addresses of %d containers could not be given back: %s"
              .formatted(problems.size(), String.join("; ", problems)));
    }
  }

  private List<String> handles() {
    return addresses.bookings().stream()
        .map(PodAddresses.Booking::handle)
        .distinct()
        .sorted()
        .toList();
  }

  private Optional<String> collect(String handle) throws InterruptedException {
    try (Turns.Turn _ = turns.take(handle)) {
      addresses.release(handle);
      return Optional.empty();
    } catch (DatastoreException e) {
      return Optional.of("%s: %s".formatted(handle, e.getMessage()));
    }
  }

  /// @throws CniException if ADD would fail now
  void status(CniConfig config) {
    requireOurs(config);
    store.checkReady();
    PodNetwork.refuseShortage(addresses, config);
  }
}
