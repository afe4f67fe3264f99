// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bfd.live.BfdService;
import dev.brindle.bird.table.AttributeBudget;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Octets;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The BGP speaker of a node. Its methods may be called from any thread but its own: each waits
/// until the speaker's thread has done it.
///
/// ```
/// Speaker.start(config, sink) ... reconfigure(config) ... leave() or close()
/// ```
public final class Speaker implements AutoCloseable {

  private final Transport transport = new Transport();
  private final EventExecutor executor = transport.loops().own();
  private final BfdService bfd;
  private final RouteSink sink;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final NeighbourDiscovery discovery;
  private final MrtFiles files;
  private AttributeBudget budget = AttributeBudget.of(Runtime.getRuntime().maxMemory());
  private @Nullable Sessions sessions;

  /// A speaker whose peers all have addresses.
  ///
  /// @param sink where best routes go
  /// @param random for jitter; used on the speaker's thread only
  public Speaker(RouteSink sink, InstantSource clock, RandomGenerator random) {
    this(sink, clock, random, NeighbourDiscovery.NONE);
  }

  /// @param sink where best routes go
  /// @param random for jitter; used on the speaker's thread only
  /// @param discovery finds peers that are known by their links
  public Speaker(
      RouteSink sink, InstantSource clock, RandomGenerator random, NeighbourDiscovery discovery) {
    this.discovery = discovery;
    this.sink = sink;
    this.clock = clock;
    this.random = random;
    this.files = new MrtFiles(clock, this::dump);
    this.bfd = new BfdService(clock, new SplittableRandom(random.nextLong()));
  }

  /// Before the start, in place of shares of the heap.
  Speaker within(AttributeBudget wanted) {
    budget = wanted;
    return this;
  }

  /// Begins to listen and to call. Once.
  ///
  /// @throws ListenException if an address or port is not to be had
  public void start(SpeakerConfig config) {
    run(
        () -> {
          if (sessions != null) {
            throw new IllegalStateException("the speaker runs already");
          }
          Sessions started =
              new Sessions(
                  config, sink, executor, transport, bfd, clock, random, discovery, files, budget);
          started.start();
          sessions = started; // not before: a start that could not listen may be tried again
          return true;
        });
  }

  /// Makes it so. Sessions whose own parameters stay the same notice nothing.
  ///
  /// @throws ListenException if a new address or port is not to be had; then nothing has changed
  public void reconfigure(SpeakerConfig config) {
    run(
        () -> {
          running().reconfigure(config);
          return true;
        });
  }

  /// Marks all routes that peers are told, so that they take other ways (RFC 8326), while packets
  /// still pass here; whoever calls waits until they have, and closes then. What external peers
  /// told is taken last. Until `undrain`; peers that are added meanwhile are told so too.
  ///
  /// @return what could not be done, by the names of peers
  public Map<String, String> drain() {
    return run(() -> running().drain(true));
  }

  /// Takes the marks away again, from all peers.
  ///
  /// @return what is not as it was before, by the names of peers
  public Map<String, String> undrain() {
    return run(() -> running().drain(false));
  }

  /// The same for one peer; and as it is the session that ends and not we, what the peer told is
  /// taken last.
  ///
  /// @return what could not be done; empty if it was
  /// @throws IllegalArgumentException if there is no such peer
  public Optional<String> drain(String peer) {
    return run(() -> running().drain(peer, true));
  }

  /// @return what is not as it was before; empty if nothing
  /// @throws IllegalArgumentException if there is no such peer
  public Optional<String> undrain(String peer) {
    return run(() -> running().drain(peer, false));
  }

  public SpeakerReport report() {
    return run(() -> running().report());
  }

  /// Every prefix, with all its paths and why one of them was chosen. Big.
  public List<RouteReport> routes() {
    return run(() -> running().routes());
  }

  /// Writes all paths as an MRT file (RFC 6396 §4.3), which is there whole or not at all. On the
  /// caller's thread, but for the looking, a page at a time.
  ///
  /// @throws IOException if the file is not to be had
  public void dump(Path file) throws IOException {
    TableFile.write(clock.instant(), report(), cursor -> page(RouteQuery.ALL, cursor), file);
  }

  public Optional<RouteReport> route(Cidr prefix) {
    return run(() -> running().route(prefix));
  }

  /// The prefixes a peer has of us; empty if there is no such peer.
  public List<Cidr> advertised(String peer) {
    return run(() -> running().advertised(peer));
  }

  // ---- what people ask and order

  /// A part of a listing; the rest by the cursor of each page.
  ///
  /// @throws IllegalArgumentException if a peer of the query is not there
  public RoutePage page(RouteQuery query, RouteCursor cursor) {
    return run(() -> running().questions().page(query, cursor));
  }

  /// The longest prefix with a path that covers an address.
  public Optional<Cidr> covering(IpAddress address) {
    return run(() -> running().questions().covering(address));
  }

  public RouteExplanation explain(Cidr prefix) {
    return run(() -> running().questions().explain(prefix));
  }

  /// What became of a prefix beyond the speaker; empty if that is not known.
  public Optional<Installation> installation(Cidr prefix) {
    return sink.installation(prefix);
  }

  /// Asks a peer for its routes again and waits until it tells one of them: rejected ones are not
  /// kept.
  ///
  /// @return empty if it did not tell it in that time
  public Optional<ToldRoute> ask(String peer, Cidr prefix, Duration patience)
      throws InterruptedException {
    BlockingQueue<ToldRoute> answer = new ArrayBlockingQueue<>(1);
    Runnable end =
        run(
            () ->
                running()
                    .peer(peer)
                    .map(it -> it.routes().watch(prefix, answer::offer))
                    .orElseThrow(() -> new IllegalArgumentException("there is no peer " + peer)));
    try {
      return Optional.ofNullable(answer.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
    } finally {
      executor.execute(end);
    }
  }

  /// Asks a peer for all of its routes again, and tells it ours again; the session stays.
  ///
  /// @return why that cannot be; empty if it was done
  public Optional<String> refresh(String peer) {
    return order(peer, Peer::refresh);
  }

  /// Ends a peer's session, which begins anew at once.
  ///
  /// @return why that cannot be; empty if it was done
  public Optional<String> reset(String peer) {
    return reset(peer, "");
  }

  /// Ends a peer's session, which begins anew at once.
  ///
  /// @param text that the peer's people may read, at most 255 octets (RFC 9003)
  /// @return why that cannot be; empty if it was done
  /// @throws IllegalArgumentException if the text is too long
  public Optional<String> reset(String peer, String text) {
    Octets data = Notification.text(text);
    return order(peer, it -> it.reset(data));
  }

  private Optional<String> order(String peer, Function<Peer, Optional<String>> order) {
    return run(
        () ->
            running()
                .peer(peer)
                .map(order)
                .orElseGet(() -> Optional.of("there is no peer " + peer)));
  }

  /// Ends without a word to the peers, which then keep our routes for the restart time; the sink
  /// keeps theirs. For a restart.
  public void leave() {
    stop(true);
  }

  /// Tells the peers that it is over, and the sink that their routes are gone. May be repeated.
  @Override
  public void close() {
    stop(false);
  }

  private void stop(boolean leaves) {
    if (executor.isShuttingDown()) {
      return;
    }
    run(
        () -> {
          if (sessions != null) {
            sessions.stop(leaves);
          }
          return true;
        });
    files.close();
    bfd.close();
    transport.close();
  }

  private Sessions running() {
    if (sessions == null) {
      throw new IllegalStateException("the speaker was not started");
    }
    return sessions;
  }

  private <T> T run(Callable<T> task) {
    try {
      return executor.submit(task).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the speaker", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("the speaker failed", e.getCause());
    }
  }
}
