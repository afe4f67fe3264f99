// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd.live;

import dev.brindle.bird.bfd.BfdEndpoint;
import dev.brindle.bird.bfd.BfdEvent;
import dev.brindle.bird.bfd.BfdPacket;
import dev.brindle.bird.bfd.BfdReport;
import dev.brindle.bird.bfd.BfdSending;
import dev.brindle.bird.bfd.BfdSession;
import dev.brindle.bird.bfd.BfdSettings;
import dev.brindle.bird.bfd.BfdState;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A session on its sockets and timers. On the loop; others read the report.
final class LiveSession {

  private static final Logger LOG = LoggerFactory.getLogger(LiveSession.class);

  private final BfdTarget target;
  private final InetAddress peer;
  private final int scope;
  private final Workbench workbench;
  private final BfdEndpoint endpoint;
  private final Transmitter transmitter;
  private final List<BfdWatch> watches = new ArrayList<>();

  private @Nullable Future<?> alarm;
  private long alarmAt = BfdEndpoint.NEVER;

  // for reports: written here, read by anybody
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong downs = new AtomicLong();
  private volatile Instant since;
  private volatile BfdSession published;
  private volatile String problem = "";

  // the last packet that changed nothing, its first 24 bytes
  private boolean isSteady;
  private long first;
  private long second;
  private long third;

  /// @param scope of the peer's link, as it is now
  LiveSession(
      BfdTarget target, int scope, BfdSettings settings, long discriminator, Workbench workbench) {
    this.target = target;
    this.scope = scope;
    this.peer = BfdSockets.peer(target, scope).getAddress();
    this.workbench = workbench;
    this.endpoint = new BfdEndpoint(discriminator, settings, workbench.ticker().now());
    this.transmitter = new Transmitter(workbench.loop(), target, scope, workbench.ports());
    this.since = workbench.ticker().instant();
    this.published = endpoint.session();
  }

  BfdTarget target() {
    return target;
  }

  int scope() {
    return scope;
  }

  int discriminator() {
    return (int) endpoint.session().discriminator();
  }

  void open() {
    workbench.receivers().need(target);
    transmitter.open();
    schedule();
  }

  void close() {
    if (alarm != null) {
      alarm.cancel(false);
    }
    endpoint.on(new BfdEvent.Disabled(), workbench.ticker().now(), workbench.ticker().jitter());
    transmitter.close(endpoint.session());
    workbench.receivers().release(target);
  }

  // ---- who watches

  void add(BfdWatch watch) {
    watches.add(watch);
    apply();
  }

  /// @return whether nobody watches any more
  boolean remove(BfdWatch watch) {
    watches.remove(watch);
    if (!watches.isEmpty()) {
      apply();
    }
    return watches.isEmpty();
  }

  /// The most eager of those who watch decides.
  void apply() {
    BfdSettings wanted = watches.getFirst().settings();
    for (BfdWatch watch : watches) {
      if (watch.settings().interval().compareTo(wanted.interval()) < 0) {
        wanted = watch.settings();
      }
    }
    if (!wanted.equals(endpoint.session().settings())) {
      on(new BfdEvent.SettingsChanged(wanted));
    }
  }

  // ---- packets

  /// Whether it comes from the peer this session is with.
  boolean isFrom(InetAddress sender, boolean isMultihop) {
    return isMultihop == target.isMultihop()
        && peer.equals(sender)
        && LinkScope.of(sender) == scope;
  }

  /// The packet of a session where all is well is like the one before it: then only time moves on.
  ///
  /// @return false: it has to be read
  boolean repeats(ByteBuf packet) {
    int at = packet.readerIndex();
    if (!isSteady
        || packet.getLong(at) != first
        || packet.getLong(at + 8) != second
        || packet.getLong(at + 16) != third) {
      return false;
    }
    count(received);
    endpoint.heard(workbench.ticker().now());
    return true;
  }

  /// @param bytes of the packet, for comparing the next one
  void received(BfdPacket packet, ByteBuf bytes) {
    count(received);
    BfdSession before = endpoint.session();
    boolean isNothing = on(new BfdEvent.PacketReceived(packet)) == BfdSending.NOTHING;
    isSteady = isNothing && before.equals(endpoint.session());
    int at = bytes.readerIndex();
    first = bytes.getLong(at);
    second = bytes.getLong(at + 8);
    third = bytes.getLong(at + 16);
  }

  // ---- time

  private BfdSending on(BfdEvent event) {
    BfdSession before = endpoint.session();
    isSteady = false;
    BfdSending sending = endpoint.on(event, workbench.ticker().now(), workbench.ticker().jitter());
    perform(sending);
    settle(before);
    return sending;
  }

  private void ring() {
    alarm = null;
    alarmAt = BfdEndpoint.NEVER;
    BfdSession before = endpoint.session();
    perform(endpoint.ring(workbench.ticker().now(), workbench.ticker().jitter()));
    if (!endpoint.session().equals(before)) {
      isSteady = false;
      settle(before);
    } else {
      schedule();
      notice();
    }
  }

  private void perform(BfdSending sending) {
    boolean isSent =
        switch (sending) {
          case NOTHING -> false;
          case ORDINARY -> transmitter.send(endpoint.session());
          case FINAL -> transmitter.answer(endpoint.session().packet(true));
        };
    if (isSent) {
      count(sent);
    }
  }

  private void settle(BfdSession before) {
    BfdSession now = endpoint.session();
    BfdReport reportBefore = report();
    if (before.state() != now.state()) {
      since = workbench.ticker().instant();
      if (before.state() == BfdState.UP) {
        count(downs);
      }
    }
    published = now;
    schedule();
    notice();
    if (before.state() != now.state() || before.remote().state() != now.remote().state()) {
      BfdReport report = report();
      if (before.state() == BfdState.UP || now.state() == BfdState.UP) {
        LOG.info("BFD with {}: {}", target.name(), report.text());
      }
      watches.forEach(watch -> watch.tell(reportBefore, report));
    }
  }

  /// An alarm that rings early does no harm: it looks, and is set again.
  private void schedule() {
    long deadline = endpoint.deadline();
    if (deadline >= alarmAt) {
      return;
    }
    if (alarm != null) {
      alarm.cancel(false);
    }
    long delay = Math.max(0, deadline - workbench.ticker().now());
    alarmAt = deadline;
    alarm = workbench.loop().schedule(this::ring, delay, TimeUnit.NANOSECONDS);
  }

  // ---- reports

  private static void count(AtomicLong counter) {
    counter.lazySet(counter.getPlain() + 1); // only this thread writes
  }

  private void notice() {
    String mine = transmitter.problem();
    problem = mine.isEmpty() ? workbench.receivers().problem(target) : mine;
  }

  /// For any thread.
  BfdReport report() {
    return BfdReport.of(published, since, sent.get(), received.get(), downs.get(), problem);
  }
}
