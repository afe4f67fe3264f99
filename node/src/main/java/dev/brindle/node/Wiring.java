// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.bird.speaker.SpeakerReport;
import dev.brindle.cni.plugin.SlotFiles;
import dev.brindle.cni.server.AllocatedAddresses;
import dev.brindle.cni.server.CniCalls;
import dev.brindle.cni.server.CniServer;
import dev.brindle.cni.server.DeleteFinisher;
import dev.brindle.cni.server.OthersAddresses;
import dev.brindle.cni.server.PendingDeletes;
import dev.brindle.cni.server.PodNetwork;
import dev.brindle.cni.server.ReservedPods;
import dev.brindle.cni.server.ShortageWatch;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.KubernetesNodes;
import dev.brindle.datastore.heap.HeapTrim;
import dev.brindle.datastore.undo.UndoWatch;
import dev.brindle.felix.agent.Agent;
import dev.brindle.ipam.Allocator;
import dev.brindle.linux.kernel.InstalledTable;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.linux.nft.NftTable;
import dev.brindle.linux.nft.NftTransaction;
import dev.brindle.linux.reconcile.NftPlan;
import dev.brindle.node.address.HostInterface;
import dev.brindle.node.control.BgpCommands;
import dev.brindle.node.control.ControlSocket;
import dev.brindle.node.health.Metrics;
import dev.brindle.node.health.Readiness;
import dev.brindle.node.health.StatusJson;
import dev.brindle.node.health.StatusSocket;
import dev.brindle.node.report.StatusReporter;
import dev.brindle.node.settings.Backend;
import dev.brindle.node.settings.NodeSettings;
import dev.brindle.node.tunnel.TunnelAddresses;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/// Puts a node together: the one place that makes its parts and joins them.
///
/// ```
/// Datastore ─┬─ Agent (felix) ── kernel      CniServer ── PodNetwork ─┬─ Allocator
///            ├─ BgpDriver ── Speaker ── KernelRouteSink ── kernel     ├─ kernel
///            └─ TunnelAddresses ── Allocator                          └─ Agent: in force yet?
/// ```
final class Wiring {

  private static final String VERSION =
      Optional.ofNullable(Wiring.class.getPackage().getImplementationVersion())
          .orElse("development");
  private static final Duration POLICY_PATIENCE = Duration.ofSeconds(30);
  /// MiB: a larger one is collected when it has doubled, and not to give a little back.
  private static final int LARGEST_QUIET_HEAP = 256;

  private static final Duration LATE_DELETES_EACH = Duration.ofSeconds(2);

  /// Whoever made an unconfirmed change undoes it first, if he still can.
  private static final Duration UNDO_DELAY = Duration.ofSeconds(5);

  private static final Duration UNDO_SPREAD = Duration.ofSeconds(15);
  private static final List<ResourceKind> TUNNEL_KINDS =
      List.of(ResourceKind.IP_POOL, ResourceKind.NODE);

  private final NodeSettings settings;
  private final Datastore datastore;
  private final InstantSource clock = InstantSource.system();
  private final RunningNode node = new RunningNode();
  private volatile Optional<CniServer> cni = Optional.empty();
  private final NodeRegistration registration;
  private final Optional<KubernetesNodes> kubernetes;

  /// The Kubernetes beside a store that is another: it says what pods are.
  private final Optional<Datastore> beside;

  private Wiring(NodeSettings settings, Datastore datastore, Optional<Datastore> beside) {
    this.settings = settings;
    this.datastore = datastore;
    this.beside = beside;
    this.kubernetes =
        datastore.kubernetesNodes().or(() -> beside.flatMap(Datastore::kubernetesNodes));
    this.registration =
        new NodeRegistration(
            settings,
            datastore,
            Wiring::hostInterfaces,
            new NodeSources(kubernetes, settings.kubernetesName()));
    node.closing("datastore", datastore);
    beside.ifPresent(store -> node.closing("Kubernetes", store));
  }

  private static List<HostInterface> hostInterfaces() {
    try (Kernel kernel = LiveKernel.open()) {
      return HostFacts.interfaces(kernel);
    }
  }

  /// Starts all parts. If one cannot start, those that run are stopped again.
  ///
  /// @param datastore becomes the node's own
  /// @param beside the Kubernetes that it belongs to, if its store is another; the node's own too
  /// @param wait what to do if the store goes away meanwhile
  /// @throws StartException saying which part, why, and what to do
  static RunningNode start(
      NodeSettings settings, Datastore datastore, Optional<Datastore> beside, StoreWait wait)
      throws InterruptedException {
    var wiring = new Wiring(settings, datastore, beside);
    try {
      wiring.start(wait);
      return wiring.node;
    } catch (IOException e) {
      wiring.node.close();
      throw new StartException(
          e instanceof FileSystemException ? e.toString() : String.valueOf(e.getMessage()), e);
    } catch (RuntimeException | InterruptedException e) {
      wiring.node.close();
      throw e;
    }
  }

  private void start(StoreWait wait) throws IOException, InterruptedException {
    // from the start on, when the whole cluster is listed
    var bearablePause = new AtomicReference<Supplier<Duration>>(() -> BgpWiring.LONG);
    node.closing("heap", HeapTrim.start(() -> bearablePause.get().get(), LARGEST_QUIET_HEAP));
    node.closing("directories", OwnDirectories.take(settings, slots().directory()));
    var reserve = new NodeReserve(settings, datastore, beside);
    Optional<NetworkCondition> condition = condition();
    Listeners listeners = register(wait);
    // not before the kernel was found fit: what is wrong is said once
    Rehearsal.Running rehearsal = Rehearsal.begin(Wiring::tablePlan, this::rehearsalStore);
    node.closing("rehearsal", rehearsal);
    Agent agent = agent();
    ReservedPods reserved = reserve.pods(agent, clock);
    reserved.restore();
    agent.start();
    node.closing("MTU", MtuFile.start(agent, mtuFiles()));
    node.closing(
        "takeover",
        Takeover.start(
            LiveKernel.open(), () -> FelixReadiness.obstacles(agent), Takeover.Pace.USUAL));
    ResourceLoop tunnels = tunnels(reserve.allocator());
    Optional<BgpDriver> bgp = Optional.empty();
    Map<String, Supplier<List<String>>> parts = new TreeMap<>();
    StoreWatch storeWatch = storeWatch();
    parts.put("datastore", storeWatch::obstacles);
    addressWatch().ifPresent(watch -> parts.put("addresses", watch::problems));
    parts.put("felix", () -> FelixReadiness.obstacles(agent));
    parts.put("tunnels", tunnels::problems);
    parts.put(
        "cni",
        () ->
            cni.map(CniServer::problems)
                .orElse(List.of("calls of the CNI plugin are not answered yet")));
    Supplier<Integer> kernelRoutes = () -> 0;
    BgpFacts facts = BgpFacts.none(VERSION);
    if (settings.backend().speaksBgp()) {
      BgpWiring joined = BgpWiring.start(settings, datastore, node, clock);
      parts.put("bgp", joined::obstacles);
      bgp = Optional.of(joined.driver());
      kernelRoutes = joined.sink()::size;
      bearablePause.set(joined::bearablePause);
      facts = BgpFacts.of(VERSION, joined.driver(), joined.sink());
    }
    node.closing("node-status", new StatusReporter(settings.name(), datastore, facts, clock));
    node.closing("undoing", new UndoWatch(datastore, UNDO_DELAY.plus(ownShare(UNDO_SPREAD))));
    var readiness = new Readiness(parts);
    serve(agent, bgp, readiness, listeners, kernelRoutes, reserved::abandoned);
    rehearsal.awaitFirstRounds();
    serveCni(agent, reserve, reserved, storeWatch::isAway, rehearsal::end);
    condition.ifPresent(each -> each.begin(readiness::obstacles));
  }

  /// Only for who makes the network. Ended after all other parts, as they matter more than its
  /// word.
  private Optional<NetworkCondition> condition() {
    if (settings.backend() == Backend.NONE) {
      return Optional.empty();
    }
    Optional<NetworkCondition> condition =
        kubernetes.map(
            nodes ->
                new NetworkCondition(
                    nodes, settings.kubernetesName(), clock, NetworkCondition.Pace.USUAL));
    condition.ifPresent(each -> node.closing("network condition", each));
    return condition;
  }

  private static Duration ownShare(Duration all) {
    return Duration.ofMillis(new SplittableRandom().nextLong(all.toMillis()));
  }

  private RehearsalStore rehearsalStore() {
    return RehearsalStore.like(datastore, settings.runDirectory().resolve("rehearsal"));
  }

  /// Writes what the cluster must know of the node first, but nothing if the node cannot start.
  private Listeners register(StoreWait wait) throws IOException, InterruptedException {
    try (Kernel kernel = LiveKernel.open()) {
      HostFacts.check(kernel);
      var setup = new NodeSetup(settings, datastore, HostFacts.interfaces(kernel));
      List<IpPool> pools = wait.get(() -> setup.missingPools(new SplittableRandom()));
      Listeners listeners = Listeners.take(wait.get(() -> StartSettings.of(settings, datastore)));
      node.closing("health and metrics", listeners);
      wait.run(registration::register);
      wait.run(() -> setup.createDefaults(new SplittableRandom(), VERSION));
      wait.run(() -> setup.createPools(pools));
      keepName();
      return listeners;
    }
  }

  /// For the next start, which may not be told it.
  private void keepName() {
    for (Path directory : HostFacts.publicDirectories(settings)) {
      Path file = directory.resolve(NodeSettings.NAME_FILE);
      try {
        Files.writeString(file, settings.name() + "\n");
      } catch (IOException e) {
        throw new StartException(
            "cannot write %s: %s: make room, or set BRINDLE_STATE_DIR to another directory"
                .formatted(file, e),
            e);
      }
    }
  }

  /// Not begun yet.
  private Agent agent() {
    Kernel kernel = LiveKernel.open();
    node.closing("felix's kernel", kernel);
    var agent =
        new Agent(
            settings.name(), settings.variables(), datastore, kernel, Wiring::tablePlan, clock);
    node.closing("felix", agent);
    return agent;
  }

  private static NftTransaction tablePlan(NftTable desired, Optional<InstalledTable> actual) {
    return NftPlan.between(List.of(desired), actual.stream().toList());
  }

  private StoreWatch storeWatch() {
    StoreWatch watch = StoreWatch.start(datastore);
    node.closing("store-watch", watch);
    return watch;
  }

  /// None if addresses are not looked for, or only once.
  private Optional<AddressWatch> addressWatch() {
    if (settings.backend() == Backend.NONE || settings.pollInterval().isZero()) {
      return Optional.empty();
    }
    AddressWatch watch = AddressWatch.start(registration::register, settings.pollInterval());
    node.closing("addresses", watch);
    return Optional.of(watch);
  }

  private ResourceLoop tunnels(Allocator allocator) {
    var addresses = new TunnelAddresses(settings.name(), datastore, allocator);
    var loop = new ResourceLoop("tunnels", datastore, TUNNEL_KINDS, _ -> addresses.reconcile());
    node.closing("tunnels", loop);
    return loop;
  }

  private void serve(
      Agent agent,
      Optional<BgpDriver> bgp,
      Readiness readiness,
      Listeners listeners,
      Supplier<Integer> kernelRoutes,
      Supplier<Long> podsAbandoned)
      throws IOException {
    Supplier<Optional<SpeakerReport>> bgpReport = () -> bgp.flatMap(BgpDriver::report);
    listeners.answer(
        () -> agent.isAlive() ? List.of() : List.of("felix: its thread has ended"),
        readiness::obstacles,
        () -> lacking(agent, bgp),
        () -> new Metrics(bgpReport, agent::report, kernelRoutes, podsAbandoned).registry());
    var status =
        StatusSocket.start(
            settings.statusSocket(),
            () ->
                StatusJson.of(
                    settings.name(),
                    bgpReport.get(),
                    agent.report(),
                    readiness.obstacles(),
                    lacking(agent, bgp),
                    registration.choices()));
    node.closing("status", status);
    node.closing(
        "control",
        ControlSocket.start(
            settings.controlDirectory(),
            new BgpCommands(() -> bgp.flatMap(BgpDriver::speaker), Optional.empty())));
  }

  /// What the node does not do although it is ready.
  private static List<String> lacking(Agent agent, Optional<BgpDriver> bgp) {
    return Stream.concat(
            agent.report().serviceProblem().map("felix: "::concat).stream(),
            bgp.stream().flatMap(driver -> driver.problems().stream()))
        .toList();
  }

  private void serveCni(
      Agent agent,
      NodeReserve reserve,
      ReservedPods reserved,
      BooleanSupplier isStoreAway,
      Runnable onCall)
      throws IOException {
    var addresses =
        new ShortageWatch(
            new AllocatedAddresses(settings.name(), datastore, reserve.allocator()), clock);
    var pending = new PendingDeletes(settings.pendingDeletes(), isStoreAway);
    var pods =
        new PodNetwork(
            settings.name(),
            datastore,
            beside.orElse(datastore),
            addresses,
            new LivePodKernels(),
            agent::awaitInForce,
            pending,
            Optional.of(reserved),
            () -> podMtu(agent.report().podMtu()),
            POLICY_PATIENCE,
            clock,
            LoggerFactory.getLogger(PodNetwork.class));
    var calls =
        new CniCalls(
            pods,
            new OthersAddresses(
                settings.name(), datastore, beside.orElse(datastore), addresses, pending, clock));
    node.closing("late deletes", DeleteFinisher.start(pending, calls, LATE_DELETES_EACH));
    node.closing("reserve", reserve.keep(pods, reserved, isStoreAway));
    CniServer server =
        CniServer.start(
            slots(),
            Wiring::makeFifo,
            (call, host) -> {
              onCall.run();
              return calls.answer(call, host);
            });
    node.closing("cni", server);
    cni = Optional.of(server);
    datastore
        .statusReports()
        .ifPresent(
            reports ->
                node.closing(
                    "status reports",
                    LifeSigns.start(
                        settings.name(), reports, datastore::get, agent::report, clock)));
    Thread.ofPlatform().daemon().name("warm-up").start(calls::warmUp);
  }

  /// Until felix knows better, as it was before.
  private OptionalInt podMtu(int chosen) {
    return chosen > 0 ? OptionalInt.of(chosen) : MtuFile.read(mtuFiles());
  }

  private List<Path> mtuFiles() {
    return HostFacts.publicDirectories(settings).stream()
        .map(directory -> directory.resolve("mtu"))
        .toList();
  }

  private SlotFiles slots() {
    return SlotFiles.of(settings.variables());
  }

  private static void makeFifo(Path path) {
    JnrLibc.get().makeFifo(path.toString(), 0600);
  }
}
