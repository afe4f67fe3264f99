// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bmp.BmpDown;
import dev.brindle.bird.bmp.BmpPeer;
import dev.brindle.bird.bmp.BmpStatistic;
import dev.brindle.bird.bmp.BmpTarget;
import dev.brindle.bird.bmp.BmpView;
import dev.brindle.bird.bmp.BmpWriter;
import dev.brindle.bird.bmp.live.BmpLink;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.table.RouteView;
import dev.brindle.bird.table.RouteVisitor;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.MessageCodec;
import dev.brindle.bird.wire.Octets;
import dev.brindle.bird.wire.PeerTerms;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One monitoring station. What happens is told at once; what was before it came is told in slices,
/// as fast as it reads. On the speaker's thread.
final class Station implements BmpLink.Listener {

  static final PeerTerms UNLIMITED = PeerTerms.unlimited();
  private static final IpAddress NOWHERE = IpAddress.ofIpv4(0);
  private static final int ROUTES_AT_ONCE = 500;
  private static final int HOLD_TIME = 0;

  private final BmpTarget target;
  private final BmpPeer ourselves;
  private final Monitoring monitoring;
  private final EventExecutor speaker;
  private final InstantSource clock;
  private final BmpLink link;
  private final Queue<Showing> showings = new ArrayDeque<>();
  private final @Nullable Future<?> counting;
  private boolean isWorking;

  /// Routes of one kind that are still to be shown.
  private final class Showing {
    private final @Nullable MonitoredPeer peer;
    private final BmpView view;
    private final Family family;
    private int from;

    Showing(@Nullable MonitoredPeer peer, BmpView view, Family family) {
      this.peer = peer;
      this.view = view;
      this.family = family;
    }

    BmpPeer identity() {
      return peer == null ? ourselves : peer.identity();
    }

    private PeerTerms terms() {
      return peer == null ? UNLIMITED : peer.recordTerms();
    }

    /// @return whether there is more
    boolean step() {
      RouteVisitor visitor =
          (pathId, prefix, attributes) ->
              show(identity(), view, terms(), Monitoring.announce(pathId, prefix, attributes));
      from =
          switch (view) {
            case PRE_POLICY ->
                peer == null
                    ? -1
                    : peer.routes().intake().showHeard(family, from, ROUTES_AT_ONCE, visitor);
            case POST_POLICY ->
                peer == null
                    ? -1
                    : peer.routes().paths().show(family, from, ROUTES_AT_ONCE, visitor);
            case ADJ_OUT -> peer == null ? -1 : told(peer);
            case LOC_RIB -> chosen(visitor);
          };
      if (from < 0) {
        show(identity(), view, terms(), Update.endOfRib(family));
      }
      return from >= 0;
    }

    private int told(MonitoredPeer member) {
      ByteBuf messages = PooledByteBufAllocator.DEFAULT.buffer();
      try {
        int next =
            member
                .routes()
                .ears()
                .show(family, member.routes().paths().source(), from, ROUTES_AT_ONCE, messages);
        SessionTap.each(messages, it -> show(member.identity(), view, member.isLegacyAs(), it));
        return next;
      } finally {
        messages.release();
      }
    }

    private int chosen(RouteVisitor visitor) {
      RouteView routes = monitoring.engine().routes(family);
      int end = Math.min(routes.limit(), from + ROUTES_AT_ONCE);
      for (int prefix = from; prefix < end; prefix++) {
        if (routes.hasPath(prefix)) {
          Path best = routes.equals(prefix, 1).getFirst();
          visitor.route(
              0, routes.cidr(prefix), monitoring.complete(routes.cidr(prefix), best.attributes()));
        }
      }
      return end < routes.limit() ? end : -1;
    }
  }

  Station(
      BmpTarget target,
      BmpPeer ourselves,
      Monitoring monitoring,
      EventExecutor speaker,
      EventLoop loop,
      InstantSource clock) {
    this.target = target;
    this.ourselves = ourselves;
    this.monitoring = monitoring;
    this.speaker = speaker;
    this.clock = clock;
    long millis = target.stats().toMillis();
    this.counting =
        millis == 0
            ? null
            : speaker.scheduleAtFixedRate(this::count, millis, millis, TimeUnit.MILLISECONDS);
    this.link = new BmpLink(target, loop, this);
  }

  BmpTarget target() {
    return target;
  }

  BmpPeer ourselves() {
    return ourselves;
  }

  // ---- the connection

  @Override
  public void connected() {
    speaker.execute(this::begin);
  }

  @Override
  public void writable() {
    speaker.execute(this::work);
  }

  private void begin() {
    link.begin();
    showings.clear();
    say(out -> BmpWriter.initiation("Brindle", ourselves.identifier().toString(), out));
    if (target.views().contains(BmpView.LOC_RIB)) {
      introduceOurselves();
      for (Family family : Family.values()) {
        showings.add(new Showing(null, BmpView.LOC_RIB, family));
      }
    }
    for (MonitoredPeer peer : monitoring.peers()) {
      up(peer);
      for (BmpView view : List.of(BmpView.PRE_POLICY, BmpView.POST_POLICY, BmpView.ADJ_OUT)) {
        for (Family family : peer.terms().families()) {
          if (target.views().contains(view)) {
            showings.add(new Showing(peer, view, family));
          }
        }
      }
    }
    work();
  }

  /// RFC 9069 §4.1: a made-up OPEN, the same for both sides, with what is needed to read on.
  private void introduceOurselves() {
    List<Capability> capabilities = new ArrayList<>();
    for (Family family : Family.values()) {
      capabilities.add(new Capability.Multiprotocol(family.wire()));
    }
    capabilities.add(new Capability.FourOctetAs(ourselves.as()));
    ByteBuf open = Unpooled.buffer();
    MessageCodec.encode(
        new Message.Open(ourselves.as(), HOLD_TIME, ourselves.identifier(), capabilities),
        UNLIMITED,
        open);
    Octets octets = Octets.readAll(open);
    say(out -> BmpWriter.peerUp(ourselves, clock.instant(), NOWHERE, 0, 0, octets, octets, out));
  }

  /// Shows some of what was before, if it reads.
  private void work() {
    if (!isWorking && link.isComfortable() && !showings.isEmpty()) {
      isWorking = true;
      speaker.execute(this::step);
    }
  }

  private void step() {
    isWorking = false;
    Showing showing = showings.peek();
    if (showing != null && link.isConnected()) {
      if (!showing.step()) {
        showings.remove();
      }
      work();
    }
  }

  /// Tells it that it is over.
  void close() {
    if (counting != null) {
      counting.cancel(false);
    }
    say(out -> BmpWriter.termination(0, out));
    link.close();
  }

  // ---- what it is told

  void up(MonitoredPeer peer) {
    SessionTap tap = peer.tap();
    say(
        out ->
            BmpWriter.peerUp(
                peer.identity(),
                peer.since(),
                tap.localAddress(),
                tap.localPort(),
                tap.remotePort(),
                tap.ourOpen(),
                tap.theirOpen(),
                out));
  }

  void down(MonitoredPeer peer, BmpDown reason) {
    showings.removeIf(it -> peer.equals(it.peer));
    say(out -> BmpWriter.peerDown(peer.identity(), clock.instant(), reason, out));
  }

  /// @param message is not kept
  void show(BmpPeer peer, BmpView view, boolean isLegacyAs, ByteBuf message) {
    if (target.views().contains(view)) {
      say(out -> BmpWriter.routes(peer, view, isLegacyAs, clock.instant(), message, out));
    }
  }

  /// @param terms how it is written
  void show(BmpPeer peer, BmpView view, PeerTerms terms, Update update) {
    if (!target.views().contains(view) || !link.isConnected()) {
      return;
    }
    ByteBuf message = PooledByteBufAllocator.DEFAULT.buffer();
    try {
      MessageCodec.encode(update, terms, message);
      show(peer, view, false, message);
    } finally {
      message.release();
    }
  }

  private void count() {
    for (MonitoredPeer peer : monitoring.peers()) {
      List<BmpStatistic> statistics =
          List.of(
              new BmpStatistic(BmpStatistic.Type.REJECTED, peer.routes().intake().rejected()),
              new BmpStatistic(BmpStatistic.Type.ADJ_IN, peer.routes().heard()),
              new BmpStatistic(BmpStatistic.Type.ADJ_OUT, peer.routes().ears().advertised()));
      say(out -> BmpWriter.statistics(peer.identity(), clock.instant(), statistics, out));
    }
    if (target.views().contains(BmpView.LOC_RIB)) {
      List<BmpStatistic> ours =
          List.of(new BmpStatistic(BmpStatistic.Type.LOC_RIB, monitoring.engine().prefixes()));
      say(out -> BmpWriter.statistics(ourselves, clock.instant(), ours, out));
    }
  }

  private void say(Consumer<ByteBuf> message) {
    if (link.isConnected()) {
      ByteBuf out = PooledByteBufAllocator.DEFAULT.buffer();
      message.accept(out);
      link.send(out);
    }
  }
}
