// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.feed;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A feed on a thread of its own: waits for the bell, asks the source, tells the listener.
///
/// What the listener was told is noted only when it has returned, so nothing is lost if it or the
/// source fails; it may be told again.
public final class SourceFeed implements Feed {

  private static final Logger LOG = LoggerFactory.getLogger(SourceFeed.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final String name;
  private final ChangeSource source;
  private final Bell bell;
  private final Set<ResourceKind> kinds;
  private final FeedListener listener;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private final KnownRevisions known = new KnownRevisions();
  private long position = ChangeSource.BEGINNING;
  private boolean isInSync;

  private SourceFeed(
      String name,
      ChangeSource source,
      Bell bell,
      Collection<ResourceKind> kinds,
      FeedListener listener) {
    this.name = name;
    this.source = source;
    this.bell = bell;
    this.kinds = Set.copyOf(kinds);
    this.listener = listener;
    this.thread = Thread.ofVirtual().name("feed " + name).unstarted(this::run);
  }

  /// @param name of the store, for the log
  public static SourceFeed start(
      String name,
      ChangeSource source,
      Bell bell,
      Collection<ResourceKind> kinds,
      FeedListener listener) {
    SourceFeed feed = new SourceFeed(name, source, bell, kinds, listener);
    feed.thread.start();
    return feed;
  }

  private void run() {
    try {
      Duration pause = Duration.ZERO;
      while (!isClosed()) {
        long heard = bell.rings();
        pause = tellOrPause(pause);
        boolean isToBeTriedAgain = !pause.isZero();
        if (isToBeTriedAgain) {
          closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } else if (!isClosed()) {
          bell.awaitMoreThan(heard);
        }
      }
    } catch (InterruptedException _) {
      LOG.debug("the feed of {} ends: interrupted", name);
    }
  }

  /// @return how long to wait before trying again; zero if all went well
  private Duration tellOrPause(Duration lastPause) {
    try {
      tell();
      if (!lastPause.isZero()) {
        LOG.info("the feed of {} goes on", name);
      }
      return Duration.ZERO;
    } catch (RuntimeException e) {
      if (e instanceof DatastoreException fault && !isClosed()) {
        listener.failed(String.valueOf(fault.getMessage()), fault.isRefusal());
      }
      if (lastPause.isZero()) {
        complain(e);
        return FIRST_PAUSE;
      }
      Duration doubled = lastPause.multipliedBy(2);
      return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
  }

  /// What the store says of itself needs no trace; a mistake of ours does.
  private void complain(RuntimeException e) {
    String what = "the feed of {} failed and is tried again: {}";
    if (e instanceof DatastoreException) {
      LOG.warn(what, name, e.getMessage());
    } else {
      LOG.error(what, name, e, e);
    }
  }

  private void tell() {
    ChangeBatch batch = source.since(position, kinds);
    List<Change> changes = known.difference(batch);
    if (!changes.isEmpty() && !isClosed()) {
      listener.changed(changes);
    }
    known.accept(batch);
    position = batch.revision();
    if (!isInSync && !isClosed()) {
      listener.inSync();
      isInSync = true;
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  @Override
  public void close() {
    closed.countDown();
    bell.ring();
    if (Thread.currentThread().equals(thread)) {
      return;
    }
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
