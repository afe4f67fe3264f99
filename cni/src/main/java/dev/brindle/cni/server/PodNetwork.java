// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.GENERAL;
import static dev.brindle.cni.protocol.CniError.Code.INVALID_ENVIRONMENT;
import static dev.brindle.cni.protocol.CniError.Code.INVALID_NETWORK_CONFIG;
import static dev.brindle.cni.protocol.CniError.Code.TRY_AGAIN_LATER;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.MacAddress;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.cni.pod.EndpointPlan;
import dev.brindle.cni.pod.PodAsks;
import dev.brindle.cni.pod.PodIdentity;
import dev.brindle.cni.pod.PodPlan;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.protocol.CniRequest;
import dev.brindle.cni.protocol.CniResult;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.PodNotes;
import dev.brindle.linux.kernel.KernelException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
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
  private final PolicyGate gate;
  private final IntSupplier defaultMtu;
  private final Duration policyPatience;
  private final InstantSource clock;
  private final Logger log;
  private final Turns turns = new Turns();
  private final Arrivals arrivals = new Arrivals();

  /// @param defaultMtu for pods of networks that name none
  /// @param policyPatience how long ADD waits for policy if the network does not say
  public PodNetwork(
      String node,
      Datastore datastore,
      PodAddresses addresses,
      PodKernels kernels,
      PolicyGate gate,
      IntSupplier defaultMtu,
      Duration policyPatience,
      InstantSource clock) {
    this(
        node,
        datastore,
        addresses,
        kernels,
        gate,
        defaultMtu,
        policyPatience,
        clock,
        LoggerFactory.getLogger(PodNetwork.class));
  }

  /// @param log hears of each pod that comes and goes
  public PodNetwork(
      String node,
      Datastore datastore,
      PodAddresses addresses,
      PodKernels kernels,
      PolicyGate gate,
      IntSupplier defaultMtu,
      Duration policyPatience,
      InstantSource clock,
      Logger log) {
    this.node = node;
    this.store = new EndpointStore(datastore);
    this.addresses = addresses;
    this.kernels = kernels;
    this.links = new PodLinks(kernels);
    this.gate = gate;
    this.defaultMtu = defaultMtu;
    this.policyPatience = policyPatience;
    this.clock = clock;
    this.log = log;
  }

  /// Plugs a pod in. When this returns, its policy is in the kernel.
  ///
  /// @throws CniException what failed; all steps are undone
  public CniResult add(CniRequest request, CniConfig config) throws InterruptedException {
    PodIdentity pod = identify(request, config);
    try (Arrivals.Arrival _ = arrivals.begin(pod.handle(config.name()));
        Turns.Turn _ = turns.take(pod.hostInterface())) {
      store.checkReady();
      var undo = new Undo();
      var times = new StepTimes(System::nanoTime);
      boolean isDone = false;
      try {
        CniResult result = plug(pod, request, config, undo, times);
        isDone = true;
        log.info(
            "pod {} has {} on {} after {}", pod, result.addresses(), result.hostInterface(), times);
        return result;
      } finally {
        if (!isDone) {
          undo.run();
        }
      }
    }
  }

  private CniResult plug(
      PodIdentity pod, CniRequest request, CniConfig config, Undo undo, StepTimes times)
      throws InterruptedException {
    if (!config.isKubernetesPolicy()) {
      store.createIfMissing(EndpointPlan.networkProfile(pod, config));
    }
    PodNotes notes = notes(pod, config);
    PodAsks asks = PodAsks.of(notes, config);
    List<Cidr> given = addressesFor(pod, wish(pod, request, config, notes, asks), asks, undo);
    times.done("addresses");
    PodPlan plan = plan(pod, config, given);
    String sandbox = request.namespacePath();
    MacAddress mac = asks.mac().orElseGet(pod::mac);
    WorkloadEndpoint endpoint;
    try (PodLinks.Plug plug = links.begin(plan, mac, sandbox)) {
      undo.remember("plug " + pod, () -> links.unplugHost(plan.hostInterface()));
      undo.remember(
          "write endpoint of " + pod, () -> store.remove(pod.endpointKey(), pod.containerId()));
      // first, so that felix works out and programs the policy while the interfaces are made
      endpoint = store.put(EndpointPlan.endpoint(pod, config, given, mac, asks));
      times.done("endpoint");
      plug.insert();
      times.done("interfaces");
    }
    awaitPolicy(pod, endpoint, config);
    times.done("policy");
    return new CniResult(
        plan.hostInterface(), plan.podInterface(), mac, plan.mtu(), sandbox, given);
  }

  private PodNotes notes(PodIdentity pod, CniConfig config) {
    return pod.isKubernetes() && config.isKubernetesPolicy() ? store.notes(pod) : PodNotes.NONE;
  }

  /// A repeated ADD gets the same addresses, unless the pod asks for others by now. What an ADD
  /// booked that did not get as far as an endpoint is given back first.
  private List<Cidr> addressesFor(
      PodIdentity pod, PodAddresses.Wish wish, PodAsks asks, Undo undo) {
    undo.remember("book addresses of " + pod, () -> addresses.release(wish.handle()));
    List<Cidr> earlier = ours(pod).map(found -> found.spec().ipNetworks()).orElse(List.of());
    List<Cidr> exact = asks.addresses().stream().map(Cidr::host).toList();
    if (!earlier.isEmpty() && (exact.isEmpty() || exact.equals(earlier))) {
      return earlier;
    }
    addresses.release(wish.handle());
    return asks.isOutsideIpam() ? exact : addresses.assign(wish).stream().map(Cidr::host).toList();
  }

  private PodAddresses.Wish wish(
      PodIdentity pod, CniRequest request, CniConfig config, PodNotes notes, PodAsks asks) {
    CniConfig.Ipam ipam = asks.over(config.ipam());
    return new PodAddresses.Wish(
        pod.handle(config.name()),
        pod.ownerNotes(clock.instant()),
        pod.namespace(),
        ipam.assignIpv4(),
        ipam.assignIpv6(),
        ipam.ipv4Pools(),
        ipam.ipv6Pools(),
        notes.namespaceLabels(),
        asks.addresses().isEmpty()
            ? request.addressArgument().stream().toList()
            : asks.addresses());
  }

  private void awaitPolicy(PodIdentity pod, WorkloadEndpoint endpoint, CniConfig config)
      throws InterruptedException {
    Duration atMost =
        config.policyTimeoutSeconds() > 0
            ? Duration.ofSeconds(config.policyTimeoutSeconds())
            : policyPatience;
    if (!gate.await(endpoint.key(), endpoint.metadata().resourceVersion(), atMost)) {
      throw new CniException(
          TRY_AGAIN_LATER,
          ("the policy of pod %s was not in the kernel after %d s: the log and the readiness of the"
                  + " brindle node daemon of %s say why")
              .formatted(pod, atMost.toSeconds(), node));
    }
  }

  /// Unplugs a pod and gives its addresses back. What is gone already is no error. The endpoint
  /// goes first, so that nothing points to addresses that are free.
  public void delete(CniRequest request, CniConfig config) throws InterruptedException {
    PodIdentity pod = identify(request, config);
    try (Turns.Turn _ = turns.take(pod.hostInterface())) {
      store.checkReady();
      boolean isOthers = store.find(pod.endpointKey()).isPresent() && ours(pod).isEmpty();
      store.remove(pod.endpointKey(), pod.containerId());
      if (!request.namespacePath().isEmpty()) {
        links.unplugPod(request.namespacePath(), request.interfaceName());
      }
      if (!isOthers) {
        links.unplugHost(pod.hostInterface());
      }
      addresses.release(pod.handle(config.name()));
      log.info("pod {} is unplugged", pod);
    }
  }

  /// @throws CniException naming what is missing
  public void check(CniRequest request, CniConfig config) throws InterruptedException {
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
      PodPlan plan = plan(pod, config, endpoint.spec().ipNetworks());
      PodDamage.find(kernels, plan, request.namespacePath())
          .ifPresent(
              missing -> {
                throw new CniException(GENERAL, "pod %s misses %s".formatted(pod, missing));
              });
    }
  }

  /// Takes away what is left on this node of containers of a network, but for some and for those
  /// that arrive meanwhile. One that fails does not keep the others.
  ///
  /// @param valid IDs of containers
  /// @throws CniException what could not be taken away
  public void collect(CniConfig config, Set<String> valid) throws InterruptedException {
    store.checkReady();
    List<String> problems = new ArrayList<>();
    try (Arrivals.Watch arriving = arrivals.watch()) {
      for (PodAddresses.Booking booking : inOrder(addresses.bookings())) {
        String handle = booking.handle();
        Optional<String> container = PodIdentity.containerOf(handle, config.name());
        if (container.isPresent()
            && !valid.contains(container.get())
            && !arriving.hasSeen(handle)) {
          collect(booking, container.get()).ifPresent(problems::add);
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new CniException(
          GENERAL,
          "%d containers could not be cleaned up: %s"
              .formatted(problems.size(), String.join("; ", problems)));
    }
  }

  private static List<PodAddresses.Booking> inOrder(Set<PodAddresses.Booking> bookings) {
    return bookings.stream().sorted(Comparator.comparing(PodAddresses.Booking::handle)).toList();
  }

  private Optional<String> collect(PodAddresses.Booking booking, String container)
      throws InterruptedException {
    String hostInterface = PodIdentity.hostInterface(booking.owner(), container);
    try (Turns.Turn _ = turns.take(hostInterface)) {
      boolean isOthers = false;
      for (WorkloadEndpoint endpoint : store.of(node, hostInterface)) {
        boolean isGone = endpoint.spec().containerID().equals(container);
        isOthers |= !isGone;
        if (isGone) {
          store.remove(endpoint.key(), container);
        }
      }
      if (!isOthers) {
        links.unplugHost(hostInterface);
      }
      addresses.release(booking.handle());
      log.info("container {} is gone: what it had is taken away", container);
      return Optional.empty();
    } catch (CniException | DatastoreException | KernelException e) {
      return Optional.of("container %s: %s".formatted(container, e.getMessage()));
    }
  }

  /// @throws CniException code 11 if ADD would fail now
  public void status() {
    store.checkReady();
  }

  private PodIdentity identify(CniRequest request, CniConfig config) {
    if (!config.nodename().isEmpty() && !config.nodename().equals(node)) {
      throw new CniException(
          INVALID_NETWORK_CONFIG,
          "network configuration: nodename is '%s', but the daemon here is of node '%s'"
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
    return store
        .find(pod.endpointKey())
        .filter(found -> found.spec().containerID().equals(pod.containerId()));
  }

  private PodPlan plan(PodIdentity pod, CniConfig config, List<Cidr> given) {
    int mtu = config.mtu() > 0 ? config.mtu() : defaultMtu.getAsInt();
    return new PodPlan(pod.hostInterface(), pod.endpoint(), mtu, given, config.allowIpForwarding());
  }
}
