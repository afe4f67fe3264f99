// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki.live;

import dev.brindle.bird.rpki.CacheErrorException;
import dev.brindle.bird.rpki.RpkiCache;
import dev.brindle.bird.rpki.RtrAction;
import dev.brindle.bird.rpki.RtrCodec;
import dev.brindle.bird.rpki.RtrError;
import dev.brindle.bird.rpki.RtrEvent;
import dev.brindle.bird.rpki.RtrMachine;
import dev.brindle.bird.rpki.RtrPdu;
import dev.brindle.bird.rpki.RtrState;
import dev.brindle.bird.rpki.RtrTimer;
import dev.brindle.bird.rpki.RtrTiming;
import dev.brindle.bird.rpki.RtrTransition;
import dev.brindle.bird.rpki.VrpBatch;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One cache: carries out what its machine wants, and tells it what happens. On the loop.
@SuppressWarnings("FutureReturnValueIgnored") // what fails comes as the end of the connection
final class CacheLink {

  private static final Logger LOG = LoggerFactory.getLogger(CacheLink.class);
  private static final int CONNECT_TIMEOUT_MILLIS = 15_000;

  private final RpkiCache cache;
  private final RtrTiming timing;
  private final RpkiService service;
  private final EventLoop loop;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Map<RtrTimer, Future<?>> timers = new EnumMap<>(RtrTimer.class);

  private RtrState state;
  private Instant since;
  private String problem = "";
  private VrpBatch batch = new VrpBatch();
  private boolean isWhole;
  private @Nullable Channel channel;

  CacheLink(
      RpkiCache cache,
      RtrTiming timing,
      RpkiService service,
      EventLoop loop,
      InstantSource clock,
      RandomGenerator random) {
    this.cache = cache;
    this.timing = timing;
    this.service = service;
    this.loop = loop;
    this.clock = clock;
    this.random = random;
    this.state = RtrState.stopped(timing);
    this.since = clock.instant();
  }

  RpkiCache cache() {
    return cache;
  }

  RtrState state() {
    return state;
  }

  CacheReport report(boolean isUsed) {
    return new CacheReport(cache, state, since, isUsed, problem);
  }

  void start() {
    on(new RtrEvent.Start());
  }

  void stop() {
    on(new RtrEvent.Stop());
  }

  /// Once what goes on now is done.
  void stopLater() {
    loop.execute(this::stop);
  }

  void replaced() {
    on(new RtrEvent.Replaced());
  }

  /// From any thread.
  void appliedLater(VrpBatch applied, Optional<CacheErrorException> error) {
    loop.execute(() -> applied(applied, error));
  }

  /// @param applied nobody waits for it any more if there is another batch now
  private void applied(VrpBatch applied, Optional<CacheErrorException> error) {
    if (applied == batch) {
      on(
          error
              .<RtrEvent>map(
                  it -> new RtrEvent.Objected(it.code(), String.valueOf(it.getMessage())))
              .orElseGet(RtrEvent.Applied::new));
      read();
    }
  }

  // ---- the machine

  private void on(RtrEvent event) {
    RtrState before = state;
    double jitter = random.nextDouble(0.75, 1.0);
    RtrTransition transition = new RtrMachine(timing, jitter).step(state, event);
    state = transition.next();
    for (RtrAction action : transition.actions()) {
      perform(action);
    }
    if (before.phase() != state.phase()) {
      since = clock.instant();
      if (!(event instanceof RtrEvent.Start || event instanceof RtrEvent.Stop)) {
        service.choose();
      }
    }
  }

  private void perform(RtrAction action) {
    switch (action) {
      case RtrAction.Dial() -> dial();
      case RtrAction.HangUp() -> hangUp();
      case RtrAction.Say(var version, var pdu) -> say(version, pdu);
      case RtrAction.SetTimer(var timer, var time) -> set(timer, time);
      case RtrAction.StopTimer(var timer) -> stop(timer);
      case RtrAction.Begin(var whole) -> {
        batch = new VrpBatch();
        isWhole = whole;
      }
      case RtrAction.Collect(var isAnnounced, var vrp) -> batch.add(isAnnounced, vrp);
      case RtrAction.Apply() -> service.apply(this, batch, isWhole);
      case RtrAction.Flush() -> service.flush(this);
      case RtrAction.Tell(var news, var isTrouble) -> tell(news, isTrouble);
    }
  }

  private void tell(String news, boolean isTrouble) {
    if (isTrouble) {
      problem = news;
      LOG.warn("RPKI cache {}: {}", cache, news);
    } else {
      LOG.info("RPKI cache {}: {}", cache, news);
    }
  }

  // ---- timers

  private void set(RtrTimer timer, Duration time) {
    stop(timer);
    timers.put(
        timer,
        loop.schedule(
            () -> {
              timers.remove(timer);
              on(new RtrEvent.Expired(timer));
            },
            time.toMillis(),
            TimeUnit.MILLISECONDS));
  }

  private void stop(RtrTimer timer) {
    Future<?> running = timers.remove(timer);
    if (running != null) {
      running.cancel(false);
    }
  }

  // ---- the connection

  private void dial() {
    ChannelFuture attempt =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .handler(new RtrInbound(this))
            .connect(new InetSocketAddress(address(), cache.port()));
    Channel dialled = attempt.channel();
    channel = dialled;
    attempt.addListener(
        done -> {
          if (!dialled.equals(channel)) {
            dialled.close(); // hung up meanwhile
          } else if (done.cause() != null) {
            channel = null;
            on(new RtrEvent.Lost(String.valueOf(done.cause().getMessage())));
          } else {
            on(new RtrEvent.Connected());
            read();
          }
        });
  }

  private InetAddress address() {
    try {
      return InetAddress.getByAddress(cache.address().bytes());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of 4 or 16 bytes is no address", e);
    }
  }

  private void say(int version, RtrPdu pdu) {
    if (channel != null) {
      ByteBuf out = channel.alloc().buffer();
      RtrCodec.write(version, pdu, out);
      channel.writeAndFlush(out);
    }
  }

  private void hangUp() {
    Channel gone = channel;
    channel = null;
    if (gone != null) {
      gone.writeAndFlush(gone.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
      if (!gone.isWritable() || !gone.isActive()) {
        gone.close();
      }
    }
  }

  // ---- from the connection

  boolean isOpen(Channel from) {
    return from.equals(channel);
  }

  /// Whether more may be read now.
  boolean reads() {
    return state.phase() != RtrState.Phase.APPLYING;
  }

  void received(RtrEvent event) {
    on(event);
    if (batch.size() > VrpBatch.LIMIT) {
      batch = new VrpBatch();
      on(
          new RtrEvent.Objected(
              RtrError.INTERNAL_ERROR,
              "it says more than %,d VRPs at once".formatted(VrpBatch.LIMIT)));
    }
  }

  /// The cache goes on talking: its time to answer begins anew.
  void progress() {
    if (timers.containsKey(RtrTimer.SILENCE)) {
      set(RtrTimer.SILENCE, RtrMachine.PATIENCE);
    }
  }

  void lost(String reason) {
    channel = null;
    on(new RtrEvent.Lost(reason));
  }

  void read() {
    if (channel != null && reads()) {
      channel.pipeline().fireUserEventTriggered(RtrInbound.Wake.READ);
    }
  }
}
