// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Loads a speaker once, and says how long it took until everybody knew what they should.
final class Load implements AutoCloseable {

  private static final int CALLING = 4;
  private static final long SETTLED = 500_000_000L;

  private final Point point;
  private final InetSocketAddress speaker;
  private final int net;
  private final long deadline;
  private final Selector selector = Selector.open();
  private final List<Session> sessions = new ArrayList<>();
  private final List<Belief> watched = new ArrayList<>();
  private int up;
  private final Map<Integer, ByteBuffer> tables = new HashMap<>();

  Load(Point point, InetSocketAddress speaker, int net, long seed, long seconds) throws IOException {
    this.point = point;
    this.speaker = speaker;
    this.net = net;
    Tables all = new Tables(point, seed);
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
      int limit = point.isTable() ? Integer.MAX_VALUE : CALLING;
      while (sessions.size() - up >= limit) {
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

  private boolean isDone() {
    return watched.stream().allMatch(Belief::isRight);
  }

  private void pass(long nanos) throws IOException {
    long until = System.nanoTime() + nanos;
    while (System.nanoTime() < until) {
      turn();
    }
  }

  private void turn() throws IOException {
    if (System.nanoTime() > deadline) {
      int wrong = watched.stream().mapToInt(Belief::wrong).max().orElse(0);
      throw new IOException("no end: %d sessions are up, %d prefixes wrong".formatted(up, wrong));
    }
    selector.select(100);
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
