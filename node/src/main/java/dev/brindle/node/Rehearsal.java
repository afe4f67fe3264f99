// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.cni.plugin.PluginCall;
import dev.brindle.cni.plugin.PluginReply;
import dev.brindle.cni.server.AllocatedAddresses;
import dev.brindle.cni.server.CniCalls;
import dev.brindle.cni.server.OthersAddresses;
import dev.brindle.cni.server.PendingDeletes;
import dev.brindle.cni.server.PodAddresses;
import dev.brindle.cni.server.PodKernels;
import dev.brindle.cni.server.PodNetwork;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.felix.agent.Agent;
import dev.brindle.felix.dataplane.TablePlan;
import dev.brindle.ipam.Allocator;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;

/// Plays a pod's life through before the first pod comes: the real parts, over a store of its own,
/// in two network namespaces that nobody else sees, all gone afterwards. So the first pod finds
/// everything loaded and compiled, and the log says early what this kernel cannot do. It goes on
/// until a real pod comes, or all that is often done is compiled, or others have waited long enough
/// for the processor. What goes wrong in passing, as when one pod goes while the next comes, is not
/// said: it is nobody's.
final class Rehearsal {

  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

  private static final String NODE = "rehearsal";
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final int MTU = 1440;

  /// So many the real first pod waits for.
  private static final int FIRST_ROUNDS = 8;

  /// From then on nothing is new. A pod that comes sooner ends it.
  private static final int MOST_ROUNDS = 60;

  /// Between two rounds that nobody waits for.
  private static final Duration PAUSE = Duration.ofMillis(20);

  /// Where that takes longer, the processor is wanted elsewhere, first of all by this daemon.
  private static final Duration UTMOST = Duration.ofSeconds(5);

  /// Its store is never away, so nothing is ever kept there.
  private static final Path NOWHERE = Path.of("/dev/null/rehearsal");

  private static final Duration LONGEST = Duration.ofSeconds(2);

  private static final List<Resource> CLUSTER =
      List.of(
          ResourceCodec.readStored(
              ResourceKind.CLUSTER_INFORMATION,
              """
              {"metadata": {"name": "default"}, "spec": {"datastoreReady": true}}
              """),
          ResourceCodec.readStored(
              ResourceKind.NODE,
              """
              {"metadata": {"name": "rehearsal"}, "spec": {"bgp": {"ipv4Address": "192.0.2.1/24"}}}
              """),
          ResourceCodec.readStored(
              ResourceKind.IP_POOL,
              """
              {"metadata": {"name": "rehearsal"},
               "spec": {"cidr": "10.0.0.0/24", "blockSize": 26, "natOutgoing": true,
                        "nodeSelector": "all()"}}
              """));

  private static final Resource POLICY =
      ResourceCodec.readStored(
          ResourceKind.NETWORK_POLICY,
          """
          {"metadata": {"name": "default.rehearsal", "namespace": "rehearsal"},
           "spec": {"selector": "projectcalico.org/namespace == 'rehearsal'", "types": ["Ingress"],
                    "ingress": [{"action": "Allow", "protocol": "TCP",
                                 "source": {"selector": "has(friend)"},
                                 "destination": {"ports": [80, "8000:8080"]}}]}}
          """);

  private static final String NETWORK =
      """
      {"cniVersion": "1.0.0", "name": "rehearsal", "type": "calico", "nodename": "rehearsal",
       "ipam": {"type": "calico-ipam"}, "args": {"brindle": {"labels": {"friend": ""}}}}
      """;

  private final Datastore store;
  private final InstantSource clock = InstantSource.system();
  private final TablePlan plan;

  private final Stop stop;

  private Rehearsal(TablePlan plan, Datastore store, Stop stop) {
    this.plan = plan;
    this.store = store;
    this.stop = stop;
  }

  /// A rehearsal on a thread of its own.
  static final class Running implements AutoCloseable {

    private final Stop stop = new Stop();
    private final Thread thread;
    private volatile int rounds;

    private Running(TablePlan plan, Supplier<RehearsalStore> place) {
      thread =
          Thread.ofPlatform()
              .daemon()
              .name("rehearsal")
              .start(() -> rounds = play(plan, place, stop));
    }

    /// How many pods came and went, once it has ended.
    int rounds() {
      return rounds;
    }

    /// Waits until the first pod may come.
    void awaitFirstRounds() {
      try {
        stop.enough.await();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    /// Ends it after the round under way, which nobody waits for. May be said often.
    void end() {
      stop.isWanted.countDown();
    }

    /// Waits until it has nothing left to do, if nobody ends it.
    void awaitEnd() {
      try {
        thread.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      end();
      awaitEnd();
    }
  }

  /// When it may end, and when it must.
  private static final class Stop {

    private final CountDownLatch enough = new CountDownLatch(1);
    private final CountDownLatch isWanted = new CountDownLatch(1);
  }

  /// @param place gives it a store, which is closed at the end
  static Running begin(TablePlan plan, Supplier<RehearsalStore> place) {
    return new Running(plan, place);
  }

  /// The first rounds take a second at most on any machine that is fit for a node. What goes wrong
  /// is logged and is no reason not to start: the real parts will say it again if it matters.
  ///
  /// @return how many pods came and went
  private static int play(TablePlan plan, Supplier<RehearsalStore> place, Stop stop) {
    long begin = System.nanoTime();
    try (RehearsalStore store = place.get()) {
      int rounds = new Rehearsal(plan, store.datastore(), stop).play();
      LOG.debug("rehearsed {} pods in {} ms", rounds, millisSince(begin));
      return rounds;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (KernelException | IllegalStateException e) {
      LOG.warn("the rehearsal of a pod failed, real pods may fail too: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("the rehearsal of a pod failed in a way it should not", e);
    } finally {
      stop.enough.countDown();
    }
    return 0;
  }

  private int play() throws InterruptedException {
    CLUSTER.forEach(store::create);
    try (NetworkNamespace host = NetworkNamespace.create(JnrLibc.get());
        NetworkNamespace pod = NetworkNamespace.create(JnrLibc.get());
        Kernel kernel = LiveKernel.open(host.path());
        Agent agent = new Agent(NODE, Map.of(), store, kernel, plan, clock, NOPLogger.NOP_LOGGER)) {
      agent.start();
      var pending = new PendingDeletes(NOWHERE, () -> false);
      var addresses = new AllocatedAddresses(NODE, store, new Allocator(store));
      var calls =
          new CniCalls(
              pods(host, agent, addresses, pending),
              new OthersAddresses(NODE, store, store, addresses, pending, clock));
      return rounds(calls, pod.path(), agent);
    }
  }

  private PodNetwork pods(
      NetworkNamespace host, Agent agent, PodAddresses addresses, PendingDeletes pending) {
    return new PodNetwork(
        NODE,
        store,
        store,
        addresses,
        new Stage(host),
        agent::awaitInForce,
        pending,
        Optional.empty(),
        () -> OptionalInt.of(MTU),
        PATIENCE,
        clock,
        NOPLogger.NOP_LOGGER);
  }

  private int rounds(CniCalls calls, Path pod, Agent agent) throws InterruptedException {
    long begin = System.nanoTime();
    int round = 0;
    while (round < MOST_ROUNDS && !isOver(round, begin)) {
      round++;
      perform(calls, "ADD", round, pod, agent);
      store.create(POLICY);
      writeAndRead();
      store.delete(POLICY.key());
      perform(calls, "DEL", round, pod, agent);
    }
    return round;
  }

  private boolean isOver(int rounds, long begin) throws InterruptedException {
    long took = millisSince(begin);
    boolean isEnough = rounds >= FIRST_ROUNDS || took >= LONGEST.toMillis();
    if (!isEnough) {
      return stop.isWanted.getCount() == 0;
    }
    stop.enough.countDown();
    return took >= UTMOST.toMillis()
        || stop.isWanted.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void perform(CniCalls calls, String command, int round, Path pod, Agent agent) {
    Map<String, String> environment =
        Map.of(
            "CNI_COMMAND",
            command,
            "CNI_CONTAINERID",
            "rehearsal-" + round,
            "CNI_NETNS",
            pod.toString(),
            "CNI_IFNAME",
            "eth0",
            "CNI_PATH",
            "/",
            "CNI_ARGS",
            "K8S_POD_NAMESPACE=rehearsal;K8S_POD_NAME=rehearsal");
    PluginReply reply =
        calls.answer(PluginCall.encode(environment, NETWORK.getBytes(StandardCharsets.UTF_8)));
    if (reply.exitCode() != 0) {
      throw new IllegalStateException(
          "%s: %s %s".formatted(command, reply.output(), agent.report().problems()));
    }
  }

  /// As a store that keeps text does it.
  private void writeAndRead() {
    for (ResourceKind kind :
        List.of(
            ResourceKind.IPAM_BLOCK,
            ResourceKind.IPAM_HANDLE,
            ResourceKind.BLOCK_AFFINITY,
            ResourceKind.WORKLOAD_ENDPOINT,
            ResourceKind.NETWORK_POLICY)) {
      for (Resource resource : store.list(kind)) {
        ResourceKey read = ResourceCodec.readStored(kind, ResourceCodec.stored(resource)).key();
        if (!read.equals(resource.key())) {
          throw new IllegalStateException("wrote %s, read %s".formatted(resource.key(), read));
        }
      }
    }
  }

  private static long millisSince(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin).toMillis();
  }

  /// Where it is played.
  private record Stage(NetworkNamespace host) implements PodKernels {

    @Override
    public Kernel ofHost() {
      return LiveKernel.open(host.path());
    }

    @Override
    public Kernel ofPod(String namespacePath) {
      return LiveKernel.open(Path.of(namespacePath));
    }

    @Override
    public boolean isHost(String namespacePath) {
      return LivePodKernels.isSame(host.path(), Path.of(namespacePath));
    }

    @Override
    public Executor beside() {
      return LivePodKernels.BESIDE;
    }
  }
}
