// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd.live;

import dev.brindle.bird.bfd.BfdReport;
import dev.brindle.bird.bfd.BfdSettings;
import org.jspecify.annotations.Nullable;

/// One interest in the session with a peer. There is a session as long as somebody is interested.
public final class BfdWatch implements AutoCloseable {

  private final BfdService service;
  private final BfdTarget target;
  private final BfdWatcher watcher;
  private volatile BfdSettings settings;
  private volatile BfdReport fallback;
  private volatile @Nullable LiveSession session;

  BfdWatch(
      BfdService service,
      BfdTarget target,
      BfdSettings settings,
      BfdWatcher watcher,
      BfdReport fallback) {
    this.service = service;
    this.target = target;
    this.settings = settings;
    this.watcher = watcher;
    this.fallback = fallback;
  }

  /// For any thread.
  public BfdReport report() {
    LiveSession current = session;
    return current == null ? fallback : current.report();
  }

  /// The session goes on with other times; it does not go down for that.
  public void change(BfdSettings changed) {
    settings = changed;
    service.changed(this);
  }

  /// Nothing more is told. The last one to go ends the session, and the peer is told that this is
  /// no failure.
  @Override
  public void close() {
    service.remove(this);
  }

  BfdTarget target() {
    return target;
  }

  BfdSettings settings() {
    return settings;
  }

  @Nullable LiveSession session() {
    return session;
  }

  void join(LiveSession joined) {
    session = joined;
  }

  void refuse(BfdReport why) {
    fallback = why;
  }

  void tell(BfdReport before, BfdReport now) {
    watcher.changed(before, now);
  }
}
