// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/// Loads a speaker once, and says how long it took until everybody knew what they should.
final class Load implements AutoCloseable {

  private static final long SETTLED = 500_000_000L;

  private static final long CHANGING = 10_000_000_000L;

  /// Between two changes, at least.
  private static final long PAUSE = 2_000_000L;

  private final Point point;
  private final InetSocketAddress speaker;
  private final int net;
  private final long deadline;
  private final Selector selector = Selector.open();
  private final List<Session> sessions = new ArrayList<>();
  private final List<Belief> watched = new ArrayList<>();
  private int up;
  private final Map<Integer, ByteBuffer> tables = new HashMap<>();
  private final Tables all;
  private final int inKernelBefore;

  Load(Point point, InetSocketAddress speaker, int net, long seed, long seconds) throws IOException {
    this.point = point;
    this.speaker = speaker;
    this.net = net;
    all = new Tables(point, seed);
    inKernelBefore = point.isInKernel() ? KernelTable.prefixes() : 0;
    for (Point.Neighbor neighbor : point.neighbors(net)) {
      if (neighbor.isFeeder()) {
        tables.put(neighbor.number(), all.of(neighbor));
      }
    }
    deadline = System.nanoTime() + seconds * 1_000_000_000L;
  }

  /// @return seconds
  /// @throws IOException if a session is lost, or it does not come to an end
  double run() throws IOException {
    long start = System.nanoTime();
    call();
    if (point.isTable()) {
      pass(SETTLED);
      start = System.nanoTime();
      for (Session session : sessions) {
        tell(session);
      }
    }
    while (!isDone()) {
      turn();
    }
    long end = System.nanoTime();
    pass(SETTLED);
    if (!isDone()) {
      throw new IOException("what was right did not stay so");
    }
    return (end - start) / 1e9;
  }

  /// Receivers first: they are there when the routes come.
  private void call() throws IOException {
    for (Point.Neighbor neighbor : point.neighbors(net).reversed()) {
      while (sessions.size() - up >= point.calling()) {
        turn();
      }
      boolean isWatched =
          !neighbor.isFeeder() || point.kind() == Point.Kind.REFLECTED;
      Optional<Belief> belief =
          isWatched ? Optional.of(new Belief(point, neighbor)) : Optional.empty();
      belief.ifPresent(watched::add);
      sessions.add(new Session(neighbor, belief, speaker, selector));
    }
    while (up < sessions.size()) {
      turn();
    }
  }

  private void tell(Session session) throws IOException {
    ByteBuffer table = session.neighbor().isFeeder() ? tables.remove(session.neighbor().number()) : null;
    if (table != null) {
      session.say(table);
    }
  }

  private boolean isDone() throws IOException {
    return watched.stream().allMatch(Belief::isRight)
        && (!point.isInKernel() || KernelTable.prefixes() - inKernelBefore == point.size());
  }

  /// Changes one route after the other, with a pause between them, for ten seconds at most; after `run`.
  ///
  /// @return how long each took until the first receiver had it, in milliseconds, the shortest first
  double[] changes(int count) throws IOException {
    Session feeder = sessions.stream().filter(it -> it.neighbor().isFeeder()).findAny().orElseThrow();
    Belief receiver = watched.getFirst();
    SplittableRandom random = new SplittableRandom(count);
    double[] millis = new double[count];
    int done = 0;
    long end = System.nanoTime() + CHANGING;
    for (int i = 0; i < count && System.nanoTime() < end; i++) {
      int prefix = random.nextInt(point.prefixes());
      ByteBuffer change = all.changed(feeder.neighbor(), prefix, i + 1);
      pass(PAUSE + random.nextLong(PAUSE));
      receiver.forgetLast();
      long start = System.nanoTime();
      feeder.say(change);
      while (receiver.last() != prefix) {
        turn();
      }
      millis[done++] = (System.nanoTime() - start) / 1e6;
    }
    double[] sorted = Arrays.copyOf(millis, done);
    Arrays.sort(sorted);
    return sorted;
  }

  private void pass(long nanos) throws IOException {
    long until = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = until - System.nanoTime()) {
      turn(left / 1_000_000 + 1);
    }
  }

  private void turn() throws IOException {
    turn(point.isInKernel() ? 10 : 100);
  }

  private void turn(long millis) throws IOException {
    if (System.nanoTime() > deadline) {
      int wrong = watched.stream().mapToInt(Belief::wrong).max().orElse(0);
      throw new IOException("no end: %d sessions are up, %d prefixes wrong".formatted(up, wrong));
    }
    selector.select(millis);
    for (SelectionKey key : selector.selectedKeys()) {
      Session session = (Session) key.attachment();
      boolean wasUp = session.isUp();
      session.ready();
      if (!wasUp && session.isUp()) {
        up++;
        if (!point.isTable()) {
          tell(session);
        }
      }
    }
    selector.selectedKeys().clear();
  }

  @Override
  public void close() throws IOException {
    for (Session session : sessions) {
      session.close();
    }
    selector.close();
  }
}
