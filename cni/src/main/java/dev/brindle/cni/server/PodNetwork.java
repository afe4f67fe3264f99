// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.GENERAL;
import static dev.brindle.cni.protocol.CniError.Code.INVALID_ENVIRONMENT;
import static dev.brindle.cni.protocol.CniError.Code.INVALID_NETWORK_CONFIG;
import static dev.brindle.cni.protocol.CniError.Code.TRY_AGAIN_LATER;

import dev.brindle.api.net.MacAddress;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.cni.pod.PodIdentity;
import dev.brindle.cni.pod.PodPlan;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.protocol.CniRequest;
import dev.brindle.cni.protocol.CniResult;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Plugs and unplugs pods of this node. Every call may be repeated; a call that fails half way
/// leaves what DEL, or the next ADD, clears away. Safe for many threads.
public final class PodNetwork {

  private final String node;
  private final EndpointStore store;
  private final PodAddresses addresses;
  private final PodKernels kernels;
  private final PodLinks links;
  private final PendingDeletes pending;
  private final Optional<AwayPods> away;
  private final PodSiblings siblings;
  private final PodGarbage garbage;
  private final PodPlans plans;
  private final PlugIn.Hands hands;
  private final InstantSource clock;
  private final Logger log;
  private final Turns turns = new Turns();
  private final Arrivals arrivals = new Arrivals();
  private final LateCalls late = new LateCalls();

  /// @param pending where a DEL waits that the store could not be told of
  /// @param chosenMtu for pods of networks that name none; empty while nobody knows one
  /// @param policyPatience how long ADD waits for policy if the network does not say
  public PodNetwork(
      String node,
      Datastore datastore,
      PodAddresses addresses,
      PodKernels kernels,
      PolicyGate gate,
      PendingDeletes pending,
      Supplier<OptionalInt> chosenMtu,
      Duration policyPatience,
      InstantSource clock) {
    this(
        node,
        datastore,
        datastore,
        addresses,
        kernels,
        gate,
        pending,
        Optional.empty(),
        chosenMtu,
        policyPatience,
        clock,
        LoggerFactory.getLogger(PodNetwork.class));
  }

  /// @param kubernetes says what pods ask for: the datastore itself, unless that is in etcd
  /// @param reserved pods that come while the store is away; empty if none may
  /// @param log hears of each pod that comes and goes
  public PodNetwork(
      String node,
      Datastore datastore,
      Datastore kubernetes,
      PodAddresses addresses,
      PodKernels kernels,
      PolicyGate gate,
      PendingDeletes pending,
      Optional<ReservedPods> reserved,
      Supplier<OptionalInt> chosenMtu,
      Duration policyPatience,
      InstantSource clock,
      Logger log) {
    this.node = node;
    this.store = new EndpointStore(datastore, kubernetes);
    this.addresses = addresses;
    this.kernels = kernels;
    this.links = new PodLinks(kernels);
    this.pending = pending;
    this.plans = new PodPlans(node, chosenMtu);
    var policy = new PolicyWait(gate, policyPatience, node);
    this.hands = new PlugIn.Hands(store, links, plans, policy);
    this.clock = clock;
    this.log = log;
    this.garbage = new PodGarbage(node, store, addresses, links, turns, arrivals, log);
    this.away =
        reserved.map(
            pods ->
                new AwayPods(pods, store, pending, links, policy, new RefusedAdds(), clock, log));
    this.siblings = new PodSiblings(node, store, links, away);
  }

  /// Plugs a pod in. When this returns, its policy is in the kernel.
  ///
  /// @throws CniException what failed; all steps are undone
  public CniResult add(CniRequest request, CniConfig config, Delegates host)
      throws InterruptedException {
    PodIdentity pod = identify(request, config);
    siblings.refuseWithoutRoom(pod);
    try (Arrivals.Arrival _ = arrivals.begin(pod.handle(config.name()));
        Turns.Turn _ = turns.take(pod.hostInterface())) {
      late.refuse(pod.attachment(config.name()), host.call());
      PodIpam ipam = ipam(request, config, host);
      Optional<CniResult> plugged = addAway(pod, request, config, ipam);
      if (plugged.isPresent()) {
        return plugged.get();
      }
      ReadinessGates.USUAL.await(config.readinessGates());
      siblings.refuseSecond(pod);
      var plugIn = new PlugIn(hands, pod, request, config, ipam);
      CniResult result = plugIn.run();
      away.ifPresent(AwayPods::news);
      host.afterwards(
          () ->
              log.info(
                  "pod {} has {} on {} after {}",
                  pod,
                  result.addresses(),
                  result.hostInterface(),
                  plugIn.times()));
      return result;
    }
  }

  /// @return empty if the store is there
  private Optional<CniResult> addAway(
      PodIdentity pod, CniRequest request, CniConfig config, PodIpam ipam)
      throws InterruptedException {
    if (away.isEmpty()) {
      pending.forget(request, config);
      store.checkReady();
      return Optional.empty();
    }
    return away.get().add(pod, request, config, ipam, given -> plans.of(pod, config, given));
  }

  /// Asks for what is as well to be known before the store goes away.
  void prepare() {
    store.podCidrs(node);
  }

  /// Unplugs a pod and gives its addresses back. What is gone already is no error. While the store
  /// is away the pod is unplugged, and the rest is kept for later.
  public void delete(CniRequest request, CniConfig config, Delegates host)
      throws InterruptedException {
    PodIdentity pod = identify(request, config);
    try (Turns.Turn _ = turns.take(pod.hostInterface())) {
      late.deleted(pod.attachment(config.name()), host.call());
      PodIpam ipam = ipam(request, config, host);
      if (away.isPresent() && away.get().delete(pod, request, config, ipam)) {
        return;
      }
      boolean mayWait = config.ipam().isOurs();
      if (mayWait && pending.isStoreAway()) {
        unplug(request);
        pending.keep(request, config, "the store is away");
        return;
      }
      try {
        deleteNow(pod, request, config, host);
        pending.forget(request, config);
      } catch (DatastoreException e) {
        unplug(request);
        if (!mayWait) {
          throw e; // that plugin may give the address to the next pod: the endpoint goes first
        }
        pending.keep(request, config, String.valueOf(e.getMessage()));
      }
    }
  }

  /// Does what is left to do of a DEL that was answered before.
  void finish(PendingDeletes.Pending delete) throws InterruptedException {
    PodIdentity pod = identify(delete.request(), delete.config());
    try (Turns.Turn _ = turns.take(pod.hostInterface())) {
      if (pending.has(delete.request(), delete.config())) {
        deleteNow(pod, delete.request(), delete.config(), Delegates.NONE);
        pending.forget(delete.request(), delete.config());
      }
    }
  }

  /// Tells the store of a pod that came while it was away.
  void settle(ReservedPod taken) throws InterruptedException {
    PodIdentity pod = PodIdentity.of(taken.request(), node);
    try (Turns.Turn _ = turns.take(pod.hostInterface())) {
      away.orElseThrow().settle(pod, taken.request(), taken.config());
    }
  }

  /// The endpoint goes first, so that nothing points to addresses that are free.
  private void deleteNow(PodIdentity pod, CniRequest request, CniConfig config, Delegates host) {
    var times = new StepTimes(System::nanoTime);
    store.checkReady();
    Optional<WorkloadEndpoint> known = store.find(pod.endpointKey());
    boolean hasSibling = siblings.hasAny(pod, known);
    boolean isOthers =
        away.filter(pods -> pods.hasOther(pod)).isPresent()
            || siblings.isStored(pod)
            || hasSibling
            || known.filter(found -> !pod.owns(found)).isPresent();
    store.remove(pod.endpointKey(), pod.containerId(), known);
    times.done("endpoint");
    if (!isOthers) {
      links.unplugHost(pod.hostInterface()); // the pod's side goes with it
    }
    unplug(request);
    times.done("interfaces");
    if (!hasSibling) { // both would be booked under one handle
      ipam(request, config, host).release(pod);
    }
    times.done("addresses");
    away.ifPresent(AwayPods::news);
    host.afterwards(() -> log.info("pod {} is unplugged after {}", pod, times));
  }

  private void unplug(CniRequest request) {
    if (!request.namespacePath().isEmpty()) {
      links.unplugPod(request.namespacePath(), request.interfaceName());
    }
  }

  /// @throws CniException naming what is missing
  public void check(CniRequest request, CniConfig config, Delegates host)
      throws InterruptedException {
    PodIdentity pod = identify(request, config);
    try (Turns.Turn _ = turns.take(pod.hostInterface())) {
      WorkloadEndpoint endpoint =
          ours(pod)
              .orElseThrow(
                  () ->
                      new CniException(
                          GENERAL,
                          "pod %s: there is no %s of container %s"
                              .formatted(pod, pod.endpointKey(), pod.containerId())));
      PodPlan plan = plans.of(pod, config, endpoint.spec().ipNetworks());
      MacAddress mac = endpoint.spec().mac().orElseGet(pod::mac);
      PodDamage.refuse(kernels, plan, mac, pod, request, config);
      ipam(request, config, host).check();
    }
  }

  /// Takes away what is left on this node of containers of a network, but for some and for those
  /// that arrive meanwhile. One that fails does not keep the others.
  ///
  /// @param valid IDs of containers
  /// @throws CniException what could not be taken away
  public void collect(CniConfig config, Set<String> valid, Delegates host)
      throws InterruptedException {
    store.checkReady();
    if (!config.ipam().isOurs()) {
      delegated(config, host).collect();
      return;
    }
    garbage.collect(config.name(), valid);
  }

  /// @throws CniException if ADD would fail now
  public void status(CniConfig config, Delegates host) {
    boolean isReadyWithoutStore = away.filter(pods -> pods.isReadyWithoutStore(config)).isPresent();
    if (!isReadyWithoutStore) {
      store.checkReady();
    }
    if (!config.ipam().isOurs()) {
      delegated(config, host).status();
    } else if (!isReadyWithoutStore) {
      refuseShortage(addresses, config);
    }
  }

  static void refuseShortage(PodAddresses addresses, CniConfig config) {
    addresses
        .shortage(config.ipam())
        .ifPresent(
            reason -> {
              throw new CniException(TRY_AGAIN_LATER, "no pod gets an address: " + reason);
            });
  }

  private PodIpam ipam(CniRequest request, CniConfig config, Delegates host) {
    return config.ipam().isOurs()
        ? new OwnIpam(addresses, request, config, clock)
        : delegated(config, host);
  }

  private DelegatedIpam delegated(CniConfig config, Delegates host) {
    return new DelegatedIpam(config, host, () -> store.podCidrs(node));
  }

  private PodIdentity identify(CniRequest request, CniConfig config) {
    if (!config.nodename().isEmpty() && !config.nodename().equals(node)) {
      throw new CniException(
          INVALID_NETWORK_CONFIG,
          "network configuration: nodename is '%s', but the daemon here is of node '%s': expected that name, or none"
              .formatted(config.nodename(), node));
    }
    checkSandbox(request.namespacePath());
    return PodIdentity.of(request, node);
  }

  /// The interface named there may be the one that joins the node to the others.
  private void checkSandbox(String namespacePath) {
    if (!namespacePath.isEmpty() && kernels.isHost(namespacePath)) {
      throw new CniException(
          INVALID_ENVIRONMENT,
          ("CNI_NETNS is '%s': that is the network namespace of node '%s' itself, expected one of"
                  + " the pod's own")
              .formatted(namespacePath, node));
    }
  }

  private Optional<WorkloadEndpoint> ours(PodIdentity pod) {
    return store.find(pod.endpointKey()).filter(pod::owns);
  }
}
