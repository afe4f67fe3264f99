// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.connect.DatastoreSettings;
import dev.brindle.linux.kernel.Links;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.tests.refusal.NodeRig.Ended;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A daemon that is killed (SIGKILL) in the middle of an ADD, while other pods talk to each other.
class KilledDuringAddTest {

  private static final int TRIES = 40;

  /// Pods that are there before, and stay.
  private static final int OTHERS = 2;

  private static final Path PING = Path.of("/usr/bin/ping");
  private static final Pattern ADDRESS = Pattern.compile("\"address\":\"([0-9.]+)/32\"");
  private static final String NETWORK =
      """
      {"cniVersion": "1.0.0", "name": "net1", "type": "calico", "ipam": {"type": "calico-ipam"}}
      """;

  /// Where in an ADD.
  enum Moment {

    /// The pair of interfaces is there, and nothing that leads to it.
    PAIR_MADE,

    /// The pod's endpoint is there too, and its call not answered.
    ENDPOINT_WRITTEN
  }

  @TempDir private Path base;
  private NodeRig rig;
  private final List<NetworkNamespace> sandboxes = new ArrayList<>();

  @BeforeEach
  void makeMachine() {
    rig = NodeRig.make(base);
  }

  @AfterEach
  void endAll() throws InterruptedException {
    rig.close();
    sandboxes.forEach(NetworkNamespace::close);
  }

  /// kubelet tries the same ADD again: the address that it was given, and all that was missing.
  @ParameterizedTest
  @EnumSource(Moment.class)
  void theNextDaemonPutsARepeatedAddRight(Moment moment) throws Exception {
    Broken broken = breakAnAdd(moment);
    rig.startAndAwait(Map.of());

    Ended again = rig.plugin("ADD", broken.pod, broken.sandbox, NETWORK);

    assertThat(again.exitCode()).as(again.output()).isZero();
    String address = address(again);
    broken.address.ifPresent(
        given -> assertThat(address).as("what its endpoint says").isEqualTo(given));
    assertThat(rig.plugin("CHECK", broken.pod, broken.sandbox, NETWORK))
        .isEqualTo(new Ended(0, ""));
    assertThat(ping(broken.client, address, 3)).contains("3 packets transmitted, 3 received");
    assertNothingIsLostOrLeft(broken);
  }

  /// kubelet gives up on the container, whose sandbox may be gone by then.
  @ParameterizedTest
  @EnumSource(Moment.class)
  void theNextDaemonPutsADelRight(Moment moment) throws Exception {
    Broken broken = breakAnAdd(moment);
    rig.startAndAwait(Map.of());

    Ended gone = rig.plugin("DEL", broken.pod, broken.sandbox, NETWORK);

    assertThat(gone).isEqualTo(new Ended(0, ""));
    assertThat(endpoint(broken.pod)).isEmpty();
    assertThat(rig.podInterfaces()).hasSize(OTHERS);
    Ended again = rig.plugin("ADD", "another", sandbox(), NETWORK);
    assertThat(again.exitCode()).as(again.output()).isZero();
    assertThat(ping(broken.client, address(again), 3))
        .contains("3 packets transmitted, 3 received");
    assertThat(rig.plugin("DEL", "another", sandbox(), NETWORK).exitCode()).isZero();
    assertNothingIsLostOrLeft(broken);
  }

  /// @param pod whose ADD was cut short
  /// @param address that its endpoint has; empty if there is none
  /// @param client a pod that pings another all the time
  /// @param traffic what that says
  private record Broken(
      String pod,
      NetworkNamespace sandbox,
      Optional<String> address,
      NetworkNamespace client,
      Process traffic,
      Path said) {}

  /// Tries until the moment was hit, which is a matter of a few milliseconds.
  private Broken breakAnAdd(Moment moment) throws Exception {
    assumeTrue(Files.isExecutable(PING), "no ping (iputils-ping)");
    NodeRig.Running daemon = rig.startAndAwait(Map.of());
    NetworkNamespace client = sandbox();
    NetworkNamespace server = sandbox();
    address(rig.plugin("ADD", "client", client, NETWORK));
    String to = address(rig.plugin("ADD", "server", server, NETWORK));
    assertThat(ping(client, to, 1)).contains("1 received");
    Path said = base.resolve("traffic");
    Process traffic =
        client.call(
            () ->
                new ProcessBuilder(PING.toString(), "-n", "-i", "0.02", "-W", "2", to)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start());
    for (int i = 0; i < TRIES; i++) {
      String pod = "victim" + i;
      NetworkNamespace sandbox = sandbox();
      Ended ended = killed(moment, pod, sandbox, daemon.process());
      Optional<WorkloadEndpoint> written = endpoint(pod);
      boolean isHit =
          ended.exitCode() != 0
              && rig.podInterfaces().size() > OTHERS
              && written.isPresent() == (moment == Moment.ENDPOINT_WRITTEN);
      if (isHit) {
        assertThat(ended.output()).contains("\"code\":11", "it ended during the call");
        Optional<String> address =
            written.map(it -> it.spec().ipNetworks().getFirst().address().toString());
        return new Broken(pod, sandbox, address, client, traffic, said);
      }
      daemon = rig.startAndAwait(Map.of());
      assertThat(rig.plugin("DEL", pod, sandbox, NETWORK).exitCode()).isZero();
    }
    throw new AssertionError("the daemon was never killed at the right moment");
  }

  private Ended killed(Moment moment, String pod, NetworkNamespace sandbox, Process daemon)
      throws Exception {
    var isOver = new AtomicBoolean();
    FutureTask<Ended> add = new FutureTask<>(() -> rig.plugin("ADD", pod, sandbox, NETWORK));
    Thread busy = Thread.ofPlatform().unstarted(() -> keepLinksBusy(isOver));
    try (Datastore datastore = DatastoreSettings.embedded(base.resolve("store/db")).open()) {
      BooleanSupplier isNow =
          switch (moment) {
            case PAIR_MADE -> () -> rig.podInterfaces().size() > OTHERS;
            case ENDPOINT_WRITTEN -> {
              busy.start(); // for the kernel's lock on links, so that the moment is a long one
              yield () -> find(datastore, pod).isPresent();
            }
          };
      Thread.ofVirtual().start(add);
      while (!add.isDone() && !isNow.getAsBoolean()) {
        Thread.onSpinWait();
      }
      daemon.destroyForcibly().waitFor();
    } finally {
      isOver.set(true);
      busy.join();
    }
    return add.get(90, TimeUnit.SECONDS);
  }

  private void keepLinksBusy(AtomicBoolean isOver) {
    try (NetworkNamespace here = NodeRig.namespace();
        NetworkNamespace there = NodeRig.namespace();
        LiveKernel kernel = LiveKernel.in(NetworkNamespace.open(JnrLibc.get(), here.path()))) {
      Links links = kernel.links();
      while (!isOver.get()) {
        links.createVeth(
            "a", Optional.empty(), 1500, 0, "b", Optional.empty(), NodeRig.path(there));
        links.delete("a");
      }
    }
  }

  private void assertNothingIsLostOrLeft(Broken broken) throws Exception {
    // SIGINT: it says what became of its packets
    new ProcessBuilder("kill", "-INT", Long.toString(broken.traffic.pid())).start().waitFor();
    broken.traffic.waitFor();
    Matcher lost =
        Pattern.compile("(\\d+) packets transmitted, (\\d+) received")
            .matcher(Files.readString(broken.said));
    assertThat(lost.find()).isTrue();
    assertThat(Integer.parseInt(lost.group(1))).as("it went on meanwhile").isGreaterThan(20);
    assertThat(lost.group(2)).as(lost.group()).isEqualTo(lost.group(1));

    for (String pod : List.of(broken.pod, "client", "server")) {
      assertThat(rig.plugin("DEL", pod, sandbox(), NETWORK)).isEqualTo(new Ended(0, ""));
    }
    assertThat(rig.podInterfaces()).isEmpty();
    assertThat(rig.stored(ResourceKind.WORKLOAD_ENDPOINT)).isEmpty();
    assertThat(rig.stored(ResourceKind.IPAM_HANDLE)).as("no address is taken").isEmpty();
  }

  private NetworkNamespace sandbox() {
    NetworkNamespace namespace = NodeRig.namespace();
    sandboxes.add(namespace);
    return namespace;
  }

  private static String address(Ended added) {
    assertThat(added.exitCode()).as(added.output()).isZero();
    Matcher address = ADDRESS.matcher(added.output());
    assertThat(address.find()).as(added.output()).isTrue();
    return address.group(1);
  }

  private Optional<WorkloadEndpoint> endpoint(String pod) {
    try (Datastore datastore = DatastoreSettings.embedded(base.resolve("store/db")).open()) {
      return find(datastore, pod);
    }
  }

  private static Optional<WorkloadEndpoint> find(Datastore datastore, String pod) {
    return datastore.list(ResourceKind.WORKLOAD_ENDPOINT).stream()
        .map(WorkloadEndpoint.class::cast)
        .filter(endpoint -> endpoint.spec().pod().equals(pod))
        .findFirst();
  }

  private static String ping(NetworkNamespace from, String to, int count) throws Exception {
    Callable<Process> start =
        () ->
            new ProcessBuilder(
                    PING.toString(),
                    "-n",
                    "-i",
                    "0.2",
                    "-W",
                    "2",
                    "-c",
                    Integer.toString(count),
                    to)
                .redirectErrorStream(true)
                .start();
    Process process = from.call(start);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }
}
