// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki.live;

import dev.brindle.bird.rpki.RpkiCache;
import dev.brindle.bird.rpki.RpkiSettings;
import dev.brindle.bird.rpki.VrpBatch;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// All RPKI caches, on a thread of their own. The table has what one of them said: the first in the
/// list that works. A cache is asked only while all before it fail (RFC 8210 §10). All methods
/// are for one thread; none waits.
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the end
public final class RpkiService implements AutoCloseable {

  private final VrpSink sink;
  private final InstantSource clock;
  private final RandomGenerator random;

  /// Where there is no cache there is no thread.
  private @Nullable EventLoop loop;

  // on the loop
  private List<CacheLink> links = new ArrayList<>();
  private RpkiSettings settings = RpkiSettings.NONE;
  private @Nullable CacheLink owner;

  private volatile List<CacheReport> reports = List.of();

  /// @param random for jitter; used on the thread of the caches only
  public RpkiService(VrpSink sink, InstantSource clock, RandomGenerator random) {
    this.sink = sink;
    this.clock = clock;
    this.random = random;
  }

  /// Caches that stay notice nothing.
  public void reconfigure(RpkiSettings wanted) {
    EventLoop running = loop;
    if (running == null && !wanted.caches().isEmpty()) {
      running = begin();
      loop = running;
    }
    if (running != null) {
      EventLoop on = running;
      on.execute(() -> change(wanted, on));
    }
  }

  private static EventLoop begin() {
    return new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("rpki", true), NioIoHandler.newFactory())
        .next();
  }

  /// In the order of preference.
  public List<CacheReport> reports() {
    return reports;
  }

  @Override
  public void close() {
    EventLoop running = loop;
    if (running != null) {
      running.execute(() -> links.forEach(CacheLink::stop));
      EventLoopGroup group = running.parent();
      if (group != null) {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS);
      }
    }
  }

  // ---- on the loop

  private void change(RpkiSettings wanted, EventLoop on) {
    if (wanted.equals(settings)) {
      return;
    }
    boolean isNewTiming = !wanted.timing().equals(settings.timing());
    settings = wanted;
    List<CacheLink> before = links;
    links = new ArrayList<>();
    for (RpkiCache cache : wanted.caches()) {
      links.add(
          before.stream()
              .filter(it -> it.cache().equals(cache) && !isNewTiming)
              .findFirst()
              .orElseGet(() -> new CacheLink(cache, wanted.timing(), this, on, clock, random)));
    }
    // what the one said that is used holds until another has said everything
    before.stream().filter(it -> !links.contains(it) && it != owner).forEach(CacheLink::stop);
    CacheLink used = owner;
    if (used != null && links.isEmpty()) {
      used.stop();
      flush(used);
    }
    choose();
  }

  /// Whoever is to be asked is asked, the others are not.
  void choose() {
    boolean isWanted = true;
    for (CacheLink link : List.copyOf(links)) {
      if (isWanted || link == owner) {
        link.start();
      } else {
        link.stop();
      }
      isWanted &= link.state().isFailing();
    }
    publish();
  }

  private void publish() {
    reports = links.stream().map(it -> it.report(it == owner)).toList();
  }

  /// From now on the table has, or will have, what this cache says.
  void apply(CacheLink link, VrpBatch batch, boolean isWhole) {
    if (isWhole && owner != link) {
      CacheLink before = owner;
      owner = link;
      if (before != null) {
        before.replaced();
        stopIfGone(before);
      }
    }
    sink.apply(batch, isWhole, error -> link.appliedLater(batch, error));
  }

  void flush(CacheLink link) {
    if (owner == link) {
      owner = null;
      sink.flush();
      stopIfGone(link);
    }
  }

  private void stopIfGone(CacheLink link) {
    if (!links.contains(link)) {
      link.stopLater();
    }
  }
}
