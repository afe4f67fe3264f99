// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import dev.brindle.datastore.feed.Bell;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What some watches have told and nobody has taken yet: of each key the newest, so a listener that
/// is slow costs no more than the keys there are.
///
/// The client would go on by itself after a break, but from the revision that the server had when
/// the watch began, not from the last that was told: so the first break ends it, and who takes the
/// news decides.
final class EtcdNews implements AutoCloseable {

  /// @param number in the order of arrival
  record Item(long number, KeyValue stored, boolean isGone) {}

  private final Bell bell;
  private final Map<String, Item> items = new LinkedHashMap<>();
  private final List<Watch.Watcher> watchers = new ArrayList<>();

  /// By prefix: all up to here was told.
  private final Map<String, Long> positions;

  private long count;
  private Optional<Throwable> fault = Optional.empty();
  private boolean isClosed;

  /// Of no watch: nothing ever comes.
  EtcdNews(Bell bell) {
    this(bell, 0, Map.of());
  }

  /// @param count where numbers go on
  EtcdNews(Bell bell, long count, Map<String, Long> positions) {
    this.bell = bell;
    this.count = count;
    this.positions = new HashMap<>(positions);
  }

  void watch(EtcdCalls calls) {
    for (Map.Entry<String, Long> each : positions().entrySet()) {
      String prefix = each.getKey();
      Watch.Watcher watcher = calls.watch(prefix, each.getValue() + 1, new Hearing(prefix));
      if (!keep(watcher)) {
        watcher.close();
      }
    }
  }

  private synchronized boolean keep(Watch.Watcher watcher) {
    if (!isClosed) {
      watchers.add(watcher);
    }
    return !isClosed;
  }

  /// Forgets those up to a number, and gives the others, in order.
  synchronized List<Item> after(long number) {
    items.values().removeIf(item -> item.number() <= number);
    return List.copyOf(items.values());
  }

  synchronized Map<String, Long> positions() {
    return Map.copyOf(positions);
  }

  synchronized boolean isBroken() {
    return fault.isPresent();
  }

  /// Whether nobody can tell us what we need to go on: etcd has forgotten it, or would say it all
  /// at once and longer than we take.
  synchronized boolean isForgotten() {
    return fault
        .filter(why -> EtcdFault.isUnknownRevision(why) || EtcdFault.isTooLong(why))
        .isPresent();
  }

  synchronized String whyBroken() {
    return fault.map(EtcdFault::rootMessage).orElse("");
  }

  private synchronized void take(String prefix, WatchResponse response) {
    if (isClosed || fault.isPresent()) {
      return;
    }
    for (WatchEvent event : response.getEvents()) {
      KeyValue stored = event.getKeyValue();
      String path = EtcdCalls.text(stored.getKey());
      count++;
      items.remove(path); // to come after all that are there
      items.put(path, new Item(count, stored, event.getEventType() == WatchEvent.EventType.DELETE));
      positions.merge(prefix, stored.getModRevision(), Math::max);
    }
    if (response.isProgressNotify()) {
      positions.merge(prefix, response.getHeader().getRevision(), Math::max);
    }
  }

  private synchronized void end(Throwable why) {
    if (fault.isEmpty()) {
      fault = Optional.of(why);
    }
  }

  /// Not while it is locked: a watch that closes waits for those who speak.
  @Override
  public void close() {
    List<Watch.Watcher> ended;
    synchronized (this) {
      isClosed = true;
      ended = List.copyOf(watchers);
      watchers.clear();
    }
    ended.forEach(Watch.Watcher::close);
  }

  /// One watch.
  private final class Hearing implements Watch.Listener {

    private final String prefix;

    Hearing(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public void onNext(WatchResponse response) {
      take(prefix, response);
      bell.ring();
    }

    @Override
    public void onError(Throwable throwable) {
      end(throwable);
      bell.ring();
    }

    @Override
    public void onCompleted() {
      end(new IllegalStateException("ended by the server"));
      bell.ring();
    }
  }
}
