// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd.live;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bfd.BfdCodec;
import dev.brindle.bird.bfd.BfdDiscard;
import dev.brindle.bird.bfd.BfdEndpoint;
import dev.brindle.bird.bfd.BfdPacket;
import dev.brindle.bird.bfd.BfdReading;
import dev.brindle.bird.bfd.BfdReport;
import dev.brindle.bird.bfd.BfdSettings;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All BFD sessions, on one thread that does nothing else: so nobody's work delays a packet. May be
/// used from any thread; nothing here waits but `close`.
public final class BfdService implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BfdService.class);

  private final boolean isEpoll = Epoll.isAvailable();
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1,
          new DefaultThreadFactory("bfd", true, Thread.MAX_PRIORITY), // where the JVM may
          isEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  private final Workbench workbench;
  private final RandomGenerator random;
  private final IntObjectMap<LiveSession> byDiscriminator = new IntObjectHashMap<>();
  private final Map<Partner, LiveSession> byPartner = new HashMap<>();
  private final Map<BfdDiscard, LongAdder> discards = new EnumMap<>(BfdDiscard.class);

  /// There is one session for all who are interested in this.
  ///
  /// @param scope of its link
  private record Partner(IpAddress address, int scope, boolean isMultihop) {}

  /// @param random for jitter, discriminators and ports; used on the thread of BFD only
  public BfdService(InstantSource clock, RandomGenerator random) {
    this.random = random;
    for (BfdDiscard reason : BfdDiscard.values()) {
      discards.put(reason, new LongAdder());
    }
    EventLoop loop = group.next();
    this.workbench =
        new Workbench(
            loop,
            new SourcePorts(random.nextInt(SourcePorts.LAST - SourcePorts.FIRST + 1)),
            new Receivers(loop, this::received),
            Ticker.of(clock, random));
  }

  /// Begins a session, or joins the one there is.
  public BfdWatch watch(BfdTarget target, BfdSettings settings, BfdWatcher watcher) {
    BfdWatch watch = new BfdWatch(this, target, settings, watcher, none(settings, ""));
    workbench.loop().execute(() -> add(watch));
    return watch;
  }

  private BfdReport none(BfdSettings settings, String problem) {
    Ticker ticker = workbench.ticker();
    return BfdReport.of(
        new BfdEndpoint(1, settings, 0).session(), ticker.instant(), 0, 0, 0, problem);
  }

  /// How many packets were dropped so far, and why.
  public Map<BfdDiscard, Long> discards() {
    Map<BfdDiscard, Long> counts = new EnumMap<>(BfdDiscard.class);
    discards.forEach((reason, count) -> counts.put(reason, count.sum()));
    return counts;
  }

  /// Tells the peers that this is no failure.
  @Override
  public void close() {
    workbench.loop().execute(() -> byPartner.values().forEach(LiveSession::close));
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  // ---- sessions, on the loop

  private void add(BfdWatch watch) {
    BfdTarget target = watch.target();
    int scope = LinkScope.of(target);
    Partner partner = new Partner(target.peer(), scope, target.isMultihop());
    LiveSession session = byPartner.get(partner);
    if (!isEpoll) {
      refuse(watch, "BFD needs epoll, which is not available here");
      return;
    }
    if (session == null) {
      session = new LiveSession(target, scope, watch.settings(), newDiscriminator(), workbench);
      byPartner.put(partner, session);
      byDiscriminator.put(session.discriminator(), session);
      session.open();
    } else if (!session.target().equals(target)) {
      refuse(
          watch, "BFD with %s runs already, from other addresses of ours".formatted(target.name()));
      return;
    }
    watch.join(session);
    session.add(watch);
  }

  private void refuse(BfdWatch watch, String why) {
    LOG.warn("no BFD with {}: {}", watch.target().name(), why);
    watch.refuse(none(watch.settings(), why));
  }

  /// Unique, not 0, and not easy to guess.
  private long newDiscriminator() {
    int drawn = random.nextInt();
    while (drawn == 0 || byDiscriminator.containsKey(drawn)) {
      drawn = random.nextInt();
    }
    return Integer.toUnsignedLong(drawn);
  }

  void changed(BfdWatch watch) {
    workbench
        .loop()
        .execute(
            () -> {
              LiveSession session = watch.session();
              if (session != null) {
                session.apply();
              }
            });
  }

  void remove(BfdWatch watch) {
    workbench
        .loop()
        .execute(
            () -> {
              LiveSession session = watch.session();
              if (session != null && session.remove(watch)) {
                BfdTarget target = session.target();
                byPartner.remove(new Partner(target.peer(), session.scope(), target.isMultihop()));
                byDiscriminator.remove(session.discriminator());
                session.close();
              }
            });
  }

  // ---- packets, on the loop

  private void received(DatagramPacket datagram, boolean isMultihop) {
    ByteBuf bytes = datagram.content();
    InetAddress sender = datagram.sender().getAddress();
    if (bytes.readableBytes() >= BfdCodec.LENGTH) {
      LiveSession session =
          byDiscriminator.get(bytes.getInt(bytes.readerIndex() + BfdCodec.YOUR_DISCRIMINATOR));
      if (session != null && session.isFrom(sender, isMultihop) && session.repeats(bytes)) {
        return;
      }
    }
    switch (BfdCodec.read(bytes)) {
      case BfdReading.Discarded(var reason) -> discard(reason, sender);
      case BfdReading.Understood(var packet) -> hand(packet, bytes, sender, isMultihop);
    }
  }

  /// RFC 5880 §6.8.6: by our discriminator once the peer knows it, by its address before.
  private void hand(BfdPacket packet, ByteBuf bytes, InetAddress sender, boolean isMultihop) {
    boolean isBound = packet.your() != 0;
    LiveSession session =
        isBound
            ? byDiscriminator.get((int) packet.your())
            : byPartner.get(
                new Partner(
                    IpAddress.ofBytes(sender.getAddress()), LinkScope.of(sender), isMultihop));
    if (session != null && session.isFrom(sender, isMultihop)) {
      session.received(packet, bytes);
    } else {
      discard(isBound ? BfdDiscard.UNKNOWN_SESSION : BfdDiscard.UNKNOWN_PEER, sender);
    }
  }

  private void discard(BfdDiscard reason, InetAddress sender) {
    discards.computeIfAbsent(reason, _ -> new LongAdder()).increment();
    LOG.debug("dropped a BFD packet of {}: {}", sender, reason);
  }
}
